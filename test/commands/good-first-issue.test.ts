import { expect, test } from 'vitest';
import { addLabel, noNotice, notice, removeLabel, type Action } from '../../shared/language/index.ts';
import { actionsFor, given, settingsOf, subjectOf, verdictsFor, type All } from '../support/given.ts';

const [HELP, FIRST] = ['help wanted', 'good first issue'];
const newcomers = notice('good-first-issue', expect.stringContaining('**This is suitable for newcomers.**'));
const on = (...labels: readonly string[]): Partial<All> => ({
  subject: subjectOf({ kind: 'issue', labels }),
  labels: new Set(labels),
  notices: new Set(['help-wanted', 'good-first-issue']),
});

test.each<[comment: string, on: readonly string[], actions: readonly Action[]]>([
  ['/good-first-issue', [], [addLabel(FIRST), addLabel(HELP), newcomers]],
  ['/GOOD-FIRST-ISSUE ', [HELP], [addLabel(FIRST), newcomers]],
  // As in Prow: what is marked so already is left as it is.
  ['/good-first-issue', [FIRST], []],
  ['/remove-good-first-issue', [FIRST, HELP], [removeLabel(FIRST), noNotice('good-first-issue')]],
  ['/remove-good-first-issue', [HELP], []],
])('%s with %j on', (comment, labels, actions) => {
  expect(actionsFor(comment, given(on(...labels)))).toEqual(actions);
});

test('it does nothing where it is closed', () => {
  const closed = given({ subject: subjectOf({ kind: 'issue', state: 'closed' }) });
  const [verdict] = verdictsFor('/good-first-issue', closed);
  expect(verdict).toMatchObject({ outcome: 'refused', reason: 'It is closed; reopen it first.' });
});

const said = (help: Partial<All['settings']['help']>): string => {
  const facts = given({ ...on(), settings: settingsOf('help', help) });
  return actionsFor('/good-first-issue', facts)
    .flatMap((each) => (each.is === 'notice' ? each.text : []))
    .join();
};

test('the guidelines are linked, and told in few words, where the settings have them', () => {
  const help = { helpGuidelinesUrl: 'https://docs.example/help', helpGuidelinesSummary: '- Say where to begin.\n' };
  expect(said(help)).toMatchInlineSnapshot(`
    "**This is suitable for newcomers.** The [guidelines](https://docs.example/help#good-first-issue) say what issues for them should be like. \`/remove-good-first-issue\` takes this back. \`/commands\` lists what can be commented.

    **Guidelines**

    - Say where to begin."
  `);
  expect(said({})).toMatchInlineSnapshot(
    `"**This is suitable for newcomers.** \`/remove-good-first-issue\` takes this back. \`/commands\` lists what can be commented."`,
  );
});
