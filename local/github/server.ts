/** The HTTP front: what happens to every request before and after its route. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerFor, errorAnswer, etagOf, matchesEtag, paged, type Sent, sent } from './answering.ts';
import { type Answer, type Box, type Call, type Caller, type Handler, GitHubError } from './box.ts';
import type { Fault, Faults } from './faults.ts';
import type { Judging } from './judging.ts';
import { callerName, type Limits, type Resource } from './limits.ts';
import type { Match, Router } from './router.ts';
import type { Referee, Violation } from './validate.ts';

/** One line of the request log. */
export interface Logged {
  /** ISO 8601, by the box's clock. */
  readonly at: string;
  readonly method: string;
  /** The operation as in GitHub's description; empty where no route fits. */
  readonly route: string;
  readonly path: string;
  /** Zero where no answer was sent: a hang or a reset. */
  readonly status: number;
  /** A login, `app <id>` or `nobody`. */
  readonly caller: string;
  readonly callerIs: Caller['is'];
  readonly charged: boolean;
  readonly fault?: Fault['kind'];
}

export interface Front {
  readonly box: Box;
  /** Empty, or `/api/v3` as on GitHub Enterprise Server. */
  readonly basePath: string;
  readonly router: Router;
  readonly graphql: Handler;
  /** Answers what stands under `/_box/`; undefined where nothing does. */
  readonly control: (method: string, path: string, body: unknown) => Answer | undefined;
  readonly callerOf: (authorization: string | undefined) => Caller;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly referee: Referee;
  readonly judging: Judging;
  /** Refuse what the referee objects to instead of only recording it. */
  readonly strict: boolean;
  readonly log: (entry: Logged) => void;
  /** Called after each request that may have changed something. */
  readonly changed: () => void;
  /** Called with each request that a fault leaves open. */
  readonly hung: (request: IncomingMessage) => void;
}

const MAX_BODY_BYTES = 100 * 1024 * 1024;
const MAX_REMEMBERED_READS = 500;
const API_VERSIONS = ['2022-11-28', '2026-03-10'];
export const SUPPORTED_API_VERSIONS: readonly string[] = API_VERSIONS;
const SECONDARY_LIMIT =
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you reach out to GitHub Support for help, please include the request ID.';

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.byteLength;
    if (size > MAX_BODY_BYTES) throw new GitHubError(413, 'Payload too large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** The parsed body; undefined where there is none. GitHub wants an object, as all its operations do. */
function parsed(bytes: Buffer): Record<string, unknown> | readonly unknown[] | undefined {
  if (bytes.byteLength === 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new GitHubError(400, 'Problems parsing JSON');
  }
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) throw new GitHubError(400, 'Body should be a JSON object');
  return { ...value };
}

const isList = (body: unknown): body is readonly unknown[] => Array.isArray(body);

const resourceOf = (operation: string): Resource =>
  operation === 'POST /graphql' ? 'graphql' : operation.startsWith('GET /search/') ? 'search' : 'core';

const limitedBy = (caller: Caller): string =>
  caller.is === 'installation' ? `installation ID ${caller.installationId}` : callerName(caller);

const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
};

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function faultAnswer(fault: Fault): Sent | undefined {
  const retry = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
  switch (fault.kind) {
    case 'error-before':
      return sent(errorAnswer(fault.status ?? 500, 'Server Error'), '');
    case 'error-after':
      return sent(errorAnswer(fault.status ?? 502, 'Server Error'), '');
    case 'secondary-limit':
      return sent({ ...errorAnswer(403, SECONDARY_LIMIT), headers: retry }, '');
    case 'too-many':
      return sent({ ...errorAnswer(429, SECONDARY_LIMIT), headers: retry }, '');
    default:
      return undefined;
  }
}

export function frontFor(front: Front): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { box, router, faults, referee, judging, limits } = front;
  /** What a caller last read at a URL, for faults that serve it again. */
  const lastReads = new Map<string, Sent>();

  const matchOf = (method: string, path: string): Match | undefined => {
    const graphqlPath = front.basePath === '' ? '/graphql' : '/api/graphql';
    if (path === graphqlPath && method === 'POST')
      return { operation: 'POST /graphql', params: {}, handler: front.graphql };
    if (!path.startsWith(front.basePath)) return undefined;
    return router.match(method, path.slice(front.basePath.length) || '/');
  };

  /** What the referee says, where it decides; where it is only recorded, nobody waits for it. */
  const heard = (judge: () => readonly Violation[]): readonly Violation[] => {
    const found = front.strict ? judge() : [];
    judging.later(front.strict ? () => found : judge);
    return found;
  };

  const carriedOut = async (
    match: Match,
    request: IncomingMessage,
    url: URL,
    bytes: Buffer,
    caller: Caller,
  ): Promise<Sent> => {
    const { operation, params, handler } = match;
    const accept = headerOf(request, 'accept') ?? '';
    /** What strictness refuses is answered in the box's own words, which nobody judges. */
    let refused = false;
    const answered = async (): Promise<Answer> => {
      const body = parsed(bytes);
      const judge = (): Violation[] => referee.request({ operation, params, query: url.searchParams, body });
      const wrong = heard(judge);
      const [first] = wrong;
      if (first !== undefined) {
        refused = true;
        throw new GitHubError(
          422,
          `Invalid request. ${first.where} ${first.problem}`,
          wrong.map(({ where, problem }) => ({ resource: operation, field: where, code: 'invalid', message: problem })),
        );
      }
      // The operations on labels are the only ones here that take a bare array: it means the field `labels`.
      const given: Call['body'] = isList(body) ? { labels: body } : (body ?? {});
      return handler({ params, query: url.searchParams, body: given, caller, accept, box });
    };
    let answer: Answer;
    try {
      answer = paged(await answered(), url);
    } catch (error) {
      const known = answerFor(error);
      if (known === undefined) {
        const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
        refused = front.strict;
        const thrown: Violation = {
          side: 'answer',
          subject: operation,
          where: '',
          problem: `the route threw: ${problem}`,
        };
        judging.later(() => [thrown]);
      }
      answer = known ?? errorAnswer(500, 'Server Error');
    }
    const { status, body } = answer;
    const wrong = refused ? [] : heard(() => referee.answer(operation, status, body));
    const [first] = wrong;
    if (first !== undefined) {
      answer = errorAnswer(500, `The box broke GitHub's description at ${first.where}: ${first.problem}`, wrong);
    }
    return sent(answer, accept);
  };

  return async (request, response) => {
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', new URL(box.url).origin);
    const path = url.pathname;
    const deliver = ({ status, headers, bytes }: Sent): void => {
      response.writeHead(status, {
        ...headers,
        ...(bytes === undefined ? {} : { 'content-length': bytes.byteLength }),
      });
      response.end(bytes);
    };

    let bytes: Buffer;
    try {
      bytes = await bytesOf(request);
    } catch (error) {
      // A client that went away while sending gets no answer.
      const answer = answerFor(error);
      if (answer === undefined) response.destroy();
      else deliver(sent(answer, ''));
      return;
    }

    if (path.startsWith('/_box/')) {
      let answer: Answer | undefined;
      try {
        answer = front.control(method, path, parsed(bytes));
      } catch (error) {
        answer = answerFor(error) ?? errorAnswer(422, error instanceof Error ? error.message : String(error));
      }
      deliver(sent(answer ?? errorAnswer(404, 'Not Found'), ''));
      return;
    }

    const match = matchOf(method, path);
    const operation = match?.operation ?? '';
    const requestId = randomBytes(16).toString('hex').toUpperCase();
    const resource = resourceOf(operation);
    const version = headerOf(request, 'x-github-api-version') ?? '2022-11-28';
    let caller: Caller = { is: 'nobody' };
    let charged = false;
    let fault: Fault | undefined;
    const finished = (status: number): void => {
      front.log({
        at: box.now().toISOString(),
        method,
        route: operation,
        path: `${path}${url.search}`,
        status,
        caller: callerName(caller),
        callerIs: caller.is,
        charged,
        ...(fault === undefined ? {} : { fault: fault.kind }),
      });
      if (method !== 'GET') front.changed();
    };
    const finish = (answer: Sent): void => {
      const { limit, remaining, used, reset } = limits.state(caller, resource);
      finished(answer.status);
      deliver({
        ...answer,
        headers: {
          ...answer.headers,
          // By the box's clock, so that clients which correct their own by it (as Octokit does) stay in step.
          date: box.now().toUTCString(),
          'x-github-request-id': requestId,
          'x-github-api-version-selected': version,
          'x-ratelimit-limit': String(limit),
          'x-ratelimit-remaining': String(remaining),
          'x-ratelimit-used': String(used),
          'x-ratelimit-reset': String(reset),
          'x-ratelimit-resource': resource,
        },
      });
    };
    const refuse = (status: number, message: string): void => finish(sent(errorAnswer(status, message), ''));

    if (headerOf(request, 'user-agent') === undefined) {
      refuse(403, 'Request forbidden by administrative rules. Please make sure your request has a User-Agent header');
      return;
    }
    if (!API_VERSIONS.includes(version)) {
      refuse(400, `"${version}" is not a supported version of the GitHub API`);
      return;
    }
    try {
      caller = front.callerOf(headerOf(request, 'authorization'));
    } catch (error) {
      finish(sent(answerFor(error) ?? errorAnswer(500, 'Server Error'), ''));
      return;
    }
    if (match === undefined) {
      refuse(404, 'Not Found');
      return;
    }

    const struck = faults.strike(operation, caller.is);
    if (struck.delayMs > 0) await wait(struck.delayMs);
    fault = struck.fault;
    // A hanging request is left open until the client or the box gives up.
    if (fault?.kind === 'hang-before') {
      front.hung(request);
      return finished(0);
    }
    if (fault?.kind === 'reset-before') {
      finished(0);
      request.socket.resetAndDestroy();
      return;
    }
    const early = fault === undefined || fault.kind === 'error-after' ? undefined : faultAnswer(fault);
    if (early !== undefined) return finish(early);

    const free = operation === 'GET /rate_limit';
    // Where a caller may ask nothing at all, the route says that it must say who it is.
    const { limit, remaining } = limits.state(caller, resource);
    if (!free && limit > 0 && remaining === 0) {
      // GraphQL says so with status 200, and in words of its own.
      const error = {
        type: 'RATE_LIMIT',
        code: 'graphql_rate_limit',
        message: `API rate limit already exceeded for ${limitedBy(caller)}.`,
      };
      if (resource === 'graphql') finish(sent({ status: 200, body: { errors: [error] } }, ''));
      else refuse(403, `API rate limit exceeded for ${limitedBy(caller)}.`);
      return;
    }

    const readKey = `${method} ${callerName(caller)} ${headerOf(request, 'accept') ?? ''} ${url.href}`;
    const remembered = method === 'GET' && fault?.kind === 'stale' ? lastReads.get(readKey) : undefined;
    let answer = remembered ?? (await carriedOut(match, request, url, bytes, caller));
    if (method === 'GET' && answer.status === 200 && answer.bytes !== undefined) {
      lastReads.delete(readKey);
      lastReads.set(readKey, answer);
      const [oldest] = lastReads.keys();
      if (lastReads.size > MAX_REMEMBERED_READS && oldest !== undefined) lastReads.delete(oldest);
      const etag = etagOf(answer.bytes);
      const same = matchesEtag(headerOf(request, 'if-none-match'), etag);
      const { 'content-type': _, ...bare } = answer.headers;
      answer = same
        ? { status: 304, headers: { ...bare, etag }, bytes: undefined }
        : { ...answer, headers: { ...answer.headers, etag, 'cache-control': 'private, max-age=60, s-maxage=60' } };
    }
    if (!free && answer.status !== 304) {
      limits.charge(caller, resource);
      charged = true;
    }

    if (fault?.kind === 'hang-after') {
      front.hung(request);
      return finished(0);
    }
    if (fault?.kind === 'reset-after') {
      finished(0);
      request.socket.resetAndDestroy();
      return;
    }
    finish(fault?.kind === 'error-after' ? (faultAnswer(fault) ?? answer) : answer);
  };
}
