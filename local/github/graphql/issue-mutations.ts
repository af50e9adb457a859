/** Mutations of issues, and of what issues and pull requests have alike. */
import type { Call } from '../box.ts';
import type { Need } from '../gate.ts';
import { labelsRemoved, onIssue } from '../routes/issue-changes.ts';
import { pinnedNow, transferredTo, unpinnedNow } from '../routes/issue-places.ts';
import { issueRoutes } from '../routes/issues.ts';
import { labelRoutes } from '../routes/labels.ts';
import { labelsOn } from '../state.ts';
import { capitals, type GraphNode } from './graph-node.ts';
import { issueNode } from './issues.ts';
import { foundBy, nodeNamed } from './lookup.ts';
import {
  actingIn,
  actorShown,
  given,
  type Ids,
  ISSUE,
  issueFacts,
  labelsNamed,
  loginsNamed,
  mutation,
  ofIssue,
  REPOSITORY,
  rest,
  shownIssue,
} from './mutating.ts';

const LOCK_REASONS = ['off-topic', 'resolved', 'spam', 'too heated'] as const;

interface Facts {
  readonly body?: string | null;
  readonly labelIds?: Ids;
  readonly assigneeIds?: Ids;
  readonly milestoneId?: string | null;
}

interface Assigning {
  readonly assignableId: string;
  readonly assigneeIds: readonly string[];
}

interface Labeling {
  readonly labelableId: string;
  readonly labelIds: readonly string[];
}

export function issueMutations(call: Call): GraphNode {
  const issueOrPull = (id: string) => foundBy(call, id, 'Issue', 'PullRequest');

  const patched = async (id: string, body: Call['body']): Promise<GraphNode> => {
    const { repository, issue } = foundBy(call, id, 'Issue');
    await rest(call, issueRoutes, `PATCH ${ISSUE}`, repository, ofIssue(issue), body);
    return { actor: () => actorShown(call), issue: () => issueNode(call, repository, issue) };
  };

  const assigned = async (method: 'POST' | 'DELETE', input: Assigning): Promise<GraphNode> => {
    const { repository, issue } = issueOrPull(input.assignableId);
    const assignees = loginsNamed(call, input.assigneeIds);
    await rest(call, issueRoutes, `${method} ${ISSUE}/assignees`, repository, ofIssue(issue), { assignees });
    return { assignable: () => shownIssue(call, repository, issue) };
  };

  /** REST refuses to take away a label that is not on it; here there is nothing to do then. */
  const unlabeled = (labelableId: string, ids: readonly string[] | undefined): GraphNode => {
    const { repository, issue } = issueOrPull(labelableId);
    const who = actingIn(call, repository, onIssue(issue, 'write', 'triage'));
    labelsRemoved(who, issue, ids === undefined ? labelsOn(repository, issue) : labelsNamed(call, repository, ids));
    return { labelable: () => shownIssue(call, repository, issue) };
  };

  return {
    createIssue: mutation(async (input: Facts & { readonly repositoryId: string; readonly title: string }) => {
      const { repository } = foundBy(call, input.repositoryId, 'Repository');
      const facts = issueFacts(call, repository, input);
      const body = given({ title: input.title, body: input.body ?? undefined, ...facts });
      const made = await rest(call, issueRoutes, `POST ${REPOSITORY}/issues`, repository, {}, body);
      return { issue: () => nodeNamed(call, String(made['node_id'])) };
    }),
    updateIssue: mutation(
      (input: Facts & { readonly id: string; readonly title?: string | null; readonly state?: string | null }) => {
        const { repository } = foundBy(call, input.id, 'Issue');
        const { title, body, state } = input;
        return patched(
          input.id,
          given({
            title: title ?? undefined,
            body: body ?? undefined,
            state: state?.toLowerCase(),
            ...issueFacts(call, repository, input),
          }),
        );
      },
    ),
    closeIssue: mutation(
      ({ issueId, stateReason }: { readonly issueId: string; readonly stateReason?: string | null }) =>
        patched(issueId, given({ state: 'closed', state_reason: stateReason?.toLowerCase() })),
    ),
    reopenIssue: mutation(({ issueId }: { readonly issueId: string }) => patched(issueId, { state: 'open' })),

    addAssigneesToAssignable: mutation((input: Assigning) => assigned('POST', input)),
    removeAssigneesFromAssignable: mutation((input: Assigning) => assigned('DELETE', input)),

    addLabelsToLabelable: mutation(async ({ labelableId, labelIds }: Labeling) => {
      const { repository, issue } = issueOrPull(labelableId);
      const labels = labelsNamed(call, repository, labelIds).map(({ name }) => name);
      await rest(call, labelRoutes, `POST ${ISSUE}/labels`, repository, ofIssue(issue), { labels });
      return { labelable: () => shownIssue(call, repository, issue) };
    }),
    removeLabelsFromLabelable: mutation(({ labelableId, labelIds }: Labeling) => unlabeled(labelableId, labelIds)),
    clearLabelsFromLabelable: mutation(({ labelableId }: { readonly labelableId: string }) =>
      unlabeled(labelableId, undefined),
    ),

    pinIssue: mutation(({ issueId }: { readonly issueId: string }) => {
      const { repository, issue } = foundBy(call, issueId, 'Issue');
      pinnedNow(actingIn(call, repository, { permission: 'issues', level: 'write', role: 'write' }), issue);
      return { issue: () => issueNode(call, repository, issue) };
    }),
    unpinIssue: mutation(({ issueId }: { readonly issueId: string }) => {
      const { repository, issue } = foundBy(call, issueId, 'Issue');
      unpinnedNow(actingIn(call, repository, { permission: 'issues', level: 'write', role: 'write' }), issue);
      return { id: issueId, issue: () => issueNode(call, repository, issue) };
    }),
    transferIssue: mutation(
      ({ issueId, repositoryId }: { readonly issueId: string; readonly repositoryId: string }) => {
        const { repository, issue } = foundBy(call, issueId, 'Issue');
        const { repository: to } = foundBy(call, repositoryId, 'Repository');
        const need: Need = { permission: 'issues', level: 'write', role: 'write' };
        const made = transferredTo(actingIn(call, repository, need), issue, actingIn(call, to, need));
        return { issue: () => issueNode(call, to, made) };
      },
    ),

    lockLockable: mutation(
      async ({ lockableId, lockReason }: { readonly lockableId: string; readonly lockReason?: string | null }) => {
        const { repository, issue } = issueOrPull(lockableId);
        const reason = LOCK_REASONS.find((each) => capitals(each) === lockReason);
        const body = given({ lock_reason: reason });
        await rest(call, issueRoutes, `PUT ${ISSUE}/lock`, repository, ofIssue(issue), body);
        return { actor: () => actorShown(call), lockedRecord: () => shownIssue(call, repository, issue) };
      },
    ),
    unlockLockable: mutation(async ({ lockableId }: { readonly lockableId: string }) => {
      const { repository, issue } = issueOrPull(lockableId);
      await rest(call, issueRoutes, `DELETE ${ISSUE}/lock`, repository, ofIssue(issue));
      return { actor: () => actorShown(call), unlockedRecord: () => shownIssue(call, repository, issue) };
    }),
  };
}
