/** Why a field has no value, in GitHub's words: what a client finds under `errors`. */
import { GitHubError } from '../box.ts';

export type FailureType =
  | 'EXCESSIVE_PAGINATION'
  | 'FORBIDDEN'
  | 'INVALID_CURSOR_ARGUMENTS'
  | 'MAX_NODE_LIMIT_EXCEEDED'
  | 'MISSING_PAGINATION_BOUNDARIES'
  | 'NOT_FOUND'
  | 'UNPROCESSABLE';

export class Failure extends Error {
  readonly type: FailureType;
  constructor(type: FailureType, message: string) {
    super(message);
    this.type = type;
  }
}

export const notFoundBy = (what: string, by: string): Failure =>
  new Failure('NOT_FOUND', `Could not resolve to ${what} with the ${by}.`);

export const noNode = (id: string): Failure => notFoundBy('a node', `global id of '${id}'`);

const sentenceIn = (error: unknown): string | undefined => {
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null) return undefined;
  const facts = new Map<string, unknown>(Object.entries(error));
  const [message, field, code] = ['message', 'field', 'code'].map((name) => facts.get(name));
  return typeof message === 'string' ? message : `${String(field)} is ${String(code).replaceAll('_', ' ')}`;
};

/** What REST says with a status, GraphQL says with a type. */
function failureFrom({ status, message, errors = [] }: GitHubError): Failure {
  if (status === 404) return new Failure('NOT_FOUND', message);
  if (status === 401 || status === 403) return new Failure('FORBIDDEN', message);
  const sentences = errors.map(sentenceIn).filter((each) => each !== undefined);
  return new Failure('UNPROCESSABLE', sentences.length === 0 ? message : sentences.join(', '));
}

/** Undefined for what is no answer of GitHub's but a mistake of the box. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error;
  return error instanceof GitHubError ? failureFrom(error) : undefined;
}
