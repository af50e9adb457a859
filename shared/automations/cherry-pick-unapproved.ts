import {
  addLabel,
  code,
  defineAutomation,
  knownFromNow,
  labelOn,
  listed,
  mention,
  notice,
  PICK_APPROVED,
  PICK_NOT_APPROVED,
  quietNotice,
  removeLabel,
  vote,
  type Action,
  type FactTypes,
  type Given,
  type SettingsIn,
} from '../language/index.ts';
import { approvalsOf, byHand, cherryPickSettings, isOutdated, NOTICE } from './cherry-pick-approvals.ts';

const settings = { cherryPick: cherryPickSettings };
/** More notifications than this would be noise. */
const MAX_MENTIONED = 5;

type Seen = Given &
  Pick<FactTypes, 'pull' | 'labels' | 'votes' | 'votesForAnyHead' | 'cherryPickRules' | 'labelSight'> & {
    readonly settings: SettingsIn<typeof settings>;
  };

export const cherryPickUnapproved = defineAutomation({
  name: 'cherry-pick-unapproved',
  summary: 'Keeps what goes into a release branch from being merged until its cherry-pick is approved.',
  onRequest: true,
  on: ['opened', 'reopened', 'labeled', 'unlabeled', 'synchronized', 'retargeted', 'review-dismissed', 'found'],
  labels: [PICK_APPROVED, PICK_NOT_APPROVED],
  labelsBySettings: () => [PICK_APPROVED, PICK_NOT_APPROVED],
  after: [],
  plugin: 'cherry-pick-unapproved',
  settings,
  needs: ['pull', 'labels', 'votes', 'votesForAnyHead', 'cherryPickRules', 'labelSight'],
  decide(seen) {
    const { pull, labels, event, cherryPickRules } = seen;
    if (pull.state !== 'open') return [];
    const [on, off] = [labelOn(labels, PICK_APPROVED), labelOn(labels, PICK_NOT_APPROVED)];
    if (!cherryPickRules.guarded) {
      if (event !== 'retargeted' || (on === undefined && off === undefined)) return [];
      const text = `${code(pull.baseRef)} takes changes without the approval of a cherry-pick.`;
      return [
        ...[on, off].flatMap((label) => (label === undefined ? [] : [removeLabel(label)])),
        quietNotice(NOTICE, text),
      ];
    }
    const undone = undoneByHand(seen);
    if (undone !== undefined) {
      const known = knownFromNow(pull.headSha, seen.labelSight);
      return [removeLabel(PICK_APPROVED), ...blocked(seen, undone), ...known];
    }
    if (on === undefined) return blocked(seen);
    if (isOutdated(seen)) return [removeLabel(on), ...blocked(seen)];
    return [
      ...(byHand(seen, 'labeled') && approvalsOf(seen).length === 0
        ? [vote('cherry-pick', seen.actor.login, pull.headSha)]
        : []),
      ...(off === undefined ? [] : [removeLabel(off)]),
      quietNotice(
        NOTICE,
        `The cherry-pick of ${code(pull.headSha.slice(0, 7))} into ${code(pull.baseRef)} is approved.`,
      ),
    ];
  },
});

/** Why the label that somebody put on by hand does not count; undefined where it does, or nobody did. */
function undoneByHand(seen: Seen): string | undefined {
  const { actor, subject, pull, labels, labelSight, cherryPickRules, settings: here } = seen;
  if (!byHand(seen, 'labeled') || labelOn(labels, PICK_APPROVED) === undefined || approvalsOf(seen).length > 0) {
    return undefined;
  }
  const { approvers } = here.cherryPick;
  if (approvers.length > 0 && !cherryPickRules.mayApprove) {
    return `${code(PICK_APPROVED)} was taken off again: ${code(actor.login)} is not among those who approve cherry-picks here.`;
  }
  if (labelSight.sight !== 'seen' || (subject.headSha !== undefined && subject.headSha !== pull.headSha)) {
    return `${code(PICK_APPROVED)} was taken off again: new commits were pushed just then. Look at them and label again.`;
  }
  return undefined;
}

function blocked(seen: Seen, why?: string): readonly Action[] {
  const { labels } = seen;
  const text = why === undefined ? asked(seen) : `${why}\n\n${asked(seen)}`;
  // Where an approval waits for something else, that is what is said.
  const said = why === undefined && approvalsOf(seen).length > 0 ? [] : [notice(NOTICE, text)];
  return [...(labelOn(labels, PICK_NOT_APPROVED) === undefined ? [addLabel(PICK_NOT_APPROVED)] : []), ...said];
}

function asked({ pull, settings: { cherryPick }, cherryPickRules }: Seen): string {
  if (cherryPick.comment !== '') return cherryPick.comment;
  const people = cherryPickRules.approvable ? cherryPick.approvers.slice(0, MAX_MENTIONED) : [];
  const how =
    people.length === 0
      ? `Whoever decides about releases puts the label ${code(PICK_APPROVED)} on.`
      : `${listed(people.map(mention), 'or')}: please look at it, and approve it by a review on the forge where it should go there.`;
  return `**Not to be merged yet.** ${code(pull.baseRef)} takes only changes whose cherry-pick is approved, and nobody approved this one for it. ${how}`;
}
