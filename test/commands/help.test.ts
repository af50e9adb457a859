import { expect, test } from 'vitest';
import { commands } from '../../shared/commands/index.ts';
import { catalogueOf } from '../../shared/pages/catalogue.ts';
import { grammarOf } from '../../shared/parse.ts';
import { actionsFor, given, settingsOf, subjectOf, type All } from '../support/given.ts';

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
  expect(answer('/help')).toContain(
    'Labels of a family: `/area`, `/committee`, `/kind`, `/language`, `/priority`, `/sig`, `/triage`, `/wg`; `/kind bug` is `/label kind/bug`, and `/remove-kind bug` takes it off.',
  );
  expect(
    answer('/help', { catalogue: catalogueOf(grammarOf(commands, settingsOf('labels', { prefixes: [] }))) }),
  ).not.toContain('family');
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

test('explains several, each once, and says which there are not', () => {
  expect(answer('/help reopen /close')).toMatch(/^`\/reopen`: .*\n\n`\/close \[not-planned\]`: /);
  expect(answer('/help hold unhold').match(/Keep this/g)).toHaveLength(1);
  expect(answer('/help nonsense reopen')).toMatch(/^`\/reopen`: .*\n\nThere is no command `nonsense`;/);
  expect(answer('/help nonsense more')).toContain('There is no command `nonsense` or `more`; `/help` lists them all.');
});
