/** Starts jobs and stops them. Only at the commit that was decided about, and once, however often it is tried. */
import { createHash } from 'node:crypto';
import type { Delivery } from '../delivery.ts';
import { Refusal } from '../errors.ts';
import {
  code,
  type ActionResult,
  type EngineId,
  type JobAction,
  type JobStart,
  type RunKept,
} from '../language/index.ts';
import type { Connection } from '../providers/provider.ts';
import type { Engine, Engines, JobRequest } from './engine.ts';

type Starting = Extract<JobAction, { readonly is: 'start-job' }>;
type Cancelling = Extract<JobAction, { readonly is: 'cancel-job' }>;

/** The same for every attempt at one decision: a job is started once for one text or event, on one commit. */
export function keyOfStart(
  decision: string,
  pull: number,
  { job, headSha }: Pick<JobStart, 'job' | 'headSha'>,
): string {
  const digest = createHash('sha256').update(JSON.stringify([decision, job, headSha]));
  return `pr${pull}-${digest.digest('hex').slice(0, 32)}`;
}

/** The pull request that a key is about; undefined where it is none of ours. */
export function pullOfKey(key: string): number | undefined {
  const [, number] = /^pr([1-9]\d{0,9})-[0-9a-f]{32}$/.exec(key) ?? [];
  return number === undefined ? undefined : Number(number);
}

export type StartContext = {
  readonly delivery: Pick<Delivery, 'provider' | 'repository' | 'target' | 'sender' | 'at'>;
  readonly connection: Pick<Connection, 'read' | 'engine'>;
  readonly engines: Engines;
  /** Whether an earlier attempt may have started it. */
  readonly resumed: boolean;
  /** What the records say of starts before. */
  readonly runs: readonly RunKept[];
};

export async function jobDone(action: JobAction, context: StartContext): Promise<ActionResult> {
  const engine = engineOf(action.engine, context);
  if (engine === undefined) {
    return { result: 'refused', note: `The engine ${code(action.engine)} is not set up here.` };
  }
  try {
    return action.is === 'start-job'
      ? await started(action, engine, context)
      : await cancelled(action, engine, context);
  } catch (error) {
    if (error instanceof Refusal) return { result: 'refused', note: error.message };
    throw error;
  }
}

function engineOf(id: EngineId, { connection, engines }: StartContext): Engine | undefined {
  return connection.engine?.id === id ? connection.engine : engines.get(id);
}

async function started(action: Starting, engine: Engine, context: StartContext): Promise<ActionResult> {
  // Two lines of one comment may mean the same job.
  const known = context.runs.find(({ key, run }) => key === action.key && run !== '');
  if (known !== undefined) return { result: 'unchanged', ref: known.run };
  const request = requestOf(action, context);
  // What an earlier attempt started runs, wherever the head is now.
  const before = context.resumed ? await engine.find(request) : undefined;
  if (before === undefined) {
    const head = await context.connection.read.headNow();
    if (head !== action.headSha) {
      return {
        result: 'superseded',
        note: `${code(action.job)} was not started: the head is ${code(head.slice(0, 7))} by now.`,
      };
    }
  }
  const run = before ?? (await engine.start(request));
  return { result: 'done', ref: run.id, ...(run.url === undefined ? {} : { url: run.url }) };
}

async function cancelled(action: Cancelling, engine: Engine, context: StartContext): Promise<ActionResult> {
  const { key, job, target, headSha, run } = action;
  const { repository, target: about } = context.delivery;
  const how = await engine.cancel({ key, job, target, headSha, run, repository, pull: about?.number ?? 0 });
  // That it goes on is told, and is no reason to refuse what was asked for: nobody waits for it any more.
  if (how === 'unable') return { result: 'unchanged', note: `${engine.name} cannot stop ${code(job)}, so it goes on.` };
  return { result: how === 'cancelled' ? 'done' : 'unchanged' };
}

function requestOf(action: Starting, { delivery }: StartContext): JobRequest {
  const { key = '', job, target, parameters, headSha, baseRef, lock } = action;
  const { provider, repository, sender, at, target: about } = delivery;
  const where =
    lock?.is === 'repository' ? `${provider}:${repository.owner}/${repository.name}`.toLowerCase() : provider;
  const pull = about?.number ?? 0;
  return {
    key,
    job,
    target,
    parameters,
    provider,
    repository,
    pull,
    headSha,
    baseRef,
    by: sender.login,
    at,
    ...(lock === undefined ? {} : { lock: `${lock.name}@${where}` }),
  };
}
