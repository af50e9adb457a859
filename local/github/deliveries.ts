/** Sends webhooks as GitHub does and keeps the log of them: one attempt each, 10 seconds, redelivery only when asked. */
import { createHmac, randomUUID } from 'node:crypto';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** https://docs.github.com/en/webhooks/using-webhooks/best-practices-for-using-webhooks */
const TIMEOUT_MS = 10_000;
/** https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks */
const KEPT_MS = 3 * 24 * 3_600_000;
const MAX_KEPT = 10_000;
const MAX_SAVED = 200;
const MAX_RESPONSE_CHARS = 65_536;
const FIRST_ID = 1_000_000_001;

export interface Webhook {
  readonly event: string;
  readonly action: string | undefined;
  readonly installationId: number;
  readonly repositoryId: number | null;
  /** Webhooks of one lane go out in order, each after the answer to the one before; lanes do not wait for each other. */
  readonly lane: string;
  /** The body as it is signed and sent. */
  readonly payload: string;
}

export interface Delivery {
  readonly id: number;
  /** What `X-GitHub-Delivery` says; a redelivery repeats it. */
  readonly guid: string;
  /** ISO 8601, by the box's clock. */
  readonly deliveredAt: string;
  readonly redelivery: boolean;
  readonly durationMs: number;
  /** `OK`, or what went wrong. */
  readonly status: string;
  /** 502 or 504 where no answer came. */
  readonly statusCode: number;
  readonly webhook: Webhook;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;
}

export interface Hook {
  readonly id: number;
  readonly url: string;
  /** The first one signs. */
  readonly secret: string;
  readonly appId: number;
}

export interface Deliveries {
  /** Returns at once; does nothing while the App has no webhook URL. */
  queue(webhook: Webhook): void;
  /** Sends a kept delivery again, under its GUID. False where none has that id. */
  redeliver(id: number): boolean;
  /** Newest first, of the last three days. */
  log(): readonly Delivery[];
  find(id: number): Delivery | undefined;
  /** Resolves when every webhook queued so far, and what came of it, has been answered. */
  idle(): Promise<void>;
  /** Holds webhooks back until they are released: what a test of late or disordered arrival needs. */
  hold(): void;
  release(order?: 'as-queued' | 'reversed'): void;
  /** Cuts off what is under way and sends nothing more. */
  stop(): void;
  saved(): readonly Delivery[];
  restore(deliveries: readonly Delivery[]): void;
}

interface Reply {
  readonly statusCode: number;
  readonly status: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What GitHub puts in the place of an answer: 502 is its own example of one that failed to connect. */
const NO_ANSWER = 502;
const TIMED_OUT = 504;

const unanswered = (status: string, statusCode: number): Reply => ({ statusCode, status, headers: {}, body: '' });

function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  payload: string,
  stopped: AbortSignal,
): Promise<Reply> {
  return new Promise((resolve) => {
    const send = url.startsWith('https:') ? requestHttps : requestHttp;
    // A connection of its own for each delivery: none of them can fail because an idle one was closed meanwhile.
    const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), stopped]);
    const request = send(url, { method: 'POST', headers, agent: false, signal });
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (body.length < MAX_RESPONSE_CHARS) body += chunk;
      });
      response.on('error', () => resolve(unanswered('failed to read the answer', NO_ANSWER)));
      response.on('end', () => {
        const statusCode = response.statusCode ?? 0;
        const status = statusCode >= 200 && statusCode < 300 ? 'OK' : `Invalid HTTP Response: ${statusCode}`;
        const given = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const);
        resolve({ statusCode, status, headers: Object.fromEntries(given), body });
      });
    });
    request.on('error', (error) => {
      const late = error.name === 'AbortError' || error.name === 'TimeoutError';
      resolve(late ? unanswered('timed out', TIMED_OUT) : unanswered('failed to connect to host', NO_ANSWER));
    });
    request.end(payload);
  });
}

export function deliveriesTo(hook: () => Hook | undefined, now: () => Date, changed: () => void): Deliveries {
  let kept: Delivery[] = [];
  let nextId = FIRST_ID;
  let pending = 0;
  let held: Webhook[] | undefined;
  let whenIdle: (() => void)[] = [];
  const stopping = new AbortController();
  const lanes = new Map<string, Promise<void>>();

  const attempt = async (webhook: Webhook, guid: string, redelivery: boolean): Promise<void> => {
    const to = hook();
    if (to === undefined || stopping.signal.aborted) return;
    const headers = {
      Accept: '*/*',
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(webhook.payload)),
      'User-Agent': 'GitHub-Hookshot/b0c5ed1',
      'X-GitHub-Delivery': guid,
      'X-GitHub-Event': webhook.event,
      'X-GitHub-Hook-ID': String(to.id),
      'X-GitHub-Hook-Installation-Target-ID': String(to.appId),
      'X-GitHub-Hook-Installation-Target-Type': 'integration',
      'X-Hub-Signature-256': `sha256=${createHmac('sha256', to.secret).update(webhook.payload).digest('hex')}`,
    };
    const id = nextId;
    nextId += 1;
    const deliveredAt = now().toISOString();
    const started = performance.now();
    const reply = await post(to.url, headers, webhook.payload, stopping.signal);
    kept.push({
      id,
      guid,
      deliveredAt,
      redelivery,
      durationMs: Math.round(performance.now() - started),
      status: reply.status,
      statusCode: reply.statusCode,
      webhook,
      url: to.url,
      requestHeaders: headers,
      responseHeaders: reply.headers,
      responseBody: reply.body,
    });
    if (kept.length > MAX_KEPT) kept = kept.slice(-MAX_KEPT);
    changed();
  };

  const enqueue = (webhook: Webhook, guid: string, redelivery: boolean): void => {
    pending += 1;
    const turn = (lanes.get(webhook.lane) ?? Promise.resolve())
      .then(() => attempt(webhook, guid, redelivery))
      .catch((error: unknown) => process.emitWarning(`a webhook could not be sent: ${String(error)}`))
      .finally(() => {
        pending -= 1;
        if (lanes.get(webhook.lane) === turn) lanes.delete(webhook.lane);
        if (pending > 0) return;
        const waiting = whenIdle;
        whenIdle = [];
        for (const resolve of waiting) resolve();
      });
    lanes.set(webhook.lane, turn);
  };

  const fresh = (): Delivery[] =>
    kept.filter(({ deliveredAt }) => now().getTime() - Date.parse(deliveredAt) <= KEPT_MS);

  return {
    queue(webhook) {
      if (hook() === undefined) return;
      if (held === undefined) enqueue(webhook, randomUUID(), false);
      else held.push(webhook);
    },
    redeliver(id) {
      const delivery = fresh().find((each) => each.id === id);
      if (delivery === undefined) return false;
      enqueue(delivery.webhook, delivery.guid, true);
      return true;
    },
    log: () => fresh().toSorted((one, other) => other.id - one.id),
    find: (id) => fresh().find((each) => each.id === id),
    idle: () => (pending === 0 ? Promise.resolve() : new Promise((resolve) => whenIdle.push(resolve))),
    hold() {
      held ??= [];
    },
    release(order = 'as-queued') {
      const webhooks = held ?? [];
      held = undefined;
      for (const webhook of order === 'reversed' ? webhooks.toReversed() : webhooks)
        enqueue(webhook, randomUUID(), false);
    },
    stop: () => stopping.abort(),
    saved: () => kept.slice(-MAX_SAVED),
    restore(deliveries) {
      kept = [...deliveries];
      nextId = Math.max(FIRST_ID - 1, ...kept.map(({ id }) => id)) + 1;
    },
  };
}
