/**
 * GitHub Enterprise Server answers GraphQL by the schema of its release. Of what it does not know yet, that without which the
 * answer still tells the truth is not asked for; which fields those are is remembered as long as the process lives.
 */
import * as z from 'zod/mini';
import { Retryable } from '../../errors.ts';
import { log } from '../../log.ts';
import type { Client } from './client.ts';
import { queried } from './graphql.ts';

const refused = z.object({
  data: z.optional(z.nullish(z.unknown())),
  errors: z.array(
    z.object({
      message: z.string(),
      path: z.optional(z.array(z.union([z.string(), z.number()]))),
      extensions: z.optional(z.object({ code: z.optional(z.string()), fieldName: z.optional(z.string()) })),
    }),
  ),
});
/** How the server says so where it says it in words alone. */
const UNKNOWN_FIELD = /^Field '(\w+)' doesn't exist on type '\w+'$/;

type Lacking = {
  /** Fields that a server may not know. */
  readonly later: ReadonlySet<string>;
  /** Fields whose part of the answer may be missing, because not everybody may see it. */
  readonly hidden: ReadonlySet<string>;
};

export async function queriedByRelease(
  client: Pick<Client, 'octokit' | 'unknownFields'>,
  query: string,
  variables: Readonly<Record<string, string | number | null>>,
  { later, hidden }: Lacking,
): Promise<unknown> {
  const { octokit, unknownFields } = client;
  const without = new Set([...later].filter((field) => unknownFields.has(field)));
  try {
    return await queried(octokit, withoutFields(query, without), variables, (path) =>
      path.some((part) => hidden.has(String(part))),
    );
  } catch (error) {
    const unknown = unknownIn(error instanceof Retryable ? error.cause : error, later);
    if (unknown.every((field) => without.has(field))) throw error;
    log.warn('fields unknown to this release of GitHub are not asked for', { fields: unknown.join(' ') });
    for (const field of unknown) unknownFields.add(field);
    // Each time more is left out, so this ends.
    return queriedByRelease(client, query, variables, { later, hidden });
  }
}

/** Where all that the server objects to are fields that came later, and what stands inside of them: those fields. */
export function unknownIn(error: unknown, later: ReadonlySet<string>): readonly string[] {
  const parsed = refused.safeParse(error);
  if (!parsed.success || (parsed.data.data !== null && parsed.data.data !== undefined)) return [];
  const { errors } = parsed.data;
  const unknown = new Set(
    errors.flatMap(({ message, extensions }) => {
      const named = extensions?.code === 'undefinedField' ? extensions.fieldName : UNKNOWN_FIELD.exec(message)?.[1];
      return named !== undefined && later.has(named) ? [named] : [];
    }),
  );
  const isInside = (path: readonly (string | number)[] = []): boolean => path.some((part) => unknown.has(String(part)));
  return errors.every(({ path, extensions }) => isInside(path) || unknown.has(extensions?.fieldName ?? ''))
    ? [...unknown]
    : [];
}

const OPENING: ReadonlyMap<string, string> = new Map([
  ['(', ')'],
  ['{', '}'],
]);

/** A query of ours without these fields, their arguments and what is selected in them. */
export function withoutFields(query: string, fields: ReadonlySet<string>): string {
  let left = query;
  for (const field of fields) {
    const name = new RegExp(String.raw`(?<![\w$:])${field}(?![\w:])`);
    for (let found = name.exec(left); found !== null; found = name.exec(left)) {
      let end = found.index + field.length;
      for (let next = opens(left, end); next !== undefined; next = opens(left, end)) end = closes(left, next);
      left = `${left.slice(0, found.index)}${left.slice(end)}`;
    }
  }
  return left;
}

function opens(query: string, from: number): number | undefined {
  const at = from + (/^\s*/.exec(query.slice(from))?.[0].length ?? 0);
  return OPENING.has(query.charAt(at)) ? at : undefined;
}

/** Behind what closes the bracket that stands here. None of what may be left out has a bracket in a string. */
function closes(query: string, from: number): number {
  const opening = query.charAt(from);
  const closing = OPENING.get(opening);
  let depth = 0;
  for (let at = from; at < query.length; at += 1) {
    const here = query.charAt(at);
    if (here === opening) depth += 1;
    if (here === closing) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return query.length;
}
