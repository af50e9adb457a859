/** What so much of it costs, and how long people wait: arithmetic and dice over figures that were counted elsewhere. */
import { diceFrom } from '../../local/dice.ts';

/** What one command does, counted on the real engine. */
export type Counted = {
  readonly forgeCalls: number;
  /** Requests, one after the other. */
  readonly tableCalls: number;
  readonly readUnits: number;
  /** With those of the indexes. */
  readonly writeUnits: number;
  readonly anchors: number;
  readonly events: number;
  readonly messageBytes: number;
  readonly logBytes: number;
};

/** What can be measured only there: how long the others take. */
export const ASSUMED = {
  forgeMs: 150,
  tableMs: 5,
  queueMs: 10,
  anchorMs: 25,
  /** Of a processor, which a Lambda of this size has a third of. */
  cpuMs: 90,
  doorMs: 5,
  coldShare: 0.01,
  coldMs: 150,
  /** Of the HTTP API's own log, a line per webhook. */
  accessLogBytes: 350,
} as const;

// us-east-1, on demand, arm64, as generally published; look again before quoting them.
const PER_MILLION = {
  httpApi: 1,
  lambdaRequest: 0.2,
  fifoRequest: 0.5,
  writeUnit: 0.625,
  readUnit: 0.125,
  event: 1,
  put: 5,
} as const;
const PER_GB_SECOND = 0.000_013_333_4;
const PER_LOG_GB = 0.5;
const FIFO_REQUESTS = 3;
const QUEUE_CHUNK_BYTES = 65_536;
const POLLING_PER_MONTH = 0.32;
const DOOR_GB = 0.5;
const WORKER_GB = 0.5;

export type CostRow = { readonly what: string; readonly dollars: number };

export function workerMs({ forgeCalls, tableCalls, anchors }: Counted): number {
  const { forgeMs, tableMs, anchorMs, cpuMs } = ASSUMED;
  return forgeCalls * forgeMs + tableCalls * tableMs + anchors * anchorMs + cpuMs;
}

/** Of a million webhooks. */
export function costOf(counted: Counted, commandShare: number): readonly CostRow[] {
  const { doorMs, coldShare, coldMs, queueMs } = ASSUMED;
  const commands = 1_000_000 * commandShare;
  const million = commands / 1_000_000;
  const doorSeconds = (1_000_000 * (doorMs + coldShare * coldMs) + commands * queueMs) / 1_000;
  const workerSeconds = (commands * workerMs(counted)) / 1_000;
  const logged = commands * counted.logBytes + 1_000_000 * ASSUMED.accessLogBytes;
  const chunks = Math.ceil(counted.messageBytes / QUEUE_CHUNK_BYTES);
  return [
    { what: 'HTTP API', dollars: PER_MILLION.httpApi },
    { what: 'door: requests', dollars: PER_MILLION.lambdaRequest },
    { what: 'door: time', dollars: doorSeconds * DOOR_GB * PER_GB_SECOND },
    { what: 'queue: send, receive, delete', dollars: million * FIFO_REQUESTS * chunks * PER_MILLION.fifoRequest },
    { what: 'queue: polling, a month', dollars: POLLING_PER_MONTH },
    { what: 'worker: requests', dollars: million * PER_MILLION.lambdaRequest },
    { what: 'worker: time', dollars: workerSeconds * WORKER_GB * PER_GB_SECOND },
    { what: 'tables: writes', dollars: million * counted.writeUnits * PER_MILLION.writeUnit },
    { what: 'tables: reads', dollars: million * counted.readUnits * PER_MILLION.readUnit },
    { what: 'anchors', dollars: million * counted.anchors * PER_MILLION.put },
    { what: 'events', dollars: million * counted.events * PER_MILLION.event },
    { what: 'logs', dollars: (logged / 2 ** 30) * PER_LOG_GB },
  ];
}

export type Scale = {
  readonly repositories: number;
  /** A second, all repositories together. */
  readonly deliveries: number;
  readonly commandShare: number;
  readonly installations: number;
};

export type ScaleRow = {
  readonly repositories: number;
  readonly deliveriesPerSecond: number;
  readonly commandsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Workers at once, at most. */
  readonly workers: number;
  readonly queueCallsPerSecond: number;
  /** Of the busiest partitions, in write units a second. */
  readonly busiestPull: number;
  readonly busiestRepository: number;
  /** Of what the forge allows in an hour, the busiest installation's share. */
  readonly forgeShare: number;
  /** What stops it first. */
  readonly ceiling: string;
};

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
const allowance = (repositories: number): number => Math.min(12_500, 5_000 + Math.max(0, repositories - 20) * 50);
/** One partition key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html */
const PARTITION_WRITES = 1_000;
/** Without high throughput, by action: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const FIFO_CALLS = 300;
/** An account's own default: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const LAMBDA_CONCURRENCY = 1_000;

const SECONDS = 600;
const PULLS_PER_REPOSITORY = 20;
/** Few repositories do most of it, and few pull requests most of theirs. */
const SKEW = 0.7;

/** Poisson arrivals; a pull request is worked off in turn, everything else at once, as far as there are workers. */
export function simulated(scale: Scale, counted: Counted, seed: number): ScaleRow {
  const { repositories, deliveries, commandShare, installations } = scale;
  const dice = diceFrom(seed);
  const rate = deliveries * commandShare;
  const service = workerMs(counted) / 1_000;
  const repositoryOf = skewed(repositories, dice);
  const pullOf = skewed(PULLS_PER_REPOSITORY, dice);
  const freeAt = new Map<number, number>();
  const pulls = new Map<number, number>();
  const perRepository = new Map<number, number>();
  const perInstallation = new Map<number, number>();
  const waits: number[] = [];
  const ends: number[] = [];
  let atWork = 0;
  let most = 0;
  let at = 0;
  for (;;) {
    at += -Math.log(1 - dice()) / rate;
    if (at > SECONDS) break;
    const repository = repositoryOf();
    const pull = repository * PULLS_PER_REPOSITORY + pullOf();
    // Calls take twice as long now and then.
    const took = service * (0.7 + 0.6 * dice()) * (dice() < 0.02 ? 3 : 1);
    const start = Math.max(at, freeAt.get(pull) ?? 0);
    freeAt.set(pull, start + took);
    waits.push((start + took - at) * 1_000);
    add(pulls, pull);
    add(perRepository, repository);
    add(perInstallation, repository % installations);
    push(ends, start + took);
    atWork += 1;
    while ((ends[0] ?? Infinity) <= at) {
      pop(ends);
      atWork -= 1;
    }
    most = Math.max(most, atWork);
  }
  const sorted = waits.toSorted((one, other) => one - other);
  const share = (busiest(perInstallation) * 3_600 * counted.forgeCalls) / allowance(repositories / installations);
  const row = {
    repositories,
    deliveriesPerSecond: deliveries,
    commandsPerSecond: rate,
    p50Ms: Math.round(sorted[Math.floor(sorted.length * 0.5)] ?? 0),
    p99Ms: Math.round(sorted[Math.floor(sorted.length * 0.99)] ?? 0),
    workers: most,
    queueCallsPerSecond: Math.round(rate),
    busiestPull: Number((busiest(pulls) * counted.writeUnits).toFixed(1)),
    busiestRepository: Number((busiest(perRepository) * counted.writeUnits).toFixed(1)),
    forgeShare: Number(share.toFixed(2)),
  };
  return { ...row, ceiling: ceilingOf(row) };
}

function ceilingOf(row: Omit<ScaleRow, 'ceiling'>): string {
  const used: readonly (readonly [string, number])[] = [
    ['the quota of the forge', row.forgeShare],
    ['calls of the FIFO queue', row.queueCallsPerSecond / FIFO_CALLS],
    ['concurrency of Lambda', row.workers / LAMBDA_CONCURRENCY],
    ['a partition of the table', Math.max(row.busiestPull, row.busiestRepository) / PARTITION_WRITES],
  ];
  const [what, share] = used.toSorted(([, one], [, other]) => other - one)[0] ?? ['nothing', 0];
  return `${what}, ${Math.round(share * 100)} % used`;
}

function skewed(count: number, dice: () => number): () => number {
  const sums: number[] = [];
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    sum += 1 / (index + 1) ** SKEW;
    sums.push(sum);
  }
  return () => {
    const wanted = dice() * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** A second. */
const busiest = (of: ReadonlyMap<number, number>): number => Math.max(0, ...of.values()) / SECONDS;

const add = (counts: Map<number, number>, key: number): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

/** A heap with the smallest first. */
function push(heap: number[], value: number): void {
  let at = heap.push(value) - 1;
  while (at > 0) {
    const up = Math.floor((at - 1) / 2);
    const above = heap[up] ?? value;
    if (above <= value) break;
    heap[at] = above;
    heap[up] = value;
    at = up;
  }
}

function pop(heap: number[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    if (left >= heap.length) break;
    const right = left + 1;
    const child = right < heap.length && (heap[right] ?? 0) < (heap[left] ?? 0) ? right : left;
    const below = heap[child] ?? 0;
    if (below >= last) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
}
