/**
 * What runs jobs: started at a commit, found again by the key of the start, asked and cancelled. An engine never decides
 * whether something may run, and never executes anything itself.
 */
import type { Repository } from '../delivery.ts';
import type { EngineId, JobState } from '../language/index.ts';

/** Everything that a start is made of. */
export type JobRequest = {
  /**
   * Names this start for good: `pr<number>-` and 32 hex digits. The same for every attempt at the same decision, another one
   * for every other. It goes to wherever `find` finds it again, and comes back with the result.
   */
  readonly key: string;
  readonly job: string;
  /** What of the engine, in its own words. */
  readonly target: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly provider: string;
  readonly repository: Repository;
  readonly pull: number;
  readonly headSha: string;
  readonly baseRef: string;
  /** Login of whoever asked for it. */
  readonly by: string;
  /** When it was decided; ISO 8601: `find` need not look further back. */
  readonly at: string;
  /** Of all that have the same one, one runs at a time. */
  readonly lock?: string | undefined;
};

/** A run as the engine knows it. */
export type JobRun = {
  /** The engine's own id. */
  readonly id: string;
  readonly state: JobState;
  /** Where people see it; http or https. */
  readonly url?: string | undefined;
  /** What is to be said of it: a sentence. */
  readonly summary?: string | undefined;
};

/** What is kept of a start, for whoever asks about it later. */
export type RunRef = Pick<JobRequest, 'key' | 'job' | 'target' | 'repository' | 'pull' | 'headSha'> & {
  readonly run: string;
};

export type Engine = {
  readonly id: EngineId;
  /** For people: AWS CodeBuild. */
  readonly name: string;
  /**
   * Started, or known to run already where the engine itself tells starts of one key apart.
   * @throws Refusal where the engine would not, for a reason that people can mend: it becomes the job's error.
   * @throws Retryable where nobody knows whether it was started: `find` is asked before it is tried again.
   */
  start(request: JobRequest): Promise<JobRun>;
  /** What was started with this key; undefined only where nothing was. @throws Retryable where that cannot be found out. */
  find(request: JobRequest): Promise<JobRun | undefined>;
  /** `over`: it had ended; `unable`: the engine cannot, and the run goes on. */
  cancel(run: RunRef): Promise<'cancelled' | 'over' | 'unable'>;
  /** As it is now; undefined where the engine cannot be asked: its results come by themselves. */
  state(run: RunRef): Promise<JobRun | undefined>;
};

/** Those that stand for themselves; what the forge runs itself comes with the connection to it. */
export type Engines = ReadonlyMap<EngineId, Engine>;

/** `github:acme/widgets#12` */
export function pullNamed({
  provider,
  repository,
  pull,
}: Pick<JobRequest, 'provider' | 'repository' | 'pull'>): string {
  return `${provider}:${repository.owner}/${repository.name}#${pull}`.toLowerCase();
}

/**
 * What every job is told, by name: Prow's own names where it has them. Parameters of the settings come under their names
 * beside these, and never in their place.
 */
export function variablesOf(request: JobRequest): Readonly<Record<string, string>> {
  const { key, job, repository, pull, headSha, baseRef, by, parameters } = request;
  return {
    ...parameters,
    JOB_NAME: job,
    JOB_TYPE: 'presubmit',
    REPO_OWNER: repository.owner,
    REPO_NAME: repository.name,
    PULL_NUMBER: String(pull),
    PULL_PULL_SHA: headSha,
    PULL_BASE_REF: baseRef,
    BOWSPRIT_KEY: key,
    BOWSPRIT_PULL: pullNamed(request),
    BOWSPRIT_ACTOR: by,
  };
}
