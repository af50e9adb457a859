import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { approval } from '../../shared/automations/approval.ts';
import { type Action, type Approval } from '../../shared/language/index.ts';
import { approved, decided, grace, unapproved, type All } from '../support/given.ts';

const noticeIn = (facts: Partial<All>): Extract<Action, { readonly is: 'notice' }> => {
  const found = decided(approval, facts).find((action) => action.is === 'notice');
  if (found?.is !== 'notice') throw new Error('there is no notice');
  return found;
};

const groupOf = (more: Partial<Approval['groups'][number]>): Approval['groups'][number] => ({
  directory: 'src',
  ownersFile: 'src/OWNERS',
  files: 1,
  approvedBy: [],
  approvedAt: [],
  again: [],
  missing: false,
  partial: false,
  canApprove: [],
  ...more,
});
const rows = (more: Partial<Approval>): readonly string[] =>
  noticeIn({ approval: { ...unapproved, ...more } })
    .text.split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (?:owners|---) /.test(line));

describe('the notice', () => {
  test('of what is not approved', () => {
    expect(noticeIn({}).text).toMatchInlineSnapshot(`
      "[APPROVALNOTIFIER] This PR is **NOT APPROVED**

      Nobody has approved it yet.

      @grace: please look at it, and comment \`/approve\` where you agree. To assign this approver, comment \`/assign @grace\`.

      <details open><summary>Who approves what, by the OWNERS files of the base branch</summary>

      | owners | files | needed | given |
      | --- | --- | --- | --- |
      | **[\`docs/OWNERS\`](https://forge.example/acme/widgets/blob/main/docs/OWNERS)** | 2 | \`grace\` or \`linus\` |  |

      Approvers consent with \`/approve\`, to some of it with \`/approve <path>\`, and take it back with \`/approve cancel\`.

      </details>

      <!-- META={"approvers":["grace"]} -->"
    `);
  });

  test('says of whom it names that they are away, and until when', () => {
    const away = new Map([
      ['grace', { until: '2026-12-24T00:00:00.000Z' }],
      ['linus', {}],
    ]);
    const { text } = noticeIn({ approval: { ...unapproved, away } });
    expect(text).toContain('@grace (away until 2026-12-24): please look at it');
    expect(text).toContain('| 2 | `grace` (away until 2026-12-24) or `linus` (away) |');
  });

  test('of what is approved', () => {
    expect(noticeIn({ approval: approved }).text).toMatchInlineSnapshot(`
      "[APPROVALNOTIFIER] This PR is **APPROVED**

      Approved by \`grace\`.

      <details><summary>Who approves what, by the OWNERS files of the base branch</summary>

      | owners | files | needed | given |
      | --- | --- | --- | --- |
      | ~~[\`docs/OWNERS\`](https://forge.example/acme/widgets/blob/main/docs/OWNERS)~~ | 2 |  | \`grace\` |

      Approvers consent with \`/approve\`, to some of it with \`/approve <path>\`, and take it back with \`/approve cancel\`.

      </details>

      <!-- META={"approvers":[]} -->"
    `);
  });

  test('is a table: who is needed, who gave it, at which commit', () => {
    const commit = 'abcdef0'.padEnd(40, '0');
    const again = { files: 3, approvedBy: ['linus'], approvedAt: [['linus', commit] as const], again: ['grace'] };
    expect(
      rows({
        groups: [
          groupOf({
            directory: '',
            ownersFile: 'OWNERS',
            approvedBy: ['ada', 'grace'],
            approvedAt: [['grace', commit]],
          }),
          groupOf({ ...again, missing: true, partial: true, canApprove: ['ada', 'grace'] }),
          groupOf({ directory: 'a|b', ownersFile: 'a|b (1)/OWNERS', missing: true }),
          groupOf({ directory: 'a', ownersFile: 'a\\|@b/OWNERS', missing: true }),
        ],
      }),
    ).toMatchInlineSnapshot(`
      [
        "| ~~[\`OWNERS\`](https://forge.example/acme/widgets/blob/main/OWNERS)~~ | 1 |  | \`ada\` as the author and \`grace\` at \`abcdef0\` |",
        "| **[\`src/OWNERS\`](https://forge.example/acme/widgets/blob/main/src/OWNERS)** | 3, in part | \`grace\` again or \`ada\` | \`linus\` at \`abcdef0\` |",
        "| **[\`a\\|b (1)/OWNERS\`](https://forge.example/acme/widgets/blob/main/a%7Cb%20%281%29/OWNERS)** | 1 | nobody else is named here |  |",
        "| **[\`a\\U+007C@b/OWNERS\`](https://forge.example/acme/widgets/blob/main/a%5C%7C%40b/OWNERS)** | 1 | nobody else is named here |  |",
      ]
    `);
    expect(
      rows({
        groups: [
          groupOf({ missing: true, quota: { given: 0, needed: 2 }, canApprove: ['ada', 'grace'] }),
          groupOf({ missing: true, quota: { given: 1, needed: 2 }, approvedBy: ['ada'], canApprove: ['grace'] }),
        ],
      }).map((row) => row.replace(/^.*?\)\S* \|/, '|')),
    ).toEqual(['| 1 | `ada` or `grace` | 0 of 2 |', '| 1 | `grace` | 1 of 2: `ada` as the author |']);
    expect(
      rows({
        rung: 'codeowners',
        groups: [
          groupOf({ directory: '*.md', ownersFile: '.github/CODEOWNERS', missing: true, canApprove: ['ada'] }),
          groupOf({ directory: '', ownersFile: 'CODEOWNERS', missing: true }),
        ],
      }),
    ).toMatchInlineSnapshot(`
      [
        "| **\`*.md\` in [\`.github/CODEOWNERS\`](https://forge.example/acme/widgets/blob/main/.github/CODEOWNERS)** | 1 | \`ada\` |  |",
        "| **What [\`CODEOWNERS\`](https://forge.example/acme/widgets/blob/main/CODEOWNERS) leaves open** | 1 | people who maintain the repository |  |",
      ]
    `);
  });

  test('names a file that lies very deep, and does not link it', () => {
    const [row] = rows({ groups: [groupOf({ ownersFile: `${'deep/'.repeat(100)}OWNERS` })] });
    expect(row).not.toContain('](');
  });

  test.each<[what: string, more: Partial<Approval>, said: string]>([
    [
      'nobody is assigned',
      { suggested: ['ada', 'grace'] },
      '@ada and @grace: please look at it, and comment `/approve` where you agree. To assign these approvers, comment `/assign @ada @grace`.',
    ],
    [
      'all of them are',
      { suggested: ['ada', 'grace'], assigned: ['ada', 'grace'] },
      '@ada and @grace, assigned already: please look at it, and comment `/approve` where you agree.',
    ],
    [
      'some of them are',
      { suggested: ['ada', 'grace'], assigned: ['grace'] },
      '@grace, assigned already, and @ada: please look at it, and comment `/approve` where you agree. To assign who is not yet, comment `/assign @ada`.',
    ],
    [
      'nobody could be asked',
      { suggested: [] },
      'For each changed file, one of its approvers has to comment `/approve`.',
    ],
    [
      'an issue is missing as well',
      { issue: { found: undefined, waivedBy: [] } },
      '**It names no issue.** The author names one in the description, as `#12`, or an approver comments `/approve no-issue`.',
    ],
    ['an issue is named', { issue: { found: '#7', waivedBy: ['ada'] } }, 'It is about the issue `#7`.'],
    ['none is needed', { issue: { found: undefined, waivedBy: ['ada'] } }, 'No issue is needed, by the word of `ada`.'],
  ])('says what to do where %s', (_, more, said) => {
    expect(noticeIn({ approval: { ...unapproved, ...more } }).text.split('\n\n')).toContain(said);
  });

  test('asks nobody to approve where nothing but an issue is missing', () => {
    const now: Approval = { ...approved, approved: false, issue: { found: undefined, waivedBy: [] } };
    const { text, quiet } = noticeIn({ approval: now });
    expect(text).not.toContain('please look at it');
    expect(text).toMatch(/^\[APPROVALNOTIFIER\] This PR is \*\*NOT APPROVED\*\*/);
    expect(quiet).toBe(false);
  });

  test('of what is approved in part, on the rung of roles, with reasons', () => {
    const partly: Approval = {
      ...unapproved,
      groups: [
        {
          directory: '',
          ownersFile: '',
          files: 1,
          approvedBy: ['linus'],
          approvedAt: [],
          again: [],
          missing: true,
          partial: true,
          canApprove: [],
        },
      ],
      suggested: [],
      reasons: ['No owners file names anybody.'],
      rung: 'roles',
    };
    expect(noticeIn({ approval: partly }).text).toMatchInlineSnapshot(`
      "[APPROVALNOTIFIER] This PR is **NOT APPROVED**

      Approved by \`linus\`.

      Somebody who maintains the repository has to comment \`/approve\`.

      - No owners file names anybody.

      <details open><summary>Who approves: no OWNERS and no CODEOWNERS, so people who maintain the repository</summary>

      | owners | files | needed | given |
      | --- | --- | --- | --- |
      | **The whole change** | 1, in part | people who maintain the repository | \`linus\` |

      Approvers consent with \`/approve\`, to some of it with \`/approve <path>\`, and take it back with \`/approve cancel\`.

      </details>

      <!-- META={"approvers":[]} -->"
    `);
  });

  const login = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/);
  const people = fc.uniqueArray(login, { maxLength: 30 });
  const group = fc.record({
    directory: fc.string({ unit: 'binary' }),
    ownersFile: fc.string({ unit: 'binary', minLength: 1 }),
    files: fc.nat(),
    approvedBy: people,
    approvedAt: fc.array(fc.tuple(login, fc.stringMatching(/^[0-9a-f]{40}$/)), { maxLength: 5 }),
    again: people,
    missing: fc.boolean(),
    partial: fc.boolean(),
    canApprove: people,
  });
  const anyApproval: fc.Arbitrary<Approval> = fc.record({
    approved: fc.boolean(),
    groups: fc.array(group, { maxLength: 100 }),
    unapproved: fc.constant([]),
    suggested: people,
    assigned: fc.constant([]),
    reasons: fc.constant([]),
    rung: fc.constantFrom('owners', 'codeowners', 'roles'),
    commit: fc.constant(''),
    ofPower: fc.constant(false),
  });

  test('begins and ends as other tools expect, mentions a handful at most, and fits into a comment', () => {
    fc.assert(
      fc.property(anyApproval, (now) => {
        const { text } = noticeIn({ actor: grace, approval: now });
        const lines = text.split('\n');
        const title = now.approved ? 'APPROVED' : 'NOT APPROVED';
        expect(lines[0]).toBe(`[APPROVALNOTIFIER] This PR is **${title}**`);
        expect(lines.at(-1)).toBe(`<!-- META=${JSON.stringify({ approvers: now.suggested.toSorted() })} -->`);
        const outsideCode = text.replace(/(`+)(?!`)[^]*?[^`]\1(?!`)/g, '');
        expect(outsideCode.match(/@/g)?.length ?? 0).toBeLessThanOrEqual(now.approved ? 0 : 5);
        expect(text.length).toBeLessThan(65_536);
      }),
    );
  });

  test('what OWNERS hold cannot end the hidden line', () => {
    const { text } = noticeIn({ approval: { ...unapproved, suggested: ['a --> <b>'] } });
    expect(text.split('\n').at(-1)).toBe('<!-- META={"approvers":["a --\\u003e <b\\u003e"]} -->');
  });
});
