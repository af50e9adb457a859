/**
 * What a value that nobody has checked must look like, and what of it is taken: the few words of zod that the door needs. The whole
 * of zod would be a third of what the door loads.
 */

/** @returns what is taken of the value, or MISFIT. */
export type Shape<T> = (value: unknown) => T | typeof MISFIT;
export type Of<S> = S extends Shape<infer T> ? Exclude<T, typeof MISFIT> : never;

export const MISFIT = Symbol('misfit');

type Check<T> = (value: T) => boolean;

export const string =
  (...checks: readonly Check<string>[]): Shape<string> =>
  (value) =>
    typeof value === 'string' && checks.every((holds) => holds(value)) ? value : MISFIT;

export const number =
  (...checks: readonly Check<number>[]): Shape<number> =>
  (value) =>
    typeof value === 'number' && checks.every((holds) => holds(value)) ? value : MISFIT;

export const boolean: Shape<boolean> = (value) => (typeof value === 'boolean' ? value : MISFIT);

export const oneOf =
  <const T extends string>(words: readonly T[]): Shape<T> =>
  (value) =>
    words.find((word) => word === value) ?? MISFIT;

export const array =
  <T>(of: Shape<T>, ...checks: readonly Check<readonly unknown[]>[]): Shape<readonly T[]> =>
  (value) => {
    if (!Array.isArray(value) || !checks.every((holds) => holds(value))) return MISFIT;
    const taken: T[] = [];
    for (const each of value) {
      const one = of(each);
      if (one === MISFIT) return MISFIT;
      taken.push(one);
    }
    return taken;
  };

export const optional =
  <T>(of: Shape<T>): Shape<T | undefined> =>
  (value) =>
    value === undefined ? undefined : of(value);

export const nullable =
  <T>(of: Shape<T>): Shape<T | null> =>
  (value) =>
    value === null ? null : of(value);

export const nullish = <T>(of: Shape<T>): Shape<T | null | undefined> => optional(nullable(of));

/** Must not be there. */
export const absent: Shape<undefined> = (value) => (value === undefined ? undefined : MISFIT);

export const either =
  <T, U>(one: Shape<T>, other: Shape<U>): Shape<T | U> =>
  (value) => {
    const taken = one(value);
    return taken === MISFIT ? other(value) : taken;
  };

type Shapes = Readonly<Record<string, Shape<unknown>>>;
type Taken<S extends Shapes> = { readonly [Key in keyof S]: Of<S[Key]> };

/** Only what is named is taken, and only what is the value's own. */
export function object<const S extends Shapes>(shapes: S): Shape<Taken<S>> {
  const keys = Object.entries(shapes);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return MISFIT;
    const taken: Record<string, unknown> = {};
    for (const [key, shape] of keys) {
      const one = shape(Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined);
      if (one === MISFIT) return MISFIT;
      taken[key] = one;
    }
    return isTaken<S>(taken) ? taken : MISFIT;
  };
}

/** Each key went through its own shape, which the compiler cannot follow. */
function isTaken<S extends Shapes>(_taken: object): _taken is Taken<S> {
  return true;
}

export const maxLength =
  (most: number): Check<string | readonly unknown[]> =>
  ({ length }) =>
    length <= most;

export const matches =
  (pattern: RegExp): Check<string> =>
  (value) =>
    pattern.test(value);
