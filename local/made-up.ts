/** The made-up repository that `npm start` and `npm run demo` begin with: people, OWNERS, labels and one pull request. */
import type { GitHubInABox } from './github/index.ts';
import { seedInto, seedThrough } from './github/seed.ts';
import { addLabel, labelNamed, repositoryNamed, type State } from './github/state.ts';

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

const FILES = {
  'README.md': '# Widgets\n\nA made-up project to try commands on.\n',
  OWNERS: `approvers:\n- ${APPROVER}\nreviewers:\n- ${REVIEWER}\n`,
  'docs/OWNERS': `approvers:\n- docs-approvers\nlabels:\n- area/docs\n`,
  OWNERS_ALIASES: `aliases:\n  docs-approvers:\n  - ${REVIEWER}\n`,
  'docs/guide.md': '# Guide\n\nTurn the widget.\n',
  'src/widget.ts': "export const turn = (times: number): string => 'turn '.repeat(times);\n",
};

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
  const seed = seedInto(state, now);
  for (const login of [APPROVER, REVIEWER, AUTHOR, STRANGER]) seed.createUser(login);
  seed.createOrganization(OWNER, {
    description: 'Made up',
    members: { [APPROVER]: 'admin', [REVIEWER]: 'member', [AUTHOR]: 'member' },
  });
  seed.createRepository(FULL_NAME, {
    files: FILES,
    collaborators: { [APPROVER]: 'maintain', [REVIEWER]: 'write', [AUTHOR]: 'write' },
  });
  const repository = repositoryNamed(state, OWNER, REPOSITORY);
  if (repository === undefined) throw new Error('the made-up repository was not made');
  for (const [name, color, description] of LABELS) {
    if (labelNamed(repository, name) === undefined) addLabel(state, repository, { name, color, description });
  }
  seed.commitFiles(
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
