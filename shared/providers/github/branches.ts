/** A branch that a pull request came from: whether it may go, and how it goes. */
import * as z from 'zod/mini';
import { Refusal, Retryable } from '../../errors.ts';
import type { ActionResult, ForgeAction } from '../../language/index.ts';
import type { BranchUse } from '../provider.ts';
import { statusOf, type Client } from './client.ts';
import { complaintOf, queried } from './graphql.ts';
import { queriedByRelease } from './older-schema.ts';
import { hasNoGraphql } from './without-graphql.ts';

type Octokit = Client['octokit'];
type Here = { readonly owner: string; readonly repo: string };

/** Pull requests looked at; a branch name that more forks share is left alone. */
const MAX_PULLS = 100;
const GONE = '0'.repeat(40);

const USE = `query($owner: String!, $repo: String!, $name: String!, $ref: String!) {
  repository(owner: $owner, name: $repo) {
    defaultBranchRef { name }
    ref(qualifiedName: $ref) {
      target { oid }
      branchProtectionRule { requiredStatusCheckContexts }
      refUpdateRule { requiredStatusCheckContexts }
      rules(first: 100) { nodes { type } }
    }
    from: pullRequests(headRefName: $name, states: [OPEN], first: ${MAX_PULLS}) { totalCount nodes { number isCrossRepository } }
    into: pullRequests(baseRefName: $name, states: [OPEN], first: 5) { nodes { number } }
  }
}`;
/** Only administrators may see the first; the other says to everybody that there is some rule. */
const HIDDEN: ReadonlySet<string> = new Set(['branchProtectionRule']);
/** Where the server knows of no rulesets, there are none. */
const LATER: ReadonlySet<string> = new Set(['rules']);

const there = z.nullish(z.object({}));
const listOf = <T extends z.ZodMiniType>(node: T) => z.object({ nodes: z.array(z.nullable(node)) });
const answer = z.object({
  repository: z.nullable(
    z.object({
      defaultBranchRef: z.nullish(z.object({ name: z.string() })),
      ref: z.nullish(
        z.object({
          target: z.nullish(z.object({ oid: z.string() })),
          branchProtectionRule: there,
          refUpdateRule: there,
          rules: z.nullish(listOf(z.object({ type: z.string() }))),
        }),
      ),
      from: z.object({
        totalCount: z.number(),
        nodes: z.array(z.nullable(z.object({ number: z.number(), isCrossRepository: z.boolean() }))),
      }),
      into: listOf(z.object({ number: z.number() })),
    }),
  ),
});

export async function branchUse(client: Client, here: Here, name: string): Promise<BranchUse> {
  let data: unknown;
  try {
    const variables = { ...here, name, ref: `refs/heads/${name}` };
    data = await queriedByRelease(client, USE, variables, { later: LATER, hidden: HIDDEN });
  } catch (error) {
    if (hasNoGraphql(error)) return useByRest(client.octokit, here, name);
    throw error;
  }
  const { repository } = answer.parse(data);
  if (repository === null) throw new Refusal('GitHub shows the App no such repository any more.');
  const { ref, from, into, defaultBranchRef } = repository;
  const deletions = (ref?.rules?.nodes ?? []).some((rule) => rule?.type === 'DELETION');
  const isProtected = Boolean(ref?.branchProtectionRule) || Boolean(ref?.refUpdateRule) || deletions;
  const ours = from.nodes.flatMap((each) => (each === null || each.isCrossRepository ? [] : [each.number]));
  return {
    name,
    tip: ref?.target?.oid,
    lasting: isProtected || defaultBranchRef?.name === name,
    usedBy: [
      ...ours,
      ...into.nodes.flatMap((each) => each?.number ?? []),
      // Those that are not listed may be of this repository.
      ...(from.totalCount > from.nodes.length ? [0] : []),
    ],
  };
}

/** Where the App may ask REST alone. */
async function useByRest(octokit: Octokit, here: Here, name: string): Promise<BranchUse> {
  const branch = await octokit
    .request('GET /repos/{owner}/{repo}/branches/{branch}', { ...here, branch: name })
    .catch((error: unknown) => {
      if (statusOf(error) === 404) return undefined;
      throw error;
    });
  if (branch === undefined) return { name, tip: undefined, lasting: false, usedBy: [] };
  const open = { ...here, state: 'open' as const, per_page: 1 };
  const [repository, from, into] = await Promise.all([
    octokit.request('GET /repos/{owner}/{repo}', here),
    octokit.request('GET /repos/{owner}/{repo}/pulls', { ...open, head: `${here.owner}:${name}` }),
    octokit.request('GET /repos/{owner}/{repo}/pulls', { ...open, base: name }),
  ]);
  return {
    name,
    tip: branch.data.commit.sha,
    lasting: branch.data.protected || repository.data.default_branch === name,
    usedBy: [...from.data, ...into.data].map(({ number }) => number),
  };
}

type DeleteBranch = Extract<ForgeAction, { readonly is: 'delete-branch' }>;

const UPDATE_REFS = `mutation($repository: ID!, $ref: GitRefname!, $before: GitObjectID!, $after: GitObjectID!) {
  updateRefs(input: { repositoryId: $repository, refUpdates: [{ name: $ref, beforeOid: $before, afterOid: $after }] }) {
    clientMutationId
  }
}`;
const REPOSITORY = `query($owner: String!, $repo: String!, $ref: String!) {
  repository(owner: $owner, name: $repo) { id ref(qualifiedName: $ref) { target { oid } } }
}`;
const place = z.object({
  repository: z.nullable(
    z.object({ id: z.string(), ref: z.nullish(z.object({ target: z.nullish(z.object({ oid: z.string() })) })) }),
  ),
});

/** GitHub compares and deletes in one step, so nothing that is pushed meanwhile is lost. */
export async function branchDeleted(
  octokit: Octokit,
  here: Here,
  { branch, headSha }: DeleteBranch,
): Promise<ActionResult> {
  const ref = `refs/heads/${branch}`;
  try {
    const { repository } = place.parse(await queried(octokit, REPOSITORY, { ...here, ref }));
    const tip = repository?.ref?.target?.oid;
    if (repository === null || tip === undefined) return { result: 'unchanged', note: 'It is gone already.' };
    if (tip !== headSha) return moved;
    await octokit.graphql(UPDATE_REFS, { repository: repository.id, ref, before: headSha, after: GONE });
    return { result: 'done' };
  } catch (error) {
    if (hasNoGraphql(error)) return deletedByRest(octokit, here, { branch, headSha });
    const complaint = complaintOf(error);
    if (complaint === 'FORBIDDEN')
      throw new Refusal('GitHub does not let Bowsprit delete the branch.', { cause: error });
    // It moved, or a rule keeps it: what is so now, the next attempt would see as well.
    if (complaint === 'UNPROCESSABLE') return { result: 'refused', note: 'GitHub would not delete the branch.' };
    throw error;
  }
}

const moved: ActionResult = { result: 'refused', note: 'The branch moved since it was merged, so it was left alone.' };

async function deletedByRest(
  octokit: Octokit,
  here: Here,
  { branch, headSha }: Pick<DeleteBranch, 'branch' | 'headSha'>,
): Promise<ActionResult> {
  const ref = `heads/${branch}`;
  try {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...here, ref });
    if (data.object.sha !== headSha) return moved;
    await octokit.request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', { ...here, ref });
    return { result: 'done' };
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return { result: 'unchanged', note: 'It is gone already.' };
    if (status === 422) return { result: 'refused', note: 'GitHub would not delete the branch.' };
    if (status === undefined || status === 403) throw error;
    throw new Retryable(`GitHub does not delete the branch (${status})`, { cause: error });
  }
}
