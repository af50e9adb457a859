import { expect, test } from 'vitest';
import { reasonOf } from '../shared/errors.ts';

const missing = new Error('ENOENT: no such file');

test.each<[error: unknown, reason: string]>([
  ['a word', 'a word'],
  [
    new Error('It failed', { cause: new Error('the net is down', { cause: 'a cable' }) }),
    'It failed: the net is down: a cable',
  ],
  [
    new Error('The file a.yaml cannot be read: ENOENT: no such file', { cause: missing }),
    'The file a.yaml cannot be read: ENOENT: no such file',
  ],
  [new Error('Which engine? ENOENT: no such file.', { cause: missing }), 'Which engine? ENOENT: no such file.'],
])('the reason of %s is told once', (error, reason) => {
  expect(reasonOf(error)).toBe(reason);
});
