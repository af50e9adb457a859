import { describe, expect, test } from 'vitest';
import { commitMessages } from '../../shared/automations/commit-messages.ts';
import type { Action } from '../../shared/language/index.ts';
import { decided, pullOf, settingsOf, subjectOf } from '../support/given.ts';

const LABEL = 'do-not-merge/invalid-commit-message';
const ALL = settingsOf('commitMessages', { mentions: true });

const of = (...messages: readonly string[]) => ({
  list: messages.map((message, index) => ({ sha: `${index}`.repeat(40), parents: 1, message })),
  count: messages.length,
});

function deeds(actions: readonly Action[]): readonly string[] {
  return actions.map((action) => {
    if (action.is === 'notice') return `${action.quiet ? 'quietly' : 'aloud'}: ${action.text}`;
    return 'label' in action ? `${action.is} ${action.label}` : action.is;
  });
}
const isBlocked = (actions: readonly Action[]): boolean => deeds(actions).includes(`add-label ${LABEL}`);

describe('what closes an issue', () => {
  const TABLE: readonly (readonly [words: string, closes: boolean])[] = [
    ['close #1', true],
    ['Closes: #1', true],
    ['CLOSED  :#1', true],
    ['fix #1', true],
    ['fixes acme/widgets#1', true],
    ['fixed #1', true],
    ['resolve #1', true],
    ['Resolves\n#1', true],
    ['resolved #1, and more', true],
    ['x\n\nThis (fixes #12).', true],
    ['fixes kubernetes-sigs/x#1', true],
    ['fixes acme.io/x.y#1', true],
    ['fixes GH-1', true],
    ['fixes https://github.com/acme/widgets/issues/1', true],
    ['fixing #1', false],
    ['bugfix #7', false],
    ['hot-fix #7', false],
    ['unresolved #7', false],
    ['fixes the bug of #1', false],
    ['fixes#1', false],
    ['see #1', false],
    ['fix 1', false],
  ];
  test.each(TABLE)('%j: %s', (words, closes) => {
    expect(isBlocked(decided(commitMessages, { commits: of('docs: fine', words) }))).toBe(closes);
    expect(
      isBlocked(decided(commitMessages, { commits: of('docs: fine'), subject: subjectOf({ title: words }) })),
    ).toBe(closes);
  });
});

test.each([
  ['fixup! docs', true],
  ['amend! docs', true],
  ['squash! docs', true],
  ['docs: fixup! of it', false],
  ['fixup docs', false],
  ['docs\n\nfixup! x', false],
])('%j is to be squashed: %s', (message, is) => {
  expect(isBlocked(decided(commitMessages, { commits: of(message) }))).toBe(is);
});

test.each([
  ['thanks to @ada', true],
  ['@ada: thanks', true],
  ['(@ada-example)', true],
  ['ada@example.org', false],
  ['Signed-off-by: Ada <ada@example.org>', false],
  ['npm i @scope/package', true],
  ['a @ b', false],
])('%j mentions somebody: %s', (message, does) => {
  const facts = { commits: of(message), settings: ALL };
  expect(isBlocked(decided(commitMessages, facts))).toBe(does);
  expect(isBlocked(decided(commitMessages, { commits: of(message) }))).toBe(false);
});

test('each check can be switched off', () => {
  const settings = settingsOf('commitMessages', { closingKeywords: false, fixups: false });
  const facts = { commits: of('fixup! x', 'fixes #1'), subject: subjectOf({ title: 'fixes #1' }) };
  expect(isBlocked(decided(commitMessages, facts))).toBe(true);
  expect(decided(commitMessages, { ...facts, settings })).toEqual([]);
});

test('all is told at once, with what to do', () => {
  const commits = of('fixes #1 for `you`\n\nbody', 'squash! @ada');
  const actions = decided(commitMessages, { commits, subject: subjectOf({ title: 'fixes #2' }), settings: ALL });
  expect(deeds(actions)).toMatchInlineSnapshot(`
    [
      "add-label do-not-merge/invalid-commit-message",
      "aloud: **Blocked by words in commits or in the title.**

    These close an issue when they land anywhere, in a fork as well. Write that into the description of the pull request instead:

    - \`0000000\` \`\` fixes #1 for \`you\` \`\`

    These mention people, who are notified each time the commit goes anywhere. Name them without the sign:

    - \`1111111\` \`squash! @ada\`

    These are to be squashed into others: \`git rebase -i --autosquash\`, and push:

    - \`1111111\` \`squash! @ada\`

    The title closes an issue; \`/retitle\` gives it another one, and the description may close it.",
    ]
  `);
});

test('it goes when all is well', () => {
  const actions = decided(commitMessages, {
    commits: of('docs: fine'),
    labels: new Set([LABEL]),
    notices: new Set(['commit-messages']),
  });
  expect(deeds(actions)).toEqual([
    `remove-label ${LABEL}`,
    'quietly: Its commit messages and its title are in order now.',
  ]);
  expect(decided(commitMessages, { commits: of('docs: fine') })).toEqual([]);
});

test('what is not listed cannot be looked at, and is told', () => {
  const actions = decided(commitMessages, { commits: { ...of('docs: fine'), count: 2_000 } });
  expect(deeds(actions)[1]).toContain('The forge does not list 1999 of its commits');
});

test('a large message is looked through in no time that matters', () => {
  const message = `${'fix '.repeat(20_000)}${'@'.repeat(20_000)}${':'.repeat(20_000)}`;
  expect(isBlocked(decided(commitMessages, { commits: of(message), settings: ALL }))).toBe(false);
});

test('it is asked for, and what is closed is left alone', () => {
  expect(commitMessages.onRequest).toBe(true);
  expect(decided(commitMessages, { commits: of('fixes #1'), pull: pullOf({ state: 'closed' }) })).toEqual([]);
});
