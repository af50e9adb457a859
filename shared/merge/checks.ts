/** Which checks have to be green: those that the branch requires, and what the settings say of them, branch by branch. */
import {
  code,
  groupOf,
  isSkip,
  listOf,
  onOff,
  pattern,
  setting,
  skippedOn,
  textLike,
  type Check,
  type PullFact,
  type SettingsIn,
} from '../language/index.ts';
import {
  contextsBeforeMerge,
  contextsOfJobs,
  type JobContext,
  type PipelineSettings,
} from '../pipelines/job-settings.ts';
import { branch, isOnBranch } from './branches.ts';
import { fits } from './method.ts';

const checkName = textLike(/^[^\p{C}]{1,200}$/u, 'the name of a check');
const MAX_CHECKS = 1_000;
const names = listOf(checkName, MAX_CHECKS);

export const checkKeys = {
  requiredChecks: setting(
    listOf(groupOf({ name: checkName, branches: listOf(branch), exceptBranches: listOf(branch) }, 'name'), MAX_CHECKS),
    [],
    'Checks that must be green besides those that the branch itself requires; one that has not reported counts as pending.',
  ),
  optionalChecks: setting(names, [], 'Checks that need not be green, unless the branch itself requires them.'),
  allChecks: setting(
    onOff,
    false,
    'All checks must be green but the optional ones; otherwise, where some are required, only those.',
  ),
  checks: setting(
    listOf(
      groupOf({
        branches: listOf(branch),
        exceptBranches: listOf(branch),
        required: names,
        optional: names,
        optionalMatching: listOf(pattern),
        ifPresent: names,
        all: onOff,
      }),
      MAX_CHECKS,
    ),
    [],
    'The same for some branches. Entries that fit add up: checks that are `required`, `optional` (also by an expression), or needed only `if_present`; of several `all` the last counts.',
  ),
};
type CheckSettings = SettingsIn<{ readonly merge: { readonly keys: typeof checkKeys } }>['merge'];
type Policies = {
  readonly merge: CheckSettings;
  readonly pipelines: PipelineSettings['pipelines'];
};

/** The check that shows all that is needed. */
export const OWN_CHECK = 'bowsprit/merge';
/** The commit status of Tide's. */
export const TIDE_CHECK = 'tide';
/** What Bowsprit itself says of merging; Tide's own status is as little a condition of Tide's. */
const OWN_CHECKS: ReadonlySet<string> = new Set([OWN_CHECK, TIDE_CHECK]);

type Policy = {
  readonly required: ReadonlySet<string>;
  readonly ifPresent: ReadonlySet<string>;
  /** Whether there are such besides those of jobs, which take nothing else's place. */
  readonly some: boolean;
  readonly isOptional: (name: string) => boolean;
  readonly all: boolean;
};

/** What holds for one branch. */
function policyFor(baseRef: string, { merge, pipelines }: Policies): Policy {
  const here = merge.checks.filter((each) => isOnBranch(each, baseRef));
  const matching = here.flatMap((each) => each.optionalMatching ?? []);
  const required = new Set([
    ...merge.requiredChecks.filter((each) => isOnBranch(each, baseRef)).map(({ name }) => name),
    ...here.flatMap((each) => each.required ?? []),
  ]);
  const ifPresent = new Set(here.flatMap((each) => each.ifPresent ?? []));
  const jobs = [...contextsOfJobs(pipelines, baseRef)];
  const ofJobs = (...needed: readonly JobContext['needed'][]): readonly string[] =>
    jobs.flatMap(([context, job]) => (needed.includes(job.needed) ? [context] : []));
  const optional = new Set([
    ...merge.optionalChecks,
    ...here.flatMap((each) => each.optional ?? []),
    ...ofJobs('never'),
  ]);
  return {
    required: new Set([...required, ...ofJobs('last', 'always')]),
    ifPresent: new Set([...ifPresent, ...ofJobs('if-present')]),
    some: required.size > 0 || ifPresent.size > 0,
    isOptional: (name) => optional.has(name) || matching.some((each) => fits(each, name)),
    all: here.findLast(({ all }) => all !== undefined)?.all ?? merge.allChecks,
  };
}

/** Those that have to be green, whether they are or not; one that has not reported is pending. */
export function countingChecks(
  { checks, baseRef }: Pick<PullFact, 'checks' | 'baseRef'>,
  settings: Policies,
): readonly Check[] {
  const { required, ifPresent, some, isOptional, all } = policyFor(baseRef, settings);
  const reported = new Set(checks.map(({ name }) => name));
  const there = checks.filter(({ name }) => !OWN_CHECKS.has(name));
  const wanted = [
    ...there
      .map((check) => (required.has(check.name) ? { ...check, required: true } : check))
      .map((check) => (isSkippedElsewhere(check, baseRef) ? { ...check, state: 'failure' as const } : check)),
    ...[...required]
      .filter((name) => !reported.has(name))
      .map((name): Check => ({ name, state: 'pending', required: true })),
  ];
  const isNamed = (check: Check): boolean => check.required || ifPresent.has(check.name);
  const onlyNamed = (some || there.some((check) => check.required)) && !all;
  return wanted.filter((check) => isNamed(check) || (!onlyNamed && !isOptional(check.name)));
}

/** Whether a leaf of the gate is about a job that runs before merging and has not reported yet: other things come first. */
export function isLast(
  id: string,
  {
    pull: { checks, baseRef },
    settings,
  }: { readonly pull: Pick<PullFact, 'checks' | 'baseRef'>; readonly settings: Policies },
): boolean {
  const reported = new Set(checks.flatMap(({ name, from }) => (from === undefined ? [] : [name])));
  return [...contextsBeforeMerge(settings.pipelines, baseRef)].some(
    (context) => id === `checks/${context}` && !reported.has(context),
  );
}

/** It was cleared away where it was optional, which is no word for where it is not. */
function isSkippedElsewhere({ required, description, override }: Check, baseRef: string): boolean {
  if (override !== undefined || !isSkip(description)) return false;
  return required || description !== skippedOn(baseRef);
}

/** Whether the settings say that it has to be green on this branch, at least where it is there. */
export function isNeededCheck(name: string, baseRef: string, settings: Policies): boolean {
  const { required, ifPresent } = policyFor(baseRef, settings);
  return required.has(name) || ifPresent.has(name);
}

/** Whether the settings say that it need not be green on this branch, and nothing else says that it must. */
export function isOptionalCheck(name: string, baseRef: string, settings: Policies): boolean {
  const { isOptional } = policyFor(baseRef, settings);
  return isOptional(name) && !isNeededCheck(name, baseRef, settings) && !OWN_CHECKS.has(name);
}

/** Why what the settings say of checks cannot be; undefined where it can. */
export function contradictingChecks({ requiredChecks, optionalChecks, checks }: CheckSettings): string | undefined {
  const optional = new Set(optionalChecks);
  const everywhere = requiredChecks.find(
    ({ name, branches, exceptBranches }) =>
      branches === undefined && exceptBranches === undefined && optional.has(name),
  )?.name;
  const within = checks.flatMap((each) => (each.required ?? []).filter((name) => each.optional?.includes(name)));
  const both = everywhere ?? within[0];
  return both === undefined ? undefined : `The check ${code(both)} cannot be required and optional at once.`;
}
