import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_LINE_CHARS, MAX_LINES } from '../shared/comment-lines.ts';
import { commands } from '../shared/commands/index.ts';
import type { AnyCommand, Arg } from '../shared/language/index.ts';
import { grammarOf, invocationsIn, printInvocation, settledIn, usageOf, type Settled } from '../shared/parse.ts';
import { tooMany, type ParsedArgs } from '../shared/verdict.ts';
import { defaultSettings, type Settings } from '../shared/settings/index.ts';
import { grammar, linesOf, parsedFrom, settingsOf, wholeGrammar } from './support/given.ts';

/** In short: `lgtm cancel`, `? lgtm` for what is misused, `~ lgtm` for what is meant, `(lgtm)` for what gives way. */
function inShort(each: Settled): string {
  if (each.is === 'too-many') return '…';
  if (each.is === 'near-miss') return `~ ${each.nearest}`;
  if (each.is === 'misused') return `? ${each.command.name}`;
  const printed = printInvocation(each).slice(1);
  return each.is === 'superseded' ? `(${printed})` : printed;
}
const problemOf = (body: string): string | undefined => {
  const [first] = parsedFrom(body);
  return first?.is === 'misused' ? first.problem : undefined;
};
const parsed = (body: string): string[] => parsedFrom(body).map(inShort);

describe('names and spellings', () => {
  test.each<[body: string, means: readonly string[]]>([
    ['/lgtm', ['lgtm']],
    ['/LGTM', ['lgtm']],
    ['/lgtm  ', ['lgtm']],
    ['/lgtm\t', ['lgtm']],
    ['/lgtm\r', ['lgtm']],
    ['/lgtm no-issue', ['lgtm no-issue']],
    ['/lgtm  NO-ISSUE', ['lgtm no-issue']],
    ['/lgtm cancel', ['lgtm cancel']],
    ['/lgtm \t Cancel ', ['lgtm cancel']],
    ['/lgtm\u00a0cancel', ['lgtm cancel']],
    ['/lgtm\u3000cancel', ['lgtm cancel']],
    ['/lgtm no-issue cancel', ['lgtm cancel no-issue']],
    ['/lgtm cancel cancel', ['lgtm cancel']],
    ['/remove-lgtm', ['lgtm cancel']],
    ['/REMOVE-lgtm', ['lgtm cancel']],
    ['/remove-lgtm cancel', ['lgtm cancel']],
    ['/unlgtm', ['lgtm cancel']],
    ['/approve no-issue', ['approve no-issue']],
    ['/remove-approve', ['approve cancel']],
    ['/unapprove', ['approve cancel']],
    ['/hold', ['hold']],
    ['/hold until friday', ['hold until friday']],
    ['/hold cancelled', ['hold cancelled']],
    ['/hold cancel', ['hold cancel']],
    ['/hold   cancel now', ['hold cancel now']],
    ['/unhold thanks', ['hold cancel thanks']],
    ['/remove-hold x', ['hold cancel x']],
    ['/hold please do not cancel', ['hold please do not cancel']],
    ['/close', ['close']],
    ['/close not-planned', ['close not-planned']],
    ['/reopen', ['reopen']],
    ['/retitle  docs:  explain holds ', ['retitle docs:  explain holds']],
    ['/help', ['help']],
    ['/help lgtm', ['help lgtm']],
    ['/lh-lgtm cancel', ['lgtm cancel']],
    ['/lh-remove-lgtm', ['lgtm cancel']],
    ['/LH-kind bug', ['label kind/bug']],
  ])('%j means %j', (body, means) => {
    expect(parsed(body)).toEqual(means);
  });

  test.each<[body: string, means: readonly string[]]>([
    ['/kind bug', ['label kind/bug']],
    ['/KIND BuG', ['label kind/BuG']],
    ['/area api  docs ', ['label area/api area/docs']],
    ['/kind\tbug', ['label kind/bug']],
    ['/kind a,b', ['label kind/a,b']],
    ['/kind {}', ['label kind/{}']],
    ['/kind $& $1', ['label kind/$& kind/$1']],
    ['/remove-area  infra', ['remove-label area/infra']],
    ['/remove-triage needs-information accepted', ['remove-label triage/needs-information triage/accepted']],
    ['/label orchestrator/foo\r', ['label orchestrator/foo']],
    ['/label a b', ['label a b']],
    ['/unlabel a', ['remove-label a']],
    ['/unkind bug', ['remove-label kind/bug']],
    ['/UNAREA  infra docs', ['remove-label area/infra area/docs']],
    ['/kind cancel bug', ['remove-label kind/bug']],
    ['/kind bug Cancel', ['remove-label kind/bug']],
    ['/lh-kind bug cancel # sorry', ['remove-label kind/bug']],
    ['/label cancel a b', ['remove-label a b']],
    ['/label cancel a cancel', ['remove-label a']],
    ['/label a cancel b', ['label a cancel b']],
    ['/label cancelled', ['label cancelled']],
    ['/label cancel', ['? remove-label']],
    ['/kind cancel', ['? remove-label']],
    ['/remove-kind cancel bug', ['? remove-label']],
    ['/unlabel cancel', ['? remove-label']],
    ['/label', ['? label']],
    ['/kind', ['? label']],
    ['/remove-label', ['? remove-label']],
    ['/area\n/kind bug', ['? label', 'label kind/bug']],
  ])('%j is about labels: %j', (body, means) => {
    expect(parsed(body)).toEqual(means);
  });

  test.each<[body: string, means: readonly string[]]>([
    ['/assign', ['assign']],
    ['/assign alice', ['assign @alice']],
    ['/assign @Alice @bob-x', ['assign @alice @bob-x']],
    ['/assign  @alice', ['assign @alice']],
    ['/assign\t@a', ['assign @a']],
    ['/assign @a, @b', ['assign @a @b']],
    ['/cc @a,@b', ['cc @a @b']],
    ['/cc  @a   b', ['cc @a @b']],
    ['/assign @a @A', ['assign @a']],
    ['/assign @dependabot[bot]', ['assign @dependabot[bot]']],
    ['/assign @corp_user', ['assign @corp_user']],
    ['/UNASSIGN @x', ['unassign @x']],
    ['/remove-assign @x', ['unassign @x']],
    ['/UNCC @a', ['uncc @a']],
    ['/remove-cc @a', ['uncc @a']],
    ['/cc @acme/docs', ['cc @acme/docs']],
    ['/assign cancel', ['unassign']],
    ['/assign cancel @ada', ['unassign @ada']],
    ['/assign @ada grace CANCEL', ['unassign @ada @grace']],
    ['/cc cancel @ada', ['uncc @ada']],
    ['/cc @acme/docs cancel', ['uncc @acme/docs']],
    ['/assign @cancel', ['assign @cancel']],
    ['/assign @ada cancel @grace', ['? assign']],
    ['/assign @ada,cancel', ['? assign']],
    ['/unassign cancel', ['? unassign']],
    ['/uncc @ada cancel', ['? uncc']],
    ['/assign @acme/docs', ['? assign']],
    ['/cc @a/b/c', ['? cc']],
    ['/cc @a.', ['? cc']],
    ['/assign @a thanks!', ['? assign']],
    ['/assign @@a', ['? assign']],
    ['/assign @\u212Aate', ['? assign']],
    ['/assign\n@bob', ['assign']],
    ['/assign @a\n/unassign @a', ['assign @a', 'unassign @a']],
  ])('%j is about people: %j', (body, means) => {
    expect(parsed(body)).toEqual(means);
  });
});

describe('remarks', () => {
  test.each<[body: string, means: readonly string[]]>([
    ['/lgtm # looks great', ['lgtm']],
    ['/lgtm cancel #', ['lgtm cancel']],
    ['/lgtm #nice', ['? lgtm']],
    ['/kind bug # as discussed', ['label kind/bug']],
    ['/hold # until friday', ['hold']],
    ['/hold until #12 is in', ['hold until #12 is in']],
    ['/retitle New title # shorter', ['retitle New title']],
    ['/retitle # nothing left', ['? retitle']],
    ['/assign @a # knows it best', ['assign @a']],
  ])('%j means %j', (body, means) => {
    expect(parsed(body)).toEqual(means);
  });
});

describe('what is no command', () => {
  test.each([
    ' /lgtm',
    '\t/lgtm',
    '> /lgtm',
    '- /approve',
    '`/lgtm`',
    '/',
    '//',
    '/ lgtm',
    '/lgtm/approve',
    '\uFF0Flgtm',
    '/holding',
    '/unholding',
    '/hold-cancel',
    '/signoff me',
    '/lh-',
    'lgtm',
    '',
  ])('%j gives nothing', (body) => {
    expect(parsed(body)).toEqual([]);
  });

  // Paths, and commands of other bots or of forges, as people write them at the beginning of a line.
  const words =
    `usr etc tmp var home opt bin sbin lib lib64 dev sys proc run mnt media root srv boot data app apps api src docs tests build
     dist node_modules v1 v2 users login logout health healthz metrics favicon.ico index.html  assets images graphql webhook
     usr/bin/env etc/passwd tmp/x dev/null var/log/syslog home/ada c/d
     azp gemini rebase  test-all   
     backport merge squash automerge queue dequeue deploy rollback promote run ci build-image bench benchmark format fmt fix
     lint review rereview ask improve describe summary plan apply unlock lock pin unpin      meow
     woof bark honk joke pony easycla     remind todo me
     dismiss snooze ignore recreate reset revert restart retry resolve remove rename release report request redo start stop
     project spend estimate tag title weight epic draft ready wip done clear copy move clone relate duplicate zoom
     label_values king heap arena trial unix unit until  update upload
     bold fold gold told sold hello hell helm hola hole hood held kid kin aria committer sign sigh kit find mind area51`.split(
      /\s+/,
    );

  test.each(words)('/%s gives nothing', (word) => {
    expect(parsed(`/${word}`)).toEqual([]);
    expect(parsed(`/${word} some more`)).toEqual([]);
  });
});

describe('near misses', () => {
  test.each([
    ['/lgtn', 'lgtm'],
    ['/LGTN', 'lgtm'],
    ['/lgmt', 'lgtm'],
    ['/gltm', 'lgtm'],
    ['/lgtm.', 'lgtm'],
    ['/lgtm!', 'lgtm'],
    ['/lgtm\u200b', 'lgtm'],
    ['/lgt\u043c', 'lgtm'],
    ['/approved', 'approve'],
    ['/aprove', 'approve'],
    ['/approve,', 'approve'],
    ['/hodl', 'hold'],
    ['/hlod', 'hold'],
    ['/unhodl', 'unhold'],
    ['/removehold', 'remove-hold'],
    ['/assignee', 'assign'],
    ['/asign', 'assign'],
    ['/unasign @a', 'unassign'],
    ['/lable bug', 'label'],
    ['/remove-lable bug', 'remove-label'],
    ['/kinda bug', 'kind'],
    ['/prioritiy high', 'priority'],
    ['/reopne', 'reopen'],
    ['/retitel x', 'retitle'],
    ['/retitlefoo', undefined],
    ['/close.', 'close'],
    ['/hepl', 'help'],
    ['/lh-lgtn', 'lh-lgtm'],
  ])('%j may mean %s', (body, nearest) => {
    expect(parsed(body)).toEqual(nearest === undefined ? [] : [`~ ${nearest}`]);
  });

  test('keeps what was written', () => {
    expect(parsedFrom('/LGTN now')).toMatchObject([{ is: 'near-miss', written: 'LGTN', text: '/LGTN now', line: 1 }]);
  });
});

describe('misused', () => {
  test.each([
    [
      '/lgtm thanks `all`',
      '`/lgtm` takes nothing but `cancel` or `no-issue`, and `` thanks `all` `` is too much. Nothing was done; a remark goes after `#`. Write `/lgtm [cancel] [no-issue]`.',
    ],
    [
      '/reopen please',
      '`/reopen` takes nothing, and `please` is too much. Nothing was done; a remark goes after `#`. Write `/reopen`.',
    ],
    [
      '/remove-lgtm please',
      '`/remove-lgtm` takes nothing but `cancel` or `no-issue`, and `please` is too much. Nothing was done; a remark goes after `#`. Write `/remove-lgtm`.',
    ],
    ['/label', '`/label` needs more: labels of this repository. Write `/label <labels …>`.'],
    ['/kind', '`/kind` needs more: labels of this repository. Write `/kind <labels …>`.'],
    ['/kind cancel', '`/kind` needs more: labels that are on. Write `/remove-kind <labels …>`.'],
    ['/lh-label cancel', '`/lh-label` needs more: labels that are on. Write `/lh-remove-label <labels …>`.'],
    ['/unassign cancel', '`/unassign` takes no `cancel`, and nothing was done. Write `/unassign [@login …]`.'],
    ['/cc @ada,cancel', '`/cc` takes logins, and `cancel` is none. Write `/cc [@login | @org/team …]`.'],
    ['/retitle', '`/retitle` needs more: the new title. Write `/retitle <title>`.'],
    ['/assign @a!', '`/assign` takes logins, and `@a!` is none. Write `/assign [@login …]`.'],
    [
      '/assign acme/docs',
      '`/assign` takes logins, and `acme/docs` is none; a team cannot stand here, but `/cc` asks one for a review. Write `/assign [@login …]`.',
    ],
    ['/help a b c d e f', '`/help` takes at most 5 words. Write `/help [command …]`.'],
  ])('%j is answered with %j', (body, problem) => {
    expect(problemOf(body)).toBe(problem);
  });
});

const parsedCut = (text: string): readonly Settled[] =>
  settledIn({ lines: [{ number: 1, text, cut: true }], cut: false }, grammar);

describe('a line that was cut', () => {
  test.each(['/lgtm', '/LH-hold x', '/kind bug', '/remove-lgtm', '/retitle'])('%j… is not done', (text) => {
    const [word = ''] = text.split(' ');
    const [line, ...more] = parsedCut(text);
    expect(more).toEqual([]);
    expect(line).toMatchObject({ is: 'misused', text });
    const limit = MAX_LINE_CHARS.toLocaleString('en');
    expect(line?.is === 'misused' ? line.problem : '').toMatch(
      `\`${word}\` is longer than ${limit} characters, and nothing was done. Write \``,
    );
  });

  test.each(['/usr', '/rebase'])('%j… gives nothing', (text) => {
    expect(parsedCut(text)).toEqual([]);
  });
});

describe('several lines', () => {
  test.each<[body: string, means: readonly string[]]>([
    ['Thanks!\r\n/lgtm\r\n/approve\r\n', ['lgtm', 'approve']],
    ['/lgtm cancel\n/lgtm', ['(lgtm cancel)', 'lgtm']],
    ['/lgtm\n/lgtm cancel', ['(lgtm)', 'lgtm cancel']],
    ['/approve\n/approve cancel', ['(approve)', 'approve cancel']],
    ['/approve cancel\n/approve', ['(approve cancel)', 'approve']],
    ['/hold\n/unhold', ['(hold)', 'hold cancel']],
    ['/unhold\n/hold', ['(hold cancel)', 'hold']],
    ['/hold\ncancel this later', ['hold']],
    ['/lgtm\n/lgtm thanks', ['lgtm', '? lgtm']],
    ['/lgtm\n/hold\n/lgtm\n/approve', ['(lgtm)', 'hold', 'lgtm', 'approve']],
    ['/kind bug\n/kind cleanup', ['label kind/bug', 'label kind/cleanup']],
  ])('%j: %j', (body, means) => {
    expect(parsed(body)).toEqual(means);
  });

  test('more than are looked at do nothing, whatever they say', () => {
    const lines = linesOf('/lgtm\n/approve');
    expect(settledIn({ lines, cut: true }, grammar)).toEqual([{ is: 'too-many', text: '/lgtm', line: 1 }]);
    expect(settledIn({ lines, cut: false }, grammar).map(inShort)).toEqual(['lgtm', 'approve']);
    expect(tooMany().reason).toBe(
      `This text holds more than ${MAX_LINES} command lines; nothing of it was done. Write fewer.`,
    );
  });

  test('what gives way names the line that decides', () => {
    expect(parsedFrom('/lgtm\n\n/lgtm cancel')[0]).toMatchObject({ is: 'superseded', line: 1, by: 3 });
  });
});

const without = (...names: readonly string[]): Pick<Settings, 'rules'> => ({
  rules: { only: commands.map(({ name }) => name).filter((name) => !names.includes(name)), enabled: [], disabled: [] },
});

describe('settings', () => {
  test('a prefix of one’s own, families, and commands switched off', () => {
    const settings = {
      ...settingsOf('commands', { prefix: 'Bot' }),
      ...without('lgtm'),
      labels: { prefixes: ['team', 'lgtm'] },
    };
    const own = grammarOf(commands, settings);
    const inOwn = (body: string): string[] => parsedFrom(body, own).map(inShort);
    expect(inOwn('/bot-hold x')).toEqual(['hold x']);
    expect(inOwn('/lh-hold x')).toEqual(['hold x']);
    expect(inOwn('/team red')).toEqual(['label team/red']);
    expect(inOwn('/kind bug')).toEqual([]);
    // The family takes the place of the command that is switched off.
    expect(inOwn('/unlgtm')).toEqual(['? remove-label']);
    expect(inOwn('/approve')).toEqual(['approve']);
  });

  test('cancel does nothing where what is asked for is switched off, and no other word is taken for it', () => {
    const labels = { prefixes: ['kind', 'til'] };
    const lacking = grammarOf(commands, {
      ...defaultSettings,
      ...without('remove-label', 'unassign'),
      labels,
    });
    expect(parsedFrom('/kind cancel bug', lacking).map(inShort)).toEqual(['? label']);
    expect(parsedFrom('/assign @ada cancel', lacking).map(inShort)).toEqual(['? assign']);
    const own = grammarOf(commands, { ...defaultSettings, labels });
    expect(parsedFrom('/until friday', own)).toEqual([]);
    expect(parsedFrom('/remove-til friday', own).map(inShort)).toEqual(['remove-label til/friday']);
  });

  test.each<[prefix: string, body: string, means: readonly string[]]>([
    ['remove', '/remove-lgtm', ['lgtm cancel']],
    ['remove', '/remove-label a', ['remove-label a']],
    ['remove', '/lh-remove-lgtm', ['lgtm cancel']],
    ['remove', '/remove-help', ['help-wanted cancel']],
    ['remove', '/remove-commands', ['commands']],
    ['lh-bot', '/lh-bot-lgtm', ['lgtm']],
    ['lh-bot', '/lh-lgtm', ['lgtm']],
  ])('an exact spelling goes before the prefix %j: %j', (prefix, body, means) => {
    const own = grammarOf(commands, settingsOf('commands', { prefix }));
    expect(parsedFrom(body, own).map(inShort)).toEqual(means);
  });

  test('a family gives way to a command of that name', () => {
    const own = grammarOf(commands, { ...defaultSettings, labels: { prefixes: ['help'] } });
    expect(parsedFrom('/help lgtm', own).map(inShort)).toEqual(['help lgtm']);
  });
});

test('every command has at most one argument that is no flag, and the usage names all', () => {
  for (const command of commands) {
    const args = Object.entries(command.args);
    expect(args.filter(([, arg]) => arg.is !== 'flag').length).toBeLessThanOrEqual(1);
    for (const [name, arg] of args) {
      expect(usageOf(command)).toContain(arg.is === 'people' ? '@login' : name);
    }
  }
});

describe('properties', () => {
  const blankless = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 12 })
    .map((text) => text.replace(/[\s\u0085]+/g, 'x'));
  const wordFor = (command: AnyCommand): fc.Arbitrary<string> =>
    blankless.filter((word) => word !== '#' && command.args[word.toLowerCase()] === undefined);
  const quotedFor = (command: AnyCommand): fc.Arbitrary<string> =>
    fc
      .tuple(wordFor(command), fc.constantFrom('', ' / unit', ' # 2', '  (x)'))
      .map(([word, rest]) => `${word.replaceAll('"', "'")}${rest}`);
  const loginIn = fc.stringMatching(/^[a-z0-9_][a-z0-9_-]{0,12}$/);

  const valueFor = (command: AnyCommand, arg: Arg): fc.Arbitrary<ParsedArgs[string]> => {
    switch (arg.is) {
      case 'flag':
        return fc.boolean();
      case 'people':
        return fc.uniqueArray(loginIn, { maxLength: 5 });
      case 'words':
        return fc.array(arg.quoted === true ? quotedFor(command) : wordFor(command), {
          minLength: arg.required ? 1 : 0,
          maxLength: Math.min(arg.max, 5),
        });
      case 'form':
        return fc.constant(arg.fields.map(({ name }) => name));
      default:
        return fc
          .array(wordFor(command), { minLength: arg.required ? 1 : 0, maxLength: 5 })
          .map((words) => words.join(' '));
    }
  };
  const invocation = fc
    .constantFrom(...commands)
    .chain((command) =>
      fc
        .record(Object.fromEntries(Object.entries(command.args).map(([name, arg]) => [name, valueFor(command, arg)])))
        .map((args) => ({ command, args })),
    );

  test('print, then parse, is identity', () => {
    fc.assert(
      fc.property(invocation, ({ command, args }) => {
        const text = printInvocation({ command, args });
        const [again, ...more] = invocationsIn([{ number: 1, text }], wholeGrammar);
        expect(more).toEqual([]);
        expect(again).toEqual({ is: 'invocation', command, args: { ...args }, text, line: 1 });
      }),
    );
  });

  test('never throws, and gives at most one result a line', () => {
    const name = fc.constantFrom(...grammar.spellings.keys(), 'lgtn', 'usr', '');
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(name, fc.string({ unit: 'binary' })).map(([word, rest]) => `/${word}${rest}`),
      fc.tuple(name, fc.string({ unit: 'binary' })).map(([word, rest]) => `/${word} ${rest}`),
    );
    fc.assert(
      fc.property(fc.array(line), (texts) => {
        const lines = texts.map((text, index) => ({ number: index + 1, text }));
        expect(invocationsIn(lines, grammar).length).toBeLessThanOrEqual(lines.length);
      }),
    );
  });

  test('only ASCII names a command', () => {
    fc.assert(
      fc.property(fc.constantFrom(...grammar.spellings.keys()), fc.nat(), (name, place) => {
        const at = place % name.length;
        const wide = String.fromCodePoint((name.codePointAt(at) ?? 0) - 0x20 + 0xff00);
        const text = `/${name.slice(0, at)}${wide}${name.slice(at + 1)}`;
        expect(invocationsIn([{ number: 1, text }], grammar).every(({ is }) => is === 'near-miss')).toBe(true);
      }),
    );
    expect(parsed('/\u212Aind bug')).toEqual([]);
  });
});

test('works through the longest lines in time that grows with their length', () => {
  const hostile = [
    `/retitle a${' '.repeat(65_000)}b`,
    `/label ${'a '.repeat(32_000)}`,
    `/label a${' '.repeat(65_000)}b`,
    `/${'l'.repeat(65_000)}`,
    `/hold ${'cancel '.repeat(9_000)}`,
    `/assign ${'a,'.repeat(32_000)}`,
    `/assign ${'.'.repeat(65_000)}!`,
    `/lgtm ${'#'.repeat(65_000)}`,
    '/lgtn\n'.repeat(10_000),
  ];
  for (const body of hostile) expect(() => invocationsIn(linesOf(body), grammar)).not.toThrow();
});
