/** The HTTP contract: what the door answers, and that 2xx means the queue has it. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { VERSION } from './config.ts';
import { messageGroup, PROVIDERS, type Delivery, type ProviderId } from './delivery.ts';
import { reasonOf, Rejected, Retryable } from './errors.ts';
import { log } from './log.ts';
import type { DoorKnowledge, RawRequest, Receive } from './providers/provider.ts';
import { withSecrets, type Secrets } from './secrets.ts';

/** What is read of a request, as API Gateway's payload 2.0 has it: header names in lower case, values of one name joined by a comma. */
export type HttpRequest = Pick<APIGatewayProxyEventV2, 'rawPath' | 'headers' | 'body' | 'isBase64Encoded'> & {
  readonly requestContext: { readonly http: { readonly method: string } };
};

export type Answer = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Forge = {
  readonly receive: Receive;
  readonly secrets: Secrets;
  readonly knowledge: Omit<DoorKnowledge, 'secrets'>;
};

export type Door = {
  readonly forges: Readonly<Partial<Record<ProviderId, Forge>>>;
  /** Resolves once the queue holds the delivery. */
  readonly send: (delivery: Delivery) => Promise<void>;
  readonly now: () => Date;
};

const WEBHOOK = /^\/webhooks\/([a-z-]{1,32})$/;

export async function answer(request: HttpRequest, door: Door): Promise<Answer> {
  const { method } = request.requestContext.http;
  if (method === 'GET' && request.rawPath === '/health') return json(200, { status: 'ok', version: VERSION });
  const named = method === 'POST' ? WEBHOOK.exec(request.rawPath)?.[1] : undefined;
  const provider = PROVIDERS.find((id) => id === named);
  if (provider === undefined)
    return json(404, { error: 'nothing is here; webhooks are posted to /webhooks/{provider}' });
  const forge = door.forges[provider];
  if (forge === undefined) return json(404, { error: `webhooks of ${provider} cannot be received yet` });
  try {
    return await taken(request, forge, door);
  } catch (error) {
    return refusal(error, provider);
  }
}

async function taken(request: HttpRequest, { receive, secrets, knowledge }: Forge, door: Door): Promise<Answer> {
  const begun = door.now();
  const raw = rawRequestOf(request, begun);
  const received = await withSecrets(secrets, (values) => receive(raw, { ...knowledge, secrets: values }));
  if (received.is === 'ignored') {
    const { id, reason } = received;
    log.info('delivery ignored', { delivery: id, reason }, { Ignored: 1 });
    return json(202, { delivery: id, queued: false, reason });
  }
  const { delivery } = received;
  await door.send(delivery);
  const about = { delivery: delivery.id, event: delivery.event, group: messageGroup(delivery) };
  log.info('delivery queued', about, { Queued: 1, DoorMilliseconds: door.now().getTime() - begun.getTime() });
  return json(202, { delivery: delivery.id, queued: true });
}

/** Anything but the sender's fault and the weather's is thrown on: the alarm is for us. */
function refusal(error: unknown, provider: ProviderId): Answer {
  if (error instanceof Rejected) {
    const about = { provider, status: error.status, reason: error.message };
    log.warn('request refused', about, { Refused: 1, Unsigned: error.status === 401 ? 1 : undefined });
    return json(error.status, { error: error.message });
  }
  if (error instanceof Retryable) {
    log.error('delivery not taken', { provider, reason: reasonOf(error) }, { NotTaken: 1 });
    const { retryAfter } = error;
    const body = { error: 'the delivery was not taken: deliver it again' };
    return retryAfter === undefined ? json(503, body) : json(429, body, { 'retry-after': String(retryAfter) });
  }
  throw error;
}

function rawRequestOf({ headers, body, isBase64Encoded }: HttpRequest, now: Date): RawRequest {
  return {
    headers: inLowerCase(headers),
    // Decoded when it is asked for, and by then there is a signature to check.
    get body() {
      return isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? '');
    },
    receivedAt: now.toISOString(),
  };
}

/** As API Gateway names them already; what else calls the door may not. */
function inLowerCase(headers: HttpRequest['headers']): HttpRequest['headers'] {
  if (!Object.keys(headers).some((name) => /[A-Z]/.test(name))) return headers;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function json(statusCode: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { statusCode, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}
