/** A login that was given up and registered again by somebody else: OWNERS still name it. */
import { expect, test } from 'vitest';
import type { Delivery } from '../shared/delivery.ts';
import { APPROVER, AUTHOR, OWNED, OWNER, REVIEWER, STRANGER, type Pull } from './support/acting.ts';
import { givenEngine } from './support/by-hand.ts';

const engine = givenEngine();
const OTHER = '987654321';
const BELONGED = 'the login belonged to another account before';

const asAnother = (delivery: Delivery): Delivery =>
  delivery.target === undefined
    ? delivery
    : { ...delivery, target: { ...delivery.target, author: { ...delivery.target.author, id: OTHER } } };

/** What `by` says, as it would arrive from another account under the same login. */
async function saidByAnother(pull: Pull, by: string, text: string): Promise<void> {
  const { arrived, finish, workOff } = engine();
  await pull.comment(by, text);
  for (const delivery of await arrived()) {
    const sender = delivery.sender.login === by ? { ...delivery.sender, id: OTHER } : delivery.sender;
    // oxlint-disable-next-line no-await-in-loop
    await finish({ ...delivery, sender });
  }
  await workOff();
}

const ruledBy = async (pull: Pull, command: string): Promise<readonly (readonly [outcome: string, rule: string])[]> =>
  (await engine().records(pull))
    .filter((record) => record.command === command)
    .map(({ outcome, basis }) => [outcome, basis.rule]);

test.each<[what: string, by: string, command: string, label: string]>([
  ['an approver', APPROVER, 'approve', 'approved'],
  ['a reviewer', REVIEWER, 'lgtm', 'lgtm'],
])('%s is the account that had the login first', async (_what, by, command, label) => {
  const { workplace, workOff } = engine();
  const place = await workplace();
  const first = await place.open();
  await workOff();
  await first.comment(by, `/${command}`);
  await workOff();
  expect(await first.labels()).toContain(label);

  const second = await place.open();
  await workOff();
  await saidByAnother(second, by, `/${command}`);
  expect(await second.labels()).not.toContain(label);
  expect(await ruledBy(second, command)).toEqual([['refused', expect.stringContaining(BELONGED)]]);
  await second.comment(by, `/${command}`);
  await workOff();
  expect(await second.labels()).toContain(label);
});

test('an author counts as approving only as the account that had the login first', async () => {
  const { workplace, workOff, arrived, finish } = engine();
  const files = { ...OWNED, OWNERS: `approvers:\n- ${OWNER}\n- ${AUTHOR}\n` };
  const place = await workplace({ files });
  const first = await place.open();
  await workOff();
  expect(await first.labels()).toContain('approved');

  const second = await place.open();
  for (const delivery of await arrived()) {
    // oxlint-disable-next-line no-await-in-loop
    await finish(asAnother(delivery));
  }
  expect(await second.labels()).not.toContain('approved');
  expect((await second.words()).join('\n')).toContain('belonged to another account before');
});

test('a hold is lifted by the account that set it', async () => {
  const { workplace, workOff } = engine();
  const place = await workplace();
  const pull = await place.open();
  await workOff();
  await pull.comment(STRANGER, '/hold');
  await workOff();
  await saidByAnother(pull, STRANGER, '/hold cancel');
  expect(await pull.labels()).toContain('do-not-merge/hold');
  await pull.comment(STRANGER, '/hold cancel');
  await workOff();
  expect(await pull.labels()).not.toContain('do-not-merge/hold');
});
