/** Reads a settings file: all of it counts, or every mistake is told with its place. */
import { commands } from '../commands/index.ts';
import { code, listed, nearestTo, type Settings } from '../language/index.ts';
import { reading, type Place, type Value } from '../owners/bounded-yaml.ts';
import { compilePattern } from '../owners/index.ts';
import { grammarOf } from '../parse.ts';
import { settingsOf } from './defaults.ts';
import { settingsFile } from './schema.ts';

/** `problem` is a sentence; the place is counted from 1. */
export type Mistake = { readonly path: string; readonly problem: string } & Place;
export type ReadSettings =
  | { readonly is: 'settings'; readonly settings: Settings }
  | { readonly is: 'mistaken'; readonly mistakes: readonly Mistake[] };

export function settingsFrom(text: string, path: string): ReadSettings {
  const read = reading(text, (content, at): ReadSettings => {
    const source = sourceOf(content);
    const parsed = settingsFile.safeParse(source.value ?? {});
    const problems = [
      ...source.repeated.map(({ key, offset }) => ({ offset, problem: `${code(key)} is written twice.` })),
      ...(parsed.success
        ? [...patternProblems(parsed.data.owners.denied, source), ...prefixProblems(settingsOf(parsed.data), source)]
        : problemsIn(parsed.error.issues, source)),
    ];
    if (parsed.success && problems.length === 0) return { is: 'settings', settings: settingsOf(parsed.data) };
    const inOrder = problems.toSorted((one, other) => one.offset - other.offset);
    return { is: 'mistaken', mistakes: inOrder.map(({ offset, problem }) => ({ path, ...at(offset), problem })) };
  });
  if (read.is !== 'unreadable') return read;
  const { line, column, problem } = read;
  return { is: 'mistaken', mistakes: [{ path, line, column, problem }] };
}

type Key = string | number;
type Source = {
  readonly value: unknown;
  /** Where each setting begins, and the key it stands under, by the path to it. */
  readonly offsets: ReadonlyMap<string, number>;
  readonly repeated: readonly { readonly key: string; readonly offset: number }[];
};

function pathOf(keys: readonly PropertyKey[]): string {
  return JSON.stringify(keys.map(String));
}

/** Plain values for the schema, beside the places they come from. */
function sourceOf(content: Value): Source {
  const offsets = new Map<string, number>();
  const repeated: { readonly key: string; readonly offset: number }[] = [];
  const plain = (value: Value, keys: readonly Key[]): unknown => {
    if (!offsets.has(pathOf(keys))) offsets.set(pathOf(keys), value.offset);
    switch (value.is) {
      case 'nothing':
        return undefined;
      case 'text':
        return value.text;
      case 'other':
        return value.value;
      case 'list':
        return value.entries.map((entry, index) => plain(entry, [...keys, index]));
      default: {
        const seen = new Set<string>();
        for (const { key, offset } of value.pairs) {
          if (seen.has(key)) repeated.push({ key, offset });
          seen.add(key);
          offsets.set(pathOf([...keys, key]), offset);
        }
        return Object.fromEntries(value.pairs.map((pair) => [pair.key, plain(pair.value, [...keys, pair.key])]));
      }
    }
  };
  return { value: plain(content, []), offsets, repeated };
}

type Problem = { readonly offset: number; readonly problem: string };
type Issue = NonNullable<ReturnType<typeof settingsFile.safeParse>['error']>['issues'][number];

function problemsIn(issues: readonly Issue[], source: Source): readonly Problem[] {
  return issues.flatMap((issue): readonly Problem[] => {
    if (issue.code !== 'unrecognized_keys')
      return [{ offset: offsetOf(issue.path, source), problem: sentenceFor(issue) }];
    return issue.keys.map((key) => ({
      offset: offsetOf([...issue.path, key], source),
      problem: `There is no setting ${code(dotted([...issue.path, key]))}.${meant(key, issue.path)}`,
    }));
  });
}

function sentenceFor(issue: Exclude<Issue, { readonly code: 'unrecognized_keys' }>): string {
  const name = issue.path.length === 0 ? 'The file' : code(dotted(issue.path));
  switch (issue.code) {
    case 'invalid_type':
      return `${name} must be ${KINDS.get(issue.expected) ?? issue.expected}.`;
    case 'invalid_value':
      return `${name} must be ${listed(
        issue.values.map((value) => code(String(value))),
        'or',
      )}.`;
    case 'too_small':
      return `${name} must be ${issue.origin === 'string' ? 'longer' : `at least ${issue.minimum}`}.`;
    case 'too_big':
      return `${name} must ${issue.origin === 'array' ? 'have' : 'be'} at most ${issue.maximum}.`;
    case 'custom':
      return issue.message;
    default:
      return `${name} is not written like one of its kind.`;
  }
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ['boolean', 'true or false'],
  ['string', 'text'],
  ['number', 'a whole number'],
  ['int', 'a whole number'],
  ['array', 'a list'],
  ['object', 'a group of settings'],
]);

/** A setting of the same group that is spelled alike. */
function meant(key: string, group: readonly PropertyKey[]): string {
  const [nearest] = nearestTo(key, siblingsIn(group), { within: 3, most: 1 });
  return nearest === undefined ? '' : ` Did you mean ${code(dotted([...group, nearest]))}?`;
}

function siblingsIn(group: readonly PropertyKey[]): readonly string[] {
  let at: unknown = settingsFile.parse({});
  for (const key of group) {
    // Own keys alone, all of which come from the schema.
    at = typeof at === 'object' && at !== null ? Object.entries(at).find(([name]) => name === key)?.[1] : undefined;
  }
  return typeof at === 'object' && at !== null ? Object.keys(at) : [];
}

function patternProblems(denied: readonly string[], source: Source): readonly Problem[] {
  return denied.flatMap((pattern, index) => {
    const compiled = compilePattern(pattern);
    if (typeof compiled !== 'string') return [];
    return [{ offset: offsetOf(['owners', 'denied', index], source), problem: compiled }];
  });
}

/** What takes a command back, before its name. */
const NEGATIONS = ['remove', 'un'];

/** With the prefix `remove`, nobody could tell what `/remove-lgtm` means. */
function prefixProblems(settings: Settings, source: Source): readonly Problem[] {
  const { prefix } = settings.commands;
  if (prefix === '') return [];
  const { spellings } = grammarOf(commands, { ...settings, commands: { prefix: '', disabled: [] } });
  const negates = NEGATIONS.some((each) => prefix === each || prefix.startsWith(`${each}-`));
  if (!negates && ![...spellings.keys()].some((name) => name.startsWith(prefix))) return [];
  const problem = `${code('commands.prefix')} cannot be ${code(prefix)}: names of commands begin like that.`;
  return [{ offset: offsetOf(['commands', 'prefix'], source), problem }];
}

/** Of the setting itself or, where it is missing, of the nearest that is there. */
function offsetOf(path: readonly PropertyKey[], { offsets }: Source): number {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = offsets.get(pathOf(path.slice(0, length)));
    if (offset !== undefined) return offset;
  }
  return 0;
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map((key) => (typeof key === 'number' ? `${key + 1}` : String(key))).join('.');
}
