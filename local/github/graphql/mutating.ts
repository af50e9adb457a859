/** What all mutations are made of: the REST operation that does the same, or the functions behind it. */
import type { Call, Handler, Routes } from '../box.ts';
import { actorOf, isRecord, type Need } from '../gate.ts';
import { type Acting, acting } from '../routes/acting.ts';
import { fullNameOf, isPull, type Issue, type Label, type Repository } from '../state.ts';
import { accountNode } from './accounts.ts';
import { noNode } from './failing.ts';
import type { GraphNode } from './graph-node.ts';
import { issueNode } from './issues.ts';
import { accountFound, foundBy } from './lookup.ts';
import { pullNode } from './pulls.ts';

export const REPOSITORY = '/repos/{owner}/{repo}';
export const ISSUE = `${REPOSITORY}/issues/{issue_number}`;
export const PULL = `${REPOSITORY}/pulls/{pull_number}`;

type Body = Call['body'];
export type Ids = readonly string[] | null | undefined;

interface Asked<T> {
  readonly input: T & { readonly clientMutationId?: string | null };
}

/** A field of the mutation root; `change` gives what its payload has besides the echo. */
export const mutation =
  <T>(change: (input: T) => GraphNode | Promise<GraphNode>) =>
  async ({ input }: Asked<T>): Promise<GraphNode> => ({
    clientMutationId: input.clientMutationId ?? null,
    ...(await change(input)),
  });

/** The call as if it had come to a path of this repository. */
function callAt(call: Call, repository: Repository, params: Call['params'] = {}, body: Body = {}): Call {
  const [owner = '', repo = ''] = fullNameOf(call.box.state, repository).split('/');
  return { ...call, params: { owner, repo, ...params }, query: new URLSearchParams(), body };
}

/** Throws for who may not. */
export const actingIn = (call: Call, repository: Repository, need: Need): Acting =>
  acting(callAt(call, repository), need);

/** Leaves out what was not given. */
export const given = (facts: Readonly<Record<string, unknown>>): Body =>
  Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));

/** Carries out the REST operation and gives its body. */
export async function rest(
  call: Call,
  routes: Routes,
  operation: string,
  repository: Repository,
  params: Call['params'],
  body: Body = {},
): Promise<Body> {
  const handler: Handler | undefined = routes[operation];
  if (handler === undefined) throw new Error(`no route ${operation}`);
  const answer = await handler(callAt(call, repository, params, body));
  return isRecord(answer.body) ? answer.body : {};
}

export const ofIssue = ({ number }: Issue): Call['params'] => ({ issue_number: String(number) });
export const ofPull = ({ number }: Issue): Call['params'] => ({ pull_number: String(number) });

export const shownIssue = (call: Call, repository: Repository, issue: Issue): GraphNode =>
  isPull(issue) ? pullNode(call, repository, issue) : issueNode(call, repository, issue);

export const actorShown = (call: Call): GraphNode => accountNode(call, actorOf(call));

/** Throws for a label of another repository. */
export const labelsNamed = (call: Call, repository: Repository, ids: readonly string[]): readonly Label[] =>
  ids.map((id) => {
    const { repository: of, label } = foundBy(call, id, 'Label');
    if (of.id !== repository.id) throw noNode(id);
    return label;
  });

export const loginsNamed = (call: Call, ids: readonly string[]): readonly string[] =>
  ids.map((id) => accountFound(call, id).login);

/** Labels, assignees and milestone of an input, as REST takes them. */
export const issueFacts = (
  call: Call,
  repository: Repository,
  input: { readonly labelIds?: Ids; readonly assigneeIds?: Ids; readonly milestoneId?: string | null },
): Body =>
  given({
    labels: input.labelIds ? labelsNamed(call, repository, input.labelIds).map(({ name }) => name) : undefined,
    assignees: input.assigneeIds ? loginsNamed(call, input.assigneeIds) : undefined,
    milestone: input.milestoneId ? foundBy(call, input.milestoneId, 'Milestone').milestone.number : input.milestoneId,
  });
