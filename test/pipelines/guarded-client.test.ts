/** Threat 18: what settings name is called as they say, or not at all. */
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refusal } from '../../shared/errors.ts';
import {
  guardedClient,
  MAX_ANSWER_BYTES,
  problemOfUrl,
  Unanswered,
  Unreached,
  type Asked,
  type Reach,
} from '../../shared/pipelines/guarded-client.ts';
import { isPublic } from '../../shared/pipelines/addresses.ts';
import { certificateFor } from '../support/certificate.ts';
import { startPeer, type Behave, type Peer } from '../support/http-peer.ts';

const HOST = 'ci.example.com';
const certificate = certificateFor(HOST, 'localhost');
let plain: Peer;
let secure: Peer;
beforeAll(async () => {
  [plain, secure] = await Promise.all([startPeer(), startPeer(undefined, certificate)]);
});
afterAll(() => Promise.all([plain.close(), secure.close()]));

const get = (url: string, more: Partial<Asked> = {}): Asked => ({ method: 'GET', url, repeatable: true, ...more });
const post = (url: string, more: Partial<Asked> = {}): Asked => ({
  method: 'POST',
  url,
  body: '{}',
  repeatable: false,
  ...more,
});
const local: Reach = { hosts: [], loopback: true };
const outcome = async (asked: Asked, reach: Reach = local): Promise<unknown> =>
  guardedClient(reach)(asked).then(
    ({ status }) => status,
    (error: unknown) => error,
  );

/** Where nobody must call: anything that listens on loopback, reached by a name that looks harmless. */
const named = (reach: Partial<Reach>, port = secure.port): Reach => ({
  hosts: [`${HOST}:${port}`],
  ca: certificate.cert,
  ...reach,
});
const leading =
  (...addresses: readonly string[]): NonNullable<Reach['resolve']> =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
const behaving = async (how: Behave, asked: (url: string) => Asked): Promise<unknown> => {
  plain.behave(how);
  return outcome(asked(plain.url));
};
const nowhere = async (): Promise<never> => Promise.reject(new Error('ENOTFOUND'));

test.each<[address: string, is: boolean]>([
  ['93.184.216.34', true],
  ['2606:2800:220:1:248:1893:25c8:1946', true],
  ['0.0.0.0', false],
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['127.0.0.1', false],
  ['127.255.255.254', false],
  ['169.254.169.254', false],
  ['169.254.170.2', false],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['172.32.0.1', true],
  ['192.168.1.1', false],
  ['198.18.0.1', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::ffff:169.254.169.254', false],
  ['::ffff:93.184.216.34', false],
  ['64:ff9b::a9fe:a9fe', false],
  ['2002:a9fe:a9fe::', false],
  ['2001:0:1::', false],
  ['2001:db8::1', false],
  ['fc00::1', false],
  ['fd00:ec2::254', false],
  ['fe80::1', false],
  ['fe80::1%eth0', false],
  ['fec0::1', false],
  ['ff02::1', false],
  ['localhost', false],
])("%s is everybody's: %s", (address, is) => {
  expect(isPublic(address)).toBe(is);
});

describe('which addresses may be called', () => {
  const hosts = [HOST, 'other.example.com:8443', '93.184.216.34', '169.254.169.254', '[::1]', '127.0.0.1', '0.0.0.0'];
  test.each<[url: string, problem: RegExp]>([
    [`https://${HOST}/hook`, /^fine$/],
    [`https://${HOST.toUpperCase()}./hook`, /^fine$/],
    [`https://${HOST}:443/hook`, /^fine$/],
    ['https://other.example.com:8443/', /^fine$/],
    ['https://93.184.216.34/', /^fine$/],
    [`https://${HOST}:8443/`, /not among the hosts/],
    ['https://other.example.com/', /not among the hosts/],
    [`https://${HOST}.evil.example/`, /not among the hosts/],
    [`https://evil.example/${HOST}`, /not among the hosts/],
    [`https://sub.${HOST}/`, /not among the hosts/],
    [`https://${HOST}@evil.example/`, /no credentials/],
    [`https://me:secret@${HOST}/`, /no credentials/],
    [`http://${HOST}/`, /not https/],
    [`ftp://${HOST}/`, /not https/],
    ['file:///etc/passwd', /not https/],
    ['//ci.example.com/', /no address/],
    ['', /no address/],
    ['https://169.254.169.254/latest/meta-data', /not everybody/],
    ['https://0xA9FEA9FE/', /not everybody/],
    ['https://2852039166/', /not everybody/],
    ['https://127.1/', /not everybody/],
    ['https://0/', /not everybody/],
    ['https://[::1]/', /not everybody/],
    ['https://[::ffff:169.254.169.254]/', /not among the hosts/],
    ['http://127.0.0.1/', /not https/],
    ['http://localhost/', /not https/],
  ])('%s: %s', (url, problem) => {
    expect(problemOfUrl(url, { hosts }) ?? 'fine').toMatch(problem);
  });

  test('with this machine allowed, no other address is', () => {
    expect(problemOfUrl('http://127.0.0.1:1/', local)).toBeUndefined();
    expect(problemOfUrl('http://localhost:1/', local)).toBeUndefined();
    expect(problemOfUrl('http://[::1]:1/', local)).toBeUndefined();
    expect(problemOfUrl('http://10.0.0.1/', local)).toMatch(/not https/);
    expect(problemOfUrl('https://10.0.0.1/', { ...local, hosts: ['10.0.0.1'] })).toMatch(/not everybody/);
    expect(problemOfUrl('http://localhost.example.com/', local)).toMatch(/not https/);
  });
});

describe('where names lead', () => {
  test.each<[title: string, addresses: readonly string[]]>([
    ['this machine', ['127.0.0.1']],
    ['this machine, by the newer kind of address', ['::1']],
    ['this machine, wrapped', ['::ffff:127.0.0.1']],
    ['the metadata of its cloud', ['169.254.169.254']],
    ['a private network', ['10.0.0.7']],
    ["everybody's address, and a private one behind it", ['93.184.216.34', '127.0.0.1']],
  ])('a name that leads to %s is not called', async (_, addresses) => {
    const before = secure.connections();
    const error = await outcome(get(`https://${HOST}:${secure.port}/`), named({ resolve: leading(...addresses) }));
    expect(error).toBeInstanceOf(Refusal);
    expect(String(error)).toContain('not everybody');
    expect(secure.connections()).toBe(before);
  });

  test('a name is looked up once for a request, and again for the next', async () => {
    const answers = [['127.0.0.1'], ['169.254.169.254'], ['127.0.0.1']];
    let lookups = 0;
    const resolve: NonNullable<Reach['resolve']> = async () => {
      lookups += 1;
      return (answers.shift() ?? []).map((address) => ({ address, family: 4 }));
    };
    const ask = guardedClient(named({ loopback: true, resolve }));
    const url = `https://${HOST}:${secure.port}/`;
    expect((await ask(get(url))).status).toBe(200);
    expect(lookups).toBe(1);
    await expect(ask(get(url))).rejects.toBeInstanceOf(Refusal);
    expect((await ask(post(url))).status).toBe(200);
    expect(lookups).toBe(3);
  });

  test('a name that leads nowhere was not reached', async () => {
    expect(await outcome(post(`https://${HOST}:1/`), named({ resolve: leading() }, 1))).toBeInstanceOf(Unreached);
    expect(await outcome(post(`https://${HOST}:1/`), named({ resolve: nowhere }, 1))).toBeInstanceOf(Unreached);
  });

  test('a certificate that nobody trusts, or for another name, is not talked to', async () => {
    const before = secure.asked().length;
    const url = `https://${HOST}:${secure.port}/`;
    const { ca: _, ...untrusted } = named({ loopback: true, resolve: leading('127.0.0.1') });
    expect(await outcome(post(url), untrusted)).toBeInstanceOf(Unreached);
    const other = `https://other.example.com:${secure.port}/`;
    const misnamed = {
      ...named({ loopback: true, resolve: leading('127.0.0.1') }),
      hosts: [`other.example.com:${secure.port}`],
    };
    expect(await outcome(post(other), misnamed)).toBeInstanceOf(Unreached);
    expect(secure.asked().length).toBe(before);
  });
});

describe('servers that misbehave', () => {
  test.each<[status: number]>([[301], [302], [303], [307], [308]])('a %d is not followed', async (status) => {
    const forbidden = await startPeer();
    const error = await behaving(
      (_, response) => {
        response.writeHead(status, { location: `${forbidden.url}/latest/meta-data` }).end();
      },
      (url) => get(url),
    );
    expect(error).toBeInstanceOf(Refusal);
    expect(forbidden.connections()).toBe(0);
    await forbidden.close();
  });

  test('10 MB are read as far as they count', async () => {
    plain.behave((_, response) => response.end(Buffer.alloc(10 * 1024 * 1024, 'x')));
    const { status, body, cut } = await guardedClient(local)(post(plain.url));
    expect({ status, length: body.length, cut }).toEqual({ status: 200, length: MAX_ANSWER_BYTES, cut: true });
  });

  test('an answer without an end is read as far as it counts', async () => {
    const chunk = Buffer.alloc(256 * 1024, 'x');
    plain.behave((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    });
    expect(await guardedClient(local)(post(plain.url))).toMatchObject({ cut: true });
  });

  test('exactly as much as is read is whole', async () => {
    plain.behave((_, response) => response.end(Buffer.alloc(MAX_ANSWER_BYTES, 'x')));
    expect(await guardedClient(local)(post(plain.url))).toMatchObject({ cut: false });
  });

  test.each<[title: string, how: Behave]>([
    ['says nothing', () => undefined],
    ['says only that it will answer', (_, response) => response.writeHead(200).flushHeaders()],
    [
      'stops in the middle of its answer',
      (_, response) => void response.writeHead(200, { 'content-length': '100' }).write('{"beginning":'),
    ],
  ])('one that %s is given up', async (_, how) => {
    const error = await behaving(how, (url) => post(url, { timeoutMs: 60 }));
    expect(error).toBeInstanceOf(Unanswered);
    expect(String(error)).toContain('within 60 ms');
  });

  test('one that breaks off may have been reached', async () => {
    expect(await behaving((_, response) => void response.socket?.destroy(), post)).toBeInstanceOf(Unanswered);
  });

  test('one that is not there was not reached', async () => {
    const gone = await startPeer();
    await gone.close();
    expect(await outcome(post(gone.url))).toBeInstanceOf(Unreached);
  });

  test.each<[title: string, asked: (url: string) => Asked, times: number]>([
    ['what changes nothing', (url) => get(url), 2],
    ['what may be repeated', (url) => post(url, { repeatable: true }), 2],
    ['what may not be repeated', (url) => post(url), 1],
  ])('after 503 and after a broken line, %s is asked so often', async (_, asked, times) => {
    const before = plain.asked().length;
    expect(await behaving((__, response) => response.writeHead(503).end(), asked)).toBe(503);
    expect(plain.asked().length - before).toBe(times);
    expect(await behaving((__, response) => void response.socket?.destroy(), asked)).toBeInstanceOf(Unanswered);
    expect(plain.asked().length - before).toBe(2 * times);
  });

  test('what is answered at the second time is answered', async () => {
    let first = true;
    const flaky: Behave = (_, response) => {
      if (first) response.socket?.destroy();
      else response.end('{}');
      first = false;
    };
    expect(await behaving(flaky, get)).toBe(200);
  });

  test('a body arrives as it was sent, and no packing is asked for', async () => {
    await behaving(
      (_, response) => response.end(),
      (url) => post(url, { body: '{"ö":1}' }),
    );
    const [last] = plain.asked().slice(-1);
    expect(last?.body).toBe('{"ö":1}');
    expect(last?.headers['accept-encoding']).toBe('identity');
    expect(last?.headers['content-length']).toBe('8');
  });
});

test('nothing is asked of a host that the deployment does not allow', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = address === null || typeof address === 'string' ? 0 : address.port;
  for (const url of [`http://127.0.0.1:${port}/`, `https://localhost:${port}/`, `https://127.0.0.1:${port}/`]) {
    // oxlint-disable-next-line no-await-in-loop
    expect(await outcome(get(url), { hosts: ['127.0.0.1', `127.0.0.1:${port}`, `localhost:${port}`] })).toBeInstanceOf(
      Refusal,
    );
  }
  expect(connections).toBe(0);
  server.close();
});
