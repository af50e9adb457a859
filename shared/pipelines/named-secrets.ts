/** Secrets of engines, by the names that the deployment gives them; read again after a while, so that one can be rotated. */
import { secretsIn } from '../config.ts';
import { conceal } from '../log.ts';

const KEPT_MS = 5 * 60_000;

export type NamedSecrets = (name: string) => Promise<readonly string[]>;

export function namedSecrets(read: (name: string) => Promise<string>, now: () => Date): NamedSecrets {
  const known = new Map<string, { readonly at: number; readonly secrets: Promise<readonly string[]> }>();
  const fetched = async (name: string): Promise<readonly string[]> => {
    const secrets = secretsIn(await read(name)).filter((each) => each !== '');
    if (secrets.length === 0) throw new Error(`the secret ${name} is empty`);
    conceal(...secrets);
    return secrets;
  };
  return (name) => {
    const before = known.get(name);
    const at = now().getTime();
    if (before !== undefined && at - before.at < KEPT_MS) return before.secrets;
    const secrets = fetched(name);
    known.set(name, { at, secrets });
    secrets.catch(() => known.delete(name));
    return secrets;
  };
}
