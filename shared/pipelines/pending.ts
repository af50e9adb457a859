/**
 * Runs of which the end is not known yet. A list in the cache says whom the clock has to ask: where nothing is pending, nobody
 * is asked anything. What is true stands in the audit trail; a list that was lost leaves a run without its end, which
 * running it again mends.
 */
import * as z from 'zod/mini';
import type { Services } from '../carry-out.ts';
import { PROVIDERS } from '../delivery.ts';
import { Refusal, reasonOf, Retryable } from '../errors.ts';
import { code, ENGINES, isOver, JOB_STATES, type EngineId } from '../language/index.ts';
import { log } from '../log.ts';
import { pullNamed, type Engine, type JobRequest, type JobRun } from './engine.ts';
import { resultArrived } from './results.ts';
import { TOKEN_SECONDS } from './signing.ts';

export const RUNS = {
  name: 'runs',
  summary: 'Asks what became of jobs that were started where nothing tells of their end.',
  every: 2,
} as const;

const KEY = 'runs#1';
const KEPT_SECONDS = 2 * TOKEN_SECONDS;
const MAX_RACES = 20;
/** Of some 500 bytes each: what one item of the table holds. */
const MAX_PENDING = 600;
/** Asked in one run of the clock. */
const MAX_ASKED = 100;

const oneEntry = z.strictObject({
  engine: z.enum(ENGINES),
  provider: z.enum(PROVIDERS),
  repository: z.object({ id: z.string(), owner: z.string(), name: z.string() }),
  pull: z.number(),
  key: z.string(),
  job: z.string(),
  target: z.string(),
  headSha: z.string(),
  run: z.string(),
  /** What was told last. */
  state: z.enum(JOB_STATES),
  /** When it was started; ISO 8601. */
  at: z.string(),
  /** Nothing else that has the same one is started meanwhile. */
  lock: z.optional(z.string()),
});
type Entry = z.infer<typeof oneEntry>;
const list = z.object({ version: z.string(), entries: z.array(oneEntry) });

type Here = Pick<Services, 'cache' | 'newId'>;
type Asking = Here & Pick<Services, 'now' | 'provider' | 'send' | 'engines'>;

/**
 * The same engine; what it starts, or finds to run, is waited for. What is locked is noted before it is started: of two at
 * once one finds the other there.
 */
export function remembered(engine: Engine, { now, ...here }: Here & Pick<Services, 'now'>): Engine {
  const note = async (request: JobRequest, run: JobRun): Promise<JobRun> => {
    const started = entryOf(engine.id, request, run, now());
    if (started !== undefined) await rewrite((before) => withEntry(before, started), here);
    return run;
  };
  const reserve = async (request: JobRequest): Promise<void> => {
    const place = entryOf(engine.id, request, { id: '', state: 'queued' }, now());
    if (request.lock === undefined || place === undefined) return;
    await rewrite((before) => {
      const other = before.find(({ lock, key }) => lock === request.lock && key !== request.key);
      if (other === undefined) return withEntry(before, place);
      throw new Refusal(
        `${code(request.job)} is running already, for ${code(pullNamed(other))}: it runs once at a time.`,
      );
    }, here);
  };
  return {
    ...engine,
    async start(request) {
      await reserve(request);
      try {
        return await note(request, await engine.start(request));
      } catch (error) {
        // Of anything else nobody knows whether it was started.
        if (error instanceof Refusal && request.lock !== undefined) await forgetRun(request.key, here);
        throw error;
      }
    },
    async find(request) {
      const found = await engine.find(request);
      return found === undefined ? undefined : note(request, found);
    },
  };
}

function withEntry(before: readonly Entry[], entry: Entry): readonly Entry[] {
  return [...before.filter(({ key }) => key !== entry.key), entry].slice(-MAX_PENDING);
}

function entryOf(engine: EngineId, request: JobRequest, run: JobRun, now: Date): Entry | undefined {
  const provider = PROVIDERS.find((each) => each === request.provider);
  if (provider === undefined) return undefined;
  const { repository, pull, key, job, target, headSha, lock } = request;
  const { id, owner, name } = repository;
  return {
    engine,
    provider,
    repository: { id, owner, name },
    pull,
    key,
    job,
    target,
    headSha,
    run: run.id,
    state: 'queued',
    at: now.toISOString(),
    ...(lock === undefined ? {} : { lock }),
  };
}

/** Its end is known. */
export async function forgetRun(key: string, here: Here): Promise<void> {
  await rewrite((before) => before.filter((each) => each.key !== key), here);
}

async function rewrite(change: (entries: readonly Entry[]) => readonly Entry[], { cache, newId }: Here): Promise<void> {
  for (let races = 0; races < MAX_RACES; races += 1) {
    // oxlint-disable-next-line no-await-in-loop
    const parsed = list.safeParse(await cache.get(KEY));
    const [version, before] = parsed.success ? [parsed.data.version, parsed.data.entries] : [undefined, []];
    const entries = change(before);
    if (JSON.stringify(entries) === JSON.stringify(before)) return;
    // oxlint-disable-next-line no-await-in-loop
    if (await cache.swap(KEY, version, { version: newId(), entries }, KEPT_SECONDS)) return;
  }
  throw new Retryable('too many writers of one list');
}

/** @returns of how many runs there was something to tell. */
export async function askRuns(services: Asking): Promise<number> {
  const parsed = list.safeParse(await services.cache.get(KEY));
  const entries = parsed.success ? parsed.data.entries : [];
  const now = services.now();
  const slot = Math.floor(now.getTime() / (RUNS.every * 60_000));
  const due = entries.filter((each) => isDue(each, now, slot)).slice(0, MAX_ASKED);
  const away = new Set<EngineId>();
  let told = 0;
  for (const each of due) {
    if (away.has(each.engine)) continue;
    try {
      // One after the other: nobody is to be asked a hundred things at once.
      // oxlint-disable-next-line no-await-in-loop
      if (await asked(each, now, services)) told += 1;
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof Retryable)) throw error;
      // Who does not answer one does not answer the next.
      if (error instanceof Retryable) away.add(each.engine);
      log.warn('run not asked about', {
        pull: pullNamed(each),
        job: each.job,
        engine: each.engine,
        reason: reasonOf(error),
      });
    }
  }
  return told;
}

/** What takes long is asked about less often; CodeBuild tells by itself, and is asked in case that got lost. */
function isDue({ engine, at }: Entry, now: Date, slot: number): boolean {
  const minutes = (now.getTime() - Date.parse(at)) / 60_000;
  if (engine === 'codebuild') return minutes > 30 && slot % 15 === 0;
  return minutes < 20 || slot % (minutes < 120 ? 3 : 15) === 0;
}

async function asked(each: Entry, now: Date, services: Asking): Promise<boolean> {
  const { engine: id, key, run, at, state: before } = each;
  const tooLate = now.getTime() - Date.parse(at) > TOKEN_SECONDS * 1_000;
  const found = await services.engines.get(id)?.state(each);
  const known = found !== undefined && (isOver(found.state) || !tooLate) ? found : undefined;
  const is =
    known ?? (tooLate ? ({ id: run, state: 'error', summary: 'No result came within a day.' } as const) : undefined);
  if (is === undefined || is.state === before) return false;
  const { state, url, summary } = is;
  await resultArrived({ pull: pullNamed(each), key, engine: id, run, state, url, summary }, services);
  if (isOver(state)) await forgetRun(key, services);
  else await rewrite((all) => all.map((one) => (one.key === key ? { ...one, state } : one)), services);
  return true;
}
