/** Which jobs a line or an event starts, and what is said of those it does not start. */
import { cancelJob, startJob, type Action } from './actions.ts';
import type { EngineId, JobStart, JobState } from './jobs.ts';
import { nearestTo } from './nearest.ts';
import { code, listed } from './text.ts';

/** A job of the settings that is for this base branch, as it stands on the head. */
export type JobHere = {
  readonly name: string;
  readonly context: string;
  /** Undefined where nothing is set that runs it. */
  readonly engine: EngineId | undefined;
  readonly target: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether it may fail; what reports no status may as well. */
  readonly optional: boolean;
  /** `manual`: it starts only when asked for. */
  readonly when: 'always' | 'if-changed' | 'unless-only-changed' | 'manual';
  /** Whether it has to be green for merging, and starts by itself once nothing else is missing. */
  readonly beforeMerge: boolean;
  /** Whether what is changed calls for it; of one that runs always, yes. */
  readonly wanted: boolean;
  /** The line that starts it. */
  readonly rerun: string;
  /** Whether the line that is looked at names it. */
  readonly named: boolean;
  /** As its status, or what is known of its last run, says. */
  readonly state: JobState | undefined;
  /** How often it was started for the head. */
  readonly times: number;
  /** Its run that has not ended, where there is one. */
  readonly open:
    { readonly key: string; readonly run: string; readonly engine: EngineId; readonly target: string } | undefined;
};

/** The last run of a workflow of the forge's own, for the head. */
export type WorkflowHere = {
  readonly run: string;
  readonly name: string;
  /** Its file, without folders and ending. */
  readonly file: string;
  readonly state: JobState;
  /** Whether it waits until somebody lets it run. */
  readonly waiting: boolean;
  readonly attempt: number;
  /** Whether it ran for the pull request, and not for the branch that is its head, where it may do more than test. */
  readonly forPull: boolean;
  /** Whether the branch requires one of its checks. */
  readonly required: boolean;
  readonly url: string;
};

/** Whether anything may be started for the head. */
export type PullTrust = {
  readonly trusted: boolean;
  /** A sentence. */
  readonly because: string;
  /** Whether the author is trusted for what they are, whatever anybody vouched for. */
  readonly author: boolean;
};

export type JobsHere = {
  readonly headSha: string;
  readonly baseRef: string;
  readonly jobs: readonly JobHere[];
  /** Names of jobs that are for other branches alone. */
  readonly elsewhere: readonly string[];
  /** Words of the line that name nothing that there is. */
  readonly unknown: readonly string[];
  /** Empty where none was asked for. */
  readonly workflows: readonly WorkflowHere[];
  /** Those that the line names. */
  readonly namedWorkflows: readonly WorkflowHere[];
  /** Why the workflows of the forge are not known: a sentence; undefined where they are, or are not looked at. */
  readonly workflowsProblem: string | undefined;
  readonly trust: PullTrust;
  /** How often a job may be started for one commit; 0 for as often as anybody likes. */
  readonly cap: number;
  /** What the settings say of people who are not trusted. */
  readonly gate: {
    readonly ignoresOkToTest: boolean;
    readonly joinUrl: string;
    /** Whether the workflows of the forge count. */
    readonly workflows: boolean;
  };
};

export type Asked = 'named' | 'retest' | 'retest-required' | 'manual-required' | 'all';

/** Whether it starts by itself. */
export function isAutomatic({ when }: Pick<JobHere, 'when'>): boolean {
  return when !== 'manual';
}

/** Whether a line of this kind starts the job: Prow's rules, in Prow's order. */
export function isSelected(job: JobHere, asked: Asked): boolean {
  const failed = job.state === 'failure' || job.state === 'error' || job.state === 'cancelled';
  switch (asked) {
    case 'named':
      return job.named;
    case 'manual-required':
      return !isAutomatic(job) && !job.optional;
    case 'all':
      return isAutomatic(job) && job.wanted;
    default:
      if (asked === 'retest-required' && job.optional) return false;
      // What the change does not call for any more runs again where it failed.
      return failed || (isAutomatic(job) && job.state === undefined && job.wanted);
  }
}

export type Selection = {
  readonly start: readonly JobHere[];
  /** Sentences: why one that was meant is not started. */
  readonly left: readonly string[];
};

export function namesOf(jobs: readonly Pick<JobHere, 'name'>[]): string {
  return listed(jobs.map(({ name }) => code(name)));
}

/** What can start of what is meant. `counted`: whether it may be asked for over and over, which it may only so often. */
export function selectionOf(jobs: readonly JobHere[], cap: number, counted: boolean): Selection {
  const without = jobs.filter(({ engine }) => engine === undefined);
  const able = jobs.filter(({ engine }) => engine !== undefined);
  const tooOften = counted && cap > 0 ? able.filter(({ times }) => times >= cap) : [];
  return {
    start: able.filter((job) => !tooOften.includes(job)),
    left: [
      ...(without.length === 0
        ? []
        : [
            `${namesOf(without)}: nothing is set that runs ${without.length === 1 ? 'it' : 'them'} (${code('pipelines.engine')}).`,
          ]),
      ...(tooOften.length === 0
        ? []
        : [
            `${namesOf(tooOften)}: started ${cap} times for this commit, which is the most (${code('pipelines.retests')}); a new commit starts afresh.`,
          ]),
    ],
  };
}

export function startOf(
  job: JobHere,
  { headSha, baseRef }: Pick<JobsHere, 'headSha' | 'baseRef'>,
): JobStart | undefined {
  const { name, context, engine, target, parameters, rerun, optional } = job;
  if (engine === undefined) return undefined;
  return { job: name, context, engine, target, parameters, headSha, baseRef, rerun, optional };
}

/** What runs for the same commit gives way to what is started now. */
export function startActions(jobs: readonly JobHere[], here: Pick<JobsHere, 'headSha' | 'baseRef'>): readonly Action[] {
  return jobs.flatMap((job) => {
    const start = startOf(job, here);
    const { open, name } = job;
    if (start === undefined) return [];
    if (open === undefined) return [startJob(start)];
    const { key, run, engine, target } = open;
    // Its status says what starts, and not what stops.
    return [cancelJob({ job: name, headSha: here.headSha, key, run, engine, target }), startJob(start)];
  });
}

const MAX_OFFERED = 3;

/** What is said of a word that names no job. */
export function unknownInWords(word: string, { jobs, elsewhere, workflows, baseRef }: JobsHere): string {
  if (elsewhere.includes(word)) return `${code(word)} is not for the branch ${code(baseRef)}.`;
  const names = [...jobs.map(({ name }) => name), ...workflows.map(({ name }) => name)];
  const near = nearestTo(word, names, { within: Math.max(2, Math.floor(word.length / 3)), most: MAX_OFFERED });
  const meant = near.length === 0 ? '' : ` Did you mean ${listed(near.map(code), 'or')}?`;
  return `There is no job ${code(word)} here.${meant}`;
}

const WHEN = {
  always: 'always',
  'if-changed': 'where it concerns what is changed',
  'unless-only-changed': 'unless only what does not concern it is changed',
  manual: 'only when asked for',
} as const;

/** What would run and why, or why not: the answer to `/test ?`. */
export function jobsInWords(here: JobsHere): string {
  const { jobs, workflows, baseRef, workflowsProblem, trust, elsewhere } = here;
  const rows = jobs.map((job) => `- ${code(job.rerun)}: ${whyIs(job)}`);
  const ofForge = workflows.map(
    ({ name, state, waiting }) =>
      `- ${code(`/test ${name}`)}: a workflow of the forge; ${waiting ? 'it waits for `/ok-to-test`' : `${STATES[state]} on the head`}.`,
  );
  const all = jobs.filter((job) => isSelected(job, 'all'));
  const failed = jobs.filter((job) => isSelected(job, 'retest'));
  const elsewhereNote = elsewhere.length === 0 ? '' : `\n\nFor other branches: ${listed(elsewhere.map(code))}.`;
  if (rows.length + ofForge.length === 0) {
    return `There are no jobs for the branch ${code(baseRef)} here.${workflowsProblem === undefined ? '' : ` ${workflowsProblem}`}${elsewhereNote}`;
  }
  return [
    `Jobs for the branch ${code(baseRef)}:`,
    [...rows, ...ofForge].join('\n'),
    all.length === 0
      ? `${code('/test all')} would start nothing.`
      : `${code('/test all')} would start ${namesOf(all)}.`,
    failed.length === 0
      ? `${code('/retest')} would start nothing.`
      : `${code('/retest')} would start ${namesOf(failed)}.`,
    ...(trust.trusted ? [] : [trust.because]),
    ...(workflowsProblem === undefined ? [] : [workflowsProblem]),
  ]
    .join('\n\n')
    .concat(elsewhereNote);
}

const STATES = {
  queued: 'queued',
  running: 'running',
  success: 'passed',
  failure: 'failed',
  error: 'could not run',
  cancelled: 'was cancelled',
} as const satisfies Record<JobState, string>;

function whyIs({ when, beforeMerge, wanted, optional, state, engine }: JobHere): string {
  const calls =
    when === 'manual' || when === 'always'
      ? ''
      : wanted
        ? ', and this change calls for it'
        : ', and this change does not';
  const is = state === undefined ? 'has not run for the head' : `${STATES[state]} on the head`;
  const able = engine === undefined ? `; nothing is set that runs it (${code('pipelines.engine')})` : '';
  const last = beforeMerge
    ? `${when === 'manual' ? '' : `${WHEN[when]}${calls}, and `}before it is merged`
    : `${WHEN[when]}${calls}`;
  return `runs ${last}; ${optional && !beforeMerge ? 'optional' : 'required'}; ${is}${able}.`;
}
