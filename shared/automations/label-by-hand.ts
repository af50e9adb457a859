import {
  addLabel,
  APPROVED,
  code,
  defineAutomation,
  hold,
  heldInWords,
  HOLD,
  holdSettings,
  isHeldSince,
  isOwnHold,
  knownFromNow,
  labelOn,
  LGTM,
  liftHold,
  liftHolds,
  notice,
  reaches,
  removeLabel,
  UNKNOWN_HOLDER,
  vote,
  whoLifts,
  withdraw,
  withdrawAll,
  type Action,
  type Answers,
  type FactTypes,
  type Given,
  type SettingsIn,
} from '../language/index.ts';

type Seen = Given &
  Pick<
    FactTypes,
    'eventLabel' | 'pull' | 'votes' | 'holds' | 'labels' | 'actorOwns' | 'approval' | 'role' | 'labelSight'
  > & {
    readonly settings: SettingsIn<{ readonly hold: typeof holdSettings }>;
    readonly answers: Answers;
  };

export const labelByHand = defineAutomation({
  name: 'label-by-hand',
  summary: 'Takes lgtm, approved or hold put on or off by hand for that person’s word, where they may give it.',
  on: ['labeled', 'unlabeled'],
  labels: [LGTM, APPROVED, HOLD],
  after: [],
  plugin: ['lgtm', 'approve', 'hold'],
  settings: { hold: holdSettings },
  needs: ['eventLabel', 'pull', 'votes', 'holds', 'labels', 'actorOwns', 'approval', 'role', 'labelSight'],
  asks: ({ event, label, actor, author }) => {
    if (event !== 'unlabeled' || label?.toLowerCase() !== HOLD) return {};
    return { liftable: true, ...(actor.id === author.id ? { labeledBy: label } : {}) };
  },
  decide(seen) {
    const { actor, pull, event, eventLabel, labels } = seen;
    const label = eventLabel.label.toLowerCase();
    const on = event === 'labeled';
    // What a bot does is no word of a person. A label that is off again gives nobody a vote; one that was taken off takes
    // votes back even where it is on again: that is another event.
    if (actor.bot || pull.state !== 'open' || (on && labelOn(labels, label) === undefined)) return [];
    switch (label) {
      case LGTM:
        return on ? lgtmOn(seen) : lgtmOff(seen);
      case APPROVED:
        return on ? approvedOn(seen) : approvedOff(seen);
      case HOLD:
        return on ? holdOn(seen) : holdOff(seen);
      default:
        return [];
    }
  },
});

function lgtmOn(seen: Seen): readonly Action[] {
  const { actor, author, pull, actorOwns, votes } = seen;
  if (votes.some((each) => each.vote === 'lgtm' && each.headSha === pull.headSha)) return [];
  if (actor.id === author.id) return undone(removeLabel(LGTM), 'Nobody says of their own change that it looks good.');
  if (!actorOwns.reviewer && !actorOwns.approver) {
    return undone(removeLabel(LGTM), `${code(actor.login)} is not a reviewer here.`);
  }
  if (!isAboutHead(seen)) return [...undone(removeLabel(LGTM), MOVED), ...knownFromNow(pull.headSha, seen.labelSight)];
  return [vote('lgtm', actor.login, pull.headSha)];
}

function lgtmOff({ actor, author, actorOwns, role, votes }: Seen): readonly Action[] {
  if (!votes.some((each) => each.vote === 'lgtm')) return [];
  const may = actor.id === author.id || actorOwns.reviewer || actorOwns.approver || reaches(role, 'maintain');
  if (may) return [withdrawAll('lgtm')];
  return undone(addLabel(LGTM), `${code(actor.login)} is not a reviewer here.`);
}

function approvedOn(seen: Seen): readonly Action[] {
  const { actor, pull, actorOwns, approval } = seen;
  if (approval.approved) return [];
  if (!actorOwns.approver) {
    return undone(removeLabel(APPROVED), `${code(actor.login)} is not an approver of a changed file.`);
  }
  if (!isAboutHead(seen))
    return [...undone(removeLabel(APPROVED), MOVED), ...knownFromNow(pull.headSha, seen.labelSight)];
  // Whether the label stays is for the owners of all changed files: see approval.ts.
  return [vote('approve', actor.login, pull.headSha)];
}

function approvedOff({ actor, author, approval, votes }: Seen): readonly Action[] {
  if (!approval.approved) return [];
  const own = votes.some((each) => each.vote === 'approve' && each.by === actor.login.toLowerCase());
  if (own || actor.id === author.id) return [withdraw('approve', actor.login)];
  const why = `The approvals it stands for are not those of ${code(actor.login)}; ${code('/hold')} keeps the change from being merged.`;
  return undone(addLabel(APPROVED), why);
}

/** What the forge tells of the head may be younger than the label. */
function isAboutHead({ subject, pull, labelSight }: Seen): boolean {
  return labelSight.sight === 'seen' && subject.headSha === pull.headSha;
}

function holdOn({ actor, holds }: Seen): readonly Action[] {
  return holds.some((each) => isOwnHold(each, actor)) ? [] : [hold(actor.login, BY_HAND)];
}

function holdOff({ at, holds, actor, author, settings, answers }: Seen): readonly Action[] {
  const { liftable: mine, labeledBy, everHeld } = answers;
  if (holds.length === 0) {
    // Of what no record tells the forge tells whose it was: the author alone does not lift the hold of somebody else. A bot
    // holds it for somebody, under another name of the repository for instance.
    const known = labeledBy !== undefined && !labeledBy.bot;
    if (actor.id !== author.id || settings.hold.liftedBy === 'anyone') return [];
    if (known ? labeledBy.id === actor.id : everHeld === true) return [];
    const by = known ? labeledBy.login : UNKNOWN_HOLDER;
    const theirs = { by: by.toLowerCase(), reason: BY_HAND, at };
    const why = `${heldInWords(theirs)} ${whoLifts(theirs)}`;
    return [hold(by, BY_HAND), ...undone(addLabel(HOLD), why)];
  }
  const liftable = mine.filter((each) => !isHeldSince(each, at));
  const rest = holds.filter((each) => !liftable.includes(each));
  if (rest.length === 0) return [liftHolds()];
  const why = rest.map((each) => `${heldInWords(each)} ${whoLifts(each)}`).join(' ');
  return [...liftable.map((each) => liftHold(each)), ...undone(addLabel(HOLD), why)];
}

const BY_HAND = 'label put on by hand';
const MOVED = 'New commits were pushed just then, or it was retargeted; look at what it is now and label again.';

function undone(back: Action, why: string): readonly Action[] {
  const what = back.is === 'add-label' ? `${code(back.label)} was put back.` : '';
  const off = back.is === 'remove-label' ? `${code(back.label)} was taken off again.` : '';
  return [back, notice('label-by-hand', `${what}${off} ${why}`)];
}
