import { Parser } from 'commonmark';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leaf, NO_ANSWERS, type Check, type GateLeaf } from '../../shared/language/index.ts';
import { gateOf } from '../../shared/merge/gate.ts';
import { ownersGate } from '../../shared/merge/leaves/owners.ts';
import {
  actionsFor,
  ada,
  approved,
  given,
  HEAD,
  pullOf,
  settingsOf,
  subjectOf,
  unapproved,
  voteOf,
  type All,
} from '../support/given.ts';

const ready: All = given({ labels: new Set(['lgtm', 'approved']), lgtms: [voteOf('linus')], approval: approved });
const check = (name: string, state: Check['state']): Check => ({ name, state, required: true });

const permit = (id: string, passed: boolean): GateLeaf =>
  leaf({
    id,
    name: `\`/${id}\``,
    passed,
    fact: passed
      ? `\`/${id}\` is open to you: it is for anyone.`
      : `\`/${id}\` is not open to you. It is for approvers.`,
    next: '`grace` can.',
    rule: { says: 'OWNERS of the base branch', commit: 'c'.repeat(40) },
  });
const permits = [permit('lgtm', false), permit('hold', true), permit('hold cancel', false), permit('label', true)];

const asking = (facts: Partial<All>): All => {
  const all = { ...ready, ...facts };
  return { ...all, answers: { ...NO_ANSWERS, gate: gateOf(all), coverage: ownersGate(all), permits } };
};
function answer(comment: string, facts: Partial<All> = {}): string {
  const [first, ...more] = actionsFor(comment, asking(facts));
  expect(more).toEqual([]);
  if (first?.is === 'reply') return first.text;
  return first?.is === 'refuse' ? `refused: ${first.reason}` : JSON.stringify(first);
}

/** How many there are in all is for the leaves to say. */
function missing(text: string): string {
  return (text.split('\n\n<details>')[0] ?? '').replace(/of \d+ gates/, 'of all gates');
}

describe('why it is not merged', () => {
  test('says what is missing first, with the next step, and folds what is green', () => {
    const facts: Partial<All> = {
      lgtms: [],
      labels: new Set(['approved']),
      approval: unapproved,
      holds: [{ by: 'grace', reason: 'until friday', at: '2026-03-01T12:00:00Z' }],
      pull: pullOf({ checks: [check('unit', 'failure'), check('lint', 'success')] }),
      origins: new Map([['merge.queries', { file: '.github/bowsprit.yaml', line: 3, commit: 'd'.repeat(40) }]]),
    };
    expect(missing(answer('/why', facts))).toMatchInlineSnapshot(`
      "**Not merged: 4 of all gates are missing.**

      - **lgtm for this head**: Nobody said lgtm to \`aaaaaaa\`. A reviewer who is not \`ada\` comments \`/lgtm\`. (\`merge.queries\`, \`.github/bowsprit.yaml\` line 3 at \`ddddddd\`)
      - **approved by the owners of \`docs\`**: 2 files: no approval. One of \`grace\` or \`linus\` comments \`/approve\`. (OWNERS of the base branch, \`docs/OWNERS\` at \`ccccccc\`)
      - **not held**: It is held by \`grace\` (\`until friday\`). \`grace\` or an approver who is not the author comments \`/hold cancel\`. (\`hold.lifted_by\` as it is built in; \`grace\` on 2026-03-01 at 12:00)
      - **checks are green**: \`unit\` is red. The author mends what \`unit\` found and pushes, or it is run again. (the forge requires it on \`main\`)"
    `);
  });

  test('says that nothing is', () => {
    expect(answer('/why')).toMatch(/^\*\*Ready: all \d+ gates are green\.\*\* .*\n\n<details>\n/);
    expect(answer('/why')).toContain(
      '- **lgtm for this head**: `linus` said lgtm to `aaaaaaa`. (`merge.queries` as it is',
    );
  });

  test('of what is merged nothing more is said', () => {
    expect(answer('/why', { pull: pullOf({ state: 'merged' }) })).toBe('It is merged.');
  });

  test('of several queries shows what the nearest lacks, and what the others do', () => {
    const settings = settingsOf('merge', {
      queries: [{ labels: ['lgtm', 'approved', 'qa'], milestone: 'v2' }, { labels: ['lgtm', 'fast-track'] }],
    });
    expect(missing(answer('/why', { settings }))).toMatchInlineSnapshot(`
      "**Not merged: 1 of all gates is missing.**

      - **label \`fast-track\`**: \`fast-track\` is not on. Somebody who may label it comments \`/label fast-track\`, or what puts it on is satisfied. (\`merge.queries\` as it is built in)

      - Or **query 1**, which lacks label \`qa\` and milestone \`v2\`."
    `);
  });

  test('on an issue is refused', () => {
    expect(answer('/why', { subject: subjectOf({ kind: 'issue' }) })).toBe(
      'refused: `/why` is about merging, and this is an issue; `/why not me` says which commands are open to you here.',
    );
  });
});

describe('why a command', () => {
  test.each<[comment: string, facts: Partial<All>, said: readonly string[], not: readonly string[]]>([
    ['/why lgtm', { lgtms: [] }, ['`/lgtm` is not open to you.', 'Nobody said lgtm'], ['`/hold`']],
    ['/why /LGTM', { lgtms: [] }, ['`/lgtm` is not open to you.', 'Nobody said lgtm'], []],
    ['/why hold', {}, ['`/hold` is open to you', '`/hold cancel` is not open to you', 'Nobody holds it.'], ['lgtm']],
    ['/why unhold', {}, ['`/hold cancel` is not open to you'], []],
    ['/why label', {}, ['`/label` is open to you'], ['gates']],
    ['/why lgtm hold', {}, ['`/lgtm` is not', '`/hold` is open'], []],
    ['/why approve', { approval: unapproved }, ['One of `grace` or `linus` comments `/approve`.'], ['Nobody holds it']],
    ['/why not me', {}, ['**2 of 4 commands are open to you here.**', 'Open: `/hold` and `/label`.'], ['Nobody holds']],
    ['/why not me lgtm', {}, ['`/lgtm` is not open to you. It is for approvers. `grace` can.'], ['said lgtm', 'hold']],
    ['/why not me hold cancel', {}, ['`/hold cancel` is not open to you.'], ['lgtm']],
    ['/why lgtn', {}, ['refused: There is no command `lgtn`: did you mean `/why lgtm`?'], []],
    ['/why nonsense', {}, ['refused: There is no command `nonsense`; `/commands` lists them all.'], []],
    ['/why lgtm nonsense', {}, ['`/lgtm` is not open', 'There is no command `nonsense`'], ['refused']],
  ])('%s', (comment, facts, said, not) => {
    const text = answer(comment, facts);
    for (const each of said) expect(text).toContain(each);
    for (const each of not) expect(text).not.toContain(each);
  });

  test('the owners are shown where nothing asks for them as well', () => {
    const settings = settingsOf('merge', { queries: [{ labels: ['lgtm'] }] });
    expect(answer('/why approve', { settings, approval: unapproved })).toContain(
      'Nothing here asks for `approve` before it merges. **approved by the owners: missing.**',
    );
  });

  test('on an issue what is open is said, and nothing of merging', () => {
    const facts = given({ subject: subjectOf({ kind: 'issue' }), answers: { ...NO_ANSWERS, permits } });
    expect(actionsFor('/why not me', facts)).toMatchObject([{ is: 'reply' }]);
    expect(actionsFor('/why hold', facts)).toMatchObject([
      { is: 'reply', text: expect.not.stringContaining('hold it') },
    ]);
  });
});

const nasty = fc.constantFrom(
  '@ada',
  '#12',
  '`',
  '```',
  '<b>',
  '](x)',
  '**',
  '\u202e',
  '<!--',
  '\n\n# x',
  '- x',
  '&lt;',
);
const hostile = fc
  .array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 10 })), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(''));
const OURS: ReadonlySet<string> = new Set([
  'document',
  'paragraph',
  'text',
  'code',
  'softbreak',
  'strong',
  'list',
  'item',
  'html_block',
]);

const FOLD = /^(?:<details>\n<summary>\d+ of \d+ (?:is|are) green<\/summary>|<\/details>)$/;

/** What of it is not ours to say: other kinds of nodes, other HTML, what would be a mention or a reference. */
function liveIn(markdown: string): string[] {
  const live: string[] = [];
  const walker = new Parser().parse(markdown).walker();
  for (let step = walker.next(); step !== null; step = walker.next()) {
    const { type, literal } = step.node;
    if (!OURS.has(type)) live.push(type);
    if (type === 'text' && /[@#<]/.test(literal ?? '')) live.push(literal ?? '');
    if (type === 'html_block' && !FOLD.test(literal ?? '')) live.push(literal ?? '');
  }
  return live;
}

test('whatever people wrote is shown and never interpreted, in a reply of bounded length', () => {
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 1, maxLength: 60 }), fc.boolean(), (texts, isOn) => {
      const [one = '', two = '', three = ''] = texts;
      const queries = [{ labels: [one], missingLabels: [two], milestone: three, author: 'grace', branches: [one] }];
      const facts: Partial<All> = {
        labels: new Set(isOn ? [one, two, ...texts.map((text) => `do-not-merge/${text}`)] : []),
        pull: pullOf({ baseRef: three, milestone: two, checks: texts.map((text) => check(text, 'failure')) }),
        holds: texts.map((text, index) => ({ by: `somebody-${index}`, reason: text, at: '2026-03-01T12:00:00Z' })),
        settings: settingsOf('merge', { queries }),
      };
      const text = answer('/why', { ...ready, ...facts });
      expect(text.length).toBeLessThan(25_000);
      expect(liveIn(text)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('the author is told by name, and mentioned to nobody', () => {
  expect(answer('/why', { pull: pullOf({ author: ada, headSha: HEAD }), lgtms: [] })).not.toContain('@');
});
