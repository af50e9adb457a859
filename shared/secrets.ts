/**
 * Texts kept in Secrets Manager, or given by the environment. What was read is remembered; the webhook secrets are read
 * again after a signature that fits none of them, at most once a minute, so that rotating one needs no deployment.
 */
import { isDeepStrictEqual } from 'node:util';
import { problemOfSecrets, secretsIn, type Kept } from './config.ts';
import { Rejected, Retryable } from './errors.ts';
import { conceal } from './log.ts';

const REREAD_MS = 60_000;
const ATTEMPTS = 2;
const CONNECT_MS = 1_000;
const REQUEST_MS = 2_000;

/** @throws Retryable when it cannot be read now. */
export async function storedText(id: string): Promise<string> {
  const { SecretsManagerClient, GetSecretValueCommand } = await import('./clients/secrets-manager.ts');
  const requestHandler = { connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS, throwOnRequestTimeout: true };
  const client = new SecretsManagerClient({ maxAttempts: ATTEMPTS, requestHandler });
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: id }));
    if (SecretString === undefined) throw new Error('the secret is not text');
    return SecretString;
  } catch (cause) {
    throw new Retryable('a secret could not be read', { cause });
  } finally {
    client.destroy();
  }
}

/**
 * The text itself; read once where it is stored, unless reading failed. Whoever is told that `outdated` is not good any more
 * gets what there is by now, read again once a minute at most.
 */
export function keptText(kept: Kept, read = storedText, now = Date.now): (outdated?: string) => Promise<string> {
  if (kept.is === 'value') return async () => kept.value;
  let text: Promise<string> | undefined;
  let readAt = 0;
  const current = (): Promise<string> => {
    if (text === undefined) {
      readAt = now();
      text = read(kept.id).catch((error: unknown) => {
        text = undefined;
        throw error;
      });
    }
    return text;
  };
  return async (outdated) => {
    const known = await current();
    if (known !== outdated || now() - readAt < REREAD_MS) return known;
    text = undefined;
    return current();
  };
}

export type Secrets = {
  /** One or two. */
  current(): Promise<readonly string[]>;
  /** What there is beside those that were tried; undefined where it is the same. Read again once a minute at most. */
  reread(tried: readonly string[]): Promise<readonly string[] | undefined>;
};

export function webhookSecrets(kept: Kept, read = storedText, now = Date.now): Secrets {
  if (kept.is === 'value') {
    const secrets = secretsIn(kept.value);
    conceal(...secrets);
    return { current: async () => secrets, reread: async () => undefined };
  }
  let text: Promise<string> | undefined;
  let readAt = 0;
  let again: Promise<void> | undefined;
  const fetched = async (): Promise<string> => {
    const begun = now();
    const found = await read(kept.id);
    readAt = begun;
    return found;
  };
  const current = async (): Promise<readonly string[]> => {
    text ??= fetched().catch((error: unknown) => {
      text = undefined;
      throw error;
    });
    return checked(await text);
  };
  const fetchAgain = async (): Promise<void> => {
    try {
      const found = await fetched();
      checked(found);
      text = Promise.resolve(found);
    } finally {
      again = undefined;
    }
  };
  return {
    current,
    reread: async (tried) => {
      const known = await current();
      if (!isDeepStrictEqual(known, tried)) return known;
      if (again === undefined && now() - readAt < REREAD_MS) return undefined;
      // Whoever comes while they are read waits for the same answer.
      again ??= fetchAgain();
      await again;
      const found = await current();
      return isDeepStrictEqual(found, tried) ? undefined : found;
    },
  };
}

function checked(text: string): readonly string[] {
  const problem = problemOfSecrets(text);
  if (problem !== undefined) throw new Error(`the stored webhook secret ${problem}`);
  const secrets = secretsIn(text);
  conceal(...secrets);
  return secrets;
}

/** Once more with the secrets of now where those remembered did not fit. */
export async function withSecrets<Result>(
  secrets: Secrets,
  use: (secrets: readonly string[]) => Promise<Result>,
): Promise<Result> {
  const tried = await secrets.current();
  try {
    return await use(tried);
  } catch (error) {
    if (!(error instanceof Rejected) || error.status !== 401) throw error;
    const now = await secrets.reread(tried);
    if (now === undefined) throw error;
    return use(now);
  }
}
