/** Threats 4, 5, 12, 13, 14, 15 and 17 of docs/security.md: what people write is data, at any size. */
import { Parser } from 'commonmark';
import { beforeAll, describe, expect, test } from 'vitest';
import { hostileBodies } from '../../bench/parser.ts';
import { receive } from '../../shared/providers/github/receive.ts';
import { APPROVER, AUTHOR, OWNED, REVIEWER, STRANGER, type Pull } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';
import { knowledge, recorded, requestOf } from '../support/github-deliveries.ts';

const engine = givenEngine();

/** What came of a comment: nothing at all, or an answer and records. */
async function cameOf(pull: Pull, by: string, body: string) {
  const { records, workOff } = engine();
  const before = { records: (await records(pull)).length, words: (await pull.words()).length };
  await pull.comment(by, body);
  await workOff();
  const said = (await pull.words()).slice(before.words);
  return { said, records: (await records(pull)).slice(before.records), labels: await pull.labels() };
}

async function opened(): Promise<Pull> {
  const { workplace, workOff } = engine();
  const pull = await (await workplace()).open();
  await workOff();
  return pull;
}

function given(pull: Pull | undefined): Pull {
  if (pull === undefined) throw new Error('it was not opened');
  return pull;
}

const HIDDEN: readonly (readonly [where: string, body: string])[] = [
  ['an HTML comment', '<!--\n/approve\n-->'],
  ['an HTML comment inside a line', 'Fine. <!-- x -->\n<!-- \n/approve -->'],
  ['an HTML comment that never ends', 'Fine.\n\n<!--\n/approve'],
  ['a fence', '```\n/approve\n```'],
  ['a fence of tildes with a language', '~~~ sh\n/approve\n~~~'],
  ['a fence that never ends', 'Look:\n\n```\n/approve'],
  ['a fence in a list', '- item\n\n  ```\n  /approve\n  ```'],
  ['an indented block', 'Look:\n\n    /approve\n'],
  ['a block indented by a tab', 'Look:\n\n\t/approve\n'],
  ['a quote', '> /approve'],
  ['a quote that goes on lazily', '> I would say\n/approve'],
  ['an e-mail reply', 'On Monday Ada wrote:\n> please\n> /approve\n'],
  ['a details block', '<details>\n<summary>Log</summary>\n\n/approve\n\n</details>'],
  ['a script', '<script>\n/approve\n</script>'],
  ['preformatted text', '<pre>\n/approve\n</pre>'],
  ['an attribute over two lines', '<a title="\n/approve\n">x</a>'],
  ['a code span over two lines', 'Say `\n/approve\n` then.'],
  ['the title of a link definition', '[x]: /y "\n/approve\n"'],
  ['a table', '| a |\n|---|\n/approve\n'],
];

describe('what is hidden', () => {
  let pull: Pull | undefined;
  beforeAll(async () => {
    pull = await opened();
  });

  test.each(HIDDEN)('threat 4: a command in %s is none', async (_where, body) => {
    const { said, records, labels } = await cameOf(given(pull), APPROVER, body);
    expect({ said, records, labels }).toEqual({ said: [], records: [], labels: ['size/XS'] });
  });

  test('threat 4: the same word of the same person counts in the open', async () => {
    expect((await cameOf(given(pull), APPROVER, '/approve')).labels).toContain('approved');
  });
});

describe('what looks like a command', () => {
  let pull: Pull | undefined;
  beforeAll(async () => {
    pull = await opened();
  });

  test.each<[what: string, line: string]>([
    ['a Cyrillic letter', '/\u0430pprove'],
    ['a right-to-left override', '/approve\u202e'],
    ['an override before it', '\u202e/approve'],
    ['a zero-width space', '/app\u200brove'],
    ['a zero-width joiner at its end', '/approve\u200d'],
    ['a soft hyphen', '/appr\u00adove'],
    ['a fullwidth solidus', '\uff0fapprove'],
    ['a fraction slash', '\u2044approve'],
    ['fullwidth letters', '/\uff41pprove'],
    ['a combining mark', '/approve\u0301'],
    ['a byte order mark', '\ufeff/approve'],
    ['a dotless i', '/l\u0131gtm'],
  ])('threat 5: a name with %s is no command', async (_what, line) => {
    const { said, records, labels } = await cameOf(given(pull), APPROVER, line);
    expect(labels).toEqual(['size/XS']);
    expect(records.filter(({ outcome }) => outcome === 'done')).toEqual([]);
    // Where it is answered, what cannot be seen is shown by its code point.
    expect(said.join('')).not.toMatch(/\u200b|\u200d|\u00ad|\u202e|\ufeff|\uff0f/);
  });

  test('threat 5: the name itself is one', async () => {
    expect((await cameOf(given(pull), APPROVER, '/approve')).labels).toContain('approved');
  });
});

const SECONDS_30 = { timeout: 30_000 };

test('threat 12: no text makes the door think for long', SECONDS_30, async () => {
  // A hundred thousand times the budget of one body: only what grows faster than the text can take that long.
  const comment = recorded('issue_comment.created.pull');
  for (const { body } of hostileBodies()) {
    const payload = structuredClone({ ...comment.payload, comment: { ...Object(comment.payload['comment']), body } });
    // oxlint-disable-next-line no-await-in-loop
    expect(await receive(requestOf({ ...comment, payload }), knowledge)).toMatchObject({ is: expect.any(String) });
  }
});

const LONG = `src/${'a'.repeat(400)}!.ts`;

test.each<[what: string, pattern: string, path: string]>([
  ['nested repetition', '(a+)+$', LONG],
  ['overlapping alternatives', '(a|a)*$', LONG],
  ['greedy dots', '.*.*.*=.*', LONG],
  ['a group with its own repetition', '(([a-z])+.)+[A-Z]([a-z])+$', LONG],
])('threat 13: %s in an OWNERS filter holds nobody up', SECONDS_30, async (_what, pattern, path) => {
  const { workplace, workOff } = engine();
  const OWNERS = `filters:\n  '${pattern}':\n    approvers:\n    - ${REVIEWER}\n  '.*':\n    approvers:\n    - ${APPROVER}\n`;
  const pull = await (await workplace({ files: { ...OWNED, OWNERS } })).open({ files: { [path]: '1\n' } });
  await pull.comment(APPROVER, '/approve');
  await workOff();
  expect(await pull.labels()).toContain('approved');
});

const anchors = Array.from({ length: 20_000 }, (_, index) => `- &a${index} x`).join('\n');
const laughs = Array.from({ length: 9 }, (_, index) =>
  index === 0
    ? 'a0: &a0 [lol]'
    : `a${index}: &a${index} [${Array.from({ length: 9 }, () => `*a${index - 1}`).join(',')}]`,
).join('\n');

test.each<[what: string, owners: string, told?: boolean]>([
  ['a billion laughs', `${laughs}\napprovers: *a8\n`],
  ['twenty thousand anchors', `approvers:\n${anchors}\n`],
  ['a hundred thousand brackets', `approvers: ${'['.repeat(100_000)}`],
  ['more than 64 KiB', `approvers:\n${`- ${STRANGER}\n`.repeat(6_000)}`],
  ['a tag', `approvers: !!js/function [${STRANGER}]\n`],
  // Read, and as unknown as any other key nobody asks for.
  ['a key of the prototype', `__proto__:\n  approvers:\n  - ${STRANGER}\n`, false],
  ['a merge key', `x: &x\n  approvers: [${STRANGER}]\n<<: *x\n`],
])('threat 14: %s in OWNERS gives nobody power, and is told', SECONDS_30, async (_what, owners, told = true) => {
  const { workplace, workOff } = engine();
  const files = { ...OWNED, 'src/OWNERS': owners };
  const pull = await (await workplace({ files })).open();
  await pull.comment(STRANGER, '/approve');
  await workOff();
  expect(await pull.labels()).not.toContain('approved');
  expect((await pull.words()).join('\n').includes('src/OWNERS')).toBe(told);
  await pull.comment(APPROVER, '/approve');
  await workOff();
  expect(await pull.labels()).toContain('approved');
});

/** Kinds of Markdown that render as more than text, and text in which a forge finds mentions, references or addresses. */
function liveIn(markdown: string, people: readonly string[]): readonly string[] {
  const live: string[] = [];
  const walker = new Parser().parse(markdown).walker();
  for (let step = walker.next(); step !== null; step = walker.next()) {
    const { type, literal } = step.node;
    if (!step.entering) continue;
    if (/^(?:link|image|html_inline|html_block)$/.test(type)) live.push(`${type} ${literal ?? ''}`);
    if (type !== 'text' || literal === null) continue;
    const known = people.reduce((text, login) => text.replaceAll(`@${login}`, ''), literal);
    if (/@\w|#\d|https?:|www\.|<\w/.test(known)) live.push(literal);
  }
  return live;
}

test.each<[what: string, line: string]>([
  ['a mention', '/hold @everyone @acme/owners look'],
  ['a reference', '/lgtn #1 acme/widgets#2'],
  ['a link', '/label [win](https://evil.example)'],
  ['an image', '/label ![x](https://evil.example/x.png)'],
  ['an address', '/assign https://evil.example www.evil.example'],
  ['markup', '/retitle <img src=x onerror=alert(1)> <b>@acme/owners</b>'],
  ['the end of a code span', '/label ` @everyone ``` @everyone'],
  ['the end of a comment', '/label --> @everyone <!--'],
  ['a table', '/label | @everyone | [a](b) |'],
  ['a near miss with all of it', '/aprove @everyone `` [a](https://evil.example) <b>'],
])('threat 15: %s in a comment is not alive in the answer', async (_what, line) => {
  const pull = await opened();
  const { said, records } = await cameOf(pull, STRANGER, line);
  expect(records.length).toBeGreaterThan(0);
  expect(said.flatMap((words) => liveIn(words, [STRANGER, AUTHOR, APPROVER, REVIEWER]))).toEqual([]);
});

const ARGUMENTS = [
  '../../../user',
  '..%2f..%2fuser',
  'a/../../../../user/keys',
  '--config=https://evil.example/x',
  '--force',
  '-c core.sshCommand=id',
  '$(id)',
  ';id',
  'a\u0000b',
  '?per_page=1&x=/admin',
  '#fragment',
  '%0d%0aX-Evil: 1',
  'constructor',
  '__proto__',
  'x'.repeat(900),
];

test(
  'threat 17: no argument of a comment leads the forge anywhere else, or sets anything',
  { timeout: 180_000 },
  async () => {
    const { github, workplace, workOff, records } = engine();
    // Names that GitHub takes for labels, and that lead elsewhere where a path holds them as they are.
    const astrays = ['../../../../user', '..%2f..%2fuser', '?per_page=1&x=/admin', '#fragment'];
    const labels = astrays.map((each) => `kind/${each}`);
    const place = await workplace({ labels });
    const pull = await place.open();
    await pull.label(APPROVER, ...labels);
    await workOff();
    github.clearRequests();
    await pull.comment(APPROVER, astrays.map((each) => `/remove-kind ${each}`).join('\n'));
    await workOff();
    expect(await pull.labels()).toEqual(['size/XS']);
    const names = [
      'label',
      'remove-label',
      'assign',
      'unassign',
      'cc',
      'uncc',
      'retitle',
      'close',
      'help',
      'hold',
      'lgtm',
    ];
    for (const argument of ARGUMENTS) {
      // oxlint-disable-next-line no-await-in-loop
      await pull.comment(APPROVER, names.map((name) => `/${name} ${argument}`).join('\n'));
      // oxlint-disable-next-line no-await-in-loop
      await workOff();
    }
    const ours = github.requests().filter(({ callerIs }) => callerIs === 'installation');
    expect(ours.length).toBeGreaterThan(ARGUMENTS.length);
    const astray = ours.filter(({ route, path }) => {
      const decoded = decodeURIComponent(path.split('?')[0] ?? '');
      const within =
        decoded.startsWith(`/repos/${place.fullName}`) ||
        /^\/(?:graphql$|orgs\/acme\/memberships\/|users\/)/.test(decoded);
      return route === '' || !within || path.includes('/../');
    });
    expect(astray).toEqual([]);
    expect(github.violations()).toEqual([]);
    expect((await records(pull)).length).toBeGreaterThanOrEqual(ARGUMENTS.length * (names.length - 1));
  },
);
