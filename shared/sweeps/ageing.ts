import {
  ageingSettings,
  close,
  daysBetween,
  daysIn,
  defineSweep,
  isRevived,
  labelOn,
  LIFECYCLE_LABELS,
  none,
  notice,
  oldSince,
  only,
  refuse,
  ROTTEN,
  STALE,
  warning,
  type Action,
  type Age,
} from '../language/index.ts';

export const ageing = defineSweep({
  name: 'ageing',
  summary: 'Warns of what nobody answers, calls it stale, then rotten and, where that is on, closes it.',
  onRequest: true,
  every: 60,
  settings: { ageing: ageingSettings },
  needs: ['labels', 'activity'],
  decide({ at, author, subject, labels, activity, settings: { ageing: set } }) {
    if (subject.state !== 'open' || !activity.complete) return [];
    if (!(subject.kind === 'issue' ? set.issues : set.pulls)) return [];
    if (set.exempt.some((label) => labelOn(labels, label) !== undefined)) return [];
    const age: Age =
      labelOn(labels, ROTTEN) === undefined ? (labelOn(labels, STALE) === undefined ? 'fresh' : 'stale') : 'rotten';
    const asked = (what: string, actions: readonly Action[]): readonly Action[] =>
      set.dryRun ? [refuse(`Dry run: ${what}.`)] : actions;
    if (set.revives && isRevived(age, activity)) {
      return asked('it would be called stale or rotten no more', none(undefined, [STALE, ROTTEN], labels));
    }
    const since = oldSince(age, activity, set);
    if (since === undefined || daysBetween(since, at) < daysIn(age, set)) return [];
    // A comment of its own each time: an edited one would tell nobody.
    const subjectOf = `ageing:${at.slice(0, 'YYYY-MM-DD'.length)}`;
    const told = (to: 'stale' | 'rotten' | 'closed'): Action =>
      notice(subjectOf, warning(to, turnOf(activity, set), { author, subject, at }, set));
    switch (age) {
      case 'fresh':
        return asked('it would be called stale', [...only(STALE, LIFECYCLE_LABELS, labels), told('stale')]);
      case 'stale':
        return asked('it would be called rotten', [...only(ROTTEN, LIFECYCLE_LABELS, labels), told('rotten')]);
      default:
        if (!set.closes) return [];
        return asked('it would be closed', [
          told('closed'),
          close(subject.kind === 'issue' ? 'not-planned' : 'completed'),
        ]);
    }
  },
});

type Seen = Parameters<typeof ageing.decide>[0];

/** What is said of how long, whatever it was called meanwhile. */
function turnOf(activity: Seen['activity'], { counts }: Seen['settings']['ageing']): string {
  return (counts === 'author' ? activity.owedSince : activity.lastHuman) ?? '';
}
