import { expect, test } from 'vitest';
import { head } from '../../shared/automations/head.ts';
import { observeHead } from '../../shared/language/index.ts';
import { BEFORE, decided, HEAD, subjectOf } from '../support/given.ts';

const at = '2026-03-01T00:00:00Z';

test('is the one of the delivery, at its time', () => {
  expect(decided(head, { event: 'reopened', at })).toEqual([observeHead(HEAD, at)]);
});
test('comes before every comment where it is the first', () => {
  expect(decided(head, { event: 'opened', at })).toEqual([observeHead(HEAD, at, { comments: 0 })]);
});
test('comes after the head before, and the comments that were there when it was pushed', () => {
  const headMoved = { before: BEFORE, comments: 3 };
  const subject = subjectOf({ headMoved });
  expect(decided(head, { event: 'synchronized', at, subject })).toEqual([observeHead(HEAD, at, headMoved)]);
});
test('is not known on issues', () => {
  expect(decided(head, { subject: subjectOf({ kind: 'issue', headSha: undefined }) })).toEqual([]);
});
