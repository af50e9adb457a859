/** For whose review others wait: one request for everybody, of the lists themselves, which no index lags behind. */
import * as z from 'zod/mini';
import type { Client } from './client.ts';
import { queried } from './graphql.ts';
import { PAGE } from './pages.ts';
import { REQUESTED, requestedIn, requests } from './snapshot.ts';
import { hasNoGraphql, requestedOf } from './without-graphql.ts';

type Octokit = Client['octokit'];
type Here = { readonly owner: string; readonly repo: string };

/** Of one pull request: more are not asked at once. */
const MAX_REQUESTS = 20;

const WAITING = `query($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) {
    pullRequests(states: OPEN, first: ${PAGE}, orderBy: { field: UPDATED_AT, direction: DESC }) {
      nodes { number reviewRequests(first: ${MAX_REQUESTS}) { nodes { requestedReviewer { ${REQUESTED} } } } }
    }
  }
}`;

const answer = z.object({
  repository: z.nullable(
    z.object({
      pullRequests: z.object({
        nodes: z.array(z.nullable(z.object({ number: z.number(), reviewRequests: requests }))),
      }),
    }),
  ),
});

/** @param number of the pull request that is left out */
export async function reviewsWaiting(
  octokit: Octokit,
  here: Here,
  number: number,
): Promise<ReadonlyMap<string, number>> {
  const pulls = await openPulls(octokit, here);
  const waiting = new Map<string, number>();
  for (const { number: at, requested } of pulls) {
    for (const name of at === number ? [] : requested) {
      const login = name.toLowerCase();
      // A team is nobody in particular.
      if (!login.includes('/')) waiting.set(login, (waiting.get(login) ?? 0) + 1);
    }
  }
  return waiting;
}

type Waiting = { readonly number: number; readonly requested: readonly string[] };

async function openPulls(octokit: Octokit, here: Here): Promise<readonly Waiting[]> {
  try {
    const data = await queried(octokit, WAITING, here, (path) => path.includes('requestedReviewer'));
    const found = answer.parse(data).repository?.pullRequests.nodes ?? [];
    return found.flatMap((pull) =>
      pull === null ? [] : [{ number: pull.number, requested: requestedIn(pull.reviewRequests) }],
    );
  } catch (error) {
    if (!hasNoGraphql(error)) throw error;
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/pulls', {
      ...here,
      state: 'open',
      sort: 'updated',
      direction: 'desc',
      per_page: PAGE,
    });
    return data.map((pull) => ({ number: pull.number, requested: requestedOf(pull, here.owner) }));
  }
}
