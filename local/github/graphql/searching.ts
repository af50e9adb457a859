/** Search, which is what REST finds. */
import { type Call, GitHubError, type Handler } from '../box.ts';
import { isRecord } from '../gate.ts';
import { searchRoutes, termsIn } from '../routes/search.ts';

export type SearchType = 'DISCUSSION' | 'ISSUE' | 'REPOSITORY' | 'USER';

interface Matches {
  readonly ids: readonly string[];
  readonly total: number;
}

const NONE: Matches = { ids: [], total: 0 };
const handlerOf = (operation: string): Handler => {
  const handler = searchRoutes[operation];
  if (handler === undefined) throw new Error(`no route ${operation}`);
  return handler;
};
const HANDLERS = {
  ISSUE: handlerOf('GET /search/issues'),
  REPOSITORY: handlerOf('GET /search/repositories'),
  USER: handlerOf('GET /search/users'),
} as const;

/** GraphQL has the order inside the query: `sort:updated-desc`. */
function paramsFrom(query: string): URLSearchParams {
  const [, sort, order] =
    /^([a-z-]+?)(?:-(asc|desc))?$/.exec(termsIn(query).find(({ qualifier }) => qualifier === 'sort')?.value ?? '') ??
    [];
  return new URLSearchParams({ q: query, ...(sort === undefined ? {} : { sort }), ...(order ? { order } : {}) });
}

/** Node ids of what fits, as REST finds it. Where REST refuses a place that it cannot see, GraphQL finds nothing. */
export async function matchesOf(call: Call, query: string, type: SearchType): Promise<Matches> {
  if (type === 'DISCUSSION') return NONE;
  try {
    const { body } = await HANDLERS[type]({ ...call, query: paramsFrom(query), body: {} });
    if (!isRecord(body) || !Array.isArray(body['items'])) throw new Error('search gave no items');
    const ids = body['items'].map((each: unknown) => (isRecord(each) ? String(each['node_id']) : ''));
    return { ids, total: Number(body['total_count']) };
  } catch (error) {
    if (error instanceof GitHubError && error.status === 422) return NONE;
    throw error;
  }
}
