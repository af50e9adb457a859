import { expect, test } from 'vitest';
import { APPROVER } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();

test('that something was merged costs nothing where nobody asked for anything', async () => {
  const { workplace, workOff, arrived, finish, github } = engine();
  const place = await workplace();
  const pull = await place.open();
  await workOff();
  await place.ask(APPROVER, `PUT /pulls/${pull.number}/merge`, {});
  const closed = (await arrived()).find(({ event }) => event === 'closed');
  if (closed === undefined) throw new Error('nothing has arrived');
  github.clearRequests();
  await finish(closed);
  const asked = github.requests().filter(({ callerIs }) => callerIs === 'installation');
  expect(asked.map(({ route }) => route)).toEqual([]);
});
