/** Who is trusted, and how long somebody's word for a commit holds: §5, §18.1, §18.7. */
import { describe, expect, test } from 'vitest';
import { isTrustedHere, riskySince } from '../../shared/facts/pull-trust.ts';
import { Refusal, Retryable } from '../../shared/errors.ts';
import { trustIn, type Role, type Vouching } from '../../shared/language/index.ts';
import { defaultSettings, type Settings } from '../../shared/settings/index.ts';
import { alteredOrMoved } from '../../shared/reading.ts';
import { BEFORE, grace, HEAD, robot } from '../support/given.ts';

type Trigger = Settings['trigger'];
const set = (more: Partial<Trigger>): Trigger => ({ ...defaultSettings.trigger, ...more });

const ask = (role: Role, isPublic: boolean, member: boolean | Error) => ({
  roleOf: async () => ({ role, public: isPublic }),
  member: async () => {
    if (typeof member !== 'boolean') throw member;
    return member;
  },
});

describe('somebody is trusted', () => {
  test.each<[who: string, role: Role, isPublic: boolean, member: boolean | Error, more: Partial<Trigger>, is: boolean]>(
    [
      ['a member', 'read', true, true, {}, true],
      ['a stranger', 'read', true, false, {}, false],
      ['nobody', 'none', true, false, {}, false],
      ['a collaborator', 'triage', true, false, {}, true],
      ['who may read what is private', 'read', false, false, {}, true],
      ['a collaborator where members alone count', 'admin', true, false, { onlyOrgMembers: true }, false],
      ['a member where members alone count', 'read', true, true, { onlyOrgMembers: true }, true],
      // Trust is not given because nobody can be asked.
      ['who may not be asked about', 'read', true, new Refusal('ungranted'), {}, false],
    ],
  )('%s', async (_, role, isPublic, member, more, is) => {
    expect(await isTrustedHere(grace, { trigger: set(more) }, ask(role, isPublic, member))).toBe(is);
  });

  test('not to be found out is neither yes nor no', async () => {
    const asking = isTrustedHere(grace, { trigger: set({}) }, ask('read', true, new Retryable('no answer')));
    await expect(asking).rejects.toThrow(Retryable);
  });

  test.each([
    [['robot'], true],
    [['Robot'], true],
    [['rob'], false],
    [[], false],
  ])('an App, where the settings name %j', async (trustedApps, is) => {
    expect(await isTrustedHere(robot, { trigger: set({ trustedApps }) }, ask('admin', true, true))).toBe(is);
  });
});

const word = (headSha: string, baseRef?: string): Vouching => ({
  vouch: { by: 'grace', headSha, first: headSha, baseRef },
  doubted: [],
});

describe('jobs may run for the head', () => {
  const none: Vouching = { doubted: [] };
  test.each<[what: string, author: boolean, vouching: Vouching, label: boolean, once: boolean, sticky: boolean]>([
    ['of somebody who is trusted', true, none, false, true, true],
    ['of anybody else', false, none, false, false, false],
    ['that somebody vouched for', false, word(HEAD, 'main'), true, true, true],
    ['that somebody vouched for into another branch', false, word(HEAD, 'release-1'), true, false, true],
    // Kept before branches were.
    ['that somebody vouched for, nobody knows into what', false, word(HEAD), true, false, true],
    ['of which an earlier commit was vouched for', false, word(BEFORE, 'main'), true, false, true],
    // A label alone tells of no commit; before there were records it was all there was.
    ['that carries the label', false, none, true, false, true],
    ['that a stranger pushed to their branch', true, { doubted: [HEAD] }, false, false, false],
    ['after what a stranger pushed', true, { doubted: [BEFORE] }, false, true, true],
    [
      'that a stranger pushed, and somebody vouched for',
      true,
      { ...word(HEAD, 'main'), doubted: [HEAD] },
      true,
      true,
      true,
    ],
  ])('%s', (_, authorTrusted, vouching, label, once, sticky) => {
    const labels = new Set(label ? ['ok-to-test'] : []);
    const about = { headSha: HEAD, baseRef: 'main', author: 'ada', authorTrusted, vouching, labels };
    expect([trustIn({ ...about, mode: 'once' }).trusted, trustIn({ ...about, mode: 'sticky' }).trusted]).toEqual([
      once,
      sticky,
    ]);
    expect(trustIn({ ...about, mode: 'until-risky-change' }).trusted).toBe(once);
  });
});

describe('what a push changed of that which decides how jobs run', () => {
  const moved = { before: BEFORE, after: HEAD };
  const FIRST = 'ccccccc3333333333333333333333333333333cc';
  const vouch = { by: 'grace', headSha: BEFORE, first: FIRST, baseRef: 'main' };
  const asked: string[][] = [];
  const risky = (altered: readonly string[] | 'all', more: Partial<Parameters<typeof riskySince>[1]> = {}) =>
    riskySince(moved, {
      vouch,
      baseRef: 'main',
      trigger: set({ trust: 'until-risky-change' }),
      isPower: (paths) => paths.includes('OWNERS'),
      altered: async (from, to) => {
        asked.push([from, to]);
        return altered;
      },
      ...more,
    });

  test.each<[altered: readonly string[] | 'all', is: readonly string[] | 'all']>([
    [['src/a.ts', 'docs/b.md'], []],
    [[], []],
    [['.github/workflows/ci.yaml', 'src/a.ts'], ['.github/workflows/ci.yaml']],
    [['sub/Makefile'], ['sub/Makefile']],
    // Which make reads instead.
    [
      ['GNUmakefile', 'sub/makefile'],
      ['GNUmakefile', 'sub/makefile'],
    ],
    [
      ['Jenkinsfile', 'OWNERS'],
      ['Jenkinsfile', 'OWNERS'],
    ],
    ['all', 'all'],
  ])('%j: %j', async (altered, is) => {
    expect(await risky(altered)).toEqual(is);
  });

  test('is counted from the commit that was vouched for, not from the last push', async () => {
    asked.length = 0;
    await risky([]);
    expect(asked).toEqual([[FIRST, HEAD]]);
  });

  test('is not asked for where nothing hangs on it', async () => {
    asked.length = 0;
    expect(await risky([], { vouch: undefined })).toBe('all');
    expect(await risky([], { vouch: { ...vouch, headSha: FIRST } })).toBe('all');
    expect(await risky([], { trigger: set({ trust: 'once' }) })).toBe('all');
    expect(await risky([], { baseRef: 'release-1' })).toBe('all');
    expect(asked).toEqual([]);
  });
});

const change = (previous?: string) => ({
  from: '1',
  to: '2',
  lines: '3',
  ...(previous === undefined ? {} : { previous }),
});

test('what is moved away is altered as well', () => {
  const of = (files: Readonly<Record<string, ReturnType<typeof change>>>) => ({
    files: new Map(Object.entries(files)),
    complete: true,
  });
  expect(alteredOrMoved(of({ src: change() }), of({ src: change(), 'old.mk': change('Makefile') }))).toEqual([
    'old.mk',
    'Makefile',
  ]);
  expect(alteredOrMoved(of({ a: change('b') }), of({ a: change('b') }))).toEqual([]);
});
