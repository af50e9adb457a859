import {
  code,
  dcoSettings,
  defineAutomation,
  notice,
  quietNotice,
  setStatus,
  switched,
  type Action,
  type DcoSettings,
  type PullFact,
  type SignOffs,
} from '../language/index.ts';

const SUBJECT = 'dco';
const MAX_NAMED = 20;
const SHORT_SHA = 7;

export const dco = defineAutomation({
  name: 'dco',
  summary: 'Says whether all commits of a pull request are signed off, by a label, a commit status and one comment.',
  onRequest: true,
  on: ['opened', 'reopened', 'synchronized', 'retargeted', 'found'],
  after: [],
  plugin: 'dco',
  settings: dcoSettings,
  needs: ['pull', 'labels', 'signOffs', 'notices'],
  decide({ pull, labels, signOffs, notices, settings, event }) {
    if (pull.state !== 'open') return [];
    const { yes, no } = settings.dco;
    const passed = signOffs.unsigned.length === 0 && signOffs.unseen === 0;
    const text = passed ? '' : textOf(signOffs, pull, settings.dco);
    return [
      ...(passed ? switched(labels, yes, no) : switched(labels, no, yes)),
      ...statusOf(passed, signOffs, pull, settings.dco),
      // Whoever reopens it has seen the comment.
      ...(passed ? [] : [event === 'reopened' ? quietNotice(SUBJECT, text) : notice(SUBJECT, text)]),
      ...(passed && notices.has(SUBJECT) ? [quietNotice(SUBJECT, 'All commits are signed off.')] : []),
    ];
  },
});

function statusOf(
  passed: boolean,
  { unsigned, unseen }: SignOffs,
  pull: PullFact,
  settings: DcoSettings,
): readonly Action[] {
  const { context } = settings;
  const count = unsigned.length + unseen;
  const description = passed
    ? 'All commits are signed off.'
    : `${count} ${count === 1 ? 'commit is' : 'commits are'} not signed off.`;
  const state = passed ? 'success' : 'failure';
  const standing = pull.checks.find(({ name, from }) => name === context && from === 'status');
  if (standing?.state === state && standing.description === description) return [];
  return [setStatus({ context, headSha: pull.headSha, state, description, url: howTo(pull, settings) })];
}

/** `https://forge.example/acme/widgets` */
function repositoryUrl({ baseFilesUrl }: PullFact): string {
  return baseFilesUrl.slice(0, baseFilesUrl.lastIndexOf('/blob/'));
}

function howTo(pull: PullFact, { contributingRepo, contributingBranch, contributingPath }: DcoSettings): string {
  const here = repositoryUrl(pull);
  const repository = contributingRepo === '' ? here : here.replace(/[^/]+\/[^/]+$/, contributingRepo);
  const branch = contributingBranch === '' ? pull.baseRef : contributingBranch;
  const path = [...branch.split('/'), ...contributingPath.split('/')].map(encodeURIComponent).join('/');
  return `${repository}/blob/${path}`;
}

function textOf({ unsigned, unseen }: SignOffs, pull: PullFact, settings: DcoSettings): string {
  const lines = unsigned
    .slice(0, MAX_NAMED)
    .map(
      ({ sha, subject }) =>
        `- [${code(sha.slice(0, SHORT_SHA))}](${repositoryUrl(pull)}/commit/${sha}) ${code(subject)}`,
    );
  const more = unsigned.length > lines.length ? [`- and ${unsigned.length - lines.length} more`] : [];
  const strict = settings.strict ? ', with the mail address of its author' : '';
  return [
    `**Not signed off.** Each commit needs a line ${code('Signed-off-by: Name <mail>')} of its own${strict}: ${code('git commit --amend --signoff')} for the last one, ${code('git rebase --signoff <base>')} for all, and push. [How to contribute](${howTo(pull, settings)}).`,
    ...(lines.length + more.length === 0 ? [] : [[...lines, ...more].join('\n')]),
    ...(unseen === 0 ? [] : [`The forge does not list ${unseen} of its commits, so these cannot be looked at.`]),
  ].join('\n\n');
}
