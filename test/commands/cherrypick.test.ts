import { describe, expect, test } from 'vitest';
import { cherryPick, isBranchName, labelsPicked, pickLater, type Action } from '../../shared/language/index.ts';
import { actionsFor, type All, given, pullOf, settingsOf, subjectOf } from '../support/given.ts';

const open = pullOf();
const merged = pullOf({ state: 'merged' });
const short = (comment: string, facts: Partial<All> = {}): readonly (Action | string)[] =>
  actionsFor(comment, given(facts)).map((each) =>
    each.is === 'reply' ? each.text : each.is === 'refuse' ? `no: ${each.reason}` : each,
  );
const later = (...targets: readonly string[]): readonly Action[] => targets.map((target) => pickLater(target, 'Grace'));
const now = (...targets: readonly string[]): readonly Action[] =>
  targets.map((target) => cherryPick(target, 'Grace', []));
const OWN = '`main` is the base of this pull request: what is merged is there already.';
const PROMISE =
  'Once this is merged, it will be picked onto `release-1`. `/cherrypick cancel release-1` takes that back.';

test.each<[comment: string, facts: Partial<All>, does: readonly (Action | string)[]]>([
  ['/cherrypick release-1', { pull: open }, [...later('release-1'), PROMISE]],
  ['/cherry-pick release-1', { pull: open }, [...later('release-1'), PROMISE]],
  // Prow knows small letters alone.
  ['/CherryPick release-1', { pull: open }, [...later('release-1'), PROMISE]],
  ['/cherrypick  release-1\trelease-1', { pull: open }, [...later('release-1'), PROMISE]],
  ['/cherrypick main release-1', { pull: open }, [...later('release-1'), OWN, PROMISE]],
  ['/cherrypick main', { pull: open }, [`no: ${OWN}`]],
  ['/cherrypick main', { pull: merged }, [`no: ${OWN}`]],
  ['/cherrypick release-1 release-2', { pull: merged }, now('release-1', 'release-2')],
  ['/cherrypick main release-1', { pull: merged }, [...now('release-1'), OWN]],
  // In Prow the last line counts for the branch it begins with.
  ['/cherrypick release-1\n/cherrypick release-2', { pull: merged }, now('release-1', 'release-2')],
  [
    '/cherrypick release-1',
    { pull: pullOf({ state: 'closed' }) },
    ['no: It was closed without being merged, so there is nothing to pick; reopen it first.'],
  ],
  ['/cherrypick a..b', { pull: merged }, ['no: `a..b` cannot be the name of a branch.']],
  ['/cherrypick release-1 -x @{u}', { pull: merged }, ['no: `-x` and `@{u}` cannot be the name of a branch.']],
  [
    '/cherrypick b',
    { pull: open, picks: Array.from({ length: 20 }, (_, index) => ({ target: `r${index}`, by: 'ada' })) },
    ['no: It would be picked onto 21 branches, and 20 are the most.'],
  ],
  // Prow takes the next line for the branch; here an argument is on the line of its command.
  [
    '/cherrypick\nrelease-1',
    { pull: open },
    ['no: `/cherrypick` needs more: names of branches. Write `/cherrypick <branches …>`.'],
  ],
])('%j', (comment, facts, does) => {
  expect(short(comment, facts)).toEqual(does);
});

test('nine branches at once are more than one line takes', () => {
  expect(short(`/cherrypick ${'abcdefghi'.split('').join(' ')}`, { pull: open })[0]).toContain('takes at most 8 words');
});

describe('labels of a cherry-pick', () => {
  test.each<[on: readonly string[], more: Parameters<typeof settingsOf<'cherrypick'>>[1], labels: readonly string[]]>([
    [['size/S', 'kind/regression', 'kind/bug', 'lgtm'], {}, ['kind/bug', 'kind/regression']],
    [['Kind/Bug', 'area/api'], { carriedLabels: ['kind/', 'AREA/API'] }, ['Kind/Bug', 'area/api']],
    [['kind/bug'], { labels: ['backport'], carriedLabels: [] }, ['backport']],
    [['kind'], {}, []],
  ])('%j with %j', (on, more, labels) => {
    const settings = settingsOf('cherrypick', more);
    expect(labelsPicked(on, settings.cherrypick)).toEqual(labels);
    const facts = given({ pull: merged, settings, subject: subjectOf({ labels: on }) });
    expect(actionsFor('/cherrypick release-1', facts)).toEqual([cherryPick('release-1', 'Grace', labels)]);
  });
});

test.each<[name: string, is: boolean]>([
  ['main', true],
  ['release-1.2', true],
  ['user/fix_1', true],
  ['größe', true],
  ['', false],
  ['a b', false],
  ['a..b', false],
  ['a//b', false],
  ['/a', false],
  ['a/', false],
  ['-a', false],
  ['.a', false],
  ['a/.b', false],
  ['a.', false],
  ['a.lock', false],
  ['a~1', false],
  ['a^', false],
  ['a:b', false],
  ['a?', false],
  ['a*', false],
  ['a[b', false],
  ['a\\b', false],
  ['$(id)', false],
  ['a;b', false],
  ["it's", false],
  ['a@{b', false],
  ['@', false],
  ['a\u0007', false],
  ['a\u202Eb', false],
  ['a'.repeat(201), false],
])('%j is the name of a branch: %s', (name, is) => {
  expect(isBranchName(name)).toBe(is);
});
