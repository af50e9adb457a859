/** Reads a settings file: all of it counts, or every mistake is told with its place. */
import { commands } from '../commands/index.ts';
import {
  anyOf,
  allOf,
  anyone,
  approver,
  rootApprover,
  author,
  code,
  collaborator,
  listed,
  member,
  nearestTo,
  not,
  reviewer,
  role,
  ROLES,
  spelledInFiles,
  team,
  trusted,
  type Requirement,
  type Shape,
} from '../language/index.ts';
import { reading, type Limits, type Place, type Value } from '../owners/bounded-yaml.ts';
import { compilePattern } from '../owners/index.ts';
import { grammarOf, spelledForFamily } from '../parse.ts';
import { declaredKeys, lockable, nameOf, ruleNames, sections } from './declared.ts';
import { defaultSettings } from './defaults.ts';
import { MAX_PLACES, PLACES, schemaFor, type FileKind } from './schema.ts';

/** `problem` is a sentence; the place is counted from 1. */
export type Mistake = { readonly path: string; readonly problem: string } & Place;

/** A value as the rules read it, and where it is written. */
export type Written = { readonly value: unknown; readonly place: PlaceInFile };
/** `file`: where the settings were made of several files. */
export type PlaceInFile = Place & { readonly file?: string };
export type Values = {
  /** By the key's name, `hold.lifted_by`. */
  readonly values: ReadonlyMap<string, Written>;
  /** Names of keys and groups that later files cannot change. */
  readonly locked: ReadonlyMap<string, PlaceInFile>;
};
/** A file as it was understood; organizations and repositories by their names in lower case. */
export type SettingsDocument = Values & {
  readonly path: string;
  readonly organizations: ReadonlyMap<string, Values>;
  readonly repositories: ReadonlyMap<string, Values>;
};
export type ReadSettings =
  | { readonly is: 'document'; readonly document: SettingsDocument }
  | { readonly is: 'mistaken'; readonly mistakes: readonly Mistake[] };

/** What only whoever runs the deployment writes may be longer than what anybody may propose. */
const DEPLOYMENT_LIMITS: Limits = { bytes: 1024 * 1024, tokens: 100_000, flowTokens: 25_000 };

/** Mistakes that are told; who has made more sees the rest once these are mended. */
const MAX_MISTAKES = 100;
/** Instructions of all patterns of a file, which bound how long it takes to compile them; a small one counts as so many. */
const MAX_PATTERNS_SIZE: Readonly<Record<FileKind, number>> = {
  repository: 5_000,
  organization: 5_000,
  deployment: 20_000,
};
const LEAST_PATTERN_SIZE = 20;
/** One that is refused was built as well, or in part. */
const REFUSED_PATTERN_SIZE = 500;
/** Of who may use one command: more cannot be told to somebody who may not. */
const MAX_WHO_PARTS = 50;

export function settingsFrom(text: string, path: string, kind: FileKind): ReadSettings {
  const limits = kind === 'deployment' ? DEPLOYMENT_LIMITS : {};
  const read = reading(
    text,
    (content, at): ReadSettings => {
      const { value, offsets, problems } = sourceOf(content);
      const placeOf = (keys: readonly PropertyKey[]): Place => at(offsetOf(keys, offsets));
      const found = problems.slice(0, MAX_MISTAKES + 1).map(({ problem, offset }) => ({ ...at(offset), problem }));
      return settingsOf({ value, path, kind, placeOf, problems: found });
    },
    limits,
  );
  if (read.is !== 'unreadable') return read;
  const { line, column, problem } = read;
  return { is: 'mistaken', mistakes: [{ path, line, column, problem }] };
}

type Problem = { readonly problem: string } & Place;

/** What a file holds, as plain values, however it was written. */
export type PlainSource = {
  readonly value: unknown;
  readonly path: string;
  readonly kind: FileKind;
  /** Of the setting itself or, where it is missing, of the nearest that is there. */
  readonly placeOf: (keys: readonly PropertyKey[]) => PlaceInFile;
  readonly problems?: readonly Problem[];
};

export function settingsOf({ value, path, kind, placeOf, problems = [] }: PlainSource): ReadSettings {
  const parsed = schemaFor(kind).safeParse(value ?? {});
  const found = parsed.success
    ? readFile(parsed.data, kind, placeOf)
    : {
        problems: [
          ...problemsIn(parsed.error.issues, value, kind, placeOf),
          ...readFile(wellWritten(value, parsed.error.issues), kind, placeOf).problems,
        ],
      };
  const all = [...problems, ...found.problems];
  if ('document' in found && all.length === 0) return { is: 'document', document: { path, ...found.document } };
  const inOrder = all.toSorted((one, other) => one.line - other.line || one.column - other.column);
  const told = inOrder.slice(0, MAX_MISTAKES);
  const { line = 1, column = 1 } = inOrder[MAX_MISTAKES] ?? {};
  const more = inOrder.length > told.length ? [{ line, column, problem: 'From here on there are more mistakes.' }] : [];
  return { is: 'mistaken', mistakes: [...told, ...more].map((each) => ({ path, ...each })) };
}

type Key = string | number;
type Offsets = ReadonlyMap<string, number>;
type Source = {
  readonly value: unknown;
  /** Where each setting begins, and the key it stands under, by the path to it. */
  readonly offsets: Offsets;
  /** What plain values cannot hold. */
  readonly problems: readonly { readonly problem: string; readonly offset: number }[];
};

const RESERVED = '__proto__';

function pathOf(keys: readonly PropertyKey[]): string {
  return JSON.stringify(keys.map(String));
}

/** Plain values for the schema, beside the places they come from. */
function sourceOf(content: Value): Source {
  const offsets = new Map<string, number>();
  const problems: { readonly problem: string; readonly offset: number }[] = [];
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
        const pairs = value.pairs.filter(({ key, offset }) => {
          if (seen.has(key)) problems.push({ problem: `${code(key)} is written twice.`, offset });
          // A schema would not see it.
          const reserved = key === RESERVED;
          if (reserved) problems.push({ problem: `There is no setting ${code(key)}.`, offset });
          seen.add(key);
          offsets.set(pathOf([...keys, key]), offset);
          return !reserved;
        });
        return Object.fromEntries(pairs.map((pair) => [pair.key, plain(pair.value, [...keys, pair.key])]));
      }
    }
  };
  return { value: plain(content, []), offsets, problems };
}

function offsetOf(path: readonly PropertyKey[], offsets: Offsets): number {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = offsets.get(pathOf(path.slice(0, length)));
    if (offset !== undefined) return offset;
  }
  return 0;
}

type PlaceOf = PlainSource['placeOf'];
/** What one file is checked with; `patternsLeft` goes down. */
type Checks = { readonly placeOf: PlaceOf; patternsLeft: number };
type Found =
  | { readonly problems: readonly Problem[] }
  | { readonly problems: readonly Problem[]; readonly document: Omit<SettingsDocument, 'path'> };

/** What the schema found well written: into values, with the checks that go across keys. */
function readFile(data: Readonly<Record<string, unknown>>, kind: FileKind, placeOf: PlaceOf): Found {
  const problems: Problem[] = [];
  const checks: Checks = { placeOf, patternsLeft: MAX_PATTERNS_SIZE[kind] };
  const own = valuesIn(data, [], checks, problems);
  const places = (under: keyof typeof PLACES): ReadonlyMap<string, Values> => {
    const named = recordIn(data[under]);
    const form = kind === 'repository' ? undefined : PLACES[under][kind];
    const found = new Map<string, Values>();
    const names = Object.keys(named);
    if (names.length > MAX_PLACES) {
      problems.push({ ...placeOf([under]), problem: `${code(under)} must have at most ${MAX_PLACES}.` });
      return found;
    }
    for (const name of names) {
      if (form === undefined || !form.fits.test(name)) {
        const what = form?.what ?? 'a name';
        problems.push({ ...placeOf([under, name]), problem: `${code(name)} is not ${what}.` });
        continue;
      }
      const lower = name.toLowerCase();
      if (found.has(lower)) {
        problems.push({
          ...placeOf([under, name]),
          problem: `${code(name)} is written twice; case makes no difference.`,
        });
      }
      found.set(lower, valuesIn(recordIn(named[name]), [under, name], checks, problems));
    }
    return found;
  };
  const document = { ...own, organizations: places('organizations'), repositories: places('repositories') };
  return { problems, document };
}

/** By section, as files spell them: a file may name thousands of places, and each of them few of these. */
const KEYS = Object.keys(sections).map(
  (section) =>
    [
      spelledInFiles(section),
      declaredKeys
        .filter((each) => each.section === section)
        .map(({ name, key, setting }) => ({ name, key: spelledInFiles(key), setting })),
    ] as const,
);

function valuesIn(
  data: Readonly<Record<string, unknown>>,
  at: readonly PropertyKey[],
  checks: Checks,
  problems: Problem[],
): Values {
  const { placeOf } = checks;
  const values = new Map<string, Written>();
  const said = KEYS.flatMap(([section, keys]) => {
    const here = data[section] === undefined ? undefined : recordIn(data[section]);
    return here === undefined ? [] : keys.map((each) => ({ ...each, section, raw: here[each.key] }));
  });
  for (const { name, section, key, setting, raw } of said) {
    if (raw === undefined) continue;
    const path = [...at, section, key];
    problems.push(...patternProblems(raw, setting.shape, path, checks));
    const value = valueOf(raw, setting.shape);
    if (setting.shape.is === 'who' && partsOf(value) > MAX_WHO_PARTS) {
      problems.push({ ...placeOf(path), problem: `${code(name)} must be of at most ${MAX_WHO_PARTS} parts.` });
    }
    values.set(name, { value, place: placeOf(path) });
  }
  // Whoever has made more mistakes than are told sees what these would find once those are mended.
  if (problems.length <= MAX_MISTAKES) {
    problems.push(
      ...familyProblems(values, at, placeOf),
      ...prefixProblems(values),
      ...ruleProblems(values, at, placeOf),
    );
  }
  const locked = new Map<string, PlaceInFile>();
  for (const [index, each] of listIn(data['locked']).entries()) {
    const place = placeOf([...at, 'locked', index]);
    if (!lockable.includes(each)) {
      problems.push({
        ...place,
        problem: `There is no setting ${code(each)} to be locked.${meantBy(each, lockable)}`,
      });
    }
    locked.set(each, place);
  }
  return { values, locked };
}

/** Own keys alone: `data` came through the schema. */
function recordIn(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
    ? Object.assign(Object.create(null), data)
    : {};
}

function listIn(data: unknown): readonly string[] {
  return Array.isArray(data) ? data.map(String) : [];
}

/** From the words of a file, which fit the shape, to those of the rules. */
function valueOf(raw: unknown, shape: Shape): unknown {
  switch (shape.is) {
    case 'list':
      return Array.isArray(raw) ? raw.map((each) => valueOf(each, shape.of)) : [];
    case 'group':
      return Object.fromEntries(
        Object.entries(shape.of).flatMap(([key, of]) => {
          const value = recordIn(raw)[spelledInFiles(key)];
          return value === undefined ? [] : [[key, valueOf(value, of)]];
        }),
      );
    case 'who':
      return requirementIn(raw);
    default:
      return raw;
  }
}

const STANDINGS: ReadonlyMap<unknown, Requirement> = new Map([
  ['anyone', anyone],
  ['author', author],
  ['reviewer', reviewer],
  ['approver', approver],
  ['root-approver', rootApprover],
  ['collaborator', collaborator],
  ['member', member],
  ['trusted', trusted],
]);

/** What fits no form fits nobody. */
function requirementIn(raw: unknown): Requirement {
  if (Array.isArray(raw)) {
    const each = raw.map(requirementIn);
    const [only] = each;
    return each.length === 1 && only !== undefined ? only : anyOf(...each);
  }
  const standing = STANDINGS.get(raw);
  if (standing !== undefined) return standing;
  const record = recordIn(raw);
  if (typeof record['team'] === 'string') return team(record['team'].toLowerCase());
  const atLeast = ROLES.find((each) => each === record['role']);
  if (atLeast !== undefined) return role(atLeast);
  if (record['not'] !== undefined) return not(requirementIn(record['not']));
  if (Array.isArray(record['all'])) return allOf(...record['all'].map(requirementIn));
  if (Array.isArray(record['any'])) return anyOf(...record['any'].map(requirementIn));
  return not(anyone);
}

type Issue = NonNullable<ReturnType<ReturnType<typeof schemaFor>['safeParse']>['error']>['issues'][number];

/** No more than are told, and one more. */
function problemsIn(issues: readonly Issue[], written: unknown, kind: FileKind, placeOf: PlaceOf): readonly Problem[] {
  const problems: Problem[] = [];
  for (const issue of issues.flatMap(inForm)) {
    if (problems.length > MAX_MISTAKES) break;
    if (issue.code !== 'unrecognized_keys') {
      const near = nearestIn(issue, valueAt(issue.path, written));
      problems.push({ ...placeOf(issue.path), problem: `${sentenceFor(issue)}${near}` });
      continue;
    }
    for (const key of issue.keys.slice(0, MAX_MISTAKES + 1)) {
      problems.push({ ...placeOf([...issue.path, key]), problem: sentenceForUnknown(key, issue.path, kind) });
    }
  }
  return problems;
}

/** Of several forms a value has the one whose mistakes are all inside it: these are told, not that it has none of them. */
function inForm(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const fitting = issue.errors.filter((each) => each.every(({ path }) => path.length > 0));
  const [form] = fitting;
  if (form === undefined || fitting.length > 1) return [issue];
  return form.flatMap((each) => inForm({ ...each, path: [...issue.path, ...each.path] }));
}

/** What the schema finds nothing wrong with: whole keys, so that the mistakes across them are told as well. */
function wellWritten(value: unknown, issues: readonly Issue[]): Readonly<Record<string, unknown>> {
  const wrong = new Set(
    issues.flatMap((issue) =>
      (issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]).map((path) =>
        pathOf(keyAt(path)),
      ),
    ),
  );
  if (wrong.has(pathOf([]))) return {};
  const kept = (part: unknown, path: readonly string[]): unknown =>
    typeof part !== 'object' || part === null || Array.isArray(part)
      ? part
      : Object.fromEntries(
          Object.entries(part).flatMap(([key, each]) => {
            const below = [...path, key];
            return wrong.has(pathOf(below)) ? [] : [[key, kept(each, below)]];
          }),
        );
  return recordIn(kept(value, []));
}

/** The path to the setting that something stands in: a group and a key, below a place that is told apart or not. */
function keyAt(path: readonly PropertyKey[]): readonly PropertyKey[] {
  const key = path.slice(0, Object.hasOwn(PLACES, String(path[0])) ? 4 : 2);
  return key.filter((each) => typeof each !== 'number');
}

function valueAt(path: readonly PropertyKey[], written: unknown): unknown {
  return path.reduce<unknown>(
    (value, key) => (Array.isArray(value) ? value[Number(key)] : recordIn(value)[String(key)]),
    written,
  );
}

/** What a single word was meant to be, as the end of a sentence. */
function nearestIn(issue: Issue, written: unknown): string {
  if (typeof written !== 'string') return '';
  if (issue.code === 'invalid_value') return meantBy(written, issue.values.map(String));
  return issue.code === 'invalid_union' ? meantBy(written, [...STANDINGS.keys()].map(String)) : '';
}

function sentenceForUnknown(key: string, path: readonly PropertyKey[], kind: FileKind): string {
  const name = dotted([...path, key]);
  const known =
    declaredKeys.some((each) => each.name === name || each.name.startsWith(`${name}.`)) ||
    key === 'locked' ||
    Object.hasOwn(PLACES, key);
  if (known && kind !== 'deployment') {
    const also = kind === 'repository' && (key === 'locked' || key === 'repositories') ? 'the organization or ' : '';
    return `${code(name)} cannot be set here: it is for ${also}the deployment.`;
  }
  const near = meantBy(key, siblingsIn(path, kind));
  return `There is no setting ${code(name)}.${near === '' ? '' : near.replace(/`([^`]+)`/, (_, word: string) => code(dotted([...path, word])))}`;
}

function sentenceFor(issue: Exclude<Issue, { readonly code: 'unrecognized_keys' }>): string {
  const name = issue.path.length === 0 ? 'The file' : code(dotted(issue.path));
  // What a shape says of itself goes on after the name.
  if (issue.message.startsWith('must be ')) return `${name} ${issue.message}.`;
  switch (issue.code) {
    case 'invalid_type':
      return `${name} must be ${KINDS.get(issue.expected) ?? issue.expected}.`;
    case 'invalid_value':
      return `${name} must be ${listed(
        issue.values.map((value) => code(String(value))),
        'or',
      )}.`;
    case 'too_small':
      if (issue.origin === 'array') return `${name} must have at least ${issue.minimum}.`;
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
  ['record', 'a group of settings'],
]);

/** What is spelled alike, as the end of a sentence. */
function meantBy(word: string, among: readonly string[]): string {
  const [nearest] = nearestTo(word, among, { within: 3, most: 1 });
  return nearest === undefined ? '' : ` Did you mean ${code(nearest)}?`;
}

/** Names that could stand at this path, by the schema itself. */
function siblingsIn(path: readonly PropertyKey[], kind: FileKind): readonly string[] {
  const [first, second] = path.map(String);
  if (first === undefined) {
    const more = {
      deployment: ['locked', 'organizations', 'repositories'],
      organization: ['locked', 'repositories'],
      repository: [],
    };
    return [...Object.keys(sections).map(spelledInFiles), ...more[kind]];
  }
  if (Object.hasOwn(PLACES, first)) {
    return path.length <= 2 ? Object.keys(sections).map(spelledInFiles) : keysOf(String(path[2]));
  }
  if (second !== undefined) {
    const declared = declaredKeys.find(({ name }) => name === `${first}.${second}`);
    const shape = declared?.setting.shape;
    const group = shape?.is === 'list' ? shape.of : shape;
    return group?.is === 'group' ? Object.keys(group.of).map(spelledInFiles) : [];
  }
  return keysOf(first);
}

function keysOf(group: string): readonly string[] {
  return declaredKeys.filter((each) => spelledInFiles(each.section) === group).map(({ key }) => spelledInFiles(key));
}

function patternProblems(raw: unknown, shape: Shape, path: readonly PropertyKey[], checks: Checks): readonly Problem[] {
  if (shape.is === 'list') {
    return (Array.isArray(raw) ? raw : []).flatMap((each, index) =>
      patternProblems(each, shape.of, [...path, index], checks),
    );
  }
  if (shape.is === 'group') {
    return Object.entries(shape.of).flatMap(([key, of]) => {
      const name = spelledInFiles(key);
      return patternProblems(recordIn(raw)[name], of, [...path, name], checks);
    });
  }
  // What is left is not compiled once there is too much of it.
  if (shape.is !== 'pattern' || typeof raw !== 'string' || checks.patternsLeft < 0) return [];
  const compiled = compilePattern(raw);
  if (typeof compiled === 'string') {
    checks.patternsLeft -= REFUSED_PATTERN_SIZE;
    return [{ ...checks.placeOf(path), problem: compiled }];
  }
  checks.patternsLeft -= Math.max(compiled.size, LEAST_PATTERN_SIZE);
  if (checks.patternsLeft >= 0) return [];
  return [{ ...checks.placeOf(path), problem: 'The patterns of this file are too large together.' }];
}

function partsOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const below: unknown = 'of' in value ? value.of : undefined;
  return 1 + (Array.isArray(below) ? below.reduce<number>((sum, each) => sum + partsOf(each), 0) : partsOf(below));
}

/** What takes a command back, before its name. */
const NEGATIONS = ['remove', 'un'];
const PREFIX = nameOf('commands', 'prefix');

/** With the prefix `remove`, nobody could tell what `/remove-lgtm` means. */
function prefixProblems(values: ReadonlyMap<string, Written>): readonly Problem[] {
  const written = values.get(PREFIX);
  const prefix = written?.value;
  if (written === undefined || typeof prefix !== 'string' || prefix === '') return [];
  const prefixes = values.get(nameOf('labels', 'prefixes'))?.value;
  const families = Array.isArray(prefixes) ? prefixes.map(String) : defaultSettings.labels.prefixes;
  const negates = NEGATIONS.some((each) => prefix === each || prefix.startsWith(`${each}-`));
  if (!negates && !spellingsWith(families).some((name) => name.startsWith(prefix))) return [];
  return [
    { ...written.place, problem: `${code(PREFIX)} cannot be ${code(prefix)}: names of commands begin like that.` },
  ];
}

/** A family that is called as a command is would never be reached. */
function familyProblems(
  values: ReadonlyMap<string, Written>,
  at: readonly PropertyKey[],
  placeOf: PlaceOf,
): readonly Problem[] {
  const written = values.get(nameOf('labels', 'prefixes'))?.value;
  const taken = new Set(spellingsWith([]));
  return (Array.isArray(written) ? written.map(String) : []).flatMap((family, index) =>
    taken.has(family)
      ? [
          {
            ...placeOf([...at, 'labels', 'prefixes', index]),
            problem: `${code(`/${family}`)} is a command already: no family of labels can be called so.`,
          },
        ]
      : [],
  );
}

let ofCommands: readonly string[] | undefined;

/** All names of commands with these families of labels; those of the commands alone are worked out once. */
function spellingsWith(families: readonly string[]): readonly string[] {
  ofCommands ??= [...grammarOf(commands, { ...defaultSettings, labels: { prefixes: [] } }).spellings.keys()];
  return [...ofCommands, ...families.flatMap((family) => spelledForFamily(family.toLowerCase()))];
}

const RULE_LISTS = ['only', 'enabled', 'disabled'] as const;

function ruleProblems(
  values: ReadonlyMap<string, Written>,
  at: readonly PropertyKey[],
  placeOf: PlaceOf,
): readonly Problem[] {
  return RULE_LISTS.flatMap((list) => {
    const written = values.get(nameOf('rules', list))?.value;
    return (Array.isArray(written) ? written.map(String) : []).flatMap((name, index) => {
      if (ruleNames.includes(name) || (list === 'only' && name === 'all')) return [];
      const problem = `There is no command or other rule ${code(name)}.${meantBy(name, ruleNames)}`;
      return [{ ...placeOf([...at, 'rules', list, index]), problem }];
    });
  });
}

function dotted(path: readonly PropertyKey[]): string {
  return path.map((key) => (typeof key === 'number' ? `${key + 1}` : String(key))).join('.');
}
