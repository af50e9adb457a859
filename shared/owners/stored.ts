/** The compiled index as one small item: JSON, gzipped, every name, list and file written once. */
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import type { OwnersIndex } from './compile.ts';
import type { Aliases, OwnersFile, Rule, Unreadable } from './parse.ts';

/** Bytes after unpacking; kubernetes/kubernetes needs less than 100,000. */
const MAX_JSON_BYTES = 32 * 1024 * 1024;
const FORMAT = 2;

const index = z.int().check(z.minimum(0));
const problem = [z.int(), z.int(), z.string()] as const;
const list = z.readonly(z.array(index));
const storedRule = z.tuple([z.string(), list, list, list, list]);
const storedFile = z.union([
  z.tuple([z.literal('u'), ...problem]),
  z.tuple([z.literal('o'), z.int(), z.array(storedRule), z.array(z.tuple([...problem])), z.int().check(z.minimum(0))]),
]);
const places = z.array(z.tuple([z.string(), z.union([index, z.null()])]));
const stored = z.object({
  format: z.literal(FORMAT),
  complete: z.boolean(),
  options: z.object({
    ownersFile: z.string(),
    aliasesFile: z.string(),
    frontMatter: z.boolean(),
    denied: z.array(z.string()),
    builtInDenied: z.boolean(),
  }),
  names: z.array(z.string()),
  aliases: z.union([z.null(), z.tuple([z.literal('u'), ...problem]), z.array(z.tuple([index, list]))]),
  files: z.array(storedFile),
  folders: places,
  documents: places,
});
type Stored = z.infer<typeof stored>;
type StoredFile = z.infer<typeof storedFile>;

const NO_PARENT = 1;
const AUTO_APPROVE = 2;
const NOT_SAID = 0;

/** Bytes to store; equal indexes give equal bytes. */
export function encodeIndex(owners: OwnersIndex): Uint8Array {
  const names = interned<string>((name) => name);
  const files = interned<StoredFile>((file) => JSON.stringify(file));
  const listOf = (logins: readonly string[]): number[] => logins.map(names.indexOf);
  const ruleOf = (rule: Rule): z.infer<typeof storedRule> => [
    rule.pattern,
    listOf(rule.approvers),
    listOf(rule.reviewers),
    listOf(rule.requiredReviewers),
    listOf(rule.labels),
  ];
  const fileOf = (file: OwnersFile | Unreadable): StoredFile =>
    file.is === 'unreadable'
      ? ['u', file.line, file.column, file.problem]
      : [
          'o',
          (file.noParentOwners ? NO_PARENT : 0) + (file.autoApproveUnownedSubfolders ? AUTO_APPROVE : 0),
          file.rules.map(ruleOf),
          file.remarks.map(({ line, column, problem: text }): [number, number, string] => [line, column, text]),
          file.minApprovals ?? NOT_SAID,
        ];
  const placesOf = (known: OwnersIndex['folders']): Stored['folders'] =>
    [...known]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([path, file]) => [path, file === null ? null : files.indexOf(fileOf(file))]);
  const aliasesOf = (aliases: Aliases | Unreadable | null): Stored['aliases'] => {
    if (aliases === null) return null;
    if (aliases.is === 'unreadable') return ['u', aliases.line, aliases.column, aliases.problem];
    return aliases.entries.map(([name, members]) => [names.indexOf(name), listOf(members)]);
  };
  const folders = placesOf(owners.folders);
  const documents = placesOf(owners.documents);
  const json: Stored = {
    format: FORMAT,
    complete: owners.complete,
    options: { ...owners.options, denied: [...owners.options.denied] },
    aliases: aliasesOf(owners.aliases),
    folders,
    documents,
    files: files.all,
    names: names.all,
  };
  return gzipSync(JSON.stringify(json), { level: 9 });
}

/** The index again, or undefined where the bytes are none of this version's: a miss, as if nothing had been stored. */
export function decodeIndex(bytes: Uint8Array): OwnersIndex | undefined {
  const parsed = stored.safeParse(jsonIn(bytes));
  if (!parsed.success) return undefined;
  const { complete, options, names, aliases, files, folders, documents } = parsed.data;
  try {
    const nameAt = (position: number): string => at(names, position);
    const restored = files.map((file) => restoredFile(file, nameAt));
    const placesFrom = (known: Stored['folders']): OwnersIndex['folders'] =>
      new Map(known.map(([path, file]) => [path, file === null ? null : at(restored, file)]));
    return {
      is: 'owners',
      complete,
      options,
      aliases: restoredAliases(aliases, nameAt),
      folders: placesFrom(folders),
      documents: placesFrom(documents),
    };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function jsonIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(gunzipSync(bytes, { maxOutputLength: MAX_JSON_BYTES }).toString('utf8'));
  } catch {
    return undefined;
  }
}

function restoredFile(file: StoredFile, nameAt: (position: number) => string): OwnersFile | Unreadable {
  if (file[0] === 'u') return { is: 'unreadable', line: file[1], column: file[2], problem: file[3] };
  const [, flags, rules, remarks, minApprovals] = file;
  return {
    is: 'owners',
    rules: rules.map(([pattern, approvers, reviewers, requiredReviewers, labels]) => ({
      pattern,
      approvers: approvers.map(nameAt),
      reviewers: reviewers.map(nameAt),
      requiredReviewers: requiredReviewers.map(nameAt),
      labels: labels.map(nameAt),
    })),
    noParentOwners: (flags & NO_PARENT) !== 0,
    autoApproveUnownedSubfolders: (flags & AUTO_APPROVE) !== 0,
    ...(minApprovals === NOT_SAID ? {} : { minApprovals }),
    remarks: remarks.map(([line, column, text]) => ({ line, column, problem: text })),
  };
}

function restoredAliases(
  aliases: Stored['aliases'],
  nameAt: (position: number) => string,
): Aliases | Unreadable | null {
  if (aliases === null) return null;
  if (isUnreadable(aliases)) return { is: 'unreadable', line: aliases[1], column: aliases[2], problem: aliases[3] };
  return { is: 'aliases', entries: aliases.map(([name, members]) => [nameAt(name), members.map(nameAt)] as const) };
}

function isUnreadable(aliases: Exclude<Stored['aliases'], null>): aliases is ['u', number, number, string] {
  return aliases[0] === 'u';
}

function at<T>(list_: readonly T[], position: number): T {
  const item = list_[position];
  if (item === undefined) throw new RangeError('A stored index points outside its own tables.');
  return item;
}

/** A table in which each value stands once, in the order of first use. */
function interned<T>(keyOf: (value: T) => string): { readonly all: T[]; readonly indexOf: (value: T) => number } {
  const positions = new Map<string, number>();
  const all: T[] = [];
  return {
    all,
    indexOf(value) {
      const key = keyOf(value);
      const known = positions.get(key);
      if (known !== undefined) return known;
      positions.set(key, all.length);
      return all.push(value) - 1;
    },
  };
}
