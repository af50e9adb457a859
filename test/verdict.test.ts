import { expect, test } from 'vitest';
import { flagsOf, notPermitted } from '../shared/verdict.ts';
import { writtenName } from '../shared/parse.ts';
import { parsedFrom, stranger } from './support/given.ts';

test.each([
  ['/kind bug', '`/kind` is not open to you.'],
  ['/remove-kind bug', '`/remove-kind` is not open to you.'],
  ['/lh-label a', '`/lh-label` is not open to you.'],
  ['/LGTM', '`/lgtm` is not open to you.'],
  ['/lgtm cancel', '`/lgtm cancel` is not open to you.'],
  ['/unlgtm', '`/unlgtm` is not open to you.'],
  ['/hold cancel', '`/hold cancel` is not open to you.'],
])('%s is refused as it was written: %s', (body, sentence) => {
  const [line] = parsedFrom(body);
  if (line?.is !== 'invocation') throw new Error(`${body} is no invocation`);
  const { reason } = notPermitted(line.command, flagsOf(line.args), stranger, {
    couldBe: [],
    written: writtenName(line.text),
  });
  expect(reason.startsWith(`${sentence} `)).toBe(true);
});
