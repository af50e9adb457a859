/**
 * What can be set. A key is declared beside the rule that reads it; validation, the schema for editors, the
 * documentation, `bowsprit check` and the import of Prow's files all read that one value.
 */
import type { Requirement } from './allow.ts';

/** How a value is written. `gives` is never there: it carries the type of what is read. */
export type Shape<T = unknown> = (
  | { readonly is: 'on-off' }
  | { readonly is: 'choice'; readonly of: readonly string[] }
  | { readonly is: 'number'; readonly least: number; readonly most: number }
  /** `what`: goes on after "must be": `a login`. */
  | { readonly is: 'text'; readonly fits: RegExp; readonly what: string }
  /** A regular expression by the rules of RE2. */
  | { readonly is: 'pattern' }
  /** A requirement: see {@link Requirement}. */
  | { readonly is: 'who' }
  | { readonly is: 'list'; readonly of: Shape; readonly most: number }
  | { readonly is: 'group'; readonly of: Readonly<Record<string, Shape>>; readonly required: readonly string[] }
) & { readonly gives?: T };

/** Where Prow's own files say the same: what stands there is taken over by the import. */
export type ProwSource = {
  /** `size.s` of plugins.yaml; `approve[].x` of the entry that names the repository; `tide.x` of config.yaml. */
  readonly at: string;
  /** Prow's word for yes is ours for no. */
  readonly negated?: true;
  /** To a repository's list Prow adds that of its organization. */
  readonly addsUp?: true;
};

export type Setting<T = unknown> = {
  readonly shape: Shape<T>;
  readonly byDefault: T;
  /** One sentence. */
  readonly summary: string;
  /** Who may set it: anybody, or the deployment alone. */
  readonly scope: 'anywhere' | 'deployment';
  readonly prow?: ProwSource;
};

type Sound = {
  // A method, so that a section may ask for its own keys where the engine offers all.
  check(values: Readonly<Record<string, unknown>>): string | undefined;
}['check'];

/** Keys that belong together, camelCase here and snake_case in files. */
export type Section<Keys extends Readonly<Record<string, Setting>> = Readonly<Record<string, Setting>>> = {
  readonly keys: Keys;
  /** Of values that are each written well: why they do not fit each other; undefined where they do. */
  readonly sound?: Sound;
};
export type Sections = Readonly<Record<string, Section>>;

/** What a rule sees of the sections it declared. */
export type SettingsIn<S> = {
  readonly [Name in keyof S]: S[Name] extends { readonly keys: infer Keys }
    ? { readonly [Key in keyof Keys]: Keys[Key] extends Setting<infer T> ? T : never }
    : never;
};

/** Values by section and key, as the engine passes them on. */
export type AnySettings = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export function section<const Keys extends Readonly<Record<string, Setting>>>(
  keys: Keys,
  sound?: (values: SettingsIn<{ readonly own: { readonly keys: Keys } }>['own']) => string | undefined,
): Section<Keys> {
  return sound === undefined ? { keys } : { keys, sound };
}

type More = { readonly scope?: 'deployment'; readonly prow?: ProwSource };

export function setting<T>(shape: Shape<T>, byDefault: T, summary: string, more: More = {}): Setting<T> {
  const { scope = 'anywhere', prow } = more;
  return { shape, byDefault, summary, scope, ...(prow === undefined ? {} : { prow }) };
}

export const onOff: Shape<boolean> = { is: 'on-off' };
export const pattern: Shape<string> = { is: 'pattern' };
export const who: Shape<Requirement | undefined> = { is: 'who' };

export function choice<const T extends string>(...of: readonly T[]): Shape<T> {
  return { is: 'choice', of };
}

export function wholeNumber(least: number, most: number): Shape<number> {
  return { is: 'number', least, most };
}

export function textLike(fits: RegExp, what: string): Shape<string> {
  return { is: 'text', fits, what };
}

const MAX_ENTRIES = 100;

export function listOf<T>(of: Shape<T>, most: number = MAX_ENTRIES): Shape<readonly T[]> {
  return { is: 'list', of, most };
}

/** Members that are not `required` may be left out. */
export function groupOf<
  const Of extends Readonly<Record<string, Shape>>,
  const Needed extends keyof Of & string = never,
>(
  of: Of,
  ...required: readonly Needed[]
): Shape<
  { readonly [Key in Needed]: Of[Key] extends Shape<infer T> ? T : never } & {
    readonly [Key in Exclude<keyof Of, Needed>]?: Of[Key] extends Shape<infer T> ? T | undefined : never;
  }
> {
  return { is: 'group', of, required };
}

export const labelName: Shape<string> = textLike(/^[^\p{C},]{1,100}$/u, 'the name of a label');
export const login: Shape<string> = textLike(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}(?:\[bot\])?$/, 'a login');
/** Nothing in it ends a link in Markdown. */
export const webAddress: Shape<string> = textLike(
  /^(?:https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?(?:\/[\w~!$&'*+,;=:@%/?#.-]*)?)?$/,
  'an address that begins with https://',
);
export const ruleName: Shape<string> = textLike(/^[a-z][a-z0-9-]{0,49}$/, 'the name of a command or another rule');

/** `reviewActsAsLgtm` is written `review_acts_as_lgtm`. */
export function spelledInFiles(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
