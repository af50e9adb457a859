/** A pull request waits for the word of those whom somebody asked for by name. */
import { expect, test } from 'vitest';
import { APPROVER, AUTHOR, REVIEWER, STRANGER } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();

test('until they agree, or whoever asked takes it back', async () => {
  const { workplace, workOff } = engine();
  const place = await workplace({
    collaborators: { [APPROVER]: 'maintain', [REVIEWER]: 'write', [AUTHOR]: 'write', [STRANGER]: 'write' },
  });
  const pull = await place.open();
  await pull.comment(REVIEWER, `/require @${STRANGER}`);
  await workOff();
  expect((await pull.pull()).requested_reviewers.map(({ login }) => login)).toEqual([STRANGER]);
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await workOff();
  expect(await pull.merged()).toBe(false);
  // The author alone does not get rid of it.
  const vain = await pull.comment(AUTHOR, `/unrequire @${STRANGER}`);
  await workOff();
  expect(await pull.reactions(vain)).toEqual(['confused']);
  await pull.comment(STRANGER, '/lgtm');
  await workOff();
  expect(await pull.merged()).toBe(true);

  const other = await place.open({ files: { 'src/other.ts': 'export {};\n' } });
  await other.comment(REVIEWER, `/require @${STRANGER}`);
  await other.comment(REVIEWER, '/lgtm');
  await other.comment(APPROVER, '/approve');
  await workOff();
  expect(await other.merged()).toBe(false);
  await other.comment(REVIEWER, '/unrequire');
  await workOff();
  expect(await other.merged()).toBe(true);
});

test('the author gets rid of nothing by having asked for it first', async () => {
  const { workplace, workOff } = engine();
  const place = await workplace({
    collaborators: { [APPROVER]: 'maintain', [REVIEWER]: 'write', [AUTHOR]: 'write', [STRANGER]: 'write' },
  });
  const pull = await place.open();
  await pull.comment(AUTHOR, `/require @${STRANGER}`);
  await pull.comment(REVIEWER, `/require @${STRANGER}`);
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await workOff();
  await pull.comment(AUTHOR, `/unrequire @${STRANGER}`);
  await workOff();
  expect(await pull.merged()).toBe(false);
  await pull.comment(REVIEWER, '/unrequire');
  await workOff();
  expect(await pull.merged()).toBe(true);
});

test('nobody can be asked for who could not agree, or whom nobody knows', async () => {
  const { workplace, workOff } = engine();
  const pull = await (await workplace()).open();
  await pull.comment(REVIEWER, `/require @${STRANGER}`);
  await pull.comment(REVIEWER, '/require @nobody-has-this-name');
  await workOff();
  const words = (await pull.words()).join('\n');
  expect(words).toContain(`\`${STRANGER}\` may say neither lgtm nor approve here`);
  expect(words).toContain('Nobody is called `nobody-has-this-name`.');
});
