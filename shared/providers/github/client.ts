/** Talks to GitHub as the App or as one of its installations, and says whose fault it is when that fails. */
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/core';
import * as z from 'zod/mini';
import { Refusal, Retryable } from '../../errors.ts';
import { log } from '../../log.ts';
import { lowest, type Quota } from '../../quota.ts';

/** How the App proves who it is: by its key, or by somebody who signs with it (RSASSA-PKCS1-v1_5, SHA-256, in base64). */
export type AppCredentials =
  | {
      /** PEM; asked for when the first token is needed, and once more with the one that GitHub does not know any more. */
      readonly privateKey: (outdated?: string) => Promise<string>;
    }
  | { readonly sign: (message: string) => Promise<string> };

export type GitHubOptions = AppCredentials & {
  /** `https://api.github.com`, or `https://HOST/api/v3`; GraphQL is beside it. */
  readonly apiUrl: string;
  readonly appId: string;
  readonly timeoutMs: number;
  /** For how long a token is still good. */
  readonly now?: () => Date;
};

export type Client = {
  readonly octokit: Octokit;
  /** Requests made through it so far; those for tokens are not among them. */
  calls(): number;
  /** Of its installation, as GitHub last told any client of this process. */
  quota(): Quota | undefined;
  /** Fields of GraphQL that the server said it does not know; of all clients of this process. */
  readonly unknownFields: Set<string>;
};

export type Clients = {
  /** With a token for this installation, this repository and what Bowsprit does there. */
  forRepository(installation: string, repositoryId: string): Promise<Client>;
  /** With a token for reading what belongs to no single repository, and for nothing else. */
  forInstallation(installation: string, purpose: 'members' | 'search' | 'reading'): Promise<Client>;
  /**
   * With a token for reading one repository of an account, by its name.
   * @throws Refusal where we are not installed on it, or there is none.
   */
  forReading(installation: string, repositoryName: string): Promise<Client>;
  /** With a token that reads all that Bowsprit reads of one repository, and changes nothing; by its name, likewise. */
  forLooking(installation: string, repositoryName: string): Promise<Client>;
  /**
   * With a token that changes issues of these repositories, by their names, and nothing else.
   * @throws Refusal where we are not installed on one of them, or there is none.
   */
  forIssuesOf(installation: string, repositoryNames: readonly string[]): Promise<Client>;
  /** As the App itself. */
  app(): Promise<Octokit>;
};

// https://docs.github.com/en/rest/about-the-rest-api/api-versions
const API_VERSION = '2022-11-28';
/** What a token is asked to be narrowed to; docs/deploy.md says why each is needed. */
const PERMISSIONS = {
  repository: {
    actions: 'write',
    administration: 'read',
    checks: 'write',
    contents: 'write',
    issues: 'write',
    metadata: 'read',
    pull_requests: 'write',
    statuses: 'write',
  },
  members: { members: 'read', metadata: 'read' },
  reading: { contents: 'read', metadata: 'read' },
  looking: {
    actions: 'read',
    administration: 'read',
    checks: 'read',
    contents: 'read',
    issues: 'read',
    metadata: 'read',
    pull_requests: 'read',
    statuses: 'read',
  },
  issues: { issues: 'write', metadata: 'read' },
  search: { issues: 'read', metadata: 'read', pull_requests: 'read' },
} as const;
/** What the App must have been given; `bowsprit doctor` compares. */
export const NEEDED_PERMISSIONS = { ...PERMISSIONS.repository, ...PERMISSIONS.members };
export const NEEDED_EVENTS = [
  'issue_comment',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'issues',
  'push',
  'check_suite',
  'status',
  'workflow_run',
] as const;
/** Without `retry-after`, "wait for at least one minute", longer each time: GitHub's docs on secondary rate limits. */
const SECONDARY_SECONDS = 60;
const MAX_SECONDARY_SECONDS = 960;
/** Tokens live for an hour; one that has less than this left is not used for another delivery. */
const SPARE_TOKEN_MS = 300_000;

/** Octokit's own remarks, such as that our clock is wrong or a route will go. */
const LOG = {
  debug: () => undefined,
  info: () => undefined,
  warn: (said: string) => log.warn('octokit warns', { reason: said }),
  error: (said: string) => log.warn('octokit warns', { reason: said }),
};

type Grant = {
  readonly installation: string;
  readonly repository: string | undefined;
  readonly named?: readonly string[];
  readonly purpose: keyof typeof PERMISSIONS;
};

const authentication = z.object({ token: z.string(), expiresAt: z.string() });

export function clientsFor(options: GitHubOptions): Clients {
  const { apiUrl, timeoutMs, now = () => new Date() } = options;
  const Base = Octokit.defaults({ baseUrl: apiUrl, userAgent: 'bowsprit', log: LOG, request: { log: LOG } });
  const paces = new Map<string, Pace>();
  const paceOf = (installation: string): Pace => {
    const pace = paces.get(installation) ?? paceFrom();
    paces.set(installation, pace);
    return pace;
  };
  const quotas = new Map<string, Quota>();
  const unknownFields = new Set<string>();
  /** Grants for which the App was given less than we would ask for. */
  const unnarrowed = new Set<string>();
  let app: Promise<Octokit> | undefined;
  let key: string | undefined;
  const privateKey = async (outdated?: string): Promise<string> => {
    key = 'sign' in options ? undefined : await options.privateKey(outdated);
    return key ?? '';
  };
  /** Whether another key was put in its place since this one was read. */
  const isRotated = async (): Promise<boolean> => {
    if (key === undefined) return false;
    const before = key;
    if ((await privateKey(before)) === before) return false;
    app = undefined;
    return true;
  };

  const appOf = (): Promise<Octokit> => {
    app ??= authorized(options, Base, privateKey)
      .then((made) => {
        attend(made, { timeoutMs, pace: paceOf('') });
        return made;
      })
      .catch((error: unknown) => {
        app = undefined;
        throw error;
      });
    return app;
  };

  const minted = async (grant: Grant, refresh: boolean): Promise<z.infer<typeof authentication>> => {
    const octokit = await appOf();
    const given: unknown = await octokit.auth({
      type: 'installation',
      installationId: Number(grant.installation),
      ...(grant.repository === undefined ? {} : { repositoryIds: [Number(grant.repository)] }),
      ...(grant.named === undefined ? {} : { repositoryNames: [...grant.named] }),
      ...(unnarrowed.has(keyOf(grant)) ? {} : { permissions: PERMISSIONS[grant.purpose] }),
      ...(refresh ? { refresh } : {}),
    });
    return authentication.parse(given);
  };

  const tokenFor = async (grant: Grant, refresh: boolean, rotated = false): Promise<string> => {
    try {
      const { token, expiresAt } = await minted(grant, refresh);
      if (Date.parse(expiresAt) - now().getTime() >= SPARE_TOKEN_MS) return token;
      return (await minted(grant, true)).token;
    } catch (error) {
      if (!rotated && isUnknownKey(error) && (await isRotated())) return await tokenFor(grant, refresh, true);
      if (statusOf(error) !== 422 || unnarrowed.has(keyOf(grant))) throw unmet(error);
      // The App was given less than asked for: what it may do is then for GitHub to say, request by request.
      unnarrowed.add(keyOf(grant));
      try {
        return await tokenFor(grant, refresh);
      } catch (cause) {
        unnarrowed.delete(keyOf(grant));
        throw cause;
      }
    }
  };

  const clientFor = async (grant: Grant): Promise<Client> => {
    let token = await tokenFor(grant, false);
    let calls = 0;
    const octokit = new Base();
    attend(octokit, {
      timeoutMs,
      pace: paceOf(grant.installation),
      heard: (headers) => {
        const left = lowest(quotaIn(headers), quotas.get(grant.installation));
        if (left !== undefined) quotas.set(grant.installation, left);
      },
      token: () => {
        calls += 1;
        return token;
      },
      async renew() {
        token = await tokenFor(grant, true);
      },
    });
    return { octokit, calls: () => calls, quota: () => quotas.get(grant.installation), unknownFields };
  };

  return {
    forRepository: (installation, repository) => clientFor({ installation, repository, purpose: 'repository' }),
    forInstallation: (installation, purpose) => clientFor({ installation, repository: undefined, purpose }),
    forReading: (installation, named) =>
      clientFor({ installation, repository: undefined, named: [named], purpose: 'reading' }),
    forLooking: (installation, named) =>
      clientFor({ installation, repository: undefined, named: [named], purpose: 'looking' }),
    forIssuesOf: (installation, named) => clientFor({ installation, repository: undefined, named, purpose: 'issues' }),
    app: appOf,
  };
}

/** The App's own client: by its key, or where that never leaves KMS, by what signs with it. */
async function authorized(
  options: GitHubOptions,
  Base: typeof Octokit,
  privateKey: () => Promise<string>,
): Promise<Octokit> {
  const { appId } = options;
  const proof = 'sign' in options ? { createJwt: jwtBy(options.sign) } : { privateKey: await privateKey() };
  return new Base({ authStrategy: createAppAuth, auth: { appId, ...proof } });
}

/** GitHub knows no such key, or it is none. */
function isUnknownKey(error: unknown): boolean {
  return statusOf(error) === 401 || (statusOf(error) === undefined && !(error instanceof Retryable));
}

/** Clocks differ: back-dated as GitHub advises, and within the ten minutes that it allows. */
const JWT_BACK_SECONDS = 60;
const JWT_SECONDS = 480;

// https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
function jwtBy(sign: (message: string) => Promise<string>) {
  /** Whoever signs may take a while and money for it, and each token asks twice. */
  let last = { jwt: '', exp: 0, behindSeconds: 0 };
  return async (appId: string | number, behindSeconds = 0): Promise<{ jwt: string; expiresAt: string }> => {
    const now = Math.floor(Date.now() / 1_000) + behindSeconds;
    if (last.exp - now > JWT_SECONDS / 2 && last.behindSeconds === behindSeconds) return offered(last);
    const exp = now + JWT_SECONDS;
    const head = base64url(JSON.stringify({ alg: 'RS256', typ: 'JWT' }));
    const claims = base64url(JSON.stringify({ iat: now - JWT_BACK_SECONDS, exp, iss: String(appId) }));
    const signature = Buffer.from(await sign(`${head}.${claims}`), 'base64').toString('base64url');
    last = { jwt: `${head}.${claims}.${signature}`, exp, behindSeconds };
    return offered(last);
  };
}

function offered({ jwt, exp }: { readonly jwt: string; readonly exp: number }): { jwt: string; expiresAt: string } {
  return { jwt, expiresAt: new Date(exp * 1_000).toISOString() };
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function keyOf({ installation, repository, named, purpose }: Grant): string {
  return `${installation}/${repository ?? named?.join() ?? ''}/${purpose}`;
}

type Attention = {
  readonly timeoutMs: number;
  readonly pace: Pace;
  /** The headers of each answer. */
  readonly heard?: (headers: Headers) => void;
  readonly token?: () => string;
  /** Gets another token, because GitHub no longer takes this one. */
  readonly renew?: () => Promise<void>;
};

/** Limits the time of every request and turns bad weather into Retryable; what else GitHub says passes as it is. */
function attend(octokit: Octokit, { timeoutMs, pace, heard, token, renew }: Attention): void {
  octokit.hook.wrap('request', async (request, options) => {
    const sent = async () => {
      // In place: another hook on the way to GitHub, as the App's own, is bound to this very object.
      options.headers['x-github-api-version'] = API_VERSION;
      if (token !== undefined) options.headers.authorization = `bearer ${token()}`;
      options.request = { ...options.request, signal: AbortSignal.timeout(timeoutMs) };
      const response = await told(routeOf(options), async () => request(options));
      heard?.(response.headers);
      if (brokeOff(response)) throw new Retryable("GitHub's answer broke off");
      return response;
    };
    const asked = async () => {
      try {
        return await sent();
      } catch (error) {
        // A command reads so often that hardly one would get through where one answer of ten is an error.
        if (!isRead(options) || !isStumble(error)) throw error;
        return sent();
      }
    };
    try {
      return await asked();
    } catch (error) {
      if (statusOf(error) !== 401 || renew === undefined) throw weatherOf(error, pace) ?? error;
    }
    await renew();
    try {
      return await asked();
    } catch (error) {
      if (statusOf(error) !== 401) throw weatherOf(error, pace) ?? error;
      throw new Retryable('GitHub does not take the token', { cause: error });
    }
  });
}

/** What changes nothing may be asked once more at once; all else is for the queue to try again. */
function isRead({
  method,
  url,
  query,
}: {
  readonly method: string;
  readonly url: string;
  readonly query?: unknown;
}): boolean {
  if (method === 'GET') return true;
  return method === 'POST' && url.endsWith('/graphql') && typeof query === 'string' && !/^\s*mutation\b/.test(query);
}

/** An answer that a server did not mean, as far as it says. */
function isStumble(error: unknown): boolean {
  return (statusOf(error) ?? 0) >= 500 && afterIn(headersOf(error)) === undefined;
}

/** Logs what a request came to: its route, never its address, whose parts somebody may have written. */
async function told<Response>(route: string, send: () => Promise<Response>): Promise<Response> {
  const begun = performance.now();
  const end = (status: number | undefined, headers: Readonly<Record<string, unknown>>): void => {
    const ForgeMilliseconds = Math.round(performance.now() - begun);
    const ForgeErrors = isFailure(status) ? 1 : undefined;
    const figures = { ForgeCalls: 1, ForgeMilliseconds, ForgeErrors, ForgeQuotaLeft: quotaLeftIn(status, headers) };
    log.info('forge asked', { route, status: status ?? 'no answer' }, figures);
  };
  try {
    const response = await send();
    const { success, data } = answered.safeParse(response);
    end(success ? data.status : undefined, success ? data.headers : {});
    return response;
  } catch (error) {
    end(statusOf(error), headersOf(error));
    throw error;
  }
}

/** GraphQL's address is a whole one. */
function routeOf({ method, url }: { readonly method: string; readonly url: string }): string {
  return `${method} ${URL.parse(url)?.pathname ?? url}`;
}

/** Of the hour's requests; whoever is not let in, and searching, have a far smaller quota of their own. */
function quotaLeftIn(status: number | undefined, headers: Readonly<Record<string, unknown>>): number | undefined {
  const resource = headers['x-ratelimit-resource'];
  if (status === undefined || status === 401 || (resource !== 'core' && resource !== 'graphql')) return undefined;
  const left = Number(headers['x-ratelimit-remaining'] ?? Number.NaN);
  return Number.isFinite(left) ? left : undefined;
}

function isFailure(status: number | undefined): boolean {
  return status === undefined || status >= 500 || status === 403 || status === 429;
}

const answered = z.object({
  status: z.optional(z.number()),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.undefined()])),
  data: z.optional(z.unknown()),
});

/** Octokit gives a JSON body whose end never came as text, with the status it began with. */
function brokeOff(response: unknown): boolean {
  const { success, data } = answered.safeParse(response);
  return success && typeof data.data === 'string' && String(data.headers['content-type']).includes('json');
}

function weatherOf(error: unknown, pace: Pace): Retryable | undefined {
  if (error instanceof Retryable) return error;
  const status = statusOf(error);
  if (status === undefined) return new Retryable('GitHub does not answer', { cause: error });
  const headers = headersOf(error);
  if (status >= 500) return new Retryable(`GitHub answered ${status}`, { retryAfter: afterIn(headers), cause: error });
  if (status !== 403 && status !== 429) return undefined;
  const asked = waitIn(headers);
  const limited = status === 429 || /rate limit|abuse/i.test(messageOf(error));
  if (asked === undefined && !limited) return undefined;
  const retryAfter = asked ?? pace.seconds(Date.parse(headers['date'] ?? ''));
  return new Retryable('GitHub asks to slow down', { retryAfter, cause: error });
}

/** `retry-after`, or until the primary limit is reset; seconds. */
export function waitIn(headers: Readonly<Record<string, string>>): number | undefined {
  const after = afterIn(headers);
  if (after !== undefined) return after;
  if (headers['x-ratelimit-remaining'] !== '0') return undefined;
  const reset = Number(headers['x-ratelimit-reset']) - Date.parse(headers['date'] ?? '') / 1_000;
  return Number.isFinite(reset) ? Math.max(Math.ceil(reset), 1) : SECONDARY_SECONDS;
}

function afterIn(headers: Readonly<Record<string, string>>): number | undefined {
  const after = Number(headers['retry-after']);
  return headers['retry-after'] !== undefined && Number.isFinite(after) ? Math.max(after, 1) : undefined;
}

type Headers = Readonly<Record<string, string | number | undefined>>;

/** GraphQL has an allowance of its own, which is never the first to be used up here. */
function quotaIn(headers: Headers): Quota | undefined {
  if (headers['x-ratelimit-resource'] !== 'core') return undefined;
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
    Number(headers[`x-ratelimit-${name}`]),
  );
  if (limit === undefined || remaining === undefined || reset === undefined) return undefined;
  if (![limit, remaining, reset].every(Number.isFinite)) return undefined;
  return { limit, remaining, resetAt: new Date(reset * 1_000).toISOString() };
}

/** How long to stay away when GitHub asks to slow down without saying for how long. */
type Pace = { seconds(at: number): number };

function paceFrom(): Pace {
  let last = { at: -Infinity, seconds: SECONDARY_SECONDS };
  return {
    seconds(at) {
      const since = (at - last.at) / 1_000;
      // Within the wait it is the same episode; soon after it, the wait was too short.
      if (since < last.seconds) return last.seconds;
      const tooShort = since < 3 * last.seconds;
      last = { at, seconds: tooShort ? Math.min(2 * last.seconds, MAX_SECONDARY_SECONDS) : SECONDARY_SECONDS };
      return last.seconds;
    },
  };
}

/** The App was uninstalled, suspended, or taken off the repository: nothing that trying again would change. */
function unmet(error: unknown): unknown {
  const status = statusOf(error);
  if (error instanceof Retryable || status === undefined) return error;
  const stranger = status === 401 || /integration not found/i.test(messageOf(error));
  if (stranger) return new Error('GitHub does not know the App by this id and key', { cause: error });
  if (status !== 403 && status !== 404 && status !== 422) return error;
  return new Refusal('The App is not installed here any more.', { cause: error });
}

const failure = z.object({ status: z.number(), response: z.optional(answered) });
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

/** What GitHub says where the App was not given a permission. */
export const UNGRANTED = /not accessible by integration/i;

/** A lack that only people can mend, so no weather; undefined for any other failure. `needed` where GitHub does not say. */
export function lackIn(error: unknown, what: string, needed?: string): Refusal | undefined {
  if (statusOf(error) !== 403 || !UNGRANTED.test(messageOf(error))) return undefined;
  return lackOf(what, headersOf(error)['x-accepted-github-permissions'] ?? needed, error);
}

/** `accepted` as in https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api: `members=read; …` */
export function lackOf(what: string, accepted: string | undefined, cause: unknown): Refusal {
  const [name, level] = /^(\w+)=(\w+)/.exec(accepted ?? '')?.slice(1) ?? [];
  const words = name === undefined ? '' : `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`;
  const permission = name === undefined ? 'a permission' : `the permission ${words}: ${level}`;
  return new Refusal(
    `The GitHub App lacks ${permission}, so Bowsprit cannot tell ${what}; whoever installed it can grant it.`,
    { cause },
  );
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
