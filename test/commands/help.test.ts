import { describe, expect, test } from 'vitest';
import { commands } from '../../shared/commands/index.ts';
import { addLabel, notice, refuse } from '../../shared/language/index.ts';
import { catalogueOf } from '../../shared/pages/catalogue.ts';
import { grammarOf } from '../../shared/parse.ts';
import { actionsFor, catalogue, given, settingsOf, subjectOf, type All } from '../support/given.ts';

const issue = { subject: subjectOf({ kind: 'issue' }) };
const answer = (comment: string, facts: Partial<All> = {}): string => {
  const [first] = actionsFor(comment, given(facts));
  return first?.is === 'reply' || first?.is === 'notice' ? first.text : JSON.stringify(first);
};

const LIST = { is: 'reply', text: expect.stringContaining('Each command stands on a line of its own.') };
const without = (name: string): All['catalogue'] => catalogue.filter((each) => each.name !== name);

test('lists what can be used here', () => {
  expect(answer('/help')).toContain('| `/lgtm [cancel] [no-issue]` | Say that this change looks good to you. |');
  expect(answer('/help')).toContain('`/close [not-planned] [duplicate] [issue …]`');
  expect(answer('/commands', issue)).not.toContain('/lgtm');
  expect(answer('/commands', issue)).toContain('`/label <labels …>`');
  expect(answer('/commands', issue)).toContain('`/help-wanted [cancel]`');
  expect(answer('/commands')).not.toContain('/help-wanted');
  expect(answer('/commands')).toBe(answer('/help'));
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
    `"\`/hold [cancel] [reason]\`: Keep this pull request from being merged. For anyone; with \`cancel\`, whoever set the hold or (approvers of a changed file or people who may maintain or members of a team that it is held for), but not the author. On pull requests only. Also written \`/remove-hold\`, \`/unhold\`. For example \`/hold\`, \`/hold until friday\`, \`/hold until #7 merged\`, \`/hold cancel\`, \`/unhold\`."`,
  );
  expect(answer('/help kind')).toContain('`/label <labels …>`');
  expect(answer('/help unhold')).toContain('`/hold [cancel] [reason]`');
  expect(answer('/help nonsense')).toContain('There is no command `nonsense`; `/commands` lists them all.');
});

test('explains several, each once, and says which there are not', () => {
  expect(answer('/help reopen /close')).toMatch(
    /^`\/reopen`: .*\n\n`\/close \[not-planned\] \[duplicate\] \[issue …\]`: /,
  );
  expect(answer('/help hold unhold').match(/Keep this/g)).toHaveLength(1);
  expect(answer('/help nonsense reopen')).toMatch(/^`\/reopen`: .*\n\nThere is no command `nonsense`;/);
  expect(answer('/help nonsense more')).toContain(
    'There is no command `nonsense` or `more`; `/commands` lists them all.',
  );
});

test('names where the settings say who may', () => {
  const whoFrom = '`.github/bowsprit.yaml` line 3 at `abc1234`';
  const set = catalogue.map((entry) => (entry.name === 'close' ? { ...entry, who: 'the author', whoFrom } : entry));
  expect(answer('/help', { catalogue: set })).toContain(
    '| `/close [not-planned] [duplicate] [issue …]` | Close this pull request or issue. | the author (`.github/bowsprit.yaml` line 3 at `abc1234`) |',
  );
  expect(answer('/help close', { catalogue: set })).toContain(
    'For the author (`.github/bowsprit.yaml` line 3 at `abc1234`).',
  );
});

test('of what is switched off says so where it is asked for, and lists it nowhere', () => {
  const off = '`/close` is switched off here (`rules.disabled`, `.github/bowsprit.yaml` line 3 at `abc1234`).';
  const set = catalogue.map((entry) => (entry.name === 'close' ? { ...entry, off } : entry));
  expect(answer('/help', { catalogue: set })).not.toContain('/close');
  expect(answer('/help close', { catalogue: set })).toBe(off);
  expect(answer('/help close reopen nonsense', { catalogue: set })).toMatch(
    /^`\/close` is switched off .*\n\n`\/reopen`: .*\n\nThere is no command `nonsense`/,
  );
});

describe('on an issue, without names', () => {
  const open = { subject: subjectOf({ kind: 'issue' }) };
  const WANTED = [addLabel('help wanted'), notice('help-wanted', expect.stringContaining('**Help is wanted here.**'))];

  test.each<[title: string, comment: string, facts: Partial<All>, actions: readonly unknown[]]>([
    ['marks it', '/help', open, WANTED],
    [
      'does nothing more where it is marked',
      '/help',
      { subject: subjectOf({ kind: 'issue', labels: ['Help Wanted'] }) },
      [],
    ],
    [
      'marks it where another line just took that off',
      '/help',
      { subject: subjectOf({ kind: 'issue', labels: ['help wanted'] }), commands: ['help-wanted', 'help'] },
      WANTED,
    ],
    ['explains what is named', '/help close', open, [{ is: 'reply', text: expect.stringContaining('`/close') }]],
    [
      'says why not where it is closed',
      '/help',
      { subject: subjectOf({ kind: 'issue', state: 'closed' }) },
      [refuse('It is closed; reopen it first. `/commands` lists what can be commented.')],
    ],
    ['lists where the rule is not there', '/help', { ...open, catalogue: without('help-wanted') }, [LIST]],
    [
      'lists where it is switched off',
      '/help',
      { ...open, catalogue: catalogue.map((each) => (each.name === 'help-wanted' ? { ...each, off: 'Off.' } : each)) },
      [LIST],
    ],
  ])('%s', (_, comment, facts, actions) => {
    expect(actionsFor(comment, given(facts))).toEqual(actions);
  });
});

describe('settings with mistakes', () => {
  const broken = {
    whose: 'repository',
    file: '.github/bowsprit.yaml',
    commit: 'b'.repeat(40),
    line: 2,
    problem: '`hold.lifted_by` must be `holder` or `anyone`.',
    instead: 'a'.repeat(40),
  } as const;

  test('are told above the list, with the version that counts', () => {
    expect(answer('/help', { brokenSettings: [broken] }).split('\n\n')[0]).toMatchInlineSnapshot(
      `"**The settings of the repository have a mistake and do not count**: \`.github/bowsprit.yaml\` line 2 at \`bbbbbbb\`. \`hold.lifted_by\` must be \`holder\` or \`anyone\`. Its version at \`aaaaaaa\` counts instead, until that is mended."`,
    );
  });

  test('are told below an explanation, file by file', () => {
    const organization = { ...broken, whose: 'organization', file: 'bowsprit.yaml', instead: undefined } as const;
    const [, first, second] = answer('/help reopen', { brokenSettings: [organization, broken] }).split('\n\n');
    expect(first).toMatchInlineSnapshot(
      `"**The settings of the organization have a mistake and do not count**: \`bowsprit.yaml\` line 2 at \`bbbbbbb\`. \`hold.lifted_by\` must be \`holder\` or \`anyone\`. No earlier version without mistakes was found, so it counts as if it were empty, until that is mended."`,
    );
    expect(second).toContain('**The settings of the repository have a mistake');
  });
});
