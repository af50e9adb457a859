import { expect, test } from 'vitest';
import { Deadly, NotYet, Retryable } from '../shared/errors.ts';
import { carriedApart } from './support/deadly.ts';
import { keptLog } from './support/log-lines.ts';

keptLog();

const failureOf = (message: string): Promise<unknown> =>
  carriedApart(message).then(
    () => 'it was done',
    (error: unknown) => error,
  );

test.each<[what: string, message: string, failure: unknown]>([
  ['is done', 'done', 'it was done'],
  ['meets the weather', 'weather', new Retryable('it rains', { retryAfter: 7 })],
  ['is for later', 'later', new NotYet('tomorrow', 9)],
  ['meets a mistake of ours', 'mistake', new Error('of ours')],
])('what %s apart ends as it would anywhere', async (_, message, failure) => {
  expect(await failureOf(message)).toEqual(failure);
});

test.each(['leaves', 'falls', 'eats', 'stands still'])('what %s takes nobody along', async (message) => {
  expect(await failureOf(message)).toBeInstanceOf(Deadly);
});
