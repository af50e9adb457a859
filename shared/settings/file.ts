/** The settings of a deployment, from the file it names. */
import { readFileSync } from 'node:fs';
import type { Settings } from '../language/index.ts';
import { defaultSettings } from './defaults.ts';
import { settingsFrom } from './read.ts';

/**
 * Without a file, the defaults.
 * @throws Error that names every mistake in the file with its line.
 */
export function settingsIn(path: string | undefined): Settings {
  if (path === undefined) return defaultSettings;
  const read = settingsFrom(textOf(path), path);
  if (read.is === 'settings') return read.settings;
  const mistakes = read.mistakes.map(({ line, column, problem }) => `${path}:${line}:${column}: ${problem}`);
  throw new Error(`The settings cannot be used.\n${mistakes.join('\n')}`);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`The settings file cannot be read: ${path}`, { cause });
  }
}
