/** Who may: a requirement is a value with two readers, one that decides and one that puts it in words. */

import { choice, section, setting } from './settings.ts';

/** Weakest first. */
export const ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What speaks for a repository about who may: the first that exists. */
export type Rung = 'owners' | 'codeowners' | 'roles';

export type Requirement =
  | {
      readonly is:
        | 'anyone'
        | 'author'
        | 'reviewer'
        | 'approver'
        | 'root-approver'
        | 'collaborator'
        | 'member'
        | 'labeler'
        | 'holder'
        | 'held-for'
        | 'abandoned'
        | 'trusted'
        | 'vouched';
    }
  | { readonly is: 'team'; readonly team: string }
  | { readonly is: 'role'; readonly atLeast: Role }
  | { readonly is: 'not'; readonly of: Requirement }
  | { readonly is: 'any' | 'all'; readonly of: readonly Requirement[] }
  /** One requirement where the flag is given, another where not: taking back is often freer than giving. */
  | { readonly is: 'with'; readonly flag: string; readonly given: Requirement; readonly otherwise: Requirement }
  /** Met where the settings say so. */
  | { readonly is: 'setting'; readonly setting: SettingSwitch };

/** Settings that open a command to everybody. */
export type SettingSwitch = 'anyone-lifts-holds';

/** Of the rules that lift holds: the command, and the label taken off by hand. */
export const holdSettings = section({
  liftedBy: setting(
    choice('holder', 'anyone'),
    'holder',
    'Who lifts a hold: whoever set it and, but for the author, approvers, maintainers and members of a team that it is held for (`holder`); or `anyone`.',
  ),
});

export const anyone: Requirement = { is: 'anyone' };
export const author: Requirement = { is: 'author' };
/** May say that a change reads well: people who can write, and those whom OWNERS name for a changed file. */
export const reviewer: Requirement = { is: 'reviewer' };
/** May consent to at least one changed file. */
export const approver: Requirement = { is: 'approver' };
/** Approver by the OWNERS of the root, or where there are none by what speaks for all files. */
export const rootApprover: Requirement = { is: 'root-approver' };
/** Triage or better, or able to read where reading is not for everybody. */
export const collaborator: Requirement = { is: 'collaborator' };
/** Member of the organization that owns the repository. */
export const member: Requirement = { is: 'member' };
/** May label: anyone where OWNERS rule, as in Prow; elsewhere the author and whoever may triage. */
export const labeler: Requirement = { is: 'labeler' };
/** Holds this pull request back; anyone where nothing holds it. */
export const holder: Requirement = { is: 'holder' };
/** Member of a team that somebody holds it for. */
export const heldFor: Requirement = { is: 'held-for' };
/** Anyone, once the pull request or issue carries one of {@link ABANDONED_LABELS}. */
export const whereAbandoned: Requirement = { is: 'abandoned' };
export const ABANDONED_LABELS = ['lifecycle/stale', 'lifecycle/rotten'] as const;
/** May start jobs: a collaborator, a member of the organization, or an App of the settings. */
export const trusted: Requirement = { is: 'trusted' };
/** Anyone, once somebody trusted has let jobs run for the head, or where its author is trusted. */
export const whereVouched: Requirement = { is: 'vouched' };
/** `org/team` */
export const team = (name: string): Requirement => ({ is: 'team', team: name });
export const role = (atLeast: Role): Requirement => ({ is: 'role', atLeast });
export const not = (of: Requirement): Requirement => ({ is: 'not', of });
export const anyOf = (...of: readonly Requirement[]): Requirement => ({ is: 'any', of });
export const allOf = (...of: readonly Requirement[]): Requirement => ({ is: 'all', of });
export const withFlag = (flag: string, given: Requirement, otherwise: Requirement): Requirement => ({
  is: 'with',
  flag,
  given,
  otherwise,
});
export const whereSet = (named: SettingSwitch): Requirement => ({ is: 'setting', setting: named });

/** What the actor is here. What is missing has not been looked up; `author` and `switches` are always known. */
export type Standing = {
  readonly author: boolean;
  readonly switches: ReadonlySet<SettingSwitch>;
  readonly role?: Role;
  /** Whether everybody can read the repository. */
  readonly public?: boolean;
  readonly ownership?: {
    readonly rung: Rung;
    readonly approver: boolean;
    readonly named: boolean;
    readonly root?: boolean;
  };
  /** Whether people who can write may review even where OWNERS do not name them: not with `skip_collaborators`. */
  readonly writersReview?: boolean;
  readonly holder?: boolean;
  readonly heldFor?: boolean;
  /** Whether one of {@link ABANDONED_LABELS} is on. */
  readonly abandoned?: boolean;
  readonly trusted?: boolean;
  /** Whether jobs may be started for the head. */
  readonly vouched?: boolean;
  readonly member?: boolean;
  readonly teams?: ReadonlyMap<string, boolean>;
};

/** What is left to find out where these settings are on: the same answers, in words that hold there. */
export function whereSwitched(need: Requirement, switches: ReadonlySet<SettingSwitch>): Requirement {
  switch (need.is) {
    case 'setting':
      return switches.has(need.setting) ? anyone : need;
    case 'with':
      return {
        ...need,
        given: whereSwitched(need.given, switches),
        otherwise: whereSwitched(need.otherwise, switches),
      };
    case 'any': {
      const of = need.of.map((each) => whereSwitched(each, switches));
      return of.some((each) => each.is === 'anyone') ? anyone : { ...need, of };
    }
    case 'all':
      return { ...need, of: need.of.map((each) => whereSwitched(each, switches)) };
    case 'not':
      return not(whereSwitched(need.of, switches));
    default:
      return need;
  }
}

/** What must be looked up before the answer is known. */
export type Unknown =
  | { readonly lookUp: 'role' | 'ownership' | 'holder' | 'held-for' | 'member' | 'abandoned' | 'trusted' | 'vouched' }
  | { readonly lookUp: 'team'; readonly team: string };

export function reaches(one: Role, other: Role): boolean {
  return ROLES.indexOf(one) >= ROLES.indexOf(other);
}

/** True, false, or what to look up next; asks for no more than decides the matter. `flags` are those given on the line. */
export function permits(need: Requirement, who: Standing, flags: ReadonlySet<string> = new Set()): boolean | Unknown {
  switch (need.is) {
    case 'anyone':
      return true;
    case 'author':
      return who.author;
    case 'setting':
      return who.switches.has(need.setting);
    case 'reviewer':
      return reviews(who);
    case 'approver':
      return who.ownership === undefined ? { lookUp: 'ownership' } : who.ownership.approver;
    case 'root-approver':
      return who.ownership === undefined ? { lookUp: 'ownership' } : who.ownership.root === true;
    case 'collaborator':
      return who.role === undefined ? { lookUp: 'role' } : collaborates(who.role, who.public ?? true);
    case 'labeler':
      return labels(who);
    case 'holder':
      return who.holder ?? { lookUp: 'holder' };
    case 'held-for':
      return who.heldFor ?? { lookUp: 'held-for' };
    case 'abandoned':
      return who.abandoned ?? { lookUp: 'abandoned' };
    case 'trusted':
      return who.trusted ?? { lookUp: 'trusted' };
    case 'vouched':
      return who.vouched ?? { lookUp: 'vouched' };
    case 'member':
      return who.member ?? { lookUp: 'member' };
    case 'team':
      return who.teams?.get(need.team) ?? { lookUp: 'team', team: need.team };
    case 'role':
      return who.role === undefined ? { lookUp: 'role' } : reaches(who.role, need.atLeast);
    case 'with':
      return permits(flags.has(need.flag) ? need.given : need.otherwise, who, flags);
    case 'not': {
      const inner = permits(need.of, who, flags);
      return typeof inner === 'boolean' ? !inner : inner;
    }
    case 'any':
      return first(need.of, true, who, flags);
    default:
      return first(need.of, false, who, flags);
  }
}

/** Stops at the first member that decides; what is known already is asked before anything is looked up. */
function first(
  members: readonly Requirement[],
  decisive: boolean,
  who: Standing,
  flags: ReadonlySet<string>,
): boolean | Unknown {
  const answers = members.map((each) => permits(each, who, flags));
  if (answers.includes(decisive)) return decisive;
  return answers.find((answer) => typeof answer !== 'boolean') ?? !decisive;
}

function collaborates(has: Role, isPublic: boolean): boolean {
  return reaches(has, 'triage') || (!isPublic && reaches(has, 'read'));
}

function reviews(who: Standing): boolean | Unknown {
  if (who.writersReview !== false) {
    if (who.role === undefined) return { lookUp: 'role' };
    if (reaches(who.role, 'write')) return true;
  }
  if (who.ownership === undefined) return { lookUp: 'ownership' };
  if (who.ownership.named || who.ownership.approver) return true;
  return (
    who.ownership.rung === 'owners' &&
    who.writersReview !== false &&
    who.role !== undefined &&
    collaborates(who.role, who.public ?? true)
  );
}

function labels(who: Standing): boolean | Unknown {
  if (who.author) return true;
  if (who.role === undefined) return { lookUp: 'role' };
  if (reaches(who.role, 'triage')) return true;
  return who.ownership === undefined ? { lookUp: 'ownership' } : who.ownership.rung === 'owners';
}

/** Who approves, by what speaks for the repository. */
const APPROVERS = {
  owners: 'approvers of a changed file',
  codeowners: 'code owners of a changed file',
  roles: 'people who maintain the repository',
} as const satisfies Record<Rung, string>;

/** For "… is for ___." and for the column "who" of the help page. */
export function inWords(need: Requirement, rung: Rung = 'owners'): string {
  switch (need.is) {
    case 'anyone':
      return 'anyone';
    case 'author':
      return 'the author';
    case 'reviewer':
      return 'reviewers (people who can write, or named in OWNERS)';
    case 'approver':
      return APPROVERS[rung];
    case 'root-approver':
      return 'approvers of the root OWNERS';
    case 'collaborator':
      return 'collaborators';
    case 'labeler':
      return 'people who may label (anyone where OWNERS rule, else the author and people who may triage)';
    case 'holder':
      return 'whoever set the hold';
    case 'held-for':
      return 'members of a team that it is held for';
    case 'abandoned':
      return 'anyone once it is stale or rotten';
    case 'trusted':
      return 'people who are trusted here (collaborators and members of the organization)';
    case 'vouched':
      return 'anyone where jobs may run for the head (its author is trusted, or somebody who is commented `/ok-to-test`)';
    case 'member':
      return 'members of the organization';
    case 'team':
      return `members of the team ${need.team}`;
    case 'role':
      return `people who may ${need.atLeast === 'admin' ? 'administer' : need.atLeast}`;
    case 'setting':
      return 'anyone, where the settings say so';
    case 'with': {
      const [given, otherwise] = [inWords(need.given, rung), inWords(need.otherwise, rung)];
      return given === otherwise ? given : `${otherwise}; with \`${need.flag}\`, ${given}`;
    }
    case 'not':
      return together([need], rung);
    case 'any':
      return need.of
        .filter((each) => each.is !== 'setting')
        .map((each) => inWords(each, rung))
        .join(' or ');
    default:
      return together(need.of, rung);
  }
}

/** With commas alone it would read like a list of which one suffices. */
function together(needs: readonly Requirement[], rung: Rung): string {
  const who = needs
    .filter(({ is }) => is !== 'not')
    .map((each) => (each.is === 'any' && each.of.length > 1 ? `(${inWords(each, rung)})` : inWords(each, rung)));
  const without = needs.flatMap((each) => (each.is === 'not' ? [`, but not ${inWords(each.of, rung)}`] : []));
  const [one = 'anyone', other] = who;
  const all = other === undefined ? one : `${who.length > 2 ? 'all at once:' : 'both'} ${who.join(' and ')}`;
  return `${all}${without.join('')}`;
}

/** The requirement that holds with these flags: what a refusal puts in words. */
export function inForce(need: Requirement, flags: ReadonlySet<string>): Requirement {
  return need.is === 'with' ? inForce(flags.has(need.flag) ? need.given : need.otherwise, flags) : need;
}
