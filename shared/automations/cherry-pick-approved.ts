import {
  addLabel,
  APPROVED,
  code,
  defineAutomation,
  DO_NOT_MERGE,
  labelOn,
  LGTM,
  NEEDS_REBASE,
  notice,
  PICK_APPROVED,
  PICK_NOT_APPROVED,
  removeLabel,
  vote,
  withdraw,
  withdrawAll,
  type Action,
  type FactTypes,
  type Given,
  type SettingsIn,
} from '../language/index.ts';
import {
  approvalsOf,
  byHand,
  cherryPickSettings,
  isOutdated,
  isPickApproval,
  NOTICE,
} from './cherry-pick-approvals.ts';

const settings = { cherryPick: cherryPickSettings };
/** What says of a pull request that it is not fit to be merged, besides `do-not-merge/…`. */
const BLOCKING = [NEEDS_REBASE, 'needs-ok-to-test', 'cncf-cla: no', 'cla: no'] as const;

type Seen = Given &
  Pick<FactTypes, 'pull' | 'labels' | 'votes' | 'votesForAnyHead' | 'cherryPickRules' | 'retargetedSince'> & {
    readonly settings: SettingsIn<typeof settings>;
  };

export const cherryPickApproved = defineAutomation({
  name: 'cherry-pick-approved',
  summary:
    'Takes the approving review of a listed approver for the approval of a cherry-pick, and labels it once nothing else is missing.',
  onRequest: true,
  on: [
    'review-submitted',
    'review-dismissed',
    'labeled',
    'unlabeled',
    'checks-passed',
    'synchronized',
    'retargeted',
    'reopened',
    'draft-changed',
    'found',
  ],
  after: ['vote', 'withdraw', 'withdraw-all', 'carry-votes', 'add-label', 'remove-label'],
  plugin: 'cherry-pick-approved',
  settings,
  needs: ['pull', 'labels', 'votes', 'votesForAnyHead', 'cherryPickRules', 'retargetedSince'],
  decide(seen) {
    const { pull, labels, cherryPickRules } = seen;
    if (pull.state !== 'open' || !cherryPickRules.approvable) return [];
    const on = labelOn(labels, PICK_APPROVED);
    // Whoever takes the label off takes the approval back: it must not come again by itself.
    if (byHand(seen, 'unlabeled')) {
      return approvalsOf(seen).length > 0 && on === undefined ? [withdrawAll('cherry-pick')] : [];
    }
    const said = saidInReview(seen);
    const left = approvalsOf(seen).filter(({ by }) => !said.takes.includes(by));
    const approved = said.gives.length > 0 || left.length > 0;
    const lifted = !approved && on !== undefined && (said.takes.length > 0 || isOutdated(seen));
    const ready = approved && on === undefined && waitingFor(seen).length === 0;
    const off = labelOn(labels, PICK_NOT_APPROVED);
    return [
      ...said.actions,
      ...(lifted ? [removeLabel(on)] : []),
      ...(ready ? [addLabel(PICK_APPROVED)] : []),
      ...(ready && off !== undefined ? [removeLabel(off)] : []),
      ...waits(seen, approved && on === undefined && !ready),
    ];
  },
});

type Said = {
  readonly actions: readonly Action[];
  readonly gives: readonly string[];
  readonly takes: readonly string[];
};
const NOTHING: Said = { actions: [], gives: [], takes: [] };

/** Only for the commit that was reviewed, and for the branch of then; a dismissal takes back what that review gave. */
function saidInReview(seen: Seen): Said {
  const { cherryPickRules, pull, votesForAnyHead, retargetedSince } = seen;
  const { review, mayApprove } = cherryPickRules;
  if (review === undefined) return NOTHING;
  const by = review.by.login.toLowerCase();
  const own = votesForAnyHead.filter((each) => isPickApproval(each) && each.by === by);
  switch (review.verdict) {
    case 'approved': {
      if (!mayApprove || retargetedSince || review.headSha !== pull.headSha) return NOTHING;
      return { ...NOTHING, actions: [vote('cherry-pick', by, pull.headSha, review.id)], gives: [by] };
    }
    case 'changes-requested':
      return own.length === 0 ? NOTHING : { ...NOTHING, actions: [withdraw('cherry-pick', by)], takes: [by] };
    case 'dismissed': {
      const given = own.filter((each) => each.review === review.id);
      return given.length === 0
        ? NOTHING
        : { ...NOTHING, actions: [withdraw('cherry-pick', by, review.id)], takes: [by] };
    }
    default:
      return NOTHING;
  }
}

/** What is still missing where an approver has agreed: one of them is enough to wait. */
function waitingFor({ labels, pull, settings: { cherryPick } }: Seen): readonly string[] {
  const on = [...labels].map((label) => label.toLowerCase());
  const blocking = on.filter(
    (label) =>
      (label.startsWith(DO_NOT_MERGE) && label !== PICK_NOT_APPROVED) || BLOCKING.some((each) => each === label),
  );
  const failing = pull.checks.filter(({ state }) => state === 'failure').map(({ name }) => name);
  return [
    ...(cherryPick.allowMissingLgtmLabel || on.includes(LGTM) ? [] : [`${code(LGTM)} is not on`]),
    ...(cherryPick.allowMissingApprovedLabel || on.includes(APPROVED) ? [] : [`${code(APPROVED)} is not on`]),
    ...blocking.toSorted().map((label) => `${code(label)} is on`),
    ...failing.toSorted().map((name) => `${code(name)} failed`),
    ...(pull.checksComplete ? [] : ['the forge did not list all checks']),
  ];
}

/** Prow says nothing here, and its approval has no effect at all. */
function waits(seen: Seen, waiting: boolean): readonly Action[] {
  if (!waiting) return [];
  const { pull } = seen;
  const what = waitingFor(seen).map((each) => `- ${each}`);
  const text = [
    `The cherry-pick of ${code(pull.headSha.slice(0, 7))} into ${code(pull.baseRef)} is approved. ${code(PICK_APPROVED)} follows by itself as soon as nothing of this is so any more:`,
    what.join('\n'),
  ].join('\n\n');
  return [notice(NOTICE, text)];
}
