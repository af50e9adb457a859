import { expect, test } from 'vitest';
import { POISON_RECEIVES } from '../../shared/queue.ts';
import { APPROVER, STRANGER, type Pull } from '../support/acting.ts';
import { givenStack } from '../support/stack.ts';

// With as many receives as a deployment has: the weather may use up a score, poison may not.
const running = givenStack();

/** Nobody can read the first; the second is a delivery, of a forge of which nothing is known yet. */
const poisons = (pull: Pull): readonly string[] => [
  'not even JSON',
  JSON.stringify({
    version: 1,
    id: 'poison',
    provider: 'gitlab',
    installation: '1',
    repository: { id: '1', owner: 'acme', name: pull.name.split(/[/#]/)[1] ?? '' },
    event: 'comment-created',
    sender: { login: STRANGER, id: '9', bot: false },
    at: '2026-11-25T10:00:00Z',
    receivedAt: '2026-11-25T10:00:00Z',
    target: {
      kind: 'pull',
      number: pull.number,
      author: { login: STRANGER, id: '9', bot: false },
      state: 'open',
      title: '',
      labels: [],
      locked: false,
    },
    text: {
      kind: 'comment',
      id: '1',
      url: '',
      at: '2026-11-25T10:00:00Z',
      lines: [{ number: 1, text: '/hold' }],
      cut: false,
    },
  }),
];

// A quarter of a minute of it is waiting.
const LONG = { timeout: 120_000 };

test(
  'at the head of a pull request it is out of the way after a few quick receives, and others do not notice',
  LONG,
  async () => {
    const { workplace, settled, enqueue, story, log, audit } = running();
    const place = await workplace();
    const [other, ...pulls] = [await place.open(), await place.open(), await place.open()];
    await settled();
    for (const [index, pull] of pulls.entries()) {
      // oxlint-disable-next-line no-await-in-loop
      await enqueue(pull.name, poisons(pull)[index] ?? '');
      // oxlint-disable-next-line no-await-in-loop
      await pull.comment(STRANGER, '/hold');
    }
    await other.comment(APPROVER, '/hold');
    const failures = (): readonly { readonly group: string }[] =>
      log().flatMap((line): { group: string }[] => (line.includes('"delivery failed"') ? [JSON.parse(line)] : []));
    await expect.poll(() => other.labels(), { interval: 20, timeout: 30_000 }).toContain('do-not-merge/hold');
    const whenOtherWasDone = failures().length;
    for (const pull of pulls) {
      // oxlint-disable-next-line no-await-in-loop
      await expect.poll(() => pull.labels(), { interval: 50, timeout: 60_000 }).toContain('do-not-merge/hold');
    }
    await settled();
    expect(whenOtherWasDone).toBeLessThan(2 * POISON_RECEIVES);
    for (const pull of pulls) {
      expect(failures().filter(({ group }) => group === pull.name)).toHaveLength(POISON_RECEIVES);
      // oxlint-disable-next-line no-await-in-loop
      expect((await story(pull)).at(-1)).toBe('hold done');
    }
    const [, known] = pulls;
    const given = await audit.after((known?.name ?? '').replace('github', 'gitlab'), 0);
    expect(given.map(({ command, outcome }) => `${command} ${outcome}`)).toEqual(['hold failed']);
  },
);
