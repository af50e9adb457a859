/** A verdict is about a change, and the same head into another branch is another change. */
import { expect, test } from 'vitest';
import { APPROVER, AUTHOR, REVIEWER } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();

test('votes for one base merge into no other', async () => {
  const { workplace, workOff, records } = engine();
  const place = await workplace();
  place.commit('release', { 'src/old.ts': 'export const old = 1;\n' });
  const pull = await place.open();
  await workOff();
  await pull.comment(APPROVER, '/hold');
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await workOff();
  expect(await pull.labels()).toEqual(expect.arrayContaining(['lgtm', 'approved', 'do-not-merge/hold']));

  await place.ask(AUTHOR, `PATCH /pulls/${pull.number}`, { base: 'release' });
  await workOff();
  await pull.comment(APPROVER, '/unhold');
  await workOff();
  const labels = await pull.labels();
  expect(await pull.merged()).toBe(false);
  expect(labels).not.toContain('lgtm');
  expect(labels).not.toContain('approved');
  const retargeted = (await records(pull)).filter(({ command }) => command === 'automation:lgtm-without-vote');
  expect(retargeted).toHaveLength(1);
});

test('a lost word that the base moved merges nothing either', async () => {
  const { workplace, workOff, arrived, finish } = engine();
  const place = await workplace();
  place.commit('release', { 'src/old.ts': 'export const old = 1;\n' });
  const pull = await place.open();
  await workOff();
  await pull.comment(APPROVER, '/hold');
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await workOff();
  await place.ask(AUTHOR, `PATCH /pulls/${pull.number}`, { base: 'release' });
  await arrived();
  await pull.comment(APPROVER, '/unhold');
  for (const delivery of await arrived()) {
    // oxlint-disable-next-line no-await-in-loop
    await finish(delivery);
  }
  expect(await pull.merged()).toBe(false);
});
