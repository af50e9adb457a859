/** The services of fun, as far as the deployment sets them up. */
import { reasonOf } from '../errors.ts';
import { log } from '../log.ts';
import { guardedClient } from '../pipelines/guarded-client.ts';
import { namedSecrets } from '../pipelines/named-secrets.ts';
import { FUN_SERVICES, funFinder, type FindFun } from './finding.ts';
import type { FunSet } from './settings.ts';

type Setup = {
  readonly set: FunSet;
  /** The text kept under a name in Secrets Manager. */
  readonly stored: (name: string) => Promise<string>;
  readonly now: () => Date;
};

export function funBy({ set, stored, now }: Setup): FindFun {
  const hosts = [...Object.values(FUN_SERVICES).map((each) => new URL(each).host), ...set.pictureHosts];
  const secrets = namedSecrets(stored, now);
  const names = { cat: set.catSecret, goose: set.gooseSecret };
  return funFinder({ ask: guardedClient({ hosts }), key: (kind) => keyNamed(names[kind], secrets) });
}

/** A key that cannot be read is as none: nothing worse than no picture comes of it. */
async function keyNamed(name: string, secrets: (name: string) => Promise<readonly string[]>) {
  if (name === '') return undefined;
  try {
    return (await secrets(name))[0];
  } catch (error) {
    log.warn('no key for fun', { secret: name, reason: reasonOf(error) });
    return undefined;
  }
}
