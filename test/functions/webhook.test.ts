import { startFauxqs, type FauxqsServer } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VERSION } from '../../shared/config.ts';
import { parseDelivery, PROVIDERS } from '../../shared/delivery.ts';
import { answer, type Answer, type Door, type HttpRequest } from '../../shared/door.ts';
import { Retryable } from '../../shared/errors.ts';
import { RECEIVERS } from '../../shared/providers/receivers.ts';
import { webhookSecrets } from '../../shared/secrets.ts';
import {
  knowledge,
  recorded,
  requestOf,
  SECRET,
  signature,
  signed,
  throughGateway,
} from '../support/github-deliveries.ts';

const QUEUE = 'deliveries.fifo';
const comment = recorded('issue_comment.created.pull');
const words = (text: string) => JSON.stringify({ error: text });

const door = (send: Door['send']): Door => ({
  forges: {
    github: {
      receive: RECEIVERS.github,
      secrets: webhookSecrets({ is: 'value', value: SECRET }),
      knowledge: { appId: knowledge.appId, bots: [], maxBodyBytes: knowledge.maxBodyBytes },
    },
  },
  send,
  now: () => new Date('2026-11-25T10:00:03Z'),
});
const nowhere = door(async () => {
  throw new Error('nothing was to be queued');
});

describe('the function', () => {
  let fauxqs: FauxqsServer;
  let handler: (request: HttpRequest) => Promise<Answer>;

  beforeAll(async () => {
    fauxqs = await startFauxqs({ port: 0, logger: false });
    fauxqs.createQueue(QUEUE, { attributes: { FifoQueue: 'true' } });
    process.env['AWS_REGION'] = 'us-east-1';
    process.env['AWS_ACCESS_KEY_ID'] = 'local';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'local';
    process.env['AWS_ENDPOINT_URL_SQS'] = `http://127.0.0.1:${fauxqs.port}`;
    process.env['QUEUE_URL'] = `http://127.0.0.1:${fauxqs.port}/000000000000/${QUEUE}`;
    process.env['GITHUB_WEBHOOK_SECRET'] = `another-secret,${SECRET}`;
    process.env['GITHUB_APP_ID'] = '4711';
    ({ handler } = await import('../../functions/webhook.ts'));
  });
  afterAll(() => fauxqs.stop());

  const queued = () => (fauxqs.inspectQueue(QUEUE)?.messages.ready ?? []).map(({ body }) => parseDelivery(body).id);

  test('queues what could matter before it answers', async () => {
    const reply = await handler(throughGateway(requestOf(comment)));
    expect(queued()).toContain(comment.delivery);
    expect(reply).toEqual({
      statusCode: 202,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ delivery: comment.delivery, queued: true }),
    });
  });

  test('does not queue what cannot, and says why', async () => {
    const before = queued();
    const chat = recorded('issue_comment.created.no-command');
    const { statusCode, body } = await handler(throughGateway(requestOf(chat)));
    expect(statusCode).toBe(202);
    expect(JSON.parse(body)).toEqual({
      delivery: chat.delivery,
      queued: false,
      reason: 'no line could be a command',
    });
    expect(queued()).toEqual(before);
  });

  test('takes bodies in base64', async () => {
    const opened = recorded('pull_request.opened');
    const { statusCode } = await handler(throughGateway(requestOf(opened), { base64: true }));
    expect(statusCode).toBe(202);
    expect(queued()).toContain(opened.delivery);
  });

  test('queues nothing that is not signed', async () => {
    const before = queued();
    const forged = signed(JSON.stringify(comment.payload), {
      'x-hub-signature-256': signature('something else'),
      'x-github-delivery': 'forged',
    });
    expect(await handler(throughGateway(forged))).toMatchObject({
      statusCode: 401,
      body: words('the signature is missing or wrong'),
    });
    expect(queued()).toEqual(before);
  });
});

const bodiless = ({ rawPath, headers, isBase64Encoded, requestContext }: HttpRequest): HttpRequest => ({
  rawPath,
  headers,
  isBase64Encoded,
  requestContext,
});

describe('the answer', () => {
  test.each<[what: string, request: HttpRequest, status: number, body: string]>([
    ['a ping', throughGateway(requestOf(recorded('ping'))), 202, ''],
    [
      'a header name in capitals',
      (({ headers, ...rest }) => ({
        ...rest,
        headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value])),
      }))(throughGateway(requestOf(recorded('ping')))),
      202,
      '',
    ],
    [
      'a missing signature',
      throughGateway(signed('{}', { 'x-hub-signature-256': undefined })),
      401,
      words('the signature is missing or wrong'),
    ],
    [
      'the signature header twice',
      throughGateway(signed('{}', { 'x-hub-signature-256': `${signature('{}')},${signature('{}')}` })),
      401,
      words('the signature is missing or wrong'),
    ],
    ['an empty body', throughGateway(signed('')), 401, words('the signature is missing or wrong')],
    ['no body', bodiless(throughGateway(signed(''))), 401, words('the signature is missing or wrong')],
    ['no JSON', throughGateway(signed('{')), 400, words('the body is not what the event promises')],
    [
      'no event',
      throughGateway(signed('{}', { 'x-github-event': undefined })),
      400,
      words('the event or delivery header is missing'),
    ],
    [
      'a form',
      throughGateway(signed('payload=%7B%7D', { 'content-type': 'application/x-www-form-urlencoded' })),
      415,
      words('the content type is not application/json'),
    ],
    [
      'a body over the limit',
      throughGateway(signed(Buffer.alloc(knowledge.maxBodyBytes + 1, ' '))),
      413,
      words('the body is over the limit'),
    ],
  ])('to %s', async (_, request, status, body) => {
    const reply = await answer(request, nowhere);
    expect(reply.statusCode).toBe(status);
    expect(reply.headers).toEqual({ 'content-type': 'application/json' });
    expect(reply.body).toContain(body);
  });

  test.each<[what: string, error: Error, status: number, headers: Readonly<Record<string, string>>]>([
    ['a queue that did not take it', new Retryable('the queue did not take the delivery'), 503, {}],
    [
      'a queue that is throttled',
      new Retryable('the queue did not take the delivery', { retryAfter: 5 }),
      429,
      { 'retry-after': '5' },
    ],
  ])('to %s', async (_, error, status, headers) => {
    const failing = door(async () => {
      throw error;
    });
    expect(await answer(throughGateway(requestOf(comment)), failing)).toEqual({
      statusCode: status,
      headers: { 'content-type': 'application/json', ...headers },
      body: words('the delivery was not taken: deliver it again'),
    });
  });

  test('to a mistake of ours is none: the alarm goes off', async () => {
    const failing = door(async () => {
      throw new TypeError('ours');
    });
    await expect(answer(throughGateway(requestOf(comment)), failing)).rejects.toThrow('ours');
  });

  test('waits for the queue', async () => {
    const taken = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    let answered = false;
    const reply = answer(
      throughGateway(requestOf(comment)),
      door(async () => {
        reached.resolve();
        await taken.promise;
      }),
    ).finally(() => {
      answered = true;
    });
    await reached.promise;
    expect(answered).toBe(false);
    taken.resolve();
    expect((await reply).statusCode).toBe(202);
  });

  test('about the health names the version', async () => {
    const request = { ...throughGateway(signed('')), rawPath: '/health', requestContext: { http: { method: 'GET' } } };
    expect(await answer(request, nowhere)).toMatchObject({
      statusCode: 200,
      body: JSON.stringify({ status: 'ok', version: VERSION }),
    });
  });

  test.each(PROVIDERS.filter((id) => id !== 'github'))(
    'to %s says that it cannot be received yet',
    async (provider) => {
      const path = `/webhooks/${provider}`;
      expect(await answer(throughGateway(requestOf(comment), { path }), nowhere)).toMatchObject({
        statusCode: 404,
        body: words(`webhooks of ${provider} cannot be received yet`),
      });
    },
  );

  test.each<[method: string, path: string]>([
    ['POST', '/webhooks/sourcehut'],
    ['POST', '/webhooks/constructor'],
    ['POST', '/webhooks/github/'],
    ['POST', '/webhooks/'],
    ['POST', '/health'],
    ['GET', '/webhooks/github'],
    ['GET', '/'],
  ])('to %s %s is 404', async (method, rawPath) => {
    const request = { ...throughGateway(requestOf(comment)), rawPath, requestContext: { http: { method } } };
    expect((await answer(request, nowhere)).statusCode).toBe(404);
  });
});
