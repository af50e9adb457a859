/** What GraphQL answers: with status 200 also when it could not, or not all. */
import * as z from 'zod/mini';
import { type Refusal, Retryable } from '../../errors.ts';
import { lackOf, UNGRANTED, waitIn, type Client } from './client.ts';

type Path = readonly (string | number)[];

const failed = z.object({
  headers: z.optional(z.record(z.string(), z.string())),
  data: z.nullish(z.unknown()),
  errors: z.array(
    z.object({
      type: z.optional(z.string()),
      message: z.string(),
      path: z.optional(z.array(z.union([z.string(), z.number()]))),
    }),
  ),
});
const LIMITED_SECONDS = 60;
const MAX_REASON_CHARS = 500;

/** What a field needs to be seen. */
const NEEDED: ReadonlyMap<string | number, string> = new Map([
  ['statusCheckRollup', 'checks=read'],
  ['object', 'contents=read'],
  ['settings', 'contents=read'],
  ['pullRequest', 'pull_requests=read'],
]);

function ungranted(path: Path, cause: unknown): Refusal {
  const field = path.findLast((part) => typeof part === 'string') ?? 'what it asked for';
  const needed = path.findLast((part) => NEEDED.has(part));
  return lackOf(`\`${field}\``, needed === undefined ? undefined : NEEDED.get(needed), cause);
}

/** The kind of what GraphQL complained of, where there is one kind alone. */
export function complaintOf(error: unknown): string | undefined {
  const parsed = failed.safeParse(error);
  const [first, ...others] = parsed.success ? new Set(parsed.data.errors.map(({ type }) => type)) : [];
  return others.length === 0 ? first : undefined;
}

/** What GitHub says of the change itself; anything else is the weather. */
const NOES: ReadonlySet<string> = new Set(['UNPROCESSABLE', 'FORBIDDEN', 'NOT_FOUND']);

export function isAnswer(error: unknown): boolean {
  const complaint = complaintOf(error);
  return complaint !== undefined && NOES.has(complaint);
}

/** What GraphQL complained of, in its own words. */
export function saidIn(error: unknown): string {
  const parsed = failed.safeParse(error);
  const said = parsed.success ? parsed.data.errors.map(({ message }) => message).join('; ') : '';
  return said.slice(0, MAX_REASON_CHARS).replace(/\.$/, '');
}

/**
 * @returns the data; parts at paths that `mayLack` names may be null because they could not be had, and what is named by
 * `owner`, `repo` and `number` where there is none of that name.
 * @throws Refusal where the App was not given a permission, Retryable where anything else is missing.
 */
export async function queried(
  octokit: Client['octokit'],
  query: string,
  variables: Readonly<Record<string, string | number | null>>,
  mayLack: (path: Path) => boolean = () => false,
): Promise<unknown> {
  try {
    return await octokit.graphql(query, variables);
  } catch (error) {
    const answer = failed.safeParse(error);
    if (!answer.success) throw error;
    const { data, errors, headers = {} } = answer.data;
    const fine = errors.every(({ type, path = [] }) => (type === 'NOT_FOUND' && path.length <= 2) || mayLack(path));
    if (fine && data !== null && data !== undefined) return data;
    const lacking = errors.find(
      ({ type, message, path = [] }) => type === 'FORBIDDEN' && UNGRANTED.test(message) && !mayLack(path),
    );
    if (lacking !== undefined) throw ungranted(lacking.path ?? [], error);
    const limited = errors.some(({ type }) => type === 'RATE_LIMITED' || type === 'RATE_LIMIT');
    throw new Retryable(`GraphQL: ${errors.map(({ message }) => message).join('; ')}`.slice(0, MAX_REASON_CHARS), {
      retryAfter: limited ? (waitIn(headers) ?? LIMITED_SECONDS) : undefined,
      cause: error,
    });
  }
}
