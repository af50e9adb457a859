/** The commits of a pull request, oldest first. */
import * as z from 'zod/mini';
import { Refusal } from '../../errors.ts';
import type { CommitsNow } from '../provider.ts';
import type { Client } from './client.ts';
import { queried } from './graphql.ts';
import { PAGE, pages } from './pages.ts';
import { hasNoGraphql } from './without-graphql.ts';

type Octokit = Client['octokit'];
type Here = { readonly owner: string; readonly repo: string };

/** So many are read; beyond that the answer says that it is not whole. */
const MAX_PAGES = 10;
/** https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request: "a maximum of 250 commits". */
const MAX_REST_PAGES = 3;

const QUERY = `query($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      headRefOid
      commits(first: ${PAGE}, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { commit { oid message parents(first: 1) { totalCount } author { email user { login databaseId } } } }
      }
    }
  }
}`;

const answer = z.object({
  repository: z.nullable(
    z.object({
      pullRequest: z.nullable(
        z.object({
          headRefOid: z.string(),
          commits: z.object({
            totalCount: z.number(),
            pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.nullish(z.string()) }),
            nodes: z.array(
              z.nullable(
                z.object({
                  commit: z.object({
                    oid: z.string(),
                    message: z.string(),
                    parents: z.object({ totalCount: z.number() }),
                    author: z.nullish(
                      z.object({
                        email: z.nullish(z.string()),
                        user: z.nullish(z.object({ login: z.string(), databaseId: z.nullish(z.number()) })),
                      }),
                    ),
                  }),
                }),
              ),
            ),
          }),
        }),
      ),
    }),
  ),
});

export async function commitsOf(octokit: Octokit, here: Here, number: number): Promise<CommitsNow> {
  const list: CommitsNow['list'][number][] = [];
  let after: string | null = null;
  try {
    for (let page = 1; ; page += 1) {
      // Where the list goes on only this page tells.
      // oxlint-disable-next-line no-await-in-loop
      const data: unknown = await queried(octokit, QUERY, { ...here, number, after });
      const pull = answer.parse(data).repository?.pullRequest;
      if (pull === null || pull === undefined) throw new Refusal('On GitHub this is no pull request, or not any more.');
      const { totalCount: count, pageInfo, nodes } = pull.commits;
      for (const each of nodes) {
        if (each === null) continue;
        const { oid: sha, message, parents, author } = each.commit;
        const { email, user } = author ?? {};
        list.push({ sha, message, parents: parents.totalCount, author: authorFrom(email, user, user?.databaseId) });
      }
      after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
      if (after === null || page === MAX_PAGES) return { headSha: pull.headRefOid, list, count };
    }
  } catch (error) {
    if (hasNoGraphql(error)) return commitsByRest(octokit, here, number);
    throw error;
  }
}

async function commitsByRest(octokit: Octokit, here: Here, number: number): Promise<CommitsNow> {
  const one = { ...here, pull_number: number };
  const listed = await pages(
    (page) =>
      octokit
        .request('GET /repos/{owner}/{repo}/pulls/{pull_number}/commits', { ...one, per_page: PAGE, page })
        .then(({ data }) => data),
    MAX_REST_PAGES,
  );
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', one);
  return {
    headSha: data.head.sha,
    list: listed.map(({ sha, commit, parents, author }) => ({
      sha,
      message: commit.message,
      parents: parents.length,
      author: authorFrom(commit.author?.email, author !== null && 'login' in author ? author : undefined, author?.id),
    })),
    count: data.commits,
  };
}

/** GitHub shows the accounts of Apps as users, with the name that their commits go by. */
function authorFrom(
  email: string | null | undefined,
  user: { readonly login?: string } | null | undefined,
  id: number | bigint | null | undefined,
): CommitsNow['list'][number]['author'] {
  const { login } = user ?? {};
  const known = login !== undefined && id !== null && id !== undefined;
  return { email: email ?? '', person: known ? { login, id: String(id), bot: login.endsWith('[bot]') } : undefined };
}
