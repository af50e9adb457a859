import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ALWAYS,
  approvalState,
  basisOf,
  boundedToRoot,
  compileCodeowners,
  compileOwners,
  mayApproveAll,
  mayApproveAny,
  mayReviewAny,
  reasonInWords,
  rootApproversOf,
  sidesFor,
  UnknownOwners,
  type ApprovalQuestion,
  type ApprovalState,
  type ChangedFile,
  type OwnersIndex,
  type Rule,
  type Word,
} from '../../shared/owners/index.ts';
import { blobOf, printOwners, treeOf } from '../support/owners-tree.ts';

const indexOf = (texts: Readonly<Record<string, string>>): OwnersIndex => compileOwners(treeOf(texts));
const changed = (paths: readonly string[]): ChangedFile[] => paths.map((path) => ({ path }));
const ask = (
  index: OwnersIndex,
  files: readonly (string | ChangedFile)[],
  approvals: readonly string[] = [],
  { stale, ...more }: Partial<ApprovalQuestion> & { readonly stale?: Stale } = {},
): ApprovalState =>
  approvalState({
    index,
    files: files.map((file) => (typeof file === 'string' ? { path: file } : file)),
    filesComplete: true,
    approvals: new Set(approvals),
    author: 'author',
    selfApproval: true,
    pull: 12,
    ...(stale === undefined
      ? {}
      : { words: new Map([...stale].map(([who, paths]) => [who, [{ stale: [...paths] }]])) }),
    ...more,
  });

// The tree on which Prow's documentation and tests explain suggestions.
const combo = ['eve', 'erin', 'david', 'dan', 'debbie'];
const family = {
  OWNERS: 'approvers: [Alice, Bob]',
  'a/OWNERS': 'approvers: [Art, Anne]',
  'b/OWNERS': 'approvers: [Bill, Ben, Barbara]',
  'a/d/OWNERS': 'approvers: [David, Dan, Debbie]',
  'a/combo/OWNERS': `approvers: [${combo.join(', ')}]`,
};
const people = indexOf(family);

test.each<[files: readonly string[], approvals: readonly string[], approved: boolean]>([
  [[], ['alice'], false],
  [['x'], [], false],
  [['x'], ['alice'], true],
  [['x'], ['ALICE'], true],
  [['x'], ['@bob'], true],
  [['x'], ['art'], false],
  [['a/x'], ['art'], true],
  [['a/x'], ['alice'], true],
  [['a/x'], ['bill', 'stranger'], false],
  [['a/d/x'], ['art'], true],
  [['a/d/x', 'a/x'], ['dan'], false],
  [['a/d/x', 'a/x'], ['dan', 'anne'], true],
  [['a/x', 'b/x'], ['art', 'ben'], true],
  [['a/x', 'b/x'], ['art'], false],
  [['a/x', 'b/x'], ['bob'], true],
  [['new/folder/x'], ['art', 'ben'], false],
])('%j approved by %j: %s', (files, approvals, approved) => {
  expect(ask(people, files, approvals).approved).toBe(approved);
});

describe('the author', () => {
  test('counts where self-approval is on, and otherwise like anybody else', () => {
    expect(ask(people, ['a/x'], [], { author: 'Art' }).approved).toBe(true);
    expect(ask(people, ['a/x'], [], { author: 'Art', selfApproval: false }).approved).toBe(false);
    expect(ask(people, ['a/x'], ['art'], { author: 'Art', selfApproval: false }).approved).toBe(true);
    expect(ask(people, ['b/x'], [], { author: 'Art' }).approved).toBe(false);
  });

  test('is never suggested', () => {
    expect(ask(people, ['a/x'], [], { author: 'Art', selfApproval: false }).suggested).toEqual(['anne']);
    const alone = indexOf({ OWNERS: 'approvers: [bob]', 'a/OWNERS': 'approvers: [art]' });
    expect(ask(alone, ['a/x'], [], { author: 'art', selfApproval: false }).suggested).toEqual(['bob']);
  });
});

test('a rename needs the owners of both places', () => {
  const file = { path: 'b/x', previousPath: 'a/x' };
  expect(ask(people, [file], ['ben']).approved).toBe(false);
  expect(ask(people, [file], ['art'])).toMatchObject({ approved: false, unapproved: ['b/x'] });
  const both = ask(people, [file], ['art', 'ben']);
  expect(both.approved).toBe(true);
  expect(both.groups.map(({ directory, files }) => [directory, files])).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
});

test('filters are asked file by file, and the folder above does not stand in for them', () => {
  const index = indexOf({
    OWNERS: 'approvers: [root]',
    'a/OWNERS':
      'filters:\n  "\\\\.go$": {approvers: [gopher]}\n  "\\\\.md$": {approvers: [writer]}\n  ".*": {labels: [a]}\n',
    'a/b/OWNERS': 'approvers: [ben]\n',
  });
  expect(ask(index, ['a/x.go', 'a/y.md'], ['gopher'])).toMatchObject({
    approved: false,
    unapproved: ['a/y.md'],
    groups: [
      {
        directory: 'a',
        files: 2,
        approvedBy: ['gopher'],
        approvedAt: [],
        again: [],
        missing: true,
        partial: true,
        canApprove: ['writer', 'root'],
      },
    ],
  });
  expect(ask(index, ['a/x.go', 'a/y.md'], ['gopher', 'writer']).approved).toBe(true);
  // Both are shown at `a`; yet who approves Go there has no say over a document below.
  expect(ask(index, ['a/x.go', 'a/b/y.md'], ['gopher'])).toMatchObject({ approved: false, unapproved: ['a/b/y.md'] });
  expect(ask(index, ['a/z.c'], ['gopher', 'writer'])).toMatchObject({ approved: false, groups: [{ directory: '' }] });
});

describe('min_approvals', () => {
  const two = 'options: {min_approvals: 2}';
  const index = indexOf({
    OWNERS: 'approvers: [root, roy]',
    OWNERS_ALIASES: 'aliases: {team: [ada, ann], empty: []}',
    'a/OWNERS': `approvers: [team]\n${two}`,
    'a/b/OWNERS': 'approvers: [ben]',
    'a/less/OWNERS': 'approvers: [lea]\noptions: {min_approvals: 1}',
    'a/alone/OWNERS': 'approvers: [olga]\noptions: {no_parent_owners: true}',
    'f/OWNERS': `filters: {"\\\\.go$": {approvers: [gopher]}, ".*": {approvers: [all]}}\n${two}`,
    'o/OWNERS': two,
    'few/OWNERS': 'approvers: [fay]\noptions: {min_approvals: 3, no_parent_owners: true}',
    'broken/OWNERS': '[',
    'broken/in/OWNERS': `approvers: [ida]\n${two}`,
  });

  test.each<[what: string, path: string, approvals: readonly string[], approved: boolean]>([
    ['one of two', 'a/x', ['ada'], false],
    ['the same one twice', 'a/x', ['ada', '@ADA'], false],
    ['both', 'a/x', ['ada', 'ann'], true],
    ['one of the folder and one of the root', 'a/x', ['ada', 'root'], true],
    ['two of the root', 'a/x', ['roy', 'root'], true],
    ['somebody who owns nothing there', 'a/x', ['ada', 'ben'], false],
    ['the author and one more', 'a/x', ['author', 'ada'], false],
    ['below, where nothing else is said', 'a/b/x', ['ben'], false],
    ['below, with one of the folder above', 'a/b/x', ['ben', 'ada'], true],
    ['below, where one is enough', 'a/less/x', ['lea'], true],
    ['below what shuts its parents out', 'a/alone/x', ['olga'], true],
    ['beside it', 'x', ['root'], true],
    ['by filters, one who owns the file', 'f/x.c', ['all'], false],
    ['by filters, two of whom one does not own the file', 'f/x.c', ['all', 'gopher'], false],
    ['by filters, two who do', 'f/x.go', ['all', 'gopher'], true],
    ['where the file names nobody, one of the root', 'o/x', ['root'], false],
    ['where the file names nobody, two of the root', 'o/x', ['root', 'roy'], true],
    ['above a broken file, as the nearest says', 'broken/in/x', ['root'], false],
    ['above a broken file, by two of the root', 'broken/in/x', ['root', 'roy'], true],
    ['under a broken file, as the root says', 'broken/x', ['root'], true],
  ])('%s: %s by %j is %s', (_, path, approvals, approved) => {
    expect(ask(index, [path], approvals)).toMatchObject({ approved, unapproved: approved ? [] : [path] });
  });

  test('the author is one of them where that counts', () => {
    expect(ask(index, ['a/x'], [], { author: 'Ada' }).approved).toBe(false);
    expect(ask(index, ['a/x'], ['ann'], { author: 'Ada' }).approved).toBe(true);
    expect(ask(index, ['a/x'], ['ann'], { author: 'Ada', selfApproval: false }).approved).toBe(false);
  });

  test('each side of a rename asks for its own', () => {
    const file = { path: 'a/less/x', previousPath: 'a/x' };
    expect(ask(index, [file], ['ada', 'lea']).approved).toBe(false);
    expect(ask(index, [file], ['ada', 'ann', 'lea']).approved).toBe(true);
  });

  test('a later change takes one of two away', () => {
    const files = ['a/x', 'a/y'];
    const state = ask(index, files, ['ada', 'ann'], { stale: staleFor('ann', 'a/y') });
    expect(state).toMatchObject({ approved: false, unapproved: ['a/y'] });
    expect(state.groups).toMatchObject([
      { again: ['ann'], partial: true, quota: { given: 1, needed: 2 }, canApprove: ['ann', 'root', 'roy'] },
    ]);
  });

  test('groups say how many have, and whoever has is asked for nothing more', () => {
    expect(ask(index, ['a/x'], ['ada'])).toMatchObject({
      groups: [{ approvedBy: ['ada'], missing: true, partial: false, quota: { given: 1, needed: 2 } }],
      suggested: ['ann'],
    });
    expect(ask(index, ['a/x'], ['ada', 'ann']).groups).toMatchObject([{ quota: { given: 2, needed: 2 } }]);
    expect(ask(index, ['x']).groups[0]).not.toHaveProperty('quota');
  });

  test('as many are suggested as are missing, from the nearest layers that have them', () => {
    expect(ask(index, ['a/x']).suggested).toEqual(['ada', 'ann']);
    expect(ask(index, ['a/x'], [], { assignees: new Set(['root']) }).suggested).toEqual([
      expect.stringMatching(/^a/),
      'root',
    ]);
    expect(ask(index, ['a/x'], [], { away: new Set(['ann']) }).suggested).toEqual([
      'ada',
      expect.stringMatching(/^ro/),
    ]);
    expect(ask(index, ['o/x'], [], { away: new Set(['root', 'roy']) }).suggested).toEqual(['root', 'roy']);
  });

  test('a list that is not complete asks for as many of the root', () => {
    const root = indexOf({
      OWNERS: `approvers: [root, roy]\n${two}`,
      'a/OWNERS': 'approvers: [ada]\noptions: {min_approvals: 1}',
    });
    const incomplete = { filesComplete: false };
    expect(ask(root, ['a/x'], ['root'], incomplete).approved).toBe(false);
    expect(ask(root, ['a/x'], ['root', 'roy'], incomplete).approved).toBe(true);
    expect(ask(boundedToRoot(root), ['a/x'], ['root']).approved).toBe(false);
    expect(ask(boundedToRoot(root), ['a/x'], ['root', 'roy']).approved).toBe(true);
  });

  test('more than there are is a reason, and nobody is enough', () => {
    const state = ask(index, ['few/x'], ['fay', 'root', 'roy']);
    expect(state).toMatchObject({
      approved: false,
      reasons: [{ is: 'too-few', ownersFile: 'few/OWNERS', needed: 3, owners: 1 }],
    });
    expect(state.reasons.map((reason) => reasonInWords(reason, (text) => `<${text}>`))).toEqual([
      '<few/OWNERS> asks for 3 approvals, and only 1 person could approve.',
    ]);
    const alias = indexOf({ OWNERS: `approvers: [team, team]\n${two}`, OWNERS_ALIASES: 'aliases: {team: [ada]}' });
    expect(ask(alias, ['x'], ['ada', 'team'])).toMatchObject({ approved: false, reasons: [{ is: 'too-few' }] });
  });
});

const groupsOf = (index: OwnersIndex, files: readonly string[]): readonly string[] =>
  ask(index, files).groups.map(({ directory }) => directory);

describe('groups', () => {
  const all = {
    'a/OWNERS': 'approvers: [x]',
    'a/b/c/OWNERS': 'approvers: [x]',
    'd/e/OWNERS': 'approvers: [x]',
    'd/e/f/OWNERS': 'approvers: [x]',
  };
  const files = ['a/1', 'a/b/c/2', 'd/e/3', 'd/e/f/4'];

  test('are those owners above which no other is asked', () => {
    expect(groupsOf(indexOf(all), files)).toEqual(['a', 'd/e']);
    expect(groupsOf(indexOf({ ...all, OWNERS: 'approvers: [x]' }), [...files, '5'])).toEqual(['']);
  });

  test('stay apart where a folder shuts its parents out', () => {
    const alone = 'options: {no_parent_owners: true}';
    expect(groupsOf(indexOf({ ...all, 'a/b/c/OWNERS': `approvers: [x]\n${alone}` }), files)).toEqual([
      'a',
      'a/b/c',
      'd/e',
    ]);
    expect(groupsOf(indexOf({ ...all, 'a/b/OWNERS': alone }), files)).toEqual(['a', 'a/b/c', 'd/e']);
    expect(groupsOf(indexOf({ ...all, 'a/OWNERS': `approvers: [x]\n${alone}` }), files)).toEqual(['a', 'd/e']);
  });

  test('say who approved, what is missing and who can help, nearest first', () => {
    expect(ask(people, ['a/d/1', 'a/d/2', 'b/3'], ['ben', 'bob', 'stranger'], { author: 'dan' }).groups).toEqual([
      {
        directory: 'a/d',
        ownersFile: 'a/d/OWNERS',
        files: 2,
        approvedBy: ['bob', 'dan'],
        approvedAt: [],
        again: [],
        missing: false,
        partial: false,
        canApprove: [],
      },
      {
        directory: 'b',
        ownersFile: 'b/OWNERS',
        files: 1,
        approvedBy: ['ben', 'bob'],
        approvedAt: [],
        again: [],
        missing: false,
        partial: false,
        canApprove: [],
      },
    ]);
    expect(ask(people, ['a/d/1', 'a/2'], ['dan']).groups).toEqual([
      {
        directory: 'a',
        ownersFile: 'a/OWNERS',
        files: 2,
        approvedBy: ['dan'],
        approvedAt: [],
        again: [],
        missing: true,
        partial: true,
        canApprove: ['art', 'anne', 'alice', 'bob'],
      },
    ]);
  });
});

describe('auto_approve_unowned_subfolders', () => {
  const auto = 'approvers: [art]\noptions: {auto_approve_unowned_subfolders: true}';
  const index = indexOf({ OWNERS: 'approvers: [root]', 'a/OWNERS': auto, 'a/owned/OWNERS': 'approvers: [ola]' });

  test.each<[path: string, automatic: number]>([
    ['a/new/x', 1],
    ['a/new/deep/x', 1],
    ['a/x', 0],
    ['a/owned/x', 0],
    ['ab/new/x', 0],
    ['x', 0],
    // It would name its own approvers.
    ['a/new/OWNERS', 0],
  ])('%s', (path, automatic) => {
    expect(ask(index, [path])).toMatchObject({
      approved: automatic === 1,
      automatic,
      groups: { length: 1 - automatic },
    });
  });

  test('in the root spares folders, not the files beside it', () => {
    const root = indexOf({ OWNERS: auto });
    expect(ask(root, ['new/x']).approved).toBe(true);
    expect(ask(root, ['x']).approved).toBe(false);
    expect(ask(root, ['OWNERS_ALIASES']).approved).toBe(false);
  });

  test.each(['.github/workflows/ci.yml', '.github/bowsprit.yaml', '.github/CODEOWNERS', 'docs/CODEOWNERS'])(
    'never lets %s through, which says who may do what',
    (path) => {
      const root = indexOf({ OWNERS: auto });
      expect(ask(root, [path])).toMatchObject({ approved: false, automatic: 0 });
      expect(ask(root, [{ path: 'new/x', previousPath: path }]).approved).toBe(false);
    },
  );

  test('does not excuse the place a file was moved from', () => {
    expect(ask(index, [{ path: 'a/new/x', previousPath: 'a/owned/x' }]).unapproved).toEqual(['a/new/x']);
  });

  test('beside other files leaves those to be approved', () => {
    expect(ask(index, ['a/new/x', 'a/y'])).toMatchObject({ approved: false, automatic: 1, unapproved: ['a/y'] });
  });
});

describe('what is not known', () => {
  test('an incomplete list needs an approver of the root besides those of the known files', () => {
    const alone = indexOf({ ...family, 'a/OWNERS': 'approvers: [art]\noptions: {no_parent_owners: true}' });
    const incomplete = { filesComplete: false };
    expect(ask(alone, ['a/x'], ['art'], incomplete)).toMatchObject({
      approved: false,
      reasons: [{ is: 'files-incomplete' }],
    });
    expect(ask(alone, ['a/x'], ['alice'], incomplete).approved).toBe(false);
    expect(ask(alone, ['a/x'], ['art', 'alice'], incomplete).approved).toBe(true);
    expect(ask(alone, [], ['alice'], incomplete).approved).toBe(false);
  });

  test('an unreadable OWNERS needs an approver of the root, and says where it is broken', () => {
    const index = indexOf({ ...family, 'a/OWNERS': 'approvers:\n- art\n- 12\n' });
    expect(ask(index, ['a/x', 'a/d/y'], ['art', 'dan'])).toEqual({
      approved: false,
      groups: [
        {
          directory: 'a',
          ownersFile: 'a/OWNERS',
          files: 2,
          approvedBy: [],
          approvedAt: [],
          again: [],
          missing: true,
          partial: false,
          canApprove: ['alice', 'bob'],
        },
      ],
      unapproved: ['a/x', 'a/d/y'],
      automatic: 0,
      suggested: [expect.stringMatching(/^(alice|bob)$/)],
      reasons: [
        {
          is: 'unreadable',
          path: 'a/OWNERS',
          line: 3,
          column: 3,
          problem: 'A name that looks like a number or like true or false must stand in quotes.',
        },
      ],
    });
    expect(ask(index, ['a/x', 'a/d/y'], ['alice']).approved).toBe(true);
    expect(ask(index, ['b/x'], ['ben'])).toMatchObject({ approved: true, reasons: [] });
  });

  test('an unreadable root leaves nobody, and no folder is approved automatically below what is unreadable', () => {
    const index = indexOf({ OWNERS: '[', 'a/OWNERS': 'options: {auto_approve_unowned_subfolders: true}' });
    expect(ask(index, ['a/new/x'], ['anybody'])).toMatchObject({
      approved: false,
      suggested: [],
      reasons: [
        { is: 'unreadable', path: 'OWNERS' },
        { is: 'nobody', directory: '' },
      ],
    });
  });

  test('unreadable aliases are a reason, for whoever wonders', () => {
    const index = indexOf({ ...family, OWNERS_ALIASES: 'aliases:\n  x: y\n' });
    expect(ask(index, ['a/x'], ['art'])).toMatchObject({
      approved: true,
      reasons: [{ is: 'aliases-unreadable', path: 'OWNERS_ALIASES', line: 2 }],
    });
  });

  test('an index that does not reach a side of a change is no answer', () => {
    const partial = compileOwners({
      files: new Map([['OWNERS', blobOf('approvers: [root]')]]),
      aliases: null,
      complete: false,
    });
    expect(() => ask(partial, [{ path: 'x', previousPath: 'a/x' }], ['root'])).toThrow(
      expect.objectContaining({ files: ['a/OWNERS'] }),
    );
    expect(() => mayApproveAny(partial, changed(['a/x']), 'root')).toThrow(UnknownOwners);
  });

  test('without any OWNERS nobody can approve', () => {
    expect(ask(indexOf({}), ['x'], ['alice'])).toMatchObject({
      approved: false,
      reasons: [{ is: 'nobody', directory: '', ownersFile: 'OWNERS' }],
    });
  });
});

test('reasons are sentences in which the repository’s words are marked', () => {
  const index = indexOf({ OWNERS: '[', OWNERS_ALIASES: '[' });
  const { reasons } = ask(index, [], [], { filesComplete: false });
  const unread = ask(index, ['x']).reasons;
  expect([...reasons, ...unread].map((reason) => reasonInWords(reason, (text) => `<${text}>`))).toMatchInlineSnapshot(`
    [
      "No file is changed, so there is nothing to approve.",
      "The list of changed files is not complete, so an approver of the root is needed as well.",
      "<OWNERS_ALIASES> cannot be read (line 1: Something is missing here: a closing quote, a closing bracket, a comma or a colon.) Until it is mended its aliases stand for nobody.",
      "<OWNERS> leaves nobody who could approve.",
      "<OWNERS> cannot be read (line 1: Something is missing here: a closing quote, a closing bracket, a comma or a colon.) What depends on it needs an approver of the root.",
      "<OWNERS_ALIASES> cannot be read (line 1: Something is missing here: a closing quote, a closing bracket, a comma or a colon.) Until it is mended its aliases stand for nobody.",
      "<OWNERS> leaves nobody who could approve.",
    ]
  `);
});

test('with a list of collaborators nobody else counts or is suggested, and ownership stays where it is', () => {
  const collaborators = new Set(['alice', 'anne']);
  expect(ask(people, ['a/x'], ['art'], { collaborators })).toMatchObject({ approved: false, suggested: ['anne'] });
  expect(ask(people, ['a/x'], ['anne'], { collaborators }).approved).toBe(true);
  expect(ask(people, ['b/x'], [], { collaborators, author: 'bill' })).toMatchObject({
    approved: false,
    groups: [{ directory: 'b', canApprove: ['alice'] }],
    suggested: ['alice'],
  });
});

const suggestedFor = (
  files: readonly string[],
  approvals: readonly string[] = [],
  more: Partial<ApprovalQuestion> = {},
) => ask(people, files, approvals, more).suggested;
const pulls = Array.from({ length: 50 }, (_, pull) => pull);

describe('suggestions', () => {
  test.each<[files: readonly string[], oneOfEach: readonly (readonly string[])[]]>([
    [
      ['a/x', 'b/x'],
      [
        ['art', 'anne'],
        ['bill', 'ben', 'barbara'],
      ],
    ],
    [['a/x', 'a/d/x'], [['art', 'anne']]],
    [
      ['a/combo/x', 'b/x'],
      [combo, ['bill', 'ben', 'barbara']],
    ],
    [['a/combo/x'], [combo]],
    [['a/combo/x', 'a/d/x'], [['david', 'dan', 'debbie']]],
    [['x'], [['alice', 'bob']]],
    [[], []],
  ])('for %j: one of each of %j', (files, oneOfEach) => {
    for (const pull of pulls) {
      const names = suggestedFor(files, [], { pull });
      expect(names).toHaveLength(oneOfEach.length);
      expect(oneOfEach.every((group) => names.some((name) => group.includes(name)))).toBe(true);
    }
  });

  test('stay the same for a pull request and differ between them', () => {
    const answers = pulls.map((pull) => suggestedFor(['b/x'], [], { pull })[0]);
    expect(pulls.map((pull) => suggestedFor(['b/x'], [], { pull })[0])).toEqual(answers);
    expect(new Set(answers)).toEqual(new Set(['bill', 'ben', 'barbara']));
  });

  test('leave out what is approved', () => {
    expect(suggestedFor(['a/x', 'b/x'], ['ben'])).toEqual([expect.stringMatching(/^(art|anne)$/)]);
    expect(suggestedFor(['a/x', 'b/x'], ['alice'])).toEqual([]);
  });

  test('prefer whoever is assigned already, from whatever layer', () => {
    expect(suggestedFor(['a/x', 'b/x'], [], { assignees: new Set(['Bob']) })).toEqual(['bob']);
    expect(suggestedFor(['a/x', 'b/x'], [], { assignees: new Set(['Anne', 'stranger']) })).toEqual([
      'anne',
      expect.any(String),
    ]);
  });

  test('need both where a folder shuts its parents out', () => {
    const index = indexOf({ ...family, 'a/d/OWNERS': 'approvers: [david]\noptions: {no_parent_owners: true}' });
    expect(ask(index, ['a/x', 'a/d/x'])).toMatchObject({
      groups: [{ directory: 'a' }, { directory: 'a/d' }],
      suggested: [expect.stringMatching(/^(art|anne)$/), 'david'],
    });
  });
});

test('who may approve or review: owners of at least one side of one file', () => {
  const index = indexOf({
    OWNERS: 'approvers: [root]',
    'a/OWNERS': 'approvers: [art]\nreviewers: [rita]',
    'b/OWNERS': 'reviewers: [bea]',
  });
  const files = [{ path: 'b/x', previousPath: 'a/x' }];
  expect(['root', 'Art', 'rita', 'bea', 'author'].map((login) => mayApproveAny(index, files, login))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(['root', 'Art', '@rita', 'bea', 'author'].map((login) => mayReviewAny(index, files, login))).toEqual([
    true,
    true,
    true,
    true,
    false,
  ]);
  expect(mayReviewAny(index, [], 'root')).toBe(false);
});

// A small world in which every rule of inheritance occurs, and a model of it that is slow, plain and written apart.

type Folder =
  | {
      readonly rules: readonly Rule[];
      readonly noParentOwners: boolean;
      readonly autoApproveUnownedSubfolders: boolean;
    }
  | 'broken';
const FOLDERS = ['', 'a', 'a/b', 'a/b/c', 'd', 'd/e'];
const login = fc.constantFrom('ada', 'ben', 'cleo', 'dan', 'eve');
const logins = fc.uniqueArray(login, { maxLength: 2 });
const rule = (pattern: string): fc.Arbitrary<Rule> =>
  fc.record({
    pattern: fc.constant(pattern),
    approvers: logins,
    reviewers: logins,
    requiredReviewers: fc.constant([]),
    labels: fc.constant([]),
  });
const rules = fc.oneof(
  rule(ALWAYS).map((only) => [only]),
  fc.subarray([ALWAYS, String.raw`\.go$`, '^b/', '^x']).chain((patterns) => fc.tuple(...patterns.map(rule))),
);
const folder: fc.Arbitrary<Folder> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({ rules, noParentOwners: fc.boolean(), autoApproveUnownedSubfolders: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.constant('broken' as const) },
);
const world = fc.tuple(...FOLDERS.map(() => fc.option(folder))).map((folders) => {
  const known = new Map<string, Folder>();
  for (const [position, each] of folders.entries()) if (each !== null) known.set(FOLDERS[position] ?? '', each);
  return known;
});
const path = fc
  .tuple(fc.constantFrom(...FOLDERS, 'a/x', 'd/e/x/y'), fc.constantFrom('x.go', 'y.md', 'OWNERS'))
  .map(([at, name]) => (at === '' ? name : `${at}/${name}`));
const change = fc.record({ path, previousPath: fc.option(path, { nil: undefined }) });
const approvalsGiven = fc.uniqueArray(login, { maxLength: 3 });
type Stale = ReadonlyMap<string, ReadonlySet<string>>;
const staleGiven: fc.Arbitrary<Stale> = fc
  .uniqueArray(fc.tuple(login, fc.array(path, { maxLength: 3 })), { maxLength: 3, selector: ([who]) => who })
  .map((entries) => new Map(entries.map(([who, paths]) => [who, new Set(paths)])));

const compiled = (known: ReadonlyMap<string, Folder>): OwnersIndex =>
  indexOf(
    Object.fromEntries(
      [...known].map(([at, each]) => [
        at === '' ? 'OWNERS' : `${at}/OWNERS`,
        each === 'broken' ? 'approvers: 1' : printOwners(each),
      ]),
    ),
  );

function modelSays(
  known: ReadonlyMap<string, Folder>,
  files: readonly ChangedFile[],
  approvals: ReadonlySet<string>,
  stale: Stale,
): boolean {
  const named = (each: Folder | undefined, rest: string): string[] =>
    each === undefined || each === 'broken'
      ? []
      : each.rules.filter(({ pattern }) => new RegExp(pattern).test(rest)).flatMap(({ approvers }) => [...approvers]);
  const approversOf = (words: readonly string[], rest: string, soFar: readonly string[]): readonly string[] => {
    const each = known.get(words.join('/'));
    if (each === 'broken') return named(known.get(''), '.');
    const now = [...soFar, ...named(each, rest)];
    if (words.length === 0 || (each?.noParentOwners === true && now.length > 0)) return now;
    return approversOf(words.slice(0, -1), `${words.at(-1) ?? ''}/${rest}`, now);
  };
  const spared = (words: readonly string[], rest: string): boolean => {
    const each = known.get(words.join('/'));
    if (each === 'broken' || rest.endsWith('OWNERS')) return false;
    if (named(each, rest).length > 0 || words.length === 0) {
      return each?.autoApproveUnownedSubfolders === true && rest.includes('/');
    }
    return spared(words.slice(0, -1), `${words.at(-1) ?? ''}/${rest}`);
  };
  const blocked = (words: readonly string[], rest: string): boolean => {
    // Whether the walk for approvers meets a broken file.
    let names = 0;
    for (let depth = words.length; depth >= 0; depth -= 1) {
      const each = known.get(words.slice(0, depth).join('/'));
      if (each === 'broken') return true;
      names += named(each, [...words.slice(depth), rest].join('/')).length;
      if (each?.noParentOwners === true && names > 0) return false;
    }
    return false;
  };
  return (
    files.length > 0 &&
    files.every(({ path: now, previousPath: before }) =>
      [now, before ?? now].every((side) => {
        const words = side.split('/');
        const [above, name] = [words.slice(0, -1), words.at(-1) ?? ''];
        if (!blocked(above, name) && spared(above, name)) return true;
        return approversOf(above, name, []).some(
          (approver) => approvals.has(approver) && !(stale.get(approver)?.has(now) ?? false),
        );
      }),
    )
  );
}

const given = fc.record({
  known: world,
  files: fc.array(change, { maxLength: 4 }),
  approvals: approvalsGiven,
  stale: staleGiven,
  pull: fc.nat(),
});

test('the answer is that of a naive model', () => {
  fc.assert(
    fc.property(given, ({ known, files, approvals, stale }) => {
      const { approved } = ask(compiled(known), files, approvals, { stale });
      expect(approved).toBe(modelSays(known, files, new Set(approvals), stale));
    }),
    { numRuns: 1_000 },
  );
});

test('one more approver never takes an approval away', () => {
  fc.assert(
    fc.property(given, login, fc.boolean(), ({ known, files, approvals, stale }, another, filesComplete) => {
      const index = compiled(known);
      const before = ask(index, files, approvals, { stale, filesComplete });
      const after = ask(index, files, [...approvals, another], { stale, filesComplete });
      expect(before.approved && !after.approved).toBe(false);
      expect(after.unapproved.every((each) => before.unapproved.includes(each))).toBe(true);
    }),
  );
});

test('if those suggested approve as well, only what nobody owns is missing, and none of them could be spared', () => {
  fc.assert(
    fc.property(given, ({ known, files, approvals, stale, pull }) => {
      const index = compiled(known);
      const { suggested } = ask(index, files, approvals, { pull, stale });
      // Side by side: a file of which nobody owns one side stays unapproved whoever agrees to the other.
      const sides = files.map(({ path: now, previousPath: before }) => ({ now, each: [now, before ?? now] }));
      const left = (names: readonly string[]): number =>
        sides.flatMap(({ now, each }) => each.filter((side) => !agreed(side, now, names))).length;
      const agreed = (side: string, now: string, names: readonly string[]): boolean => {
        const counting = approvals.filter((who) => !(stale.get(who)?.has(now) ?? false));
        return ask(index, [side], [...counting, ...names]).approved;
      };
      const everybody = left(['ada', 'ben', 'cleo', 'dan', 'eve']);
      expect(left(suggested)).toBe(everybody);
      for (const name of suggested) expect(left(suggested.filter((each) => each !== name))).toBeGreaterThan(everybody);
    }),
  );
});

test('groups and the verdict agree', () => {
  fc.assert(
    fc.property(given, ({ known, files, approvals, stale }) => {
      const state = ask(compiled(known), files, approvals, { stale });
      expect(state.approved).toBe(files.length > 0 && state.groups.every(({ missing }) => !missing));
      expect(state.groups.some(({ missing }) => missing)).toBe(state.unapproved.length > 0);
    }),
  );
});

const staleFor = (who: string, ...paths: string[]): Stale => new Map([[who, new Set(paths)]]);

describe('a change after an approval', () => {
  const index = indexOf({
    OWNERS: 'approvers: [root]',
    'a/OWNERS': 'approvers: [ada]',
    'b/OWNERS': 'approvers: [ada, ben]',
  });
  const files = ['a/x.go', 'b/y.go'];

  test.each<[approvals: readonly string[], stale: Stale, unapproved: readonly string[]]>([
    [['ada'], staleFor('ada', 'b/y.go'), ['b/y.go']],
    [['ada'], staleFor('Ada', 'b/y.go'), ['b/y.go']],
    [['ada'], staleFor('ada', 'a/x.go', 'b/y.go'), ['a/x.go', 'b/y.go']],
    [['ada', 'ben'], staleFor('ada', 'b/y.go'), []],
    [['ada'], staleFor('ben', 'b/y.go'), []],
    [['ada'], staleFor('ada', 'c/z.go'), []],
    [['ada', 'root'], staleFor('ada', 'a/x.go', 'b/y.go'), []],
  ])('approved by %j: of %j %j is left', (approvals, stale, unapproved) => {
    expect(ask(index, files, approvals, { stale })).toMatchObject({ unapproved, approved: unapproved.length === 0 });
  });

  test('counts for a renamed file by its new path', () => {
    const moved = [{ path: 'b/y.go', previousPath: 'a/x.go' }];
    expect(ask(index, moved, ['ada'], { stale: staleFor('ada', 'b/y.go') }).unapproved).toEqual(['b/y.go']);
    expect(ask(index, moved, ['ada'], { stale: staleFor('ada', 'a/x.go') }).approved).toBe(true);
  });

  test('is no news to its author, unless the author approves like anybody else', () => {
    const stale = staleFor('ada', 'a/x.go');
    expect(ask(index, files, [], { author: 'ada', stale }).approved).toBe(true);
    expect(ask(index, files, ['ada'], { author: 'ada', stale, selfApproval: false }).approved).toBe(false);
  });

  test('parts a group, and whom to ask again is named', () => {
    expect(ask(index, ['b/y.go', 'b/z.go'], ['ben'], { stale: staleFor('ben', 'b/z.go') }).groups).toEqual([
      {
        directory: 'b',
        ownersFile: 'b/OWNERS',
        files: 2,
        approvedBy: ['ben'],
        approvedAt: [],
        again: ['ben'],
        missing: true,
        partial: true,
        canApprove: ['ada', 'ben', 'root'],
      },
    ]);
  });

  test('may lie in what the forge does not list, so the root is asked again', () => {
    const incomplete = { filesComplete: false };
    expect(ask(index, files, ['root'], { ...incomplete, stale: new Map() }).approved).toBe(true);
    expect(ask(index, files, ['root'], { ...incomplete, stale: staleFor('root', 'c/z.go') }).approved).toBe(false);
  });

  test('one change less never takes an approval away', () => {
    fc.assert(
      fc.property(given, login, path, fc.boolean(), ({ known, files: changes, approvals, stale }, who, gone, all) => {
        const more = new Map(stale).set(who, new Set([...(stale.get(who) ?? []), gone]));
        const repository = compiled(known);
        const before = ask(repository, changes, approvals, { stale: more, filesComplete: all });
        const after = ask(repository, changes, approvals, { stale, filesComplete: all });
        expect(before.approved && !after.approved).toBe(false);
        expect(after.unapproved.every((each) => before.unapproved.includes(each))).toBe(true);
      }),
    );
  });

  test('in a file that is not among those changed alters nothing', () => {
    fc.assert(
      fc.property(given, login, ({ known, files: changes, approvals, stale, pull }, who) => {
        const more = new Map(stale).set(who, new Set([...(stale.get(who) ?? []), 'elsewhere/z.go']));
        const repository = compiled(known);
        const answer = (than: Stale): ApprovalState => ask(repository, changes, approvals, { stale: than, pull });
        expect(answer(more)).toEqual(answer(stale));
      }),
    );
  });

  test('that touches every file is as if those people had not approved', () => {
    fc.assert(
      fc.property(given, login, ({ known, files: changes, approvals, pull }, who) => {
        const repository = compiled(known);
        const stale = staleFor(who, ...changes.map((each) => each.path));
        const others = approvals.filter((each) => each !== who);
        const { groups, ...rest } = ask(repository, changes, approvals, { stale, pull });
        const without = ask(repository, changes, others, { pull });
        // Only that they are asked again is told besides.
        expect({ ...rest, groups: groups.map((group) => ({ ...group, again: [] })) }).toEqual(without);
      }),
    );
  });
});

describe('approvals of some paths', () => {
  const index = indexOf({
    OWNERS: 'approvers: [root]',
    'a/OWNERS': 'approvers: [ada]',
    'b/OWNERS': 'approvers: [ada, ben]',
  });
  const files = ['a/x.go', 'a/y.go', 'b/y.go', 'z.go'];
  const open = (
    words: readonly Word[],
    more: Partial<ApprovalQuestion> = {},
    of: readonly (string | ChangedFile)[] = files,
  ) =>
    ask(index, of, more.approvals === undefined ? ['root'] : [], { words: new Map([['Root', words]]), ...more })
      .unapproved;

  test.each<[words: readonly Word[], unapproved: readonly string[]]>([
    [[{ stale: [], paths: ['a/'] }], ['b/y.go', 'z.go']],
    [[{ stale: [], paths: ['**/y.go', 'z.go'] }], ['a/x.go']],
    [[{ stale: [], paths: ['nowhere'] }], files],
    [
      [
        { stale: [], paths: ['a'] },
        { stale: [], paths: ['b', 'z.go'] },
      ],
      [],
    ],
    [[{ stale: [], except: ['a/'] }], ['a/x.go', 'a/y.go']],
    [
      [
        { stale: [], except: ['a/'] },
        { stale: [], paths: ['a/x.go'] },
      ],
      ['a/y.go'],
    ],
    [[{ stale: [], paths: ['a/'], except: ['a/x.go'] }], ['a/x.go', 'b/y.go', 'z.go']],
    // Of one that has changed since, another approval may speak.
    [[{ stale: ['a/x.go', 'b/y.go'] }], ['a/x.go', 'b/y.go']],
    [[{ stale: ['a/x.go', 'b/y.go'] }, { stale: [], paths: ['a/'] }], ['b/y.go']],
    [[{ stale: ['a/x.go'] }, { stale: ['a/x.go'], paths: ['a/'] }], ['a/x.go']],
    [[{ stale: ['a/x.go'] }, { stale: ['b/y.go'] }], []],
  ])('%j leaves %j', (words, unapproved) => {
    expect(open(words)).toEqual(unapproved);
  });

  test('count on the side of a renamed file that they name', () => {
    const moved = [{ path: 'b/y.go', previousPath: 'a/x.go' }];
    expect(open([{ stale: [], paths: ['b/'] }], {}, moved)).toEqual(['b/y.go']);
    expect(open([{ stale: [], paths: ['a/'] }], {}, moved)).toEqual(['b/y.go']);
    expect(open([{ stale: [], paths: ['a/', 'b/'] }], {}, moved)).toEqual([]);
    const both = new Map<string, readonly Word[]>([
      ['root', [{ stale: [], paths: ['a/'] }]],
      ['ben', [{ stale: [], paths: ['b/'] }]],
    ]);
    expect(ask(index, moved, ['root', 'ben'], { words: both }).approved).toBe(true);
  });

  test('count for nothing that their giver does not own', () => {
    const words = new Map([['ben', [{ stale: [], paths: ['**'] }]]]);
    expect(ask(index, files, ['ben'], { words }).unapproved).toEqual(['a/x.go', 'a/y.go', 'z.go']);
  });

  test('say nothing of what the forge does not list', () => {
    const incomplete = { filesComplete: false };
    const whole = ask(index, files, ['root'], { ...incomplete, words: new Map([['root', [{ stale: [] }]]]) });
    const some = ask(index, files, ['root'], {
      ...incomplete,
      words: new Map([['root', [{ stale: [], paths: ['**'] }]]]),
    });
    expect([whole.approved, some.approved]).toEqual([true, false]);
  });

  test('of an author add to what they approve by being the author, unless they took that back', () => {
    const own = { author: 'root', approvals: new Set<string>() };
    expect(open([], own)).toEqual([]);
    expect(open([], { ...own, selfExcept: ['a/'] })).toEqual(['a/x.go', 'a/y.go']);
    const again = { author: 'root', selfExcept: ['a/'] };
    expect(open([{ stale: [], paths: ['a/x.go'] }], again)).toEqual(['a/y.go']);
    expect(open([{ stale: [], paths: ['a/'] }], { author: 'root', selfApproval: false })).toEqual(['b/y.go', 'z.go']);
  });

  test('are told with their commits, and those that are outdated with whom to ask again', () => {
    const words = new Map<string, readonly Word[]>([
      [
        'ada',
        [
          { stale: ['b/y.go'], commit: 'c1' },
          { stale: [], paths: ['a/x.go'], commit: 'c2' },
        ],
      ],
      ['root', [{ stale: [], paths: ['z.go'], commit: 'c3' }]],
    ]);
    const { groups } = ask(index, ['a/x.go', 'b/y.go'], ['ada', 'root'], { words });
    expect(
      groups.map(({ directory, approvedAt, again, missing }) => ({ directory, approvedAt, again, missing })),
    ).toEqual([
      {
        directory: 'a',
        approvedAt: [
          ['ada', 'c1'],
          ['ada', 'c2'],
        ],
        again: [],
        missing: false,
      },
      { directory: 'b', approvedAt: [], again: ['ada'], missing: true },
    ]);
  });
});

test('sides of changed files, as they look to one person', () => {
  const index = indexOf({
    OWNERS: 'approvers: [root]\noptions: {auto_approve_unowned_subfolders: true}',
    'a/OWNERS': 'approvers: [ada]',
    'b/OWNERS': 'approvers: [root, ben]',
  });
  const files = [{ path: 'b/x', previousPath: 'a/x' }, { path: 'a/y' }, { path: 'new/z' }, { path: 'r' }];
  expect(sidesFor(index, files, '@Root')).toEqual([
    { path: 'b/x', ownersFile: 'b/OWNERS', mine: true, nearest: true },
    { path: 'a/x', ownersFile: 'a/OWNERS', mine: true, nearest: false },
    { path: 'a/y', ownersFile: 'a/OWNERS', mine: true, nearest: false },
    { path: 'r', ownersFile: 'OWNERS', mine: true, nearest: true },
  ]);
});

const may = (who: string, of: readonly ChangedFile[]): boolean => mayApproveAll(people, of, who);

test('who may approve all: owners of each side of each file, and nobody where nothing is changed', () => {
  const files = [{ path: 'a/x' }, { path: 'b/y', previousPath: 'a/y' }];
  expect(['alice', '@Bob', 'art', 'ben', 'stranger'].map((each) => may(each, files))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(may('Art', files.slice(0, 1))).toBe(true);
  expect(may('alice', [])).toBe(false);
});

describe('the file that names somebody', () => {
  const index = indexOf({
    OWNERS: 'approvers: [root, ines, gopher]\nreviewers: [rita]',
    'a/OWNERS': 'reviewers: [team]',
    'a/b/OWNERS': 'filters:\n  "\\\\.go$": {approvers: [gopher]}',
    'alone/OWNERS': 'approvers: [olga]\noptions: {no_parent_owners: true}',
    'bad/OWNERS': 'approvers: 12',
    'bad/in/OWNERS': 'approvers: [ines]',
    'half/OWNERS': 'approvers: [12]',
    'half/in/OWNERS': 'reviewers: [rita, root]\noptions: {no_parent_owners: true}',
    OWNERS_ALIASES: 'aliases: {team: [ada]}',
  });

  test.each<[paths: string, login: string, file: string | undefined]>([
    ['a/b/x.go', 'Ada', 'a/OWNERS'],
    ['a/b/x.go', '@root', 'OWNERS'],
    ['a/b/x.go', 'team', undefined],
    ['a/b/x.go', 'nobody', undefined],
    ['a/b/x.go', 'gopher', 'a/b/OWNERS'],
    ['a/b/x.md', 'gopher', 'OWNERS'],
    ['alone/x', 'olga', 'alone/OWNERS'],
    ['alone/x', 'root', undefined],
    ['alone/x', 'rita', 'OWNERS'],
    ['bad/in/x', 'ines', 'OWNERS'],
    // Reviewers shut the parents out there, approvers do not, so what gives `root` a say is the sound file.
    ['half/in/x', 'root', 'half/in/OWNERS'],
    ['alone/x a/x', 'ada', 'a/OWNERS'],
    ['a/b/x.md a/b/x.go', 'gopher', 'OWNERS'],
    ['', 'root', undefined],
  ])('of %j for %s: %s', (paths, who, file) => {
    const files = changed(paths.split(' ').filter((each) => each !== ''));
    expect(basisOf(index, files, who)?.path).toBe(file);
  });

  test('may be a Markdown file, or the place a file was moved from', () => {
    const documents = compileOwners(
      treeOf(
        { OWNERS: 'approvers: [root]', 'a.md': '---\napprovers: [ada]\n---\n' },
        { options: { frontMatter: true } },
      ),
    );
    expect(basisOf(documents, [{ path: 'b.md', previousPath: 'a.md' }], 'ada')).toEqual({ path: 'a.md' });
  });

  test('gives power, or there is none: it is there for those who may review and for nobody else', () => {
    fc.assert(
      fc.property(given, login, ({ known, files }, who) => {
        const repository = compiled(known);
        const file = basisOf(repository, files, who)?.path;
        expect(file !== undefined).toBe(mayReviewAny(repository, files, who));
        const naming = known.get(file?.slice(0, -'/OWNERS'.length) ?? '');
        if (file === undefined || naming === undefined) return;
        expect(naming).not.toBe('broken');
        expect(JSON.stringify(naming)).toContain(who);
      }),
    );
  });
});

describe('of CODEOWNERS', () => {
  const index = compileCodeowners({
    path: '.github/CODEOWNERS',
    text: '* @ada\n/docs/ @org/writers\n/free/\n',
    members: new Map([['org/writers', ['grace']]]),
    otherwise: new Set(['maria']),
  });
  const bare = compileCodeowners({ path: '', text: '', members: new Map(), otherwise: new Set(['maria']) });

  test('the root belongs to whom `*` names and to maintainers', () => {
    expect([...rootApproversOf(index)]).toEqual(['maria', 'ada']);
    expect([...rootApproversOf(bare)]).toEqual(['maria']);
  });

  test('it is the file that names people, and maintainers need none', () => {
    const basis = (who: string, of: string): string | undefined => basisOf(index, changed([of]), who)?.path;
    expect(basis('grace', 'docs/x')).toBe('.github/CODEOWNERS');
    expect(basis('ada', 'docs/x')).toBeUndefined();
    expect(basis('maria', 'free/x')).toBeUndefined();
    expect(basisOf(bare, changed(['x']), 'maria')).toBeUndefined();
  });

  test('all or some may be approved', () => {
    const files = changed(['docs/x', 'y']);
    expect(mayApproveAny(index, files, 'grace')).toBe(true);
    expect(mayApproveAll(index, files, 'grace')).toBe(false);
    expect(mayApproveAll(index, changed(['y', 'z']), 'ada')).toBe(true);
    expect(mayApproveAll(bare, files, 'maria')).toBe(true);
  });
});

test.each<[away: readonly string[], among: readonly string[]]>([
  [[], ['dan', 'david', 'debbie']],
  [['dan'], ['david', 'debbie']],
  [
    ['dan', 'david', 'debbie'],
    ['anne', 'art'],
  ],
  // Nobody is there at all: somebody is named all the same.
  [
    ['dan', 'david', 'debbie', 'anne', 'art', 'alice', 'bob'],
    ['dan', 'david', 'debbie'],
  ],
])('with %j away, one of %j is suggested', (away, among) => {
  for (const pull of [1, 2, 3, 4, 5]) {
    const { suggested } = ask(people, ['a/d/x'], [], { away: new Set(away), pull });
    expect(suggested).toHaveLength(1);
    expect(among).toContain(suggested[0]);
  }
});
