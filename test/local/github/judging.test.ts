import { expect, test } from 'vitest';
import { judging } from '../../../local/github/judging.ts';
import type { Violation } from '../../../local/github/validate.ts';

const violation = (subject: string): Violation => ({ side: 'answer', subject, where: '', problem: 'made up' });

test('nobody waits for the referee; who asks hears all, in order', () => {
  const verdicts = judging();
  const judged: string[] = [];
  for (const subject of ['one', 'two', 'three']) {
    verdicts.later(() => {
      judged.push(subject);
      return subject === 'two' ? [] : [violation(subject)];
    });
  }
  expect(judged).toEqual([]);
  expect(verdicts.violations().map(({ subject }) => subject)).toEqual(['one', 'three']);
  expect(judged).toEqual(['one', 'two', 'three']);
  verdicts.stop();
});

test('what waits is bounded, and of what was found the latest thousand is kept', () => {
  const verdicts = judging();
  let judged = 0;
  for (let index = 1; index <= 1_500; index += 1) {
    verdicts.later(() => {
      judged += 1;
      return [violation(String(index))];
    });
  }
  expect(judged).toBe(1_300);
  const found = verdicts.violations();
  expect([found.length, found[0]?.subject, found.at(-1)?.subject]).toEqual([1_000, '501', '1500']);
  verdicts.stop();
});
