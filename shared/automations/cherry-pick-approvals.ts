/** What both rules about approvals of cherry-picks know: the settings, and whether an approval stands. */
import {
  labelOn,
  listOf,
  login,
  onOff,
  pattern,
  PICK_APPROVED,
  section,
  setting,
  textLike,
  type FactTypes,
  type Given,
} from '../language/index.ts';

export const NOTICE = 'cherry-pick-approval';
const RELEASES = '^release-.*$';

export const cherryPickSettings = section({
  branches: setting(
    pattern,
    RELEASES,
    'Branches (RE2) that take only what has `cherry-pick-approved`: all else gets `do-not-merge/cherry-pick-not-approved`.',
    { prow: { at: 'cherry_pick_unapproved.branchregexp' } },
  ),
  comment: setting(
    textLike(/^[^\0]{0,4000}$/, 'text of at most 4,000 characters'),
    '',
    'What is said where the approval is missing, instead of our own words.',
    { prow: { at: 'cherry_pick_unapproved.comment' } },
  ),
  approvedBranches: setting(pattern, RELEASES, 'Branches (RE2) for which reviews of `cherry_pick.approvers` approve.', {
    prow: { at: 'cherry_pick_approved[].branchregexp' },
  }),
  approvers: setting(
    listOf(login),
    [],
    'Logins whose approving review approves a cherry-pick, for exactly that head and that branch.',
    { prow: { at: 'cherry_pick_approved[].approvers' } },
  ),
  allowMissingApprovedLabel: setting(onOff, false, 'A cherry-pick is approved without `approved` as well.', {
    prow: { at: 'cherry_pick_approved[].allow_missing_approved_label' },
  }),
  allowMissingLgtmLabel: setting(onOff, false, 'A cherry-pick is approved without `lgtm` as well.', {
    prow: { at: 'cherry_pick_approved[].allow_missing_lgtm_label' },
  }),
});

type Seen = Pick<Given, 'event' | 'label' | 'actor'> & Pick<FactTypes, 'pull' | 'labels' | 'votes' | 'votesForAnyHead'>;
type Vote = FactTypes['votes'][number];

export function isPickApproval({ vote }: Vote): boolean {
  return vote === 'cherry-pick';
}

/** For this head and this branch. */
export function approvalsOf({ pull, votes }: Pick<Seen, 'pull' | 'votes'>): readonly Vote[] {
  return votes.filter((each) => isPickApproval(each) && each.headSha === pull.headSha);
}

/** Whether the label is on without saying anything of what would be merged now. */
export function isOutdated(seen: Seen): boolean {
  const { event, labels, votesForAnyHead } = seen;
  if (labelOn(labels, PICK_APPROVED) === undefined || approvalsOf(seen).length > 0) return false;
  // Several labels are often put on at once: that this one was is an event that still comes.
  if (event === 'opened' || event === 'labeled') return false;
  return event === 'synchronized' || event === 'retargeted' || votesForAnyHead.some(isPickApproval);
}

/** Whether a person has just put the label on, or taken it off. */
export function byHand({ event, label, actor }: Seen, how: 'labeled' | 'unlabeled'): boolean {
  return event === how && label?.toLowerCase() === PICK_APPROVED && !actor.bot;
}
