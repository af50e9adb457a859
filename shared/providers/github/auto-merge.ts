/** GitHub's auto-merge, on and off. Only GraphQL turns it. */
import * as z from 'zod/mini';
import { code, type ActionResult, type AutoMerge, type ForgeAction, type MergeMethod } from '../../language/index.ts';
import type { Client } from './client.ts';
import { isAnswer, queried, saidIn } from './graphql.ts';
import { MOVED, type Which } from './merge-queue.ts';

export const autoMergeFields = '{ mergeMethod enabledBy { kind: __typename login } }';
export const autoMergeRequest = z.nullish(
  z.object({ mergeMethod: z.string(), enabledBy: z.nullish(z.object({ kind: z.string(), login: z.string() })) }),
);

const METHODS: ReadonlyMap<string, MergeMethod> = new Map([
  ['MERGE', 'merge'],
  ['SQUASH', 'squash'],
  ['REBASE', 'rebase'],
]);

export function autoMergeFrom(request: z.infer<typeof autoMergeRequest>): AutoMerge | undefined {
  if (request === null || request === undefined) return undefined;
  const { mergeMethod, enabledBy } = request;
  const bot = enabledBy?.kind === 'Bot';
  const login = enabledBy?.login ?? 'ghost';
  return { by: { login: bot ? `${login}[bot]` : login, bot }, method: METHODS.get(mergeMethod) ?? 'merge' };
}

const LOOK = `query($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) { pullRequest(number: $number) { id headRefOid autoMergeRequest { mergeMethod } } }
}`;
const looked = z.object({
  repository: z.nullable(
    z.object({
      pullRequest: z.nullable(
        z.object({ id: z.string(), headRefOid: z.string(), autoMergeRequest: z.nullish(z.object({})) }),
      ),
    }),
  ),
});
const ENABLE = `mutation($id: ID!, $head: GitObjectID!, $way: PullRequestMergeMethod!, $title: String, $body: String) {
  enablePullRequestAutoMerge(
    input: { pullRequestId: $id, expectedHeadOid: $head, mergeMethod: $way, commitHeadline: $title, commitBody: $body }
  ) { clientMutationId }
}`;
const DISABLE =
  'mutation($id: ID!) { disablePullRequestAutoMerge(input: { pullRequestId: $id }) { clientMutationId } }';

type Octokit = Client['octokit'];
type Message = { readonly commit_title?: string; readonly commit_message?: string };

const UNCHANGED: ActionResult = { result: 'unchanged' };
/** Nothing is waited for any more: whoever looks next merges it. */
const CLEAN = /(?:clean|unstable) status/i;

/** With the head that was agreed to; on already, it stays as it is. */
export async function armed(
  octokit: Octokit,
  which: Which,
  { headSha, method }: Extract<ForgeAction, { readonly is: 'arm-merge' }>,
  message: Message,
): Promise<ActionResult> {
  const found = await look(octokit, which);
  if (found === undefined) return { result: 'refused', note: 'GitHub shows no such pull request any more.' };
  if (found.headRefOid !== headSha) return MOVED;
  if (isOn(found)) return UNCHANGED;
  try {
    await octokit.graphql(ENABLE, {
      id: found.id,
      head: headSha,
      way: method.toUpperCase(),
      title: message.commit_title ?? null,
      body: message.commit_message ?? null,
    });
    return { result: 'done' };
  } catch (error) {
    if (!isAnswer(error)) throw error;
    const now = await look(octokit, which);
    if (now !== undefined && now.headRefOid !== headSha) return MOVED;
    if (now !== undefined && isOn(now)) return UNCHANGED;
    const said = saidIn(error);
    if (CLEAN.test(said)) return { result: 'superseded', note: 'Nothing is waited for any more.' };
    return { result: 'refused', note: `GitHub did not turn auto-merge on: ${code(said)}.` };
  }
}

export async function disarmed(octokit: Octokit, which: Which): Promise<ActionResult> {
  const found = await look(octokit, which);
  if (found === undefined || !isOn(found)) return UNCHANGED;
  try {
    await octokit.graphql(DISABLE, { id: found.id });
    return { result: 'done' };
  } catch (error) {
    if (!isAnswer(error)) throw error;
    const now = await look(octokit, which);
    if (now === undefined || !isOn(now)) return UNCHANGED;
    return { result: 'refused', note: `GitHub did not turn auto-merge off: ${code(saidIn(error))}.` };
  }
}

type Found = NonNullable<NonNullable<z.infer<typeof looked>['repository']>['pullRequest']>;

async function look(octokit: Octokit, which: Which): Promise<Found | undefined> {
  return looked.parse(await queried(octokit, LOOK, which)).repository?.pullRequest ?? undefined;
}

function isOn({ autoMergeRequest: request }: Found): boolean {
  return request !== null && request !== undefined;
}
