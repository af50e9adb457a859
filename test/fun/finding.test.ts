/** What strangers' servers say, on loopback: the same client that calls them calls this one. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { funFinder, MAX_PICTURE_BYTES } from '../../shared/fun/finding.ts';
import type { FunAsked, FunFound, FunKind } from '../../shared/language/index.ts';
import { guardedClient } from '../../shared/pipelines/guarded-client.ts';
import { startPeer, type Peer } from '../support/http-peer.ts';

let peer: Peer;
beforeAll(async () => {
  peer = await startPeer();
});
afterAll(() => peer.close());

type Said = { readonly status?: number; readonly json?: unknown; readonly headers?: Readonly<Record<string, string>> };
/** Answers by path, those of one path one after the other, the last again and again. */
let script: Record<string, readonly Said[]> = {};
let asked: string[] = [];
let keys: (string | undefined)[] = [];
beforeEach(() => {
  [script, asked, keys] = [{}, [], []];
  const turns = new Map<string, number>();
  peer.behave(({ method, path, headers }, response) => {
    const turn = turns.get(path) ?? 0;
    turns.set(path, turn + 1);
    asked.push(`${method} ${path}`);
    keys.push([headers['x-api-key'], headers.authorization].flat().join(''));
    const all = script[path] ?? [{ status: 404 }];
    const { status = 200, json, headers: more = {} } = all[Math.min(turn, all.length - 1)] ?? {};
    response.writeHead(status, { 'content-type': 'application/json', ...more });
    response.end(method === 'HEAD' || json === undefined ? undefined : JSON.stringify(json));
  });
});

const picture = (bytes: number, type = 'image/jpeg'): Said => ({
  headers: { 'content-type': type, 'content-length': String(bytes) },
});
const find = (kind: FunKind, more: Partial<FunAsked> = {}, key?: string): Promise<FunFound> => {
  const services = { joke: peer.url, dog: peer.url, cat: peer.url, pony: peer.url, goose: peer.url };
  const ask = guardedClient({ hosts: [], loopback: true });
  return funFinder({ ask, key: async () => key, services })({ kind, about: '', ...more });
};
const at = (path: string): string => `${peer.url}${path}`;
const shown = (path: string): FunFound => ({ is: 'picture', url: at(path) });

const dogs = (...paths: readonly string[]): readonly Said[] =>
  paths.map((path) => ({ json: { url: path.startsWith('/') ? at(path) : path } }));

describe('jokes', () => {
  test.each<[title: string, said: readonly Said[], found: FunFound, requests: number]>([
    ['a joke', [{ json: { joke: ' Why?\n Because. ' } }], { is: 'joke', text: 'Why? Because.' }, 1],
    [
      'one with a mention, then one without',
      [{ json: { joke: 'Hi @ada' } }, { json: { joke: 'Ho.' } }],
      { is: 'joke', text: 'Ho.' },
      2,
    ],
    ['nothing but addresses', [{ json: { joke: 'See www.example.com' } }], { is: 'nothing' }, 3],
    ['nothing but novels', [{ json: { joke: 'ha '.repeat(200) } }], { is: 'nothing' }, 3],
    ['something else', [{ json: { jokes: [] } }], { is: 'away' }, 1],
    ['without end', [{ json: { joke: 'ha'.repeat(40_000) } }], { is: 'away' }, 1],
    ['an error', [{ status: 500 }], { is: 'away' }, 1],
    ['that it is busy', [{ status: 503 }], { is: 'away' }, 1],
    ['to look elsewhere', [{ status: 302, headers: { location: 'http://169.254.169.254/' } }], { is: 'away' }, 1],
  ])('%s', async (_, said, found, requests) => {
    script['/'] = said;
    expect(await find('joke')).toEqual(found);
    expect(asked).toHaveLength(requests);
  });
});

describe('dogs', () => {
  test.each<[title: string, next: () => readonly Said[], found: () => FunFound]>([
    ['the first that fits', () => dogs('/a.jpg'), () => shown('/a.jpg')],
    ['a film is passed over', () => dogs('/film.mp4', '/a.jpg'), () => shown('/a.jpg')],
    ['one too large is passed over', () => dogs('/large.jpg', '/a.jpg'), () => shown('/a.jpg')],
    ['one of unknown size is passed over', () => dogs('/endless.jpg', '/a.jpg'), () => shown('/a.jpg')],
    ['one that is gone is passed over', () => dogs('/gone.jpg', '/a.jpg'), () => shown('/a.jpg')],
    ['other hosts are not called', () => dogs('https://evil.example/a.jpg', '/a.jpg'), () => shown('/a.jpg')],
    ['nor addresses inside', () => dogs('https://169.254.169.254/a.jpg'), () => ({ is: 'nothing' })],
    ['nothing that ends a link', () => dogs('/a.jpg)[x](y'), () => ({ is: 'nothing' })],
    ['after three it is enough', () => dogs('/large.jpg'), () => ({ is: 'nothing' })],
    ['an error ends it', () => [{ status: 429 }], () => ({ is: 'away' })],
  ])('%s', async (_, next, found) => {
    script = {
      '/woof.json': next(),
      '/a.jpg': [picture(MAX_PICTURE_BYTES)],
      '/large.jpg': [picture(MAX_PICTURE_BYTES + 1)],
      '/film.mp4': [picture(10, 'video/mp4')],
      '/endless.jpg': [{ headers: { 'content-type': 'image/png', 'transfer-encoding': 'chunked' } }],
    };
    expect(await find('dog')).toEqual(found());
    expect(asked.length).toBeLessThanOrEqual(6);
  });
});

describe('cats', () => {
  const any = '/v1/images/search?mime_types=jpg%2Cpng%2Cgif&size=med';

  test('any, with the key where there is one', async () => {
    script = { [any]: [{ json: [{ url: at('/c.png') }] }], '/c.png': [picture(9, 'image/png; x=y')] };
    expect(await find('cat', {}, 'a-key')).toEqual(shown('/c.png'));
    // The key is for the service alone.
    expect(keys).toEqual(['a-key', '']);
  });

  test('that move, of a category by its name', async () => {
    const search = '/v1/images/search?mime_types=gif&size=med&category_ids=5';
    script = {
      '/v1/categories': [{ json: [{ id: 5, name: 'Boxes' }] }],
      [search]: [{ json: [{ url: at('/c.gif') }] }],
      '/c.gif': [picture(9, 'image/gif')],
    };
    expect(await find('cat', { about: 'boxes', moving: true })).toEqual(shown('/c.gif'));
    expect(await find('cat', { about: '../5' })).toEqual({ is: 'nothing' });
  });

  test('none that is told of', async () => {
    script = { [any]: [{ json: [] }] };
    expect(await find('cat')).toEqual({ is: 'nothing' });
  });
});

describe('ponies', () => {
  test('by a name, the small one where the full one is too large', async () => {
    const pony = { representations: { full: at('/full.png'), small: at('/small.png') } };
    script = {
      '/api/v1/pony/random?q=A+%26b%3Dc': [{ json: { pony } }],
      '/full.png': [picture(MAX_PICTURE_BYTES + 1, 'image/png')],
      '/small.png': [picture(9, 'image/png')],
    };
    expect(await find('pony', { about: 'A &b=c' })).toEqual(shown('/small.png'));
  });

  test('there is none of that name', async () => {
    expect(await find('pony', { about: 'x' })).toEqual({ is: 'nothing' });
  });
});

describe('geese', () => {
  test('want a key, and nobody is asked without', async () => {
    expect(await find('goose')).toEqual({ is: 'keyless' });
    expect(asked).toEqual([]);
  });

  test('are told with who took them', async () => {
    script = {
      '/photos/random?query=goose': [
        { json: { urls: { small: at('/g?w=400&h=1') }, user: { name: 'Ada Example' } } },
        { json: { urls: { small: at('/g?w=400&h=1') }, user: { name: '@ada' } } },
      ],
      '/g?w=400&h=1': [picture(9)],
    };
    expect(await find('goose', {}, 'k')).toEqual({ ...shown('/g?w=400&h=1'), by: 'Ada Example' });
    expect(await find('goose', {}, 'k')).toEqual(shown('/g?w=400&h=1'));
    expect(keys).toEqual(['Client-ID k', '', 'Client-ID k', '']);
  });
});

test('who is not there at all is away', async () => {
  const gone = await startPeer();
  await gone.close();
  const services = { joke: gone.url, dog: gone.url, cat: gone.url, pony: gone.url, goose: gone.url };
  const ask = guardedClient({ hosts: [], loopback: true });
  const nobody = funFinder({ ask, key: async () => 'k', services });
  const kinds: readonly FunKind[] = ['joke', 'dog', 'cat', 'pony', 'goose'];
  expect(await Promise.all(kinds.map((kind) => nobody({ kind, about: '' })))).toEqual(
    kinds.map(() => ({ is: 'away' })),
  );
});
