/** Threats 1, 2, 3, 6 and 7 of docs/security.md: whose word counts, for which commit, and who may give it. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { Fault } from '../../local/github/faults.ts';
import { seedThrough, type Files } from '../../local/github/index.ts';
import { carryOut } from '../../shared/carry-out.ts';
import {
  APPROVER,
  AUTHOR,
  DOCS_APPROVER,
  OWNED,
  REVIEWER,
  STRANGER,
  type Pull,
  type Workplace,
} from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';
import { fused, fusedForge, type FusedForge } from '../support/crash.ts';

const engine = givenEngine();
const numbered = z.object({ id: z.number() });
let forge: FusedForge | undefined;

beforeAll(async () => {
  forge = await fusedForge(engine().github.url);
});
afterAll(() => forge?.close());
afterEach(() => engine().github.faults.clear());

async function opened(files?: Files): Promise<Pull> {
  const { workplace, workOff } = engine();
  const pull = await (await workplace()).open(files === undefined ? {} : { files });
  await workOff();
  return pull;
}

let pushes = 0;
function evil(pull: Pull): string {
  pushes += 1;
  return pull.push({ 'src/turn.ts': `export const turn = 'nobody agreed to this ${pushes}';\n` });
}

/** Carries out what arrived; the push comes just before the first request to the forge that fits. */
async function pushedBefore(pull: Pull, request: RegExp): Promise<void> {
  const { arrived, servicesAt } = engine();
  const [delivery] = await arrived();
  if (delivery === undefined || forge === undefined) throw new Error('nothing has been set up');
  let pushed = false;
  const between = {
    async point(what: string) {
      if (pushed || !request.test(what)) return;
      pushed = true;
      evil(pull);
    },
    passed: async () => undefined,
    blown: () => undefined,
  };
  forge.use(between);
  await carryOut(delivery, fused(servicesAt({ github: forge.url }), between));
  expect(pushed).toBe(true);
}

test.each<[when: string, act: (pull: Pull) => Promise<void>]>([
  [
    'between the comments and the worker',
    async (pull) => {
      await pull.comment(REVIEWER, '/lgtm');
      await pull.comment(APPROVER, '/approve');
      evil(pull);
    },
  ],
  [
    'between the decision and the merge',
    async (pull) => {
      await pull.comment(REVIEWER, '/lgtm');
      await engine().workOff();
      await pull.comment(APPROVER, '/approve');
      await pushedBefore(pull, /^PUT .*\/merge$/);
    },
  ],
  [
    'between lgtm and the approval',
    async (pull) => {
      await pull.comment(REVIEWER, '/lgtm');
      await engine().workOff();
      evil(pull);
      await pull.comment(APPROVER, '/approve');
    },
  ],
])('threat 1: a push %s merges nothing that was not agreed to', async (_when, act) => {
  const pull = await opened();
  await act(pull);
  await engine().workOff();
  expect(await pull.merged()).toBe(false);
  expect(await pull.labels()).not.toContain('lgtm');
  // The same words for what is there now do merge it: it was the push, and nothing else, that was in the way.
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await engine().workOff();
  expect(await pull.merged()).toBe(true);
});

/** Writes a text and gives a way to write it anew, as whoever can write to the repository can with all that others wrote. */
type Writing = (
  pull: Pull,
  ask: Workplace['ask'],
  by: string,
) => Promise<(editor: string, body: string) => Promise<unknown>>;

test.each<[what: string, write: Writing]>([
  [
    'a comment',
    async (pull, ask, by) => {
      const id = await pull.comment(by, '/hold');
      return (editor, body) => ask(editor, `PATCH /issues/comments/${id}`, { body });
    },
  ],
  [
    'a comment on a line',
    async (pull, ask, by) => {
      const where = { path: 'src/turn.ts', line: 1, side: 'RIGHT', commit_id: pull.head() };
      const { id } = numbered.parse(await ask(by, `POST /pulls/${pull.number}/comments`, { ...where, body: '/hold' }));
      return (editor, body) => ask(editor, `PATCH /pulls/comments/${id}`, { body });
    },
  ],
  [
    'a description',
    async (pull, ask, by) => {
      await ask(by, `PATCH /pulls/${pull.number}`, { body: '/hold' });
      return (editor, body) => ask(editor, `PATCH /pulls/${pull.number}`, { body });
    },
  ],
])("threat 2: a command written later into %s is its writer's, and the record stays", async (_what, write) => {
  const { workplace, workOff, records } = engine();
  const place = await workplace();
  const pull = await place.open();
  const edit = await write(pull, place.ask, APPROVER);
  await workOff();
  const before = await records(pull);
  await edit(REVIEWER, '/hold\n/approve');
  await workOff();
  expect(await pull.labels()).not.toContain('approved');
  const after = await records(pull);
  expect(after.slice(0, before.length)).toEqual(before);
  // What stood there before is not said again, by nobody.
  expect(after.slice(before.length).map(({ command, outcome, actor }) => [command, outcome, actor.login])).toEqual([
    ['approve', 'refused', REVIEWER],
  ]);
  await edit(REVIEWER, 'Never mind.');
  await edit(APPROVER, '/approve');
  await workOff();
  expect(await pull.labels()).toContain('approved');
});

const noting = (note: string): string => `/release-note-edit\n\n\`\`\`release-note\n${note}\n\`\`\`\n`;

test('threat 2: what is read of a comment later is what its author wrote, or nothing', async () => {
  const { arrived, finish, workplace, workOff, records } = engine();
  const place = await workplace();
  const pull = await place.open({ body: '```release-note\nIt turns.\n```' });
  await workOff();
  const comment = await pull.comment(APPROVER, noting('It turns back.'));
  const told = await arrived();
  await pull.edit(REVIEWER, comment, noting('Anything else.'));
  for (const delivery of told) {
    // oxlint-disable-next-line no-await-in-loop
    await finish(delivery);
  }
  await workOff();
  expect((await records(pull)).at(-1)).toMatchObject({ command: 'release-note-edit', outcome: 'refused' });
  await pull.comment(APPROVER, noting('It turns back.'));
  await workOff();
  expect((await records(pull)).at(-1)).toMatchObject({ command: 'release-note-edit', outcome: 'done' });
});

const SELF = `approvers:\n- ${AUTHOR}\n- ${STRANGER}\n`;
const ALIASED: Files = {
  ...OWNED,
  OWNERS: `approvers:\n- ${APPROVER}\n- friends\n`,
  OWNERS_ALIASES: `aliases:\n  friends:\n  - ${DOCS_APPROVER}\n`,
};

test.each<[how: string, base: Files, changed: Files]>([
  ['in OWNERS', OWNED, { OWNERS: SELF, 'src/turn.ts': 'export const turn = 3;\n' }],
  ['in OWNERS_ALIASES', ALIASED, { OWNERS_ALIASES: `aliases:\n  friends:\n  - ${STRANGER}\n`, 'src/turn.ts': '3\n' }],
  [
    'in a folder that no longer listens to those above',
    OWNED,
    { 'src/OWNERS': `options:\n  no_parent_owners: true\n${SELF}`, 'src/turn.ts': 'export const turn = 3;\n' },
  ],
  [
    'by moving a file to a folder of theirs',
    { ...OWNED, 'theirs/OWNERS': SELF },
    { 'src/turn.ts': null, 'theirs/turn.ts': 'export const turn = 1;\n' },
  ],
  ['by deleting OWNERS', OWNED, { OWNERS: null, 'src/turn.ts': 'export const turn = 3;\n' }],
])('threat 3: a pull request that gives its author power %s is not approved by it', async (_how, base, changed) => {
  const { workplace, workOff } = engine();
  // People whom the project knows, so that nothing else is in the way: see verify-owners.
  const collaborators = {
    [APPROVER]: 'maintain',
    [REVIEWER]: 'write',
    [AUTHOR]: 'write',
    [STRANGER]: 'triage',
  } as const;
  const place = await workplace({ files: base, collaborators });
  const pull = await place.open({ files: changed });
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(AUTHOR, '/approve');
  await pull.comment(STRANGER, '/approve');
  await workOff();
  expect(await pull.labels()).not.toContain('approved');
  expect(await pull.merged()).toBe(false);
  // Those who have the power today can give it.
  await pull.comment(APPROVER, '/approve');
  await workOff();
  expect(await pull.merged()).toBe(true);
});

test('threat 6: a login that was given up and registered again has no power', async () => {
  const { github, workplace, workOff, records } = engine();
  const seed = seedThrough(github.box);
  seed.createUser('alice-example');
  const files = { ...OWNED, OWNERS: 'approvers:\n- alice-example\n' };
  const place = await workplace({ files, collaborators: { [APPROVER]: 'maintain', [AUTHOR]: 'write' } });
  const first = await place.open();
  await first.comment('alice-example', '/approve');
  await workOff();
  expect(await first.labels()).toContain('approved');

  const alice = [...github.state.accounts.values()].find(({ login }) => login === 'alice-example');
  if (alice === undefined) throw new Error('alice was not made');
  alice.login = 'alice-elsewhere';
  seed.createUser('alice-example');
  const second = await place.open();
  await second.comment('alice-example', '/approve');
  await workOff();
  expect(await second.labels()).not.toContain('approved');
  expect((await records(second)).at(-1)).toMatchObject({ command: 'approve', outcome: 'refused' });
});

const ROLE = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission';
const MEMBERSHIP = 'GET /orgs/*';
const DENIED = [STRANGER, '/retitle Mine now', 'refused'] as const;
const GRANTED = [APPROVER, '/retitle Turn back, really', 'done'] as const;

test.each<
  [
    what: string,
    fault: Pick<Fault, 'route' | 'kind' | 'status'>,
    said: readonly (readonly [by: string, line: string, outcome: string])[],
  ]
>([
  ['500 in place of a role', { route: ROLE, kind: 'error-before', status: 500 }, [DENIED, GRANTED]],
  ['a secondary limit in place of a role', { route: ROLE, kind: 'secondary-limit' }, [DENIED, GRANTED]],
  ['a cut connection in place of a role', { route: ROLE, kind: 'reset-before' }, [DENIED, GRANTED]],
  ['500 in place of a membership', { route: MEMBERSHIP, kind: 'error-before', status: 500 }, [DENIED]],
  ['a cut connection in place of a membership', { route: MEMBERSHIP, kind: 'reset-before' }, [DENIED]],
])('threat 7: %s neither grants nor refuses', async (_what, fault, said) => {
  const { arrived, github, servicesAt, records } = engine();
  const pull = await opened();
  const before = (await records(pull)).length;
  for (const [by, line] of said) {
    // oxlint-disable-next-line no-await-in-loop
    await pull.comment(by, line);
  }
  const deliveries = (await arrived()).filter(({ event }) => event === 'comment-created');
  expect(deliveries).toHaveLength(said.length);
  github.faults.add({ ...fault, callers: ['installation', 'app'] });
  // Another worker, who remembers nobody.
  const worker = servicesAt({});
  for (const delivery of deliveries) {
    // oxlint-disable-next-line no-await-in-loop
    await expect(carryOut(delivery, worker)).rejects.toMatchObject({ name: 'Retryable' });
  }
  expect((await records(pull)).length).toBe(before);
  expect((await pull.now()).title).toBe('Turn back');
  github.faults.clear();
  for (const delivery of deliveries) {
    // oxlint-disable-next-line no-await-in-loop
    await engine().finish(delivery, worker);
  }
  const ended = (await records(pull)).slice(before).map(({ text, outcome }) => [text, outcome]);
  expect(ended).toEqual(said.map(([, line, outcome]) => [line, outcome]));
});
