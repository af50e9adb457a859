/** Pages of a list: https://docs.github.com/en/graphql/guides/using-pagination-in-the-graphql-api */
import { Failure } from './failing.ts';

export interface Paging {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

export interface Order {
  readonly field: string;
  readonly direction: 'ASC' | 'DESC';
}

const MAX_RECORDS = 100;

export const cursorAt = (index: number): string => Buffer.from(`cursor:${index + 1}`).toString('base64');

/** The place of a cursor in the list; `otherwise` without one. */
function indexOf(cursor: string | null | undefined, otherwise: number): number {
  if (cursor === null || cursor === undefined) return otherwise;
  const [, count] = /^cursor:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64').toString()) ?? [];
  if (count === undefined)
    throw new Failure('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
  return Number(count) - 1;
}

function sizeIn(field: string, { first, last }: Paging): number {
  const name = first === null || first === undefined ? 'last' : 'first';
  const size = first ?? last;
  if (size === null || size === undefined) {
    const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${field}\` connection.`;
    throw new Failure('MISSING_PAGINATION_BOUNDARIES', message);
  }
  if (size > MAX_RECORDS) {
    const message = `Requesting ${size} records on the \`${field}\` connection exceeds the \`${name}\` limit of ${MAX_RECORDS} records.`;
    throw new Failure('EXCESSIVE_PAGINATION', message);
  }
  if (size < 0)
    throw new Failure('UNPROCESSABLE', `\`${name}\` on the \`${field}\` connection cannot be less than zero.`);
  return size;
}

/** `node` makes of an item what the schema calls its node, `edge` what its edge has besides. */
export function connection<T>(
  field: string,
  items: readonly T[],
  paging: Paging,
  node: (item: T) => unknown,
  edge: (item: T) => object = () => ({}),
) {
  const size = sizeIn(field, paging);
  const from = indexOf(paging.after, -1) + 1;
  const to = Math.max(from, Math.min(indexOf(paging.before, items.length), items.length));
  const fromStart = paging.first !== null && paging.first !== undefined;
  const [start, end] = fromStart ? [from, Math.min(to, from + size)] : [Math.max(from, to - size), to];
  const page = items.slice(start, end);
  return {
    totalCount: items.length,
    pageInfo: {
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: page.length === 0 ? null : cursorAt(start),
      endCursor: page.length === 0 ? null : cursorAt(start + page.length - 1),
    },
    nodes: () => page.map(node),
    edges: () => page.map((item, at) => ({ cursor: cursorAt(start + at), node: () => node(item), ...edge(item) })),
  };
}

/** By the key of the order's field; as they are without an order. */
export function ordered<T>(
  items: readonly T[],
  order: Order | null | undefined,
  keys: Readonly<Record<string, (item: T) => string | number>>,
): readonly T[] {
  const key = order === null || order === undefined ? undefined : keys[order.field];
  if (key === undefined) return items;
  const ascending = items.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)];
    return a < b ? -1 : a > b ? 1 : 0;
  });
  return order?.direction === 'DESC' ? ascending.toReversed() : ascending;
}
