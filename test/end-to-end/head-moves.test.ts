import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { carryOut, type Services } from '../../shared/carry-out.ts';
import { APPROVER, AUTHOR, REVIEWER, type Pull, type Workplace } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';
import { fused, fusedForge, type FusedForge } from '../support/crash.ts';

const engine = givenEngine();
let forge: FusedForge | undefined;
let place: Workplace | undefined;

beforeAll(async () => {
  forge = await fusedForge(engine().github.url);
  place = await engine().workplace();
});
afterAll(() => forge?.close());

async function opened(): Promise<Pull> {
  if (place === undefined) throw new Error('nothing has been set up');
  const pull = await place.open();
  await engine().workOff();
  return pull;
}

let pushes = 0;
function push(pull: Pull): string {
  pushes += 1;
  return pull.push({ 'src/turn.ts': `export const turn = 'pushed ${pushes}';\n` });
}

/** Hands over what has arrived in the order given. */
async function handOver(order: 'as sent' | 'reversed'): Promise<void> {
  const { arrived, finish, workOff } = engine();
  const deliveries = await arrived();
  for (const delivery of order === 'reversed' ? deliveries.toReversed() : deliveries) {
    // oxlint-disable-next-line no-await-in-loop
    await finish(delivery);
  }
  await workOff();
}

/** Votes for the head as it is, about all of what it changes. */
async function consented(pull: Pull): Promise<readonly string[]> {
  const { votes } = await engine().services.states.read(pull.name);
  const counting = votes.filter(({ headSha, stale }) => headSha === pull.head() && stale.length === 0);
  return counting.map(({ vote, by }) => `${vote} ${by}`);
}

const ORDERS = ['as sent', 'reversed'] as const;

describe.each(ORDERS)('deliveries come %s', (order) => {
  test.each<[what: string, act: (pull: Pull) => Promise<unknown>]>([
    ['/lgtm', (pull) => pull.comment(REVIEWER, '/lgtm')],
    ['/approve', (pull) => pull.comment(APPROVER, '/approve')],
    ['an approving review', (pull) => pull.review(APPROVER, 'APPROVE')],
    ['/lgtm in a review', (pull) => pull.review(REVIEWER, 'COMMENT', '/lgtm')],
    ['lgtm put on by hand', (pull) => pull.label(REVIEWER, 'lgtm')],
    ['approved put on by hand', (pull) => pull.label(APPROVER, 'approved')],
  ])('%s before a push says nothing of what was pushed', async (_, act) => {
    const pull = await opened();
    await act(pull);
    push(pull);
    await handOver(order);
    expect(await consented(pull)).toEqual([]);
    expect(await pull.labels()).toEqual(['size/XS']);
  });

  test('two pushes leave the last one as the head', async () => {
    const pull = await opened();
    push(pull);
    push(pull);
    await handOver(order);
    await pull.comment(REVIEWER, '/lgtm');
    await handOver('as sent');
    expect(await consented(pull)).toEqual(['lgtm grace-example']);
  });
});

test('/lgtm after a push counts', async () => {
  const pull = await opened();
  push(pull);
  await pull.comment(REVIEWER, '/lgtm');
  await handOver('as sent');
  expect(await consented(pull)).toEqual(['lgtm grace-example']);
});

test('/lgtm that is told of before the push it came after has to be said again', async () => {
  const pull = await opened();
  push(pull);
  await pull.comment(REVIEWER, '/lgtm');
  await handOver('reversed');
  expect(await consented(pull)).toEqual([]);
  await pull.comment(REVIEWER, '/lgtm');
  await handOver('as sent');
  expect(await consented(pull)).toEqual(['lgtm grace-example']);
});

test('the author of a verdict is told which commit to look at', async () => {
  const pull = await opened();
  await pull.comment(REVIEWER, '/lgtm');
  const head = push(pull);
  await handOver('as sent');
  const [, told = ''] = await pull.words();
  expect(told.replaceAll(head.slice(0, 7), 'HEAD')).toMatchInlineSnapshot(
    `"@grace-example: New commits were pushed before \`/lgtm\` could be applied, so it may be about another change. The head is now \`HEAD\`: look at it and comment \`/lgtm\` again."`,
  );
});

test('/lgtm in a thread that began at another commit is to be said outside of it', async () => {
  const pull = await opened();
  const about = `/pulls/${pull.number}/comments`;
  const [{ filename } = { filename: '' }] = z
    .array(z.object({ filename: z.string() }))
    .parse(await place?.ask(REVIEWER, `GET /pulls/${pull.number}/files`));
  const line = { body: 'Why?', commit_id: pull.head(), path: filename, line: 1, side: 'RIGHT' };
  const { id } = z.object({ id: z.number() }).parse(await place?.ask(REVIEWER, `POST ${about}`, line));
  push(pull);
  await engine().workOff();
  await place?.ask(REVIEWER, `POST ${about}`, { body: '/lgtm', in_reply_to: id });
  await engine().workOff();
  expect(await consented(pull)).toEqual([]);
  expect((await pull.words()).join('\n')).toContain('comment `/lgtm` again, outside of this thread');
  await pull.comment(REVIEWER, '/lgtm');
  await engine().workOff();
  expect(await consented(pull)).toEqual(['lgtm grace-example']);
});

test('a push away and back again that no delivery told of yet leaves no verdict for what was not seen', async () => {
  const { arrived, finish, workOff } = engine();
  const pull = await opened();
  const first = pull.head();
  push(pull);
  await arrived();
  await pull.comment(APPROVER, '/approve');
  const said = await arrived();
  await pull.reset(first);
  for (const delivery of said) {
    // oxlint-disable-next-line no-await-in-loop
    await finish(delivery);
  }
  expect(await consented(pull)).toEqual([]);
  await workOff();
  // Once it is over, and told, it can be said of what is there.
  await pull.comment(APPROVER, '/approve');
  await workOff();
  expect(await consented(pull)).toEqual(['approve ada-example']);
});

test.each<[what: string, act: (pull: Pull) => Promise<unknown>]>([
  ['/lgtm', (pull) => pull.comment(REVIEWER, '/lgtm')],
  ['an approving review', (pull) => pull.review(APPROVER, 'APPROVE')],
])('%s before it goes into another branch says nothing of what it would put there', async (_, act) => {
  const { arrived, finish, workOff } = engine();
  const pull = await opened();
  place?.commit('elsewhere', { 'docs/guide.md': `# ${pull.number}\n` });
  await act(pull);
  const said = await arrived();
  await place?.ask(AUTHOR, `PATCH /pulls/${pull.number}`, { base: 'elsewhere' });
  for (const delivery of said) {
    // oxlint-disable-next-line no-await-in-loop
    await finish(delivery);
  }
  await workOff();
  expect(await consented(pull)).toEqual([]);
  expect((await pull.words()).join('\n')).toContain('Look at what it would put there');
});

test('a label from before a push makes no verdict from before it count', async () => {
  const { arrived, finish } = engine();
  const pull = await opened();
  await pull.label(REVIEWER, 'lgtm');
  await pull.comment(APPROVER, '/approve');
  const said = await arrived();
  push(pull);
  for (const delivery of said) {
    // oxlint-disable-next-line no-await-in-loop
    await finish(delivery);
  }
  expect(await consented(pull)).toEqual([]);
  // The push is never told of.
  await arrived();
  await pull.label(REVIEWER, 'lgtm');
  await engine().workOff();
  expect(await consented(pull)).toEqual(['lgtm grace-example']);
});

test('something else that happened meanwhile is no push', async () => {
  const { arrived, finish } = engine();
  const pull = await opened();
  await pull.comment(APPROVER, '/approve');
  const said = await arrived();
  await pull.label(APPROVER, 'bug');
  for (const delivery of said) {
    // oxlint-disable-next-line no-await-in-loop
    await finish(delivery);
  }
  expect(await consented(pull)).toEqual(['approve ada-example']);
});

test('a push that no delivery told of is known from the first verdict on', async () => {
  const pull = await opened();
  push(pull);
  await engine().arrived();
  await pull.comment(REVIEWER, '/lgtm');
  await engine().workOff();
  expect(await consented(pull)).toEqual([]);
  await pull.comment(REVIEWER, '/lgtm');
  await engine().workOff();
  expect(await consented(pull)).toEqual(['lgtm grace-example']);
});

/** Hands over the comment alone, before what it is told of beside. */
async function commentFirst(): Promise<void> {
  const { arrived, finish } = engine();
  for (const delivery of await arrived()) {
    // oxlint-disable-next-line no-await-in-loop
    if (delivery.text !== undefined) await finish(delivery);
  }
}

/** Opened before anybody listened. */
async function untold(): Promise<Pull> {
  if (place === undefined) throw new Error('nothing has been set up');
  const pull = await place.open();
  await engine().arrived();
  return pull;
}

describe('in the very second of a comment', () => {
  test.each<[line: string, by: string]>([
    ['/lgtm', REVIEWER],
    ['/approve', APPROVER],
    ['/override ci', APPROVER],
  ])('a push of which nobody told gets no %s', async (line, by) => {
    const pull = await untold();
    await engine().atOnce(async () => {
      await pull.comment(by, line);
      push(pull);
    });
    await commentFirst();
    expect(await consented(pull)).toEqual([]);
    const head = pull.head().slice(0, 7);
    const name = line.split(' ', 1)[0];
    expect(await pull.words()).toEqual([
      `@${by}: \`${head}\` was pushed at the moment \`${name}\` was written, so it may be about another change. Look at it and comment \`${name}\` again.`,
    ]);
  });

  test('what was there before is what the comment is about, whoever told of it', async () => {
    const pull = await untold();
    await pull.comment(REVIEWER, '/lgtm');
    await commentFirst();
    expect(await consented(pull)).toEqual(['lgtm grace-example']);
    const { heads } = await engine().services.states.read(pull.name);
    expect(heads).toMatchObject([{ headSha: pull.head() }]);
  });

  test('a pull request that is opened is what the comment is about', async () => {
    const pull = await engine().atOnce(async () => {
      if (place === undefined) throw new Error('nothing has been set up');
      const made = await place.open();
      await made.comment(REVIEWER, '/lgtm');
      return made;
    });
    await engine().workOff();
    expect(await consented(pull)).toEqual(['lgtm grace-example']);
  });

  test('a push back to what was told of leaves no verdict for what was not seen, until it is looked at again', async () => {
    const pull = await opened();
    const first = pull.head();
    push(pull);
    await engine().arrived();
    await engine().atOnce(async () => {
      await pull.comment(APPROVER, '/approve');
      await pull.reset(first);
    });
    await commentFirst();
    expect(await consented(pull)).toEqual([]);
    expect((await pull.words()).at(-1)?.replaceAll(first.slice(0, 7), 'HEAD')).toMatchInlineSnapshot(
      `"@ada-example: Nothing tells whether \`HEAD\` was the head already when \`/approve\` was written, so it may be about another change. Look at it and comment \`/approve\` again."`,
    );
    // Both pushes are never told of.
    await engine().arrived();
    await pull.comment(APPROVER, '/approve');
    await commentFirst();
    expect(await consented(pull)).toEqual(['approve ada-example']);
  });
});

/** Carries out what arrived while somebody pushes just before the request that fits. */
async function pushedBefore(pull: Pull, request: RegExp): Promise<void> {
  const { arrived, servicesAt, workOff } = engine();
  const [delivery] = await arrived();
  if (delivery === undefined || forge === undefined) throw new Error('nothing has been set up');
  let pushed = false;
  const between = {
    async point(what: string) {
      if (pushed || !request.test(what)) return;
      pushed = true;
      push(pull);
    },
    passed: async () => undefined,
    blown: () => undefined,
  };
  forge.use(between);
  await carryOut(delivery, fused(servicesAt({ github: forge.url }), between));
  expect(pushed).toBe(true);
  await workOff();
}

describe('a push', () => {
  test('between the decision to merge and the merge keeps the forge from merging', async () => {
    const pull = await opened();
    await pull.comment(REVIEWER, '/lgtm');
    await engine().workOff();
    await pull.comment(APPROVER, '/approve');
    await pushedBefore(pull, /^PUT .*\/merge$/);
    expect(await pull.merged()).toBe(false);
    expect(await pull.labels()).toEqual(['size/XS']);
    expect(await consented(pull)).toEqual([]);
    expect((await pull.words()).at(-2)).toMatchInlineSnapshot(
      `"**Not merged.** The head moved, so this is not the commit that was agreed to. Bowsprit tries again when something changes, and with growing pauses."`,
    );
  });

  test('between lgtm and its label leaves no label', async () => {
    const pull = await opened();
    await pull.comment(APPROVER, '/approve');
    await engine().workOff();
    await pull.comment(REVIEWER, '/lgtm');
    await pushedBefore(pull, /^POST .*\/labels$/);
    expect(await pull.merged()).toBe(false);
    expect(await pull.labels()).toEqual(['size/XS']);
    expect(await consented(pull)).toEqual([]);
  });

  test('between approval and its label leaves no label', async () => {
    const pull = await opened();
    await pull.comment(APPROVER, '/approve');
    await pushedBefore(pull, /^POST .*\/labels$/);
    expect(await pull.labels()).toEqual(['size/XS']);
    expect(await consented(pull)).toEqual([]);
  });

  test('of the author who may not vote for it merges nothing', async () => {
    const pull = await opened();
    await pull.comment(REVIEWER, '/lgtm');
    await pull.comment(APPROVER, '/approve');
    push(pull);
    await pull.comment(AUTHOR, '/lgtm');
    await handOver('reversed');
    expect(await pull.merged()).toBe(false);
  });
});

describe.each([-300, 300])('with a clock that is off by %i seconds', (skew) => {
  const off = (): Services => {
    const { services } = engine();
    return { ...services, now: () => new Date(services.now().getTime() + skew * 1_000) };
  };
  const workOff = async (): Promise<void> => {
    for (const delivery of await engine().arrived()) {
      // oxlint-disable-next-line no-await-in-loop
      await carryOut(delivery, off());
    }
  };

  test('a verdict counts for the head its author could see, and for no other', async () => {
    const pull = await opened();
    await pull.comment(REVIEWER, '/lgtm');
    push(pull);
    await workOff();
    expect(await consented(pull)).toEqual([]);
    await pull.comment(REVIEWER, '/lgtm');
    await workOff();
    expect(await consented(pull)).toEqual(['lgtm grace-example']);
  });
});
