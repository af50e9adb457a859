/** GitHub in a box with made-up people, and the provider that talks to it over HTTP: what these tests share. */
import { type GitHubInABox, type Seed, seedInto, seedThrough, startGitHub } from '../../../local/github/index.ts';
import { moveRef } from '../../../local/github/changes.ts';
import { commitAt, edited, put, putText } from '../../../local/github/git.ts';
import type { GitHubOptions } from '../../../local/github/front.ts';
import {
  accountNamed,
  accountOf,
  addIssue,
  addUser,
  commentsOn,
  type Comment,
  type Issue,
  labelsOn,
  loginOf,
  moment,
  nextId,
  objectsOf,
  organizationNamed,
  type Repository,
} from '../../../local/github/state.ts';
import type { Delivery, Person } from '../../../shared/delivery.ts';
import { digestOfText } from '../../../shared/digest.ts';
import { githubFrom } from '../../../shared/providers/github/index.ts';
import type { ApplyContext, Connection } from '../../../shared/providers/provider.ts';
import { type Bench, LINES, type Scene, type Shown, textOf } from '../contract.ts';

export const ORG = 'harbor-example';
export type GitHubScene = Scene & {
  readonly fullName: string;
  readonly repository: Repository;
  readonly pull: Issue;
  readonly connect: (delivery?: Delivery, context?: Partial<ApplyContext>) => Promise<Connection>;
  /** Somebody comments by hand; gives the delivery of it. */
  readonly commentBy: (login: string, body: string) => Delivery;
  readonly comments: () => readonly Comment[];
};

export type Forge = Omit<Bench, 'scene'> & {
  readonly github: GitHubInABox;
  readonly seed: Seed;
  readonly scene: (files?: Readonly<Record<string, string>>) => GitHubScene;
  /** What the provider asked since this was last called, as `METHOD /path`; tokens left out. */
  readonly asked: () => readonly string[];
};

const TIMEOUT_MS = 10_000;

export async function openForge(
  options: Partial<GitHubOptions> & { readonly timeoutMs?: number } = {},
): Promise<Forge> {
  const { timeoutMs = TIMEOUT_MS, ...ofBox } = options;
  const github = await startGitHub({
    validate: 'strict',
    installedOn: [ORG],
    seed(state, now) {
      const people = seedInto(state, now);
      people.createUser('ada-example');
      people.createOrganization(ORG, { basePermission: 'read', members: { 'ada-example': 'admin' } });
    },
    ...ofBox,
  });
  for (const resource of ['core', 'search', 'graphql'] as const) github.limits.set(resource, 1_000_000);
  const seed = seedThrough(github.box);
  const provider = githubFrom({
    apiUrl: github.url,
    appId: String(github.app.id),
    privateKey: async () => github.app.privateKey,
    timeoutMs,
  });
  const installation = String(github.app.installationId(ORG));
  let made = 0;

  return {
    github,
    seed,
    provider,
    scene(files = {}) {
      made += 1;
      return sceneOf({ github, seed, provider, installation, number: made, files });
    },
    asked() {
      const all = github.requests().filter(({ route, callerIs }) => callerIs === 'installation' && route !== '');
      github.clearRequests();
      return all.map(({ route }) => route);
    },
    close: () => github.close(),
  };
}

type SceneOptions = Pick<Forge, 'github' | 'seed' | 'provider'> & {
  readonly installation: string;
  readonly number: number;
  readonly files: Readonly<Record<string, string>>;
};

function sceneOf({ github, seed, provider, installation, number, files }: SceneOptions): GitHubScene {
  const { state, box } = github;
  const name = `boat-${number}`;
  const fullName = `${ORG}/${name}`;
  const personNamed = (login: string): Person => ({ login, id: String(seed.createUser(login).id), bot: false });
  const people = {
    author: personNamed(`joan-${number}-example`),
    reviewer: personNamed(`grace-${number}-example`),
    triager: personNamed(`alan-${number}-example`),
    stranger: personNamed(`kay-${number}-example`),
  };
  const { author, reviewer, triager } = people;
  const repository = seed.createRepository(fullName, {
    collaborators: { [reviewer.login]: 'write', [triager.login]: 'triage' },
    files: {
      OWNERS: 'approvers: [reviewer]\n',
      'src/lines.txt': textOf(LINES),
      'src/old.txt': 'old\n',
      'docs/guide.md': 'A guide.\n',
      'logo.bin': new Uint8Array(64),
      link: { mode: '120000', text: 'OWNERS' },
      ...files,
    },
  });
  organizationNamed(state, ORG)?.organization.members.set(Number(author.id), 'member');
  seed.createTeam(ORG, `crew-${number}`, { members: [reviewer.login], repositories: { [name]: 'read' } });
  const changed = LINES.map((each) => (each === 'two' ? 'zwei' : each));
  const change = { 'src/lines.txt': textOf(changed), 'src/old.txt': null, 'docs/new.txt': 'old\n' };
  seed.commitFiles(fullName, 'feature', change, author.login, 'Change a line');
  const pull = seed.openPull(fullName, author.login, {
    title: 'Change a line',
    body: '',
    head: 'feature',
    base: 'main',
  });
  const issue = addIssue(state, box.now(), repository, {
    title: 'It leaks',
    body: 'At the bow',
    authorId: pull.authorId,
    appId: null,
  });

  const personOf = (login: string): Person => {
    const account = accountNamed(state, login);
    if (account === undefined) throw new Error(`there is no ${login}`);
    return { login: account.login, id: String(account.id), bot: account.type === 'Bot' };
  };
  const commented = (on: Issue, login: string, body: string): Delivery => {
    const by = personOf(login);
    const comment: Comment = {
      id: nextId(state),
      issueNumber: on.number,
      authorId: Number(by.id),
      body,
      createdAt: moment(box.now()),
      updatedAt: moment(box.now()),
      appId: null,
      minimizedReason: null,
      reactions: [],
    };
    repository.comments.set(comment.id, comment);
    return {
      version: 1,
      id: `delivery-${comment.id}`,
      provider: 'github',
      installation,
      repository: { id: String(repository.id), owner: ORG, name },
      event: 'comment-created',
      sender: by,
      at: comment.createdAt,
      receivedAt: comment.createdAt,
      target: {
        kind: on.pull === undefined ? 'issue' : 'pull',
        number: on.number,
        author: people.author,
        state: on.state,
        title: on.title,
        labels: labelsOn(repository, on).map((each) => each.name),
        locked: on.locked,
      },
      text: {
        kind: 'comment',
        id: String(comment.id),
        url: '',
        at: comment.createdAt,
        lines: [{ number: 1, text: body }],
        digest: digestOfText(body),
        cut: false,
      },
    };
  };

  const tip = (branch: string): string => repository.refs.get(`refs/heads/${branch}`) ?? '';
  const ours = (): readonly Comment[] =>
    [...repository.comments.values()].filter(({ appId }) => appId === github.app.id);

  return {
    fullName,
    repository,
    pull,
    people,
    team: `${ORG}/crew-${number}`,
    baseRef: 'main',
    onPull: commented(pull, reviewer.login, '/lgtm'),
    onIssue: commented(issue, reviewer.login, '/close'),
    commentBy: (login, body) => commented(pull, login, body),
    comments: ours,
    connect: (delivery, context = {}) =>
      provider.connect(delivery ?? commented(pull, reviewer.login, '/lgtm'), {
        notices: () => ({}),
        resumed: false,
        ...context,
      }),
    head: () => tip('feature'),
    base: () => tip('main'),
    shown: (delivery) => shownOf(github, repository, delivery),
    reuseLogin(who) {
      const { login, id } = people[who];
      const former = accountOf(state, Number(id));
      former.login = `${login}-renamed`;
      const fresh = addUser(state, box.now(), { login });
      inheriting(repository.collaborators, former.id, fresh.id);
      for (const { organization } of state.accounts.values())
        if (organization !== undefined) inheriting(organization.members, former.id, fresh.id);
      for (const { members } of state.teams.values()) inheriting(members, former.id, fresh.id);
    },
    push(changes, onto) {
      const given = Object.entries(changes).map(([path, text]) => [path, text === '' ? null : text] as const);
      if (onto === undefined)
        return seed.commitFiles(fullName, 'feature', Object.fromEntries(given), author.login, 'More');
      const objects = objectsOf(state, repository);
      const { tree, ...commit } = commitAt(objects, tip('main'));
      const entries = new Map(
        given.map(([path, text]) => [
          path,
          text === null ? null : { mode: '100644' as const, sha: putText(objects, text) },
        ]),
      );
      const sha = put(objects, { ...commit, tree: edited(objects, tree, entries), parents: [tip('main')] });
      moveRef(box, repository, 'refs/heads/feature', sha, author.login);
      return sha;
    },
    pushToBase: (changes) => seed.commitFiles(fullName, 'main', changes, reviewer.login, 'Meanwhile'),
  };
}

function inheriting<Role>(roles: Map<number, Role>, from: number, to: number): void {
  const had = roles.get(from);
  if (had !== undefined) roles.set(to, had);
}

const REACTIONS = new Map<string, Shown['reactions'][number]>([
  ['+1', 'done'],
  ['confused', 'refused'],
  ['eyes', 'looking'],
]);

function shownOf({ state, app }: GitHubInABox, repository: Repository, delivery: Delivery): Shown {
  const issue = repository.issues.get(delivery.target?.number ?? 0);
  if (issue === undefined) throw new Error('there is nothing to show');
  const comment = repository.comments.get(Number(delivery.text?.id));
  const bot = accountNamed(state, `${app.slug}[bot]`)?.id;
  return {
    state: issue.pull?.merged === true ? 'merged' : issue.state,
    title: issue.title,
    labels: labelsOn(repository, issue).map(({ name }) => name),
    assignees: issue.assignees.map((id) => loginOf(state, id)),
    reviewers: [
      ...(issue.pull?.requestedReviewers ?? []).map((id) => loginOf(state, id)),
      ...(issue.pull?.requestedTeams ?? []).map((id) => `${ORG}/${state.teams.get(id)?.slug ?? ''}`),
    ],
    comments: commentsOn(repository, issue.number)
      .filter(({ appId }) => appId === app.id)
      .map(({ body }) => asRead(body)),
    reactions: (comment?.reactions ?? [])
      .filter(({ userId }) => userId === bot)
      .flatMap(({ content }) => REACTIONS.get(content) ?? []),
  };
}

/** What a reader does not see is left out. */
export const asRead = (body: string): string => body.replaceAll(/<!--.*?-->\n?/g, '').trim();
