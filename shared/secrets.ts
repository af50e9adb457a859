/**
 * Texts kept in Secrets Manager, or given by the environment. What was read is remembered; the webhook secrets are read
 * again after a signature that fits none of them, at most once a minute, so that rotating one needs no deployment.
 */
import { problemOfSecrets, secretsIn, type Kept } from './config.ts';
import { Rejected, Retryable } from './errors.ts';

const REREAD_MS = 60_000;
const ATTEMPTS = 2;
const CONNECT_MS = 1_000;
const REQUEST_MS = 2_000;

/** @throws Retryable when it cannot be read now. */
export async function storedText(id: string): Promise<string> {
  const { SecretsManagerClient, GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
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

/** The text itself; read once where it is stored, unless reading failed. */
export function keptText(kept: Kept, read = storedText): () => Promise<string> {
  if (kept.is === 'value') return async () => kept.value;
  let text: Promise<string> | undefined;
  return () => {
    text ??= read(kept.id).catch((error: unknown) => {
      text = undefined;
      throw error;
    });
    return text;
  };
}

export type Secrets = {
  /** One or two. */
  current(): Promise<readonly string[]>;
  /** Undefined where they are the same as before, or were read less than a minute ago. */
  reread(): Promise<readonly string[] | undefined>;
};

export function webhookSecrets(kept: Kept, read = storedText, now = Date.now): Secrets {
  if (kept.is === 'value') {
    const secrets = secretsIn(kept.value);
    return { current: async () => secrets, reread: async () => undefined };
  }
  let text: Promise<string> | undefined;
  let readAt = 0;
  const fetched = (): Promise<string> => {
    readAt = now();
    return read(kept.id);
  };
  const current = async (): Promise<string> => {
    text ??= fetched().catch((error: unknown) => {
      text = undefined;
      throw error;
    });
    return text;
  };
  return {
    current: async () => checked(await current()),
    reread: async () => {
      const before = await current();
      if (now() - readAt < REREAD_MS) return undefined;
      const after = await fetched();
      if (after === before) return undefined;
      const secrets = checked(after);
      text = Promise.resolve(after);
      return secrets;
    },
  };
}

function checked(text: string): readonly string[] {
  const problem = problemOfSecrets(text);
  if (problem !== undefined) throw new Error(`the stored webhook secret ${problem}`);
  return secretsIn(text);
}

/** Once more with the secrets of now where those remembered did not fit. */
export async function withSecrets<Result>(
  secrets: Secrets,
  use: (secrets: readonly string[]) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(await secrets.current());
  } catch (error) {
    if (!(error instanceof Rejected) || error.status !== 401) throw error;
    const now = await secrets.reread();
    if (now === undefined) throw error;
    return use(now);
  }
}
