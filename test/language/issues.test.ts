import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { issueIn } from '../../shared/language/index.ts';

test.each<[description: string, found: string | undefined]>([
  ['Fixes #12', '#12'],
  ['see other/repo#3', '#3'],
  ['colour #123abc', '#123'],
  ['a page#4', '#4'],
  ['https://forge.example/acme/widgets/issues/9', 'acme/widgets#9'],
  ['acme/gears/issues/7', 'acme/gears#7'],
  ['https://forge.example/other-org/r/issues/9', undefined],
  ['https://forge.example/acme/widgets/pull/9', undefined],
  ['https://forge.example/Acme/widgets/issues/9', undefined],
  ['acme/widgets/issues/', undefined],
  ['acme/a/b/issues/9', undefined],
  ['acme/widgets/pull/1 and acme/widgets/issues/2', 'acme/widgets#2'],
  ['acme/widgets/issues/2 or #1', 'acme/widgets#2'],
  ['#1 or acme/widgets/issues/2', '#1'],
  ['# 12', undefined],
  ['', undefined],
  // What a template hides is nobody's word.
  ['<!-- Fixes #1234 -->', undefined],
  ['<!-- Fixes #1234 --> Fixes #5', '#5'],
  ['Fixes #5 <!-- not closed #6', '#5'],
  ['<!-- not closed #6', undefined],
])('%j names %s', (description, found) => {
  expect(issueIn(description, 'acme')).toBe(found);
});

test('whatever it is found in, it is a number with a sign before it, and no text takes long', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(issueIn(text, 'acme') ?? '#1').toMatch(/^(?:acme\/[\w.-]+)?#\d+$/);
    }),
  );
  expect(issueIn('acme/'.repeat(13_000), 'acme')).toBeUndefined();
  expect(issueIn('a'.repeat(65_000), 'acme')).toBeUndefined();
});
