/**
 * OWNERS, OWNERS_ALIASES and the front matter of Markdown files, as Prow reads them
 * (https://www.kubernetes.dev/docs/guide/owners/). Where Prow skips a file it cannot parse, and so hands its folder to
 * the parent's owners, these parsers say `unreadable`: whoever asks fails closed.
 */
import {
  malformed,
  MAX_OWNERS_BYTES,
  reading,
  type Pair,
  type Problem,
  type Unreadable,
  type Value,
} from './bounded-yaml.ts';
import { compilePattern } from './patterns.ts';

export { MAX_OWNERS_BYTES, type Problem, type Unreadable } from './bounded-yaml.ts';

/** The pattern that always matches, without being compiled. */
export const ALWAYS = '.*';

/** Who owns what matches `pattern` (RE2, unanchored, on the path below the file's folder). Logins are lower-case. */
export type Rule = {
  readonly pattern: string;
  readonly approvers: readonly string[];
  readonly reviewers: readonly string[];
  readonly requiredReviewers: readonly string[];
  /** Case as written. */
  readonly labels: readonly string[];
};

/** One OWNERS file or front matter; plain JSON. */
export type OwnersFile = {
  readonly is: 'owners';
  readonly rules: readonly Rule[];
  readonly noParentOwners: boolean;
  readonly autoApproveUnownedSubfolders: boolean;
  /** How many of its owners have to approve each file; left out: as the folders above say. Not known to Prow. */
  readonly minApprovals?: number | undefined;
  /** What has no effect and probably should: an unknown key, filters beside plain lists. */
  readonly remarks: readonly Problem[];
};

/** OWNERS_ALIASES; plain JSON. Names and members are lower-case; a member is never itself expanded. */
export type Aliases = {
  readonly is: 'aliases';
  readonly entries: readonly (readonly [name: string, members: readonly string[]])[];
};

/** Names in one file, counted with repetitions; the aliases of kubernetes/kubernetes hold 345. */
const MAX_NAMES = 2_000;
/** Characters of a login, an alias or a label. GitHub's limits are 39 and 50, GitLab's 255 for both. */
const MAX_NAME_CHARS = 255;
/** Approvals that a file may ask for. */
export const MAX_MIN_APPROVALS = 20;
/** Compiled instructions of all patterns of one file. */
const MAX_PATTERNS_SIZE = 2_000;

type Lists = Omit<Rule, 'pattern'>;
const LISTS: ReadonlyMap<string, keyof Lists> = new Map([
  ['approvers', 'approvers'],
  ['reviewers', 'reviewers'],
  ['required_reviewers', 'requiredReviewers'],
  ['labels', 'labels'],
]);
const OPTIONS: ReadonlySet<string> = new Set(['no_parent_owners', 'auto_approve_unowned_subfolders', 'min_approvals']);
/** Documentation for people; Prow has no notion of it either. */
const EMERITUS: ReadonlySet<string> = new Set(['emeritus_approvers', 'emeritus_reviewers']);
// YAML 1.1, which Prow reads, spells true and false in these ways too.
const SPELLED: ReadonlyMap<string, boolean> = new Map([
  ['yes', true],
  ['on', true],
  ['y', true],
  ['no', false],
  ['off', false],
  ['n', false],
]);

/** Reads an OWNERS file. A file without content owns nothing and is readable. */
export function parseOwners(text: string): OwnersFile | Unreadable {
  return reading(text, (content, at) => ownersFrom(content, 'with filters', at));
}

/** Reads OWNERS_ALIASES: `aliases`, a map from a name to its members. One bad entry makes the whole file unreadable. */
export function parseAliases(text: string): Aliases | Unreadable {
  return reading(text, (content) => {
    const top = keysOf(content, 'OWNERS_ALIASES holds `aliases:` and below it one name per line.');
    const aliases = top.get('aliases')?.value;
    if (aliases === undefined || aliases.is === 'nothing') return { is: 'aliases', entries: [] };
    const count = counter();
    const entries = [...keysOf(aliases, '`aliases` must hold names, each with its list of members.', loginName)].map(
      ([name, { value }]) => [name, membersOf(value, count)] as const,
    );
    return { is: 'aliases', entries };
  });
}

/**
 * Reads the front matter of a Markdown file: the block between a first line `---` and the next one. Null where there is
 * none, or where it has nothing to do with owners (the settings of a page generator, in whatever YAML).
 */
export function parseFrontMatter(text: string): OwnersFile | Unreadable | null {
  const block = frontMatterOf(text);
  if (block === null || !namesOwners(block)) return null;
  const file = reading(block, (content, at) => ownersFrom(content, 'lists only', at));
  // The block begins on the second line.
  return file.is === 'unreadable' ? { ...file, line: file.line + 1 } : { ...file, remarks: [] };
}

function frontMatterOf(text: string): string | null {
  const start = /^---\r?\n/.exec(text)?.[0].length;
  if (start === undefined) return null;
  // One unit more than may be read, so that a block that is too large is unreadable rather than absent.
  const head = text.slice(start, start + MAX_OWNERS_BYTES + 1);
  if (head.startsWith('---')) return '';
  const end = head.indexOf('\n---');
  if (end >= 0) return head.slice(0, end + 1);
  return head.length > MAX_OWNERS_BYTES ? head : null;
}

function namesOwners(block: string): boolean {
  return block.split('\n').some((line) => {
    const key = line.slice(0, line.indexOf(':')).replaceAll(/["']/g, '').trimEnd().toLowerCase();
    return line.includes(':') && (LISTS.has(key) || key === 'options');
  });
}

type Form = 'with filters' | 'lists only';

function ownersFrom(content: Value, form: Form, at: (offset: number) => Omit<Problem, 'problem'>): OwnersFile {
  const top = keysOf(content, 'An OWNERS file holds keys such as `approvers:`, each followed by a list of names.');
  const remarks: Problem[] = [];
  const remark = ({ offset }: { offset: number }, problem: string): void =>
    void remarks.push({ ...at(offset), problem });
  const count = counter();
  const lists = listsFrom(top, count);
  const options = optionsFrom(top.get('options')?.value, remark);
  const filters = top.get('filters');
  const known = (key: string): boolean =>
    LISTS.has(key) || key === 'options' || (form === 'with filters' && key === 'filters');
  for (const [key, pair] of top) {
    if (!known(key) && !EMERITUS.has(key)) remark(pair, 'This key is unknown and has no effect.');
  }
  // Prow's choice: lists at the top, unless all are empty, make it forget the filters.
  const simple = namesAnyone(lists);
  if (simple && filters !== undefined) remark(filters, 'Filters have no effect beside lists at the top of the file.');
  const rules = simple
    ? [{ pattern: ALWAYS, ...lists }]
    : form === 'with filters' && filters !== undefined
      ? filtersFrom(filters.value, count)
      : [];
  return { is: 'owners', rules, ...options, remarks };
}

function listsFrom(keys: ReadonlyMap<string, Pair>, count: Count): Lists {
  const namesAt = (key: string): readonly string[] => {
    const pair = keys.get(key);
    return pair === undefined ? [] : namesOf(pair.value, count, key === 'labels' ? labelName : loginName);
  };
  return {
    approvers: namesAt('approvers'),
    reviewers: namesAt('reviewers'),
    requiredReviewers: namesAt('required_reviewers'),
    labels: namesAt('labels'),
  };
}

function namesAnyone(lists: Lists): boolean {
  return [...LISTS.values()].some((list) => lists[list].length > 0);
}

function filtersFrom(filters: Value, count: Count): readonly Rule[] {
  if (filters.is === 'nothing') return [];
  let size = 0;
  const patterns = keysOf(filters, '`filters` must hold patterns, each with its own lists.', patternName);
  return [...patterns].map(([pattern, { offset, value }]): Rule => {
    const compiled = pattern === ALWAYS ? { size: 0 } : compilePattern(pattern);
    if (typeof compiled === 'string') malformed(offset, compiled);
    size += compiled.size;
    if (size > MAX_PATTERNS_SIZE) malformed(offset, 'The patterns of this file are too large together.');
    if (value.is === 'nothing') return { pattern, ...listsFrom(new Map(), count) };
    return { pattern, ...listsFrom(keysOf(value, 'A pattern is followed by lists such as `approvers:`.'), count) };
  });
}

function optionsFrom(
  options: Value | undefined,
  remark: (at: Pair, problem: string) => void,
): Pick<OwnersFile, 'noParentOwners' | 'autoApproveUnownedSubfolders' | 'minApprovals'> {
  const keys =
    options === undefined || options.is === 'nothing'
      ? new Map<string, Pair>()
      : keysOf(options, '`options` must hold keys such as `no_parent_owners: true`.');
  for (const [key, pair] of keys) {
    if (!OPTIONS.has(key)) {
      remark(pair, 'This option is unknown and has no effect.');
    }
  }
  return {
    noParentOwners: switchAt(keys, 'no_parent_owners'),
    autoApproveUnownedSubfolders: switchAt(keys, 'auto_approve_unowned_subfolders'),
    ...countAt(keys, 'min_approvals'),
  };
}

function countAt(keys: ReadonlyMap<string, Pair>, key: string): Pick<OwnersFile, 'minApprovals'> {
  const value = keys.get(key)?.value;
  if (value === undefined || value.is === 'nothing') return {};
  const count = value.is === 'other' ? value.value : undefined;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > MAX_MIN_APPROVALS) {
    malformed(value.offset, `This is a whole number from 1 to ${MAX_MIN_APPROVALS}.`);
  }
  return { minApprovals: count };
}

function switchAt(keys: ReadonlyMap<string, Pair>, key: string): boolean {
  const value = keys.get(key)?.value;
  if (value === undefined || value.is === 'nothing') return false;
  if (value.is === 'other' && typeof value.value === 'boolean') return value.value;
  const spelled = value.is === 'text' ? SPELLED.get(value.text.toLowerCase()) : undefined;
  return spelled ?? malformed(value.offset, 'An option is either true or false.');
}

/** The pairs of a map by key, each key once; like Prow, without regard to its case. */
function keysOf(value: Value, problem: string, name: Naming = keyName): ReadonlyMap<string, Pair> {
  const keys = new Map<string, Pair>();
  if (value.is === 'nothing') return keys;
  if (value.is !== 'map') malformed(value.offset, problem);
  for (const pair of value.pairs) {
    const key = name(pair.key, pair.offset);
    if (keys.has(key)) malformed(pair.offset, 'This key appears twice.');
    keys.set(key, pair);
  }
  return keys;
}

/** The name that a text in the file stands for; malformed where it can be none. */
type Naming = (text: string, offset: number) => string;
const keyName: Naming = (key) => key.toLowerCase();
const patternName: Naming = (key) => key;

type Count = (offset: number) => void;

function counter(): Count {
  let names = 0;
  return (offset) => {
    if (++names > MAX_NAMES) malformed(offset, `The file holds more than ${MAX_NAMES} names.`);
  };
}

function namesOf(value: Value, count: Count, name: Naming): readonly string[] {
  if (value.is === 'nothing') return [];
  if (value.is !== 'list') malformed(value.offset, 'This must be a list: one name per line, each after a dash.');
  const names = new Set<string>();
  for (const entry of value.entries) {
    count(entry.offset);
    if (entry.is !== 'text') malformed(entry.offset, nameProblem(entry));
    names.add(name(entry.text, entry.offset));
  }
  return [...names];
}

function nameProblem(entry: Value): string {
  switch (entry.is) {
    case 'nothing':
      return 'A name is missing after the dash.';
    case 'other':
      return 'A name that looks like a number or like true or false must stand in quotes.';
    default:
      return 'Each entry must be a single name.';
  }
}

/** An alias also takes a flow map, `{ada, grace}`, whose keys are the members. */
function membersOf(value: Value, count: Count): readonly string[] {
  if (value.is !== 'map') return namesOf(value, count, loginName);
  const members = value.pairs.map(({ key, offset, value: nothing }) => {
    count(offset);
    if (nothing.is !== 'nothing') malformed(nothing.offset, 'An alias holds only names; nothing may follow one.');
    return loginName(key, offset);
  });
  return [...new Set(members)];
}

/** Lower-case, one leading @ removed. Letters, digits and `._/+[]-`: nothing that a page or a comment would interpret. */
export function normalizeLogin(login: string): string {
  return (login.startsWith('@') ? login.slice(1) : login).toLowerCase();
}

function loginName(text: string, offset: number): string {
  const name = normalizeLogin(text);
  if (name.length > MAX_NAME_CHARS || !/^[a-z0-9_][a-z0-9_.+/[\]-]*$/.test(name)) {
    malformed(offset, 'This is neither a login nor the name of an alias.');
  }
  return name;
}

function labelName(text: string, offset: number): string {
  // Control characters: a label travels in URLs, logs and replies.
  if (text.trim() === '' || text.length > MAX_NAME_CHARS || /\p{Cc}/u.test(text)) {
    malformed(offset, 'This is not the name of a label.');
  }
  return text;
}
