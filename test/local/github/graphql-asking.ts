/** Questions and changes through GraphQL and REST, as any of the people of a forge. */
import { fieldOf, type Forge, type Who } from './forge.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly data: unknown;
  readonly errors: unknown;
}

export async function gql(
  forge: Forge,
  who: Who,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  const { status, headers, body } = await forge.ask(who, 'POST /graphql', { query, variables });
  return { status, headers, data: fieldOf(body, 'data'), errors: fieldOf(body, 'errors') };
}

/** The body of the answer; throws where it is a refusal. */
export async function rest(forge: Forge, who: Who, request: string, body?: unknown): Promise<unknown> {
  const reply = await forge.ask(who, request, body);
  if (reply.status >= 400) throw new Error(`${request}: ${reply.status} ${JSON.stringify(reply.body)}`);
  return reply.body;
}

/** The node id of what REST shows. */
export const idOf = (body: unknown): string => String(fieldOf(body, 'node_id'));
