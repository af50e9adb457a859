import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { approval } from '../../shared/automations/approval.ts';
import { addLabel, removeLabel, type Action, type Approval } from '../../shared/language/index.ts';
import { approved, decided, grace, pullOf, robot, unapproved, type All } from '../support/given.ts';

const labelActions = (actions: readonly Action[]): readonly Action[] => actions.filter(({ is }) => is !== 'notice');
const noticeIn = (facts: Partial<All>): Extract<Action, { readonly is: 'notice' }> => {
  const found = decided(approval, facts).find((action) => action.is === 'notice');
  if (found?.is !== 'notice') throw new Error('there is no notice');
  return found;
};

test.each<[what: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['not approved', {}, []],
  ['not approved, labeled', { labels: new Set(['approved']) }, [removeLabel('approved')]],
  ['not approved, labeled otherwise', { labels: new Set(['Approved']) }, [removeLabel('Approved')]],
  ['approved', { approval: approved }, [addLabel('approved')]],
  ['approved and labeled', { approval: approved, labels: new Set(['approved']) }, []],
])('%s', (_, facts, actions) => {
  expect(labelActions(decided(approval, facts))).toEqual(actions);
});

test.each(['closed', 'merged'] as const)('a %s pull request is left alone', (state) => {
  expect(decided(approval, { pull: pullOf({ state }), labels: new Set(['approved']) })).toEqual([]);
});

test('our own label is no news, a wrong one of another bot is', () => {
  const own: Partial<All> = { event: 'labeled', label: 'approved', actor: robot, labels: new Set(['approved']) };
  expect(decided(approval, { ...own, approval: approved })).toEqual([]);
  expect(labelActions(decided(approval, own))).toEqual([removeLabel('approved')]);
});

test.each<[what: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['with another one', { event: 'labeled', label: 'lgtm' }, []],
  ['when the pull request was opened', { event: 'opened' }, []],
  ['by its own event', { event: 'labeled', label: 'Approved' }, [removeLabel('approved')]],
])('the label put on by hand %s', (_, facts, actions) => {
  expect(labelActions(decided(approval, { ...facts, labels: new Set(['approved']) }))).toEqual(actions);
});

test('the label comes before the comment that tells of it', () => {
  expect(decided(approval, { approval: approved }).map(({ is }) => is)).toEqual(['add-label', 'notice']);
});

test('a comment is made only where somebody must act', () => {
  expect(noticeIn({}).quiet).toBe(false);
  expect(noticeIn({ approval: approved }).quiet).toBe(true);
});

describe('the notice', () => {
  test('of what is not approved', () => {
    expect(noticeIn({}).text).toMatchInlineSnapshot(`
      "[APPROVALNOTIFIER] This PR is **NOT APPROVED**

      Nobody has approved it yet.

      @grace: please look at it, and comment \`/approve\` where you agree.

      <details open><summary>Who approves what, by the OWNERS files of the base branch</summary>

      - **\`docs/OWNERS\`** (2 files): \`grace\` or \`linus\` can approve

      Approvers consent with \`/approve\` and take it back with \`/approve cancel\`.

      </details>

      <!-- META={"approvers":["grace"]} -->"
    `);
  });

  test('of what is approved', () => {
    expect(noticeIn({ approval: approved }).text).toMatchInlineSnapshot(`
      "[APPROVALNOTIFIER] This PR is **APPROVED**

      Approved by \`grace\`.

      <details><summary>Who approves what, by the OWNERS files of the base branch</summary>

      - ~~\`docs/OWNERS\`~~ (2 files): approved by \`grace\`

      Approvers consent with \`/approve\` and take it back with \`/approve cancel\`.

      </details>

      <!-- META={"approvers":[]} -->"
    `);
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

      - **The whole change** (1 file): partly approved by \`linus\`; people who maintain the repository can approve

      Approvers consent with \`/approve\` and take it back with \`/approve cancel\`.

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
