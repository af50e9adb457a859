/** All that can be seen of a pull request afterwards, in words that are the same for every one of them. */
import type { Pull } from './acting.ts';
import type { ByHand } from './by-hand.ts';

export async function outcomeOf(
  { records, services, arrived }: ByHand,
  pull: Pull,
  comments: readonly string[],
  counts: (delivery: string) => boolean = () => true,
): Promise<Readonly<Record<string, unknown>>> {
  await arrived();
  const head = pull.head();
  const { votes, holds, notices, sequence } = await services.states.read(pull.name.toLowerCase());
  const all = await records(pull);
  const now = await pull.pull();
  const seen = {
    labels: now.labels.map(({ name }) => name).toSorted(),
    deeds: await pull.deeds(),
    words: await pull.words(),
    merged: now.merged,
    checks: await pull.checks(),
    reactions: await Promise.all(comments.map((id) => pull.reactions(id))),
    records: all
      .filter(({ delivery }) => counts(delivery))
      .map(({ position, command, text, outcome, reason, headSha, basis: { rule } }) => ({
        position,
        command,
        text,
        outcome,
        reason,
        headSha,
        rule,
      })),
    votes: votes.map(({ vote, by, headSha }) => `${vote} ${by} ${headSha}`),
    holds: holds.map(({ by, reason }) => `${by} ${reason}`),
    notices: Object.keys(notices),
    complete: sequence === all.length,
  };
  const [, repository = ''] = /^[^:]+:(.+)#\d+$/.exec(pull.name) ?? [];
  const text = JSON.stringify(seen).replaceAll(head, 'HEAD').replaceAll(head.slice(0, 7), 'HEAD');
  return JSON.parse(text.replaceAll(`/${repository}/`, '/REPOSITORY/'));
}
