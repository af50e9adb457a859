import { expect, test } from 'vitest';
import { head } from '../../shared/automations/head.ts';
import { observeHead } from '../../shared/language/index.ts';
import { decided, HEAD, subjectOf } from '../support/given.ts';

test('is the one of the delivery, at its time', () => {
  expect(decided(head, { at: '2026-03-01T00:00:00Z' })).toEqual([observeHead(HEAD, '2026-03-01T00:00:00Z')]);
});
test('is not known on issues', () => {
  expect(decided(head, { subject: subjectOf({ kind: 'issue', headSha: undefined }) })).toEqual([]);
});
