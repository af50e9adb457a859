/**
 * What a command costs the forge: the real engine and provider, from the signed webhook on, against the GitHub in a
 * box, whose request log counts. Tokens are not counted, since one serves for an hour.
 */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import * as z from 'zod/mini';
import { startEmulators, type Emulators } from '../local/emulators.ts';
import { madeTable } from '../local/furnishing.ts';
import { seedInto, startGitHub, type GitHubInABox, type State } from '../local/github/index.ts';
import { addLabel, labelNamed, repositoryNamed } from '../local/github/state.ts';
import { automations } from '../shared/automations/index.ts';
import { carryOut, type Services } from '../shared/carry-out.ts';
import { commands } from '../shared/commands/index.ts';
import { receive } from '../shared/providers/github/receive.ts';
import { messageOf } from '../shared/queue.ts';
import { providersBy } from '../shared/providers/index.ts';
import { settingsBook } from '../shared/settings/index.ts';
import { auditTrail } from '../shared/store/audit.ts';
import { cacheIn } from '../shared/store/cache.ts';
import { connectDocuments } from '../shared/store/documents.ts';
import { ledgerIn } from '../shared/ledger.ts';
import { ownersCacheIn } from '../shared/store/owners-cache.ts';
import { seenIn } from '../shared/store/seen.ts';
import { statesIn } from '../shared/store/states.ts';
import { CACHE_TABLE } from '../shared/store/tables.ts';
import { clocks, wake, type Clock } from '../shared/clocks.ts';
import { RECOVERY } from '../shared/recovery.ts';
import { sweeps } from '../shared/sweeps/index.ts';
import type { Counted } from './scale/model.ts';

export type CallsRow = {
  readonly command: string;
  /** Requests with nothing in the cache. */
  readonly cold: number;
  /** Requests when the same person commanded in the same repository within the minute. */
  readonly warm: number;
  /** Requests that create content, of which GitHub allows 500 an hour. */
  readonly content: number;
  /** Requests that follow from what the command itself changed. */
  readonly cascade: number;
  /** The warm requests, in short. */
  readonly which: string;
  /** Prow's requests for the same, derived from its code. */
  readonly peer: string;
  readonly goal: string;
  readonly met: boolean;
};

type Goal = { readonly cold?: number; readonly warm: number };

type Scenario = {
  readonly command: string;
  /** What was said before, and is not counted. */
  readonly before: readonly Said[];
  readonly said: Said;
  readonly peer: string;
  readonly goal: Goal;
};

type Said = readonly [who: string, body: string];

const ORGANIZATION = 'acme';
const REPOSITORY = `${ORGANIZATION}/widgets`;
const APPROVER = 'ada-example';
const REVIEWER = 'grace-example';
const AUTHOR = 'ben-example';
const STRANGER = 'zoe-example';
const PARTS = Array.from({ length: 10 }, (_, index) => `part-${index}`);
const LABEL = 'kind/bug';
const SECRET = 'a-secret-for-the-bench';
const REGION = 'us-east-1';
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' } as const;
const FORGE_TIMEOUT_MS = 10_000;
const LEASE_SECONDS = 45;
const MAX_BODY_BYTES = 6 * 1024 * 1024;
const now = (): Date => new Date();
/** More rounds of webhooks than any command sets off. */
const MAX_ROUNDS = 5;

// Goals: the last table of STACK; Prow's figures: derived from its code, for a small organization.
const SCENARIOS: readonly Scenario[] = [
  {
    command: 'a comment without a command',
    before: [],
    said: [REVIEWER, 'Nice; see `/usr/bin` for more.'],
    peer: '0 - 5',
    goal: { cold: 0, warm: 0 },
  },
  { command: '/hold', before: [], said: [STRANGER, '/hold'], peer: '2 - 5', goal: { warm: 2 } },
  { command: '/label', before: [], said: [REVIEWER, '/label kind/bug'], peer: '3 - 6', goal: { warm: 2 } },
  { command: '/lgtm', before: [], said: [REVIEWER, '/lgtm'], peer: '8', goal: { warm: 3 } },
  { command: '/why', before: [], said: [STRANGER, '/why'], peer: 'has none', goal: { warm: 3 } },
  {
    command: `/approve over ${PARTS.length} directories`,
    before: [],
    said: [APPROVER, '/approve'],
    peer: '11 - 22',
    goal: { cold: 5, warm: 4 },
  },
  { command: 'refused', before: [], said: [STRANGER, '/approve'], peer: '+ 2', goal: { warm: 5 } },
  {
    command: 'the /lgtm that merges',
    before: [[APPROVER, '/approve']],
    said: [REVIEWER, '/lgtm'],
    peer: '8 + 2',
    goal: { warm: 5 },
  },
];
const IDLE_GOAL = 12;

export async function benchForgeCalls(): Promise<readonly CallsRow[]> {
  const world = await openWorld();
  // The engine's own log would drown the table.
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true;
  try {
    const rows: CallsRow[] = [];
    for (const scenario of SCENARIOS) {
      // One after the other: they share the forge whose log is read.
      // oxlint-disable-next-line no-await-in-loop
      rows.push(await measured(scenario, world));
    }
    const own = clocks.filter(({ name }) => name === RECOVERY.name);
    rows.push(
      await idleHour(
        'an idle hour',
        clocks.filter((each) => !own.includes(each)),
        world,
      ),
    );
    rows.push(await idleHour('an idle hour of recovery, once for the App', own, world));
    return rows;
  } finally {
    process.stdout.write = write;
    await world.close();
  }
}

async function measured({ command, before, said, peer, goal }: Scenario, world: World): Promise<CallsRow> {
  const services = await world.services();
  const played = async (others: Services): Promise<Cost> => {
    const number = await world.openPull(others);
    for (const [who, body] of before) {
      // oxlint-disable-next-line no-await-in-loop
      await world.comment(number, who, body, others);
    }
    return world.comment(number, said[0], said[1], services);
  };
  const cold = await played(await world.services());
  // Where it is warm, the opening of the pull request came by here as well.
  const warm = await played(services);
  return {
    command,
    cold: cold.direct.length,
    warm: warm.direct.length,
    content: warm.direct.filter(isContent).length,
    cascade: warm.cascade.length,
    which: inShort(warm.direct),
    peer: `Prow ${peer}`,
    goal: `${goal.cold === undefined ? '' : `cold <= ${goal.cold}, `}warm <= ${goal.warm}`,
    met: warm.direct.length <= goal.warm && cold.direct.length <= (goal.cold ?? Infinity),
  };
}

/** An hour in which nobody types: what the clock wakes. */
async function idleHour(command: string, woken: readonly Clock[], world: World): Promise<CallsRow> {
  const services = await world.services();
  let calls: readonly string[] = [];
  for (const { name, every } of woken) {
    world.github.clearRequests();
    // oxlint-disable-next-line no-await-in-loop
    await wake(name, services);
    calls = [...calls, ...Array.from({ length: 60 / every }, () => callsIn(world.github)).flat()];
  }
  return {
    command,
    cold: calls.length,
    warm: calls.length,
    content: 0,
    cascade: 0,
    which: inShort(calls),
    peer: 'Prow >= 480',
    goal: `<= ${IDLE_GOAL}`,
    met: calls.length <= IDLE_GOAL,
  };
}

/** A mean over the commands that change something, each as often as any other, with a warm cache. */
export async function countedCommands(): Promise<Counted> {
  const meter = { tableCalls: 0, readUnits: 0, writeUnits: 0, records: 0, messageBytes: 0, logBytes: 0 };
  const world = await openWorld(meter);
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = (chunk: string | Uint8Array): boolean => {
    meter.logBytes += chunk.length;
    return true;
  };
  const played = SCENARIOS.slice(1).filter(({ command }) => command !== '/why');
  let forgeCalls = 0;
  const sum = { ...meter };
  try {
    for (const { before, said } of played) {
      /* oxlint-disable no-await-in-loop */
      const services = await world.services();
      const cold = await world.openPull(services);
      for (const [who, body] of [...before, said]) await world.comment(cold, who, body, services);
      const warm = await world.openPull(services);
      for (const [who, body] of before) await world.comment(warm, who, body, services);
      const start = { ...meter };
      const { direct, cascade } = await world.comment(warm, said[0], said[1], services);
      /* oxlint-enable no-await-in-loop */
      forgeCalls += direct.length + cascade.length;
      for (const name of METERED) sum[name] += meter[name] - start[name];
    }
  } finally {
    process.stdout.write = write;
    await world.close();
  }
  const mean = (total: number): number => Number((total / played.length).toFixed(2));
  return {
    forgeCalls: mean(forgeCalls),
    tableCalls: mean(sum.tableCalls),
    readUnits: mean(sum.readUnits),
    writeUnits: mean(sum.writeUnits),
    anchors: mean(sum.records),
    events: mean(sum.records),
    messageBytes: Math.round(mean(sum.messageBytes)),
    logBytes: Math.round(mean(sum.logBytes)),
  };
}

const METERED = ['tableCalls', 'readUnits', 'writeUnits', 'records', 'messageBytes', 'logBytes'] as const;
type Meter = Record<(typeof METERED)[number], number>;

const units = z.object({ CapacityUnits: z.number() });
const consumed = z.object({ output: z.object({ ConsumedCapacity: z.union([units, z.array(units)]) }) });

/** Every request asks what it cost, as DynamoDB would charge for it: the indexes' writes are among it. */
function metered(documents: DynamoDBDocumentClient, meter: Meter): void {
  documents.middlewareStack.add(
    (next, context) => async (args) => {
      Reflect.set(args.input, 'ReturnConsumedCapacity', 'TOTAL');
      meter.tableCalls += 1;
      const reads = /Get|Query|Scan/.test(context.commandName ?? '');
      try {
        const result = await next(args);
        const { success, data } = consumed.safeParse(result);
        const charged = success ? [data.output.ConsumedCapacity].flat() : [{ CapacityUnits: 1 }];
        for (const { CapacityUnits } of charged) meter[reads ? 'readUnits' : 'writeUnits'] += CapacityUnits;
        return result;
      } catch (error) {
        // A failed condition is charged as a write.
        meter.writeUnits += 1;
        throw error;
      }
    },
    { step: 'initialize', name: 'meter' },
  );
}

type Cost = { readonly direct: readonly string[]; readonly cascade: readonly string[] };

type World = {
  readonly github: GitHubInABox;
  /** As in a process that has just started: nothing in the cache, no token. The audit trail is the same for all. */
  services(): Promise<Services>;
  /** A pull request that changes a file in each directory, and what its opening does. */
  openPull(services: Services): Promise<number>;
  comment(number: number, who: string, body: string, services: Services): Promise<Cost>;
  close(): Promise<void>;
};

const numbered = z.object({ number: z.number() });

type Webhook = { readonly headers: IncomingHttpHeaders; readonly body: string };

async function openWorld(meter?: Meter): Promise<World> {
  const emulators = await startEmulators({ environment: {}, maxReceives: 3, visibilitySeconds: 30 });
  const webhooks: Webhook[] = [];
  const hook = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      webhooks.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
      response.writeHead(202).end();
    });
  });
  hook.listen(0, '127.0.0.1');
  await once(hook, 'listening');
  const address = hook.address();
  if (address === null || typeof address === 'string') throw new Error('the hook has no port');
  const github = await startGitHub({
    seed: madeUp,
    app: { owner: ORGANIZATION, webhookSecrets: [SECRET], webhookUrl: `http://127.0.0.1:${address.port}/` },
    validate: 'strict',
  });
  let branches = 0;

  const call = async (who: string, path: string, body: unknown): Promise<unknown> => {
    const response = await fetch(`${github.url}/repos/${REPOSITORY}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${github.tokens[who] ?? ''}`, 'user-agent': 'bowsprit-bench' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path} was answered ${response.status}: ${await response.text()}`);
    return response.json();
  };

  /** Carries out what the webhooks of the last change ask for, and then what the webhooks of that ask for. */
  const carriedOut = async (services: Services): Promise<Cost> => {
    const rounds: (readonly string[])[] = [];
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      /* oxlint-disable no-await-in-loop */
      await github.idle();
      const arrived = webhooks.splice(0);
      github.clearRequests();
      for (const each of arrived) await delivered(each, github, services, meter);
      /* oxlint-enable no-await-in-loop */
      rounds.push(callsIn(github));
      if (arrived.length === 0) break;
    }
    const [direct = [], ...more] = rounds;
    return { direct, cascade: more.flat() };
  };

  return {
    github,
    services: () => servicesOver(github, emulators, meter),
    async openPull(services) {
      branches += 1;
      const branch = `change-${branches}`;
      const text = `export const turns = ${branches};\n`;
      const files = Object.fromEntries(PARTS.map((part) => [`${part}/widget.ts`, text]));
      seedInto(github.state, now).commitFiles(REPOSITORY, branch, files, AUTHOR, `Change ${branches}`);
      const opened = await call(AUTHOR, '/pulls', { title: `Change ${branches}`, head: branch, base: 'main' });
      await carriedOut(services);
      return numbered.parse(opened).number;
    },
    async comment(number, who, body, services) {
      await call(who, `/issues/${number}/comments`, { body });
      return carriedOut(services);
    },
    async close() {
      await github.close();
      hook.close();
      hook.closeAllConnections();
      await emulators.close();
    },
  };
}

async function delivered(
  { headers, body }: Webhook,
  github: GitHubInABox,
  services: Services,
  meter: Meter | undefined,
): Promise<void> {
  const single = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  const received = await receive(
    { headers: single, body, receivedAt: now().toISOString() },
    { secrets: [SECRET], appId: String(github.app.id), bots: [], maxBodyBytes: MAX_BODY_BYTES },
  );
  if (received.is !== 'delivery') return;
  if (meter !== undefined) meter.messageBytes += Buffer.byteLength(messageOf(received.delivery));
  await carryOut(received.delivery, services);
}

/** As services.ts puts them together, over a cache of their own. */
async function servicesOver(
  github: GitHubInABox,
  { dynamodbEndpoint, auditTable }: Emulators,
  meter: Meter | undefined,
): Promise<Services> {
  const connect = { endpoint: dynamodbEndpoint, region: REGION, credentials: CREDENTIALS };
  const table = `cache-${ulid()}`;
  const client = new DynamoDBClient(connect);
  await madeTable(client, { ...CACHE_TABLE, name: table });
  client.destroy();
  const documents = connectDocuments(connect);
  if (meter !== undefined) metered(documents, meter);
  const audit = auditTrail({ documents, table: auditTable, anchors: undefined });
  const cache = cacheIn({ documents, table, now });
  const owners = ownersCacheIn(cache);
  const { url: apiUrl, app } = github;
  const privateKey = async (): Promise<string> => app.privateKey;
  return {
    provider: providersBy({ github: { apiUrl, appId: String(app.id), privateKey, timeoutMs: FORGE_TIMEOUT_MS } }),
    audit,
    seen: seenIn({ documents, table, leaseSeconds: LEASE_SECONDS, now }),
    cache,
    states: statesIn({ audit, cache }),
    ledger: ledgerIn({ audit, cache, now }),
    owners: (repository, ref, options) => owners.memory(repository, ref, options),
    carryOwners: (repository, ref, before, after) => owners.carryForward(repository, ref, before, after),
    publish: async () => {
      if (meter !== undefined) meter.records += 1;
    },
    put: async () => undefined,
    send: async () => undefined,
    engines: new Map(),
    fun: async () => ({ is: 'away' }),
    settings: settingsBook([]),
    commands,
    automations,
    sweeps,
    now,
    newId: () => ulid(),
  };
}

function madeUp(state: State): void {
  const seed = seedInto(state, now);
  for (const login of [APPROVER, REVIEWER, AUTHOR, STRANGER]) seed.createUser(login);
  seed.createOrganization(ORGANIZATION, { members: { [APPROVER]: 'admin', [REVIEWER]: 'member' } });
  const owners = PARTS.map((part) => [`${part}/OWNERS`, `approvers:\n- ${APPROVER}\n`]);
  seed.createRepository(REPOSITORY, {
    files: { OWNERS: `approvers:\n- ${APPROVER}\nreviewers:\n- ${REVIEWER}\n`, ...Object.fromEntries(owners) },
    collaborators: { [APPROVER]: 'maintain', [REVIEWER]: 'write', [AUTHOR]: 'write' },
  });
  const repository = repositoryNamed(state, ORGANIZATION, REPOSITORY.slice(ORGANIZATION.length + 1));
  if (repository === undefined) throw new Error('the made-up repository was not made');
  if (labelNamed(repository, LABEL) === undefined) addLabel(state, repository, { name: LABEL });
}

const TOKEN_ROUTE = 'POST /app/installations/{installation_id}/access_tokens';

/** What the App asked for, tokens apart. */
function callsIn(github: GitHubInABox): readonly string[] {
  return github
    .requests()
    .filter(({ callerIs, route }) => (callerIs === 'installation' || callerIs === 'app') && route !== TOKEN_ROUTE)
    .map(({ method, path, route }) => (route === '' ? `${method} ${path}` : route));
}

function isContent(call: string): boolean {
  return /^POST .*\/(?:comments|reviews|issues|pulls)$/.test(call);
}

function short(call: string): string {
  return call.replace(/\/repos\/(?:\{owner\}\/\{repo\}|[^/]+\/[^/]+)\//, '');
}

/** `GET pulls/{pull_number}, 2 x POST issues/{issue_number}/labels`, in the order of the first of each. */
function inShort(calls: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const call of calls) counts.set(call, (counts.get(call) ?? 0) + 1);
  return [...counts].map(([call, count]) => (count === 1 ? short(call) : `${count} x ${short(call)}`)).join(', ');
}
