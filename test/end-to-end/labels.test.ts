/** Labels, milestones and what follows from them, of issues as well, on the made-up forge. */
import { describe, expect, test } from 'vitest';
import { wake } from '../../shared/clocks.ts';
import { APPROVER, AUTHOR, OWNED, REVIEWER, STRANGER, type Workplace } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();
const LABELS = ['kind/bug', 'needs-kind', 'secret', 'leak', 'lifecycle/stale'];

const place = (settings: string): Promise<Workplace> =>
  engine().workplace({ files: { ...OWNED, '.github/bowsprit.yaml': settings }, labels: LABELS });

/** What was asked of the forge to handle what has arrived. */
async function askedFor(): Promise<readonly string[]> {
  const { arrived, finish, github } = engine();
  const deliveries = await arrived();
  github.clearRequests();
  for (const delivery of deliveries) {
    // oxlint-disable-next-line no-await-in-loop
    await finish(delivery);
  }
  return github.requests().flatMap(({ callerIs, route }) => (callerIs === 'installation' ? [route] : []));
}

describe('labels that have to be there', () => {
  const SETTINGS = `required_labels:
  rules:
    - { matching: ^kind/, missing: needs-kind, comment: Say which kind it is., grace_seconds: 60 }
`;

  test('what is labeled within the grace is left alone, and what is not is told until it is', async () => {
    const { workOff, arrived, finish } = engine();
    const here = await place(SETTINGS);
    const quick = await here.issue(STRANGER, 'It leaks');
    const slow = await here.open();
    for (const delivery of await arrived()) {
      // oxlint-disable-next-line no-await-in-loop
      await finish(delivery);
    }
    expect([await quick.labels(), await slow.labels()]).toEqual([[], ['size/XS']]);
    // By now one look is due for each.
    const due = await arrived();
    expect(due.flatMap(({ event, target }) => (event === 'due' ? (target?.number ?? []) : []))).toEqual([
      quick.number,
      slow.number,
    ]);
    await quick.label(REVIEWER, 'kind/bug');
    for (const delivery of due) {
      // oxlint-disable-next-line no-await-in-loop
      await finish(delivery);
    }
    await workOff();
    expect(await quick.labels()).toEqual(['kind/bug']);
    expect(await slow.labels()).toEqual(['needs-kind', 'size/XS']);
    expect(await slow.words()).toContain('Say which kind it is.');

    await slow.comment(AUTHOR, '/kind bug');
    await quick.unlabel(REVIEWER, 'kind/bug');
    await workOff();
    expect(await slow.labels()).toEqual(['kind/bug', 'size/XS']);
    expect(await slow.words()).not.toContain('Say which kind it is.');
    expect(await quick.labels()).toEqual(['needs-kind']);
    expect(await quick.words()).toEqual(['Say which kind it is.']);
  });

  test('told twice of the same look, it is one', async () => {
    const { workOff, arrived, finish, records } = engine();
    const here = await place(SETTINGS);
    const issue = await here.issue(STRANGER, 'It leaks');
    const opened = (await arrived()).find(({ event }) => event === 'opened');
    if (opened === undefined) throw new Error('nothing has arrived');
    await finish(opened);
    const due = (await arrived()).find(({ event }) => event === 'due');
    if (due === undefined) throw new Error('nothing is due');
    await finish(due);
    await finish(due);
    await workOff();
    expect((await records(issue)).map(({ command }) => command)).toEqual(['automation:require-matching-label']);
    expect(await issue.words()).toHaveLength(1);
  });
});

test('where nothing is asked of labels, issues cost nothing once that is known', async () => {
  const here = await place('');
  const first = await here.issue(STRANGER, 'It leaks');
  await askedFor();
  await here.issue(STRANGER, 'It leaks again');
  await first.label(REVIEWER, 'kind/bug');
  await first.unlabel(REVIEWER, 'kind/bug');
  expect(await askedFor()).toEqual([]);
  // Until the settings say something else.
  here.commit('main', {
    '.github/bowsprit.yaml':
      'required_labels: { rules: [{ matching: ^kind/, missing: needs-kind, grace_seconds: 0 }] }\n',
  });
  await engine().workOff();
  const third = await here.issue(STRANGER, 'And again');
  await engine().workOff();
  expect(await third.labels()).toEqual(['needs-kind']);
});

test('a restricted label is for its people, who are assigned by another one', async () => {
  const { workOff } = engine();
  const here = await place(
    `labels:\n  restricted: [{ label: secret, allowed_users: [${REVIEWER}], assign_on: [{ label: leak }] }]\n`,
  );
  const issue = await here.issue(STRANGER, 'It leaks');
  const refused = await issue.comment(APPROVER, '/label secret');
  await issue.comment(REVIEWER, '/label secret');
  await issue.comment(STRANGER, '/label leak');
  await workOff();
  expect(await issue.labels()).toEqual(['leak', 'secret']);
  expect(await issue.reactions(refused)).toEqual(['confused']);
  expect(await issue.words()).toEqual([`@${APPROVER}: \`secret\` is for \`${REVIEWER}\` to change.`]);
  expect((await issue.now()).assignees.map(({ login }) => login)).toEqual([REVIEWER]);
});

test('milestones are set by command, and by the branch', async () => {
  const { workOff } = engine();
  const here = await place('milestone_applier: { branches: [{ branch: main, milestone: v1.0 }] }\n');
  for (const title of ['v1.0', 'v1.1']) {
    // oxlint-disable-next-line no-await-in-loop
    await here.ask(APPROVER, 'POST /milestones', { title });
  }
  const isIn = async (number: number): Promise<unknown> =>
    Object(Object(await here.ask(APPROVER, `GET /issues/${number}`)).milestone).title;
  const issue = await here.issue(STRANGER, 'It leaks');
  await issue.comment(APPROVER, '/milestone V1.1');
  await issue.comment(STRANGER, '/milestone v1.0');
  await workOff();
  expect(await isIn(issue.number)).toBe('v1.1');
  await issue.comment(APPROVER, '/milestone clear');
  const pull = await here.open();
  await workOff();
  expect([await isIn(issue.number), await isIn(pull.number)]).toEqual([undefined, undefined]);
  await here.ask(APPROVER, `PUT /pulls/${pull.number}/merge`, {});
  await workOff();
  expect(await isIn(pull.number)).toBe('v1.0');
});

test('a stranger closes nothing by calling it rotten', async () => {
  const { workOff } = engine();
  const here = await place('');
  const issue = await here.issue(AUTHOR, 'It leaks');
  await issue.comment(STRANGER, '/lifecycle rotten\n/close');
  await workOff();
  expect([(await issue.now()).state, await issue.labels()]).toEqual(['open', []]);
  await issue.comment(AUTHOR, '/lifecycle stale');
  await issue.comment(STRANGER, '/close not-planned');
  await workOff();
  expect([(await issue.now()).state, (await issue.now()).state_reason]).toEqual(['closed', 'not_planned']);
});

/** All that the clock does in a day. */
async function aDay(): Promise<void> {
  const { services, pass, workOff } = engine();
  for (let hour = 0; hour < 24; hour += 1) {
    // oxlint-disable-next-line no-await-in-loop
    await wake('ageing', services);
    pass(3_600);
  }
  await workOff();
}

describe('what grows old', () => {
  const DAY = 24 * 3_600;
  test('costs nothing where no settings ask for it', async () => {
    const { github, workOff } = engine();
    const here = await place('');
    await here.issue(STRANGER, 'It leaks');
    await workOff();
    github.clearRequests();
    await aDay();
    expect(github.requests().filter(({ callerIs }) => callerIs !== 'user')).toEqual([]);
  });

  test('is warned of, called rotten and closed; what waits for the project is left alone', async () => {
    const { workOff, pass, records, github } = engine();
    const here = await place(
      'rules: { enabled: [ageing] }\nageing: { stale_days: 10, rotten_days: 5, close_days: 5, closes: true }\n',
    );
    const asked = await here.issue(STRANGER, 'It leaks');
    const unseen = await here.issue(STRANGER, 'It leaks as well');
    const pull = await here.open();
    await workOff();
    await asked.comment(APPROVER, 'Which version?');
    await pull.comment(APPROVER, 'Why this way?');
    await unseen.comment(STRANGER, 'Anybody?');
    await workOff();
    pass(11 * DAY);
    await aDay();
    const aging = async (): Promise<readonly (readonly string[])[]> =>
      Promise.all(
        [asked, unseen, pull].map(async (each) =>
          (await each.labels()).filter((label) => label.startsWith('lifecycle/')),
        ),
      );
    expect(await aging()).toEqual([['lifecycle/stale'], [], ['lifecycle/stale']]);
    expect((await asked.words()).map((words) => words.slice(0, 30))).toEqual([expect.stringContaining('**Stale.**')]);

    await pull.comment(AUTHOR, 'Because.\n\n/remove-lifecycle stale');
    await workOff();
    pass(6 * DAY);
    await aDay();
    expect(await aging()).toEqual([['lifecycle/rotten'], [], []]);
    pass(6 * DAY);
    await aDay();
    expect([(await asked.now()).state, (await asked.now()).state_reason]).toEqual(['closed', 'not_planned']);
    expect((await unseen.now()).state).toBe('open');
    expect((await asked.words()).length).toBe(3);
    expect((await records(asked)).map(({ command }) => command)).toEqual(
      Array.from({ length: 3 }, () => 'sweep:ageing'),
    );

    // Switched off, it is forgotten with the next look, and costs nothing from then on.
    here.commit('main', { '.github/bowsprit.yaml': '' });
    await workOff();
    await aDay();
    github.clearRequests();
    await aDay();
    expect(github.requests().filter(({ callerIs }) => callerIs !== 'user')).toEqual([]);
  });
});
