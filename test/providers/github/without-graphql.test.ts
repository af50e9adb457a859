import { App } from '@octokit/app';
import { Octokit } from '@octokit/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Retryable } from '../../../shared/errors.ts';
import type { Connection, FileAtCommit } from '../../../shared/providers/provider.ts';
import { providerContract } from '../contract.ts';
import { type Forge, type GitHubScene, openForge, ORG } from './forge.ts';

const NO_GRAPHQL = { route: 'POST /graphql', kind: 'error-before', status: 404 } as const;

async function openWithout(): Promise<Forge> {
  const forge = await openForge();
  forge.github.faults.add(NO_GRAPHQL);
  return forge;
}

providerContract('A server without GraphQL', openWithout);

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(() => forge.close());

/** By GraphQL, and without it. */
async function bothWays<T>(scene: GitHubScene, ask: (connection: Connection) => Promise<T>): Promise<readonly [T, T]> {
  const { faults } = forge.github;
  const one = await ask(await scene.connect(scene.onPull));
  faults.add(NO_GRAPHQL);
  try {
    return [one, await ask(await scene.connect(scene.onPull))];
  } finally {
    faults.clear();
  }
}

const asThe = (login: string): Octokit =>
  new Octokit({ baseUrl: forge.github.url, auth: forge.github.tokens[login] ?? '' });

async function asTheApp(): Promise<Octokit> {
  const { app, url } = forge.github;
  const made = new App({
    appId: app.id,
    privateKey: app.privateKey,
    Octokit: Octokit.defaults({ baseUrl: url }),
  });
  return made.getInstallationOctokit(app.installationId(ORG));
}

const repoOf = ({ repository }: GitHubScene): { readonly owner: string; readonly repo: string } => ({
  owner: ORG,
  repo: repository.name,
});

type Change = (scene: GitHubScene) => Promise<unknown> | void;

const checked: Change = async (scene) => {
  const octokit = await asTheApp();
  const here = repoOf(scene);
  const sha = scene.head();
  for (const state of ['success', 'failure', 'pending', 'error'] as const) {
    // oxlint-disable-next-line no-await-in-loop
    await octokit.request('POST /repos/{owner}/{repo}/statuses/{sha}', {
      ...here,
      sha,
      state,
      context: `status ${state}`,
    });
  }
  const run = { ...here, head_sha: sha };
  await octokit.request('POST /repos/{owner}/{repo}/check-runs', { ...run, name: 'running', status: 'in_progress' });
  for (const conclusion of [
    'success',
    'failure',
    'neutral',
    'skipped',
    'cancelled',
    'timed_out',
    'action_required',
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop
    await octokit.request('POST /repos/{owner}/{repo}/check-runs', {
      ...run,
      name: `run ${conclusion}`,
      status: 'completed',
      conclusion,
    });
  }
};

const required: Change = async (scene) => {
  const octokit = asThe('ada-example');
  await checked(scene);
  await octokit.request('PUT /repos/{owner}/{repo}/branches/{branch}/protection', {
    ...repoOf(scene),
    branch: 'main',
    required_status_checks: { strict: false, contexts: ['status success', 'not reported'] },
    enforce_admins: null,
    required_pull_request_reviews: null,
    restrictions: null,
  });
};

const requiredByRules: Change = async (scene) => {
  const octokit = asThe('ada-example');
  await checked(scene);
  await octokit.request('POST /repos/{owner}/{repo}/rulesets', {
    ...repoOf(scene),
    name: 'main',
    target: 'branch',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: [
      {
        type: 'required_status_checks',
        parameters: {
          required_status_checks: [{ context: 'run skipped' }, { context: 'not reported' }],
          strict_required_status_checks_policy: false,
        },
      },
    ],
  });
};

const reviewed: Change = async (scene) => {
  const octokit = asThe(scene.people.reviewer.login);
  const here = { ...repoOf(scene), pull_number: scene.pull.number };
  for (const event of ['COMMENT', 'REQUEST_CHANGES', 'APPROVE'] as const) {
    // oxlint-disable-next-line no-await-in-loop
    await octokit.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', { ...here, event, body: event });
  }
};

const conflicting: Change = (scene) => {
  scene.pushToBase({ 'src/lines.txt': 'something else\n' });
};

const labeled: Change = async (scene) => {
  const labels = Array.from({ length: 60 }, (_, index) => `label/${index}`);
  await asThe('ada-example').request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
    ...repoOf(scene),
    issue_number: scene.pull.number,
    labels,
  });
};

const patched =
  (change: { readonly state?: 'closed'; readonly title?: string }): Change =>
  (scene) =>
    asThe('ada-example').request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
      ...repoOf(scene),
      pull_number: scene.pull.number,
      ...change,
    });

const merged: Change = (scene) =>
  asThe('ada-example').request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
    ...repoOf(scene),
    pull_number: scene.pull.number,
  });

const squashOnly: Change = (scene) =>
  asThe('ada-example').request('PATCH /repos/{owner}/{repo}', {
    ...repoOf(scene),
    allow_merge_commit: false,
    allow_rebase_merge: false,
    private: true,
  });

const byName = (one: { readonly name: string }, other: { readonly name: string }): number =>
  one.name < other.name ? -1 : 1;

describe('the same facts with GraphQL and without', () => {
  test.each<[what: string, change: Change]>([
    ['as it was opened', () => undefined],
    ['with checks and statuses of every kind', checked],
    ['with checks that the protection of the branch requires', required],
    ['with checks that a ruleset requires', requiredByRules],
    ['with reviews', reviewed],
    ['with many labels', labeled],
    ['in conflict with its base', conflicting],
    ['closed', patched({ state: 'closed' })],
    ['merged', merged],
    ['with another title', patched({ title: 'A "better" title' })],
    ['where only squashing is allowed, and not everybody may read', squashOnly],
  ])('a pull request %s', async (_, change) => {
    const scene = forge.scene();
    await change(scene);
    const [one, other] = await bothWays(scene, async ({ read }) => {
      // Pushes by force it tells in a list of their own.
      const { forced: _forced, ...pull } = await read.pull();
      return {
        ...pull,
        checks: pull.checks.toSorted(byName),
        labels: await read.labels(),
        files: await read.changedFiles(),
      };
    });
    expect(other).toEqual(one);
    expect(forge.github.violations()).toEqual([]);
  });

  test('what a branch requires is known before it is reported', async () => {
    const scene = forge.scene();
    await required(scene);
    const pulls = await bothWays(scene, ({ read }) => read.pull());
    for (const { checks } of pulls) {
      expect(checks.filter((each) => each.required).toSorted(byName)).toMatchObject([
        { name: 'not reported', state: 'pending' },
        { name: 'status success', state: 'success' },
      ]);
    }
  });

  test('files at a commit, whatever stands there', async () => {
    const scene = forge.scene({
      'docs/ümlaut "quoted".md': 'text\n',
      'empty.txt': '',
      'large.txt': `${'x'.repeat(1_023)}\n`.repeat(600),
    });
    const wanted: readonly (readonly [path: string, is: FileAtCommit['is']])[] = [
      ['OWNERS', 'text'],
      ['src/lines.txt', 'text'],
      ['docs/ümlaut "quoted".md', 'text'],
      ['empty.txt', 'text'],
      ['large.txt', 'unreadable'],
      ['logo.bin', 'unreadable'],
      ['link', 'unreadable'],
      ['src', 'unreadable'],
      ['no/such/OWNERS', 'absent'],
      ['OWNERS/OWNERS', 'absent'],
      ['link/OWNERS', 'absent'],
      ['', 'absent'],
    ];
    const [one, other] = await bothWays(scene, async ({ read }) => [
      ...(await read.filesAt(
        scene.base(),
        wanted.map(([path]) => path),
      )),
    ]);
    expect(one.map(([path, { is }]) => [path, is])).toEqual(wanted);
    expect(other).toEqual(one);
  });

  test('the version of settings before, as the branch had it and not as a pull request did on its way', async () => {
    const path = '.github/bowsprit.yaml';
    const [was, onTheWay] = ['size: { s: 10 }\n', 'size: { s: 20 }\n'];
    const scene = forge.scene({ [path]: was });
    const before = scene.base();
    scene.push({ [path]: onTheWay });
    scene.push({ [path]: 'size: [' });
    await asThe('ada-example').request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
      ...repoOf(scene),
      pull_number: scene.pull.number,
      merge_method: 'merge',
    });
    const found = await bothWays(scene, ({ read }) =>
      read.earlierSettings('repository', scene.base(), ({ file }) => file.is === 'text' && !file.text.includes('[')),
    );
    for (const each of found) expect(each).toMatchObject({ commit: before, file: { is: 'text', text: was } });
    const never = await bothWays(scene, ({ read }) => read.earlierSettings('repository', scene.base(), () => false));
    expect(never).toEqual([undefined, undefined]);
    // Before the first commit there was none.
    const none = await bothWays(scene, ({ read }) =>
      read.earlierSettings('repository', scene.base(), ({ file }) => file.is === 'absent'),
    );
    for (const each of none) expect(each).toMatchObject({ file: { is: 'absent' } });
    const gone = await bothWays(scene, ({ read }) =>
      read.earlierSettings('repository', '1'.repeat(40), () => true).catch((error: unknown) => error),
    );
    for (const each of gone) expect(each).toBeInstanceOf(Retryable);
  });
});
