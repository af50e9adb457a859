/** Prow's presubmits as jobs of ours: when they run, for which branches, what starts them. What they run is not read. */
import { code } from '../../language/index.ts';
import { compilePattern } from '../../owners/index.ts';
import type { Building } from './built.ts';
import type { ConfigFile, Presubmit } from './config-file.ts';
import { isScope, type Scope } from './enabled.ts';
import type { Source } from './finding.ts';
import type { At } from './shape.ts';

type OurJob = {
  readonly name: string;
  readonly context?: string;
  readonly always_run?: boolean;
  readonly run_if_changed?: string;
  readonly skip_if_only_changed?: string;
  readonly optional?: boolean;
  readonly skip_report?: boolean;
  readonly branches?: readonly string[];
  readonly skip_branches?: readonly string[];
  readonly trigger?: string;
  readonly rerun_command?: string;
  readonly run_before_merge?: boolean;
};

/** As our settings have them. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._/:@+-]{0,99}$/;
const TEXT = /^[^\p{C}]{1,200}$/u;
const COMMAND = /^\/test\s+\S[^\p{C}]{0,190}$/u;
const MAX_JOBS = 1_000;
const MAX_BRANCHES = 100;
/** Instructions of all expressions together, of what one file of ours may have; each counts as so many at least. */
const MAX_SIZE = 12_000;
const LEAST_SIZE = 20;

const AT = 'presubmits';

export function putJobs(
  { presubmits }: ConfigFile,
  {
    built,
    source,
    pathTo,
  }: { readonly built: Building; readonly source: Source; readonly pathTo: (scope: Scope) => readonly string[] },
): void {
  let left = MAX_SIZE;
  for (const { key: scope, offset, value: entries } of presubmits?.value ?? []) {
    if (!isScope(scope)) continue;
    const jobs: OurJob[] = [];
    for (const entry of entries) {
      const job = jobFrom(entry);
      if (typeof job === 'string') {
        source.found('unsupported', entry.offset, AT, `${job} The job is left out in ${code(scope)}.`);
        continue;
      }
      left -= sizeOf(job);
      if (left < 0 || jobs.length >= MAX_JOBS) {
        const said = `From here on the expressions of jobs are too large together, so the others of ${code(scope)} are left out; put them into its own settings.`;
        source.found('unsupported', entry.offset, AT, said);
        break;
      }
      jobs.push(job);
    }
    if (jobs.length > 0) built.put([...pathTo(scope), 'pipelines', 'jobs'], jobs, source, offset);
  }
}

/** Or why it cannot be one of ours: a sentence. */
function jobFrom({ value: job }: At<Presubmit>): OurJob | string {
  const name = job.name?.value ?? '';
  if (!NAME.test(name)) return `${code(name)} is no name of a job here.`;
  const context = job.context?.value ?? '';
  if (context !== '' && !TEXT.test(context)) return `${code(context)} is no name of a status here.`;
  const patterns = patternsOf(job);
  for (const each of patterns) {
    const problem = compilePattern(each);
    if (typeof problem === 'string') return `${code(name)}: ${problem}`;
  }
  const [branches, skipped] = [job.branches?.value ?? [], job.skip_branches?.value ?? []];
  if (branches.length > MAX_BRANCHES || skipped.length > MAX_BRANCHES) {
    return `${code(name)} names more than ${MAX_BRANCHES} branches.`;
  }
  if ([...branches, ...skipped].some(({ value }) => value === '')) {
    return `${code(name)} names a branch by an empty expression, which matches every one.`;
  }
  const rerun = job.rerun_command?.value;
  if (rerun !== undefined && !COMMAND.test(rerun)) {
    return `${code(name)} is started by ${code(rerun)}, and only ${code('/test')} starts jobs here.`;
  }
  return {
    name,
    ...(context === '' || context === name ? {} : { context }),
    ...(job.always_run?.value === true ? { always_run: true } : {}),
    ...expression('run_if_changed', job.run_if_changed?.value),
    ...expression('skip_if_only_changed', job.skip_if_only_changed?.value),
    ...(job.optional?.value === true ? { optional: true } : {}),
    ...(job.skip_report?.value === true ? { skip_report: true } : {}),
    ...(branches.length === 0 ? {} : { branches: branches.map(({ value }) => value) }),
    ...(skipped.length === 0 ? {} : { skip_branches: skipped.map(({ value }) => value) }),
    ...(job.trigger === undefined || rerun === undefined ? {} : { trigger: job.trigger.value, rerun_command: rerun }),
    ...(job.run_before_merge?.value === true ? { run_before_merge: true } : {}),
  };
}

/** An empty one is none, in Prow as well. */
function expression(key: 'run_if_changed' | 'skip_if_only_changed', value: string | undefined): Partial<OurJob> {
  return value === undefined || value === '' ? {} : { [key]: value };
}

function patternsOf(job: Presubmit): readonly string[] {
  return [
    job.run_if_changed?.value ?? '',
    job.skip_if_only_changed?.value ?? '',
    job.trigger?.value ?? '',
    ...(job.branches?.value ?? []).map(({ value }) => value),
    ...(job.skip_branches?.value ?? []).map(({ value }) => value),
  ].filter((each) => each !== '');
}

function sizeOf(job: OurJob): number {
  const all = [
    job.run_if_changed,
    job.skip_if_only_changed,
    job.trigger,
    ...(job.branches ?? []),
    ...(job.skip_branches ?? []),
  ];
  return all.reduce((sum, each) => {
    const compiled = each === undefined ? '' : compilePattern(each);
    return sum + (typeof compiled === 'string' ? 0 : Math.max(compiled.size, LEAST_SIZE));
  }, 0);
}
