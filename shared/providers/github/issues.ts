/** What only GraphQL does to an issue: pinning it, and moving it to another repository. */
import * as z from 'zod/mini';
import { Refusal } from '../../errors.ts';
import { code, type ActionResult } from '../../language/index.ts';
import { statusOf, type Client } from './client.ts';
import { complaintOf, isAnswer, queried, saidIn } from './graphql.ts';

type Octokit = Client['octokit'];
type Which = { readonly owner: string; readonly repo: string; readonly number: number };

const LOOK = `query($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) { issue(number: $number) { id isPinned } }
}`;
const looked = z.object({
  repository: z.nullable(
    z.object({ issue: z.nullable(z.object({ id: z.string(), isPinned: z.nullish(z.boolean()) })) }),
  ),
});
const PIN = 'mutation($id: ID!) { pinIssue(input: { issueId: $id }) { clientMutationId } }';
const UNPIN = 'mutation($id: ID!) { unpinIssue(input: { issueId: $id }) { clientMutationId } }';
const REPOSITORY = 'query($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { id isPrivate } }';
const repository = z.object({ repository: z.nullable(z.object({ id: z.string(), isPrivate: z.boolean() })) });
const TRANSFER = `mutation($id: ID!, $to: ID!) {
  transferIssue(input: { issueId: $id, repositoryId: $to }) { issue { url } }
}`;
const transferred = z.object({
  transferIssue: z.nullish(z.object({ issue: z.nullish(z.object({ url: z.string() })) })),
});

const GONE: ActionResult = { result: 'unchanged', note: 'It is not in this repository any more.' };

export async function pinned(octokit: Octokit, which: Which, shall: boolean): Promise<ActionResult> {
  const { repository: at } = looked.parse(await queried(octokit, LOOK, which));
  const issue = at?.issue;
  if (issue === null || issue === undefined) return GONE;
  if (issue.isPinned === shall) return { result: 'unchanged' };
  return told(shall ? 'pin it' : 'unpin it', async () => {
    await octokit.graphql(shall ? PIN : UNPIN, { id: issue.id });
    return { result: 'done' };
  });
}

/**
 * @param reaching a client for this repository and the other one, and no more
 * @param by whoever asks for it: what they do not see is not there
 */
export async function moved(
  reaching: () => Promise<Client>,
  which: Which,
  { to, by }: { readonly to: string; readonly by: string },
): Promise<ActionResult> {
  const there = `There is no repository ${code(`${which.owner}/${to}`)} on which Bowsprit is installed.`;
  let octokit: Octokit;
  try {
    ({ octokit } = await reaching());
  } catch (error) {
    if (error instanceof Refusal) return { result: 'refused', note: there };
    throw error;
  }
  const [issue, other] = [
    looked.parse(await queried(octokit, LOOK, which)).repository?.issue,
    repository.parse(await queried(octokit, REPOSITORY, { owner: which.owner, repo: to })).repository,
  ];
  if (issue === null || issue === undefined) return GONE;
  if (other === null || (other.isPrivate && !(await isSeenBy(octokit, { owner: which.owner, repo: to }, by)))) {
    return { result: 'refused', note: there };
  }
  return told('move it', async () => {
    const { transferIssue } = transferred.parse(await octokit.graphql(TRANSFER, { id: issue.id, to: other.id }));
    const url = transferIssue?.issue?.url;
    return { result: 'done', ...(url === undefined ? {} : { ref: url }) };
  });
}

async function isSeenBy(
  octokit: Octokit,
  here: { readonly owner: string; readonly repo: string },
  username: string,
): Promise<boolean> {
  try {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
      ...here,
      username,
    });
    return data.permission !== 'none';
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

/** What GitHub says to a change that it refuses: too many are pinned, or the other repository is a public one. */
async function told(what: string, change: () => Promise<ActionResult>): Promise<ActionResult> {
  try {
    return await change();
  } catch (error) {
    if (!isAnswer(error)) throw error;
    if (complaintOf(error) === 'FORBIDDEN')
      throw new Refusal(`GitHub does not let Bowsprit ${what}.`, { cause: error });
    return { result: 'refused', note: `GitHub would not ${what}: ${code(saidIn(error))}.` };
  }
}
