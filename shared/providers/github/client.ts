/** Talks to GitHub as the App or as one of its installations, and says whose fault it is when that fails. */
import { App } from '@octokit/app';
import { Octokit } from '@octokit/core';
import * as z from 'zod/mini';
import { Refusal, Retryable } from '../../errors.ts';

export type GitHubOptions = {
  /** `https://api.github.com`, or `https://HOST/api/v3`; GraphQL is beside it. */
  readonly apiUrl: string;
  readonly appId: string;
  /** PEM; asked for when the first token is needed. */
  readonly privateKey: () => Promise<string>;
  readonly timeoutMs: number;
};

export type Client = {
  readonly octokit: Octokit;
  /** Requests made through it so far; tokens are not among them. */
  calls(): number;
};

export type Clients = {
  /** With a token for this installation, this repository and what Bowsprit does there. */
  forRepository(installation: string, repositoryId: string): Promise<Client>;
  /** With a token for all the installation grants: members and teams belong to no repository. */
  forInstallation(installation: string): Promise<Client>;
  /** As the App itself. */
  app(): Promise<Octokit>;
};

// https://docs.github.com/en/rest/about-the-rest-api/api-versions
const API_VERSION = '2022-11-28';
/** What the worker needs inside one repository; docs/deploy.md says why. */
const PERMISSIONS = {
  checks: 'read',
  contents: 'write',
  issues: 'write',
  metadata: 'read',
  pull_requests: 'write',
  statuses: 'read',
} as const;
/** "If no retry-after and no reset is given, wait at least one minute": GitHub's docs on secondary rate limits. */
const SECONDARY_SECONDS = 60;
const AWAY_SECONDS = 5;
/** A token is dropped and minted again once when GitHub no longer takes it. */
const BAD_TOKEN_SECONDS = 1;

const authentication = z.object({ token: z.string() });

export function clientsFor({ apiUrl, appId, privateKey, timeoutMs }: GitHubOptions): Clients {
  const Base = Octokit.defaults({
    baseUrl: apiUrl,
    userAgent: 'bowsprit',
    headers: { 'x-github-api-version': API_VERSION },
  });
  /** Grants whose token was refused: the next one is minted anew. */
  const refused = new Set<string>();
  let app: Promise<App<{ appId: string; Octokit: typeof Octokit }>> | undefined;

  const appOf = (): Promise<App<{ appId: string; Octokit: typeof Octokit }>> => {
    app ??= privateKey()
      .then((key) => {
        const made = new App({ appId, privateKey: key, Octokit: Base });
        attend(made.octokit, timeoutMs);
        return made;
      })
      .catch((error: unknown) => {
        app = undefined;
        throw error;
      });
    return app;
  };

  const tokenFor = async (grant: Grant, narrowed: boolean): Promise<string> => {
    const { octokit } = await appOf();
    const refresh = refused.delete(keyOf(grant));
    const given: unknown = await octokit.auth({
      type: 'installation',
      installationId: Number(grant.installation),
      ...(grant.repository === undefined ? {} : { repositoryIds: [Number(grant.repository)] }),
      ...(narrowed ? { permissions: PERMISSIONS } : {}),
      ...(refresh ? { refresh: true } : {}),
    });
    return authentication.parse(given).token;
  };

  const clientFor = async (grant: Grant): Promise<Client> => {
    let token: string;
    try {
      token = await tokenFor(grant, grant.repository !== undefined);
    } catch (error) {
      // An App that was given less than asked for: what it may do is for GitHub to say, request by request.
      if (statusOf(error) !== 422) throw unmet(error);
      token = await tokenFor(grant, false).catch((cause: unknown) => {
        throw unmet(cause);
      });
    }
    const octokit = new Base({ auth: token });
    let calls = 0;
    octokit.hook.before('request', () => {
      calls += 1;
    });
    attend(octokit, timeoutMs, () => refused.add(keyOf(grant)));
    return { octokit, calls: () => calls };
  };

  return {
    forRepository: (installation, repository) => clientFor({ installation, repository }),
    forInstallation: (installation) => clientFor({ installation, repository: undefined }),
    app: async () => (await appOf()).octokit,
  };
}

type Grant = { readonly installation: string; readonly repository: string | undefined };

function keyOf({ installation, repository }: Grant): string {
  return `${installation}/${repository ?? ''}`;
}

/** Limits the time of every request and turns bad weather into Retryable; what else GitHub says passes as it is. */
function attend(octokit: Octokit, timeoutMs: number, badToken: () => void = () => undefined): void {
  octokit.hook.wrap('request', async (request, options) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await request({ ...options, request: { ...options.request, signal } });
    } catch (error) {
      if (statusOf(error) === 401) badToken();
      throw weatherOf(error) ?? error;
    }
  });
}

function weatherOf(error: unknown): Retryable | undefined {
  if (error instanceof Retryable) return error;
  const status = statusOf(error);
  if (status === undefined) return new Retryable('GitHub does not answer', { retryAfter: AWAY_SECONDS, cause: error });
  if (status >= 500) return new Retryable(`GitHub answered ${status}`, { retryAfter: AWAY_SECONDS, cause: error });
  if (status === 401) return new Retryable('GitHub no longer takes the token', { retryAfter: BAD_TOKEN_SECONDS });
  if (status !== 403 && status !== 429) return undefined;
  const retryAfter = waitIn(error);
  if (retryAfter !== undefined) return new Retryable('GitHub asks to slow down', { retryAfter, cause: error });
  const limited = status === 429 || /rate limit/i.test(messageOf(error));
  return limited
    ? new Retryable('GitHub asks to slow down', { retryAfter: SECONDARY_SECONDS, cause: error })
    : undefined;
}

/** `retry-after`, or until the primary limit is reset; seconds. */
function waitIn(error: unknown): number | undefined {
  const headers = headersOf(error);
  const after = Number(headers['retry-after']);
  if (headers['retry-after'] !== undefined && Number.isFinite(after)) return Math.max(after, 1);
  if (headers['x-ratelimit-remaining'] !== '0') return undefined;
  const reset = Number(headers['x-ratelimit-reset']) - Date.parse(headers['date'] ?? '') / 1_000;
  return Number.isFinite(reset) ? Math.max(Math.ceil(reset), 1) : SECONDARY_SECONDS;
}

/** The App was uninstalled, suspended, or taken off the repository: nothing that trying again would change. */
function unmet(error: unknown): unknown {
  const status = statusOf(error);
  if (error instanceof Retryable || status === undefined) return error;
  if (status === 404 || status === 403) return new Refusal('The App is not installed here any more.', { cause: error });
  return error;
}

const failure = z.object({
  status: z.number(),
  response: z.optional(
    z.object({
      headers: z.record(z.string(), z.union([z.string(), z.number(), z.undefined()])),
      data: z.optional(z.unknown()),
    }),
  ),
});
const said = z.object({ message: z.string(), errors: z.optional(z.array(z.unknown())) });
const detail = z.object({ message: z.optional(z.string()) });

/** HTTP status of a failed request; undefined for anything else, such as a lost connection. */
export function statusOf(error: unknown): number | undefined {
  const parsed = failure.safeParse(error);
  // Octokit gives a request that got no answer the status 500 and no response.
  return parsed.success && parsed.data.response !== undefined ? parsed.data.status : undefined;
}

function headersOf(error: unknown): Readonly<Record<string, string>> {
  const parsed = failure.safeParse(error);
  if (!parsed.success) return {};
  const entries = Object.entries(parsed.data.response?.headers ?? {});
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
}

/** GitHub's own sentence about a failed request. */
export function messageOf(error: unknown): string {
  const parsed = failure.safeParse(error);
  const body = said.safeParse(parsed.success ? parsed.data.response?.data : undefined);
  if (!body.success) return '';
  const details = (body.data.errors ?? []).flatMap((each) => {
    if (typeof each === 'string') return [each];
    const found = detail.safeParse(each);
    return found.success && found.data.message !== undefined ? [found.data.message] : [];
  });
  return [body.data.message, ...details].join(': ');
}
