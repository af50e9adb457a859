import { describe, expect, test } from 'vitest';
import type { Source } from '../../../shared/providers/github/cherry-pick.ts';
import { candidateLines } from '../../../shared/comment-lines.ts';
import {
  bodyOf,
  branchOf,
  byHand,
  conflictsIn,
  messageFor,
  quoted,
  releaseNoteIn,
  titleOf,
} from '../../../shared/providers/github/pick-words.ts';

const whole = {
  sha: 'b'.repeat(40),
  parent: 'a'.repeat(40),
  message: 'Turn back',
  author: { name: 'Ada', email: 'ada@acme.example', date: '2026-01-01T00:00:00Z' },
};
const source: Source = {
  number: 12,
  title: 'Turn back',
  description: '',
  base: 'main',
  whole,
  commits: [whole],
  isMerge: false,
};

test.each([
  ['[main] Turn back', '[release-1] Turn back'],
  ['Turn [main] back [main] x', '[release-1] Turn back [main] x'],
  ['[main]Turn', '[release-1] [main]Turn'],
  ['x'.repeat(300), `[release-1] ${'x'.repeat(244)}`],
])('%s is called %s', (title, called) => {
  expect(titleOf({ title, base: 'main' }, 'release-1')).toBe(called);
});

test('the branch is named as other tools know it', () => {
  expect(branchOf(12, 'release/1.2')).toBe('cherry-pick-12-to-release/1.2');
});

test.each([
  ['Turn\n', 'Turn\n\n(cherry picked from commit bbb)\n'],
  ['Turn\n\nBack.\n', 'Turn\n\nBack.\n\n(cherry picked from commit bbb)\n'],
  [
    'Turn\n\nBack.\n\nSigned-off-by: Ada <a@b.example>\n',
    'Turn\n\nBack.\n\nSigned-off-by: Ada <a@b.example>\n(cherry picked from commit bbb)\n',
  ],
  ['fix: turn', 'fix: turn\n\n(cherry picked from commit bbb)\n'],
])('%j is committed as %j', (message, committed) => {
  expect(messageFor({ message, sha: 'bbb' })).toBe(committed);
});

test.each<[description: string, note: string | undefined]>([
  ['```release-note\nIt turns.\n```', 'It turns.'],
  ['Text\r\n```release-note\r\nIt\r\nturns.\r\n```\r\nmore', 'It\r\nturns.'],
  ['```release-note\nNONE\n```', 'NONE'],
  ['```release-note\n\n```', undefined],
  ['```release-notes\nx\n```', undefined],
  ['nothing', undefined],
  ['```release-note\nnever closed', undefined],
])('the release note of %j is %j', (description, note) => {
  expect(releaseNoteIn(description)).toBe(note);
});

describe('the body', () => {
  test('begins with what other tools look for', () => {
    expect(bodyOf(source, { by: 'ada', target: 'release-1' }, { as: 'one' })).toBe(
      'This is an automated cherry-pick of #12\n\n`ada` asked for it, onto `release-1`.',
    );
  });

  test('holds no command, whatever was written', () => {
    const hostile = '```release-note\n/lgtm\n```\n/approve\n';
    const body = bodyOf(
      { ...source, description: hostile, title: '/hold' },
      { by: 'ada\n/lgtm', target: 'release-1' },
      { as: 'part', left: ['/approve', 'a\n/hold', '```\n/lgtm'] },
    );
    expect(candidateLines(body).lines.filter(({ text }) => text.startsWith('/'))).toEqual([]);
  });
});

test('however many files are left, and however long their names: the forge takes the text, and it says what is not in it', () => {
  const left = Array.from({ length: 299 }, (_, index) => `${`deep/${index}/`.repeat(40)}a.ts`);
  const description = `\`\`\`release-note\n${'x'.repeat(20_000)}\n\`\`\`\n`;
  const body = bodyOf({ ...source, description }, { by: 'ada', target: 'r'.repeat(200) }, { as: 'part', left });
  expect(body.length).toBeLessThan(60_000);
  expect(body).toContain('- and 199 more');
  expect(body).toContain('git apply --3way');
  expect(body.endsWith('\n```')).toBe(true);
  expect(conflictsIn(left).length).toBeLessThan(5_000);
  expect(conflictsIn(left).endsWith(' and 279 more')).toBe(true);
  expect(conflictsIn(['a', 'b'])).toBe('`a`, `b`');
});

test.each([
  ['src/a.ts', 'src/a.ts'],
  ['a b', "'a b'"],
  ["it's", String.raw`'it'\''s'`],
  ['$(rm x)', "'$(rm x)'"],
  ['-x', "'-x'"],
  ['a;b`c`', "'a;b`c`'"],
])('%s is %s to a shell', (word, shown) => {
  expect(quoted(word)).toBe(shown);
});

test.each<[title: string, source: Source, line: string]>([
  ['a squash', source, `git cherry-pick -x ${whole.sha}`],
  ['a merge', { ...source, isMerge: true }, `git cherry-pick -x -m 1 ${whole.sha}`],
  ['a rebase', { ...source, commits: [whole, whole] }, `git cherry-pick -x ${whole.parent}..${whole.sha}`],
])('%s is picked by hand', (_, of, line) => {
  expect(byHand(of, 'release-1').split('\n')).toContain(line);
});
