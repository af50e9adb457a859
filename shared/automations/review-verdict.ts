import {
  addLabel,
  code,
  defineAutomation,
  LGTM,
  lgtmSettings,
  mention,
  needsOne,
  notice,
  onOff,
  removeLabel,
  section,
  setting,
  vote,
  withdraw,
  type Action,
  type FactTypes,
  type Given,
  type SettingsIn,
  type VoteKind,
} from '../language/index.ts';

const settings = {
  approve: section({
    ignoreReviewState: setting(onOff, false, 'Reviews on the forge neither approve nor take an approval back.', {
      prow: { at: 'approve[].ignore_review_state' },
    }),
  }),
  lgtm: lgtmSettings,
};

type Seen = Given &
  Pick<FactTypes, 'review' | 'pull' | 'votes' | 'votesForAnyHead' | 'actorOwns' | 'retargetedSince'> & {
    readonly settings: SettingsIn<typeof settings>;
  };

export const reviewVerdict = defineAutomation({
  name: 'review-verdict',
  summary: 'Counts a review on the forge as a vote: approved gives one, changes requested or dismissed takes it back.',
  on: ['review-submitted', 'review-dismissed'],
  after: [],
  plugin: ['approve', 'lgtm'],
  settings,
  needs: ['review', 'pull', 'votes', 'votesForAnyHead', 'actorOwns', 'retargetedSince'],
  decide(seen) {
    const { review, pull } = seen;
    if (review.by.bot || pull.state !== 'open') return [];
    switch (review.verdict) {
      case 'approved':
        return approved(seen);
      case 'changes-requested':
        return changesRequested(seen);
      case 'dismissed':
        return takenBack(seen, (each) => each.review === review.id);
      default:
        return [];
    }
  },
});

/** Kinds of vote that a review gives or takes here. A command in the review goes before its verdict. */
function counting({ settings: here, commands = [] }: Seen): readonly VoteKind[] {
  return [
    ...(here.approve.ignoreReviewState || commands.includes('approve') ? [] : (['approve'] as const)),
    ...(here.lgtm.reviewActsAsLgtm && !commands.includes('lgtm') ? (['lgtm'] as const) : []),
  ];
}

function approved(seen: Seen): readonly Action[] {
  const { review, pull, actorOwns, author, retargetedSince } = seen;
  const { login } = review.by;
  const kinds = counting(seen).filter((kind) =>
    kind === 'approve' ? actorOwns.approver : (actorOwns.reviewer || actorOwns.approver) && review.by.id !== author.id,
  );
  if (kinds.length === 0 || review.dismissedSince === true) return [];
  if (review.headSha !== pull.headSha) {
    const [reviewed, now] = [code(review.headSha.slice(0, 7)), code(pull.headSha.slice(0, 7))];
    const text = `${mention(login)}: the review is about ${reviewed} and the head is now ${now}, so it does not count. Look at what changed and approve again.`;
    return [notice('review', text)];
  }
  if (retargetedSince) {
    const text = `${mention(login)}: this goes into ${code(pull.baseRef)} since the review was given, so it does not count. Look at what it would put there and approve again.`;
    return [notice('review', text)];
  }
  return [
    ...kinds.map((kind) => vote(kind, login, pull.headSha, review.id)),
    // Where more are needed, lgtm-quorum.ts says when it goes on.
    ...(kinds.includes('lgtm') && needsOne(seen.settings.lgtm) ? [addLabel(LGTM)] : []),
  ];
}

type StandingVote = Seen['votes'][number];

/** Also of what has not arrived: it was said before, and counts no more when it comes. */
function changesRequested(seen: Seen): readonly Action[] {
  const { review, actorOwns, votes, votesForAnyHead } = seen;
  const by = review.by.login.toLowerCase();
  const theirs = (kind: VoteKind) => (each: StandingVote) => each.vote === kind && each.by === by;
  return counting(seen).flatMap((kind) => {
    const stands = votesForAnyHead.some(theirs(kind));
    const might = kind === 'approve' ? actorOwns.approver : actorOwns.reviewer || actorOwns.approver;
    if (!stands && !might) return [];
    const last = stands && kind === 'lgtm' && !votes.some((each) => isLgtm(each) && !theirs(kind)(each));
    return [withdraw(kind, by), ...(last ? [removeLabel(LGTM)] : [])];
  });
}

/** Whatever head it was given for: the pull request may come back to it. */
function takenBack({ votes, votesForAnyHead }: Seen, goes: (each: StandingVote) => boolean): readonly Action[] {
  const going = votesForAnyHead.filter(goes);
  const lgtmEnds = going.some(isLgtm) && !votes.some((each) => isLgtm(each) && !goes(each));
  return [
    ...going.map(({ vote: kind, by, review }) => withdraw(kind, by, review)),
    ...(lgtmEnds ? [removeLabel(LGTM)] : []),
  ];
}

function isLgtm(each: StandingVote): boolean {
  return each.vote === 'lgtm';
}
