/** What every answer of GitHub's REST API has, whatever the route: error shape, pages, ETag, media type. */
import { createHash } from 'node:crypto';
import { type Answer, GitHubError } from './box.ts';

const DEFAULT_PER_PAGE = 30;
/** https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
const MAX_PER_PAGE = 100;
const DOCUMENTATION_URL = 'https://docs.github.com/rest';

export function errorAnswer(status: number, message: string, errors?: readonly unknown[]): Answer {
  return {
    status,
    body: {
      message,
      documentation_url: DOCUMENTATION_URL,
      // GitHub's `validation-error` has the errors, its `basic-error` the status.
      ...(errors === undefined ? { status: String(status) } : { errors }),
    },
  };
}

export const answerFor = (error: unknown): Answer | undefined =>
  error instanceof GitHubError ? errorAnswer(error.status, error.message, error.errors) : undefined;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const whole = (text: string | null, otherwise: number): number =>
  text !== null && /^\d{1,9}$/.test(text) && Number(text) > 0 ? Number(text) : otherwise;

/** Cuts a `list` answer to the page asked for; `self` is the URL of the request, from which the `Link` header is made. */
export function paged(answer: Answer, self: URL): Answer {
  const { list, ...rest } = answer;
  if (list === undefined) return answer;
  const items = list === true ? rest.body : isRecord(rest.body) ? rest.body[list] : undefined;
  if (!Array.isArray(items)) throw new Error(`a list answer without its list: ${self.pathname}`);
  const perPage = Math.min(whole(self.searchParams.get('per_page'), DEFAULT_PER_PAGE), MAX_PER_PAGE);
  const page = whole(self.searchParams.get('page'), 1);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const cut = items.slice((page - 1) * perPage, page * perPage);
  const link = (to: number, rel: string): string => {
    const url = new URL(self);
    url.searchParams.set('page', String(to));
    return `<${url.href}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(Math.min(page - 1, last), 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ];
  return {
    ...rest,
    body: list === true ? cut : { ...(isRecord(rest.body) ? rest.body : {}), [list]: cut },
    headers: { ...rest.headers, ...(links.length === 0 ? {} : { link: links.join(', ') }) },
  };
}

export interface Sent {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array | undefined;
}

/** The custom media type that an `Accept` header asks for: `raw`, `diff`, `object` … */
export function mediaParam(accept: string): string | undefined {
  const [, param] = /application\/vnd\.github(?:\.v3)?\.([a-z-]+)/.exec(accept) ?? [];
  return param === undefined || param === 'v3' ? undefined : param;
}

/** The bytes and headers of an answer; text and bytes go out as they are, all else as JSON. */
export function sent(answer: Answer, accept: string): Sent {
  const { status, body, headers = {} } = answer;
  const param = mediaParam(accept);
  const mediaType = `github.v3;${param === undefined ? '' : ` param=${param};`} format=json`;
  if (body === undefined)
    return { status, headers: { 'x-github-media-type': mediaType, ...headers }, bytes: undefined };
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  const bytes = body instanceof Uint8Array ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const rawType = `application/vnd.github.${param ?? 'raw'}; charset=utf-8`;
  return {
    status,
    headers: {
      'content-type': raw ? rawType : 'application/json; charset=utf-8',
      'x-github-media-type': mediaType,
      ...headers,
    },
    bytes,
  };
}

export const etagOf = (bytes: Uint8Array): string => `W/"${createHash('sha256').update(bytes).digest('hex')}"`;

const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');

/** If-None-Match by weak comparison (RFC 9110, 13.1.2). */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  return (ifNoneMatch ?? '').split(',').some((each) => each.trim() === '*' || opaque(each) === opaque(etag));
}
