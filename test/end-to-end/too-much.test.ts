import { expect, test } from 'vitest';
import { AUTHOR, REVIEWER } from '../support/acting.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();

test('of a text with too many lines nothing is done, because the last could take the first back', async () => {
  const { workplace, settled, story } = running();
  const pull = await (await workplace({ labels: ['kind/bug'] })).open();
  await settled();
  const before = await story(pull);
  const body = ['/lgtm', ...Array.from({ length: 99 }, () => '/kind bug'), '/lgtm cancel'].join('\n');
  const comment = await pull.comment(REVIEWER, body);
  await settled();
  expect((await story(pull)).slice(before.length)).toEqual(['unknown refused']);
  expect(await pull.labels()).toEqual(['size/XS']);
  expect(await pull.reactions(comment)).toEqual(['confused']);
  expect((await pull.words()).at(-1)).toMatch('This text holds more than 100 command lines; nothing of it was done.');
});

test('of a line that is too long nothing is done, because its end could turn it round', async () => {
  const { workplace, settled } = running();
  const pull = await (await workplace()).open();
  const comment = await pull.comment(REVIEWER, `/lgtm${' '.repeat(1_500)}cancel`);
  await settled();
  expect(await pull.labels()).toEqual(['size/XS']);
  expect(await pull.reactions(comment)).toEqual(['confused']);
  expect((await pull.words()).at(-1)).toMatch('`/lgtm` is longer than 1,024 characters, and nothing was done.');
});

test('a mark behind the name is answered with the command that was meant', async () => {
  const { workplace, settled } = running();
  const pull = await (await workplace()).open();
  await pull.comment(AUTHOR, '/lgtm!');
  await settled();
  expect((await pull.words()).at(-1)).toMatchInlineSnapshot(
    `"@ben-example: \`/lgtm!\` is not a command. Did you mean \`/lgtm\`?"`,
  );
});
