/** What makes Prow refuse config.yaml at its start, as far as pull requests go. */
import { code } from '../../language/index.ts';
import type { ConfigFile, Contexts } from './config-file.ts';
import { organizationOf } from './enabled.ts';
import type { Source } from './finding.ts';
import { patternMatches } from './patterns.ts';
import type { At } from './shape.ts';

export function checkConfig(file: ConfigFile, source: Source): void {
  const wrong = (offset: number, key: string, problem: string): void => {
    source.found('error', offset, key, problem);
  };
  checkQueries(file, wrong);
  checkContexts(file, wrong);
  checkPresubmits(file, wrong);
}

type Wrong = (offset: number, key: string, problem: string) => void;

function checkQueries(file: ConfigFile, wrong: Wrong): void {
  for (const { value: query, offset } of file.tide?.value.queries?.value ?? []) {
    const at = 'tide.queries';
    for (const name of [
      'orgs',
      'repos',
      'excludedRepos',
      'labels',
      'missingLabels',
      'includedBranches',
      'excludedBranches',
    ] as const) {
      const known = new Set<string>();
      for (const { value, offset: here } of query[name]?.value ?? []) {
        if (known.has(value)) wrong(here, `${at}[].${name}`, `${code(value)} stands in ${code(name)} twice.`);
        known.add(value);
      }
    }
    const orgs = new Set((query.orgs?.value ?? []).map(({ value }) => value));
    if (orgs.size === 0 && (query.repos?.value.length ?? 0) === 0) {
      wrong(offset, at, `The query is for nothing: it has neither ${code('orgs')} nor ${code('repos')}.`);
    }
    for (const { value, offset: here } of query.orgs?.value ?? []) {
      if (value.includes('/'))
        wrong(here, `${at}[].orgs`, `${code(value)} is a repository; it belongs into ${code('repos')}.`);
    }
    for (const { value, offset: here } of query.repos?.value ?? []) {
      if (!/^[^/]+\/[^/]+$/.test(value))
        wrong(here, `${at}[].repos`, `${code(value)} must be organization/repository.`);
      else if (orgs.has(organizationOf(value))) {
        wrong(here, `${at}[].repos`, `${code(value)} and its organization are both in this query; name it once.`);
      }
    }
    for (const { value, offset: here } of query.excludedRepos?.value ?? []) {
      if (orgs.has(organizationOf(value))) continue;
      wrong(here, `${at}[].excludedRepos`, `${code(value)} is left out of an organization that is not in this query.`);
    }
    if (
      (query.includedBranches?.value.length ?? 0) > 0 &&
      query.excludedBranches !== undefined &&
      query.excludedBranches.value.length > 0
    ) {
      wrong(
        query.excludedBranches.offset,
        at,
        `The query has ${code('includedBranches')} and ${code('excludedBranches')}; choose one.`,
      );
    }
    const forbidden = new Map((query.missingLabels?.value ?? []).map((label) => [label.value.toLowerCase(), label]));
    for (const { value } of query.labels?.value ?? []) {
      const clash = forbidden.get(value.toLowerCase());
      if (clash === undefined) continue;
      wrong(
        clash.offset,
        `${at}[].missingLabels`,
        `${code(value)} is both wanted and forbidden, so nothing would merge.`,
      );
    }
  }
}

function checkContexts(file: ConfigFile, wrong: Wrong): void {
  const options = file.tide?.value.context_options?.value;
  const check = (contexts: Contexts): void => {
    const known = new Map<string, string>();
    for (const name of ['required-contexts', 'optional-contexts', 'required-if-present-contexts'] as const) {
      for (const { value, offset } of contexts[name]?.value ?? []) {
        const before = known.get(value);
        if (before !== undefined && before !== name) {
          wrong(
            offset,
            'tide.context_options',
            `${code(value)} is in ${code(before)} and in ${code(name)}; choose one.`,
          );
        }
        known.set(value, name);
      }
    }
  };
  if (options === undefined) return;
  check(options);
  for (const { value: organization } of options.orgs?.value ?? []) {
    check(organization);
    for (const { value: repository } of organization.repos?.value ?? []) {
      check(repository);
      for (const { value: branch } of repository.branches?.value ?? []) check(branch);
    }
  }
}

/** What says when a job runs of its own accord: one of them, or none. */
const WHEN = ['always_run', 'run_if_changed', 'skip_if_only_changed'] as const;

function checkPresubmits(file: ConfigFile, wrong: Wrong): void {
  const at = 'presubmits';
  for (const { value: jobs } of file.presubmits?.value ?? []) {
    for (const { value: job, offset } of jobs) {
      const name = job.name?.value ?? '';
      if (name === '') wrong(offset, at, `A job has no ${code('name')}.`);
      const when = WHEN.filter((each) => isSet(job[each]));
      if (when.length > 1) {
        wrong(offset, at, `${code(name)} has ${when.map(code).join(' and ')}; a job has one of them at most.`);
      }
      const [trigger, rerun] = [job.trigger, job.rerun_command];
      if (isSet(trigger) !== isSet(rerun)) {
        wrong(
          offset,
          at,
          `${code(name)} has one of ${code('trigger')} and ${code('rerun_command')}; it needs both or neither.`,
        );
      } else if (trigger !== undefined && rerun !== undefined && patternMatches(trigger.value, rerun.value) === false) {
        wrong(rerun.offset, at, `${code('rerun_command')} of ${code(name)} is not matched by its ${code('trigger')}.`);
      }
    }
  }
}

function isSet(at: At<string | boolean> | undefined): boolean {
  return at !== undefined && at.value !== '' && at.value !== false;
}
