import { expect, test } from 'vitest';
import { funHere } from '../../shared/facts/fun.ts';
import type { FunAsked, FunFound, FunKind } from '../../shared/language/index.ts';

const picture: FunFound = { is: 'picture', url: 'https://random.dog/a.jpg' };
const of = (kind: FunKind, about = ''): FunAsked => ({ kind, about });

/** What is remembered between deliveries, and what was asked. */
function world(found: FunFound = picture) {
  const kept = new Map<string, unknown>();
  const asked: FunAsked[] = [];
  const counts = new Map<string, number>();
  const delivery = (perHour = 20, repository = 'github:acme/widgets') =>
    funHere({
      find: async (each) => {
        asked.push(each);
        return found;
      },
      cache: {
        get: async (key) => kept.get(key),
        put: async (key, value) => void kept.set(key, value),
        count: async (key) => {
          counts.set(key, (counts.get(key) ?? 0) + 1);
          return counts.get(key) ?? 0;
        },
      },
      repository,
      perHour,
    });
  return { delivery, asked };
}

const told = async (
  fun: (asked: FunAsked) => Promise<FunFound>,
  lines: readonly FunAsked[],
): Promise<readonly string[]> => {
  const said: string[] = [];
  // oxlint-disable-next-line no-await-in-loop
  for (const line of lines) said.push((await fun(line)).is);
  return said;
};

test('six lines of ponies are five pictures', async () => {
  const { delivery, asked } = world();
  const lines = ['a', 'a', 'b', 'c', 'd', 'e'].map((name) => of('pony', name));
  expect(await told(delivery(), lines)).toEqual([...Array<string>(5).fill('picture'), 'enough']);
  expect(asked).toEqual(lines.slice(0, 5));
});

test('of all else one in a comment, and again in the next', async () => {
  const { delivery } = world();
  const fun = delivery();
  expect(await told(fun, [of('dog'), of('dog'), of('cat')])).toEqual(['picture', 'enough', 'picture']);
  expect(await told(delivery(), [of('dog')])).toEqual(['picture']);
});

test('so many an hour, in a repository', async () => {
  const { delivery, asked } = world();
  expect(await told(delivery(2), [of('dog'), of('cat'), of('goose'), of('goose')])).toEqual([
    'picture',
    'picture',
    'enough',
    'enough',
  ]);
  expect(await told(delivery(2, 'github:acme/other'), [of('dog')])).toEqual(['picture']);
  expect(await told(delivery(0, 'github:acme/none'), [of('dog')])).toEqual(['enough']);
  expect(asked).toHaveLength(3);
});

test('a service that is away is left alone for a while, and the others are not', async () => {
  const { delivery, asked } = world({ is: 'away' });
  expect(await told(delivery(), [of('pony', 'a'), of('pony', 'b'), of('pony', 'a')])).toEqual(['away', 'away', 'away']);
  expect(await told(delivery(), [of('pony'), of('dog')])).toEqual(['away', 'away']);
  expect(asked).toEqual([of('pony', 'a'), of('dog')]);
});

test('what is looked at twice because it was refused is asked once', async () => {
  const { delivery, asked } = world({ is: 'nothing' });
  expect(await told(delivery(), [of('pony', 'x'), of('pony', 'x')])).toEqual(['nothing', 'nothing']);
  expect(asked).toHaveLength(1);
});

test('on paper nobody is asked', async () => {
  const { delivery } = world();
  const cache = { get: async () => undefined, put: async () => undefined, count: async () => 1 };
  const paper = funHere({ find: undefined, cache, repository: 'github:acme/widgets', perHour: 20 });
  expect(await told(paper, [of('joke')])).toEqual(['away']);
  expect(await told(delivery(), [of('joke')])).toEqual(['picture']);
});
