/** Where the box may differ from GitHub's published description, each with its reason. */

export type Side = 'request' | 'answer' | 'webhook';

export interface Exception {
  readonly side: Side;
  /** Fits the operation (`GET /meta`) or the webhook (`WEBHOOK push`). */
  readonly subject: RegExp;
  /** Fits the JSON pointer or the `?parameter`; everywhere when absent. */
  readonly where?: RegExp;
  readonly reason: string;
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    side: 'request',
    subject: /^POST \/graphql$/,
    reason: 'GraphQL is described by its own schema (graphql/schema.graphql), against which every query is validated.',
  },
  {
    side: 'answer',
    subject: /^POST \/graphql$/,
    reason: 'GraphQL is described by its own schema, and its executor builds answers from it.',
  },
];
