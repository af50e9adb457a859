import { expect, test } from 'vitest';
import { actionsFor, given, subjectOf, type All } from '../support/given.ts';

const issue = { subject: subjectOf({ kind: 'issue' }) };
const answer = (comment: string, facts: Partial<All> = {}): string => {
  const [first] = actionsFor(comment, given(facts));
  return first?.is === 'reply' || first?.is === 'notice' ? first.text : JSON.stringify(first);
};

test('lists what can be used here', () => {
  expect(answer('/help')).toContain('| `/lgtm [cancel] [no-issue]` | Say that this change looks good to you. |');
  expect(answer('/help')).toContain('`/close [not-planned]`');
  expect(answer('/help', issue)).not.toContain('/lgtm');
  expect(answer('/help', issue)).toContain('`/label <labels …>`');
  expect(answer('/help')).toContain('`/cc [@login \\| @org/team …]`');
});

test('explains one', () => {
  expect(answer('/help /HOLD')).toMatchInlineSnapshot(
    `"\`/hold [cancel] [reason]\`: Keep this pull request from being merged. For anyone; with \`cancel\`, whoever set the hold or approvers of a changed file or people who may maintain. On pull requests only. Also written \`/remove-hold\`, \`/unhold\`. For example \`/hold\`, \`/hold until friday\`, \`/hold cancel\`, \`/unhold\`."`,
  );
  expect(answer('/help kind')).toContain('`/label <labels …>`');
  expect(answer('/help unhold')).toContain('`/hold [cancel] [reason]`');
  expect(answer('/help nonsense')).toContain('There is no command `nonsense`; `/help` lists them all.');
});
