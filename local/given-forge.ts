/** What can be told of the forge that GITHUB_API_URL names before anything relies on it. */
import { createAppAuth } from '@octokit/auth-app';
import { connect } from 'node:net';
import * as z from 'zod/mini';
import { redacted } from '../shared/log.ts';

const CONNECT_MS = 5_000;
const ANSWER_MS = 5_000;

export type GivenForge = {
  readonly apiUrl: string;
  /** Undefined where they are not given. */
  readonly credentials: { readonly appId: string; readonly privateKey: string } | undefined;
};

const authentication = z.object({ token: z.string() });
const refusal = z.object({ message: z.string() });

/**
 * A remark where the forge refuses the credentials; undefined where it takes them, or does not say.
 * @throws Error that names GITHUB_API_URL where nobody takes the call.
 */
export async function remarkOn({ apiUrl, credentials }: GivenForge): Promise<string | undefined> {
  try {
    await reach(new URL(apiUrl));
  } catch (cause) {
    throw new Error(`GITHUB_API_URL: nothing answers at ${apiUrl}.`, { cause });
  }
  if (credentials === undefined) return undefined;
  const token = await tokenFrom(credentials);
  if (token === undefined) return 'GITHUB_APP_PRIVATE_KEY: an App signs with an RSA key, and this is none.';
  const refused = await refusalOf(`${apiUrl}/app`, token);
  return refused === undefined
    ? undefined
    : `GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY: the forge at ${apiUrl} refuses them (${refused}).`;
}

function reach({ protocol, hostname, port }: URL): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: hostname.replaceAll(/[[\]]/g, ''),
      port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port),
    });
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error(`no connection within ${CONNECT_MS} ms`)));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

async function tokenFrom({ appId, privateKey }: { appId: string; privateKey: string }): Promise<string | undefined> {
  try {
    return authentication.parse(await createAppAuth({ appId, privateKey })({ type: 'app' })).token;
  } catch {
    return undefined;
  }
}

/** Only in GitHub's own words: whatever else answers may have nothing to say of Apps. */
async function refusalOf(url: string, token: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/vnd.github+json', authorization: `Bearer ${token}`, 'user-agent': 'bowsprit' },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (![401, 403, 404].includes(response.status)) return undefined;
    const { message } = refusal.parse(await response.json());
    return `${response.status}, ${JSON.stringify(redacted(message))}`;
  } catch {
    return undefined;
  }
}
