import {
  cancelledInWords,
  defineAutomation,
  isNews,
  isOfOtherBase,
  noteRun,
  setStatus,
  type JobState,
  type RunKept,
} from '../language/index.ts';

/** For the last start of a job on the head alone: what comes twice, late, or for another commit changes nothing. */
export const jobResults = defineAutomation({
  name: 'job-results',
  summary: 'Takes in what became of a job that was started for a pull request.',
  essential: true,
  on: ['job-result'],
  after: [],
  needs: ['runs', 'pull'],
  decide({ job, runs, pull }) {
    const run = job === undefined ? undefined : runs.find(({ key }) => key === job.key);
    if (job === undefined || run === undefined || !isNews(run, job)) return [];
    // Of another commit nobody is told, but the lock of a command is given back.
    if (run.headSha !== pull.headSha) return isCustom(run) ? [noteRun(job)] : [];
    const { state, url = run.url, summary = state === 'cancelled' ? cancelledInWords(run) : SAID[state] } = job;
    const { context, headSha } = run;
    if (context === '' || isReplaced(run, runs, pull.baseRef)) return [noteRun(job)];
    const shown = { context, headSha, state: SHOWN[state], description: summary };
    return [noteRun(job), setStatus({ ...shown, ...(url === undefined ? {} : { url }) })];
  },
});

/** Of where it would have gone before; what was started since, for where it goes now, has that status. */
function isReplaced(run: RunKept, runs: readonly RunKept[], baseRef: string): boolean {
  const after = runs.slice(runs.indexOf(run) + 1);
  const same = after.filter(({ context, headSha }) => context === run.context && headSha === run.headSha);
  return isOfOtherBase(run, baseRef) && same.some((each) => !isOfOtherBase(each, baseRef));
}

/** Of commands that settings declare: jobs are not called so. */
function isCustom({ job }: RunKept): boolean {
  return job.startsWith('/');
}

const SHOWN = {
  queued: 'pending',
  running: 'pending',
  success: 'success',
  failure: 'failure',
  error: 'error',
  cancelled: 'failure',
} as const satisfies Record<JobState, string>;

const SAID = {
  queued: 'Queued.',
  running: 'Running.',
  success: 'Passed.',
  failure: 'Failed.',
  error: 'Could not run.',
} as const satisfies Record<Exclude<JobState, 'cancelled'>, string>;
