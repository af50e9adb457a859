/** What the cut of GitHub's OpenAPI description looks like. */

/** A JSON Schema of draft 7; references read `github#/$defs/<name>`. */
export type CutSchema = Readonly<Record<string, unknown>>;

export interface CutParameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: CutSchema;
}

export interface CutOperation {
  readonly parameters: readonly CutParameter[];
  readonly body?: { readonly required: boolean; readonly schema: CutSchema };
  /** Answers by status; null where the answer has no body. */
  readonly answers: Readonly<Record<string, CutSchema | null>>;
}

export interface GitHubSchema {
  readonly source: string;
  readonly license: string;
  readonly operations: Readonly<Record<string, CutOperation>>;
  /** By event and action with dashes, as in `x-webhooks`. */
  readonly webhooks: Readonly<Record<string, CutSchema>>;
  readonly $defs: Readonly<Record<string, CutSchema>>;
}
