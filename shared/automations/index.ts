/** All automations, in the order in which one event wakes them: what happened, what it means, what follows. */
import type { AnyAutomation } from '../language/index.ts';
import { approval } from './approval.ts';
import { blockade } from './blockade.ts';
import { batch } from './batch.ts';
import { blockers } from './blockers.ts';
import { autoMerge } from './auto-merge.ts';
import { branchcleaner } from './branchcleaner.ts';
import { cla } from './cla.ts';
import { dco } from './dco.ts';
import { pathLabels } from './path-labels.ts';
import { cherryPickApproved } from './cherry-pick-approved.ts';
import { cherryPickUnapproved } from './cherry-pick-unapproved.ts';
import { commitMessages } from './commit-messages.ts';
import { blunderbussStatus } from './blunderbuss-status.ts';
import { blunderbuss } from './blunderbuss.ts';
import { cherryPickLabels } from './cherry-pick-labels.ts';
import { cherryPicks } from './cherry-picks.ts';
import { head } from './head.ts';
import { holdEnds } from './hold-ends.ts';
import { labelAssigns } from './label-assigns.ts';
import { jobResults } from './job-results.ts';
import { labelByHand } from './label-by-hand.ts';
import { lgtmAfterPush } from './lgtm-after-push.ts';
import { lgtmQuorum } from './lgtm-quorum.ts';
import { lgtmWithoutVote } from './lgtm-without-vote.ts';
import { lifecycleCleanup } from './lifecycle-cleanup.ts';
import { mergeCommits } from './merge-commits.ts';
import { mergeMethodComment } from './merge-method-comment.ts';
import { mergeAutomation } from './merge.ts';
import { mergeQueue } from './merge-queue.ts';
import { mergeStatus } from './merge-status.ts';
import { overrideEnds } from './override-ends.ts';
import { ownersLabel } from './owners-label.ts';
import { milestoneApplier } from './milestone-applier.ts';
import { needsRebase } from './needs-rebase.ts';
import { requireMatchingLabel } from './require-matching-label.ts';
import { reviewVerdict } from './review-verdict.ts';
import { settingsCheck } from './settings-check.ts';
import { size } from './size.ts';
import { testReport } from './test-report.ts';
import { tideStatusRule } from './tide-status.ts';
import { beforeMerge } from './before-merge.ts';
import { trigger } from './trigger.ts';
import { verifyOwners } from './verify-owners.ts';
import { releaseNote } from './release-note.ts';
import { sigmention } from './sigmention.ts';
import { welcome } from './welcome.ts';
import { wip } from './wip.ts';

const all = [
  head,
  lgtmAfterPush,
  lgtmWithoutVote,
  reviewVerdict,
  labelByHand,
  labelAssigns,
  lgtmQuorum,
  holdEnds,
  overrideEnds,
  wip,
  welcome,
  releaseNote,
  sigmention,
  size,
  ownersLabel,
  pathLabels,
  cla,
  dco,
  requireMatchingLabel,
  needsRebase,
  blockade,
  mergeCommits,
  commitMessages,
  mergeMethodComment,
  blunderbuss,
  settingsCheck,
  verifyOwners,
  approval,
  cherryPickApproved,
  cherryPickUnapproved,
  batch,
  blockers,
  mergeQueue,
  autoMerge,
  mergeStatus,
  tideStatusRule,
  blunderbussStatus,
  mergeAutomation,
  cherryPickLabels,
  cherryPicks,
  branchcleaner,
  trigger,
  beforeMerge,
  jobResults,
  testReport,
  milestoneApplier,
  lifecycleCleanup,
] as const;

export const automations: readonly AnyAutomation[] = all;
/** The keys they declare, as a type. */
export type AutomationsSections = NonNullable<(typeof all)[number]['settings']>;
