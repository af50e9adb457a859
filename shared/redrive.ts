/** What of a pull request was given up and can be sent round again: worked out from its records alone. */
import type { AuditRecord } from './audit-record.ts';
import { roundOf } from './given-up.ts';

export type GivenUp = {
  readonly pull: string;
  /** The id under which it failed last. */
  readonly delivery: string;
  /** Places in it that failed. */
  readonly positions: readonly number[];
  /** When the first of them was given up; ISO 8601. */
  readonly at: string;
  readonly actor: string;
  /** The lines as written, or the rules that an event woke. */
  readonly what: readonly string[];
  /** Why it is better left alone. */
  readonly hindered: string | undefined;
};

/**
 * @param records of one pull request, oldest first
 * @returns in the order in which they failed
 */
export function givenUpIn(records: readonly AuditRecord[]): readonly GivenUp[] {
  const byDelivery = Map.groupBy(records, ({ delivery }) => roundOf(delivery).first);
  const found = [...byDelivery.values()].flatMap((ofOne) => {
    const latest = Math.max(...ofOne.map(({ delivery }) => roundOf(delivery).time));
    const failed = ofOne.filter(({ delivery, outcome }) => outcome === 'failed' && roundOf(delivery).time === latest);
    const [first] = failed;
    return first === undefined ? [] : [{ first, failed, hindered: hindranceOf(failed, records) }];
  });
  return found
    .toSorted((one, other) => one.first.sequence - other.first.sequence)
    .map(({ first, failed, hindered }) => ({
      pull: first.pull,
      delivery: first.delivery,
      positions: failed.map(({ position }) => position).toSorted((one, other) => one - other),
      at: first.at,
      actor: first.actor.login,
      what: failed.map(({ text, command }) => (text === '' ? command : text)),
      hindered,
    }));
}

function hindranceOf(failed: readonly AuditRecord[], records: readonly AuditRecord[]): string | undefined {
  if (failed.every(({ command }) => command.startsWith('sweep:'))) return 'the next sweep does it anyway';
  const again = records.find((later) => failed.some((each) => repeats(later, each)));
  return again === undefined ? undefined : `${again.actor.login} repeated it since (record ${again.sequence})`;
}

/** Somebody was told to comment it again, and did. */
function repeats(later: AuditRecord, failed: AuditRecord): boolean {
  return (
    failed.text !== '' &&
    later.text !== '' &&
    later.sequence > failed.sequence &&
    later.outcome !== 'failed' &&
    later.command === failed.command &&
    later.actor.id === failed.actor.id &&
    roundOf(later.delivery).first !== roundOf(failed.delivery).first
  );
}
