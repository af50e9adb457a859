import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freezeInWords, freezesOn, freezingIn, type Freeze, type Freezing } from '../../shared/language/index.ts';

const NOW = '2026-03-01T13:00:00Z';
const freezing = (more: Partial<Freezing> = {}): Freezing => ({ branch: 'main', except: [], reason: '', ...more });

describe('what is written after /freeze', () => {
  test.each<[text: string, means: Freezing]>([
    ['main', freezing()],
    ['  main  ', freezing()],
    ['release-* the audit', freezing({ branch: 'release-*', reason: 'the audit' })],
    ['main until 2026-03-06', freezing({ until: '2026-03-06T00:00:00.000Z' })],
    ['main until 2026-03-06T18:00 v2', freezing({ until: '2026-03-06T18:00:00.000Z', reason: 'v2' })],
    ['main UNTIL friday v2', freezing({ until: '2026-03-06T00:00:00.000Z', reason: 'v2' })],
    ['main except label:critical', freezing({ except: ['critical'] })],
    ['main except critical, label:docs we ship', freezing({ except: ['critical', 'docs'], reason: 'we ship' })],
    ['main except label:"good first issue" why', freezing({ except: ['good first issue'], reason: 'why' })],
    [
      'main except label:a until tomorrow why',
      freezing({ except: ['a'], until: '2026-03-02T00:00:00.000Z', reason: 'why' }),
    ],
    [
      'main until tomorrow except label:a why until later',
      freezing({ except: ['a'], until: '2026-03-02T00:00:00.000Z', reason: 'why until later' }),
    ],
    ['main exceptional times', freezing({ reason: 'exceptional times' })],
  ])('%s', (text, means) => {
    expect(freezingIn(text, NOW)).toEqual(means);
  });

  test.each([
    ['until friday', 'The branch comes first'],
    ['main unti friday', 'Write `/freeze main until friday`'],
    ['main except label:a till tomorrow', 'Until then?'],
    ['except label:a', 'The branch comes first'],
    ['a*b', 'only the end may be `*`'],
    ['main until the release', 'Until when is not understood'],
    ['main until 2026-02-28', '2026-02-28 is over'],
    ['main except', 'Except for which label?'],
    [`main except ${'a,'.repeat(11)}a`, 'At most 10 labels'],
  ])('%s: %s', (text, problem) => {
    expect(freezingIn(text, NOW)).toContain(problem);
  });

  test('whatever it is, it ends and shows what it says as text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const read = freezingIn(text, NOW);
        expect(typeof read === 'string' || freezeInWords(read).startsWith('`')).toBe(true);
      }),
    );
  });
});

const standing = (more: Partial<Freeze> = {}): Freeze => ({
  ...freezing(),
  by: 'ada',
  at: NOW,
  said: 'github:acme/widgets#1',
  delivery: 'd',
  ...more,
});

test.each<[branch: string, except: readonly string[], baseRef: string, labels: readonly string[], frozen: boolean]>([
  ['main', [], 'main', [], true],
  ['main', [], 'maintenance', [], false],
  ['release-*', [], 'release-1.2', [], true],
  ['release-*', [], 'release', [], false],
  ['*', [], 'whatever', [], true],
  ['main', ['critical'], 'main', ['Critical'], false],
  ['main', ['critical'], 'main', ['kind/bug'], true],
])('%s except %j, into %s with %j: %s', (branch, except, baseRef, labels, frozen) => {
  expect(freezesOn([standing({ branch, except })], baseRef, new Set(labels)).length > 0).toBe(frozen);
});
