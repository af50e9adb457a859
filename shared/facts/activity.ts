/** Whose turn it is, from what happened. */
import type { Activity, Person } from '../language/index.ts';
import type { Happening } from '../providers/provider.ts';

/** @param pushed when the head became what it is, where that is known: the author has answered by then */
export function activityOf(
  { happened, complete }: { readonly happened: readonly Happening[]; readonly complete: boolean },
  author: Pick<Person, 'id'>,
  pushed: string | undefined,
): Activity {
  const human = happened.filter(({ by, is }) => !by.bot && is !== 'labeled' && is !== 'unlabeled');
  const answered = latest([
    ...human.flatMap(({ by, at }) => (by.id === author.id ? [at] : [])),
    ...(pushed === undefined ? [] : [pushed]),
  ]);
  const asking = human.filter(
    ({ by, at, is, insider }) => is === 'spoke' && insider && by.id !== author.id && at > answered,
  );
  const [owedSince] = asking.map(({ at }) => at).toSorted();
  const lastHuman = latest([...human.map(({ at }) => at), ...(pushed === undefined ? [] : [pushed])]);
  const labeledAt = new Map<string, string>();
  for (const { is, label = '', at } of happened.toSorted((one, other) =>
    one.at < other.at ? -1 : one.at > other.at ? 1 : 0,
  )) {
    if (is === 'labeled') labeledAt.set(label.toLowerCase(), at);
    if (is === 'unlabeled') labeledAt.delete(label.toLowerCase());
  }
  return {
    ...(owedSince === undefined ? {} : { owedSince }),
    ...(lastHuman === '' ? {} : { lastHuman }),
    labeledAt,
    complete,
  };
}

function latest(moments: readonly string[]): string {
  return moments.reduce((one, other) => (other > one ? other : one), '');
}
