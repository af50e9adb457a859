/** The Jenkins servers of this machine that settings name: so that jobs can be tried where there is none. */
import { ConfigurationError } from '../../shared/config.ts';
import { reasonOf } from '../../shared/errors.ts';
import { isLoopback } from '../../shared/pipelines/addresses.ts';
import type { EnginesSet } from '../../shared/pipelines/settings.ts';
import { startJenkins, type JenkinsInABox } from './index.ts';

/** Long enough to be seen running. */
const BUILD_MS = 5_000;

export type NamedServers = {
  readonly urls: readonly string[];
  /** Tokens by the names of their secrets. */
  readonly secrets: Readonly<Record<string, string>>;
  close(): Promise<void>;
};

/** `secrets`: whoever gives the token of one has a server of their own there. */
export async function startNamed(
  servers: EnginesSet['jenkins'],
  secrets: Readonly<Record<string, string>>,
  { buildMs = BUILD_MS } = {},
): Promise<NamedServers> {
  const started: (readonly [secret: string, server: JenkinsInABox])[] = [];
  const close = async (): Promise<void> => void (await Promise.all(started.map(([, server]) => server.close())));
  for (const { name, url, user, secret } of servers.filter(
    (each) => isOurs(each) && secrets[each.secret] === undefined,
  )) {
    try {
      const ends = { afterMs: buildMs, as: (job: string) => (/fail/i.test(job) ? 'FAILURE' : 'SUCCESS') } as const;
      const port = Number(new URL(url).port);
      // oxlint-disable-next-line no-await-in-loop
      started.push([secret, await startJenkins({ jobs: 'any', port, user, executors: true, ends })]);
    } catch (error) {
      // oxlint-disable-next-line no-await-in-loop
      await close();
      const own = `if a Jenkins runs there, give its token in LOCAL_ENGINES as {"${secret}": "…"}`;
      throw new ConfigurationError([`no Jenkins ${name} can be started at ${url}: ${reasonOf(error)}; ${own}`]);
    }
  }
  return {
    urls: started.map(([, { url }]) => url),
    secrets: Object.fromEntries(started.map(([secret, { token }]) => [secret, token])),
    close,
  };
}

/** `http://127.0.0.1:8089`, and nothing behind it. */
function isOurs({ url }: EnginesSet['jenkins'][number]): boolean {
  const { protocol, hostname, port, pathname } = new URL(url);
  return protocol === 'http:' && port !== '' && pathname === '/' && isLoopback(hostname);
}
