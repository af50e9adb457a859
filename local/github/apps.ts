/** The one GitHub App of the box: its key, its installations, its tokens, and who a request is from. */
import { createPublicKey, generateKeyPair, randomBytes, verify } from 'node:crypto';
import { promisify } from 'node:util';
import * as z from 'zod/mini';
import { type Caller, GitHubError } from './box.ts';

export type Permissions = Readonly<Record<string, 'read' | 'write' | 'admin'>>;

export interface AppOptions {
  readonly id?: number;
  readonly slug?: string;
  readonly name?: string;
  /** Login of the account that owns the App; the first organization when absent. */
  readonly owner?: string;
  /** PEM, RSA; generated when absent. */
  readonly privateKey?: string | Promise<string>;
  /** One or two; the first one signs. Generated when absent. */
  readonly webhookSecrets?: readonly string[];
  readonly webhookUrl?: string;
  readonly permissions?: Permissions;
  readonly events?: readonly string[];
}

/** What others may know of an App. */
export interface AppFacts {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly clientId: string;
  /** Login of the account that owns it; undefined for an App of GitHub itself. */
  readonly owner: string | undefined;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly clientId: string;
  readonly owner: string | undefined;
  readonly privateKey: string;
  webhookSecrets: readonly string[];
  webhookUrl: string | undefined;
  permissions: Permissions;
  events: readonly string[];
  /** ISO 8601. */
  readonly createdAt: string;
}

export interface Installation {
  readonly id: number;
  /** Login of the user or organization. */
  readonly account: string;
  repositories: 'all' | readonly number[];
  suspendedAt: string | null;
  readonly createdAt: string;
}

export interface InstallationToken {
  readonly token: string;
  readonly installationId: number;
  readonly permissions: Permissions;
  readonly repositoryIds: readonly number[] | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** What a token may ask to be narrowed to, in `POST /app/installations/{installation_id}/access_tokens`. */
export interface Narrowing {
  readonly permissions: Permissions;
  readonly repositoryIds: readonly number[] | null;
}

export interface Access {
  readonly app: App;
  /** A user's token; the same one each time. */
  tokenOf(login: string): string;
  /** Throws a 401 for what is not a token or JWT of the box. */
  callerOf(authorization: string | undefined): Caller;
  install(account: string, repositories?: 'all' | readonly number[]): Installation;
  uninstall(account: string): void;
  installations(): readonly Installation[];
  installation(id: number): Installation | undefined;
  /** The installation that covers the repository of this account. */
  installationFor(account: string, repositoryId?: number): Installation | undefined;
  mint(installation: Installation, narrowing: Narrowing): InstallationToken;
  revoke(token: string): void;
  saved(): SavedAccess;
}

export interface SavedAccess {
  readonly app: App;
  readonly userTokens: readonly (readonly [token: string, login: string])[];
  readonly installations: readonly Installation[];
  readonly installationTokens: readonly InstallationToken[];
}

/** What a bot for pull requests needs: see docs.github.com, "Permissions required for GitHub Apps". */
const DEFAULT_PERMISSIONS: Permissions = {
  actions: 'write',
  administration: 'read',
  checks: 'write',
  contents: 'write',
  issues: 'write',
  members: 'read',
  metadata: 'read',
  pull_requests: 'write',
  statuses: 'write',
};
const DEFAULT_EVENTS = [
  'check_run',
  'check_suite',
  'issue_comment',
  'issues',
  'label',
  'member',
  'membership',
  'merge_group',
  'milestone',
  'organization',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'push',
  'repository',
  'status',
  'team',
  'workflow_run',
];
const FIRST_APP_ID = 1;
const FIRST_INSTALLATION_ID = 101;
/** https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app */
const MAX_JWT_SECONDS = 600;
/** The clocks of client and server may differ by a little. */
const JWT_LEEWAY_SECONDS = 60;
const TOKEN_LIFETIME_MS = 3_600_000;
const TOKEN_BYTES = 18;

const jwtHeader = z.object({ alg: z.string() });
const jwtClaims = z.object({ iss: z.union([z.string(), z.number()]), iat: z.number(), exp: z.number() });

const randomToken = (prefix: string): string => prefix + randomBytes(TOKEN_BYTES).toString('hex');

function partOf<T>(text: string | undefined, schema: z.ZodMiniType<T>): T | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** On a thread of its own: it can take half a second. */
async function generatedKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return privateKey;
}

const tokenIn = (authorization: string): string => authorization.replace(/^(?:bearer|token)\s+/i, '').trim();

export async function appFrom(options: AppOptions, createdAt: Date): Promise<App> {
  const { id = FIRST_APP_ID, slug = 'bowsprit', webhookSecrets = [randomBytes(20).toString('hex')] } = options;
  return {
    id,
    slug,
    name: options.name ?? slug,
    clientId: `Iv23box${String(id).padStart(13, '0')}`,
    owner: options.owner,
    privateKey: await (options.privateKey ?? generatedKey()),
    webhookSecrets,
    webhookUrl: options.webhookUrl,
    permissions: options.permissions ?? DEFAULT_PERMISSIONS,
    events: options.events ?? DEFAULT_EVENTS,
    createdAt: createdAt.toISOString(),
  };
}

export function accessWith(saved: SavedAccess, now: () => Date): Access {
  const { app } = saved;
  const publicKey = createPublicKey(app.privateKey);
  const userTokens = new Map(saved.userTokens);
  const installations = new Map(saved.installations.map((each) => [each.id, { ...each }]));
  const installationTokens = new Map(saved.installationTokens.map((each) => [each.token, each]));

  const callerByJwt = (token: string): Caller => {
    const [head, body, signature] = token.split('.');
    const header = partOf(head, jwtHeader);
    const claims = partOf(body, jwtClaims);
    if (header?.alg !== 'RS256' || claims === undefined) {
      throw new GitHubError(401, 'A JSON web token could not be decoded');
    }
    if (String(claims.iss) !== String(app.id) && claims.iss !== app.clientId) {
      throw new GitHubError(404, 'Integration not found');
    }
    const signed = Buffer.from(`${head}.${body}`);
    if (!verify('sha256', signed, publicKey, Buffer.from(signature ?? '', 'base64url'))) {
      throw new GitHubError(401, 'A JSON web token could not be decoded');
    }
    const seconds = now().getTime() / 1000;
    if (claims.exp <= seconds) {
      throw new GitHubError(
        401,
        "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
      );
    }
    if (claims.exp > seconds + MAX_JWT_SECONDS + JWT_LEEWAY_SECONDS) {
      throw new GitHubError(401, "'Expiration time' claim ('exp') is too far in the future");
    }
    if (claims.iat > seconds + JWT_LEEWAY_SECONDS) {
      throw new GitHubError(
        401,
        "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
      );
    }
    return { is: 'app', appId: app.id };
  };

  return {
    app,
    tokenOf(login) {
      for (const [token, owner] of userTokens) if (owner === login) return token;
      const token = randomToken('ghp_');
      userTokens.set(token, login);
      return token;
    },
    callerOf(authorization) {
      if (authorization === undefined) return { is: 'nobody' };
      const token = tokenIn(authorization);
      const login = userTokens.get(token);
      if (login !== undefined) return { is: 'user', login };
      const grant = installationTokens.get(token);
      const installation = grant === undefined ? undefined : installations.get(grant.installationId);
      if (grant !== undefined && installation !== undefined && grant.expiresAt > now().getTime()) {
        if (installation.suspendedAt !== null) throw new GitHubError(403, 'This installation has been suspended');
        const { repositories } = installation;
        return {
          is: 'installation',
          appId: app.id,
          installationId: installation.id,
          account: installation.account,
          login: `${app.slug}[bot]`,
          token,
          permissions: grant.permissions,
          repositoryIds: grant.repositoryIds ?? (repositories === 'all' ? null : repositories),
        };
      }
      if (token.split('.').length === 3) return callerByJwt(token);
      throw new GitHubError(401, 'Bad credentials');
    },
    install(account, repositories = 'all') {
      const existing = [...installations.values()].find((each) => each.account === account);
      if (existing !== undefined) {
        existing.repositories = repositories;
        return existing;
      }
      const id = Math.max(FIRST_INSTALLATION_ID - 1, ...installations.keys()) + 1;
      const made = { id, account, repositories, suspendedAt: null, createdAt: now().toISOString() };
      installations.set(id, made);
      return made;
    },
    uninstall(account) {
      for (const { id } of [...installations.values()].filter((each) => each.account === account)) {
        installations.delete(id);
      }
    },
    installations: () => [...installations.values()],
    installation: (id) => installations.get(id),
    installationFor: (account, repositoryId) =>
      [...installations.values()].find(
        (each) =>
          each.account.toLowerCase() === account.toLowerCase() &&
          (repositoryId === undefined || each.repositories === 'all' || each.repositories.includes(repositoryId)),
      ),
    mint(installation, { permissions, repositoryIds }) {
      const at = now().getTime();
      for (const { token, expiresAt } of installationTokens.values())
        if (expiresAt <= at) installationTokens.delete(token);
      const expiresAt = Math.floor(at / 1000) * 1000 + TOKEN_LIFETIME_MS;
      const minted = {
        token: randomToken('ghs_'),
        installationId: installation.id,
        permissions,
        repositoryIds,
        expiresAt,
      };
      installationTokens.set(minted.token, minted);
      return minted;
    },
    revoke(token) {
      installationTokens.delete(token);
    },
    saved: () => ({
      app,
      userTokens: [...userTokens],
      installations: [...installations.values()],
      installationTokens: [...installationTokens.values()],
    }),
  };
}
