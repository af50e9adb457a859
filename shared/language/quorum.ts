/** How many lgtms, and whose, a pull request needs: one set of words for the label, the gate and the replies. */
import { branch, isOnBranch } from './branches.ts';
import type { Lgtm, Person } from './facts.ts';
import { groupOf, listOf, onOff, section, setting, textLike, wholeNumber, type SettingsIn } from './settings.ts';
import { code, listed } from './text.ts';

const somebody = textLike(
  /^[A-Za-z0-9][\w.-]{0,99}(?:\/[\w.-]{1,100})?$/,
  'a login, or a team as `org/team` by the name in its address',
);
const team = textLike(
  /^(?:[A-Za-z0-9][\w.-]{0,99}(?:\/[\w.-]{1,100})?)?$/,
  'a team by the name in its address, `release-managers` or `org/release-managers`',
);

/** Of all rules that give, take or count lgtms. */
export const lgtmSettings = section({
  reviewActsAsLgtm: setting(onOff, false, 'An approving review of a reviewer is an lgtm as well.', {
    prow: { at: 'lgtm[].review_acts_as_lgtm' },
  }),
  required: setting(
    wholeNumber(1, 20),
    1,
    'How many people must say lgtm, the author not among them; the label goes on with the last of them.',
  ),
  groups: setting(
    listOf(
      groupOf({
        allOf: listOf(somebody),
        anyOf: listOf(somebody),
        count: wholeNumber(1, 20),
        branches: listOf(branch),
        exceptBranches: listOf(branch),
      }),
    ),
    [],
    'Whose lgtm is needed besides: each of `all_of` (of a team so many as `count` says, one where it says nothing), and `count` of `any_of` together.',
  ),
  stickyTeam: setting(
    team,
    '',
    'A team whose members’ pull requests keep their lgtm, whatever is pushed; approvals of what changed fall all the same.',
    { prow: { at: 'lgtm[].trusted_team_for_sticky_lgtm' } },
  ),
  rerequestReview: setting(onOff, false, 'Asks those whose lgtm a push took away for a review again.', {
    prow: { at: 'lgtm[].store_tree_hash' },
  }),
});
export type LgtmSettings = SettingsIn<{ readonly lgtm: typeof lgtmSettings }>['lgtm'];

export type QuorumPart = {
  /** `2`, `acme/security` */
  readonly name: string;
  readonly met: boolean;
  /** Who of those that count said it. */
  readonly by: readonly Lgtm[];
  /** Goes on after "it needs": `1 more lgtm`; empty where it is met. */
  readonly missing: string;
};
export type Quorum = { readonly met: boolean; readonly parts: readonly QuorumPart[] };

/** Whether one lgtm is enough, whoever says it: nothing more has to be found out then. */
export function needsOne({ required, groups }: Pick<LgtmSettings, 'required' | 'groups'>): boolean {
  return required === 1 && groups.length === 0;
}

/** Teams that are asked for, as they are written; lower case. */
export function teamsOfGroups({ groups }: Pick<LgtmSettings, 'groups'>): readonly string[] {
  const named = groups.flatMap(({ allOf = [], anyOf = [] }) => [...allOf, ...anyOf]);
  return [...new Set(named.filter(isTeam).map((name) => name.toLowerCase()))];
}

function isTeam(name: string): boolean {
  return name.includes('/');
}

/** @param lgtms that still count: each by a person of their own */
export function quorumOf(
  lgtms: readonly Lgtm[],
  { required, groups }: Pick<LgtmSettings, 'required' | 'groups'>,
  { baseRef, author }: { readonly baseRef: string; readonly author: Pick<Person, 'login' | 'id'> },
): Quorum {
  const counting = distinct(lgtms).filter(
    ({ by, id }) => by !== author.login.toLowerCase() && (id === '' || id !== author.id),
  );
  const parts = [
    partOf(`${required}`, counting, required, 'lgtm'),
    ...groups
      .filter((group) => isOnBranch(group, baseRef))
      .flatMap(({ allOf = [], anyOf = [], count = 1 }) => [
        ...allOf.map((name) =>
          partOf(name, saidBy(counting, [name]), isTeam(name) ? count : 1, `lgtm of ${inWords([name])}`),
        ),
        ...(anyOf.length === 0
          ? []
          : [partOf(anyOf.join(' or '), saidBy(counting, anyOf), count, `lgtm of ${inWords(anyOf)}`)]),
      ]),
  ];
  return { met: parts.every(({ met }) => met), parts };
}

function distinct(lgtms: readonly Lgtm[]): readonly Lgtm[] {
  return [...new Map(lgtms.map((each) => [each.id === '' ? `@${each.by}` : each.id, each])).values()];
}

function saidBy(lgtms: readonly Lgtm[], names: readonly string[]): readonly Lgtm[] {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return lgtms.filter((each) => wanted.has(each.by) || each.teams?.some((name) => wanted.has(name)) === true);
}

function inWords(names: readonly string[]): string {
  return listed(
    names.map((name) => (isTeam(name) ? `a member of ${code(name)}` : code(name))),
    'or',
  );
}

function partOf(name: string, said: readonly Lgtm[], count: number, what: string): QuorumPart {
  const lacking = count - said.length;
  const missing = lacking <= 0 ? '' : `${lacking} more ${lacking === 1 ? what : what.replace('lgtm', 'lgtms')}`;
  return { name, met: lacking <= 0, by: said, missing };
}

/** `1 more lgtm and 1 more lgtm of a member of …`; empty where it is met. */
export function stillNeeded({ parts }: Quorum): string {
  return listed(parts.flatMap(({ missing }) => (missing === '' ? [] : [missing])));
}
