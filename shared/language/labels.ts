/** Labels that mean something to a rule, and how labels are found by what somebody wrote. */
import { code } from './text.ts';
import { nearestTo } from './nearest.ts';

export const LGTM = 'lgtm';
export const APPROVED = 'approved';
export const HOLD = 'do-not-merge/hold';
export const WORK_IN_PROGRESS = 'do-not-merge/work-in-progress';
export const PICK_APPROVED = 'cherry-pick-approved';
export const PICK_NOT_APPROVED = 'do-not-merge/cherry-pick-not-approved';
export const NEEDS_REBASE = 'needs-rebase';
export const BLOCKED_PATHS = 'do-not-merge/blocked-paths';
export const MERGE_COMMITS = 'do-not-merge/contains-merge-commits';
export const INVALID_MESSAGE = 'do-not-merge/invalid-commit-message';
export const INVALID_OWNERS = 'do-not-merge/invalid-owners-file';
/** A pull request with any label that begins so is not merged. */
export const DO_NOT_MERGE = 'do-not-merge/';

const FOLLOWS = 'it follows from the pull request by itself';
/** By name or, with a slash at the end, by family: what to do instead of labeling. */
const RESERVED: ReadonlyMap<string, string> = new Map([
  [LGTM, `use ${code('/lgtm')} or ${code('/lgtm cancel')}`],
  [APPROVED, `use ${code('/approve')} or ${code('/approve cancel')}`],
  [HOLD, `use ${code('/hold')} or ${code('/hold cancel')}`],
  [WORK_IN_PROGRESS, 'it follows the title and the draft state'],
  [DO_NOT_MERGE, FOLLOWS],
  [NEEDS_REBASE, FOLLOWS],
  ['size/', FOLLOWS],
  ['tide/', FOLLOWS],
  ['ok-to-test', 'it says that somebody vouched for a commit'],
  ['needs-ok-to-test', 'it says that nobody vouched for a commit yet'],
  ['cherrypick/', `use ${code('/cherrypick')} with the name of a branch`],
  [PICK_APPROVED, 'it says that a release manager agreed'],
]);

/** Why a label is not for `/label`, and what to do instead; undefined for all others. */
export function reservedBecause(label: string): string | undefined {
  const name = label.toLowerCase();
  const because = RESERVED.get(name) ?? RESERVED.get(familyOf(name));
  return because === undefined ? undefined : `${code(label)} is not for ${code('/label')}: ${because}.`;
}

/** `kind/` of `kind/bug`; empty where there is none. */
export function familyOf(label: string): string {
  return label.slice(0, label.indexOf('/') + 1);
}

/** The label with this name, as it is spelled; undefined where it is not on. Forges do not tell labels apart by case. */
export function labelOn(labels: ReadonlySet<string>, name: string): string | undefined {
  if (labels.has(name)) return name;
  const lower = name.toLowerCase();
  return [...labels].find((label) => label.toLowerCase() === lower);
}

export type Named = {
  /** Spelled as the forge spells them, each once. */
  readonly found: readonly string[];
  /** As written. */
  readonly missing: readonly string[];
};

/** Which of `known` the words name, in any case. All words together may name one label that has blanks. */
export function labelsNamed(words: readonly string[], known: ReadonlySet<string>): Named {
  const spelled = new Map([...known].map((label) => [label.toLowerCase(), label]));
  const whole = spelled.get(words.join(' ').toLowerCase());
  if (whole !== undefined) return { found: [whole], missing: [] };
  const found = new Set<string>();
  const missing = new Set<string>();
  for (const word of words) {
    const label = spelled.get(word.toLowerCase());
    if (label === undefined) missing.add(word);
    else found.add(label);
  }
  return { found: [...found], missing: [...missing] };
}

/** Labels somebody may have meant: of the same family where there is one, else those spelled alike. */
export function labelsLike(word: string, known: ReadonlySet<string>): readonly string[] {
  const family = familyOf(word).toLowerCase();
  const relatives = family === '' ? [] : [...known].filter((label) => label.toLowerCase().startsWith(family));
  if (relatives.length > 0) return nearestTo(word, relatives, { within: Number.POSITIVE_INFINITY, most: MAX_OFFERED });
  return nearestTo(word, [...known], { within: Math.max(2, Math.floor(word.length / 3)), most: MAX_OFFERED });
}

const MAX_OFFERED = 5;
