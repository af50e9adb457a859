import { expect, test } from 'vitest';
import { dco } from '../../shared/automations/dco.ts';
import { signOffsOf } from '../../shared/facts/sign-offs.ts';
import {
  isSignedOff,
  setStatus,
  type Action,
  type Commits,
  type DcoSettings,
  type Person,
} from '../../shared/language/index.ts';
import { ada, decided, defaultDco, grace, HEAD, linus, pullOf, robot, settingsOf } from '../support/given.ts';

const SHA = 'd'.repeat(40);
const URL = 'https://forge.example/acme/widgets/blob/main/CONTRIBUTING.md';
type Commit = Commits['list'][number];
const commit = (message: string, person?: Person, more: Partial<Commit> = {}): Commit => ({
  sha: SHA,
  parents: 1,
  message,
  author: { email: 'Ada@example.org', person },
  ...more,
});

test.each<[what: string, commit: Commit, strict: boolean, signed: boolean]>([
  ['a trailer', commit('x\n\nSigned-off-by: Ada <ada@example.org>'), false, true],
  ['in any case', commit('x\n\nsigned-OFF-by: whoever'), false, true],
  ['before a carriage return', commit('x\r\n\r\nSigned-off-by: Ada <ada@example.org>\r'), true, true],
  ['not at the beginning of a line', commit('x\n\n Signed-off-by: Ada'), false, false],
  ['none', commit('x'), false, false],
  ['a merge', commit('x', undefined, { parents: 2 }), true, true],
  ['of somebody else', commit('x\n\nSigned-off-by: Bob <bob@example.org>'), false, true],
  ['of somebody else, strictly', commit('x\n\nSigned-off-by: Bob <bob@example.org>'), true, false],
  [
    'the second of two, strictly',
    commit('x\n\nSigned-off-by: B <b@x>\nSigned-off-by: A <ADA@example.org>'),
    true,
    true,
  ],
  ['no address, strictly', commit('x\n\nSigned-off-by: Ada'), true, false],
  ['no known author, strictly', commit('x\n\nSigned-off-by: A <>', undefined, { author: undefined }), true, false],
])('%s', (_, one, strict, signed) => {
  expect(isSignedOff(one, strict)).toBe(signed);
});

test.each<[what: string, author: Person | undefined, settings: Partial<DcoSettings>, unsigned: number]>([
  ['nobody is skipped', ada, {}, 1],
  ['a member', ada, { skipMembers: true }, 0],
  ['no member', linus, { skipMembers: true }, 1],
  ['a collaborator', grace, { skipCollaborators: true }, 0],
  ['a member is no collaborator', ada, { skipCollaborators: true }, 1],
  ['an App', robot, { trustedApps: ['Robot'] }, 0],
  ['an App exempts no member', ada, { trustedApps: ['robot'] }, 1],
  ['somebody called like it', { ...linus, login: 'robot' }, { trustedApps: ['robot'] }, 1],
  ['whoever has no account', undefined, { skipMembers: true, skipCollaborators: true }, 1],
])('%s', async (_, author, settings, unsigned) => {
  const ask = {
    member: async ({ id }: Person) => id === ada.id,
    collaborator: async ({ id }: Person) => id === grace.id,
  };
  const commits = { list: [commit('x', author), commit('y\n\nSigned-off-by: A')], count: 3 };
  const found = await signOffsOf(commits, { ...defaultDco, ...settings }, ask);
  expect(found).toMatchObject({ unseen: 1 });
  expect(found.unsigned.length).toBe(unsigned);
});

const [YES, NO] = ['dco-signoff: yes', 'dco-signoff: no'];
const status = (state: 'success' | 'failure', description: string, url = URL): Action =>
  setStatus({ context: 'dco', headSha: HEAD, state, description, url });
const FAILED = { unsigned: [{ sha: SHA, subject: 'Fix @all' }], unseen: 0 };
const PASSED = { unsigned: [], unseen: 0 };

test('what is not signed off is told, with what to do', () => {
  expect(decided(dco, { signOffs: FAILED, labels: new Set([YES]), event: 'opened' })).toMatchInlineSnapshot(`
    [
      {
        "is": "remove-label",
        "label": "dco-signoff: yes",
      },
      {
        "is": "add-label",
        "label": "dco-signoff: no",
      },
      {
        "context": "dco",
        "description": "1 commit is not signed off.",
        "headSha": "aaaaaaa1111111111111111111111111111111aa",
        "is": "set-status",
        "state": "failure",
        "url": "https://forge.example/acme/widgets/blob/main/CONTRIBUTING.md",
      },
      {
        "is": "notice",
        "quiet": false,
        "subject": "dco",
        "text": "**Not signed off.** Each commit needs a line \`Signed-off-by: Name <mail>\` of its own: \`git commit --amend --signoff\` for the last one, \`git rebase --signoff <base>\` for all, and push. [How to contribute](https://forge.example/acme/widgets/blob/main/CONTRIBUTING.md).

    - [\`ddddddd\`](https://forge.example/acme/widgets/commit/dddddddddddddddddddddddddddddddddddddddd) \`Fix @all\`",
      },
    ]
  `);
});

test.each<[what: string, facts: Parameters<typeof decided>[1], done: readonly string[]]>([
  ['signed off', { signOffs: PASSED }, ['add-label', 'set-status']],
  [
    'signed off since',
    { signOffs: PASSED, labels: new Set([NO]), notices: new Set(['dco']) },
    ['remove-label', 'add-label', 'set-status', 'notice'],
  ],
  [
    'right already',
    {
      signOffs: PASSED,
      labels: new Set([YES]),
      pull: pullOf({
        checks: [
          {
            name: 'dco',
            state: 'success',
            required: false,
            from: 'status',
            description: 'All commits are signed off.',
          },
        ],
      }),
    },
    [],
  ],
  ['not listed', { signOffs: { unsigned: [], unseen: 2 } }, ['add-label', 'set-status', 'notice']],
  ['closed', { signOffs: FAILED, pull: pullOf({ state: 'closed' }) }, []],
])('%s', (_, facts, done) => {
  expect(decided(dco, facts).map(({ is }) => is)).toEqual(done);
});

test('what is reopened gets no new comment', () => {
  const notices = decided(dco, { signOffs: FAILED, event: 'reopened' }).filter(({ is }) => is === 'notice');
  expect(notices).toMatchObject([{ quiet: true }]);
});

test('where it is written how to contribute is for the settings to say', () => {
  const settings = settingsOf('dco', {
    contributingRepo: 'acme/about',
    contributingBranch: 'docs/v2',
    contributingPath: 'a b.md',
  });
  expect(decided(dco, { signOffs: PASSED, labels: new Set([YES]), settings })).toEqual([
    status('success', 'All commits are signed off.', 'https://forge.example/acme/about/blob/docs/v2/a%20b.md'),
  ]);
});
