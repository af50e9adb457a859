import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chained, EMPTY_CHAIN } from '../shared/audit-record.ts';
import { Retryable } from '../shared/errors.ts';
import { busNamed, subjectOf } from '../shared/publish.ts';
import { draft } from './store/here.ts';

/** As much of EventBridge as `PutEvents` needs. */
const requests: unknown[] = [];
let answer: { readonly status: number; readonly body: unknown } = { status: 200, body: {} };
const server: Server = createServer((request, response) => {
  void (async () => {
    const body: Uint8Array[] = [];
    for await (const chunk of request) body.push(chunk);
    requests.push(JSON.parse(Buffer.concat(body).toString('utf8')));
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(answer.body));
  })();
});

const before = { ...process.env };

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_EVENTBRIDGE: `http://127.0.0.1:${address.port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
});

afterAll(() => {
  process.env = before;
  server.close();
  server.closeAllConnections();
});

const record = chained(draft(), EMPTY_CHAIN);

test('a finished invocation is one event that holds its record', async () => {
  answer = { status: 200, body: { FailedEntryCount: 0, Entries: [{ EventId: '1' }] } };
  await busNamed('bowsprit-bus').publish(record);
  expect(requests.at(-1)).toEqual({
    Entries: [
      {
        EventBusName: 'bowsprit-bus',
        Source: 'bowsprit',
        DetailType: 'Invocation finished',
        Time: expect.any(Number),
        Detail: JSON.stringify(record),
      },
    ],
  });
});

test('with what it is about, whose title is text and no more', async () => {
  const subject = subjectOf({ title: 'Fix <!channel>\n@ada', author: { login: 'ada' } });
  expect(subject).toEqual({ title: '`Fix <!channel>U+000A@ada`', author: 'ada' });
  await busNamed('bowsprit-bus').publish(record, subject);
  expect(requests.at(-1)).toMatchObject({ Entries: [{ Detail: JSON.stringify({ ...record, subject }) }] });
});

test('a record too large for an event goes without its actions', async () => {
  // Each of these takes six characters in JSON.
  const note = '\u0001'.repeat(200_000);
  await busNamed('bowsprit-bus').publish({ ...record, actions: [{ is: 'merge', result: 'done', note }] });
  expect(requests.at(-1)).toMatchObject({ Entries: [{ Detail: JSON.stringify({ ...record, actions: [] }) }] });
});

test.each<[what: string, answer: { status: number; body: unknown }]>([
  ['an entry refused', { status: 200, body: { FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] } }],
  ['a server in trouble', { status: 500, body: { __type: 'InternalException' } }],
])('%s is the weather', async (_, given) => {
  answer = given;
  await expect(busNamed('bowsprit-bus').publish(record)).rejects.toThrow(Retryable);
});

test('without a bus it goes to the log', async () => {
  const count = requests.length;
  await busNamed(undefined).publish(record);
  expect(requests).toHaveLength(count);
});
