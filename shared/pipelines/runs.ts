/** What the records of a pull request say of jobs that were started for it. */
import { isNews, isOver, type JobResult, type JobStart, type RunKept } from '../language/index.ts';

/** Of all its commits, the last ones. */
export const MAX_RUNS = 300;

/** A start as it stands in a record. */
export type Started = Omit<JobStart, 'parameters' | 'baseRef'> & {
  readonly baseRef?: string | undefined;
  readonly key?: string | undefined;
  readonly ref?: string | undefined;
  readonly url?: string | undefined;
  readonly note?: string | undefined;
  readonly result: string;
};

/** Of one job on one commit the last start counts; what came of those before it counts no more. */
export function withStart(
  runs: readonly RunKept[],
  started: Started,
  { by, at }: { readonly by: string; readonly at: string },
): readonly RunKept[] {
  const {
    job,
    context,
    engine,
    target,
    headSha,
    baseRef,
    rerun,
    optional,
    key = '',
    ref = '',
    url,
    note,
    result,
  } = started;
  const refused = result === 'refused';
  const before = runs.find((each) => isOf(each, started));
  // Another line of the same comment meant it as well.
  if (result === 'unchanged' && before !== undefined && before.key === key && before.run === ref) return runs;
  const run: RunKept = {
    job,
    context,
    engine,
    target,
    headSha,
    ...(baseRef === undefined ? {} : { baseRef }),
    rerun,
    optional,
    key,
    run: ref,
    state: refused ? 'error' : 'queued',
    ...(url === undefined ? {} : { url }),
    ...(refused && note !== undefined ? { summary: note } : {}),
    by,
    at,
    times: (before?.times ?? 0) + 1,
  };
  return [...runs.filter((each) => each !== before), run].slice(-MAX_RUNS);
}

function isOf(run: Pick<RunKept, 'job' | 'headSha'>, { job, headSha }: Pick<RunKept, 'job' | 'headSha'>): boolean {
  return run.job === job && run.headSha === headSha;
}

export function withResult(runs: readonly RunKept[], result: JobResult): readonly RunKept[] {
  return runs.map((each) => {
    if (!isNews(each, result)) return each;
    const { state, url = each.url, summary } = result;
    const { summary: _, url: __, ...rest } = each;
    return { ...rest, state, ...(url === undefined ? {} : { url }), ...(summary === undefined ? {} : { summary }) };
  });
}

export function withCancelled(runs: readonly RunKept[], key: string): readonly RunKept[] {
  return runs.map((each) => (each.key === key && !isOver(each.state) ? { ...each, state: 'cancelled' } : each));
}
