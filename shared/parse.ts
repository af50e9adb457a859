/** The one grammar: from lines that could be commands to invocations. Linear, and never throws. */
import type { Line, Text } from './delivery.ts';
import {
  code,
  distance,
  labelSettings,
  listed,
  listOf,
  login,
  ruleName,
  section,
  setting,
  textLike,
  type AnyCommand,
  type Arg,
  type Field,
  type SettingsIn,
} from './language/index.ts';
import type { ParsedArgs } from './verdict.ts';

/** What a name stands for: a command, and words put between it and what follows the name. */
type Spelling = {
  readonly command: AnyCommand;
  /** `{}` stands for each of the words that follow. */
  readonly template: string;
  /** For commands by their own name; other spellings give way to them. */
  readonly canonical: boolean;
};

export type Grammar = {
  readonly commands: readonly AnyCommand[];
  /** By name, lower-case. */
  readonly spellings: ReadonlyMap<string, Spelling>;
  /** `lh-` and the configured one: before every name. */
  readonly prefixes: readonly string[];
};

type Written = {
  /** The line as written, and its place in the text, from 1. */
  readonly text: string;
  readonly line: number;
};
type Invocation = Written & {
  readonly is: 'invocation';
  readonly command: AnyCommand;
  readonly args: ParsedArgs;
};
/** `problem`: sentences that say what is wrong and how it is written. */
type Misused = Written & { readonly is: 'misused'; readonly command: AnyCommand; readonly problem: string };
type NearMiss = Written & { readonly is: 'near-miss'; readonly written: string; readonly nearest: string };
export type Parsed = Invocation | Misused | NearMiss;
/** Stands for all lines of a text that holds more than are looked at. */
type TooMany = Written & { readonly is: 'too-many' };
/** `by`: the line that decides instead. */
type Superseded = Omit<Invocation, 'is'> & { readonly is: 'superseded'; readonly by: number };
export type Settled = Parsed | Superseded | TooMany;

/** Undefined where the line names none that there is. */
export function commandIn(line: Settled): AnyCommand | undefined {
  return 'command' in line ? line.command : undefined;
}

/** Lighthouse's way round forges that swallow a command; known everywhere. */
const BUILT_IN_PREFIX = 'lh-';

/** What says which lines are commands, and which rules run at all. */
export const grammarSettings = {
  labels: labelSettings,
  commands: section({
    prefix: setting(
      textLike(/^(?:[a-z][a-z0-9-]{0,29})?$/, 'a word of small letters'),
      '',
      'With `bot`, every command is also known as `/bot-…`. `/lh-…` always works.',
    ),
    bots: setting(listOf(login), [], 'Logins of bots whose comments count as commands.', { scope: 'deployment' }),
  }),
  rules: section({
    only: setting(
      listOf(ruleName),
      ['all'],
      'Names of the commands and other rules that run; `all` for every one. A line that means any other is not looked at.',
    ),
    enabled: setting(
      listOf(ruleName),
      [],
      'Names of commands and other rules that are there only where they are asked for: here, or in `rules.only`.',
    ),
    disabled: setting(
      listOf(ruleName),
      [],
      'Names of commands and other rules that are switched off; whoever comments such a command is told.',
    ),
  }),
};
type GrammarSettings = Omit<SettingsIn<typeof grammarSettings>, 'labels'> & {
  readonly labels: Pick<SettingsIn<typeof grammarSettings>['labels'], 'prefixes'>;
};

type Switched = { readonly name: string; readonly onRequest?: true };

/** Whether an automation or sweep runs: by its name, and where it has to be asked for, only if it is. */
export function runsUnder(rule: Switched, settings: Pick<GrammarSettings, 'rules'>): boolean {
  return isThere(rule, settings) && isOn(rule.name, settings) === 'on';
}

/** Whether it is there at all, switched off or not. */
function isThere({ name, onRequest }: Switched, { rules }: Pick<GrammarSettings, 'rules'>): boolean {
  const asked = onRequest !== true || rules.enabled.includes(name) || rules.only.includes(name);
  return asked && isOn(name, { rules }) !== 'unknown';
}

/** Whether a command, automation or sweep of this name runs; `off`: it is known, and switched off. */
export function isOn(name: string, { rules }: Pick<GrammarSettings, 'rules'>): 'on' | 'off' | 'unknown' {
  if (!['all', name].some((each) => rules.only.includes(each)) && !rules.enabled.includes(name)) return 'unknown';
  return rules.disabled.includes(name) ? 'off' : 'on';
}

export function grammarOf(commands: readonly AnyCommand[], settings: GrammarSettings): Grammar {
  const enabled = commands.filter((command) => isThere(command, settings));
  const spellings = new Map<string, Spelling>();
  const learn = (name: string, to: Spelling | undefined): void => {
    if (to !== undefined && !spellings.has(name)) spellings.set(name, to);
  };
  for (const command of enabled) learn(command.name, { command, template: '', canonical: true });
  const rewritten = (rewrite: string): Spelling | undefined => {
    const [target, template] = halved(rewrite);
    const command = enabled.find(({ name }) => name === target);
    return command === undefined ? undefined : { command, template, canonical: false };
  };
  for (const { name, aliases, args } of enabled) {
    for (const [alias, rewrite] of Object.entries(aliases)) learn(alias, rewritten(rewrite));
    if (args['cancel'] === undefined) continue;
    for (const negation of negationsOf(name)) learn(negation, rewritten(`${name} cancel`));
  }
  for (const family of settings.labels.prefixes.map((each) => each.toLowerCase())) {
    const [, ...negations] = spelledForFamily(family);
    learn(family, rewritten(`label ${family}/{}`));
    for (const negation of negations) learn(negation, rewritten(`remove-label ${family}/{}`));
  }
  const own = settings.commands.prefix.toLowerCase();
  return { commands: enabled, spellings, prefixes: [BUILT_IN_PREFIX, ...(own === '' ? [] : [`${own}-`])] };
}

/** The name that puts on labels of a family, then those that take them off. */
export function spelledForFamily(family: string): readonly string[] {
  return [family, ...negationsOf(family).filter((name) => !OTHER_WORDS.has(name))];
}

function negationsOf(name: string): readonly string[] {
  return [`remove-${name}`, `un${name}`];
}

/** What a text asks for; of one with more lines than are looked at, nothing is done. */
export function settledIn({ lines, cut }: Pick<Text, 'lines' | 'cut'>, grammar: Grammar): readonly Settled[] {
  const [first] = lines;
  if (cut && first !== undefined) return [{ is: 'too-many', text: first.text, line: first.number }];
  return settled(invocationsIn(lines, grammar));
}

/** In the order of the lines; what is no command and resembles none gives nothing. */
export function invocationsIn(lines: readonly Line[], grammar: Grammar): readonly Parsed[] {
  return lines.flatMap((line) => parsedLine(line, grammar) ?? []);
}

/**
 * Of the lines of a command that can be taken back, the last one acts and the others give way to it. A line about a part of
 * the whole gives way only to one about the whole, or about the same part.
 */
export function settled(parsed: readonly Parsed[]): readonly (Parsed | Superseded)[] {
  const takenBack = parsed.flatMap((each) => (each.is === 'invocation' && 'cancel' in each.command.args ? [each] : []));
  return parsed.map((each) => {
    if (each.is !== 'invocation') return each;
    const by = takenBack.findLast(
      ({ command, args }) => command === each.command && ['', partOf(each)].includes(partOf({ command, args })),
    );
    return by === undefined || by.line <= each.line ? each : { ...each, is: 'superseded', by: by.line };
  });
}

/** Empty for the whole. */
function partOf({ command, args }: Pick<Invocation, 'command' | 'args'>): string {
  const parts = Object.entries(command.args).flatMap(([name, arg]) => {
    const value = args[name];
    if (!('part' in arg) || value === undefined || value === false) return [];
    return typeof value === 'object' ? value.toSorted() : [name];
  });
  return parts.length === 0 ? '' : JSON.stringify(parts);
}

/** Of what was left out nobody knows what it would have changed. */
const TOO_LONG = 'is longer than 1,024 characters, and nothing was done.';

function parsedLine({ number: line, text, cut }: Line, grammar: Grammar): Parsed | undefined {
  if (!text.startsWith('/')) return undefined;
  const [written, rest] = halved(text.slice(1));
  // Other letters than ASCII are compared as they are: no Kelvin sign becomes a k.
  const name = inLowerCase(written);
  const known = knownName(name, grammar);
  const spelling = known === undefined ? undefined : grammar.spellings.get(known);
  if (known === undefined || spelling === undefined) {
    const prefix = grammar.prefixes.find((each) => name.startsWith(each)) ?? '';
    const nearest = nearestSpelling(name.slice(prefix.length), grammar);
    return nearest === undefined ? undefined : { is: 'near-miss', written, nearest: `${prefix}${nearest}`, text, line };
  }
  const said = turned(known, spelling, withoutRemark(rest, takesQuotes(spelling.command)), grammar);
  const { command } = said.spelling;
  const args = cut === true ? TOO_LONG : (said.problem ?? argsIn(rewrittenRest(said.spelling, said.rest), command));
  if (typeof args !== 'string') return { is: 'invocation', command, args, text, line };
  const usage = usageAs(`${name.slice(0, name.length - known.length)}${said.name}`, said.spelling);
  return { is: 'misused', command, problem: `${code(`/${written}`)} ${args} Write ${code(usage)}.`, text, line };
}

/** What is spelled exactly so goes before what a prefix could make of it. */
function knownName(name: string, { spellings, prefixes }: Grammar): string | undefined {
  const prefix = ['', ...prefixes].find((each) => name.startsWith(each) && spellings.has(name.slice(each.length)));
  return prefix === undefined ? undefined : name.slice(prefix.length);
}

type Turned = {
  readonly name: string;
  readonly spelling: Spelling;
  readonly rest: string;
  readonly problem?: string;
};

/** Before or after names of labels or people, the word `cancel` turns `/x` into `/remove-x`; it is none of them itself. */
function turned(name: string, spelling: Spelling, rest: string, { spellings }: Grammar): Turned {
  const asIs = { name, spelling, rest };
  if (!takesNames(spelling.command)) return asIs;
  const words = wordsIn(rest).map(({ word }) => word);
  const others = words.slice(isCancel(words[0]) ? 1 : 0, isCancel(words.at(-1)) ? -1 : undefined);
  if (others.length === words.length) return asIs;
  const opposite = spellings.get(`remove-${name}`);
  if (opposite === undefined) return { ...asIs, problem: `takes no ${code('cancel')}, and nothing was done.` };
  return { name: `remove-${name}`, spelling: opposite, rest: others.join(' ') };
}

/** Of such a command, names may have blanks, and prose may follow them. */
function takesQuotes({ args }: AnyCommand): boolean {
  return Object.values(args).some((arg) => arg.is === 'words' && arg.quoted === true);
}

function takesNames({ args }: AnyCommand): boolean {
  return (
    !('cancel' in args) &&
    Object.values(args).some((arg) => arg.is === 'people' || (arg.is === 'words' && arg.required))
  );
}

function isCancel(word: string | undefined): boolean {
  return word !== undefined && inLowerCase(word) === 'cancel';
}

function rewrittenRest({ template }: Spelling, rest: string): string {
  if (!template.includes('{}')) return template === '' ? rest : `${template} ${rest}`;
  return wordsIn(rest)
    .map(({ word }) => template.replace('{}', () => word))
    .join(' ');
}

/** What the line gives `command`, or how the sentence "/x …" that says what is wrong goes on. */
function argsIn(rest: string, command: AnyCommand): ParsedArgs | string {
  const entries = Object.entries(command.args);
  const flags = new Map(entries.flatMap(([name, arg]) => (arg.is === 'flag' ? [[name, false]] : [])));
  const named = entries.find(([, arg]) => arg.is !== 'flag');
  if (named?.[1].is === 'text') {
    const text = takeLeadingFlags(rest, flags);
    if (text === '' && named[1].required) return missing(named[1]);
    return { ...Object.fromEntries(flags), [named[0]]: text };
  }
  if (named?.[1].is === 'form') {
    const values = fieldsIn(rest, named[1].fields, flags);
    return typeof values === 'string' ? values : { ...Object.fromEntries(flags), [named[0]]: values };
  }
  const quoted = named !== undefined && takesQuotes(command);
  const left = quoted ? quotedWordsIn(takeLeadingFlags(rest, flags)) : wordsIn(rest);
  if (left === undefined) return `has a quotation mark without its other half, and nothing was done.`;
  const words = left.map(({ word }) => word).filter((word) => quoted || !takesFlag(word, flags));
  if (named === undefined) {
    return words.length === 0 ? Object.fromEntries(flags) : tooMuch(words.join(' '), [...flags.keys()]);
  }
  const values = valuesOf(words, named[1]);
  return typeof values === 'string' ? values : { ...Object.fromEntries(flags), [named[0]]: values };
}

/** By place; a flag may stand anywhere before the text. */
function fieldsIn(rest: string, fields: readonly Field[], flags: Map<string, boolean>): readonly string[] | string {
  const values: string[] = [];
  for (const { word, start } of wordsIn(rest)) {
    const field = fields[values.length];
    if (flags.get(inLowerCase(word)) === false) {
      flags.set(inLowerCase(word), true);
      continue;
    }
    if (field === undefined) return tooMuch(word, [...flags.keys(), ...fields.map(({ name }) => name)]);
    if (field.is === 'text') {
      values.push(trimmed(rest.slice(start)));
      break;
    }
    values.push(word);
  }
  const left = fields[values.length];
  if (left !== undefined && !left.optional) return `needs ${code(left.name)}: ${fieldInWords(left)}.`;
  for (const [index, value] of values.entries()) {
    const field = fields[index];
    if (field !== undefined && !fitsField(value, field)) {
      return `takes no ${code(value)} as ${code(field.name)}: it must be ${fieldInWords(field)}. Nothing was done.`;
    }
  }
  return fields.map((_, index) => values[index] ?? '');
}

/** Nothing that a program could take for one of its options. */
const WORD = /^[A-Za-z0-9][\w./:@+-]{0,99}$/;
const NUMBER = /^-?\d{1,15}$/;
/** What stands in place of a secret that somebody wrote: see `withoutSecrets`. */
const REDACTED = '[redacted]';

function fitsField(value: string, field: Field): boolean {
  switch (field.is) {
    case 'choice':
      return field.of.includes(value);
    case 'number':
      return NUMBER.test(value) && Number(value) >= field.least && Number(value) <= field.most;
    case 'text':
      return value.length <= field.most && !/^-|\p{C}/u.test(value) && !value.includes(REDACTED);
    default:
      // Dots lead out of a folder.
      return WORD.test(value) && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(value);
  }
}

function fieldInWords(field: Field): string {
  switch (field.is) {
    case 'choice':
      return listed(field.of.map(code), 'or');
    case 'number':
      return `a whole number from ${field.least} to ${field.most}`;
    case 'text':
      return `text of at most ${field.most} characters, without secrets and not beginning with ${code('-')}`;
    default:
      return `one word of letters, digits and ${code('._/:@+-')}`;
  }
}

/** Flags are whole words at the beginning; from the first word that is none, or is given already, all is text. */
function takeLeadingFlags(rest: string, flags: Map<string, boolean>): string {
  for (const { word, start } of wordsIn(rest)) {
    if (flags.get(inLowerCase(word)) !== false) return trimmed(rest.slice(start));
    flags.set(inLowerCase(word), true);
  }
  return '';
}

function takesFlag(word: string, flags: Map<string, boolean>): boolean {
  const name = inLowerCase(word);
  if (!flags.has(name)) return false;
  flags.set(name, true);
  return true;
}

function valuesOf(words: readonly string[], arg: Arg): readonly string[] | string {
  if (arg.is !== 'people') {
    if (arg.is === 'words' && arg.required && words.length === 0) return missing(arg);
    const tooMany = arg.is === 'words' && words.length > arg.max;
    return tooMany ? `takes at most ${arg.max} ${arg.max === 1 ? 'word' : 'words'}.` : words;
  }
  const names = words.flatMap((word) => word.split(',')).filter((word) => word !== '');
  const people = names.map((word) => personIn(word, arg));
  const wrong = names.filter((_, index) => people[index] === undefined).slice(0, MAX_NAMED_WRONG);
  if (names.length > MAX_PEOPLE) return `takes at most ${MAX_PEOPLE} people.`;
  if (wrong.length > 0) {
    const team = !arg.teams && wrong.some((word) => word.includes('/'));
    return `takes logins, and ${listed(wrong.map(code))} ${wrong.length === 1 ? 'is none' : 'are none'}${team ? `; a team cannot stand here, but ${code('/cc')} asks one for a review` : ''}.`;
  }
  return [...new Set(people.flatMap((person) => person ?? []))];
}

/** Names in one line: more than any forge lets assign or ask at once. */
const MAX_PEOPLE = 50;
const MAX_NAMED_WRONG = 3;
// GitHub: letters, digits and inner hyphens, `_` for managed users, `[bot]` for apps. GitLab and Gitea allow dots too.
const LOGIN = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,253}$/;

function personIn(word: string, { teams }: Extract<Arg, { readonly is: 'people' }>): string | undefined {
  // Only `@cancel` is somebody.
  if (isCancel(word)) return undefined;
  const name = inLowerCase(word.startsWith('@') ? word.slice(1) : word);
  const parts = name.split('/');
  if (parts.length > (teams ? 2 : 1)) return undefined;
  return parts.every((part) => LOGIN.test(part.replace(/\[bot\]$/, '')) && !part.endsWith('.')) ? name : undefined;
}

function missing(arg: Arg): string {
  return `needs more: ${arg.summary}.`;
}

function tooMuch(extra: string, flags: readonly string[]): string {
  const taken = flags.length === 0 ? 'nothing' : `nothing but ${listed(flags.map(code), 'or')}`;
  return `takes ${taken}, and ${code(extra)} is too much. Nothing was done; a remark goes after ${code('#')}.`;
}

/** `/lgtm [cancel]` */
export function usageOf(command: AnyCommand): string {
  return usageAs(command.name, { command, template: '', canonical: true });
}

function usageAs(name: string, { command, template }: Spelling): string {
  const given = new Set(wordsIn(template).map(({ word }) => word));
  const parts = Object.entries(command.args)
    .filter(([arg]) => !given.has(arg))
    // What a spelling that takes back needs no more is not offered.
    .filter(([, arg]) => !given.has('cancel') || (arg.is !== 'flag' && 'required' in arg && arg.required));
  return [`/${name}`, ...parts.map(([arg, kind]) => placeOf(arg, kind))].join(' ');
}

function placeOf(name: string, arg: Arg): string {
  switch (arg.is) {
    case 'flag':
      return `[${name}]`;
    case 'people':
      return arg.teams ? '[@login | @org/team …]' : '[@login …]';
    case 'form':
      return arg.fields.map((field) => (field.optional ? `[${field.name}]` : `<${field.name}>`)).join(' ');
    case 'words':
      return arg.required ? `<${name} …>` : `[${name} …]`;
    default:
      return arg.required ? `<${name}>` : `[${name}]`;
  }
}

/** The line that means this, by canonical names: parsed again it gives the same. */
export function printInvocation({ command, args }: Pick<Invocation, 'command' | 'args'>): string {
  const entries = Object.entries(command.args);
  const flags = entries.flatMap(([name, arg]) => (arg.is === 'flag' && args[name] === true ? [name] : []));
  const values = entries.flatMap(([name, arg]) => {
    const value = args[name];
    if (arg.is === 'people' && Array.isArray(value)) return value.map((each) => `@${each}`);
    if (arg.is === 'flag' || value === undefined || typeof value === 'boolean' || value === '') return [];
    if (arg.is !== 'words' || arg.quoted !== true || typeof value !== 'object') return value;
    return value.map((word) => (command.args[inLowerCase(word)] === undefined ? quotedAsNeeded(word) : `"${word}"`));
  });
  return [`/${command.name}`, ...flags, ...values.filter((each) => each !== '')].join(' ');
}

/** In quotes where it has blanks, or would begin a remark. */
function quotedAsNeeded(word: string): string {
  return word === '#' || wordsIn(word).length > 1 ? `"${word}"` : word;
}

/** Words people write after a slash and which mean nothing to us, though they resemble a command. */
const OTHER_WORDS: ReadonlySet<string> = new Set(
  'area51 arena aria bank bark black clone comment comments committed committer heap held hell helm hola hole hood kid kin king trial unwind request reset revert start static tests unit until'.split(
    ' ',
  ),
);

/** The command somebody mistyped. The first letter is hardly ever the wrong one, and short words are near everything. */
function nearestSpelling(written: string, { spellings }: Grammar): string | undefined {
  if (OTHER_WORDS.has(written)) return undefined;
  let best: { readonly name: string; readonly rank: number } | undefined;
  for (const [name, { canonical }] of spellings) {
    // What is before the word itself is the same for many.
    const { length } = name.replace(/^(?:remove-|un)/, '');
    if (length < 4 || Math.abs(name.length - written.length) > 2) continue;
    if (!beginsAlike(written, name)) continue;
    const far = distance(written, name, length <= 4 ? 1 : 2);
    if (far === Number.POSITIVE_INFINITY) continue;
    const rank = 2 * far + (canonical ? 0 : 1);
    if (best === undefined || rank < best.rank || (rank === best.rank && name < best.name)) best = { name, rank };
  }
  return best?.name;
}

function beginsAlike(one: string, other: string): boolean {
  return one[0] === other[0] || (one[0] === other[1] && one[1] === other[0]);
}

/** `/unhold` of `/unhold now`: as written, with its slash. */
export function writtenName(line: string): string {
  return halved(line)[0];
}

/** What is before the first run of blanks, and what after it. */
function halved(text: string): readonly [first: string, rest: string] {
  const [first] = wordsIn(text);
  if (first === undefined || first.start > 0) return ['', trimmed(text)];
  return [first.word, trimmed(text.slice(first.word.length))];
}

/** A `#` that stands alone begins a remark. */
function withoutRemark(rest: string, quotes: boolean): string {
  const words = (quotes ? quotedWordsIn(rest) : undefined) ?? wordsIn(rest);
  const remark = words.find(({ word, start }) => word === '#' && rest[start] === '#');
  return remark === undefined ? rest : trimmed(rest.slice(0, remark.start));
}

type Word = { readonly word: string; readonly start: number };

function wordsIn(text: string): readonly Word[] {
  const words: Word[] = [];
  let start = 0;
  for (let end = 0; end <= text.length; end += 1) {
    if (end < text.length && !isBlank(text.charCodeAt(end))) continue;
    if (end > start) words.push({ word: text.slice(start, end), start });
    start = end + 1;
  }
  return words;
}

/** Where a word begins with a double quote it goes on to the next; undefined where there is none. */
function quotedWordsIn(text: string): readonly Word[] | undefined {
  const words: Word[] = [];
  for (let start = 0; start < text.length; start += 1) {
    if (isBlank(text.charCodeAt(start))) continue;
    const quoted = text[start] === '"';
    let end = start + 1;
    while (end < text.length && (quoted ? text[end] !== '"' : !isBlank(text.charCodeAt(end)))) end += 1;
    if (quoted && end === text.length) return undefined;
    const word = trimmed(text.slice(quoted ? start + 1 : start, end));
    if (word !== '') words.push({ word, start });
    start = end;
  }
  return words;
}

function trimmed(text: string): string {
  const words = wordsIn(text);
  const [first, last] = [words[0], words.at(-1)];
  return first === undefined || last === undefined ? '' : text.slice(first.start, last.start + last.word.length);
}

const BLANKS: ReadonlySet<number> = new Set([
  // Tab, line feed, vertical tab, form feed, carriage return, space, next line, no-break space.
  0x9, 0xa, 0xb, 0xc, 0xd, 0x20, 0x85, 0xa0,
  // Every other character that Unicode calls a separator; those without a width are none.
  0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029,
  0x202f, 0x205f, 0x3000,
]);

function isBlank(character: number): boolean {
  return BLANKS.has(character);
}

/** Lower-case, as far as it is ASCII. */
function inLowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
