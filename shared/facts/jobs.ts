/** The jobs of the settings, as they stand on the head of one pull request. */
import { Refusal } from '../errors.ts';
import {
  isOfOtherBase,
  isOver,
  type ChangedFiles,
  type JobHere,
  type JobsHere,
  type JobState,
  type PullFact,
  type PullTrust,
  type Questions,
  type RunKept,
  type WorkflowHere,
} from '../language/index.ts';
import { isForBranch, isMatch, type JobSetting, type PipelineSettings } from '../pipelines/job-settings.ts';

type Sources = Omit<JobsQuestion, 'words'> & {
  readonly settings: PipelineSettings;
  /** @throws Refusal where they may not be seen. */
  readonly workflows: (sha: string) => Promise<readonly Omit<WorkflowHere, 'required'>[]>;
  readonly trust: PullTrust;
};

export async function jobsHere(asked: NonNullable<Questions['jobs']>, sources: Sources): Promise<JobsHere> {
  const { settings, pull, trust } = sources;
  const { jobs, elsewhere, unknown } = await jobsIn({ ...sources, words: asked.words });
  const look = asked.workflows === 'all' || (asked.workflows === 'if-named' && unknown.length > 0);
  const { workflows, problem } =
    look && settings.trigger.workflows ? await workflowsOf(sources) : { workflows: [], problem: undefined };
  const namedWorkflows = workflows.filter((each) => isWorkflowNamed(each, asked.words));
  const left = unknown.filter((word) => !namedWorkflows.some((each) => isPartOfName(each, word)));
  const { ignoreOkToTest: ignoresOkToTest, joinOrgUrl: joinUrl, workflows: counts } = settings.trigger;
  return {
    headSha: pull.headSha,
    baseRef: pull.baseRef,
    jobs,
    elsewhere,
    unknown: left,
    workflows,
    namedWorkflows,
    workflowsProblem: problem,
    trust,
    cap: settings.pipelines.retests,
    gate: { ignoresOkToTest, joinUrl, workflows: counts },
  };
}

async function workflowsOf({
  workflows: ask,
  pull,
}: Sources): Promise<{ readonly workflows: readonly WorkflowHere[]; readonly problem: string | undefined }> {
  try {
    const runs = await ask(pull.headSha);
    const required = pull.checks.filter((each) => each.required);
    const isRequired = ({ url }: { readonly url: string }): boolean =>
      required.some((check) => check.url?.startsWith(`${url}/`) === true);
    return { workflows: runs.map((each) => ({ ...each, required: isRequired(each) })), problem: undefined };
  } catch (error) {
    if (error instanceof Refusal) return { workflows: [], problem: error.message };
    throw error;
  }
}

/** By its whole name, which may have blanks, or by its file. */
function isWorkflowNamed({ name, file }: WorkflowHere, words: readonly string[]): boolean {
  if (words.length === 0) return false;
  const said = words.join(' ').toLowerCase();
  const files = [file, `${file}.yml`, `${file}.yaml`].map((each) => each.toLowerCase());
  return (
    said === name.toLowerCase() ||
    words.some((word) => files.includes(word.toLowerCase()) || word.toLowerCase() === name.toLowerCase())
  );
}

function isPartOfName({ name, file }: WorkflowHere, word: string): boolean {
  const parts = [...name.split(/\s+/), file, `${file}.yml`, `${file}.yaml`];
  return parts.some((part) => part.toLowerCase() === word.toLowerCase());
}

export type JobsQuestion = {
  readonly settings: Pick<PipelineSettings, 'pipelines'>;
  readonly pull: Pick<PullFact, 'headSha' | 'baseRef' | 'checks'>;
  readonly runs: readonly RunKept[];
  /** What the line names, in its order. */
  readonly words: readonly string[];
  /** Asked at most once, and only where a job depends on it. */
  readonly changedFiles: () => Promise<ChangedFiles>;
};

export type JobsAnswer = {
  readonly jobs: readonly JobHere[];
  readonly elsewhere: readonly string[];
  /** Words that name no job here. */
  readonly unknown: readonly string[];
};

export async function jobsIn(question: JobsQuestion): Promise<JobsAnswer> {
  const { settings, pull, runs, words, changedFiles } = question;
  const { jobs: all, engine: byDefault } = settings.pipelines;
  const here = all.filter((job) => isForBranch(job, pull.baseRef));
  const files = here.some(hasFilter) ? await changedFiles() : { files: [], complete: true };
  const known = new Set<string>();
  const jobs = here.map((job): JobHere => {
    const named = words.filter((word) => isNamed(job, word, words, here));
    for (const word of named) known.add(word);
    const { name, context = name, skipReport = false, parameters = [] } = job;
    const last = runs.findLast((run) => run.job === name && run.headSha === pull.headSha);
    return {
      name,
      context: skipReport ? '' : context,
      engine: job.engine ?? (byDefault === 'none' ? undefined : byDefault),
      target: job.target ?? name,
      parameters: Object.fromEntries(parameters.map((each) => [each.name, each.value])),
      optional: job.optional === true || skipReport,
      when: whenOf(job),
      beforeMerge: job.runBeforeMerge === true && !skipReport,
      wanted: isWanted(job, files),
      rerun: job.rerunCommand ?? `/test ${name}`,
      named: named.length > 0,
      state:
        last !== undefined && isOfOtherBase(last, pull.baseRef)
          ? undefined
          : stateOf(skipReport ? undefined : context, last, pull.checks),
      times: last?.times ?? 0,
      open:
        last === undefined || isOver(last.state)
          ? undefined
          : { key: last.key, run: last.run, engine: last.engine, target: last.target },
    };
  });
  const names = new Set(here.map(({ name }) => name));
  return {
    jobs,
    elsewhere: [...new Set(all.map(({ name }) => name).filter((name) => !names.has(name)))],
    unknown: words.filter((word) => !known.has(word)),
  };
}

function hasFilter({ runIfChanged, skipIfOnlyChanged }: JobSetting): boolean {
  return runIfChanged !== undefined || skipIfOnlyChanged !== undefined;
}

function whenOf({ alwaysRun, runIfChanged, skipIfOnlyChanged }: JobSetting): JobHere['when'] {
  if (alwaysRun === true) return 'always';
  if (runIfChanged !== undefined) return 'if-changed';
  return skipIfOnlyChanged === undefined ? 'manual' : 'unless-only-changed';
}

/** Where the forge does not list all files, a job that may be called for is. */
function isWanted(job: JobSetting, { files, complete }: ChangedFiles): boolean {
  const { alwaysRun, runIfChanged, skipIfOnlyChanged } = job;
  if (alwaysRun === true) return true;
  const paths = files.flatMap(({ path, previousPath = path }) => [...new Set([path, previousPath])]);
  if (runIfChanged !== undefined) return !complete || paths.some((path) => isMatch(runIfChanged, path));
  if (skipIfOnlyChanged === undefined) return false;
  return !complete || paths.some((path) => !isMatch(skipIfOnlyChanged, path));
}

/** By its name as it is; in any case where that is no other's; by the line that is said to start it. */
function isNamed(job: JobSetting, word: string, words: readonly string[], all: readonly JobSetting[]): boolean {
  if (job.name === word) return true;
  const others = all.some(({ name }) => name === word);
  if (!others && job.name.toLowerCase() === word.toLowerCase()) return true;
  const { rerunCommand, trigger } = job;
  if (rerunCommand === undefined || trigger === undefined) return false;
  const said = wordsOf(rerunCommand);
  if (said.length > 0 && said.every((each) => words.includes(each)) && said.includes(word)) return true;
  return isMatch(trigger, `/test ${word}`);
}

/** What follows `/test` in it; nothing where it is another command. */
function wordsOf(rerun: string): readonly string[] {
  const [name, ...rest] = rerun.split(/\s+/);
  return name === '/test' ? rest.filter((word) => word !== '') : [];
}

/** What people see counts: the status, if it has one; what is known of the last run otherwise. */
function stateOf(
  context: string | undefined,
  last: RunKept | undefined,
  checks: PullFact['checks'],
): JobState | undefined {
  const check =
    context === undefined ? undefined : checks.find(({ name, from }) => name === context && from !== undefined);
  // A status that is being set: what was started last is not behind it.
  if (last !== undefined && (check === undefined || !isOver(last.state))) return last.state;
  switch (check?.state) {
    case 'success':
      return 'success';
    case 'pending':
      return 'running';
    case 'failure':
      return last?.state === 'cancelled' ? 'cancelled' : 'failure';
    default:
      return undefined;
  }
}
