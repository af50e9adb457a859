/** What was said first may arrive last: a delivery that was lost comes again after what took it back. */
import { describe, expect, test } from 'vitest';
import { APPROVER, AUTHOR, REVIEWER, type Pull } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();

type Says = (pull: Pull) => Promise<unknown>;

/** Each a minute after the other, and the last of them arrives first. */
async function saidBackwards(pull: Pull, ...says: readonly Says[]): Promise<void> {
  const { arrived, finish, pass, workOff } = engine();
  const came = [];
  for (const say of says) {
    pass(60);
    // oxlint-disable-next-line no-await-in-loop
    await say(pull);
    // oxlint-disable-next-line no-await-in-loop
    came.unshift(await arrived());
  }
  pass(60);
  for (const delivery of came.flat()) {
    // oxlint-disable-next-line no-await-in-loop
    await finish(delivery);
  }
  await workOff();
}

async function opened(): Promise<Pull> {
  const { workplace, workOff } = engine();
  const pull = await (
    await workplace({ collaborators: { [APPROVER]: 'maintain', [REVIEWER]: 'write', [AUTHOR]: 'write' } })
  ).open();
  await workOff();
  return pull;
}

describe('what was taken back does not count', () => {
  test.each<[what: string, says: readonly Says[], other: Says]>([
    [
      'an lgtm',
      [(pull) => pull.comment(REVIEWER, '/lgtm'), (pull) => pull.comment(REVIEWER, '/lgtm cancel')],
      (pull) => pull.comment(APPROVER, '/approve'),
    ],
    [
      'an approval',
      [(pull) => pull.comment(APPROVER, '/approve'), (pull) => pull.comment(APPROVER, '/approve cancel')],
      (pull) => pull.comment(REVIEWER, '/lgtm'),
    ],
  ])('%s', async (_, says, other) => {
    const pull = await opened();
    await saidBackwards(pull, ...says);
    expect((await pull.words()).at(-1)).toContain('came late: it was taken back since it was written.');
    await other(pull);
    await engine().workOff();
    expect(await pull.merged()).toBe(false);
  });
});

test.each<[what: string, says: (given: { review: string }) => readonly Says[]]>([
  [
    'changes requested',
    () => [(pull) => pull.review(APPROVER, 'APPROVE'), (pull) => pull.review(APPROVER, 'REQUEST_CHANGES', 'No docs.')],
  ],
  [
    'dismissed',
    (given) => [
      async (pull) => {
        given.review = await pull.review(APPROVER, 'APPROVE');
      },
      (pull) => pull.dismiss(APPROVER, given.review),
    ],
  ],
  [
    'changes requested after /approve',
    () => [
      (pull) => pull.comment(APPROVER, '/approve'),
      (pull) => pull.review(APPROVER, 'REQUEST_CHANGES', 'No docs.'),
    ],
  ],
])('a review that was followed by another word does not count when it comes late: %s', async (_, says) => {
  const pull = await opened();
  await saidBackwards(pull, ...says({ review: '' }));
  await pull.comment(REVIEWER, '/lgtm');
  await engine().workOff();
  expect(await pull.merged()).toBe(false);
  expect(await pull.labels()).not.toContain('approved');
});

test('what was lifted before it was held again is held', async () => {
  const pull = await opened();
  await pull.comment(REVIEWER, '/hold');
  await engine().workOff();
  await saidBackwards(
    pull,
    (of) => of.comment(REVIEWER, '/unhold'),
    (of) => of.comment(REVIEWER, '/hold after all'),
  );
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await engine().workOff();
  expect(await pull.merged()).toBe(false);
});
