/** `run_before_merge`: the job is started once nothing else is missing, and has to be green then. */
import { describe, expect, test } from 'vitest';
import { beforeMerge } from '../../shared/automations/before-merge.ts';
import { mergeAutomation } from '../../shared/automations/merge.ts';
import { merge, missingIn, NO_ANSWERS, updateBranch, type Check, type JobHere } from '../../shared/language/index.ts';
import { gateOf } from '../../shared/merge/gate.ts';
import { defaultSettings } from '../../shared/settings/index.ts';
import { brief } from '../support/brief.ts';
import { approved, BEFORE, decided, given, HEAD, pullOf, settingsOf, voteOf, type All } from '../support/given.ts';
import { jobOf, jobsOf, UNTRUSTED } from '../support/jobs-here.ts';

const LAST = { name: 'e2e', context: 'ci/e2e', runBeforeMerge: true } as const;
const settings = settingsOf('pipelines', { engine: 'jenkins', jobs: [{ name: 'unit' }, LAST] });
const ready: All = given({
  labels: new Set(['lgtm', 'approved']),
  lgtms: [voteOf('linus')],
  approval: approved,
  settings,
});
const e2e = (more: Partial<JobHere> = {}): JobHere => jobOf('e2e', { when: 'manual', beforeMerge: true, ...more });
const check = (name: string, state: Check['state']): Check => ({ name, state, required: true, from: 'status' });
const checked = (...checks: readonly Check[]): Partial<All> => ({ pull: pullOf({ checks }) });

function starts(more: Partial<All> = {}, job = e2e(), here: Partial<Parameters<typeof jobsOf>[1]> = {}) {
  const answers = { ...NO_ANSWERS, jobs: jobsOf([jobOf('unit'), job], here) };
  return decided(beforeMerge, { ...ready, answers, ...more }).map(brief);
}

describe('a job that has to run before merging', () => {
  test.each<[what: string, facts: Partial<All>, starts: boolean]>([
    ['is started where nothing else is missing', {}, true],
    ['and the other checks are green', checked(check('unit', 'success')), true],
    [
      'also where it is in the merge queue that this is missing',
      { pull: pullOf({ queue: { place: undefined } }) },
      true,
    ],
    ['not while another check runs', checked(check('unit', 'pending')), false],
    ['not where another check failed', checked(check('unit', 'failure')), false],
    ['not without an lgtm', { lgtms: [] }, false],
    ['not while it is held', { holds: [{ by: 'grace', reason: '', at: '2026-03-01T12:00:00Z' }] }, false],
    ['not for a draft', { pull: pullOf({ draft: true }) }, false],
    ['not where it conflicts', { pull: pullOf({ mergeable: 'conflicting' }) }, false],
    ['not where it is closed', { pull: pullOf({ state: 'closed' }) }, false],
    ['not before it is up to date', { behind: true }, false],
    ['where it is up to date', { behind: false }, true],
  ])('%s', (_, facts, is) => {
    expect(starts(facts)).toEqual(is ? ['start e2e'] : []);
  });

  test.each<[what: string, job: Partial<JobHere>, starts: boolean]>([
    ['that runs', { state: 'running' }, false],
    ['that passed', { state: 'success' }, false],
    // Whoever wants it again says so.
    ['that failed', { state: 'failure' }, false],
    ['that was cancelled', { state: 'cancelled' }, false],
    ['of which the change seems not to call for it', { when: 'if-changed', wanted: false }, true],
    ['that may fail otherwise', { optional: true }, true],
    ['that nothing runs', { engine: undefined }, false],
  ])('one %s', (_, job, is) => {
    expect(starts({}, e2e(job))).toEqual(is ? ['start e2e'] : []);
  });

  test('is started at the head that was looked at', () => {
    expect(starts({}, e2e(), { headSha: BEFORE })).toEqual([]);
  });

  test('that still runs for the branch before gives way', () => {
    const open = { key: 'k', run: '7', engine: 'https', target: 'e2e' } as const;
    expect(starts({}, e2e({ open }))).toEqual(['cancel e2e 7', 'start e2e']);
  });

  // Settings may leave it to reviews on the forge who looks at it, which may be still to come.
  const byLabel: Partial<All> = {
    labels: new Set(['ready']),
    lgtms: [],
    settings: { ...settings, merge: { ...settings.merge, queries: [{ labels: ['ready'] }] } },
  };
  test.each<[what: string, facts: Partial<All>, starts: boolean]>([
    ['nobody has looked at', byLabel, false],
    ['somebody gave an lgtm', { ...byLabel, votes: [voteOf('linus')] }, true],
    ['somebody approved', { ...byLabel, votes: [voteOf('linus', { vote: 'approve' })] }, true],
    ['the author approves of it', { ...byLabel, votes: [voteOf('ada', { vote: 'approve' })] }, false],
    ['a vote is for another commit', { ...byLabel, votes: [voteOf('linus', { headSha: BEFORE })] }, false],
    ['reviews approve on the forge', { ...byLabel, pull: pullOf({ reviewApproved: true }) }, true],
  ])('of somebody who is not trusted, where %s', (_, facts, is) => {
    expect(starts(facts, e2e(), { trust: UNTRUSTED })).toEqual(is ? ['start e2e'] : []);
    expect(starts(facts)).toEqual(['start e2e']);
  });

  test.each<[event: string, state: JobHere['state'], starts: boolean]>([
    ['draft-changed', 'cancelled', true],
    ['reopened', 'cancelled', true],
    // It was no, and is.
    ['reopened', 'failure', false],
    ['labeled', 'cancelled', false],
  ])('that was stopped as a draft, or when it was closed: by %s, where it is %s', (event, state, is) => {
    const red = checked(check('ci/e2e', 'failure'));
    expect(starts({ ...red, event }, e2e({ state }))).toEqual(is ? ['start e2e'] : []);
    const others = checked(check('ci/e2e', 'failure'), check('unit', 'failure'));
    expect(starts({ ...others, event }, e2e({ state }))).toEqual([]);
    expect(starts({ ...red, event }, e2e({ state, times: 10 }))).toEqual([]);
  });

  test('is looked at again when somebody lets jobs run', () => {
    expect(beforeMerge.after).toContain('vouch');
  });
});

const missing = (more: Partial<All>): readonly string[] => missingIn(gateOf({ ...ready, ...more })).map(({ id }) => id);

describe('the gate', () => {
  test.each<[what: string, facts: Partial<All>, missing: readonly string[]]>([
    ['before it has run', {}, ['checks/ci/e2e']],
    ['while it runs', checked({ ...check('ci/e2e', 'pending'), required: false }), ['checks/ci/e2e']],
    ['once it is green', checked({ ...check('ci/e2e', 'success'), required: false }), []],
    [
      'into a branch that it is not for',
      { settings: settingsOf('pipelines', { jobs: [{ ...LAST, branches: ['^release-'] }] }) },
      [],
    ],
    // What reports nothing can be seen by nobody.
    [
      'of one that reports no status',
      { settings: settingsOf('pipelines', { jobs: [{ ...LAST, skipReport: true }] }) },
      [],
    ],
  ])('%s', (_, facts, ids) => {
    expect(missing(facts)).toEqual(ids);
  });

  test('says that it comes last', () => {
    const [leaf] = missingIn(gateOf(ready));
    expect(leaf).toMatchObject({
      fact: '`ci/e2e` has not reported.',
      next: 'Wait: `ci/e2e` is started once nothing else is missing; `/test e2e` starts it sooner.',
    });
    const without = settingsOf('pipelines', { engine: 'none', jobs: [LAST] });
    expect(missingIn(gateOf({ ...ready, settings: without }))[0]?.next).toBe(
      'A maintainer says what runs `e2e` (`pipelines.engine`): nothing starts it.',
    );
    const [running] = missingIn(gateOf({ ...ready, ...checked(check('ci/e2e', 'pending')) }));
    expect(running?.next).toBe('Wait for `ci/e2e`.');
  });

  test('brings it up to date first, and merges it after', () => {
    expect(decided(mergeAutomation, { ...ready, behind: true, turn: 'free' })).toEqual([updateBranch(HEAD)]);
    expect(decided(mergeAutomation, { ...ready, behind: false, turn: 'mine' })).toEqual([]);
    // Running, it is not left behind by another merge of the base.
    expect(
      decided(mergeAutomation, { ...ready, ...checked(check('ci/e2e', 'pending')), behind: true, turn: 'mine' }),
    ).toEqual([]);
    expect(decided(mergeAutomation, { ...ready, ...checked(check('ci/e2e', 'success')) })).toEqual([
      merge(HEAD, 'merge'),
    ]);
  });
});

test('what always runs says which line starts it, before it has reported and after it failed', () => {
  const here = settingsOf('pipelines', { engine: 'jenkins', jobs: [{ name: 'unit', alwaysRun: true }] });
  const open = (more: Partial<All>) => missingIn(gateOf({ ...ready, settings: here, ...more }));
  expect(open({})).toMatchObject([
    { fact: '`unit` has not reported.', next: 'Comment `/test unit`, where it does not start by itself.' },
  ]);
  expect(open(checked({ ...check('unit', 'failure'), required: false }))).toMatchObject([
    { next: 'The author mends what `unit` found and pushes, or it is run again by `/test unit`.' },
  ]);
});

test('it runs only where there is such a job, and where merging is on', () => {
  expect(beforeMerge.when?.(defaultSettings)).toBe(false);
  expect(beforeMerge.when?.(settings)).toBe(true);
  expect(beforeMerge.when?.({ ...settings, merge: { ...settings.merge, enabled: false } })).toBe(false);
});
