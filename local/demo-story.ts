/** What is played by `npm run demo`: chapters, each one pull request from opening to merge. */
import type { AuditRecord } from '../shared/audit-record.ts';
import type { GitHubInABox } from './github/index.ts';
import { type Files, seedThrough } from './github/seed.ts';
import { addLabel } from './github/state.ts';
import { APPROVER, AUTHOR, FIRST_PULL, FULL_NAME, OWNER, REVIEWER, STRANGER } from './made-up.ts';

type Outcome = (records: readonly AuditRecord[]) => boolean;

export type Step =
  /** Somebody comments, and so it is known that the comment is dealt with. */
  | { readonly by: string; readonly says: string; readonly until: Outcome }
  /** Somebody pushes to the branch. */
  | { readonly by: string; readonly pushes: Files; readonly until: Outcome }
  /** What was started ends so. */
  | { readonly by: 'the runner'; readonly ends: 'success' | 'failure'; readonly until: Outcome };

export type Chapter = {
  readonly title: string;
  readonly repository: string;
  readonly pull: { readonly title: string; readonly body: string; readonly head: string; readonly base: string };
  /** Left out: the author of the other chapters. */
  readonly author?: string;
  /** The first thing that has to be so. */
  readonly opened: Outcome;
  readonly steps: readonly Step[];
  /** What has to be so in the end. */
  readonly ends: Outcome;
  /** Fills in what the chapter plays on. */
  readonly before?: (box: GitHubInABox['box']) => void;
};

/** @param times how often at least */
function has(command: string, outcome: AuditRecord['outcome'], times = 1): Outcome {
  return (records) =>
    records.filter((record) => record.command === command && record.outcome === outcome).length >= times;
}

const FIRST: Chapter = {
  title: 'A command for everything',
  repository: FULL_NAME,
  pull: FIRST_PULL,
  opened: has('automation:approval', 'done'),
  steps: [
    { by: AUTHOR, says: 'Ready for review.\n\n/kind feature', until: has('label', 'done') },
    { by: AUTHOR, says: '/lgtm', until: has('lgtm', 'refused') },
    { by: REVIEWER, says: 'Let me read this first.\n\n/hold reading it until tomorrow', until: has('hold', 'done') },
    { by: STRANGER, says: 'I want this merged!\n\n/unhold', until: has('hold', 'refused') },
    { by: REVIEWER, says: 'Nice, well tested.\n\n/lgtn', until: has('unknown', 'refused') },
    { by: REVIEWER, says: '/lgtm\n/unhold', until: has('lgtm', 'done') },
    { by: APPROVER, says: 'This belongs here.\n\n/approve', until: has('automation:merge', 'done') },
  ],
  ends: has('automation:merge', 'done'),
};

const API_OWNER = 'mia-example';
const WEB_OWNER = 'noa-example';
const GEARS = `${OWNER}/gears`;
const RELEASE = 'release-1.0';

/** Three directories, each with its own owner, and a release branch. */
function gears(box: GitHubInABox['box']): void {
  const seed = seedThrough(box);
  for (const login of [API_OWNER, WEB_OWNER]) seed.createUser(login);
  const repository = seed.createRepository(GEARS, {
    files: {
      'README.md': '# Gears\n\nA made-up project of three parts.\n',
      OWNERS: `approvers:\n- ${APPROVER}\nreviewers:\n- ${REVIEWER}\n`,
      'api/OWNERS': `approvers:\n- ${API_OWNER}\noptions:\n  no_parent_owners: true\n`,
      'api/turn.ts': 'export const teeth = 12;\n',
      'web/OWNERS': `approvers:\n- ${WEB_OWNER}\noptions:\n  no_parent_owners: true\n`,
      'web/page.ts': "export const title = 'Gears';\n",
      'docs/OWNERS': `approvers:\n- ${REVIEWER}\noptions:\n  no_parent_owners: true\n`,
      'docs/guide.md': '# Guide\n\nTwelve teeth.\n',
    },
    collaborators: { [APPROVER]: 'maintain', [REVIEWER]: 'write', [AUTHOR]: 'write' },
  });
  addLabel(box.state, repository, { name: 'kind/feature', color: 'a2eeef', description: 'Something new' });
  seed.createBranch(GEARS, RELEASE);
  seed.commitFiles(
    GEARS,
    'more-teeth',
    {
      'api/turn.ts': 'export const teeth = 16;\n',
      'web/page.ts': "export const title = 'Gears with 16 teeth';\n",
      'docs/guide.md': '# Guide\n\nSixteen teeth.\n',
    },
    AUTHOR,
    'Gears have sixteen teeth',
  );
}

const SECOND: Chapter = {
  title: 'Three directories, three owners',
  repository: GEARS,
  before: gears,
  pull: {
    title: 'Gears have sixteen teeth',
    body: 'Twelve were too few.',
    head: 'more-teeth',
    base: 'main',
  },
  opened: has('automation:approval', 'done'),
  steps: [
    { by: REVIEWER, says: 'The guide reads well.\n\n/lgtm\n/approve', until: has('approve', 'done') },
    { by: AUTHOR, says: 'What is it waiting for?\n\n/why', until: has('why', 'done') },
    { by: API_OWNER, says: '/approve api/**', until: has('approve', 'done', 2) },
    {
      by: AUTHOR,
      pushes: { 'api/turn.ts': 'export const teeth = 18;\n' },
      until: has('automation:lgtm-after-push', 'done'),
    },
    { by: API_OWNER, says: '/why approve', until: has('why', 'done', 2) },
    {
      by: REVIEWER,
      says: '/lgtm\n/hold the factory has to be told first',
      until: has('hold', 'done'),
    },
    { by: AUTHOR, says: `/cherrypick ${RELEASE}`, until: has('cherrypick', 'done') },
    { by: API_OWNER, says: 'Eighteen is fine as well.\n\n/approve', until: has('approve', 'done', 3) },
    { by: WEB_OWNER, says: '/approve', until: has('approve', 'done', 4) },
    { by: AUTHOR, says: '/unhold', until: has('hold', 'refused') },
    { by: REVIEWER, says: 'They know.\n\n/unhold', until: has('automation:merge', 'done') },
  ],
  ends: has('automation:cherry-picks', 'done'),
};

const BELLS = `${OWNER}/bells`;
const BUILD = `name: Build
run-name: build \${{ inputs.bowsprit_key }}
on:
  workflow_dispatch:
    inputs:
      bowsprit_key: { required: true }
      bowsprit_pull: {}
      pull: {}
      sha: { required: true }
jobs:
  build: { runs-on: ubuntu-latest, steps: [{ run: make }] }
`;

const RING = `name: ring
run-name: ring \${{ inputs.bowsprit_key }}
on:
  workflow_dispatch:
    inputs:
      bowsprit_key: { required: true }
      bowsprit_pull: {}
      pull: {}
      sha: { required: true }
      tower: { required: true }
jobs:
  ring: { runs-on: ubuntu-latest, steps: [{ run: make ring }] }
`;

const SETTINGS = `pipelines:
  jobs:
    - { name: build, engine: github-actions, target: build.yml, always_run: true }
custom:
  commands:
    - name: ring
      summary: Rings the bells of this commit.
      args: [{ name: tower, is: choice, of: [north, south] }]
      engine: github-actions
      target: ring.yml
      parameters: [{ name: tower, value: '{tower}' }]
      reply: 'Rings {head} in the {tower} tower.'
`;

/** A project with one job, a command of its own, and somebody who has never been here. */
function bells(box: GitHubInABox['box']): void {
  const seed = seedThrough(box);
  seed.createRepository(BELLS, {
    files: {
      'README.md': '# Bells\n\nA made-up project with a build.\n',
      OWNERS: `approvers:\n- ${APPROVER}\n`,
      'bell.ts': "export const sound = 'ding';\n",
      '.github/workflows/build.yml': BUILD,
      '.github/workflows/ring.yml': RING,
      '.github/bowsprit.yaml': SETTINGS,
    },
    collaborators: { [APPROVER]: 'maintain' },
  });
  seed.fork(BELLS, STRANGER);
  seed.commitFiles(`${STRANGER}/bells`, 'louder', { 'bell.ts': "export const sound = 'DING';\n" }, STRANGER, 'Louder');
}

const THIRD: Chapter = {
  title: 'A first contribution, and its tests',
  repository: BELLS,
  before: bells,
  author: STRANGER,
  pull: { title: 'Louder', body: 'My first one here.', head: `${STRANGER}:louder`, base: 'main' },
  opened: has('automation:trigger', 'done'),
  steps: [
    { by: STRANGER, says: '/test all', until: has('test', 'refused') },
    { by: STRANGER, says: 'What would run?\n\n/test ?', until: has('test', 'done') },
    { by: APPROVER, says: 'Looks harmless.\n\n/ok-to-test', until: has('ok-to-test', 'done') },
    { by: 'the runner', ends: 'failure', until: has('automation:job-results', 'done') },
    { by: STRANGER, says: 'The network, I think.\n\n/retest', until: has('retest', 'done') },
    { by: 'the runner', ends: 'success', until: has('automation:job-results', 'done', 2) },
    { by: APPROVER, says: 'How does it sound?\n\n/ring east', until: has('ring', 'refused') },
    { by: APPROVER, says: '/ring north', until: has('ring', 'done') },
    { by: APPROVER, says: '/lgtm\n/approve', until: has('automation:merge', 'done') },
  ],
  ends: has('automation:merge', 'done'),
};

export const CHAPTERS: readonly Chapter[] = [FIRST, SECOND, THIRD];
