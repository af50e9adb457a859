/**
 * The one way to an address that somebody wrote into settings. It calls hosts that the deployment allows and no other, at
 * addresses that are everybody's, looks each name up once and connects to what it checked, follows no redirection, and
 * gives up on what is slow or endless.
 */
import { lookup, type LookupAddress } from 'node:dns';
import { Agent, request as requestPlainly, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as requestSecurely } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { reasonOf, Refusal, Retryable } from '../errors.ts';
import { code } from '../language/index.ts';
import { isLoopback, isPublic } from './addresses.ts';

/** All addresses of a name, as `dns.lookup` finds them. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>;

export type Reach = {
  /** `ci.example.com`, or with a port other than 443 `ci.example.com:8443`. */
  readonly hosts: readonly string[];
  /**
   * This machine may be called as well, and without TLS: for tests and `npm start`. It comes from the process that is
   * started, never from settings.
   */
  readonly loopback?: true;
  readonly resolve?: Resolve;
  /** PEM of a certificate to be trusted besides those that everybody trusts. */
  readonly ca?: string;
};

export type Asked = {
  readonly method: 'GET' | 'POST' | 'HEAD';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Asked twice, nothing happens twice. */
  readonly repeatable: boolean;
  /** A redirection says that it was done, and is an answer like any other; it is followed no more than any. */
  readonly redirected?: 'done';
  /** From the first byte to the last. */
  readonly timeoutMs?: number;
  /** What is above is not read. */
  readonly mostBytes?: number;
};

export type Answer = {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** The answer was longer: the rest was not read. */
  readonly cut: boolean;
};

export type Ask = (asked: Asked) => Promise<Answer>;

/** Nothing was sent: it may be tried again whatever was asked. */
export class Unreached extends Retryable {}
/** It may have arrived, or not. */
export class Unanswered extends Retryable {}

const TIMEOUT_MS = 5_000;
/** Answers that matter are a few hundred bytes; a list of builds some hundred thousand. */
export const MAX_ANSWER_BYTES = 1024 * 1024;
const ATTEMPTS = 2;
/** https://www.rfc-editor.org/rfc/rfc9110#name-redirection-3xx */
const REDIRECTIONS: ReadonlySet<number> = new Set([300, 301, 302, 303, 305, 307, 308]);
const PASSING: ReadonlySet<number> = new Set([502, 503, 504]);

/** @returns a function that throws {@link Refusal} for what is not allowed, {@link Unreached} or {@link Unanswered} for the weather. */
export function guardedClient(reach: Reach): Ask {
  return async (asked) => {
    const url = allowed(asked.url, reach);
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt === ATTEMPTS;
      try {
        // oxlint-disable-next-line no-await-in-loop
        const answer = await once(url, asked, reach);
        if (last || !asked.repeatable || !PASSING.has(answer.status)) return answer;
      } catch (error) {
        const again = error instanceof Unreached || (error instanceof Unanswered && asked.repeatable);
        if (last || !again) throw error;
      }
    }
  };
}

/** Whether the address may be called at all, as far as it can be told without looking its host up: a sentence where not. */
export function problemOfUrl(text: string, { hosts, loopback }: Pick<Reach, 'hosts' | 'loopback'>): string | undefined {
  const url = URL.parse(text);
  if (url === null) return `${code(text)} is no address.`;
  const local = loopback === true && (url.hostname === 'localhost' || isLoopback(bare(url.hostname)));
  if (url.protocol !== 'https:' && !(local && url.protocol === 'http:')) return `${code(text)} is not https.`;
  if (url.username !== '' || url.password !== '') return 'An address holds no credentials: they are kept in a secret.';
  if (local) return undefined;
  const host = hostOf(url);
  if (!hosts.some((each) => each.toLowerCase() === host)) {
    return `${code(host)} is not among the hosts that the deployment allows (${code('engines')}).`;
  }
  if (isIP(bare(url.hostname)) !== 0 && !isPublic(bare(url.hostname))) return insideOnly(host);
  return undefined;
}

function allowed(text: string, reach: Reach): URL {
  const problem = problemOfUrl(text, reach);
  if (problem !== undefined) throw new Refusal(problem);
  return new URL(text);
}

const insideOnly = (host: string): string => `${code(host)} leads to an address that is not everybody's.`;

/** As in the list: without the dot at its end, with a port that is not the usual one. */
function hostOf({ hostname, port }: URL): string {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  return port === '' ? name : `${name}:${port}`;
}

/** IPv6 addresses stand in brackets. */
function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}

const bySystem: Resolve = (name) =>
  new Promise((resolve, reject) => {
    lookup(name, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });

/** Connects to no address but those that were looked at: a name that means something else a moment later gains nothing. */
function checkedLookup({ resolve = bySystem, loopback }: Reach, host: string): LookupFunction {
  const fits = ({ address }: LookupAddress): boolean => isPublic(address) || (loopback === true && isLoopback(address));
  return (name, { all }, done) => {
    resolve(name).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined) return done(new Error(`${name} has no address`), '', 0);
        // One wrong address among right ones is no accident.
        if (!addresses.every(fits)) return done(new NotEverybodys(insideOnly(host)), '', 0);
        return all === true ? done(null, [...addresses]) : done(null, first.address, first.family);
      },
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), '', 0),
    );
  };
}

class NotEverybodys extends Refusal {}

function once(url: URL, asked: Asked, reach: Reach): Promise<Answer> {
  const { method, headers = {}, body, timeoutMs = TIMEOUT_MS, mostBytes = MAX_ANSWER_BYTES } = asked;
  const host = hostOf(url);
  const deadline = AbortSignal.timeout(timeoutMs);
  const options = {
    method,
    headers: {
      ...headers,
      // What is packed could unfold to any size.
      'accept-encoding': 'identity',
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    },
    lookup: checkedLookup(reach, host),
    signal: deadline,
  };
  return new Promise((resolve, reject) => {
    let sent = false;
    const failed = (cause: unknown): void => {
      if (cause instanceof NotEverybodys) return reject(new Refusal(cause.message));
      const Kind = sent ? Unanswered : Unreached;
      const what = deadline.aborted ? `does not answer within ${timeoutMs} ms` : 'does not answer';
      return reject(new Kind(`${host} ${what}: ${reasonOf(cause)}`, { cause }));
    };
    const answered = (response: IncomingMessage): void => {
      const { statusCode: status = 0 } = response;
      if (REDIRECTIONS.has(status) && asked.redirected !== 'done') {
        response.destroy();
        return reject(new Refusal(`${code(host)} leads elsewhere (${status}), and no redirection is followed.`));
      }
      read(response, mostBytes).then((text) => resolve({ status, headers: joined(response.headers), ...text }), failed);
    };
    let request: ClientRequest;
    // An agent of its own: nothing is shared with other hosts, and no proxy of the environment comes between.
    if (url.protocol === 'https:') {
      const trust = {
        rejectUnauthorized: true,
        minVersion: 'TLSv1.2',
        ...(reach.ca === undefined ? {} : { ca: reach.ca }),
      } as const;
      request = requestSecurely(url, { ...options, ...trust, agent: new SecureAgent() }, answered);
    } else {
      request = requestPlainly(url, { ...options, agent: new Agent() }, answered);
    }
    request.on('error', failed);
    request.on('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        sent = true;
      });
    });
    request.end(body);
  });
}

async function read(response: IncomingMessage, most: number): Promise<Pick<Answer, 'body' | 'cut'>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- a stream without an encoding gives buffers
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) continue;
    const room = most - bytes;
    chunks.push(chunk.subarray(0, room));
    bytes += chunk.byteLength;
    // Leaving the loop closes the connection.
    if (bytes > most) return { body: textOf(chunks), cut: true };
  }
  return { body: textOf(chunks), cut: false };
}

function textOf(chunks: readonly Uint8Array[]): string {
  return Buffer.concat(chunks).toString('utf8');
}

function joined(headers: IncomingMessage['headers']): Answer['headers'] {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
