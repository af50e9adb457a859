/** Where an issue is to be found: among the pinned ones, or in another repository. */
import { GitHubError } from '../box.ts';
import { addIssue, type Issue, labelNamed, labelsOn } from '../state.ts';
import { type Acting, note } from './acting.ts';

/** https://docs.github.com/en/issues/tracking-your-work-with-issues/administering-issues/pinning-an-issue-to-your-repository */
const MAX_PINNED = 3;

const refused = (message: string): GitHubError => new GitHubError(422, message);

export function pinnedNow(who: Acting, issue: Issue): void {
  if (issue.pinned === true) throw refused('Issue is already pinned');
  const pinned = [...who.repository.issues.values()].filter((each) => each.pinned === true);
  if (pinned.length >= MAX_PINNED) throw refused(`Maximum ${MAX_PINNED} pinned issues per repository`);
  issue.pinned = true;
  note(who, issue, 'pinned', {});
}

export function unpinnedNow(who: Acting, issue: Issue): void {
  if (issue.pinned !== true) throw refused('Issue is not pinned');
  issue.pinned = false;
  note(who, issue, 'unpinned', {});
}

/** Labels go along where the other repository has them. What was here is gone, and nothing leads from there to the new place. */
export function transferredTo(who: Acting, issue: Issue, there: Acting): Issue {
  const [from, to] = [who.repository, there.repository];
  if (from.id === to.id) throw refused('Issue cannot be transferred to the same repository');
  if (from.ownerId !== to.ownerId) throw refused('Issue can only be transferred to a repository of the same owner');
  if (from.private && !to.private) {
    throw refused('Issue in a private repository cannot be transferred to a public repository');
  }
  const { title, body, authorId, appId } = issue;
  const made = addIssue(who.state, who.now, to, { title, body, authorId, appId });
  made.state = issue.state;
  made.labels = labelsOn(from, issue).flatMap(({ name }) => labelNamed(to, name)?.id ?? []);
  made.assignees = issue.assignees;
  for (const [id, comment] of from.comments) {
    if (comment.issueNumber !== issue.number) continue;
    from.comments.delete(id);
    to.comments.set(id, { ...comment, issueNumber: made.number });
  }
  from.issues.delete(issue.number);
  return made;
}
