import {
  addLabel,
  APPROVED,
  code,
  defineAutomation,
  labelOn,
  listed,
  mention,
  notice,
  onOff,
  quietNotice,
  removeLabel,
  section,
  setting,
  type Approval,
} from '../language/index.ts';

export const approval = defineAutomation({
  name: 'approval',
  summary: 'Keeps the label approved and the notice of who must approve in step with the owners of the changed files.',
  on: ['opened', 'reopened', 'synchronized', 'retargeted', 'labeled', 'unlabeled', 'found', 'base-moved'],
  labels: [APPROVED],
  after: ['vote', 'withdraw', 'withdraw-all', 'carry-votes'],
  plugin: 'approve',
  settings: {
    approve: section({
      selfApproval: setting(onOff, true, 'The author counts as having approved what they own.', {
        prow: { at: 'approve[].require_self_approval', negated: true },
      }),
      lgtmActsAsApprove: setting(onOff, false, 'The lgtm of an approver is an approval as well.', {
        prow: { at: 'approve[].lgtm_acts_as_approve' },
      }),
    }),
  },
  needs: ['pull', 'approval', 'labels'],
  decide({ actor, event, label, pull, approval: now, labels }) {
    if (pull.state !== 'open') return [];
    const on = labelOn(labels, APPROVED);
    // Our own label comes back as an event.
    const ours = actor.bot && (event === 'labeled' || event === 'unlabeled');
    if (ours && now.approved === (on !== undefined)) return [];
    const text = noticeOf(now);
    // Several labels are often put on at once, or with the pull request: that this one was is an event that still comes.
    const comes = event === 'opened' || (event === 'labeled' && label?.toLowerCase() !== APPROVED);
    return [
      ...(now.approved && on === undefined ? [addLabel(APPROVED)] : []),
      ...(!now.approved && on !== undefined && !comes ? [removeLabel(on)] : []),
      now.approved ? quietNotice('approval', text) : notice('approval', text),
    ];
  },
});

/** People mentioned: more than a handful of notifications would be noise. */
const MAX_MENTIONED = 5;
/** People named for one folder. */
const MAX_NAMED = 10;
/** Folders listed; a comment holds 65,536 characters. */
const MAX_GROUPS = 60;
const MAX_REASONS = 10;

/** The first and the last line are Prow's, byte for byte: other tools look for them. */
function noticeOf(now: Approval): string {
  const by = [...new Set(now.groups.flatMap(({ approvedBy }) => approvedBy))].toSorted();
  const blocks = [
    `[APPROVALNOTIFIER] This PR is **${now.approved ? 'APPROVED' : 'NOT APPROVED'}**`,
    by.length === 0 ? 'Nobody has approved it yet.' : `Approved by ${listed(by.map(code))}.`,
    now.approved ? '' : whoMustAct(now),
    now.reasons
      .slice(0, MAX_REASONS)
      .map((reason) => `- ${reason}`)
      .join('\n'),
    detailsOf(now),
    `<!-- META=${metaOf(now)} -->`,
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

const NEEDED = {
  owners: 'For each changed file, one of its approvers',
  codeowners: 'For each changed file, one of its code owners',
  roles: 'Somebody who maintains the repository',
} as const satisfies Record<Approval['rung'], string>;

function whoMustAct({ suggested, rung }: Approval): string {
  if (suggested.length === 0) return `${NEEDED[rung]} has to comment ${code('/approve')}.`;
  const asked = suggested.slice(0, MAX_MENTIONED).map(mention);
  return `${listed(asked)}: please look at it, and comment ${code('/approve')} where you agree.`;
}

function detailsOf({ approved, groups, rung }: Approval): string {
  if (groups.length === 0) return '';
  const shown = groups.slice(0, MAX_GROUPS).map((group) => lineOf(group, rung));
  const more = groups.length > shown.length ? [`- and ${groups.length - shown.length} more`] : [];
  return [
    `<details${approved ? '' : ' open'}><summary>${SUMMARY[rung]}</summary>`,
    '',
    ...shown,
    ...more,
    '',
    `Approvers consent with ${code('/approve')} and take it back with ${code('/approve cancel')}.`,
    '',
    '</details>',
  ].join('\n');
}

const SUMMARY = {
  owners: 'Who approves what, by the OWNERS files of the base branch',
  codeowners: 'Who approves what, by CODEOWNERS of the base branch',
  roles: 'Who approves: no OWNERS and no CODEOWNERS, so people who maintain the repository',
} as const satisfies Record<Approval['rung'], string>;

function lineOf(group: Approval['groups'][number], rung: Approval['rung']): string {
  const { files, approvedBy, missing, partial, canApprove } = group;
  const place = placeOf(group, rung);
  const count = `${files} file${files === 1 ? '' : 's'}`;
  const agreed = `approved by ${named(approvedBy)}`;
  if (!missing) return `- ~~${place}~~ (${count}): ${agreed}`;
  return `- **${place}** (${count}): ${partial ? `partly ${agreed}; ` : ''}${whoCan(canApprove, rung)}`;
}

function placeOf({ directory, ownersFile }: Approval['groups'][number], rung: Approval['rung']): string {
  if (rung === 'roles') return 'The whole change';
  if (rung === 'owners') return code(ownersFile);
  return directory === '' ? `What ${code(ownersFile)} leaves open` : `${code(directory)} in ${code(ownersFile)}`;
}

function whoCan(people: readonly string[], rung: Approval['rung']): string {
  if (people.length > 0) return `${named(people, 'or')} can approve`;
  return rung === 'owners' ? 'nobody else is named here' : 'people who maintain the repository can approve';
}

function named(people: readonly string[], word: 'and' | 'or' = 'and'): string {
  if (people.length <= MAX_NAMED) return listed(people.map(code), word);
  return `${people.slice(0, MAX_NAMED).map(code).join(', ')} ${word} ${people.length - MAX_NAMED} more`;
}

/** JSON that cannot end the HTML comment it stands in. */
function metaOf({ suggested }: Approval): string {
  return JSON.stringify({ approvers: suggested.toSorted() }).replaceAll('>', '\\u003e');
}
