/** What the queries of a repository are about, apart from any one pull request. */
import { APPROVED, DO_NOT_MERGE, LGTM, NEEDS_REBASE } from '../language/index.ts';
import { methodLabels } from './method.ts';
import type { MergeSettings } from './settings.ts';

/** Of which one suffices. */
export function choicesIn(wanted: string): readonly string[] {
  return wanted
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** Labels that the queries of a repository are about, or the way to merge: a change of one may make a pull request ready. */
export function labelsOfQueries({ merge: here }: MergeSettings): readonly string[] {
  return [
    ...here.queries.flatMap(({ labels = [], missingLabels = [] }) => [
      ...labels.flatMap((each) => each.split(',').map((label) => label.trim())),
      ...missingLabels,
    ]),
    // Of two that contradict each other one may go.
    ...methodLabels(here).map(({ label }) => label),
  ];
}

/**
 * What the queries want on, and what they want off, in lower case: `/label` and `/remove-label` are open to more people than
 * what it says there. `lgtm` and `approved` count with their votes alone.
 */
export function labelsForMerging({ merge: { queries } }: MergeSettings): {
  readonly on: ReadonlySet<string>;
  readonly off: ReadonlySet<string>;
} {
  const on = queries.flatMap(({ labels = [] }) => labels.flatMap(choicesIn)).map((label) => label.toLowerCase());
  return {
    on: new Set(on.filter((label) => label !== LGTM && label !== APPROVED)),
    off: lowerCase(new Set(queries.flatMap(({ missingLabels = [] }) => missingLabels))),
  };
}

/** Whether labels alone keep it from being merged. */
export function couldMerge({ merge: { enabled, queries } }: MergeSettings, labels: readonly string[]): boolean {
  const on = lowerCase(new Set(labels));
  if (!enabled || [...on].some((label) => label.startsWith(DO_NOT_MERGE) || label === NEEDS_REBASE)) return false;
  return queries.some(
    (query) =>
      (query.labels ?? []).every((each) => each.split(',').some((label) => on.has(label.trim().toLowerCase()))) &&
      !(query.missingLabels ?? []).some((label) => on.has(label.toLowerCase())),
  );
}

export function lowerCase(labels: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...labels].map((label) => label.toLowerCase()));
}
