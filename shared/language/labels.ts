/** Labels that mean something to a rule, and how labels are found by what somebody wrote. */
import { addLabel, removeLabel, type Action } from './actions.ts';
import { nearestTo } from './nearest.ts';
import { groupOf, labelName, listOf, login, section, setting, textLike, type SettingsIn } from './settings.ts';
import { code, listed } from './text.ts';

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
  ['release-note-none', `use ${code('/release-note-none')}, which asks whether you may`],
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

/** The families that Prow knows: `/kind bug` is the label `kind/bug`. */
const PROW_FAMILIES = ['area', 'committee', 'kind', 'language', 'priority', 'sig', 'triage', 'wg'];
/** Stands for every label of the repository. */
export const ANY_LABEL = '*';
/** Teams whose members may put one label on; kubernetes has 25 for some. */
const MAX_TEAMS = 50;

const teamName = textLike(
  /^[A-Za-z0-9][A-Za-z0-9-]{0,99}(?:\/[A-Za-z0-9][A-Za-z0-9_-]{0,99})?$/,
  'a team by the name in its address, `release-managers` or `org/release-managers`',
);

export const labelSettings = section({
  prefixes: setting(
    listOf(textLike(/^[a-z][a-z0-9-]{0,49}$/, 'a family of labels, without the slash')),
    PROW_FAMILIES,
    'Label families that are commands: `/kind bug` puts `kind/bug` on.',
  ),
  additional: setting(
    listOf(labelName),
    [ANY_LABEL],
    'Labels for `/label` beside those families and the restricted ones; `*` for every label of the repository.',
    { prow: { at: 'label.additional_labels' } },
  ),
  restricted: setting(
    listOf(
      groupOf(
        {
          label: labelName,
          allowedTeams: listOf(teamName, MAX_TEAMS),
          allowedUsers: listOf(login),
          assignOn: listOf(groupOf({ label: labelName }, 'label')),
        },
        'label',
      ),
    ),
    [],
    'Labels that only members of `allowed_teams` and `allowed_users` put on and take off by command. Those users are assigned when a label of `assign_on` is put on.',
    { prow: { at: 'label.restricted_labels.*', addsUp: true } },
  ),
});
type LabelSettings = SettingsIn<{ readonly labels: typeof labelSettings }>['labels'];

/** Who puts a label on and takes it off, over all entries about it; undefined where that is nobody's in particular. */
export type Restriction = { readonly teams: readonly string[]; readonly users: readonly string[] };

export function restrictionOn(
  label: string,
  { restricted }: Pick<LabelSettings, 'restricted'>,
): Restriction | undefined {
  const entries = restricted.filter((each) => isSame(each.label, label));
  if (entries.length === 0) return undefined;
  return {
    teams: distinct(entries.flatMap(({ allowedTeams = [] }) => allowedTeams)),
    users: distinct(entries.flatMap(({ allowedUsers = [] }) => allowedUsers)),
  };
}

/** Of restricted labels that somebody names: teams whose members may, where their login alone does not say so. */
export function teamsToAsk(
  words: readonly string[],
  who: string,
  settings: Pick<LabelSettings, 'restricted'>,
): ReadonlyMap<string, readonly string[]> {
  const names = new Set([...words, words.join(' ')].map((each) => each.toLowerCase()));
  return new Map(
    [...names].flatMap((name) => {
      const restriction = restrictionOn(name, settings);
      if (restriction === undefined || restriction.users.some((each) => isSame(each, who))) return [];
      return [[name, restriction.teams] as const];
    }),
  );
}

/** People named in one answer. */
const MAX_SUGGESTED = 20;

/** Why somebody may not change a restricted label; undefined where they may, or anybody who labels may. */
export function restrictedBecause(
  label: string,
  who: string,
  settings: Pick<LabelSettings, 'restricted'>,
  /** By label in lower case: whether they are in one of its teams, or why that is not known. */
  memberships: ReadonlyMap<string, boolean | string>,
): string | undefined {
  const restriction = restrictionOn(label, settings);
  if (restriction === undefined || restriction.users.some((each) => isSame(each, who))) return undefined;
  const known = memberships.get(label.toLowerCase()) ?? false;
  if (known === true) return undefined;
  const { teams, users } = restriction;
  const people = users.slice(0, MAX_SUGGESTED).map(code);
  const whose =
    teams.length > 0
      ? `members of ${listed(teams.map(code), 'or')}${users.length > 0 ? ' and people that the settings name' : ''}`
      : people.length > 0
        ? listed(people, 'or')
        : 'nobody';
  const why = known === false ? '' : ` ${known}`;
  return `${code(label)} is for ${whose} to change.${why}`;
}

/** Whether `/label` takes it at all; restricted labels are a matter of who. */
export function isTaken(label: string, settings: LabelSettings): boolean {
  const { prefixes, additional } = settings;
  const family = familyOf(label).slice(0, -1);
  return (
    additional.includes(ANY_LABEL) ||
    additional.some((each) => isSame(each, label)) ||
    prefixes.some((each) => isSame(each, family)) ||
    restrictionOn(label, settings) !== undefined
  );
}

/** What `/label` takes beside the families, where that is not everything. */
export function takenInWords({ prefixes, additional, restricted }: LabelSettings): string {
  const own = distinct([...additional, ...restricted.map(({ label }) => label).toSorted()]);
  const families = prefixes.map((each) => code(`${each}/…`));
  return listed([...own.slice(0, MAX_NAMED).map(code), ...families], 'or');
}

/** Labels named in one answer. */
const MAX_NAMED = 50;

/** Who is assigned when this label is put on. */
export function assignedOn(label: string, { restricted }: Pick<LabelSettings, 'restricted'>): readonly string[] {
  const entries = restricted.filter(({ assignOn = [] }) => assignOn.some((each) => isSame(each.label, label)));
  const users = entries.flatMap(({ label: of }) => restrictionOn(of, { restricted })?.users ?? []);
  return distinct(users);
}

/** Labels that assign somebody. */
export function assigningLabels({ restricted }: Pick<LabelSettings, 'restricted'>): readonly string[] {
  return distinct(restricted.flatMap(({ assignOn = [] }) => assignOn.map(({ label }) => label)));
}

function distinct(names: readonly string[]): readonly string[] {
  const spelled = new Map<string, string>();
  for (const name of names) if (!spelled.has(name.toLowerCase())) spelled.set(name.toLowerCase(), name);
  return [...spelled.values()];
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Of labels of which one at a time is on, this one: the others go first. */
export function only(label: string, of: readonly string[], labels: ReadonlySet<string>): readonly Action[] {
  const others = of.flatMap((each) => (isSame(each, label) ? [] : (labelOn(labels, each) ?? [])));
  return [...others.map(removeLabel), ...(labelOn(labels, label) === undefined ? [addLabel(label)] : [])];
}

/** Of labels of which one at a time is on: this one is not or, where none is named, none of them. */
export function none(label: string | undefined, of: readonly string[], labels: ReadonlySet<string>): readonly Action[] {
  const going = label === undefined ? of : [label];
  return going.flatMap((each) => labelOn(labels, each) ?? []).map(removeLabel);
}

const inFamily = (family: string, names: readonly string[]): readonly string[] =>
  names.map((each) => `${family}/${each}`);

export const LIFECYCLES = ['active', 'frozen', 'stale', 'rotten'] as const;
export const STAGES = ['alpha', 'beta', 'stable'] as const;
export const MILESTONE_STATUSES = ['approved-for-milestone', 'in-progress', 'in-review'] as const;
export const LIFECYCLE_LABELS = inFamily('lifecycle', LIFECYCLES);
export const STAGE_LABELS = inFamily('stage', STAGES);
export const STATUS_LABELS = inFamily('status', MILESTONE_STATUSES);
export const STALE = 'lifecycle/stale';
export const ROTTEN = 'lifecycle/rotten';
export const FROZEN = 'lifecycle/frozen';
