/**
 * Asks the services of jokes and pictures. What they say is a stranger's word: few bytes are read of it, no host but those
 * allowed is called or shown, a picture is one of three kinds and small, and of text nothing but words is left.
 */
import * as z from 'zod/mini';
import { reasonOf, Refusal, Retryable } from '../errors.ts';
import { shownUrl, type FunAsked, type FunFound, type FunKind } from '../language/index.ts';
import { log } from '../log.ts';
import type { Answer, Ask } from '../pipelines/guarded-client.ts';

export type FindFun = (asked: FunAsked) => Promise<FunFound>;

export const FUN_SERVICES: Readonly<Record<FunKind, string>> = {
  joke: 'https://icanhazdadjoke.com',
  dog: 'https://random.dog',
  cat: 'https://api.thecatapi.com',
  pony: 'https://theponyapi.com',
  goose: 'https://api.unsplash.com',
};

type FinderOptions = {
  readonly ask: Ask;
  /** The key of a service, undefined where there is none. */
  readonly key: (kind: 'cat' | 'goose') => Promise<string | undefined>;
  readonly services?: Readonly<Record<FunKind, string>>;
};

/** Nobody waits for fun: of all lines of a comment, it takes no longer than the worker has. */
const TIMEOUT_MS = 1_500;
const MAX_JSON_BYTES = 64 * 1024;
export const MAX_PICTURE_BYTES = 5 * 1024 * 1024;
const MAX_JOKE_CHARS = 500;
const TRIES = 3;
const KINDS: ReadonlySet<string> = new Set(['image/jpeg', 'image/gif', 'image/png']);
/** What a forge makes live whatever way it is written. */
const LIVE = /[@#]|:\/\/|www\./i;

/** The service cannot be counted on now. */
class Away extends Error {}

const aJoke = z.object({ joke: z.string() });
const aDog = z.object({ url: z.string() });
const cats = z.array(z.object({ url: z.string() }));
const categories = z.array(z.object({ id: z.number(), name: z.string() }));
const aPony = z.object({ pony: z.object({ representations: z.object({ full: z.string(), small: z.string() }) }) });
const aGoose = z.object({ urls: z.object({ small: z.string() }), user: z.object({ name: z.string() }) });

/** One of several addresses of the same picture, the best first. */
type Candidate = { readonly urls: readonly string[]; readonly by?: string };

/** Never throws: whatever goes wrong is an answer, and nothing is tried again because of it. */
export function funFinder({ ask, key, services = FUN_SERVICES }: FinderOptions): FindFun {
  const get = async (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    ask({
      method: 'GET',
      url,
      headers: { accept: 'application/json', 'user-agent': 'Bowsprit', ...headers },
      repeatable: false,
      timeoutMs: TIMEOUT_MS,
      mostBytes: MAX_JSON_BYTES,
    });

  const said = async <T>(shape: z.ZodMiniType<T>, url: string, headers?: Record<string, string>): Promise<T> => {
    const parsed = shape.safeParse(jsonIn(await get(url, headers)));
    if (!parsed.success) throw new Away(`${url} answers something else`);
    return parsed.data;
  };

  const fits = async (url: string): Promise<boolean> => {
    if (shownUrl(url) === undefined) return false;
    try {
      const head = { method: 'HEAD', url, repeatable: false, timeoutMs: TIMEOUT_MS } as const;
      const { status, headers } = await ask(head);
      const [kind = ''] = (headers['content-type'] ?? '').toLowerCase().split(';');
      const bytes = Number(headers['content-length'] ?? Number.NaN);
      return status === 200 && KINDS.has(kind.trim()) && bytes > 0 && bytes <= MAX_PICTURE_BYTES;
    } catch (error) {
      // A host that is not allowed, or one that leads elsewhere: another picture may lie where it should.
      if (error instanceof Refusal) return false;
      throw error;
    }
  };

  /** @param next undefined where there is nothing of the kind */
  const picture = async (next: () => Promise<Candidate | undefined>): Promise<FunFound> => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      // One after the other on purpose: mostly the first will do.
      // oxlint-disable-next-line no-await-in-loop
      const candidate = await next();
      if (candidate === undefined) return { is: 'nothing' };
      for (const url of candidate.urls) {
        // oxlint-disable-next-line no-await-in-loop
        if (await fits(url)) return { is: 'picture', url, ...(candidate.by === undefined ? {} : { by: candidate.by }) };
      }
    }
    return { is: 'nothing' };
  };

  const findJoke = async (): Promise<FunFound> => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      // oxlint-disable-next-line no-await-in-loop
      const { joke } = await said(aJoke, services.joke);
      const text = joke.replace(/\s+/g, ' ').trim();
      if (text !== '' && text.length <= MAX_JOKE_CHARS && !LIVE.test(text)) return { is: 'joke', text };
    }
    return { is: 'nothing' };
  };

  const findCat = async ({ about, moving }: FunAsked): Promise<FunFound> => {
    const secret = await key('cat');
    const headers = secret === undefined ? {} : { 'x-api-key': secret };
    const query = new URLSearchParams({ mime_types: moving === true ? 'gif' : 'jpg,png,gif', size: 'med' });
    if (about !== '') {
      const all = await said(categories, `${services.cat}/v1/categories`, headers);
      const named = all.find(({ name }) => name.toLowerCase() === about.toLowerCase());
      if (named === undefined) return { is: 'nothing' };
      query.set('category_ids', String(named.id));
    }
    return picture(async () => {
      const [cat] = await said(cats, `${services.cat}/v1/images/search?${query.toString()}`, headers);
      return cat === undefined ? undefined : { urls: [cat.url] };
    });
  };

  const findPony = ({ about }: FunAsked): Promise<FunFound> =>
    picture(async () => {
      const query = about === '' ? '' : `?${new URLSearchParams({ q: about }).toString()}`;
      const answer = await get(`${services.pony}/api/v1/pony/random${query}`);
      if (answer.status === 404) return undefined;
      const parsed = aPony.safeParse(jsonIn(answer));
      if (!parsed.success) throw new Away('no pony is told of');
      const { full, small } = parsed.data.pony.representations;
      return { urls: [full, small] };
    });

  const findGoose = async (): Promise<FunFound> => {
    const secret = await key('goose');
    if (secret === undefined) return { is: 'keyless' };
    return picture(async () => {
      const headers = { authorization: `Client-ID ${secret}` };
      const { urls, user } = await said(aGoose, `${services.goose}/photos/random?query=goose`, headers);
      return { urls: [urls.small], ...(LIVE.test(user.name) ? {} : { by: user.name.slice(0, 100) }) };
    });
  };

  const find: Readonly<Record<FunKind, FindFun>> = {
    joke: findJoke,
    dog: () => picture(async () => ({ urls: [(await said(aDog, `${services.dog}/woof.json`)).url] })),
    cat: findCat,
    pony: findPony,
    goose: findGoose,
  };
  return async (asked) => {
    try {
      return await find[asked.kind](asked);
    } catch (error) {
      if (!(error instanceof Away || error instanceof Refusal || error instanceof Retryable)) throw error;
      log.warn('no fun', { kind: asked.kind, reason: reasonOf(error) });
      return { is: 'away' };
    }
  };
}

/** @throws Away where the service says that something went wrong, or no end of it */
function jsonIn({ status, body, cut }: Answer): unknown {
  if (status !== 200 || cut) throw new Away(`answers with status ${status}${cut ? ' and without end' : ''}`);
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new Away('answers no JSON', { cause });
  }
}
