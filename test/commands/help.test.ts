import { describe, expect, test } from 'vitest';
import { commands } from '../../shared/commands/index.ts';
import { catalogueOf } from '../../shared/pages/catalogue.ts';
import { grammarOf } from '../../shared/parse.ts';
import { actionsFor, catalogue, given, settingsOf, subjectOf, type All } from '../support/given.ts';

const issue = { subject: subjectOf({ kind: 'issue' }) };
const answer = (comment: string, facts: Partial<All> = {}): string => {
  const [first] = actionsFor(comment, given(facts));
  return first?.is === 'reply' || first?.is === 'notice' ? first.text : JSON.stringify(first);
};

test('lists what can be used here', () => {
  expect(answer('/help')).toContain('| `/lgtm [cancel] [no-issue]` | Say that this change looks good to you. |');
  expect(answer('/help')).toContain('`/close [not-planned] [duplicate] [issue …]`');
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
    `"\`/hold [cancel] [reason]\`: Keep this pull request from being merged. For anyone; with \`cancel\`, whoever set the hold or (approvers of a changed file or people who may maintain or members of a team that it is held for), but not the author. On pull requests only. Also written \`/remove-hold\`, \`/unhold\`. For example \`/hold\`, \`/hold until friday\`, \`/hold until #7 merged\`, \`/hold cancel\`, \`/unhold\`."`,
  );
  expect(answer('/help kind')).toContain('`/label <labels …>`');
  expect(answer('/help unhold')).toContain('`/hold [cancel] [reason]`');
  expect(answer('/help nonsense')).toContain('There is no command `nonsense`; `/help` lists them all.');
});

test('explains several, each once, and says which there are not', () => {
  expect(answer('/help reopen /close')).toMatch(
    /^`\/reopen`: .*\n\n`\/close \[not-planned\] \[duplicate\] \[issue …\]`: /,
  );
  expect(answer('/help hold unhold').match(/Keep this/g)).toHaveLength(1);
  expect(answer('/help nonsense reopen')).toMatch(/^`\/reopen`: .*\n\nThere is no command `nonsense`;/);
  expect(answer('/help nonsense more')).toContain('There is no command `nonsense` or `more`; `/help` lists them all.');
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
