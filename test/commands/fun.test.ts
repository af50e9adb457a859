import { describe, expect, test } from 'vitest';
import { commands } from '../../shared/commands/index.ts';
import {
  code,
  plainText,
  refuse,
  reply,
  type Action,
  type FunAsked,
  type FunFound,
} from '../../shared/language/index.ts';
import { catalogueOf } from '../../shared/pages/catalogue.ts';
import { grammarOf } from '../../shared/parse.ts';
import { defaultSettings } from '../../shared/settings/index.ts';
import { importedFrom, settingsYaml } from '../../shared/settings/prow/index.ts';
import { worldOf } from '../support/in-memory.ts';
import { ada, actionsFor, given, grace, grammar, parsedFrom, settingsOf, wholeGrammar } from '../support/given.ts';

const FUN = ['joke', 'dog', 'cat', 'pony', 'goose'];
const asked = (comment: string): readonly unknown[] =>
  parsedFrom(comment, wholeGrammar).map((line) =>
    line.is === 'invocation'
      ? line.command.asks?.({ ...given(), settings: defaultSettings, args: line.args }).fun
      : line.is,
  );
const answered = (comment: string, fun: FunFound | undefined): readonly Action[] =>
  actionsFor(comment, given({ answers: { ...given().answers, fun } }), wholeGrammar);

describe('what is asked', () => {
  test.each<[comment: string, asks: readonly (FunAsked | string)[]]>([
    ['/joke', [{ kind: 'joke', about: '' }]],
    ['/JOKE \r', [{ kind: 'joke', about: '' }]],
    ['/joke please', ['misused']],
    ['> /joke', []],
    ['/dog', [{ kind: 'dog', about: '' }]],
    ['/woof', [{ kind: 'dog', about: '' }]],
    ['/bark', [{ kind: 'dog', about: '' }]],
    ['/bark loudly', ['misused']],
    ['/cat', [{ kind: 'cat', about: '', moving: false }]],
    ['/meow', [{ kind: 'cat', about: '', moving: false }]],
    ['/meow  space cats ', [{ kind: 'cat', about: 'space cats', moving: false }]],
    ['/meowvie', [{ kind: 'cat', about: '', moving: true }]],
    ['/meowvie hats', [{ kind: 'cat', about: 'hats', moving: true }]],
    ['/cat gif hats', [{ kind: 'cat', about: 'hats', moving: true }]],
    ['/pony', [{ kind: 'pony', about: '' }]],
    ['/pony  Twilight Sparkle', [{ kind: 'pony', about: 'Twilight Sparkle' }]],
    ['/goose', [{ kind: 'goose', about: '' }]],
    ['/honk', [{ kind: 'goose', about: '' }]],
    ['/honks', ['near-miss']],
    ['/ponytail', []],
  ])('%j', (comment, asks) => {
    expect(asked(comment)).toEqual(asks);
  });
});

describe('what is answered', () => {
  test.each<[comment: string, found: FunFound, answer: Action]>([
    ['/joke', { is: 'joke', text: 'Why? No.' }, reply('Why? No.')],
    ['/joke', { is: 'joke', text: '[hello](url)' }, reply('&#91;hello&#93;&#40;url&#41;')],
    ['/dog', { is: 'picture', url: 'https://random.dog/a.jpg' }, reply('![dog](https://random.dog/a.jpg)')],
    [
      '/goose',
      { is: 'picture', url: 'https://images.unsplash.com/a?w=4', by: 'A *B*' },
      reply('![goose](https://images.unsplash.com/a?w=4) by A &#42;B&#42;'),
    ],
    [
      '/pony @ada',
      { is: 'nothing' },
      refuse(
        `There is no pony called ${code('@ada')} to be found that can be shown here. Try another one, or none in particular.`,
      ),
    ],
    ['/dog', { is: 'nothing' }, refuse('There is no dog to be found that can be shown here. Try again later.')],
    [
      '/cat',
      { is: 'away' },
      refuse(
        'The service does not answer as it should, so there is no cat this time. Nothing else was done; try again later.',
      ),
    ],
    [
      '/honk',
      { is: 'keyless' },
      refuse('No goose is shown here: the service wants a key, and whoever deploys Bowsprit has set none.'),
    ],
    [
      '/pony',
      { is: 'enough', within: 'comment' },
      refuse('That is enough for one comment: no further pony was asked for.'),
    ],
    [
      '/joke',
      { is: 'enough', within: 'hour' },
      refuse('That is enough fun for this hour: no joke was asked for. Try again later.'),
    ],
  ])('%s with %j', (comment, found, answer) => {
    expect(answered(comment, found)).toEqual([answer]);
  });

  test('as if the service were away where nobody was asked', () => {
    expect(answered('/joke', undefined)).toEqual(answered('/joke', { is: 'away' }));
  });

  test.each([
    ['plain words, 3 of them: yes?', 'plain words, 3 of them&#58; yes?'],
    ['a\n# b', 'a&#10;&#35; b'],
    ['<b>&amp;', '&#60;b&#62;&#38;amp&#59;'],
    ['\u{1F436}', '&#128054;'],
  ])('%j is shown as %j', (text, shown) => {
    expect(plainText(text)).toBe(shown);
  });
});

describe('where the settings do not name them', () => {
  test.each(['/joke', '/jok', '/woof', '/woff', '/honk', '/meowvie', '/lh-pony x'])('%s is nothing at all', (line) => {
    expect(parsedFrom(line, grammar)).toEqual([]);
  });

  test('they are in no list', () => {
    expect(catalogueOf(grammar).map(({ name }) => name)).not.toEqual(expect.arrayContaining(['joke']));
  });
});

const namesUnder = (rules: Parameters<typeof settingsOf<'rules'>>[1]): readonly string[] => {
  const { commands: there } = grammarOf(commands, settingsOf('rules', rules));
  return FUN.filter((name) => there.some((each) => each.name === name));
};

describe('what the settings name is there', () => {
  test.each<[title: string, rules: Parameters<typeof settingsOf<'rules'>>[1], there: readonly string[]]>([
    ['all rules', {}, []],
    ['one besides', { enabled: ['joke'] }, ['joke']],
    ['one among few', { only: ['lgtm', 'pony'] }, ['pony']],
    ['one besides few', { only: ['lgtm'], enabled: ['dog'] }, ['dog']],
    [
      'one that is switched off: it is known, and answered',
      { enabled: ['cat', 'goose'], disabled: ['cat'] },
      ['cat', 'goose'],
    ],
    ['one that is only switched off', { disabled: ['cat'] }, []],
  ])('%s', (_, rules, there) => {
    expect(namesUnder(rules)).toEqual(there);
  });

  test('what is not named lends its name to no other', () => {
    const { spellings } = grammarOf(commands, settingsOf('rules', { enabled: ['joke'] }));
    expect(['woof', 'honk', 'meow', 'joke'].filter((name) => spellings.has(name))).toEqual(['joke']);
  });
});

test.each([
  ['yuks', 'joke'],
  ['dog', 'dog'],
  ['cat', 'cat'],
  ['pony', 'pony'],
  ['goose', 'goose'],
])('Prow’s plugin %s switches /%s on, and no other', (plugin, name) => {
  const texts: Record<string, string> = { 'p/plugins.yaml': `plugins:\n  acme: {plugins: [hold, ${plugin}]}\n` };
  const { document, findings } = importedFrom('p', (path) => texts[path]);
  if (document === undefined) throw new Error('nothing was imported');
  const named = [...settingsYaml(document).matchAll(/- ([a-z-]+)$/gm)].map(([, each]) => each);
  expect(FUN.filter((each) => named.includes(each))).toEqual([name]);
  expect(findings).toEqual([]);
});

test.each<[settings: string, said: readonly (readonly [outcome: string, text: string])[], times: number]>([
  [
    'rules: { enabled: [joke, dog] }',
    [
      ['done', 'Why&#45;'],
      ['refused', 'There is no dog to be found that can be shown here. Try again later.'],
    ],
    2,
  ],
  ['rules: { disabled: [lgtm] }', [], 0],
])('a comment of each under %s', async (settings, said, times) => {
  const questions: FunAsked[] = [];
  const world = worldOf({
    author: ada,
    settings,
    mayWrite: () => false,
    engine: {
      id: 'https',
      name: 'an endpoint',
      start: async () => ({ id: '1', state: 'queued' }),
      find: async () => undefined,
      cancel: async () => 'unable',
      state: async () => undefined,
    },
    fun: async (each) => {
      questions.push(each);
      return each.kind === 'joke' ? { is: 'joke', text: 'Why-' } : { is: 'nothing' };
    },
    meanwhile: () => undefined,
  });
  world.comment(grace, '/joke');
  world.comment(grace, '/woof');
  for (const delivery of world.waiting.slice(-2)) {
    // Once more as well: what was decided is not asked again.
    // oxlint-disable-next-line no-await-in-loop
    await world.deliver(delivery);
    // oxlint-disable-next-line no-await-in-loop
    await world.deliver(delivery);
  }
  const records = world.records().filter(({ command }) => FUN.includes(command));
  const told = records.map(({ outcome, reason, actions: [first] }) => [
    outcome,
    outcome === 'done' ? first?.['text'] : reason,
  ]);
  expect(told).toEqual(said);
  expect(questions).toHaveLength(times);
});
