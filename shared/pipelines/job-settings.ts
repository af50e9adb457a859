/** What can be set about jobs: which there are, what runs them, and whom they are started for. */
import {
  choice,
  code,
  ENGINES,
  groupOf,
  listOf,
  login,
  onOff,
  pattern,
  section,
  setting,
  textLike,
  wholeNumber,
  type SettingsIn,
  type Shape,
} from '../language/index.ts';
import { compilePattern } from '../owners/index.ts';

const jobName = textLike(/^[A-Za-z0-9][A-Za-z0-9._/:@+-]{0,99}$/, 'the name of a job, without blanks and commas');
const contextName = textLike(/^[^\p{C}]{1,200}$/u, 'the name of a status');
const anyText = textLike(/^[^\p{C}]{1,1000}$/u, 'text on one line');
const parameterName = textLike(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'the name of a variable');
const command = textLike(/^\/[^\p{C}]{1,200}$/u, 'a command, as `/test unit`');
const MAX_JOBS = 1_000;

const job = groupOf(
  {
    name: jobName,
    context: contextName,
    engine: choice(...ENGINES),
    target: anyText,
    parameters: listOf(groupOf({ name: parameterName, value: anyText }, 'name', 'value')),
    alwaysRun: onOff,
    runIfChanged: pattern,
    skipIfOnlyChanged: pattern,
    optional: onOff,
    skipReport: onOff,
    branches: listOf(pattern),
    skipBranches: listOf(pattern),
    trigger: pattern,
    rerunCommand: command,
    runBeforeMerge: onOff,
  },
  'name',
);

export const pipelineSettings = section(
  {
    jobs: setting(
      listOf(job, MAX_JOBS),
      [],
      'Jobs that run for pull requests, with the words of Prow: when they run (`always_run`, `run_if_changed`, `skip_if_only_changed`, else only when asked for), for which branches (expressions), and by which `engine`, with which `target` and `parameters`.',
    ),
    engine: setting(
      choice('none', ...ENGINES),
      'none',
      'What runs the jobs that name no engine; with `none` they are not started.',
    ),
    retests: setting(
      wholeNumber(0, 1_000),
      10,
      'How often the same job may be started for one commit, by comments or because the pull request was opened again; 0 for as often as anybody likes.',
    ),
  },
  ({ jobs }) => problemIn(jobs),
);

export const triggerSettings = section({
  enabled: setting(
    onOff,
    false,
    'Pull requests of people who are not trusted wait for `/ok-to-test` even where no job is set, for the workflows of the forge.',
  ),
  trust: setting(
    choice('once', 'until-risky-change', 'sticky'),
    'once',
    'How long `/ok-to-test` holds: for the commit it was given for (`once`), until a push changes one of `risky_paths`, or for good (`sticky`, as in Prow).',
  ),
  riskyPaths: setting(
    listOf(textLike(/^[^\p{C}]{1,256}$/u, 'a path, with `*` and `**`')),
    [
      '.github/',
      '.circleci/',
      '.buildkite/',
      '.gitlab-ci.yml',
      'Jenkinsfile',
      '**/Jenkinsfile',
      'buildspec.yml',
      'buildspec.yaml',
      'azure-pipelines.yml',
      'Makefile',
      '**/Makefile',
      'makefile',
      '**/makefile',
      'GNUmakefile',
      '**/GNUmakefile',
      'Dockerfile',
      '**/Dockerfile',
    ],
    'What decides how jobs run: a push that changes it ends `until-risky-change`. Settings and owners’ files always do.',
  ),
  onlyOrgMembers: setting(onOff, false, 'Only members of the organization are trusted; collaborators are not.', {
    prow: { at: 'triggers[].only_org_members' },
  }),
  trustedApps: setting(
    listOf(login),
    [],
    'Logins of Apps, without `[bot]`, whose pull requests and comments are trusted.',
    {
      prow: { at: 'triggers[].trusted_apps' },
    },
  ),
  ignoreOkToTest: setting(
    onOff,
    false,
    '`/ok-to-test` does nothing: every run for somebody who is not trusted is asked for by somebody who is.',
    { prow: { at: 'triggers[].ignore_ok_to_test' } },
  ),
  joinOrgUrl: setting(
    textLike(/^(?:https:\/\/[^\s\p{C}<>()[\]"'`]{1,300})?$/u, 'an address that begins with https'),
    '',
    'Where people read how to join the organization; whoever is not trusted is pointed to it.',
    { prow: { at: 'triggers[].join_org_url' } },
  ),
  workflows: setting(
    onOff,
    true,
    'The workflows of the forge count as jobs: those that failed are run again, those of forks that wait are approved with `/ok-to-test`.',
    { prow: { at: 'triggers[].trigger_github_workflows' } },
  ),
});

export type JobSetting = typeof job extends Shape<infer T> ? T : never;
export type PipelineSettings = SettingsIn<{
  readonly pipelines: typeof pipelineSettings;
  readonly trigger: typeof triggerSettings;
}>;

/** Whether pull requests have a gate and jobs that start by themselves. */
export function triggers({ pipelines, trigger }: PipelineSettings): boolean {
  return trigger.enabled || pipelines.jobs.length > 0;
}

/** Of what matters on the branch, what is skipped there counts first. */
export function isForBranch({ branches = [], skipBranches = [] }: JobSetting, baseRef: string): boolean {
  if (skipBranches.some((each) => isMatch(each, baseRef))) return false;
  return branches.length === 0 || branches.some((each) => isMatch(each, baseRef));
}

/** What is no pattern was refused where it was read. */
export function isMatch(source: string, text: string): boolean {
  const compiled = compilePattern(source);
  return typeof compiled !== 'string' && compiled.matches(text);
}

export type JobContext = {
  /** `always`: it has to be green; `last`: as well, and runs once nothing else is missing; `if-present`: where it has reported. */
  readonly needed: 'always' | 'last' | 'if-present' | 'never';
  /** The line that starts it. */
  readonly rerun: string;
  /** The name of the job, where nothing is set that runs it. */
  readonly idle: string | undefined;
};

const NEED = { never: 0, 'if-present': 1, always: 2, last: 3 } as const satisfies Record<JobContext['needed'], number>;

/**
 * By the names of their statuses, what jobs for this branch have to say before anything is merged into it, as for Tide. What
 * reports no status could never be seen to be green; of several with one status the strictest counts.
 */
export function contextsOfJobs(
  { jobs, engine: byDefault }: PipelineSettings['pipelines'],
  baseRef: string,
): ReadonlyMap<string, JobContext> {
  const found = new Map<string, JobContext>();
  for (const each of jobs) {
    if (each.skipReport === true || !isForBranch(each, baseRef)) continue;
    const { name, context = name, rerunCommand = `/test ${name}`, engine = byDefault } = each;
    const needed = neededOf(each);
    const before = found.get(context);
    if (before !== undefined && NEED[before.needed] >= NEED[needed]) continue;
    found.set(context, { needed, rerun: rerunCommand, idle: engine === 'none' ? name : undefined });
  }
  return found;
}

function neededOf({ runBeforeMerge, optional, alwaysRun }: JobSetting): JobContext['needed'] {
  if (runBeforeMerge === true) return 'last';
  if (optional === true) return 'never';
  return alwaysRun === true ? 'always' : 'if-present';
}

/** The statuses of jobs that run last before it is merged into this branch, whatever is changed. */
export function contextsBeforeMerge(pipelines: PipelineSettings['pipelines'], baseRef: string): ReadonlySet<string> {
  return new Set(
    [...contextsOfJobs(pipelines, baseRef)].flatMap(([context, { needed }]) => (needed === 'last' ? [context] : [])),
  );
}

/** Whether anything that is merged there needs a job, whatever is changed: what is started for one head runs for no other. */
export function needsJobs(pipelines: PipelineSettings['pipelines'], baseRef: string): boolean {
  return [...contextsOfJobs(pipelines, baseRef).values()].some(
    ({ needed }) => needed === 'last' || needed === 'always',
  );
}

/** Why what is said of one job cannot be; undefined where all of it can. */
function problemIn(jobs: readonly JobSetting[]): string | undefined {
  for (const { name, alwaysRun, runIfChanged, skipIfOnlyChanged, trigger, rerunCommand } of jobs) {
    const automatic = [
      alwaysRun === true ? 'always_run' : '',
      runIfChanged === undefined ? '' : 'run_if_changed',
      skipIfOnlyChanged === undefined ? '' : 'skip_if_only_changed',
    ].filter((each) => each !== '');
    if (automatic.length > 1) {
      return `The job ${code(name)} cannot have ${automatic.map(code).join(' and ')} at once.`;
    }
    if ((trigger === undefined) !== (rerunCommand === undefined)) {
      return `The job ${code(name)} has to have both ${code('trigger')} and ${code('rerun_command')}, or neither.`;
    }
    if (trigger === undefined || rerunCommand === undefined) continue;
    const compiled = compilePattern(trigger);
    if (typeof compiled !== 'string' && !compiled.matches(rerunCommand)) {
      return `The ${code('trigger')} of the job ${code(name)} does not match its ${code('rerun_command')}.`;
    }
  }
  return undefined;
}
