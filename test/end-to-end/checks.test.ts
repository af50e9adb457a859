/** What people say of checks, and what checks say of people, on the made-up forge. */
import { expect, test } from 'vitest';
import { APPROVER, AUTHOR, OWNED, REVIEWER, STRANGER, type Pull, type Workplace } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();
const SETTINGS =
  'override: { reason_required: true }\nallow: { override: [approver] }\nmerge: { optional_checks: [bench] }\n';

const place = async (settings = SETTINGS): Promise<Workplace> =>
  engine().workplace({ files: { ...OWNED, '.github/bowsprit.yaml': settings } });

async function told(pull: Pull): Promise<string> {
  return (await pull.words()).at(-1) ?? '';
}

test('an override counts for its head alone, with who said so and why', async () => {
  const { workOff, pass } = engine();
  const here = await place();
  const pull = await here.open();
  await here.status(pull.head(), 'unit', 'failure');
  here.check(pull.head(), 'ci / lint', 'failure');
  await workOff();
  await pull.comment(STRANGER, '/override unit because I say so');
  await workOff();
  expect(await told(pull)).toContain('`/override` is not open to you.');
  await pull.comment(APPROVER, '/override unit');
  await workOff();
  expect(await told(pull)).toContain('A reason is asked for here');
  await pull.comment(APPROVER, '/override unit "ci / lint" because the runner is out of disk');
  await workOff();
  expect(await told(pull)).toContain('`unit` and `ci / lint` count as green at');
  await pull.comment(STRANGER, '/why');
  await workOff();
  expect(await told(pull)).toMatch(
    /`unit` counts as green until the head or `main` moves: `[\w-]+` overrode it \(`the runner is out of disk`\)/,
  );

  pass(60);
  pull.push({ 'src/turn.ts': 'export const turn = 4;\n' });
  await workOff();
  await here.status(pull.head(), 'unit', 'failure');
  await workOff();
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await workOff();
  expect(await pull.merged()).toBe(false);
  await pull.comment(APPROVER, '/override unit because it is flaky');
  await workOff();
  expect(await pull.merged()).toBe(true);
});

test('taken back and agreed to in one comment, it is not merged', async () => {
  const { workOff } = engine();
  const here = await place();
  const pull = await here.open();
  await here.status(pull.head(), 'unit', 'failure');
  await workOff();
  await pull.comment(APPROVER, '/override unit because it is flaky\n/approve');
  await workOff();
  await pull.comment(APPROVER, '/override-cancel unit\n/lgtm');
  await workOff();
  expect(await pull.labels()).toContain('lgtm');
  expect(await pull.merged()).toBe(false);
});

test('a plain override ends when the base moves, and the forge shows it', async () => {
  const { workOff, pass } = engine();
  const here = await place();
  const pull = await here.open();
  await here.status(pull.head(), 'unit', 'failure');
  await workOff();
  await pull.comment(APPROVER, '/override unit because it is flaky');
  await workOff();
  pass(120);
  here.commit('main', { 'src/other.ts': 'export {};\n' });
  await workOff();
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await workOff();
  expect(await pull.merged()).toBe(false);
  await pull.comment(STRANGER, '/why');
  await workOff();
  expect(await told(pull)).toContain('which ended: main moved');
});

test('an override does not come back with a head that was left, though the forge still shows it', async () => {
  const { workOff, pass } = engine();
  const here = await place();
  const pull = await here.open();
  const first = pull.head();
  await here.status(first, 'unit', 'failure');
  await workOff();
  await pull.comment(APPROVER, '/override unit because it is flaky');
  await workOff();
  pass(60);
  pull.push({ 'src/turn.ts': 'export const turn = 4;\n' });
  await workOff();
  pass(60);
  await pull.reset(first);
  await workOff();
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await workOff();
  expect(pull.head()).toBe(first);
  expect(await pull.merged()).toBe(false);
  const { statuses } = Object(await here.ask(AUTHOR, `GET /commits/${first}/status`));
  expect(statuses).toMatchObject([{ context: 'unit', state: 'failure' }]);
});

test('optional checks that failed are cleared away', async () => {
  const { workOff } = engine();
  const here = await place();
  const pull = await here.open();
  await here.status(pull.head(), 'bench', 'failure');
  await workOff();
  await pull.comment(AUTHOR, '/skip');
  await workOff();
  const { statuses } = Object(await here.ask(AUTHOR, `GET /commits/${pull.head()}/status`));
  expect(statuses).toMatchObject([{ context: 'bench', state: 'success', description: 'Skipped: optional on main' }]);
});

test('agreements and sign-offs become labels, and what is missing is told once', async () => {
  const { workOff } = engine();
  const here = await place(
    'rules: { enabled: [cla, dco] }\npath_labels: { rules: [{ label: area/src, paths: [src/] }] }\n',
  );
  const pull = await here.open();
  await workOff();
  expect(await pull.labels()).toEqual(expect.arrayContaining(['area/src', 'dco-signoff: no']));
  expect((await pull.words()).filter((words) => words.startsWith('**Not signed off.**'))).toHaveLength(1);
  await here.status(pull.head(), 'EasyCLA', 'failure');
  await workOff();
  expect(await pull.labels()).toContain('cncf-cla: no');
  await here.status(pull.head(), 'EasyCLA', 'success');
  await workOff();
  expect(await pull.labels()).toContain('cncf-cla: yes');
  expect(await pull.labels()).not.toContain('cncf-cla: no');
});
