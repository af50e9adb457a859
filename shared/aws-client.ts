/**
 * One service of AWS: signs each request, waits as long as is right, and asks again what the weather struck. For the few
 * operations that every delivery needs, where the SDK's clients take most of a worker's time: docs/adr/0018.
 */
import { Agent, request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { digest, hostOf, refusalIn, signedHeaders } from './aws-request.ts';

export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/** How a service is reached; what is left out is as the environment of a function says. */
export type Connect = {
  readonly endpoint?: string | undefined;
  readonly region?: string | (() => Promise<string>) | undefined;
  readonly credentials?: Credentials | (() => Promise<Credentials>) | undefined;
};

export type Patience = {
  /** In all. */
  readonly attempts: number;
  readonly connectMs: number;
  /** Until the answer is whole. */
  readonly requestMs: number;
};

export type AwsAsked = {
  readonly method: 'POST' | 'PUT';
  /** As it is sent. */
  readonly path: string;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type AwsClient = {
  /** The body of the answer. @throws AwsRefused, AwsUnanswered */
  send(asked: AwsAsked): Promise<string>;
  close(): void;
};

/** What AWS said no to. */
export class AwsRefused extends Error {
  override readonly name = 'AwsRefused';
  /** AWS's word for it, such as `ConditionalCheckFailedException`. */
  readonly kind: string;
  readonly status: number;
  constructor(kind: string, status: number, text: string) {
    super(text === '' ? kind : `${kind}: ${text}`);
    this.kind = kind;
    this.status = status;
  }
}

/** Nobody knows whether it was carried out. */
export class AwsUnanswered extends Error {
  override readonly name = 'AwsUnanswered';
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const THROTTLED = /Throttl|TooManyRequests|ThroughputExceeded|RequestLimitExceeded|SlowDown|PriorRequestNotComplete/;
const PASSING = /TransactionInProgress|RequestTimeout|InternalError|ServiceUnavailable/;
const SKEWED = /RequestTimeTooSkewed|RequestExpired|InvalidSignature|SignatureDoesNotMatch|AuthFailure/;
/** AWS allows five minutes. */
const MAX_SKEW_MS = 4 * 60_000;
/** Doubled from one attempt to the next, and anything between nothing and that. */
const PAUSE_MS = 50;
const MAX_PAUSE_MS = 5_000;
const MAX_SOCKETS = 50;
const MAX_TEXT = 500;

export const isThrottled = (error: unknown): boolean => error instanceof AwsRefused && THROTTLED.test(error.kind);

/** A server's fault, or no answer at all. */
export const isAway = (error: unknown): boolean =>
  error instanceof AwsUnanswered || (error instanceof AwsRefused && error.status >= 500);

type Reached = { readonly url: URL; readonly region: string; readonly credentials: Credentials };

export function awsClient(service: string, connect: Connect, patience: Patience): AwsClient {
  const agents = {
    plain: new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
    secure: new SecureAgent({ keepAlive: true, maxSockets: MAX_SOCKETS }),
  };
  /** How far AWS's clock is ahead of ours. */
  let aheadMs = 0;
  let place: Promise<Pick<Reached, 'url' | 'region'>> | undefined;

  async function reached(): Promise<Reached> {
    place ??= placeOf(service, connect);
    const { credentials = inEnvironment } = connect;
    const [at, given] = await Promise.all([place, typeof credentials === 'function' ? credentials() : credentials]);
    return { ...at, credentials: given };
  }

  async function once(asked: AwsAsked, content: string): Promise<string> {
    const { url, region, credentials } = await reached();
    const secure = url.protocol === 'https:';
    const { method, path, body } = asked;
    const access = { ...credentials, region, sessionToken: credentials.sessionToken };
    const toSign = { service, method, host: url.host, path, headers: asked.headers, digest: content };
    const headers = {
      ...signedHeaders(access, toSign, new Date(Date.now() + aheadMs)),
      'content-length': String(Buffer.byteLength(body)),
    };
    const agent = secure ? agents.secure : agents.plain;
    const options = { agent, host: url.hostname, port: url.port, method, path, headers };
    const { answer, text } = await exchanged(secure, options, body, patience);
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return text;
    const kind = refusalIn(status, text);
    const theirs = Date.parse(answer.headers.date ?? '');
    if (SKEWED.test(kind) && Math.abs(theirs - Date.now() - aheadMs) > MAX_SKEW_MS) {
      aheadMs = theirs - Date.now();
      throw new AwsUnanswered(`${kind}: our clock is wrong`);
    }
    throw new AwsRefused(kind, status, text.slice(0, MAX_TEXT));
  }

  return {
    async send(asked) {
      const content = digest(asked.body);
      for (let attempt = 1; ; attempt += 1) {
        try {
          // One after the other is what trying again means.
          // oxlint-disable-next-line no-await-in-loop
          return await once(asked, content);
        } catch (error) {
          if (attempt >= patience.attempts || !passes(error)) throw error;
          // oxlint-disable-next-line no-await-in-loop
          await pause(Math.random() * Math.min(PAUSE_MS * 2 ** attempt, MAX_PAUSE_MS));
        }
      }
    },
    close() {
      agents.plain.destroy();
      agents.secure.destroy();
    },
  };
}

/** Whether the same request may fare better soon. */
function passes(error: unknown): boolean {
  if (isAway(error) || isThrottled(error)) return true;
  return error instanceof AwsRefused && PASSING.test(error.kind);
}

function exchanged(
  secure: boolean,
  options: RequestOptions,
  body: string,
  { connectMs, requestMs }: Patience,
): Promise<{ readonly answer: IncomingMessage; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const sending = (secure ? secureRequest : plainRequest)(options);
    const failed = (cause: unknown): void => {
      clearTimeout(late);
      reject(new AwsUnanswered('no answer', { cause }));
    };
    const late = setTimeout(() => sending.destroy(new Error(`no answer within ${requestMs} ms`)), requestMs);
    sending.on('error', failed);
    sending.on('socket', (socket) => {
      if (!socket.connecting) return;
      const unconnected = setTimeout(() => sending.destroy(new Error(`no connection in ${connectMs} ms`)), connectMs);
      const over = (): void => clearTimeout(unconnected);
      socket.once(secure ? 'secureConnect' : 'connect', over);
      socket.once('close', over);
    });
    sending.on('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', failed);
      answer.on('end', () => {
        clearTimeout(late);
        resolve({ answer, text: Buffer.concat(chunks).toString('utf8') });
      });
    });
    sending.end(body);
  });
}

async function placeOf(service: string, connect: Connect): Promise<Pick<Reached, 'url' | 'region'>> {
  const { AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL, ...environment } = process.env;
  const named = typeof connect.region === 'function' ? await connect.region() : connect.region;
  const region = named ?? AWS_REGION ?? AWS_DEFAULT_REGION;
  if (region === undefined) throw new Error('AWS_REGION is not set');
  const own = environment[`AWS_ENDPOINT_URL_${service.toUpperCase()}`];
  return { region, url: new URL(connect.endpoint ?? own ?? AWS_ENDPOINT_URL ?? hostOf(service, region)) };
}

async function inEnvironment(): Promise<Credentials> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (AWS_ACCESS_KEY_ID === undefined || AWS_SECRET_ACCESS_KEY === undefined)
    throw new Error('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set');
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN === undefined || AWS_SESSION_TOKEN === '' ? {} : { sessionToken: AWS_SESSION_TOKEN }),
  };
}
