import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { distance, labelsLike, nearestTo } from '../shared/language/index.ts';

describe('distance', () => {
  test.each([
    ['lgtm', 'lgtm', 0],
    ['lgtn', 'lgtm', 1],
    ['lgmt', 'lgtm', 1],
    ['lgt', 'lgtm', 1],
    ['lgttm', 'lgtm', 1],
    ['', 'lgtm', 4],
    ['kitten', 'sitting', 3],
    ['remove-lable', 'remove-label', 1],
    ['a'.repeat(65), 'a'.repeat(65), Number.POSITIVE_INFINITY],
  ])('%s and %s: %d', (one, other, far) => {
    expect(distance(one, other)).toBe(far);
  });

  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 });

  test('is the same both ways, and a limit hides only what is beyond it', () => {
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 4 }), (one, other, within) => {
        const far = distance(one, other);
        expect(distance(other, one)).toBe(far);
        expect(distance(one, other, within)).toBe(far <= within ? far : Number.POSITIVE_INFINITY);
      }),
    );
  });

  test('one letter changed, left out or swapped with its neighbor is one away', () => {
    fc.assert(
      fc.property(word, fc.nat(8), fc.constantFrom('a', 'b', ''), (one, place, letter) => {
        const [before, after] = [one.slice(0, place), one.slice(place)];
        const swapped = `${before}${after.charAt(1)}${after.charAt(0)}${after.slice(2)}`;
        expect(distance(one, `${before}${letter}${after.slice(1)}`)).toBeLessThanOrEqual(1);
        expect(distance(one, swapped)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

test('the nearest come first, and no more than asked for', () => {
  expect(nearestTo('BUG', ['bag', 'bug', 'bugs', 'feature'], { within: 1, most: 2 })).toEqual(['bug', 'bag']);
});

test.each<[word: string, known: string[], alike: string[]]>([
  ['kind/bugg', ['kind/bug', 'kind/cleanup', 'area/api'], ['kind/bug', 'kind/cleanup']],
  ['KIND/x', ['Kind/bug'], ['Kind/bug']],
  ['wontfx', ['wontfix', 'duplicate'], ['wontfix']],
  ['zzz', ['wontfix'], []],
])('labels like %s among %j: %j', (word, known, alike) => {
  expect(labelsLike(word, new Set(known))).toEqual(alike);
});
