import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GitHubInABox } from '../../../local/github/index.ts';
import type { Delivery } from '../../../shared/delivery.ts';
import { Refusal, Retryable } from '../../../shared/errors.ts';
import type { ForgeAction } from '../../../shared/language/index.ts';
import { githubFrom } from '../../../shared/providers/github/index.ts';
import type { Connection, Provider } from '../../../shared/providers/provider.ts';
import { performed, type Shown } from '../contract.ts';
import { openForge, ORG, type Forge, type GitHubScene } from './forge.ts';

type Fault = Parameters<GitHubInABox['faults']['add']>[0];
type Weather = Omit<Fault, 'route'>;

const PATIENT_MS = 30_000;
/** Where no answer will come; all requests of a test wait for it at the same time. */
const HASTY_MS = 2_000;

let forge: Forge;
/** Gives up soon. */
let hasty: Provider;
beforeAll(async () => {
  forge = await openForge({ timeoutMs: PATIENT_MS });
  const { app, url: apiUrl } = forge.github;
  const privateKey = async (): Promise<string> => app.privateKey;
  hasty = githubFrom({ apiUrl, appId: String(app.id), privateKey, timeoutMs: HASTY_MS });
});
afterAll(() => forge.close());

const hangs = ({ kind }: Weather): boolean => kind.startsWith('hang');

/** Has its tokens, so that the weather may begin. */
async function connected({ onPull, team, people }: GitHubScene, weather: Weather): Promise<Connection> {
  const provider = hangs(weather) ? hasty : forge.provider;
  const connection = await provider.connect(onPull, { notices: () => ({}), resumed: false });
  await connection.read.inTeam(people.reviewer, team);
  return connection;
}

const WEATHER: readonly (readonly [name: string, weather: Weather, retryAfter: number | undefined])[] = [
  ['500 before', { kind: 'error-before' }, undefined],
  ['502 after', { kind: 'error-after' }, undefined],
  ['a secondary limit that says for how long', { kind: 'secondary-limit', retryAfter: 21 }, 21],
  ['a secondary limit that does not', { kind: 'secondary-limit' }, 60],
  ['429', { kind: 'too-many', retryAfter: 7 }, 7],
  ['no answer, and nothing done', { kind: 'hang-before' }, undefined],
  ['no answer, but it was done', { kind: 'hang-after' }, undefined],
  ['a connection cut before', { kind: 'reset-before' }, undefined],
  ['a connection cut after', { kind: 'reset-after' }, undefined],
];
const WRITES = ['POST *', 'PATCH *', 'PUT *', 'DELETE *'];

/** Everything the App's installation asks is struck, tokens apart: those are asked as the App. */
function strike(routes: readonly string[], weather: Weather): void {
  forge.github.faults.set(routes.map((route) => ({ ...weather, route, callers: ['installation'] })));
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  );
}

type Effect = {
  readonly what: string;
  /** What is so before. */
  readonly before?: (scene: GitHubScene) => readonly ForgeAction[];
  readonly act: (connection: Connection, scene: GitHubScene, resumed: boolean) => Promise<unknown>;
  /** What is seen when it was done once. */
  readonly seen: (scene: GitHubScene) => Partial<Shown>;
};

const doing =
  (action: (scene: GitHubScene) => ForgeAction): Effect['act'] =>
  ({ apply }, scene) =>
    performed(apply, action(scene));

const NOTICE = { is: 'notice', subject: 'approval', text: 'Not approved yet.', quiet: false } as const;

const EFFECTS: readonly Effect[] = [
  {
    what: 'a label',
    act: doing(() => ({ is: 'add-label', label: 'lgtm' })),
    seen: () => ({ labels: ['lgtm'] }),
  },
  {
    what: 'no label',
    before: () => [{ is: 'add-label', label: 'lgtm' }],
    act: doing(() => ({ is: 'remove-label', label: 'lgtm' })),
    seen: () => ({ labels: [] }),
  },
  {
    what: 'an assignee',
    act: doing(({ people }) => ({ is: 'assign', logins: [people.reviewer.login] })),
    seen: ({ people }) => ({ assignees: [people.reviewer.login] }),
  },
  {
    what: 'no assignee',
    before: ({ people }) => [{ is: 'assign', logins: [people.reviewer.login] }],
    act: doing(({ people }) => ({ is: 'unassign', logins: [people.reviewer.login] })),
    seen: () => ({ assignees: [] }),
  },
  {
    what: 'a reviewer',
    act: doing(({ people }) => ({ is: 'request-review', reviewers: [people.reviewer.login] })),
    seen: ({ people }) => ({ reviewers: [people.reviewer.login] }),
  },
  {
    what: 'no reviewer',
    before: ({ people }) => [{ is: 'request-review', reviewers: [people.reviewer.login] }],
    act: doing(({ people }) => ({ is: 'unrequest-review', reviewers: [people.reviewer.login] })),
    seen: () => ({ reviewers: [] }),
  },
  {
    what: 'closed',
    act: doing(() => ({ is: 'close', reason: 'completed' })),
    seen: () => ({ state: 'closed' }),
  },
  {
    what: 'open again',
    before: () => [{ is: 'close', reason: 'completed' }],
    act: doing(() => ({ is: 'reopen' })),
    seen: () => ({ state: 'open' }),
  },
  {
    what: 'another title',
    act: doing(() => ({ is: 'retitle', title: 'Better' })),
    seen: () => ({ title: 'Better' }),
  },
  { what: 'a living comment', act: doing(() => NOTICE), seen: () => ({ comments: [NOTICE.text] }) },
  {
    what: 'a living comment edited',
    before: () => [NOTICE],
    act: doing(() => ({ ...NOTICE, text: 'Approved.' })),
    seen: () => ({ comments: ['Approved.'] }),
  },
  {
    what: 'merged',
    act: doing(({ head }) => ({ is: 'merge', headSha: head(), method: 'squash' })),
    seen: () => ({ state: 'merged' }),
  },
  {
    what: 'a reply',
    act: ({ answering }, _, sought) => answering.reply('Somebody else has to do that.', { sought }),
    seen: ({ people }) => ({ comments: [`@${people.reviewer.login}: Somebody else has to do that.`] }),
  },
  {
    what: 'a reaction',
    act: ({ answering }) => answering.react('done'),
    seen: () => ({ reactions: ['done'] }),
  },
];

/** What was noticed of one effect, in place of a failed expectation that would hide the others. */
async function inTurn<T>(
  effects: readonly Effect[],
  each: (effect: Effect, scene: GitHubScene) => Promise<T>,
  scenes: readonly GitHubScene[],
): Promise<readonly T[]> {
  return Promise.all(
    effects.flatMap((effect, index) => {
      const scene = scenes[index];
      return scene === undefined ? [] : [each(effect, scene)];
    }),
  );
}

describe('every effect is there once after the retry', () => {
  test.each(WEATHER)('%s', async (_, weather, retryAfter) => {
    const scenes = EFFECTS.map(() => forge.scene());
    await inTurn(
      EFFECTS,
      async ({ before }, scene) => {
        const { apply } = await scene.connect(scene.onPull);
        for (const action of before?.(scene) ?? []) {
          // oxlint-disable-next-line no-await-in-loop
          await performed(apply, action);
        }
      },
      scenes,
    );
    const connections = new Map<GitHubScene, Connection>();
    for (const scene of scenes) {
      // One after the other, so that none has to wait for the others.
      // oxlint-disable-next-line no-await-in-loop
      connections.set(scene, await connected(scene, weather));
    }

    strike(WRITES, weather);
    const failed = await inTurn(
      EFFECTS,
      async ({ what, act }, scene) => {
        const connection = connections.get(scene) ?? (await scene.connect());
        const error = await failureOf(act(connection, scene, false));
        return [what, error instanceof Retryable ? error.retryAfter : error];
      },
      scenes,
    );
    expect(failed).toEqual(EFFECTS.map(({ what }) => [what, retryAfter]));

    forge.github.faults.clear();
    const seen = await inTurn(
      EFFECTS,
      async ({ what, act, seen: wanted }, scene) => {
        const again = await scene.connect(scene.onPull, { resumed: true });
        await act(again, scene, true);
        const shown = scene.shown(scene.onPull);
        const names = new Set(Object.keys(wanted(scene)));
        return [what, Object.fromEntries(Object.entries(shown).filter(([name]) => names.has(name)))];
      },
      scenes,
    );
    expect(seen).toEqual(
      EFFECTS.map(({ what, seen: wanted }, index) => [what, wanted(scenes[index] ?? forge.scene())]),
    );
    expect(forge.github.violations()).toEqual([]);
  });
});

const READS: Readonly<Record<string, (connection: Connection, scene: GitHubScene) => Promise<unknown>>> = {
  pull: ({ read }) => read.pull(),
  labels: ({ read }) => read.labels(),
  'labels of the repository': ({ read }) => read.repositoryLabels(),
  'changed files': ({ read }) => read.changedFiles(),
  role: ({ read }, { people }) => read.role(people.reviewer),
  member: ({ read }, { people }) => read.member(people.reviewer),
  'in a team': ({ read }, { people, team }) => read.inTeam(people.reviewer, team),
  'members of a team': ({ read }, { team }) => read.teamMembers(team),
  files: ({ read }, { base }) => read.filesAt(base(), ['OWNERS']),
  branch: ({ read }, { baseRef }) => read.branch(baseRef),
  change: ({ read }, { baseRef, head }) => read.changeAt(baseRef, head()),
  commits: ({ read }) => read.commits(),
  tree: ({ read }, { base }) => read.treeAt(base()),
  trust: ({ read }, { people }) => read.trust(people.reviewer.login),
  'pulls into a branch': ({ read }, { baseRef }) => read.pullsOnto(baseRef, undefined),
  'reviews waiting': ({ read }) => read.reviewsWaiting(),
  'pulls at a commit': ({ read }, { head }) => read.pullsAt(head()),
};
const names = Object.keys(READS);

async function asked(scene: GitHubScene, weather: Weather): Promise<readonly (readonly [string, unknown])[]> {
  const connections = new Map<string, Connection>();
  for (const name of names) {
    // oxlint-disable-next-line no-await-in-loop
    connections.set(name, await connected(scene, weather));
  }
  strike(['*'], weather);
  return Promise.all(
    Object.entries(READS).map(async ([name, read]) => {
      const connection = connections.get(name) ?? (await scene.connect());
      const outcome = await failureOf(read(connection, scene));
      return [name, outcome instanceof Retryable ? 'retried' : outcome] as const;
    }),
  );
}

describe('what could not be found out is retried, neither yes nor no', () => {
  test.each<[name: string, weather: Weather]>([
    ...WEATHER.map(([name, weather]): [string, Weather] => [name, weather]),
    ['403 that does not say why', { kind: 'error-before', status: 403 }],
    ['401, again and again', { kind: 'error-before', status: 401 }],
    ['400', { kind: 'error-before', status: 400 }],
    ['422', { kind: 'error-before', status: 422 }],
    ['451', { kind: 'error-before', status: 451 }],
  ])('%s', async (_, weather) => {
    const scene = forge.scene();
    const outcomes = await asked(scene, weather);
    forge.github.faults.clear();
    expect(outcomes).toEqual(names.map((name) => [name, 'retried']));
  });

  // It is not there for the App any more, or was never: waiting for it would only hold up others.
  test('a repository that is not shown is a refusal, and no answer about a person', async () => {
    const scene = forge.scene();
    strike(['GET /repos/*'], { kind: 'error-before', status: 404 });
    const { read } = await scene.connect(scene.onPull);
    const outcome = await failureOf(read.role(scene.people.reviewer));
    forge.github.faults.clear();
    expect(outcome).toBeInstanceOf(Refusal);
  });

  test.each<[resource: 'core' | 'graphql', name: 'role' | 'pull']>([
    ['core', 'role'],
    ['graphql', 'pull'],
  ])('the primary limit of %s, for as long as it lasts', async (resource, name) => {
    const scene = forge.scene();
    const read = async (): Promise<unknown> => READS[name]?.(await scene.connect(scene.onPull), scene);
    await read();
    forge.github.limits.set(resource, 1);
    const outcome = await failureOf(read());
    forge.github.limits.set(resource, 1_000_000);
    expect(outcome).toBeInstanceOf(Retryable);
    const seconds = outcome instanceof Retryable ? (outcome.retryAfter ?? 0) : 0;
    expect(seconds).toBeGreaterThan(60);
    expect(seconds).toBeLessThanOrEqual(3_601);
  });
});

describe('what GitHub says for good', () => {
  test('a team that is not there, and one of another organization, stand for nobody', async () => {
    const { connect, people } = forge.scene();
    const { read } = await connect();
    expect(await read.teamMembers(`${ORG}/nobody-knows`)).toEqual([]);
    expect(await read.teamMembers('elsewhere-example/crew')).toEqual([]);
    // Whoever is not in it would pass where a setting says so.
    await expect(read.inTeam(people.reviewer, `${ORG}/nobody-knows`)).rejects.toThrow(Refusal);
  });
});

describe('a delivery whose parts do not belong together has no power', () => {
  test.each<[what: string, change: (delivery: Delivery, other: Delivery, foreign: string) => Delivery]>([
    ['the installation of another account', (delivery, _, installation) => ({ ...delivery, installation })],
    ['an installation that is none', (delivery) => ({ ...delivery, installation: '4711' })],
    [
      'the id of another repository',
      (delivery, { repository: { id } }) => ({ ...delivery, repository: { ...delivery.repository, id } }),
    ],
    [
      'the name of another repository',
      (delivery, { repository: { name } }) => ({ ...delivery, repository: { ...delivery.repository, name } }),
    ],
    ['an id that is none', (delivery) => ({ ...delivery, repository: { ...delivery.repository, id: '4711' } })],
  ])('%s', async (_, change) => {
    const { seed, github, provider } = forge;
    const account = `elsewhere-${github.state.accounts.size}-example`;
    seed.createOrganization(account, { members: { 'ada-example': 'admin' } });
    seed.createRepository(`${account}/boat`);
    const foreign = String(github.app.install(account).id);
    const scenes = [forge.scene(), forge.scene()] as const;
    const [here, other] = scenes;
    const before = scenes.map((scene) => scene.shown(scene.onPull));
    const outcome = await failureOf(
      (async () => {
        const delivery = change(here.onPull, other.onPull, foreign);
        const { apply } = await provider.connect(delivery, { notices: () => ({}), resumed: false });
        await performed(apply, { is: 'merge', headSha: here.head(), method: 'merge' });
      })(),
    );
    expect(outcome).toBeInstanceOf(Refusal);
    expect(scenes.map((scene) => scene.shown(scene.onPull))).toEqual(before);
  });
});
