/** A push to a branch, and what it does to the pull requests into it. */
import { describe, expect, test } from 'vitest';
import { workOutWhenAsked } from '../local/github/pulls.ts';
import { lookAgain, lookNow } from '../shared/base-moves.ts';
import { carryOut } from '../shared/carry-out.ts';
import { messageGroup, type Delivery } from '../shared/delivery.ts';
import { NotYet } from '../shared/errors.ts';
import { APPROVER, AUTHOR, OWNED, REVIEWER, STRANGER, type Pull, type Workplace } from './support/acting.ts';
import { givenEngine } from './support/by-hand.ts';

const engine = givenEngine();
const NEEDS_REBASE = 'needs-rebase';
const CONFLICT = { 'src/turn.ts': 'export const turn = 99;\n' };

async function opened(count = 1): Promise<{ readonly place: Workplace; readonly pulls: readonly Pull[] }> {
  const { workplace, workOff, pass } = engine();
  const place = await workplace();
  const pulls: Pull[] = [];
  for (let index = 0; index < count; index += 1) {
    // oxlint-disable-next-line no-await-in-loop
    pulls.push(await place.open(index === 0 ? {} : { files: { [`docs/${index}.txt`]: `${index}\n` } }));
  }
  await workOff();
  pass(120);
  return { place, pulls };
}

/** Hands over what arrived; what is made of it, and what it asked of the forge. */
async function pushed(): Promise<{ readonly made: readonly Delivery[]; readonly asked: readonly string[] }> {
  const { arrived, finish, github } = engine();
  const deliveries = await arrived();
  github.clearRequests();
  for (const delivery of deliveries) {
    // oxlint-disable-next-line no-await-in-loop
    await finish(delivery);
  }
  const asked = github
    .requests()
    .filter(({ callerIs }) => callerIs === 'installation')
    .map(({ route }) => route);
  return { made: await arrived(), asked };
}

async function finishAll(deliveries: readonly Delivery[]): Promise<void> {
  for (const delivery of deliveries) {
    // oxlint-disable-next-line no-await-in-loop
    await engine().finish(delivery);
  }
  await engine().workOff();
}

const sorted = (numbers: readonly number[]): readonly number[] => numbers.toSorted((one, other) => one - other);
const named = (deliveries: readonly Delivery[]): readonly number[] =>
  sorted(deliveries.map(({ target }) => target?.number ?? 0));

describe('a push to a base branch', () => {
  test('that conflicts with a pull request: that one alone is looked at, by one request for all', async () => {
    const { place, pulls } = await opened(3);
    const [first] = pulls;
    place.commit('main', CONFLICT);
    const { made, asked } = await pushed();
    expect(named(made)).toEqual([first?.number]);
    expect(made.map(({ event, sender }) => [event, sender.bot])).toEqual([['base-moved', true]]);
    expect(asked).toEqual(['POST /graphql']);

    await finishAll(made);
    expect(await first?.labels()).toContain(NEEDS_REBASE);
    expect((await first?.words())?.filter((words) => words.includes('PR needs rebase.'))).toHaveLength(1);
    expect(await pulls[1]?.labels()).not.toContain(NEEDS_REBASE);
  });

  test('that conflicts no more takes the label off, and says so without a new comment', async () => {
    const { place, pulls } = await opened();
    const [pull] = pulls;
    place.commit('main', CONFLICT);
    await engine().workOff();
    engine().pass(120);
    place.commit('main', { 'src/turn.ts': OWNED['src/turn.ts'] ?? '' });
    await engine().workOff();
    expect(await pull?.labels()).not.toContain(NEEDS_REBASE);
    const words = (await pull?.words()) ?? [];
    expect(words.filter((each) => each.includes('PR needs rebase.'))).toEqual([]);
    expect(words.filter((each) => each.includes('conflicts with its base no more'))).toHaveLength(1);
  });

  test('that changes nothing for anybody costs one request', async () => {
    const { place } = await opened(2);
    place.commit('main', { 'src/other.ts': 'export {};\n' });
    expect(await pushed()).toEqual({ made: [], asked: ['POST /graphql'] });
  });

  test('that nobody wants into costs no more', async () => {
    const { place } = await opened();
    place.commit('aside', { 'src/other.ts': 'export {};\n' });
    expect(await pushed()).toEqual({ made: [], asked: ['POST /graphql'] });
  });

  test('that changes OWNERS has all of them looked at: who may approve is another question now', async () => {
    const { place, pulls } = await opened(2);
    const [pull] = pulls;
    await pull?.comment(APPROVER, '/approve');
    await engine().workOff();
    expect(await pull?.labels()).toContain('approved');
    engine().pass(120);

    place.commit('main', { OWNERS: `approvers:\n- ${STRANGER}\n` });
    const { made } = await pushed();
    expect(named(made)).toEqual(named(made.filter(({ event }) => event === 'base-moved')));
    expect(named(made)).toEqual(sorted(pulls.map(({ number }) => number)));
    await finishAll(made);
    expect(await pull?.labels()).not.toContain('approved');
    expect((await pull?.words())?.join('\n')).toContain(STRANGER);
  });

  test('that changes settings too', async () => {
    const { place, pulls } = await opened(2);
    place.commit('main', { '.github/bowsprit.yaml': 'size:\n  s: 11\n' });
    expect(named((await pushed()).made)).toEqual(sorted(pulls.map(({ number }) => number)));
  });

  test.each([
    ['counts', true, 2],
    ['does not count', false, 0],
  ])('that changes Markdown where its front matter %s', async (_, counts, looked) => {
    const { place } = await opened(2);
    const on = `owners:\n  markdown_front_matter: ${String(counts)}\n`;
    place.commit('main', { '.github/bowsprit.yaml': on });
    await engine().workOff();
    engine().pass(120);
    place.commit('main', { 'docs/guide.md': '# Guide\n\nTurn it twice.\n' });
    expect((await pushed()).made).toHaveLength(looked);
  });

  test('has what its labels let be merged looked at: its checks are about another base', async () => {
    const { place, pulls } = await opened(2);
    const [pull] = pulls;
    await place.status(pull?.head() ?? '', 'ci/test', 'pending');
    await pull?.comment(REVIEWER, '/lgtm');
    await pull?.comment(APPROVER, '/approve');
    await engine().workOff();
    engine().pass(120);
    expect(await pull?.merged()).toBe(false);
    place.commit('main', { 'src/other.ts': 'export {};\n' });
    expect(named((await pushed()).made)).toEqual([pull?.number]);
  });

  test('that somebody is to be told of is told from the push on that says so, and no more once it is off', async () => {
    const { place } = await opened();
    const told: string[] = [];
    const { services, arrived, finish } = engine();
    const push = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
      told.length = 0;
      place.commit('main', files);
      for (const delivery of await arrived()) {
        // oxlint-disable-next-line no-await-in-loop
        await finish(delivery, { ...services, put: async ({ detail }) => void told.push(JSON.parse(detail).reason) });
      }
      return told.map((reason) => reason.replace(/^`[^`]+` /, ''));
    };
    const sentence = `pushed 1 commit to \`main\` of \`${place.fullName}\`.`;
    expect(await push({ 'src/one.ts': '' })).toEqual([]);
    expect(await push({ '.github/bowsprit.yaml': 'merge_warnings:\n  enabled: true\n' })).toEqual([sentence]);
    expect(await push({ 'src/two.ts': '' })).toEqual([sentence]);
    expect(await push({ '.github/bowsprit.yaml': 'merge_warnings:\n  enabled: false\n' })).toEqual([]);
    expect(await push({ 'src/three.ts': '' })).toEqual([]);
  });

  test('looks at nobody where no rule would follow', async () => {
    const { place } = await opened();
    place.commit('main', { '.github/bowsprit.yaml': 'rules:\n  disabled: [needs-rebase]\n' });
    await engine().workOff();
    engine().pass(120);
    place.commit('main', CONFLICT);
    expect((await pushed()).made).toEqual([]);
  });

  test('delivered twice has nobody looked at under another name', async () => {
    const { place } = await opened();
    place.commit('main', CONFLICT);
    const [delivery] = await engine().arrived();
    if (delivery === undefined) throw new Error('nothing has arrived');
    await carryOut(delivery, engine().services);
    await carryOut(delivery, engine().services);
    const ids = (await engine().arrived()).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });
});

describe('many pushes at once', () => {
  test('share a look: of thirteen in a minute ten ask at once and one asks after them', async () => {
    const { place, pulls } = await opened();
    const { arrived, finish, github, pass } = engine();
    for (let index = 0; index < 13; index += 1)
      place.commit('main', { 'src/other.ts': `export const n = ${index};\n` });
    const { made, asked } = await pushed();
    expect(asked).toHaveLength(10);
    // The queue keeps one of each id.
    const later = [...new Map(made.map((each) => [each.id, each])).values()];
    expect(later).toHaveLength(1);
    const [look] = later;
    if (look === undefined) throw new Error('there is no look');
    expect(look).toMatchObject({ event: 'base-moved', base: { ref: 'main', all: false, page: 0 } });
    expect(messageGroup(look)).toBe(`github:${place.fullName}@refs/heads/main#look`);
    await expect(carryOut(look, engine().services)).rejects.toBeInstanceOf(NotYet);

    place.commit('main', CONFLICT);
    pass(130);
    await arrived();
    github.clearRequests();
    await finish(look);
    expect(named(await arrived())).toEqual([pulls[0]?.number]);
  });

  test('are not forgotten: one of them changed OWNERS', async () => {
    const { place } = await opened(2);
    for (let index = 0; index < 10; index += 1)
      place.commit('main', { 'src/other.ts': `export const n = ${index};\n` });
    place.commit('main', { OWNERS: `approvers:\n- ${STRANGER}\n` });
    place.commit('main', { 'src/other.ts': 'export const n = 99;\n' });
    const { made } = await pushed();
    expect(made.filter(({ base }) => base?.all === true)).toHaveLength(1);
  });
});

describe('what the forge does not know yet', () => {
  test('is asked for again soon, and then known', async () => {
    const { place, pulls } = await opened();
    const { finish, arrived, pass, github, services } = engine();
    workOutWhenAsked(github.state);
    try {
      place.commit('main', CONFLICT);
      const { made } = await pushed();
      expect(made).toMatchObject([{ base: { all: false, again: 1 } }]);
      const [look] = made;
      if (look === undefined) throw new Error('there is no look');
      await expect(carryOut(look, services)).rejects.toBeInstanceOf(NotYet);
      pass(20);
      await finish(look);
      const [about, ...others] = await arrived();
      expect(others).toEqual([]);
      if (about === undefined) throw new Error('nobody is looked at');
      await finishAll([about]);
      expect(await pulls[0]?.labels()).toContain(NEEDS_REBASE);
    } finally {
      workOutWhenAsked(github.state, false);
    }
  });

  test('of a pull request that was just opened is asked for again without keeping its comments waiting', async () => {
    const { github, workplace, arrived, finish, pass, services } = engine();
    const place = await workplace();
    workOutWhenAsked(github.state);
    try {
      const pull = await place.open();
      place.commit('main', CONFLICT);
      const told = (await arrived()).find(({ event }) => event === 'opened');
      if (told === undefined) throw new Error('nothing was opened');
      await finish(told);
      const again = (await arrived()).filter((each) => each.again?.due !== undefined);
      expect(again).toHaveLength(1);
      const [look] = again;
      if (look === undefined) throw new Error('it is not looked at again');
      expect(messageGroup(look)).toBe(`${pull.name}#look`);
      await expect(carryOut(look, services)).rejects.toBeInstanceOf(NotYet);
      pass(60);
      await finish(look);
      const [now] = await arrived();
      if (now === undefined) throw new Error('it is not looked at');
      expect(messageGroup(now)).toBe(pull.name);
      await finishAll([now]);
      expect(await pull.labels()).toContain(NEEDS_REBASE);
    } finally {
      workOutWhenAsked(github.state, false);
    }
  });

  test('and never will is given up after three times', async () => {
    const { services, workplace, workOff, pass } = engine();
    const pull = await (await workplace()).open();
    await workOff();
    const sent: Delivery[] = [];
    let due = 0;
    const deaf = { ...services, send: async (delivery: Delivery) => void sent.push(delivery) };
    let [delivery]: readonly (Delivery | undefined)[] = [aboutIt(pull)];
    while (delivery !== undefined) {
      // oxlint-disable-next-line no-await-in-loop
      await lookAgain(delivery, deaf);
      const put = sent.pop();
      delivery = undefined;
      if (put?.again?.due === undefined) break;
      due += 1;
      pass(300);
      // oxlint-disable-next-line no-await-in-loop
      await lookNow(put, put.again.due, deaf);
      delivery = sent.pop();
    }
    expect(due).toBe(3);
  });
});

function aboutIt(pull: Pull): Delivery {
  return {
    version: 1,
    id: `opened-${pull.number}`,
    provider: 'github',
    installation: '1',
    repository: { id: '1', owner: 'o', name: 'n' },
    event: 'opened',
    sender: { login: AUTHOR, id: '1', bot: false },
    at: '2026-01-01T00:00:00Z',
    receivedAt: '2026-01-01T00:00:00Z',
    target: {
      kind: 'pull',
      number: pull.number,
      author: { login: AUTHOR, id: '1', bot: false },
      state: 'open',
      title: '',
      labels: [],
      locked: false,
    },
  };
}
