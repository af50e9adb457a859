import { describe, expect, test } from 'vitest';
import { skippedOn, type Check } from '../../shared/language/index.ts';
import { contradictingChecks, countingChecks } from '../../shared/merge/checks.ts';
import { needsJobs } from '../../shared/pipelines/job-settings.ts';
import { settingsOf } from '../support/given.ts';

type Merge = Parameters<typeof settingsOf<'merge'>>[1];

/** `unit!` is required by the branch. */
const reported = (...names: readonly string[]): readonly Check[] =>
  names.map((name) => ({ name: name.replace('!', ''), state: 'failure', required: name.endsWith('!') }));

describe('which checks count', () => {
  test.each<[what: string, checks: readonly Check[], merge: Merge, counting: readonly string[]]>([
    ['all where none is required', reported('a', 'b'), {}, ['a', 'b']],
    ['those that the branch requires', reported('a!', 'b'), {}, ['a']],
    ['one that is required and not there', [], { requiredChecks: [{ name: 'a' }] }, ['a']],
    ['of another branch', reported('b'), { requiredChecks: [{ name: 'a', branches: ['dev'] }] }, ['b']],
    ['no optional one', reported('a', 'b'), { optionalChecks: ['a'] }, ['b']],
    ['an optional one that the branch requires', reported('a!', 'b'), { optionalChecks: ['a'] }, ['a']],
    ['all besides the required ones', reported('a!', 'b', 'c'), { allChecks: true, optionalChecks: ['c'] }, ['a', 'b']],
    ['never our own word', reported('bowsprit/merge!', 'tide', 'a'), {}, ['a']],

    ['required for this branch', reported('b'), { checks: [{ branches: ['main'], required: ['a'] }] }, ['a']],
    ['required for another', reported('b'), { checks: [{ exceptBranches: ['main'], required: ['a'] }] }, ['b']],
    ['optional for this branch', reported('a', 'b'), { checks: [{ branches: ['ma*'], optional: ['a'] }] }, ['b']],
    [
      'optional by an expression',
      reported('bench/x', 'bench', 'b'),
      { checks: [{ optionalMatching: ['^bench/'] }] },
      ['bench', 'b'],
    ],
    ['needed if present, and there', reported('a', 'b'), { checks: [{ ifPresent: ['a'] }] }, ['a']],
    ['needed if present, and not there', reported('b'), { checks: [{ ifPresent: ['a'] }] }, []],
    [
      'needed if present besides all',
      reported('a', 'b'),
      { allChecks: true, checks: [{ ifPresent: ['a'] }] },
      ['a', 'b'],
    ],
    ['all, for this branch', reported('a!', 'b'), { checks: [{ branches: ['main'], all: true }] }, ['a', 'b']],
    [
      'all but for this branch',
      reported('a!', 'b'),
      { allChecks: true, checks: [{ branches: ['main'], all: false }] },
      ['a'],
    ],
    [
      'the last word on all',
      reported('a!', 'b'),
      { checks: [{ all: true }, { branches: ['main'], all: false }] },
      ['a'],
    ],
    ['entries add up', reported('a', 'b', 'c'), { checks: [{ optional: ['a'] }, { optional: ['b'] }] }, ['c']],
  ])('%s', (_, checks, merge, counting) => {
    const found = countingChecks({ checks, baseRef: 'main' }, settingsOf('merge', merge));
    expect(found.map(({ name }) => name)).toEqual(counting);
  });
});

type Jobs = Parameters<typeof settingsOf<'pipelines'>>[1]['jobs'];

describe('which checks of jobs count', () => {
  const always = { name: 'a', alwaysRun: true };
  test.each<[what: string, checks: readonly Check[], jobs: Jobs, merge: Merge, counting: readonly string[]]>([
    ['one that always runs, also before it has reported', [], [always], {}, ['a']],
    ['by the name of its status', reported('ci/a'), [{ ...always, context: 'ci/a' }], {}, ['ci/a']],
    ['not on another branch', reported('b'), [{ ...always, branches: ['^dev$'] }], {}, ['b']],
    ['no optional one', reported('a', 'b'), [{ ...always, optional: true }], {}, ['b']],
    ['none that reports nothing', reported('b'), [{ ...always, skipReport: true }], {}, ['b']],
    [
      'one that starts by what is changed, where it is there',
      reported('a'),
      [{ name: 'a', runIfChanged: 'x' }],
      {},
      ['a'],
    ],
    ['and not where it is not', [], [{ name: 'a', runIfChanged: 'x' }], {}, []],
    ['one that somebody asked for', reported('a'), [{ name: 'a' }], {}, ['a']],
    [
      'one that runs last, with what else there is',
      reported('b'),
      [{ name: 'a', runBeforeMerge: true }],
      {},
      ['b', 'a'],
    ],
    ['one that runs last and is optional', [], [{ name: 'a', runBeforeMerge: true, optional: true }], {}, ['a']],
    [
      'of two with one status the stricter',
      [],
      [
        { ...always, optional: true },
        { ...always, name: 'x', context: 'a' },
      ],
      {},
      ['a'],
    ],
    ['besides those that the branch requires', reported('a', 'b', 'c!'), [always], {}, ['a', 'c']],
    ['an optional one that the branch requires', reported('a!', 'b'), [{ ...always, optional: true }], {}, ['a']],
    [
      'an optional one that the settings require',
      [],
      [{ ...always, optional: true }],
      { requiredChecks: [{ name: 'a' }] },
      ['a'],
    ],
  ])('%s', (_, checks, jobs, merge, counting) => {
    const settings = {
      ...settingsOf('merge', merge),
      pipelines: settingsOf('pipelines', { jobs: jobs ?? [] }).pipelines,
    };
    expect(countingChecks({ checks, baseRef: 'main' }, settings).map(({ name }) => name)).toEqual(counting);
  });
});

test.each<[what: string, jobs: Jobs, needed: boolean]>([
  ['one that always runs', [{ name: 'a', alwaysRun: true }], true],
  ['one that runs last', [{ name: 'a', runBeforeMerge: true }], true],
  ['one of another branch', [{ name: 'a', alwaysRun: true, branches: ['^dev$'] }], false],
  ['an optional one', [{ name: 'a', alwaysRun: true, optional: true }], false],
  ['one that the change calls for', [{ name: 'a', runIfChanged: 'x' }], false],
])('no batch is made where a head needs %s: %j %s', (_, jobs, needed) => {
  expect(needsJobs(settingsOf('pipelines', { jobs: jobs ?? [] }).pipelines, 'main')).toBe(needed);
});

const skipped = (more: Partial<Check> = {}): Check => ({
  name: 'a',
  state: 'success',
  required: false,
  from: 'status',
  description: skippedOn('dev'),
  ...more,
});

describe('what was skipped', () => {
  test.each<[what: string, check: Check, baseRef: string, merge: Merge, state: Check['state']]>([
    ['where it was optional', skipped(), 'dev', {}, 'success'],
    ['counts as red on another branch', skipped(), 'main', {}, 'failure'],
    ['a check run as well', skipped({ from: 'run' }), 'main', {}, 'failure'],
    ['and where the branch requires it', skipped({ required: true }), 'dev', {}, 'failure'],
    ['or the settings do since', skipped(), 'dev', { requiredChecks: [{ name: 'a' }] }, 'failure'],
    ['unless somebody overrides it', skipped({ override: { by: 'x', reason: '', until: '' } }), 'main', {}, 'success'],
    ['and what others skipped is theirs to say', skipped({ description: 'Skipped.' }), 'main', {}, 'success'],
  ])('%s', (_, check, baseRef, merge, state) => {
    const found = countingChecks({ checks: [check], baseRef }, settingsOf('merge', merge));
    expect(found.map((each) => each.state)).toEqual([state]);
  });
});

test.each<[merge: Merge, problem: string | undefined]>([
  [{ requiredChecks: [{ name: 'a' }], optionalChecks: ['b'] }, undefined],
  // Required here, optional elsewhere: the one that asks for more counts.
  [{ requiredChecks: [{ name: 'a', branches: ['main'] }], optionalChecks: ['a'] }, undefined],
  [
    { requiredChecks: [{ name: 'a' }], optionalChecks: ['a'] },
    'The check `a` cannot be required and optional at once.',
  ],
  [{ checks: [{ required: ['a'], optional: ['a'] }] }, 'The check `a` cannot be required and optional at once.'],
  [{ checks: [{ required: ['a'] }, { optional: ['a'] }] }, undefined],
])('checks %j: %s', (merge, problem) => {
  expect(contradictingChecks(settingsOf('merge', merge).merge)).toBe(problem);
});
