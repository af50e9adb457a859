/** The root of every query. */
import { repositoryAsked } from '../asked.ts';
import type { Call } from '../box.ts';
import { canSee } from '../gate.ts';
import { accountNamed, isOrganization } from '../state.ts';
import { accountNode, organizationNode, userNode, viewerNode } from './accounts.ts';
import { connection, type Paging } from './connections.ts';
import { notFoundBy } from './failing.ts';
import type { GraphNode } from './graph-node.ts';
import { nodeNamed } from './lookup.ts';
import { repositoryNode } from './repositories.ts';
import { matchesOf, type SearchType } from './searching.ts';

interface SearchAsked extends Paging {
  readonly query: string;
  readonly type: SearchType;
}

const COUNTS = {
  DISCUSSION: 'discussionCount',
  ISSUE: 'issueCount',
  REPOSITORY: 'repositoryCount',
  USER: 'userCount',
} as const;

async function searchConnection(call: Call, { query, type, ...paging }: SearchAsked): Promise<GraphNode> {
  const { ids, total } = await matchesOf(call, query, type);
  const counts = { codeCount: 0, discussionCount: 0, issueCount: 0, repositoryCount: 0, userCount: 0, wikiCount: 0 };
  return {
    ...connection('search', ids, paging, (id) => nodeNamed(call, id)),
    ...counts,
    [COUNTS[type]]: total,
  };
}

/** What a page of the box is about: repositories, issues and pull requests, people. */
function resourceAt(call: Call, url: string): GraphNode | null {
  const { state } = call.box;
  const [, owner = '', name, kind, number] =
    /^(?:https?:\/\/[^/]+)?\/([^/]+)(?:\/([^/]+)(?:\/(pull|issues)\/(\d+))?)?\/?$/.exec(url) ?? [];
  if (name === undefined) {
    const account = accountNamed(state, owner);
    return account === undefined ? null : accountNode(call, account);
  }
  const repository = repositoryAsked(call.box, owner, name);
  if (repository === undefined || !canSee(state, call.caller, repository)) return null;
  if (kind === undefined) return repositoryNode(call, repository);
  const issue = repository.issues.get(Number(number));
  if (issue === undefined) return null;
  // By the rules of the field that shows the one or the other.
  const field: unknown = repositoryNode(call, repository)['issueOrPullRequest'];
  return typeof field === 'function' ? field({ number: issue.number }) : null;
}

function repositoryField(call: Call, owner: string, name: string): GraphNode {
  const { box, caller } = call;
  const found = repositoryAsked(box, owner, name);
  if (found === undefined || !canSee(box.state, caller, found))
    throw notFoundBy('a Repository', `name '${owner}/${name}'`);
  return repositoryNode(call, found);
}

interface LoginAsked {
  readonly login: string;
}

export const queryRoot = (call: Call, rateLimit: () => GraphNode): GraphNode => ({
  node: ({ id }: { readonly id: string }) => nodeNamed(call, id),
  // Each that is not there fails by itself, beside the others.
  nodes: ({ ids }: { readonly ids: readonly string[] }) =>
    ids.map((id) => {
      try {
        return nodeNamed(call, id);
      } catch (error) {
        return error;
      }
    }),
  organization({ login }: LoginAsked) {
    const account = accountNamed(call.box.state, login);
    if (!isOrganization(account)) throw notFoundBy('an Organization', `login of '${login}'`);
    return organizationNode(call, account);
  },
  rateLimit,
  repository: ({ owner, name }: { readonly owner: string; readonly name: string }) =>
    repositoryField(call, owner, name),
  repositoryOwner({ login }: LoginAsked) {
    const account = accountNamed(call.box.state, login);
    return account === undefined || account.type === 'Bot' ? null : accountNode(call, account);
  },
  resource: ({ url }: { readonly url: string }) => resourceAt(call, url),
  search: (asked: SearchAsked) => searchConnection(call, asked),
  user({ login }: LoginAsked) {
    const account = accountNamed(call.box.state, login);
    if (account?.type !== 'User') throw notFoundBy('a User', `login of '${login}'`);
    return userNode(call, account);
  },
  viewer: () => viewerNode(call),
});
