/** A hold ends when that has come which it waits for, and never by its author's word alone. */
import { describe, expect, test } from 'vitest';
import { seedThrough } from '../../local/github/index.ts';
import { wake } from '../../shared/clocks.ts';
import { APPROVER, AUTHOR, OWNER, REVIEWER, STRANGER, type Pull, type Workplace } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();
const HOLD = 'do-not-merge/hold';
const DAY = 24 * 3_600;

const isHeld = async (pull: Pull): Promise<boolean> => (await pull.labels()).includes(HOLD);

/** By two others; it would be merged, were it not held. */
async function agreedTo(pull: Pull): Promise<void> {
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await engine().workOff();
}

async function heldAs(line: string, by = REVIEWER, place?: Workplace): Promise<Pull> {
  const pull = await (place ?? (await engine().workplace())).open();
  await engine().workOff();
  await pull.comment(by, line);
  await engine().workOff();
  await agreedTo(pull);
  expect(await isHeld(pull)).toBe(true);
  return pull;
}

async function ticked(clock = 'holds'): Promise<void> {
  await wake(clock, engine().services);
  await engine().workOff();
}

const whyLifted = async (pull: Pull): Promise<readonly string[]> =>
  (await engine().records(pull)).flatMap(({ command, reason }) => (command === 'automation:hold-ends' ? [reason] : []));

describe('until a day', () => {
  test('and not before, it is held; then it is merged', async () => {
    const pull = await heldAs('/hold until tomorrow: the launch');
    expect((await pull.words()).join('\n')).toMatch(/It is held until \d{4}-\d\d-\d\d;/);
    await ticked();
    expect(await pull.merged()).toBe(false);
    engine().pass(DAY);
    await ticked();
    expect(await isHeld(pull)).toBe(false);
    expect(await pull.merged()).toBe(true);
    expect(await whyLifted(pull)).toEqual([
      `No longer held by ${REVIEWER}, because the time has come and label ${HOLD} off.`,
    ]);
  });

  test('whatever time a check says it is', async () => {
    const place = await engine().workplace();
    const pull = await heldAs('/hold until 2099-01-01', REVIEWER, place);
    await pull.comment(AUTHOR, '/hold until check clock');
    await engine().workOff();
    place.check(pull.head(), 'clock', 'success');
    for (const delivery of await engine().arrived()) {
      // Whoever may report a check says when it ended.
      // oxlint-disable-next-line no-await-in-loop
      await engine().finish(delivery.checks === undefined ? delivery : { ...delivery, at: '2099-12-31T00:00:00Z' });
    }
    await engine().workOff();
    expect(await whyLifted(pull)).toEqual([`No longer held by ${AUTHOR}, because the check clock is green.`]);
    expect(await isHeld(pull)).toBe(true);
    expect(await pull.merged()).toBe(false);
  });

  test('of which the list was lost, all the same', async () => {
    const { services, pass } = engine();
    const pull = await heldAs('/hold until tomorrow');
    await services.cache.remove('waiting#1#github');
    pass(DAY);
    await ticked();
    expect(await isHeld(pull)).toBe(true);
    await ticked('held');
    expect(await pull.merged()).toBe(true);
  });

  test('while somebody else holds it as well', async () => {
    const pull = await heldAs('/hold until tomorrow');
    await pull.comment(STRANGER, '/hold no docs');
    await engine().workOff();
    engine().pass(DAY);
    await ticked();
    expect(await isHeld(pull)).toBe(true);
    expect(await whyLifted(pull)).toEqual([`No longer held by ${REVIEWER}, because the time has come.`]);
    await pull.comment(STRANGER, '/unhold');
    await engine().workOff();
    expect(await pull.merged()).toBe(true);
  });

  test('asks the forge nothing while nothing is due', async () => {
    const { github, services } = engine();
    await heldAs('/hold until 2099-01-01');
    github.clearRequests();
    await wake('holds', services);
    expect(github.requests()).toEqual([]);
  });
});

describe('until another one is merged', () => {
  test('it is held, by whomever that is merged', async () => {
    const place = await engine().workplace();
    const first = await place.open({ files: { 'src/first.ts': 'export {};\n' } });
    const second = await heldAs(`/hold until #${first.number} merged`, REVIEWER, place);
    expect(await second.merged()).toBe(false);
    // By Bowsprit itself.
    await agreedTo(first);
    expect([await first.merged(), await second.merged()]).toEqual([true, true]);
    expect(await whyLifted(second)).toEqual([
      `No longer held by ${REVIEWER}, because #${first.number} is merged and label ${HOLD} off.`,
    ]);
  });

  test('nothing lifts it when that is closed, and its holder is told once', async () => {
    const place = await engine().workplace();
    const first = await place.open({ files: { 'src/first.ts': 'export {};\n' } });
    const second = await heldAs(`/hold until #${first.number} merged`, REVIEWER, place);
    await first.change(APPROVER, { state: 'closed' });
    await engine().workOff();
    engine().pass(3_600);
    for (let run = 0; run < 12; run += 1) {
      engine().pass(300);
      // oxlint-disable-next-line no-await-in-loop
      await ticked();
    }
    const told = (await second.words()).filter((words) => words.includes('was closed without being merged'));
    expect(told).toEqual([expect.stringContaining(`@${REVIEWER}: #${first.number} was closed`)]);
    expect(await isHeld(second)).toBe(true);
    // Reopened and merged after all, and nobody told of it.
    await first.change(APPROVER, { state: 'open' });
    await engine().workOff();
    await place.ask(APPROVER, `PUT /pulls/${first.number}/merge`, {});
    await engine().arrived();
    expect(await isHeld(second)).toBe(true);
    for (let run = 0; run < 12; run += 1) {
      engine().pass(300);
      // oxlint-disable-next-line no-await-in-loop
      await ticked();
    }
    expect(await second.merged()).toBe(true);
  });

  test('what was closed itself is looked at no more', async () => {
    const place = await engine().workplace();
    const first = await place.open({ files: { 'src/first.ts': 'export {};\n' } });
    const second = await heldAs(`/hold until #${first.number} merged`, REVIEWER, place);
    await second.change(APPROVER, { state: 'closed' });
    await engine().workOff();
    const kept = JSON.stringify(await engine().services.cache.get('waiting#1#github'));
    expect(kept).not.toContain(second.name.slice('github:'.length, second.name.indexOf('#')).split('/')[1]);
  });
});

test('until a check is green at the head, whichever that is then', async () => {
  const place = await engine().workplace();
  const pull = await place.open();
  await engine().workOff();
  await pull.comment(REVIEWER, '/hold until check perf');
  await engine().workOff();
  place.check(pull.head(), 'perf', 'failure');
  await engine().workOff();
  expect(await isHeld(pull)).toBe(true);
  const before = pull.head();
  pull.push({ 'src/turn.ts': 'export const turn = 7;\n' });
  place.check(before, 'perf', 'success');
  await engine().workOff();
  expect(await isHeld(pull)).toBe(true);
  place.check(pull.head(), 'perf', 'success');
  await engine().workOff();
  expect(await isHeld(pull)).toBe(false);
  expect(await whyLifted(pull)).toEqual([
    `No longer held by ${REVIEWER}, because the check perf is green and label ${HOLD} off.`,
  ]);
});

describe('who lifts it', () => {
  test('not the author, whoever that is, by a command or by hand', async () => {
    const pull = await (await engine().workplace()).open({ by: APPROVER });
    await pull.comment(STRANGER, '/hold think again');
    await engine().workOff();
    const comment = await pull.comment(APPROVER, '/unhold');
    await engine().workOff();
    expect(await pull.reactions(comment)).toEqual(['confused']);
    await pull.unlabel(APPROVER, HOLD);
    await engine().workOff();
    expect(await isHeld(pull)).toBe(true);
    expect((await pull.words()).join('\n')).toContain(`It is held by \`${STRANGER}\` (\`think again\`).`);
    await pull.comment(STRANGER, '/hold cancel');
    await engine().workOff();
    expect(await isHeld(pull)).toBe(false);
  });

  test('somebody of the team that it is held for, and only that one', async () => {
    const { github, workOff, workplace } = engine();
    const team = seedThrough(github.box).createTeam(OWNER, 'Security', { members: [STRANGER] });
    const pull = await (await workplace()).open();
    await pull.comment(REVIEWER, `/hold for @${team.slug}: a CVE id`);
    await pull.comment(APPROVER, '/hold my own');
    await workOff();
    await pull.comment(STRANGER, '/unhold');
    await workOff();
    expect((await pull.words()).at(-1)).toBe(
      `@${STRANGER}: It is still held by \`${APPROVER}\` (\`my own\`). \`${APPROVER}\` or an approver who is not the author comments \`/hold cancel\`.`,
    );
    await pull.comment(APPROVER, '/unhold');
    await workOff();
    expect(await isHeld(pull)).toBe(false);
  });
});

test('holds that wait for each other are told when the second is made', async () => {
  const { workplace, workOff } = engine();
  const place = await workplace();
  const [one, other] = [
    await place.open({ files: { 'a.txt': 'a\n' } }),
    await place.open({ files: { 'b.txt': 'b\n' } }),
  ];
  await one.comment(REVIEWER, `/hold until #${other.number} merged`);
  await workOff();
  expect((await one.words()).join('\n')).not.toContain('wait for each other');
  await other.comment(REVIEWER, `/hold until #${one.number} merged`);
  await workOff();
  expect((await other.words()).at(-1)).toContain(
    `#${one.number} until #${other.number} is merged: they wait for each other`,
  );
});

test('the author alone does not take off the label of somebody else, of which no record tells', async () => {
  const { workplace, workOff, arrived } = engine();
  const place = await workplace();
  const pull = await place.open();
  await workOff();
  // The event of it is lost.
  await pull.label(REVIEWER, HOLD);
  await arrived();
  await pull.unlabel(AUTHOR, HOLD);
  await workOff();
  expect(await pull.labels()).toContain(HOLD);
  expect((await pull.words()).at(-1)).toContain(`It is held by \`${REVIEWER}\``);
});
