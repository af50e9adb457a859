/** The made-up repository that `npm start` and `npm run demo` begin with: people, OWNERS, labels and one pull request. */
import type { GitHubInABox, GitHubOptions } from './github/index.ts';
import { type Files, seedInto, seedThrough } from './github/seed.ts';
import { accountNamed, addLabel, labelNamed, repositoryNamed, type State } from './github/state.ts';

export const OWNER = 'acme';
export const REPOSITORY = 'widgets';
export const FULL_NAME = `${OWNER}/${REPOSITORY}`;

export const APPROVER = 'ada-example';
export const REVIEWER = 'grace-example';
export const AUTHOR = 'ben-example';
export const STRANGER = 'zoe-example';

/** What each is good for, in words. */
export const ROLES: Readonly<Record<string, string>> = {
  [APPROVER]: 'approves',
  [REVIEWER]: 'reviews, approves docs/',
  [AUTHOR]: 'wrote pull request 1',
  [STRANGER]: 'a stranger',
};

/** What a made-up repository begins with. */
const filesOf = (name: string): Files => ({
  'README.md': `# ${name[0]?.toUpperCase()}${name.slice(1)}\n\nA made-up project to try commands on.\n`,
  OWNERS: `approvers:\n- ${APPROVER}\nreviewers:\n- ${REVIEWER}\n`,
  'docs/OWNERS': `approvers:\n- docs-approvers\nlabels:\n- area/docs\n`,
  OWNERS_ALIASES: `aliases:\n  docs-approvers:\n  - ${REVIEWER}\n`,
  'docs/guide.md': '# Guide\n\nTurn the widget.\n',
  'src/widget.ts': "export const turn = (times: number): string => 'turn '.repeat(times);\n",
});

const LABELS: readonly (readonly [name: string, color: string, description: string])[] = [
  ['kind/bug', 'd73a4a', 'Something does not work'],
  ['kind/feature', 'a2eeef', 'Something new'],
  ['area/docs', '0075ca', 'Documentation'],
  ['priority/urgent', 'b60205', 'Before anything else'],
  ['urgent', 'b60205', 'Before anything else'],
  ['help wanted', '008672', 'Extra attention is needed'],
];

/** Fills a fresh state; nobody is told. */
export function makeUp(state: State, now: () => Date): void {
  makeOrganization(state, now, OWNER);
  makeRepository(state, now, OWNER, REPOSITORY);
  seedInto(state, now).commitFiles(
    FULL_NAME,
    'turn-back',
    {
      'src/widget.ts':
        "export const turn = (times: number): string => 'turn '.repeat(times);\nexport const back = (times: number): string => 'back '.repeat(times);\n",
    },
    AUTHOR,
    'Widgets turn back',
  );
}

/** With its people, unless it is there. */
function makeOrganization(state: State, now: () => Date, login: string): void {
  const seed = seedInto(state, now);
  for (const person of [APPROVER, REVIEWER, AUTHOR, STRANGER])
    if (accountNamed(state, person) === undefined) seed.createUser(person);
  if (accountNamed(state, login) !== undefined) return;
  seed.createOrganization(login, {
    description: 'Made up',
    members: { [APPROVER]: 'admin', [REVIEWER]: 'member', [AUTHOR]: 'member' },
  });
}

function makeRepository(state: State, now: () => Date, owner: string, name: string): void {
  const repository = seedInto(state, now).createRepository(`${owner}/${name}`, {
    files: filesOf(name),
    collaborators: { [APPROVER]: 'maintain', [REVIEWER]: 'write', [AUTHOR]: 'write' },
  });
  for (const [label, color, description] of LABELS) {
    if (labelNamed(repository, label) === undefined) addLabel(state, repository, { name: label, color, description });
  }
}

/** Organizations, and repositories as `organization/repository`, that somebody configured. */
export type Named = { readonly organizations: readonly string[]; readonly repositories: readonly string[] };

/** GitHub's form of a login. What has none is on no forge. */
const LOGIN = /^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i;

const lower = (names: readonly string[]): ReadonlySet<string> => new Set(names.map((name) => name.toLowerCase()));

/** What is named is there: each organization from the start, its repositories as soon as somebody asks for one. */
export function namedOn({ organizations, repositories }: Named): Pick<GitHubOptions, 'ensure' | 'onDemand'> {
  const [whole, single] = [lower(organizations), lower(repositories)];
  const owners = [...organizations, ...repositories.map((name) => name.slice(0, Math.max(0, name.indexOf('/'))))];
  const logins = [...new Map(owners.map((login) => [login.toLowerCase(), login])).values()];
  return {
    ensure(state, now) {
      const there = logins.filter((login) => LOGIN.test(login));
      for (const login of there) makeOrganization(state, now, login);
      return there;
    },
    onDemand(state, now, owner, name) {
      const asked = owner.toLowerCase();
      if (whole.has(asked) || single.has(`${asked}/${name.toLowerCase()}`)) makeRepository(state, now, owner, name);
    },
  };
}

/** The pull request that is there from the beginning. */
export const FIRST_PULL = {
  title: 'Widgets turn back',
  body: 'A widget can be turned back as often as it was turned.',
  head: 'turn-back',
  base: 'main',
} as const;

/** Opens it, unless it was opened before. Whoever listens is told. */
export function openFirstPull({ box }: GitHubInABox): void {
  const repository = repositoryNamed(box.state, OWNER, REPOSITORY);
  if (repository === undefined || repository.issues.size > 0) return;
  seedThrough(box).openPull(FULL_NAME, AUTHOR, FIRST_PULL);
}
