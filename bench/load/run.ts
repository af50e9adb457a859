/** Steady load, a flood that wants nothing, and a flood on one pull request; each measured from the POST to the label. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { availableParallelism, loadavg } from 'node:os';
import * as z from 'zod/mini';
import { seedInto, startGitHub, type GitHubInABox, type State } from '../../local/github/index.ts';
import { addLabel, repositoryNamed } from '../../local/github/state.ts';
import { FAIR, stageFor, type Stage } from '../stage/stage.ts';

export type LoadOptions = {
  /** Of the steady load. */
  readonly minutes: number;
  /** Commands a second. */
  readonly rate: number;
  readonly pulls: number;
  /** Comments without a command. */
  readonly flood: number;
  readonly workers: number;
};

export type LoadRow = {
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
  readonly met: boolean;
};

const OWNER = 'acme';
const REVIEWER = 'grace-example';
const AUTHOR = 'ben-example';
const PULLS_PER_REPOSITORY = 10;
/** As many as an issue bears, so that each command on the flooded one is about a label of its own. */
const FLOODED = 100;
const LABELS = Array.from({ length: FLOODED }, (_, index) => `area/part-${index}`);
const cpus = availableParallelism();
const DOORS = 1;
const WARM_UP_SECONDS = 5;
const P50_MS = 150;
const P99_MS = 1_000;
/** Pull requests beside the flooded one, and how much later one of them may be. */
const BESIDE = 20;
const MAX_DELAY_MS = 5_000;
const FLOOD_CONNECTIONS = 8;
/** What a process may weigh more in the last quarter than in the second. */
const MAX_GROWTH = 1.1;
const SAMPLE_MS = 1_000;
const GIVE_UP_MS = 300_000;

type Pull = { readonly repository: string; readonly number: number; turn: number };
type Template = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

export async function loadRun(options: LoadOptions, say: (line: string) => void): Promise<readonly LoadRow[]> {
  const { rate, minutes } = options;
  say(
    `the machine's load before: ${loadavg()
      .map((each) => each.toFixed(1))
      .join(' ')}`,
  );
  const world = await worldOf(options);
  const stage = await stageFor({
    github: world.github,
    clock: undefined,
    seed: 1,
    workers: options.workers,
    doors: DOORS,
    weather: FAIR,
  });
  try {
    const driver = driverFor(world, stage);
    say('warming up ...');
    await driver.steady(rate, WARM_UP_SECONDS);
    say(`${rate} commands a second for ${minutes} minutes ...`);
    const weights: number[] = [];
    const weigh = (): number => weights.push((stage.doors.tally().rss + stage.workers.tally().rss) / 2 ** 20);
    const sampling = setInterval(weigh, SAMPLE_MS);
    const spentBefore = await spentBy(stage);
    const steady = await driver.steady(rate, minutes * 60);
    const shares = sharesOf(spentBefore, await spentBy(stage), steady.length);
    const eachMs = shares.reduce((sum, { ms }) => sum + ms, 0);
    clearInterval(sampling);
    const load = loadavg()[0] ?? 0;
    for (const { who, ms } of shares)
      say(`CPU a command: ${ms.toFixed(1).padStart(5)} ms, ${((100 * ms) / eachMs).toFixed(0).padStart(2)} %, ${who}`);
    say(`${cpus} cores would be full of that at ${((cpus * 1_000) / eachMs).toFixed(0)} commands a second`);

    say(`${options.flood} comments without a command ...`);
    const { sent: before } = (await stage.tally()).queue;
    const flood = await driver.flood(options.flood);
    const queued = (await stage.tally()).queue.sent - before;

    say(`${FLOODED} commands at once on one pull request, ${BESIDE} beside it ...`);
    const alone = await driver.beside(0);
    const beside = await driver.beside(FLOODED);
    const delay = Math.max(...beside) - Math.max(...alone);

    const half = ofQuarter(weights, 1);
    const end = ofQuarter(weights, 3);
    return [
      row(
        `label after the POST, p50 ms (${steady.length} commands, ${eachMs.toFixed(0)} ms CPU each with the emulators'; load of the machine ${load.toFixed(1)})`,
        quantile(steady, 0.5),
        P50_MS,
      ),
      row('label after the POST, p99 ms', quantile(steady, 0.99), P99_MS),
      row(
        `messages queued by ${options.flood} comments without a command (${flood.perSecond.toFixed(0)} a second)`,
        queued,
        0,
      ),
      row('comments of the flood that were not answered 202', flood.refused, 0),
      row(`ms that a pull request waits longer beside one with ${FLOODED} commands`, Math.max(0, delay), MAX_DELAY_MS),
      row(`memory of door and workers, MB in the end (${half.toFixed(0)} before)`, end, Math.ceil(half * MAX_GROWTH)),
    ];
  } finally {
    await stage.close();
    await world.close();
  }
}

type Spent = Readonly<Record<'door' | 'workers' | 'queue, tables and bucket' | 'forge and driver', number>>;

/** Seconds of CPU so far. */
async function spentBy(stage: Stage): Promise<Spent> {
  const { user, system } = process.cpuUsage();
  return {
    door: stage.doors.tally().cpuSeconds,
    workers: stage.workers.tally().cpuSeconds,
    'queue, tables and bucket': (await stage.tally()).cpuSeconds,
    'forge and driver': (user + system) / 1e6,
  };
}

function sharesOf(
  before: Spent,
  after: Spent,
  commands: number,
): readonly { readonly who: string; readonly ms: number }[] {
  const earlier = new Map(Object.entries(before));
  return Object.entries(after).map(([who, seconds]) => ({
    who,
    ms: ((seconds - (earlier.get(who) ?? 0)) * 1_000) / commands,
  }));
}

function row(what: string, measured: number, most: number): LoadRow {
  return { what, measured: measured.toFixed(0), goal: `<= ${most}`, met: measured <= most };
}

type World = {
  readonly github: GitHubInABox;
  readonly pulls: readonly Pull[];
  /** One on which nothing has been said. */
  readonly untouched: Pull;
  /** Calls back with each webhook of the forge. */
  readonly listen: (to: (template: Template) => void) => void;
  close(): Promise<void>;
};

const clockTime = (): Date => new Date();

async function worldOf({ pulls: count }: LoadOptions): Promise<World> {
  let heard: ((template: Template) => void) | undefined;
  const hook = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      response.writeHead(202).end();
      const { host: _, connection: __, 'content-length': ___, ...kept } = incoming.headers;
      const headers = Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, String(value)]));
      heard?.({ headers, body: Buffer.concat(chunks).toString('utf8') });
    });
  });
  hook.listen(0, '127.0.0.1');
  await once(hook, 'listening');
  const address = hook.address();
  if (address === null || typeof address === 'string') throw new Error('the hook has no port');
  const names = Array.from({ length: Math.ceil((count + 1) / PULLS_PER_REPOSITORY) }, (_, index) => `widgets-${index}`);
  const github = await startGitHub({
    now: clockTime,
    validate: 'off',
    seed: (state) => madeUp(state, names),
    app: {
      id: 1,
      owner: OWNER,
      events: ['issue_comment', 'pull_request'],
      webhookUrl: `http://127.0.0.1:${address.port}/`,
    },
  });
  for (const resource of ['core', 'search', 'graphql'] as const) github.limits.set(resource, 100_000_000);
  const [untouched, ...pulls] = Array.from({ length: count + 1 }, (_, index): Pull => {
    const name = names[Math.floor(index / PULLS_PER_REPOSITORY)] ?? '';
    const head = `change-${index}`;
    const files = { [`src/part-${index}.ts`]: `export const turns = ${index};\n` };
    seedInto(github.state, clockTime).commitFiles(`${OWNER}/${name}`, head, files, AUTHOR, `Change ${index}`);
    const seed = seedInto(github.state, clockTime);
    const { number } = seed.openPull(`${OWNER}/${name}`, AUTHOR, { title: 'Turn', head, base: 'main' });
    return { repository: name, number, turn: 0 };
  });
  if (untouched === undefined) throw new Error('there is no pull request');
  return {
    github,
    pulls,
    untouched,
    listen(to) {
      heard = to;
    },
    async close() {
      await github.close();
      hook.close();
      hook.closeAllConnections();
    },
  };
}

function madeUp(state: State, names: readonly string[]): void {
  const seed = seedInto(state, clockTime);
  for (const login of [REVIEWER, AUTHOR]) seed.createUser(login);
  seed.createOrganization(OWNER, { members: { [REVIEWER]: 'member', [AUTHOR]: 'member' } });
  for (const name of names) {
    seed.createRepository(`${OWNER}/${name}`, {
      files: { OWNERS: `approvers:\n- ${REVIEWER}\n` },
      collaborators: { [REVIEWER]: 'write', [AUTHOR]: 'write' },
    });
    const repository = repositoryNamed(state, OWNER, name);
    if (repository === undefined) throw new Error('a repository was not made');
    for (const label of LABELS) addLabel(state, repository, { name: label, color: 'ededed', description: 'A part' });
  }
}

type Driver = {
  /** A command every so often, whatever became of those before; ms until each was done. */
  steady(rate: number, seconds: number): Promise<readonly number[]>;
  flood(comments: number): Promise<{ readonly perSecond: number; readonly refused: number }>;
  /** So many commands at once on one pull request; ms until one on each of some others was done. */
  beside(commands: number): Promise<readonly number[]>;
};

const told = z.object({
  action: z.string(),
  repository: z.object({ name: z.string() }),
  sender: z.object({ type: z.string() }),
  issue: z.optional(z.object({ number: z.number() })),
  pull_request: z.optional(z.object({ number: z.number() })),
  label: z.optional(z.object({ name: z.string() })),
  comment: z.optional(z.looseObject({ id: z.number(), body: z.string() })),
});

function driverFor({ github, pulls, untouched, listen }: World, { doorUrl }: Stage): Driver {
  const agent = new Agent({ keepAlive: true });
  const begun = new Map<string, number>();
  const waiting = new Map<string, (ms: number) => void>();
  let template: Template | undefined;
  const token = github.tokens[REVIEWER] ?? '';
  const secret = github.app.webhookSecret;

  const posted = ({ headers, body }: Template, through = agent): Promise<number> =>
    new Promise((resolve) => {
      const all = { ...headers, 'content-length': Buffer.byteLength(body) };
      const sending = request(
        `${doorUrl}/webhooks/github`,
        { agent: through, method: 'POST', headers: all },
        (answer) => {
          answer.resume();
          answer.on('end', () => resolve(answer.statusCode ?? 0));
        },
      );
      sending.on('error', () => resolve(0));
      sending.end(body);
    });

  listen((webhook) => {
    const now = performance.now();
    const {
      action,
      repository,
      sender,
      issue,
      pull_request: pull,
      label,
      comment,
    } = told.parse(JSON.parse(webhook.body));
    const place = `${repository.name}#${pull?.number ?? issue?.number ?? 0}`;
    if (label !== undefined && sender.type === 'Bot') {
      const key = `${place} ${action} ${label.name}`;
      const since = begun.get(key);
      if (since !== undefined) waiting.get(key)?.(now - since);
      begun.delete(key);
      waiting.delete(key);
    }
    if (comment !== undefined && action === 'created' && sender.type === 'User') {
      template ??= webhook;
      const [, remove, name = ''] = /^\/(remove-)?label (.*)$/.exec(comment.body) ?? [];
      begun.set(`${place} ${remove === undefined ? 'labeled' : 'unlabeled'} ${name}`, now);
    }
    // As the forge does, also what Bowsprit itself did.
    void posted(webhook);
  });

  const command = async (pull: Pull): Promise<number> => {
    const label = LABELS[pull.turn % LABELS.length] ?? '';
    const remove = Math.floor(pull.turn / LABELS.length) % 2 === 1;
    pull.turn += 1;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const key = `${pull.repository}#${pull.number} ${remove ? 'unlabeled' : 'labeled'} ${label}`;
    waiting.set(key, resolve);
    const late = setTimeout(() => reject(new Error(`${key} did not come within ${GIVE_UP_MS} ms`)), GIVE_UP_MS);
    const response = await fetch(`${github.url}/repos/${OWNER}/${pull.repository}/issues/${pull.number}/comments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'user-agent': 'bowsprit-load' },
      body: JSON.stringify({ body: `/${remove ? 'remove-' : ''}label ${label}` }),
    });
    if (!response.ok) throw new Error(`a comment was answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
    const ms = await promise;
    clearTimeout(late);
    return ms;
  };

  return {
    async steady(rate, seconds) {
      const running: Promise<number>[] = [];
      const started = performance.now();
      const count = Math.round(rate * seconds);
      for (let index = 0; index < count; index += 1) {
        const due = started + (index * 1_000) / rate - performance.now();
        // oxlint-disable-next-line no-await-in-loop
        if (due > 1) await pause(due);
        const pull = pulls[index % pulls.length];
        if (pull !== undefined) running.push(command(pull));
      }
      return Promise.all(running);
    },

    async flood(comments) {
      if (template === undefined) throw new Error('nobody has commented yet');
      const { headers, body } = template;
      const payload = told.parse(JSON.parse(body));
      const whole: Record<string, unknown> = JSON.parse(body);
      const through = new Agent({ keepAlive: true, maxSockets: FLOOD_CONNECTIONS });
      let sent = 0;
      let refused = 0;
      const started = performance.now();
      const connection = async (): Promise<void> => {
        while (sent < comments) {
          sent += 1;
          const comment = {
            ...payload.comment,
            id: 900_000_000 + sent,
            body: `Nice (${sent}); see /usr/bin for more.`,
          };
          const text = JSON.stringify({ ...whole, comment });
          const signature = `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
          const own = { 'x-github-delivery': `flood-${sent}`, 'x-hub-signature-256': signature };
          // oxlint-disable-next-line no-await-in-loop
          if ((await posted({ headers: { ...headers, ...own }, body: text }, through)) !== 202) refused += 1;
        }
      };
      await Promise.all(Array.from({ length: FLOOD_CONNECTIONS }, connection));
      through.destroy();
      return { perSecond: comments / ((performance.now() - started) / 1_000), refused };
    },

    async beside(commands) {
      const flood = Array.from({ length: commands }, () => command(untouched));
      const besides = await Promise.all(pulls.slice(0, BESIDE).map((pull) => command(pull)));
      await Promise.all(flood);
      return besides;
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? Number.NaN;
}

/** The median of the n-th quarter, from 0. */
function ofQuarter(values: readonly number[], n: number): number {
  const length = Math.max(1, Math.floor(values.length / 4));
  return quantile(values.slice(n * length, (n + 1) * length), 0.5);
}
