/**
 * The forge's own auto-merge knows nothing of votes, holds and freezes: on while one of these is in the way, it is turned off.
 * Where the settings have it fed, it is turned on once all that is missing is what the forge itself waits for.
 */
import {
  armMerge,
  code,
  disarmMerge,
  listed,
  mention,
  notice,
  type Action,
  type Gate,
  type GateLeaf,
} from '../language/index.ts';
import type { GateFacts } from './facts.ts';
import { CONFLICT } from './leaves/blocking-labels.ts';
import { FORGE } from './leaves/forge.ts';
import { QUEUE } from './leaves/queue.ts';
import { UP_TO_DATE } from './leaves/up-to-date.ts';
import { messageFor, wayOf } from './method.ts';
import { OWN_CHECK } from './checks.ts';

/** What is in the way and is named in the notice. */
const MAX_NAMED = 5;

/** Undefined where it is as it should be. */
export function keptInStep(gate: Gate, missing: readonly GateLeaf[], facts: GateFacts): readonly Action[] | undefined {
  const { pull, settings } = facts;
  const { autoMerge: wanted } = settings.merge;
  if (pull.state !== 'open' || wanted === 'leave') return undefined;
  if (pull.autoMerge === undefined) return wanted === 'feed' ? armed(gate, missing, facts) : undefined;
  const unknown = missing.filter((leaf) => !isEnforced(leaf, facts));
  if (unknown.length > 0) return disarmed(unknown, facts);
  const way = wayOf(pull, facts.labels, settings);
  return isOurs(facts) && way.is === 'way' && way.method !== pull.autoMerge.method
    ? [disarmMerge(pull.headSha), armMerge(pull.headSha, way.method, messageFor(way.method, settings))]
    : undefined;
}

function armed(gate: Gate, missing: readonly GateLeaf[], facts: GateFacts): readonly Action[] | undefined {
  const { pull, settings, arming, labels } = facts;
  if (pull.queue !== undefined || pull.autoMergeAllowed !== true || arming?.is === 'declined') return undefined;
  // It has just been turned on, and is not shown yet.
  if (arming?.is === 'on' && arming.headSha === pull.headSha) return undefined;
  // Nothing at the forge would keep it from being merged onto a base that moved.
  if (settings.merge.upToDate && pull.strict !== true) return undefined;
  const waits = gate.passed ? pull.blocked === true : missing.every((leaf) => isAwaited(leaf, facts));
  const way = wayOf(pull, labels, settings);
  return waits && way.is === 'way' ? [armMerge(pull.headSha, way.method, messageFor(way.method, settings))] : undefined;
}

function disarmed(unknown: readonly GateLeaf[], facts: GateFacts): readonly Action[] | undefined {
  const { pull, arming } = facts;
  if (pull.autoMerge === undefined) return undefined;
  // What blocks it is told where it belongs; who turned it on is nobody.
  if (isOurs(facts)) return [disarmMerge(pull.headSha)];
  const { by } = pull.autoMerge;
  if (by.bot && arming?.is === 'on' && arming.again === true) {
    // Two machines would go on like this for ever.
    return [notice('auto-merge', `**The forge may merge this past Bowsprit.** ${code(by.login)} ${AGAIN}`)];
  }
  return [disarmMerge(pull.headSha), notice('auto-merge', disarmedInWords(by.login, by.bot, unknown))];
}

const AGAIN =
  'turned auto-merge on again after Bowsprit had turned it off. It is left on now: whoever runs that bot tells it to leave this to Bowsprit, or a maintainer sets `merge.auto_merge: leave`.';

function disarmedInWords(by: string, bot: boolean, unknown: readonly GateLeaf[]): string {
  const [first] = unknown;
  const named = [...new Set(unknown.map(({ name }) => name))];
  const more = named.length > MAX_NAMED ? [`${named.length - MAX_NAMED} more`] : [];
  const who = bot ? code(by) : mention(by);
  return [
    `**Auto-merge is off again.** ${who} turned it on; the forge would merge as soon as its own conditions are met, and knows nothing of what else is asked for here: ${listed([...named.slice(0, MAX_NAMED), ...more])}.`,
    ...(first === undefined || first.next === '' ? [] : [first.next]),
    `Nobody has to turn it on again: Bowsprit merges this once nothing is missing. ${code('/why')} tells more.`,
  ].join(' ');
}

/** Turned on by Bowsprit, as far as the records and the forge tell. */
function isOurs({ pull, arming }: GateFacts): boolean {
  return pull.autoMerge?.by.bot === true && arming?.is === 'on' && arming.by === 'us';
}

/** Whether the forge itself keeps it from being merged for this reason. */
function isEnforced({ id }: GateLeaf, { pull }: GateFacts): boolean {
  // Where the branch requires what Bowsprit says, the forge waits for all of it.
  if (pull.checks.some(({ name, required, state }) => name === OWN_CHECK && required && state !== 'success'))
    return true;
  switch (id) {
    case 'open':
    case 'draft':
    case FORGE:
    case QUEUE:
    // What could not be read is not red.
    case 'checks':
      return true;
    case CONFLICT:
      return pull.mergeable !== 'yes';
    case 'review':
      return pull.reviewsRequired === true;
    case UP_TO_DATE:
      return pull.strict === true;
    default:
      return pull.checks.some(({ name, required }) => required && id === `checks/${name}`);
  }
}

/** Whether it is for the forge to wait for it, and it may come by itself. */
function isAwaited(leaf: GateLeaf, facts: GateFacts): boolean {
  if (leaf.id === FORGE || leaf.id === 'review') return isEnforced(leaf, facts);
  return facts.pull.checks.some(
    ({ name, required, state }) => required && state === 'pending' && leaf.id === `checks/${name}`,
  );
}
