/** The words in which the form of Prow's files is told: each reads one part, or says why it cannot be read. */
import { code, nearestTo } from '../../language/index.ts';
import { patternProblem } from './patterns.ts';
import { flagIn, isDuration, isNothing, numberIn, textIn } from './scalars.ts';
import type { Source } from './finding.ts';
import type { Node, Pair, Scalar } from './yaml.ts';

/** A value, and where it begins. */
export type At<T> = { readonly value: T; readonly offset: number };
export type Entry<T> = { readonly key: string; readonly offset: number; readonly value: T };

/** The keys that a file sets, by their paths (`approve[].repos`, `dco.*.trusted_org`), each where it first does. */
export type SeenKeys = Map<string, number>;
export type Reading = {
  readonly source: Source;
  readonly seen: SeenKeys;
  /** Those of them that Prow knows nothing of either. */
  readonly strange: Set<string>;
};

/** undefined: nothing is there, or something that cannot be read, of which it has told. */
export type Shape<T> = (node: Node, path: string, reading: Reading) => At<T> | undefined;
export type Shaped<S> = S extends Shape<infer T> ? T : never;

export const text: Shape<string> = (node, path, reading) => {
  const scalar = scalarAt(node, path, 'text', reading);
  return scalar === undefined ? undefined : { value: worded(scalar, path, reading), offset: scalar.offset };
};

/** Numbers and yes or no are text where text is wanted; told where it is not the text that was written. */
function worded(scalar: Scalar, path: string, { source }: Reading): string {
  const value = textIn(scalar);
  if (scalar.plain && value !== scalar.text) {
    const said = `${code(scalar.text)} without quotes is read as ${code(value)}; put it in quotes.`;
    source.found('warning', scalar.offset, path, said);
  }
  return value;
}

export const flag: Shape<boolean> = (node, path, reading) => {
  const scalar = scalarAt(node, path, 'true or false', reading);
  if (scalar === undefined) return undefined;
  const value = flagIn(scalar);
  if (value === undefined) return wrong(node, path, 'true or false', reading);
  return { value, offset: scalar.offset };
};

export const whole: Shape<number> = (node, path, reading) => {
  const read = fraction(node, path, reading);
  if (read === undefined || Number.isInteger(read.value)) return read;
  return wrong(node, path, 'a whole number', reading);
};

export const fraction: Shape<number> = (node, path, reading) => {
  const scalar = scalarAt(node, path, 'a number', reading);
  if (scalar === undefined) return undefined;
  const value = numberIn(scalar);
  return value === undefined ? wrong(node, path, 'a number', reading) : { value, offset: scalar.offset };
};

export const duration: Shape<string> = (node, path, reading) => {
  const read = text(node, path, reading);
  if (read === undefined || isDuration(read.value)) return read;
  return wrong(node, path, `a time such as ${code('5s')} or ${code('1m30s')}`, reading);
};

export const pattern: Shape<string> = (node, path, reading) => {
  const read = text(node, path, reading);
  const problem = read === undefined ? undefined : patternProblem(read.value);
  if (problem !== undefined) reading.source.found('error', node.offset, path, problem);
  return read;
};

export function oneOf<const T extends string>(...words: readonly T[]): Shape<T> {
  return (node, path, reading) => {
    const read = text(node, path, reading);
    if (read === undefined) return undefined;
    const value = words.find((each) => each === read.value);
    if (value === undefined) return wrong(node, path, `one of ${words.map(code).join(', ')}`, reading);
    return { value, offset: read.offset };
  };
}

export function list<T>(of: Shape<T>): Shape<readonly At<T>[]> {
  return (node, path, reading) => {
    if (nothing(node)) return undefined;
    if (node.is !== 'list') return wrong(node, path, 'a list', reading);
    const value = node.entries.flatMap((entry) => of(entry, `${path}[]`, reading) ?? []);
    return { value, offset: node.offset };
  };
}

/** Any keys, of which the last counts where one is repeated. */
export function mapOf<T>(of: Shape<T>): Shape<readonly Entry<T>[]> {
  return (node, path, reading) => {
    if (nothing(node)) return undefined;
    if (node.is !== 'map') return wrong(node, path, 'a map', reading);
    const pairs = [...lastOf(node.pairs, ({ key }) => worded(key, path, reading), path, reading)];
    const value = pairs.flatMap(([key, pair]): readonly Entry<T>[] => {
      const read = of(pair.value, `${path}.*`, reading);
      return read === undefined ? [] : [{ key, offset: pair.key.offset, value: read.value }];
    });
    return { value, offset: node.offset };
  };
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
export type FieldsOf<F extends Fields> = { readonly [K in keyof F]?: At<Shaped<F[K]>> };

/** Known fields, in any case of letters. What else there is, is a mistake, or nothing that matters here. */
export function record<F extends Fields>(fields: F, unknown: 'warning' | 'ignored' = 'warning'): Shape<FieldsOf<F>> {
  const names = Object.keys(fields);
  const byLower = new Map(names.map((name) => [name.toLowerCase(), name]));
  const named = ({ key }: Pair): string =>
    Object.hasOwn(fields, key.text) ? key.text : (byLower.get(key.text.toLowerCase()) ?? key.text);
  return (node, path, reading) => {
    if (nothing(node)) return undefined;
    if (node.is !== 'map') return wrong(node, path, 'a group of settings', reading);
    const value: Record<string, At<unknown>> = {};
    for (const [name, pair] of lastOf(node.pairs, named, path, reading)) {
      const shape = Object.hasOwn(fields, name) ? fields[name] : undefined;
      const inside = path === '' ? name : `${path}.${name}`;
      if (!reading.seen.has(inside)) reading.seen.set(inside, pair.key.offset);
      if (shape === undefined) {
        if (unknown === 'ignored') continue;
        reading.source.found('warning', pair.key.offset, inside, strange(name, names));
        reading.strange.add(inside);
        continue;
      }
      if (nothing(pair.value)) continue;
      const read = shape(pair.value, inside, reading);
      if (read !== undefined) value[name] = read;
    }
    if (!isRead(value, fields)) throw new TypeError('a field was read that is none');
    return { value, offset: node.offset };
  };
}

/** Whether all names are of fields; each was read by its own shape. */
function isRead<F extends Fields>(value: unknown, fields: F): value is FieldsOf<F> {
  return typeof value === 'object' && value !== null && Object.keys(value).every((name) => Object.hasOwn(fields, name));
}

function strange(name: string, names: readonly string[]): string {
  const [nearest] = nearestTo(name, names, { within: 2, most: 1 });
  return `Prow knows no such key, so it does nothing.${nearest === undefined ? '' : ` Did you mean ${code(nearest)}?`}`;
}

/** Accepted, whatever it is. */
export const anything: Shape<Node> = (node) => ({ value: node, offset: node.offset });

function lastOf(
  pairs: readonly Pair[],
  nameOf: (pair: Pair) => string,
  path: string,
  { source }: Reading,
): ReadonlyMap<string, Pair> {
  const last = new Map<string, Pair>();
  for (const pair of pairs) {
    const name = nameOf(pair);
    const before = last.get(name);
    if (before !== undefined) {
      const said = `${code(name)} is written twice; the last one counts here, and in Prow either may.`;
      source.found(
        'warning',
        Math.max(pair.key.offset, before.key.offset),
        path === '' ? name : `${path}.${name}`,
        said,
      );
    }
    last.set(name, pair);
  }
  return last;
}

export function nothing(node: Node): boolean {
  return node.is === 'scalar' && isNothing(node);
}

function scalarAt(node: Node, path: string, wanted: string, reading: Reading): Scalar | undefined {
  if (nothing(node)) return undefined;
  return node.is === 'scalar' ? node : wrong(node, path, wanted, reading);
}

export function wrong(node: Node, path: string, wanted: string, { source }: Reading): undefined {
  source.found('error', node.offset, path, `${code(path === '' ? 'The file' : path)} must be ${wanted}.`);
  return undefined;
}
