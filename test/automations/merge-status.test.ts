import { describe, expect, test } from 'vitest';
import { mergeAutomation } from '../../shared/automations/merge.ts';
import { mergeStatus } from '../../shared/automations/merge-status.ts';
import { tideStatusRule } from '../../shared/automations/tide-status.ts';
import { leaf, needsAll, NO_ANSWERS, type Gate } from '../../shared/language/index.ts';
import { decided, HEAD, settingsOf, type All } from '../support/given.ts';

const one = (id: string, passed: boolean): Gate =>
  leaf({ id, name: `label \`${id}\``, passed, fact: `${id}.`, next: 'Do it.', rule: { says: 'built in' } });
const ready = needsAll('merge', 'ready', [one('a', true), one('b', true)]);
const open = needsAll('merge', 'ready', [one('a', false), one('b', true)]);

const facts = (gate: Gate | undefined, more: Partial<All> = {}): Partial<All> => ({
  event: 'labeled',
  answers: { ...NO_ANSWERS, gate, headSha: HEAD },
  ...more,
});

describe('the check', () => {
  test('is pending with all that is missing', () => {
    expect(decided(mergeStatus, facts(open))).toEqual([
      {
        is: 'report',
        check: 'bowsprit/merge',
        headSha: HEAD,
        conclusion: 'pending',
        title: 'Not merged, 1 of 2 gates is missing: label a',
        text: expect.stringContaining('- **label `a`**: a. Do it. (built in)'),
        annotations: [],
      },
    ]);
  });

  test('is green where nothing is', () => {
    expect(decided(mergeStatus, facts(ready))).toMatchObject([
      { conclusion: 'success', title: 'Ready to be merged: all 2 gates are green' },
    ]);
  });

  test('names some of many', () => {
    const many = needsAll(
      'merge',
      'ready',
      Array.from({ length: 9 }, (_, index) => one(`l${index}`, false)),
    );
    expect(decided(mergeStatus, facts(many))).toMatchObject([
      { title: 'Not merged, 9 of 9 gates are missing: label l0, label l1, label l2, label l3, 5 more' },
    ]);
  });

  test.each<[what: string, more: Partial<All>, count: number]>([
    [
      'a line that makes it ready',
      { event: 'comment-created', answers: { ...NO_ANSWERS, gate: ready, headSha: HEAD } },
      1,
    ],
    ['any other line: a delivery after it tells', { event: 'comment-created' }, 0],
    ['nothing that was looked at', { answers: NO_ANSWERS }, 0],
  ])('%s', (_, more, count) => {
    expect(decided(mergeStatus, facts(open, more))).toHaveLength(count);
  });

  test.each([
    ['off', false],
    ['check', true],
    ['tide', false],
    ['both', true],
  ] as const)('set to %s runs: %s', (status, runs) => {
    expect(mergeStatus.when?.(settingsOf('merge', { status }))).toBe(runs);
  });
});

test.each([mergeStatus, tideStatusRule])('whatever wakes the merge wakes $name, which a branch may require', (rule) => {
  expect(rule.on).toEqual(expect.arrayContaining([...mergeAutomation.on]));
  expect(rule.after).toEqual(expect.arrayContaining([...mergeAutomation.after]));
  expect(rule.labels).toEqual(mergeAutomation.labels);
});
