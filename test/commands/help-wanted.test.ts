import { expect, test } from 'vitest';
import { addLabel, noNotice, notice, removeLabel, type Action } from '../../shared/language/index.ts';
import { actionsFor, given, settingsOf, subjectOf, verdictsFor, type All } from '../support/given.ts';

const [HELP, FIRST] = ['help wanted', 'good first issue'];
const wanted = notice('help-wanted', expect.stringContaining('**Help is wanted here.**'));
const on = (...labels: readonly string[]): Partial<All> => ({
  subject: subjectOf({ kind: 'issue', labels }),
  labels: new Set(labels),
  notices: new Set(['help-wanted', 'good-first-issue']),
});

test.each<[comment: string, on: readonly string[], actions: readonly Action[]]>([
  ['/remove-help', [HELP], [removeLabel(HELP), noNotice('help-wanted'), noNotice('good-first-issue')]],
  [
    '/remove-help',
    [HELP, FIRST],
    [removeLabel(HELP), noNotice('help-wanted'), removeLabel(FIRST), noNotice('good-first-issue')],
  ],
  ['/unhelp', ['Help Wanted'], [removeLabel('Help Wanted'), noNotice('help-wanted'), noNotice('good-first-issue')]],
  ['/remove-help', [], []],
  ['/remove-help', [FIRST], []],
  ['/help-wanted', [], [addLabel(HELP), wanted]],
  ['/help-wanted', [HELP], []],
  ['/remove-help-wanted', [], []],
])('%s with %j on', (comment, labels, actions) => {
  expect(actionsFor(comment, given(on(...labels)))).toEqual(actions);
});

test('what was said is taken away only where it stands', () => {
  const silent = given({ ...on(HELP, FIRST), notices: new Set() });
  expect(actionsFor('/remove-help', silent)).toEqual([removeLabel(HELP), removeLabel(FIRST)]);
});

test.each(['/help-wanted', '/remove-help'])('%s does nothing where it is closed', (comment) => {
  const closed = given({ subject: subjectOf({ kind: 'issue', state: 'closed' }) });
  expect(verdictsFor(comment, closed)).toMatchObject([
    { outcome: 'refused', reason: 'It is closed; reopen it first.' },
  ]);
});

const said = (help: Partial<All['settings']['help']>): string => {
  const facts = given({ ...on(), settings: settingsOf('help', help) });
  return actionsFor('/help-wanted', facts)
    .flatMap((each) => (each.is === 'notice' ? each.text : []))
    .join();
};

test('the guidelines are linked, and told in few words, where the settings have them', () => {
  const help = { helpGuidelinesUrl: 'https://docs.example/help', helpGuidelinesSummary: '- Say where to begin.\n' };
  expect(said(help)).toMatchInlineSnapshot(`
    "**Help is wanted here.** Whoever wants to may take this on; comment \`/assign\` first. The [guidelines](https://docs.example/help) say what issues for which help is wanted should be like. \`/remove-help\` takes this back. \`/commands\` lists what can be commented.

    **Guidelines**

    - Say where to begin."
  `);
  expect(said({})).toMatchInlineSnapshot(
    `"**Help is wanted here.** Whoever wants to may take this on; comment \`/assign\` first. \`/remove-help\` takes this back. \`/commands\` lists what can be commented."`,
  );
});
