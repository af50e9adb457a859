/** Open pull requests into a branch, with what GitHub knows of conflicts: to ask is what makes it find out. */
import * as z from 'zod/mini';
import type { Target } from '../../delivery.ts';
import { Refusal } from '../../errors.ts';
import type { PullsOnto } from '../provider.ts';
import type { Client } from './client.ts';
import { queried } from './graphql.ts';
import { account, ACTOR, mergeableFrom, personFrom } from './snapshot.ts';
import { hasNoGraphql } from './without-graphql.ts';

type Octokit = Client['octokit'];
type Here = { readonly owner: string; readonly repo: string };

const PAGE = 100;
/** Without GraphQL each pull request is asked for by itself. */
const REST_PAGE = 20;

const QUERY = `query($owner: String!, $repo: String!, $base: String!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequests(
      baseRefName: $base, states: OPEN, first: ${PAGE}, after: $after
      orderBy: { field: CREATED_AT, direction: DESC }
    ) {
      pageInfo { hasNextPage endCursor }
      nodes {
        number title isDraft locked mergeable headRefOid baseRefName
        author ${ACTOR}
        labels(first: ${PAGE}) { nodes { name } }
      }
    }
  }
}`;

const answer = z.object({
  repository: z.nullable(
    z.object({
      pullRequests: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.nullish(z.string()) }),
        nodes: z.array(
          z.nullable(
            z.object({
              number: z.number(),
              title: z.string(),
              isDraft: z.boolean(),
              locked: z.boolean(),
              mergeable: z.string(),
              headRefOid: z.string(),
              baseRefName: z.string(),
              author: account,
              labels: z.nullish(z.object({ nodes: z.array(z.nullable(z.object({ name: z.string() }))) })),
            }),
          ),
        ),
      }),
    }),
  ),
});

export async function pullsOnto(
  octokit: Octokit,
  here: Here,
  base: string,
  after: string | undefined,
): Promise<PullsOnto> {
  let data: unknown;
  try {
    data = await queried(octokit, QUERY, { ...here, base, after: after ?? null });
  } catch (error) {
    if (hasNoGraphql(error)) return pullsOntoByRest(octokit, here, base, after);
    throw error;
  }
  const { repository } = answer.parse(data);
  if (repository === null) throw new Refusal('GitHub shows the App no such repository any more.');
  const { pageInfo, nodes } = repository.pullRequests;
  return {
    pulls: nodes.flatMap((each) => {
      if (each === null) return [];
      const target: Target = {
        kind: 'pull',
        number: each.number,
        author: personFrom(each.author),
        state: 'open',
        title: each.title,
        labels: (each.labels?.nodes ?? []).flatMap((label) => (label === null ? [] : [label.name])),
        locked: each.locked,
        headSha: each.headRefOid,
        baseRef: each.baseRefName,
        draft: each.isDraft,
      };
      return [{ target, mergeable: mergeableFrom(each.mergeable) }];
    }),
    after: pageInfo.hasNextPage ? (pageInfo.endCursor ?? undefined) : undefined,
  };
}

/** `after` is the page that was read last. */
async function pullsOntoByRest(
  octokit: Octokit,
  here: Here,
  base: string,
  after: string | undefined,
): Promise<PullsOnto> {
  const page = Number(after ?? 0) + 1;
  const { data: listed } = await octokit.request('GET /repos/{owner}/{repo}/pulls', {
    ...here,
    base,
    state: 'open',
    sort: 'created',
    direction: 'desc',
    per_page: REST_PAGE,
    page,
  });
  const pulls = await Promise.all(
    listed.map(async ({ number }) => {
      // A list does not tell of conflicts.
      const { data } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
        ...here,
        pull_number: number,
      });
      const { title, user, labels, locked, head, draft, mergeable } = data;
      const target: Target = {
        kind: 'pull',
        number,
        author: { login: user.login, id: String(user.id), bot: user.type === 'Bot' },
        state: data.state === 'open' ? 'open' : 'closed',
        title,
        labels: labels.map(({ name }) => name),
        locked,
        headSha: head.sha,
        baseRef: data.base.ref,
        draft: draft ?? false,
      };
      return { target, mergeable: mergeable === null ? 'unknown' : mergeable ? 'yes' : 'conflicting' } as const;
    }),
  );
  return {
    pulls: pulls.filter(({ target }) => target.state === 'open'),
    after: listed.length < REST_PAGE ? undefined : String(page),
  };
}
