import { describe, expect, test } from 'vitest';
import { verifyOwners } from '../../shared/automations/verify-owners.ts';
import { ownersVerdictOf } from '../../shared/facts/owners-verdict.ts';
import type { PowerFiles } from '../../shared/facts/power.ts';
import { Refusal, Retryable } from '../../shared/errors.ts';
import type { Action, OwnersVerdict, Proposal } from '../../shared/language/index.ts';
import type { FileAtCommit } from '../../shared/providers/provider.ts';
import { decided, pullOf } from '../support/given.ts';

const LABEL = 'do-not-merge/invalid-owners-file';
const on = new Set([LABEL]);
const stands = new Set(['owners']);
const none: ReadonlySet<string> = new Set();
const fine: OwnersVerdict = { problems: [], newcomers: [], unchecked: 0, unseen: 0 };
const proposal = (...paths: readonly string[]): Proposal => ({
  files: paths,
  mistakes: paths.map((path) => ({ path, line: 1, column: 1, problem: 'x', breaks: true })),
  changes: [],
});

function deeds(actions: readonly Action[]): readonly string[] {
  return actions.map((action) => {
    if (action.is === 'notice') return `${action.quiet ? 'quietly' : 'aloud'}: ${action.text}`;
    return 'label' in action ? `${action.is} ${action.label}` : action.is;
  });
}

test.each<
  [
    what: string,
    verdict: OwnersVerdict,
    changed: Proposal,
    labels: ReadonlySet<string>,
    notices: ReadonlySet<string>,
    deeds: readonly string[],
  ]
>([
  ['nothing wrong', fine, proposal(), none, none, []],
  [
    'nothing wrong any more',
    fine,
    proposal(),
    on,
    stands,
    [`remove-label ${LABEL}`, 'quietly: The files of owners are in order.'],
  ],
  ['a file that cannot be read', fine, proposal('docs/OWNERS'), none, none, [`add-label ${LABEL}`]],
  ['a CODEOWNERS that cannot be read', fine, proposal('.github/CODEOWNERS'), on, none, []],
  ['broken settings are another matter', fine, proposal('.github/bowsprit.yaml'), none, none, []],
  [
    'somebody unknown',
    { ...fine, newcomers: [{ login: 'eve', paths: ['OWNERS'], is: 'stranger' }] },
    proposal(),
    none,
    none,
    [
      `add-label ${LABEL}`,
      'aloud: **Files of owners name people who cannot act here.** Leave them out, or have them invited first:\n\n- `eve` in `OWNERS`: neither a collaborator of this repository nor a member of its organization',
    ],
  ],
  [
    'somebody who may not be asked about blocks nothing',
    { ...fine, newcomers: [{ login: 'eve', paths: ['OWNERS'], is: 'unknown' }] },
    proposal(),
    none,
    none,
    ['aloud: Not looked up:\n\n- `eve` in `OWNERS`: the forge may not be asked who that is'],
  ],
  [
    'people who were not looked up: they may be anybody',
    { ...fine, unchecked: 2 },
    proposal(),
    none,
    none,
    [
      `add-label ${LABEL}`,
      'aloud: **2 more people who are new were not looked up**: these are too many at once. Leave some for another pull request, or comment `/verify-owners` in an hour.',
    ],
  ],
  [
    'files that were not looked at',
    { ...fine, unseen: 3 },
    proposal(),
    none,
    none,
    [
      `add-label ${LABEL}`,
      'aloud: **3 more files of owners were not looked at**: these are too many at once. Leave some for another pull request.',
    ],
  ],
  ['a file of owners by another name', fine, proposal('docs/MAINOWNERS'), none, none, [`add-label ${LABEL}`]],
  [
    'advice blocks nothing',
    { ...fine, problems: [{ path: 'OWNERS_ALIASES', problem: 'The alias `a` stands for nobody.', advice: true }] },
    proposal(),
    none,
    none,
    ['aloud: Worth a look:\n\n- `OWNERS_ALIASES`: The alias `a` stands for nobody.'],
  ],
])('%s', (_, ownersVerdict, changed, labels, notices, expected) => {
  expect(deeds(decided(verifyOwners, { ownersVerdict, proposal: changed, labels, notices }))).toEqual(expected);
});

test('what is closed is left alone', () => {
  expect(decided(verifyOwners, { proposal: proposal('OWNERS'), pull: pullOf({ state: 'closed' }) })).toEqual([]);
});

const text = (written: string): FileAtCommit => ({ is: 'text', oid: written, text: written });

const filesOf = (
  then: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  touched = Object.keys({ ...then, ...now }),
  names = { owners: 'OWNERS', aliases: 'OWNERS_ALIASES' },
): PowerFiles => ({
  baseSha: 'b',
  touched,
  unseen: 0,
  names,
  atBase: new Map(Object.entries(then).map(([path, written]) => [path, text(written)])),
  atHead: new Map(Object.entries(now).map(([path, written]) => [path, text(written)])),
});

describe('what is found out', () => {
  const PEOPLE: Readonly<Record<string, 'trusted' | 'stranger' | 'nobody'>> = { ada: 'trusted', eve: 'stranger' };
  const owners = { labelsDenylist: ['lgtm', 'secret'], skipCollaborators: false };
  const read = {
    trust: async (login: string) => PEOPLE[login] ?? 'nobody',
    filesAt: async () => new Map([['OWNERS_ALIASES', text('aliases:\n  crew: [ada]\n')]]),
  };
  const found = async (
    then: Readonly<Record<string, string>>,
    now: Readonly<Record<string, string>>,
  ): Promise<readonly string[]> => {
    const { problems, newcomers } = await ownersVerdictOf(filesOf(then, now), owners, read);
    return [
      ...problems.map(({ path, problem, advice }) => `${path}: ${problem}${advice === true ? ' (advice)' : ''}`),
      ...newcomers.map(({ login, paths, is }) => `${login} ${is} ${paths.join(' ')}`),
    ];
  };

  test.each<
    [
      what: string,
      then: Readonly<Record<string, string>>,
      now: Readonly<Record<string, string>>,
      found: readonly string[],
    ]
  >([
    ['a stranger', {}, { 'a/OWNERS': 'approvers:\n- eve\n' }, ['eve stranger a/OWNERS']],
    ['in a flow list', {}, { 'a/OWNERS': 'approvers: [eve]\n' }, ['eve stranger a/OWNERS']],
    ['in quotes and capitals', {}, { 'a/OWNERS': 'reviewers:\n- "Eve"\n' }, ['eve stranger a/OWNERS']],
    ['under a filter', {}, { 'a/OWNERS': 'filters:\n  ".*":\n    approvers: [eve]\n' }, ['eve stranger a/OWNERS']],
    ['in the front matter', {}, { 'a.md': '---\napprovers: [eve]\n---\n' }, ['eve stranger a.md']],
    [
      'as a member of an alias',
      {},
      { OWNERS_ALIASES: 'aliases:\n  crew: [Eve, ada]\n' },
      ['eve stranger OWNERS_ALIASES'],
    ],
    ['in CODEOWNERS', {}, { CODEOWNERS: '* @eve @org/team eve@example.org\n' }, ['eve stranger CODEOWNERS']],
    [
      'in several files',
      {},
      { 'a/OWNERS': 'approvers: [eve]', 'b/OWNERS': 'reviewers: [eve]' },
      ['eve stranger a/OWNERS b/OWNERS'],
    ],
    ['no account and no alias', {}, { 'a/OWNERS': 'approvers: [crw]\n' }, ['crw nobody a/OWNERS']],
    ['somebody known, and an alias', {}, { 'a/OWNERS': 'approvers: [ada, crew]\n' }, []],
    ['whom the file named before', { 'a/OWNERS': 'approvers: [eve]\n' }, { 'a/OWNERS': 'reviewers: [EVE]\n' }, []],
    [
      'a part of a name is another name',
      { 'a/OWNERS': 'approvers: [eve-bar]\n' },
      { 'a/OWNERS': 'approvers: [eve-bar, eve]\n' },
      ['eve stranger a/OWNERS'],
    ],
    ['a file that goes names nobody new', { 'a/OWNERS': 'approvers: [eve]\n' }, {}, []],
    [
      'fewer approvals than before',
      { 'a/OWNERS': 'options: {min_approvals: 3}\n', 'b/OWNERS': 'options: {min_approvals: 2}\n' },
      { 'a/OWNERS': 'options: {min_approvals: 2}\n', 'b/OWNERS': 'approvers: [ada]\n' },
      [
        'a/OWNERS: It asked for 3 approvals, and asks for 2 now. (advice)',
        'b/OWNERS: It asked for 2 approvals, and says nothing of it now. (advice)',
      ],
    ],
    [
      'as many approvals, more, or a file that is gone or cannot be read',
      {
        'a/OWNERS': 'options: {min_approvals: 2}\n',
        'b/OWNERS': 'options: {min_approvals: 2}\n',
        'c/OWNERS': 'options: {min_approvals: 2}\n',
        'd/OWNERS': 'options: {min_approvals: 1}\n',
        'e/OWNERS': 'options: {min_approvals: 2}\n',
      },
      {
        'a/OWNERS': 'options: {min_approvals: 2}\napprovers: [ada]\n',
        'b/OWNERS': 'options: {min_approvals: 3}\n',
        'c/OWNERS': '[',
        'd/OWNERS': 'approvers: [ada]\n',
      },
      [],
    ],
    [
      'a label that is denied',
      {},
      { 'a/OWNERS': 'labels: [Secret, kind/bug]\n' },
      ['a/OWNERS: It has the label `Secret` put on, which no file may.'],
    ],
    [
      'a label that a rule keeps',
      {},
      { 'a/OWNERS': 'labels: [lgtm, size/S]\n' },
      [
        'a/OWNERS: It has the label `lgtm` put on, which no file may.',
        'a/OWNERS: It has the label `size/S` put on, which no file may.',
      ],
    ],
    [
      'a root without an approver',
      {},
      { OWNERS: 'reviewers: [ada]\n' },
      ['OWNERS: The file of the root names no approver: nobody could decide about the repository.'],
    ],
    ['a folder without an approver', {}, { 'a/OWNERS': 'reviewers: [ada]\n' }, []],
    [
      'an alias without members',
      {},
      { OWNERS_ALIASES: 'aliases:\n  crew: []\n' },
      ['OWNERS_ALIASES: The alias `crew` stands for nobody. (advice)'],
    ],
    ['what cannot be read is told elsewhere', {}, { 'a/OWNERS': 'approvers: [\n' }, []],
  ])('%s', async (_, then, now, expected) => {
    expect(await found(then, now)).toEqual(expected);
  });

  test('by the names that such files have here', async () => {
    const then = { CREW: 'aliases:\n  crew: [ada]\n' };
    const now = { CREW: 'aliases:\n  crew: [ada, eve]\n', MAINOWNERS: 'reviewers: [crew]\n' };
    const files = filesOf(then, now, undefined, { owners: 'MAINOWNERS', aliases: 'CREW' });
    const { problems, newcomers } = await ownersVerdictOf(files, owners, read);
    expect(problems.map(({ path }) => path)).toEqual(['MAINOWNERS']);
    expect(newcomers.map(({ login }) => login)).toEqual(['eve']);
  });

  test('who was left out to spare the forge is counted', async () => {
    const files = filesOf({}, { 'a/OWNERS': 'approvers: [ada, eve]\n' });
    const spent = { ...read, trust: async () => 'unchecked' as const };
    expect(await ownersVerdictOf(files, owners, spent)).toEqual({ ...fine, unchecked: 2 });
  });

  test('at most fifty are looked up', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `p${index}`);
    let looked = 0;
    const counting = {
      ...read,
      trust: async () => {
        looked += 1;
        return 'trusted' as const;
      },
    };
    const files = filesOf({}, { 'a/OWNERS': `approvers: [${names.join(', ')}]\n` });
    expect((await ownersVerdictOf(files, owners, counting)).unchecked).toBe(10);
    expect(looked).toBe(50);
  });

  test('nobody is looked up where collaborators do not matter', async () => {
    const deaf = { ...read, trust: () => Promise.reject(new Error('nothing asked for it')) };
    const files = filesOf({}, { OWNERS: 'labels: [lgtm]\napprovers: [eve]\n' });
    const verdict = await ownersVerdictOf(files, { ...owners, skipCollaborators: true }, deaf);
    expect(verdict.newcomers).toEqual([]);
    expect(verdict.problems).toHaveLength(1);
  });

  test('who may not be asked about is unknown; bad weather is asked again', async () => {
    const files = filesOf({}, { 'a/OWNERS': 'approvers: [eve]\n' });
    const refused = { ...read, trust: () => Promise.reject(new Refusal('no')) };
    expect((await ownersVerdictOf(files, owners, refused)).newcomers).toMatchObject([{ is: 'unknown' }]);
    const weather = { ...read, trust: () => Promise.reject(new Retryable('rain')) };
    await expect(ownersVerdictOf(files, owners, weather)).rejects.toBeInstanceOf(Retryable);
  });
});
