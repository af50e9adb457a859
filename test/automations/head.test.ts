import { expect, test } from 'vitest';
import { head } from '../../shared/automations/head.ts';
import { observeHead } from '../../shared/language/index.ts';
import { decided, HEAD, subjectOf } from '../support/given.ts';

const at = '2026-03-01T00:00:00Z';

test('is the one of the delivery, at its time', () => {
  expect(decided(head, { event: 'reopened', at })).toEqual([observeHead(HEAD, at)]);
});
test('comes before every comment where it is the first', () => {
  expect(decided(head, { event: 'opened', at })).toEqual([observeHead(HEAD, at, 0)]);
});
test('comes after the comments that were there when it was pushed', () => {
  const subject = subjectOf({ comments: 3 });
  expect(decided(head, { event: 'synchronized', at, subject })).toEqual([observeHead(HEAD, at, 3)]);
});
test('is not known on issues', () => {
  expect(decided(head, { subject: subjectOf({ kind: 'issue', headSha: undefined }) })).toEqual([]);
});
