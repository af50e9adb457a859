/** Any HTTPS endpoint as an engine: what is sent, how it is proved to be ours, and how the result comes back. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { Delivery } from '../../shared/delivery.ts';
import type { HttpRequest } from '../../shared/door.ts';
import { Refusal, Retryable } from '../../shared/errors.ts';
import type { Engine } from '../../shared/pipelines/engine.ts';
import { eventBridgeEngine, JOB_REQUESTED, JOB_RESULT } from '../../shared/pipelines/eventbridge.ts';
import { guardedClient } from '../../shared/pipelines/guarded-client.ts';
import { httpsEngine } from '../../shared/pipelines/https.ts';
import { resultPosted, resultPut, type ResultDoor } from '../../shared/pipelines/result-door.ts';
import { tokenFor, tokenIn } from '../../shared/pipelines/signing.ts';
import type { Event } from '../../shared/publish.ts';
import { webhookSecrets } from '../../shared/secrets.ts';
import { HEAD } from '../support/given.ts';
import { startPeer, type Behave, type Peer } from '../support/http-peer.ts';
import { KEY, requestOf } from '../support/jobs.ts';

const AT = '2026-03-01T13:00:00.000Z';
const NOW = new Date(AT);
const RESULTS = { url: 'https://bowsprit.example.com/results', secret: async () => 'our-own-secret' };
const sent = z.object({
  key: z.string(),
  headSha: z.string(),
  variables: z.record(z.string(), z.string()),
  parameters: z.record(z.string(), z.string()),
  callback: z.object({ url: z.string(), token: z.string(), expires: z.string() }),
});

/** As who copies it calls it. */
const theirs = z.object({
  isOurs: z.custom<(headers: object, body: string, secret: string, now: number) => boolean>(
    (value) => typeof value === 'function',
  ),
});

let peer: Peer;
beforeAll(async () => {
  peer = await startPeer();
});
afterAll(() => peer.close());

type Host = Parameters<typeof httpsEngine>[0]['hosts'][number];

function engine(more: Partial<Host> = {}): Engine {
  return httpsEngine({
    hosts: [{ host: `127.0.0.1:${peer.port}`, secret: 'bowsprit/ci', ...more }],
    ask: guardedClient({ hosts: [], loopback: true }),
    secrets: async () => ['new-secret', 'old-secret'],
    callback: RESULTS,
    now: () => NOW,
  });
}
const request = (path = '/hooks/unit'): ReturnType<typeof requestOf> =>
  requestOf({ target: `${peer.url}${path}`, at: AT, parameters: { DEPTH: '3' } });
const answering = (how: Behave): void => peer.behave(how);

test('the check in the documentation takes what is signed with the secret, and nothing else', async () => {
  answering((_, response) => response.writeHead(202).end());
  await engine().start(request());
  const [{ headers, body } = { headers: {}, body: '' }] = peer.asked().slice(-1);
  const page = readFileSync(join(import.meta.dirname, '../../docs/pipelines/https.md'), 'utf8');
  const [, source = ''] = /^```js\n(.*?)^```$/ms.exec(page) ?? [];
  const { isOurs } = theirs.parse(await import(`data:text/javascript,${encodeURIComponent(source)}`));
  const [at, altered] = [NOW.getTime(), body.replace('unit', 'unix')];
  expect(isOurs(headers, body, 'old-secret', at)).toBe(true);
  expect(isOurs(headers, body, 'new-secret', at + 299_000)).toBe(true);
  expect(isOurs(headers, body, 'another', at)).toBe(false);
  expect(isOurs(headers, altered, 'old-secret', at)).toBe(false);
  expect(isOurs(headers, body, 'old-secret', at + 301_000)).toBe(false);
  expect(isOurs({}, body, 'old-secret', at)).toBe(false);
});

describe('a start', () => {
  test('says what is to run, and is signed with each secret that is valid', async () => {
    answering((_, response) => response.writeHead(202).end('{"url":"https://ci.example.com/7"}'));
    expect(await engine().start(request())).toEqual({ id: KEY, state: 'queued', url: 'https://ci.example.com/7' });
    const [last] = peer.asked().slice(-1);
    const body = last?.body ?? '';
    const timestamp = String(last?.headers['x-bowsprit-timestamp']);
    expect(timestamp).toBe(String(NOW.getTime() / 1_000));
    // As docs/pipelines/https.md tells whoever receives it.
    const signed = (secret: string): string =>
      `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
    expect(last?.headers['x-bowsprit-signature']).toBe(`${signed('new-secret')},${signed('old-secret')}`);
    const said = sent.parse(JSON.parse(body));
    expect(said).toMatchObject({ key: KEY, headSha: HEAD, parameters: { DEPTH: '3' }, callback: { url: RESULTS.url } });
    expect(said.variables).toMatchObject({ PULL_PULL_SHA: HEAD, BOWSPRIT_KEY: KEY, DEPTH: '3' });
    expect(body).not.toContain('secret');
  });

  test('is the same when it is said again', async () => {
    answering((_, response) => response.end());
    await engine().start(request());
    await engine().start(request());
    const [one, other] = peer.asked().slice(-2);
    expect(one?.body).toBe(other?.body);
  });

  test.each<[title: string, how: Behave]>([
    ['500', (_, response) => response.writeHead(500).end()],
    ['429', (_, response) => response.writeHead(429, { 'retry-after': '30' }).end()],
    ['nothing', (_, response) => response.socket?.destroy()],
  ])('answered with %s is tried again later', async (_, how) => {
    answering(how);
    await expect(engine().start(request())).rejects.toBeInstanceOf(Retryable);
  });

  test.each<[status: number]>([[302], [400], [401], [404], [410]])('answered with %d is refused', async (status) => {
    answering((_, response) => response.writeHead(status, { location: 'http://169.254.169.254/' }).end());
    await expect(engine().start(request())).rejects.toBeInstanceOf(Refusal);
  });

  test.each<[title: string, body: string | Buffer]>([
    ['nothing', ''],
    ['HTML', '<html>'],
    ['10 MB', Buffer.alloc(10 * 1024 * 1024, '{')],
    ['another shape', '{"url":7}'],
    ['an address that is none', '{"url":"javascript:alert(1)"}'],
    ['an address with credentials', '{"url":"https://me:it@ci.example.com/"}'],
  ])('answered with %s is taken all the same', async (_, body) => {
    answering((__, response) => response.end(body));
    expect(await engine().start(request())).toEqual({ id: KEY, state: 'queued', url: undefined });
  });

  test.each<[title: string, target: () => string, more: Partial<Host>, says: RegExp]>([
    ['another host', () => 'https://other.example.com/', {}, /not among the hosts/],
    ['another port', () => 'http://127.0.0.1:1/', {}, /not among the hosts/],
    ['no address', () => 'unit', {}, /no address/],
    ['another path', () => `${peer.url}/admin`, { paths: ['/hooks/*'] }, /not among the paths/],
    [
      'a path around the allowed one',
      () => `${peer.url}/hooks/../admin`,
      { paths: ['/hooks/*'] },
      /not among the paths/,
    ],
    [
      'the same, with the slash encoded',
      () => `${peer.url}/hooks/..%2fadmin`,
      { paths: ['/hooks/*'] },
      /among the paths/,
    ],
    ['the same, turned around', () => `${peer.url}/hooks/..%5Cadmin`, { paths: ['/hooks/*'] }, /among the paths/],
    ['the same, as Tomcat reads it', () => `${peer.url}/hooks/..;/admin`, { paths: ['/hooks/*'] }, /among the paths/],
    ['the same, encoded', () => `${peer.url}/hooks/%2e%2e/admin`, { paths: ['/hooks/*'] }, /not among the paths/],
    ['a host of others', () => peer.url, { repositories: ['other/*'] }, /not open to this repository/],
  ])('at %s asks nobody', async (_, target, more, says) => {
    const before = peer.connections();
    const error = await engine(more)
      .start({ ...request(), target: target() })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Refusal);
    expect(String(error)).toMatch(says);
    expect(peer.connections()).toBe(before);
  });
});

const later = (hours: number): Date => new Date(NOW.getTime() + hours * 3_600_000);

describe('a token', () => {
  const token = tokenFor('our-own-secret', 'https', requestOf({ at: AT }));

  test('says what it was given for, for a day', () => {
    const about = { engine: 'https', key: KEY, job: 'unit', pull: 'github:acme/widgets#12', sha: HEAD };
    expect(tokenIn(['our-own-secret'], token, later(23))).toMatchObject(about);
    expect(tokenIn(['another', 'our-own-secret'], token, NOW)).toMatchObject(about);
    expect(tokenIn(['our-own-secret'], token, later(24))).toBeUndefined();
    expect(tokenIn(['another'], token, NOW)).toBeUndefined();
    expect(tokenIn([], token, NOW)).toBeUndefined();
  });

  test('of which one character is another says nothing', () => {
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.constantFrom('a', 'b', 'Z', '0', '9', '-', '_', '.', '='),
        (at, sign) => {
          fc.pre(token[at] !== sign);
          return tokenIn(['our-own-secret'], `${token.slice(0, at)}${sign}${token.slice(at + 1)}`, NOW) === undefined;
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([['', '.', `${token}.`, `${token}=`, `.${token}`, 'x'.repeat(100_000), `${token.split('.')[0]}.`]].flat())(
    'in need of nothing: %.20s',
    (wrong) => {
      expect(tokenIn(['our-own-secret'], wrong, NOW)).toBeUndefined();
    },
  );
});

function door(): { readonly door: ResultDoor; readonly queued: Delivery[] } {
  const queued: Delivery[] = [];
  const secrets = webhookSecrets({ is: 'value', value: 'our-own-secret,our-old-secret' });
  return { queued, door: { secrets, now: () => NOW, send: async (delivery) => void queued.push(delivery) } };
}

const posting = (token: string, body: unknown, more: Partial<HttpRequest> = {}): HttpRequest => ({
  rawPath: '/results',
  headers: { Authorization: `Bearer ${token}` },
  body: typeof body === 'string' ? body : JSON.stringify(body),
  isBase64Encoded: false,
  requestContext: { http: { method: 'POST' } },
  ...more,
});
const good = (): string => tokenFor('our-own-secret', 'https', requestOf({ at: AT }));

const noQueue = async (): Promise<never> => Promise.reject(new Retryable('no queue'));

describe('a result that is posted', () => {
  test('goes to the queue, about the run that the token is for', async () => {
    const { door: at, queued } = door();
    const body = {
      state: 'failure',
      url: 'https://ci.example.com/7?a=(b)',
      summary: 'see @acme/all <img>',
      key: 'another',
    };
    expect(await resultPosted(posting(good(), body), at)).toMatchObject({ statusCode: 202 });
    expect(queued).toMatchObject([
      {
        event: 'job-result',
        provider: 'github',
        repository: { owner: 'acme', name: 'widgets' },
        job: {
          key: KEY,
          engine: 'https',
          run: KEY,
          state: 'failure',
          url: 'https://ci.example.com/7?a=%28b%29',
          summary: 'see @acme/all <img>',
        },
      },
    ]);
    expect(queued[0]).not.toHaveProperty('target');
  });

  test('twice is the same delivery twice', async () => {
    const { door: at, queued } = door();
    for (const _ of [1, 2]) {
      // oxlint-disable-next-line no-await-in-loop
      await resultPosted(posting(good(), { state: 'success' }), at);
    }
    expect(queued[0]?.id).toBe(queued[1]?.id);
  });

  test('by a token of before the secret was changed is taken', async () => {
    const token = tokenFor('our-old-secret', 'https', requestOf({ at: AT }));
    expect(await resultPosted(posting(token, { state: 'success' }), door().door)).toMatchObject({ statusCode: 202 });
  });

  test.each<[title: string, request: HttpRequest, status: number]>([
    ['no token', posting('', { state: 'success' }), 401],
    ['a token of nobody', posting(tokenFor('guessed', 'https', requestOf({ at: AT })), { state: 'success' }), 401],
    [
      'a token of the bus',
      posting(tokenFor('our-own-secret', 'eventbridge', requestOf({ at: AT })), { state: 'success' }),
      401,
    ],
    [
      'an old token',
      posting(tokenFor('our-own-secret', 'https', requestOf({ at: '2026-02-28T12:00:00Z' })), { state: 'success' }),
      401,
    ],
    ['no body', posting(good(), ''), 400],
    ['no JSON', posting(good(), 'state=success'), 400],
    ['no state', posting(good(), {}), 400],
    ['a state that is none', posting(good(), { state: 'fine' }), 400],
    ['a long body', posting(good(), { state: 'success', summary: 'x'.repeat(70_000) }), 413],
    ['GET', posting(good(), { state: 'success' }, { requestContext: { http: { method: 'GET' } } }), 404],
    ['another path', posting(good(), { state: 'success' }, { rawPath: '/results/x' }), 404],
  ])('with %s changes nothing', async (_, request_, status) => {
    const { door: at, queued } = door();
    expect(await resultPosted(request_, at)).toMatchObject({ statusCode: status });
    expect(queued).toEqual([]);
  });

  test('that the queue does not take is to be sent again', async () => {
    expect(await resultPosted(posting(good(), { state: 'success' }), { ...door().door, send: noQueue })).toMatchObject({
      statusCode: 503,
    });
  });
});

const listening = async (): Promise<{ readonly put: Event[]; readonly engine: Engine }> => {
  const put: Event[] = [];
  return {
    put,
    engine: eventBridgeEngine({
      targets: [{ target: 'nightly' }, { target: 'release', repositories: ['acme/gears'] }],
      put: async (event) => void put.push(event),
      secret: RESULTS.secret,
    }),
  };
};

describe('a job on the bus', () => {
  const detailOf = z.object({ token: z.string(), key: z.string(), headSha: z.string(), target: z.string() });

  test('is an event, and what is put on the bus for it is its result', async () => {
    const { put, engine: bus } = await listening();
    expect(await bus.start(requestOf({ target: 'nightly', at: AT }))).toEqual({ id: KEY, state: 'queued' });
    const [event] = put;
    const { token, ...detail } = detailOf.parse(JSON.parse(event?.detail ?? ''));
    expect(event?.type).toBe(JOB_REQUESTED);
    expect(detail).toEqual({ key: KEY, headSha: HEAD, target: 'nightly' });
    const { door: at, queued } = door();
    await resultPut({ source: 'acme.nightly', 'detail-type': JOB_RESULT, detail: { token, state: 'success' } }, at);
    expect(queued).toMatchObject([
      { event: 'job-result', job: { key: KEY, engine: 'eventbridge', run: KEY, state: 'success' } },
    ]);
  });

  test.each<[title: string, target: string, says: RegExp]>([
    ['a target that the deployment does not name', 'deploy', /not among the targets/],
    ['a target of others', 'release', /not open to this repository/],
  ])('at %s is none', async (_, target, says) => {
    const { put, engine: bus } = await listening();
    await expect(bus.start(requestOf({ target }))).rejects.toThrow(says);
    expect(put).toEqual([]);
  });

  test.each<[title: string, event: unknown]>([
    ['nothing', undefined],
    ['no token', { source: 'x', 'detail-type': JOB_RESULT, detail: { state: 'success' } }],
    ['a token of an endpoint', { source: 'x', 'detail-type': JOB_RESULT, detail: { token: good(), state: 'success' } }],
    ['another event', { source: 'aws.ec2', 'detail-type': 'EC2 Instance State-change Notification', detail: {} }],
  ])('%s is no result', async (_, event) => {
    const { door: at, queued } = door();
    await resultPut(event, at);
    expect(queued).toEqual([]);
  });
});

// https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html
const changed = (variables: Readonly<Record<string, string>>, source = 'aws.codebuild'): unknown => ({
  version: '0',
  id: 'c030038d-8c4d-6141-9545-00ff7b7153EX',
  'detail-type': 'CodeBuild Build State Change',
  source,
  account: '111122223333',
  time: '2026-03-01T13:14:28Z',
  region: 'us-east-1',
  resources: ['arn:aws:codebuild:us-east-1:111122223333:build/acme-ci:8745a7a9-c340-456a-9166-edf953571bEX'],
  detail: {
    'build-status': 'FAILED',
    'project-name': 'acme-ci',
    'build-id': 'arn:aws:codebuild:us-east-1:111122223333:build/acme-ci:8745a7a9-c340-456a-9166-edf953571bEX',
    'additional-information': {
      environment: {
        image: 'aws/codebuild/standard:7.0',
        'environment-variables': Object.entries(variables).map(([name, value]) => ({
          name,
          value,
          type: 'PLAINTEXT',
        })),
      },
      'build-complete': true,
      initiator: 'bowsprit',
    },
    'current-phase': 'COMPLETED',
    version: '1',
  },
});

describe('an event of CodeBuild', () => {
  const ours = { BOWSPRIT_KEY: KEY, BOWSPRIT_PULL: 'github:acme/widgets#12' };

  test('is the result of the build it is about', async () => {
    const { door: at, queued } = door();
    await resultPut(changed(ours), at);
    expect(queued).toMatchObject([
      {
        event: 'job-result',
        job: { key: KEY, engine: 'codebuild', run: 'acme-ci:8745a7a9-c340-456a-9166-edf953571bEX', state: 'failure' },
      },
    ]);
  });

  test.each<[title: string, event: unknown]>([
    ['a build of somebody else', changed({})],
    ['a build for another pull request than its key', changed({ ...ours, BOWSPRIT_PULL: 'github:acme/widgets#13' })],
    ['a build of no pull request', changed({ ...ours, BOWSPRIT_PULL: 'widgets' })],
    ['the same event by somebody else', changed(ours, 'acme.codebuild')],
  ])('%s changes nothing', async (_, event) => {
    const { door: at, queued } = door();
    await resultPut(event, at);
    expect(queued).toEqual([]);
  });
});
