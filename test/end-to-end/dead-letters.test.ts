import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../local/github/faults.ts';
import { APPROVER, REVIEWER, STRANGER } from '../support/acting.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack({ maxReceives: 2, forgeTimeoutMs: 1_000 });

afterEach(() => running().github.faults.clear());

const LABELS = 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels';
/** The forge has had enough for good, and asks for as short a wait as it can. */
const REFUSED: Fault = { route: LABELS, kind: 'secondary-limit', retryAfter: 1, callers: ['installation'] };

describe('what fails again and again', () => {
  test('ends as failed with one comment, and holds up neither its own pull request for good nor another one', async () => {
    const { workplace, settled, records, github } = running();
    const place = await workplace();
    const [pull, other] = [await place.open(), await place.open()];
    await settled();
    github.faults.set([REFUSED]);
    const failing = await pull.comment(STRANGER, '/hold for ever');
    const next = await pull.comment(STRANGER, '/help hold');
    const elsewhere = await other.comment(STRANGER, '/help hold');
    await settled();

    const said = (await records(pull)).filter(({ text }) => text !== '');
    // In whatever order: what was given up no longer holds up what came after it.
    expect(said.map(({ text, outcome }) => `${text}: ${outcome}`).toSorted()).toEqual([
      '/help hold: done',
      '/hold for ever: failed',
    ]);
    expect(await Promise.all([failing, next].map((id) => pull.reactions(id)))).toEqual([['confused'], ['+1']]);
    expect(await other.reactions(elsewhere)).toEqual(['+1']);
    const told = (await pull.words()).filter((words) => words.includes('after repeated failures'));
    expect(told).toMatchInlineSnapshot(`
      [
        "@zoe-example: Not done, after repeated failures: \`/hold for ever\`. Nothing more will be tried for this comment, so comment it again.",
      ]
    `);
  });

  test('is over once the forge takes it again', async () => {
    const { workplace, settled, github, story } = running();
    const pull = await (await workplace()).open();
    await settled();
    github.faults.set([{ ...REFUSED, count: 1 }]);
    await pull.comment(STRANGER, '/hold');
    await settled();
    expect((await story(pull)).at(-1)).toBe('hold done');
    expect(await pull.labels()).toContain('do-not-merge/hold');
  });
});

test('a message that nobody can read holds nothing up', async () => {
  const { workplace, settled, enqueue, story } = running();
  const pull = await (await workplace()).open();
  await settled();
  await enqueue(pull.name, 'not even JSON');
  await pull.comment(STRANGER, '/hold');
  await settled();
  expect((await story(pull)).at(-1)).toBe('hold done');
});

test('an answer that was lost on the way is not given twice', async () => {
  const { workplace, settled, github, story } = running();
  const pull = await (await workplace()).open();
  await settled();
  const before = (await pull.words()).length;
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
  github.faults.set([{ route, kind: 'hang-after', count: 1, callers: ['installation'] }]);
  await pull.comment(STRANGER, '/approve');
  await settled();
  expect((await pull.words()).length).toBe(before + 1);
  expect((await story(pull)).at(-1)).toBe('approve refused');
});

describe('a webhook that comes again', () => {
  test('by redelivery, or by a second hook, changes nothing', async () => {
    const { workplace, settled, github, stack, story } = running();
    const pull = await (await workplace()).open();
    await pull.comment(REVIEWER, '/lgtm');
    await pull.comment(STRANGER, '/approve');
    await settled();
    const once = { story: await story(pull), words: await pull.words(), deeds: await pull.deeds() };

    const comments = github.deliveries().filter(({ webhook }) => webhook.event === 'issue_comment');
    for (const { id } of comments) expect(github.redeliver(id)).toBe(true);
    for (const [index, { webhook }] of comments.entries()) {
      const signature = createHmac('sha256', github.app.webhookSecret).update(webhook.payload).digest('hex');
      // oxlint-disable-next-line no-await-in-loop
      const answer = await fetch(`${stack.doorUrl}/webhooks/github`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-github-event': webhook.event,
          'x-github-delivery': `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
          'x-hub-signature-256': `sha256=${signature}`,
        },
        body: webhook.payload,
      });
      expect(answer.status).toBe(202);
    }
    await settled();
    expect({ story: await story(pull), words: await pull.words(), deeds: await pull.deeds() }).toEqual(once);
  });

  test('late, after the next command, does not undo it', async () => {
    const { workplace, settled, github } = running();
    const pull = await (await workplace()).open();
    await pull.comment(STRANGER, '/hold');
    await settled();
    const [hold] = github.deliveries().filter(({ webhook }) => webhook.payload.includes('"/hold"'));
    await pull.comment(APPROVER, '/unhold');
    await settled();
    expect(github.redeliver(hold?.id ?? 0)).toBe(true);
    await settled();
    expect(await pull.labels()).not.toContain('do-not-merge/hold');
  });
});
