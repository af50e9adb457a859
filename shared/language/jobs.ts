/** Jobs: what is started for a pull request elsewhere, and what came of it. */

/** What runs jobs. */
export const ENGINES = ['github-actions', 'codebuild', 'jenkins', 'https', 'eventbridge'] as const;
export type EngineId = (typeof ENGINES)[number];

export const JOB_STATES = ['queued', 'running', 'success', 'failure', 'error', 'cancelled'] as const;
/** `failure`: the job says no; `error`: it could not say anything. */
export type JobState = (typeof JOB_STATES)[number];

export function isOver(state: JobState): boolean {
  return state !== 'queued' && state !== 'running';
}

/** Whether it would be run again by whoever wants it green. */
export function isRed(state: JobState): boolean {
  return isOver(state) && state !== 'success';
}

/** What is to be started. */
export type JobStart = {
  readonly job: string;
  /** The commit status that says how it went; empty: none does. */
  readonly context: string;
  readonly engine: EngineId;
  /** What of the engine, in its own words: a workflow, a project, an address. */
  readonly target: string;
  /** Beside what every job is told: see `variablesOf`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The one commit it is started for. */
  readonly headSha: string;
  readonly baseRef: string;
  /** The line that starts it again. */
  readonly rerun: string;
  /** Whether it may fail. */
  readonly optional: boolean;
  /** Of its kind one runs at a time: in this repository, or wherever a command of this name is. */
  readonly lock?: { readonly is: 'repository' | 'name'; readonly name: string };
};

/** A job that was started, as the records tell; of one job on one commit the last start counts. */
export type RunKept = Omit<JobStart, 'parameters' | 'baseRef'> & {
  /** Into which branch it would have gone; left out by records of before. */
  readonly baseRef?: string | undefined;
  /** Names this start for good. */
  readonly key: string;
  /** The engine's own id of it; empty where it was not started. */
  readonly run: string;
  readonly state: JobState;
  readonly url?: string | undefined;
  /** A sentence. */
  readonly summary?: string | undefined;
  /** Login. */
  readonly by: string;
  /** ISO 8601 */
  readonly at: string;
  /** How often it was started for this commit. */
  readonly times: number;
};

/** Whether it says nothing of where it would go now: other code, and perhaps another job of the same name. */
export function isOfOtherBase({ baseRef: then }: Pick<RunKept, 'baseRef'>, baseRef: string): boolean {
  return then !== undefined && then !== baseRef;
}

/** What an engine says of a run. */
export type JobResult = {
  readonly key: string;
  readonly engine: EngineId;
  readonly run: string;
  readonly state: JobState;
  readonly url?: string | undefined;
  readonly summary?: string | undefined;
};

/**
 * Whether a result changes what is known: it is of the last start of its job on its commit, which had not ended. What
 * comes twice, late, or of another run changes nothing.
 */
export function isNews(run: RunKept, { key, engine, run: id, state }: JobResult): boolean {
  if (run.key !== key || run.engine !== engine || isOver(run.state)) return false;
  // Some engines give a run its id only once it has begun.
  if (run.run !== '' && id !== '' && run.run !== id) return false;
  return run.state !== state && !(run.state === 'running' && state === 'queued');
}

/** Whoever sees it red is told how it becomes green. A status is no Markdown. */
export function cancelledInWords({ rerun }: { readonly rerun?: string }): string {
  return rerun === undefined ? 'Cancelled.' : `Cancelled: ${rerun} runs it again.`;
}
