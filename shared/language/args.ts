/** What may follow a command's name on its line, as values: the parser, the usage line and the help page read them. */

export type Arg =
  | ({ readonly is: 'flag'; readonly summary: string } & Narrowing)
  | Words
  | { readonly is: 'people'; readonly summary: string; readonly teams: boolean }
  | { readonly is: 'text'; readonly summary: string; readonly required: boolean }
  | { readonly is: 'form'; readonly summary: string; readonly fields: readonly Field[] };

/** `quoted`: a word may have blanks where it stands in double quotes; flags stand before the first word alone. */
type Words = {
  readonly is: 'words';
  readonly summary: string;
  readonly required: boolean;
  readonly max: number;
  readonly quoted?: true;
} & Narrowing;

/** `part`: it says which part of the whole the line is about; lines about different parts stand beside each other. */
type Narrowing = { readonly part?: true };

export type Args = Readonly<Record<string, Arg>>;

/** A word that is there or not: the argument's own name, in any case. */
export function flag(
  summary: string,
  narrowing: Narrowing = {},
): { readonly is: 'flag'; readonly summary: string } & Narrowing {
  return { is: 'flag', summary, ...narrowing };
}

/** Words separated by blanks; as written, none of them a flag. */
export function words(
  summary: string,
  { required = true, max = 50, ...more }: Partial<Pick<Words, 'required' | 'max' | 'quoted'>> & Narrowing = {},
): Words {
  return { is: 'words', summary, required, max, ...more };
}

/** `@login` or `login`, separated by blanks or commas; lower-case, without the @. With `teams`, `org/team` as well. */
export function people(
  summary: string,
  { teams = false }: { readonly teams?: boolean } = {},
): { readonly is: 'people'; readonly summary: string; readonly teams: boolean } {
  return { is: 'people', summary, teams };
}

/** The rest of the line, trimmed. */
export function text(
  summary: string,
  { required = false }: { readonly required?: boolean } = {},
): { readonly is: 'text'; readonly summary: string; readonly required: boolean } {
  return { is: 'text', summary, required };
}

/** One of several places on the line, each with what may stand there; only the last may be text, and only the last ones left out. */
export type Field = { readonly name: string; readonly optional: boolean } & (
  | { readonly is: 'word' }
  | { readonly is: 'choice'; readonly of: readonly string[] }
  | { readonly is: 'number'; readonly least: number; readonly most: number }
  /** `most`: characters. */
  | { readonly is: 'text'; readonly most: number }
);

/** A value for each field, in their order; empty for what is left out. */
export function form(
  summary: string,
  fields: readonly Field[],
): { readonly is: 'form'; readonly summary: string; readonly fields: readonly Field[] } {
  return { is: 'form', summary, fields };
}

export type ValueOf<A extends Arg> = A extends { readonly is: 'flag' }
  ? boolean
  : A extends { readonly is: 'text' }
    ? string
    : readonly string[];

/** What `decide` is given: a boolean, a string or a list for each argument. */
export type ArgValues<A extends Args> = { readonly [Name in keyof A]: ValueOf<A[Name]> };
