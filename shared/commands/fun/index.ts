/** A package of its own: what asks services elsewhere for something of no use, and runs only where the settings name it. */
import { cat } from './cat.ts';
import { dog } from './dog.ts';
import { goose } from './goose.ts';
import { joke } from './joke.ts';
import { pony } from './pony.ts';

export const fun = [joke, dog, cat, pony, goose] as const;
