/** What the one comment about approval says: who is asked, and a table of what is approved by whom, at which commit. */
import { awayInWords, code, inCell, listed, mention, type Approval, type PullFact } from '../language/index.ts';

export type NoticeFacts = {
  readonly approval: Approval;
  readonly pull: Pick<PullFact, 'baseFilesUrl' | 'author'>;
};

type Group = Approval['groups'][number];

/** People mentioned: more than a handful of notifications would be noise. */
const MAX_MENTIONED = 5;
/** People named for one folder. */
const MAX_NAMED = 10;
/** Rows of the table, and characters of all of them; a comment holds 65,536. */
const MAX_GROUPS = 60;
const MAX_TABLE_CHARS = 40_000;
/** Characters of an address; what lies deeper is named and not linked. */
const MAX_URL_CHARS = 500;
const MAX_REASONS = 10;

/** The first and the last line are Prow's, byte for byte: other tools look for them. */
export function approvalNotice(facts: NoticeFacts): string {
  const { approval: now } = facts;
  const blocks = [
    `[APPROVALNOTIFIER] This PR is **${now.approved ? 'APPROVED' : 'NOT APPROVED'}**`,
    whoApproved(facts),
    ownersAgree(now) ? '' : whoMustAct(now),
    issueOf(now),
    now.reasons
      .slice(0, MAX_REASONS)
      .map((reason) => `- ${reason}`)
      .join('\n'),
    detailsOf(facts),
    `<!-- META=${metaOf(now)} -->`,
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function ownersAgree({ approved, groups, unapproved }: Approval): boolean {
  return approved || (groups.length > 0 && unapproved.length === 0 && groups.every(({ missing }) => !missing));
}

function whoApproved({ approval, pull }: NoticeFacts): string {
  const by = [...new Set(approval.groups.flatMap(({ approvedBy }) => approvedBy))].toSorted();
  if (by.length === 0) return approval.approved ? 'Nobody has to approve it.' : 'Nobody has approved it yet.';
  const author = pull.author.login.toLowerCase();
  return `Approved by ${named(by.map((login) => (login === author ? `${code(login)} as the author` : code(login))))}.`;
}

const NEEDED = {
  owners: 'For each changed file, one of its approvers',
  codeowners: 'For each changed file, one of its code owners',
  roles: 'Somebody who maintains the repository',
} as const satisfies Record<Approval['rung'], string>;

/** Whoever is assigned was asked already; whoever is not can be by the command that stands here. */
function whoMustAct({ suggested, assigned, rung, away }: Approval): string {
  if (suggested.length === 0) return `${NEEDED[rung]} has to comment ${code('/approve')}.`;
  const asked = assigned.slice(0, MAX_MENTIONED);
  const others = suggested.filter((login) => !assigned.includes(login)).slice(0, MAX_MENTIONED - asked.length);
  const assignees = listed(asked.map((login) => marked(mention(login), login, away)));
  const agree = `please look at it, and comment ${code('/approve')} where you agree.`;
  const them = listed(others.map((login) => marked(mention(login), login, away)));
  const assign = code(`/assign ${others.map((login) => `@${login}`).join(' ')}`);
  if (others.length === 0) return `${assignees}, assigned already: ${agree}`;
  if (asked.length === 0) {
    return `${them}: ${agree} To assign ${others.length === 1 ? 'this approver' : 'these approvers'}, comment ${assign}.`;
  }
  return `${assignees}, assigned already, and ${them}: ${agree} To assign who is not yet, comment ${assign}.`;
}

function issueOf({ issue }: Approval): string {
  if (issue === undefined) return '';
  if (issue.found !== undefined) return `It is about the issue ${code(issue.found)}.`;
  if (issue.waivedBy.length > 0) return `No issue is needed, by the word of ${named(issue.waivedBy.map(code))}.`;
  return `**It names no issue.** The author names one in the description, as ${code('#12')}, or an approver comments ${code('/approve no-issue')}.`;
}

function detailsOf(facts: NoticeFacts): string {
  const { approved, groups, rung } = facts.approval;
  if (groups.length === 0) return '';
  const rows: string[] = [];
  let left = MAX_TABLE_CHARS;
  for (const group of groups.slice(0, MAX_GROUPS)) {
    const row = rowOf(group, facts);
    left -= row.length;
    if (left < 0) break;
    rows.push(row);
  }
  const more = groups.length > rows.length ? [`And ${groups.length - rows.length} more.`, ''] : [];
  return [
    `<details${approved ? '' : ' open'}><summary>${SUMMARY[rung]}</summary>`,
    '',
    '| owners | files | needed | given |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    ...more,
    `Approvers consent with ${code('/approve')}, to some of it with ${code('/approve <path>')}, and take it back with ${code('/approve cancel')}.`,
    '',
    '</details>',
  ].join('\n');
}

const SUMMARY = {
  owners: 'Who approves what, by the OWNERS files of the base branch',
  codeowners: 'Who approves what, by CODEOWNERS of the base branch',
  roles: 'Who approves: no OWNERS and no CODEOWNERS, so people who maintain the repository',
} as const satisfies Record<Approval['rung'], string>;

function rowOf(group: Group, { approval: { rung, away }, pull }: NoticeFacts): string {
  const { files, missing, partial, quota } = group;
  const given = givenFor(group, pull.author.login.toLowerCase());
  const place = placeOf(group, rung, pull.baseFilesUrl);
  const cells = [
    missing ? `**${place}**` : `~~${place}~~`,
    `${files}${partial ? ', in part' : ''}`,
    missing ? neededFor(group, rung, away) : '',
    quota === undefined ? given : `${quota.given} of ${quota.needed}${given === '' ? '' : `: ${given}`}`,
  ];
  return `| ${cells.map(inCell).join(' | ')} |`;
}

function placeOf({ directory, ownersFile }: Group, rung: Approval['rung'], base: string): string {
  if (rung === 'roles') return 'The whole change';
  const file = linked(ownersFile, base);
  if (rung === 'owners') return file;
  return directory === '' ? `What ${file} leaves open` : `${code(directory)} in ${file}`;
}

function linked(path: string, base: string): string {
  const url = base + path.split('/').map(encoded).join('/');
  return url.length > MAX_URL_CHARS ? code(path) : `[${code(path)}](${url})`;
}

/** What the address of a link may hold; a lone surrogate is no character. */
function encoded(segment: string): string {
  return encodeURIComponent(segment.toWellFormed()).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  );
}

/** Whoever approved it as it was before knows it best. */
function neededFor({ canApprove, again }: Group, rung: Approval['rung'], away: Approval['away']): string {
  const people = [
    ...again.map((login) => marked(`${code(login)} again`, login, away)),
    ...canApprove.filter((login) => !again.includes(login)).map((login) => marked(code(login), login, away)),
  ];
  if (people.length > 0) return named(people, 'or');
  return rung === 'owners' ? 'nobody else is named here' : 'people who maintain the repository';
}

function marked(shown: string, login: string, away: Approval['away']): string {
  const absence = away?.get(login.toLowerCase());
  return absence === undefined ? shown : `${shown} (${awayInWords(absence)})`;
}

function givenFor({ approvedBy, approvedAt }: Group, author: string): string {
  return named(
    approvedBy.map((login) => {
      const commits = approvedAt.filter(([by]) => by === login).map(([, commit]) => code(commit.slice(0, 7)));
      if (commits.length > 0) return `${code(login)} at ${listed(commits)}`;
      return login === author ? `${code(login)} as the author` : code(login);
    }),
  );
}

function named(people: readonly string[], word: 'and' | 'or' = 'and'): string {
  if (people.length <= MAX_NAMED) return listed(people, word);
  return `${people.slice(0, MAX_NAMED).join(', ')} ${word} ${people.length - MAX_NAMED} more`;
}

/** JSON that cannot end the HTML comment it stands in. */
function metaOf({ suggested }: Approval): string {
  return JSON.stringify({ approvers: suggested.toSorted() }).replaceAll('>', '\\u003e');
}
