/** Puts the front together around a state and its routes, listens, and keeps both over a restart when told where. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import {
  type Access,
  accessWith,
  appFrom,
  type AppFacts,
  type AppOptions,
  type Installation,
  type SavedAccess,
} from './apps.ts';
import { appRoutes } from './app-routes.ts';
import type { Accounts } from './accounts.ts';
import type { Box, Handler, Routes } from './box.ts';
import { controlFor } from './control.ts';
import { deliveriesTo, type Deliveries, type Delivery } from './deliveries.ts';
import { type Faults, faultsWith } from './faults.ts';
import { judging } from './judging.ts';
import { type Limits, limitsBy } from './limits.ts';
import { routerFor } from './router.ts';
import { frontFor, type Logged } from './server.ts';
import type { State } from './state.ts';
import { referee, type Referee, type Violation } from './validate.ts';
import { webhooksFor } from './webhooks.ts';

const KEEP_ALIVE_MS = 60_000;

export interface GitHubOptions {
  /** 0, the default, picks a free one. */
  readonly port?: number;
  /** Where the box's clock starts from and what it follows; the machine's clock when absent. */
  readonly now?: () => Date;
  /** Fills a fresh state; not called where a saved one was found. */
  readonly seed?: (state: State, now: () => Date) => void;
  /** Called at every start, for what must be there whatever was saved. The App is on the accounts it names, or is installed. */
  readonly ensure?: (state: State, now: () => Date) => readonly string[];
  /** Called when an account's repository is asked for that is not there. It makes it, or does nothing. Nobody is told. */
  readonly onDemand?: (state: State, now: () => Date, owner: string, name: string) => void;
  readonly app?: AppOptions;
  /** Accounts on which the App is installed; all that own repositories when absent. */
  readonly installedOn?: readonly string[];
  /** Folder for github.json; in memory only when absent. */
  readonly dataDir?: string;
  /** Whether the referee's objections are answered with an error or only recorded, the default; `off` where speed is what counts. */
  readonly validate?: 'strict' | 'record' | 'off';
  /** `/api/v3` makes it look like GitHub Enterprise Server: GraphQL is then at `/api/graphql`. */
  readonly basePath?: '' | '/api/v3';
  /** `Type.field`: what the GraphQL of an older Enterprise Server does not know yet. */
  readonly graphqlWithout?: readonly string[];
  /** For the dice of faults. */
  readonly randomSeed?: number;
}

/** What the front is put around. */
export interface Inside {
  readonly freshState: () => State;
  readonly save: (state: State) => unknown;
  /** Throws on what was not saved by `save`. */
  readonly restore: (saved: unknown) => State;
  /** Makes the App known to the state, with the bot account it acts as. */
  readonly adopt: (state: State, app: AppFacts, now: Date) => void;
  readonly routes: Routes;
  readonly graphql: (access: Access, limits: Limits, without: readonly string[]) => Handler;
  readonly accounts: Accounts;
}

export interface GitHubInABox {
  /** REST root without a trailing slash. */
  readonly url: string;
  readonly graphqlUrl: string;
  readonly state: State;
  readonly box: Box;
  /** A token for every made-up person. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly app: {
    readonly id: number;
    readonly slug: string;
    readonly privateKey: string;
    readonly webhookSecret: string;
    installationId(account: string): number;
    install(account: string, repositories?: 'all' | readonly number[]): Installation;
    uninstall(account: string): void;
  };
  setWebhookUrl(url: string | undefined): void;
  /** The first one signs from now on. */
  setWebhookSecrets(secrets: readonly string[]): void;
  /** Sets the clock to a moment, from which it goes on; undefined goes back to `now`. */
  setClock(at: Date | undefined): void;
  readonly faults: Faults;
  readonly limits: Limits;
  requests(): readonly Logged[];
  clearRequests(): void;
  /** The headers of each request that a fault left open and nobody has given up yet. */
  hanging(): readonly IncomingHttpHeaders[];
  /** Newest first. */
  deliveries(): readonly Delivery[];
  redeliver(id: number): boolean;
  holdDeliveries(): void;
  releaseDeliveries(order?: 'as-queued' | 'reversed'): void;
  /** Resolves when all queued webhooks have been answered. */
  idle(): Promise<void>;
  violations(): readonly Violation[];
  close(): Promise<void>;
}

interface Saved {
  readonly version: 1;
  readonly access: SavedAccess;
  readonly deliveries: readonly Delivery[];
  readonly state: unknown;
}

const SAVE_AFTER_MS = 200;
const HOOK_ID = 1;
const MAX_LOGGED = 100_000;
const DEFAULT_RANDOM_SEED = 1;

const UNJUDGED: Referee = { knows: () => true, request: () => [], answer: () => [], webhook: () => [] };

const savedIn = (file: string): Saved | undefined => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  // Written by the box itself; another version is refused below.
  const saved: Saved = JSON.parse(text);
  if (saved.version !== 1) throw new Error(`${file} was not written by this version of the box; move it away`);
  return saved;
};

export async function startFront(options: GitHubOptions, inside: Inside): Promise<GitHubInABox> {
  const { basePath = '', dataDir, now: base = () => new Date(), onDemand } = options;
  const { accounts } = inside;
  const file = dataDir === undefined ? undefined : join(dataDir, 'github.json');
  const saved = file === undefined ? undefined : savedIn(file);

  let offsetMs = 0;
  const now = (): Date => new Date(base().getTime() + offsetMs);

  const state = saved === undefined ? inside.freshState() : inside.restore(saved.state);
  if (saved === undefined) options.seed?.(state, now);
  const ensured = options.ensure?.(state, now) ?? [];
  const identity = saved?.access.app ?? (await appFrom(options.app ?? {}, now()));
  const access = accessWith(
    saved?.access ?? { app: identity, userTokens: [], installations: [], installationTokens: [] },
    now,
  );
  inside.adopt(state, identity, now());
  if (options.app?.webhookUrl !== undefined) access.app.webhookUrl = options.app.webhookUrl;

  let saving: NodeJS.Timeout | undefined;
  const saveNow = (): void => {
    if (file === undefined || dataDir === undefined) return;
    clearTimeout(saving);
    saving = undefined;
    const content: Saved = {
      version: 1,
      access: access.saved(),
      deliveries: deliveries.saved(),
      state: inside.save(state),
    };
    mkdirSync(dataDir, { recursive: true });
    // Others would find a key and tokens in it.
    rmSync(`${file}.new`, { force: true });
    writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const changed = (): void => {
    if (file !== undefined) saving ??= setTimeout(saveNow, SAVE_AFTER_MS);
  };

  const deliveries: Deliveries = deliveriesTo(
    () => {
      const { webhookUrl: url, webhookSecrets, id: appId } = access.app;
      return url === undefined || url === '' ? undefined : { id: HOOK_ID, url, secret: webhookSecrets[0] ?? '', appId };
    },
    now,
    changed,
  );
  if (saved !== undefined) deliveries.restore(saved.deliveries);

  const judge = options.validate === 'off' ? UNJUDGED : referee();
  const verdicts = judging();
  const limits = limitsBy(now);
  const faults = faultsWith(options.randomSeed ?? DEFAULT_RANDOM_SEED);
  const emit = webhooksFor({ access, accounts, deliveries, referee: judge, judging: verdicts });
  let requests: Logged[] = [];
  const hanging = new Set<IncomingMessage>();

  // On a machine that stands still for the usual five seconds, a connection would end under a request.
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the box listens on no port');
  const htmlUrl = `http://127.0.0.1:${address.port}`;
  const box: Box = {
    state,
    now,
    url: `${htmlUrl}${basePath}`,
    htmlUrl,
    ...(onDemand === undefined
      ? {}
      : {
          onDemand(owner, name) {
            onDemand(state, now, owner, name);
            changed();
          },
        }),
    emit: (happening) => emit(box, happening),
  };

  for (const account of saved === undefined ? (options.installedOn ?? accounts.owners(box)) : [])
    access.install(account);
  for (const account of ensured) if (access.installationFor(account) === undefined) access.install(account);
  const people = (): Record<string, string> =>
    Object.fromEntries(accounts.people(box).map((login) => [login, access.tokenOf(login)]));
  const setClock = (at: Date | undefined): void => {
    offsetMs = at === undefined ? 0 : at.getTime() - base().getTime();
  };
  const clearRequests = (): void => {
    requests = [];
  };

  const front = frontFor({
    box,
    basePath,
    router: routerFor({ ...inside.routes, ...appRoutes({ access, deliveries, limits, accounts }) }),
    graphql: inside.graphql(access, limits, options.graphqlWithout ?? []),
    control: controlFor({
      faults,
      now,
      setClock,
      requests: () => requests,
      clearRequests,
      violations: () => verdicts.violations(),
      people,
    }),
    callerOf: (authorization) => access.callerOf(authorization),
    limits,
    faults,
    referee: judge,
    judging: verdicts,
    strict: options.validate === 'strict',
    log: (entry) => {
      if (requests.length < MAX_LOGGED) requests.push(entry);
    },
    changed,
    hung(request) {
      hanging.add(request);
      request.socket.once('close', () => hanging.delete(request));
    },
  });
  server.on('request', (request, response) => {
    front(request, response).catch((error: unknown) => {
      const subject = `${request.method} ${request.url}`;
      verdicts.later(() => [{ side: 'answer', subject, where: '', problem: String(error) }]);
      response.destroy();
    });
  });
  changed();

  return {
    url: box.url,
    graphqlUrl: `${htmlUrl}${basePath === '' ? '' : '/api'}/graphql`,
    state,
    box,
    get tokens() {
      return people();
    },
    app: {
      id: identity.id,
      slug: identity.slug,
      privateKey: identity.privateKey,
      get webhookSecret() {
        return access.app.webhookSecrets[0] ?? '';
      },
      installationId: (account) => {
        const installation = access.installationFor(account);
        if (installation === undefined) throw new Error(`the App is not installed on ${account}`);
        return installation.id;
      },
      install: (account, repositories) => access.install(account, repositories),
      uninstall: (account) => access.uninstall(account),
    },
    setWebhookUrl(url) {
      access.app.webhookUrl = url;
      changed();
    },
    setWebhookSecrets(secrets) {
      access.app.webhookSecrets = secrets;
      changed();
    },
    setClock,
    faults,
    limits,
    requests: () => requests,
    clearRequests,
    hanging: () => [...hanging].map(({ headers }) => headers),
    deliveries: () => deliveries.log(),
    redeliver: (id) => deliveries.redeliver(id),
    holdDeliveries: () => deliveries.hold(),
    releaseDeliveries: (order) => deliveries.release(order),
    idle: () => deliveries.idle(),
    violations: () => verdicts.violations(),
    async close() {
      verdicts.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      deliveries.stop();
      await deliveries.idle();
      if (file !== undefined) saveNow();
    },
  };
}
