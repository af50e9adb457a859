import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { S3Client, PutObjectCommand } from '@aws-sdk/client-s3';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { awsClient, AwsRefused, AwsUnanswered, isAway, isThrottled, type Connect } from '../shared/aws-client.ts';
import { digest, hostOf, signedHeaders } from '../shared/aws-request.ts';
import { anchorsIn } from '../shared/store/anchors.ts';
import { startEmulators } from '../local/emulators.ts';

type Heard = { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: string };
type Reply = (response: ServerResponse, request: IncomingMessage) => void;

const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'made-up', sessionToken: 'of-a-session' };
const closing: (() => void)[] = [];
afterEach(() => {
  for (const each of closing.splice(0)) each();
});

/** Gives each request the next answer, and the last to all that follow. */
async function serverWith(replies: readonly Reply[]): Promise<{ readonly connect: Connect; readonly heard: Heard[] }> {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      heard.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      (replies[heard.length - 1] ?? replies.at(-1))?.(response, request);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { connect: { endpoint: `http://127.0.0.1:${port}`, region: 'us-east-1', credentials }, heard };
}

const says =
  (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) =>
    void response.writeHead(status, headers).end(body);
const refuses = (status: number, kind: string, headers?: Readonly<Record<string, string>>): Reply =>
  says(status, JSON.stringify({ __type: `com.amazonaws.it#${kind}` }), headers);
const cut: Reply = (response) => void response.destroy();
const silent: Reply = () => undefined;

const PATIENCE = { attempts: 3, connectMs: 1_000, requestMs: 2_000 };
const ASKED = {
  method: 'POST',
  path: '/',
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'It.Do' },
  body: '{"a":"ü"}',
} as const;

function sentTo(connect: Connect, patience = PATIENCE): Promise<unknown> {
  const client = awsClient('dynamodb', connect, patience);
  closing.push(() => client.close());
  return client.send(ASKED).catch((error: unknown) => error);
}

describe('what is asked again', () => {
  test.each<[what: string, first: Reply]>([
    ['a fault of the server', refuses(500, 'InternalServerError')],
    ['a server that is away', says(503, '')],
    ['a connection that breaks off', cut],
    ['a throttled table', refuses(400, 'ProvisionedThroughputExceededException')],
    ['a throttled queue', refuses(400, 'RequestThrottled')],
    ['a throttled bucket', says(400, '<Error><Code>SlowDown</Code></Error>')],
  ])('%s', async (_, first) => {
    const { connect, heard } = await serverWith([first, first, says(200, 'yes')]);
    expect(await sentTo(connect)).toBe('yes');
    expect(heard.map(({ body }) => body)).toEqual([ASKED.body, ASKED.body, ASKED.body]);
  });

  test('an answer that does not come', async () => {
    const { connect, heard } = await serverWith([silent, says(200, 'yes')]);
    expect(await sentTo(connect, { ...PATIENCE, requestMs: 100 })).toBe('yes');
    expect(heard).toHaveLength(2);
  });

  test('no more often than it may be', async () => {
    const { connect, heard } = await serverWith([cut]);
    const error = await sentTo(connect);
    expect(error).toBeInstanceOf(AwsUnanswered);
    expect(isAway(error)).toBe(true);
    expect(heard).toHaveLength(3);
  });

  test('not what is refused', async () => {
    const { connect, heard } = await serverWith([refuses(400, 'ConditionalCheckFailedException')]);
    const error = await sentTo(connect);
    expect(error).toBeInstanceOf(AwsRefused);
    expect(error).toMatchObject({ kind: 'ConditionalCheckFailedException', status: 400 });
    expect([isAway(error), isThrottled(error)]).toEqual([false, false]);
    expect(heard).toHaveLength(1);
  });
});

test('nobody answers at all', async () => {
  const error = await sentTo({ endpoint: 'http://127.0.0.1:1', region: 'us-east-1', credentials });
  expect(error).toBeInstanceOf(AwsUnanswered);
});

const hour = (moment: Date): string => moment.toISOString().replaceAll(/[-:]/g, '').slice(0, 11);

test('by a clock that is wrong, it goes on by the clock of AWS', async () => {
  const theirs = new Date(Date.now() + 3_600_000);
  const tooLate = refuses(403, 'RequestTimeTooSkewed', { date: theirs.toUTCString() });
  const { connect, heard } = await serverWith([tooLate, says(200, 'yes')]);
  expect(await sentTo(connect)).toBe('yes');
  expect(String(heard[1]?.headers['x-amz-date']).slice(0, 11)).toBe(hour(theirs));
});

describe('a signature', () => {
  const NOT_SIGNED = new Set(['connection', 'content-length', 'authorization']);
  // What the SDK's own client sends is signed once more by ours, which must come to the same.
  test.each<[what: string, service: string, send: (connect: Connect) => Promise<unknown>]>([
    [
      'of a table',
      'dynamodb',
      async ({ endpoint = '' }) =>
        new DynamoDBClient({ endpoint, region: 'us-east-1', credentials }).send(new ListTablesCommand({ Limit: 7 })),
    ],
    [
      'of a bucket',
      's3',
      async ({ endpoint = '' }) =>
        new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true }).send(
          new PutObjectCommand({ Bucket: 'it', Key: "anchors/github:acme/it's#1/(a) ü", Body: 'b' }),
        ),
    ],
  ])('%s is what the SDK makes of it', async (_, service, send) => {
    const { connect, heard } = await serverWith([says(200, '{}')]);
    await send(connect);
    const [one] = heard;
    if (one === undefined) throw new Error('nothing was heard');
    const authorization = String(one.headers.authorization);
    const signed = new Set(/SignedHeaders=([^,]*)/.exec(authorization)?.[1]?.split(';'));
    const all = Object.entries(one.headers).flatMap(([name, value]) =>
      signed.has(name) && !NOT_SIGNED.has(name) && typeof value === 'string' ? [[name, value] as const] : [],
    );
    const { host = '', 'x-amz-date': date = '', 'x-amz-security-token': __, ...headers } = Object.fromEntries(all);
    const iso = date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z');
    const content = headers['x-amz-content-sha256'] ?? digest(one.body);
    const extra = signed.has('content-length') ? { 'content-length': String(one.headers['content-length']) } : {};
    const toSign = { service, method: service === 's3' ? 'PUT' : 'POST', host, path: one.url, digest: content };
    const ours = signedHeaders(
      { region: 'us-east-1', ...credentials },
      { ...toSign, headers: { ...headers, ...extra } },
      new Date(iso),
    );
    expect(ours['authorization']).toBe(authorization);
  });
});

test('an anchor lies where the SDK looks for it', async () => {
  const emulators = await startEmulators({
    environment: {},
    maxReceives: 3,
    visibilitySeconds: 30,
  });
  const { s3Endpoint, anchorBucket, region } = emulators;
  const anchors = anchorsIn(anchorBucket, { endpoint: s3Endpoint, region, credentials });
  const anchor = { sequence: 7, hash: 'a'.repeat(64) };
  await anchors.put('github:acme/widgets#12', anchor);
  expect(await anchors.of('github:acme/widgets#12')).toEqual([anchor]);
  expect(await anchors.pullsOf('github:acme/widgets')).toEqual(['github:acme/widgets#12']);
  await emulators.close();
});

test.each([
  ['us-east-1', 'https://dynamodb.us-east-1.amazonaws.com/'],
  ['us-gov-west-1', 'https://dynamodb.us-gov-west-1.amazonaws.com/'],
  ['cn-north-1', 'https://dynamodb.cn-north-1.amazonaws.com.cn/'],
])('the tables of %s', (region, host) => {
  expect(hostOf('dynamodb', region)).toBe(host);
});
