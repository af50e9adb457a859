/** A GitHub in a box: real state behind GitHub's own REST and GraphQL API, held to its published description. */
import { accounts } from './account-facts.ts';
import type { AppFacts } from './apps.ts';
import type { Handler, Routes } from './box.ts';
import { type GitHubInABox, type GitHubOptions, type Inside, startFront } from './front.ts';
import { accountRoutes } from './routes/accounts.ts';
import { actionRoutes } from './routes/actions.ts';
import { branchRoutes } from './routes/branches.ts';
import { checkRoutes } from './routes/checks.ts';
import { commitRoutes } from './routes/commits.ts';
import { contentRoutes } from './routes/contents.ts';
import { deploymentRoutes } from './routes/deployments.ts';
import { gitRoutes } from './routes/git.ts';
import { issueRoutes } from './routes/issues.ts';
import { labelRoutes } from './routes/labels.ts';
import { pullRoutes } from './routes/pulls.ts';
import { repositoryRoutes } from './routes/repositories.ts';
import { reviewRoutes } from './routes/reviews.ts';
import { rootRoutes } from './routes/root.ts';
import { searchRoutes } from './routes/search.ts';
import { restore, save } from './saving.ts';
import { ACTIONS_APP_ID, addBot, freshState, isOrganization, type State } from './state.ts';

const ACTIONS_APP: AppFacts = {
  id: ACTIONS_APP_ID,
  slug: 'github-actions',
  name: 'GitHub Actions',
  clientId: 'Iv1.05c79e9ad1f6bdfa',
  owner: undefined,
  permissions: { actions: 'write', checks: 'write', contents: 'read', metadata: 'read', statuses: 'write' },
  events: ['workflow_dispatch', 'workflow_run'],
  createdAt: '2018-07-30T09:30:17Z',
};

function adopt(state: State, app: AppFacts, now: Date): void {
  const { id, slug, name, clientId, owner, permissions, events, createdAt } = app;
  const someone = [...state.accounts.values()].find(isOrganization)?.login;
  state.apps.set(id, { id, slug, name, clientId, owner: owner ?? someone, permissions, events, createdAt });
  state.apps.set(ACTIONS_APP.id, ACTIONS_APP);
  for (const each of [slug, ACTIONS_APP.slug]) addBot(state, now, `${each}[bot]`);
}

/** Every route but the App's own, which the front adds. */
export const ROUTES: Routes = {
  ...rootRoutes,
  ...accountRoutes,
  ...repositoryRoutes,
  ...branchRoutes,
  ...contentRoutes,
  ...gitRoutes,
  ...commitRoutes,
  ...issueRoutes,
  ...labelRoutes,
  ...pullRoutes,
  ...reviewRoutes,
  ...checkRoutes,
  ...actionRoutes,
  ...deploymentRoutes,
  ...searchRoutes,
};

/** Loaded at the first query: its schema is dearer than all the rest. */
const graphql: Inside['graphql'] = (access, limits, without) => {
  let loaded: Promise<Handler> | undefined;
  return async (call) => {
    loaded ??= import('./graphql/index.ts').then((module) => module.graphql(access, limits, without));
    return (await loaded)(call);
  };
};

export const startGitHub = (options: GitHubOptions = {}): Promise<GitHubInABox> =>
  startFront(options, { freshState, save, restore, adopt, routes: ROUTES, graphql, accounts });

export { freshState, type State } from './state.ts';
export { type Files, type Seed, seedInto, seedThrough } from './seed.ts';
export type { GitHubInABox, GitHubOptions } from './front.ts';
