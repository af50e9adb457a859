import {
  addLabel,
  code,
  defineAutomation,
  labelOn,
  listed,
  MERGE_COMMITS,
  notice,
  quietNotice,
  removeLabel,
} from '../language/index.ts';

const SUBJECT = 'merge-commits';
const MAX_NAMED = 10;
const SHORT_SHA = 7;

export const mergeCommits = defineAutomation({
  name: 'merge-commits',
  summary: 'Blocks a pull request that brings merge commits along.',
  onRequest: true,
  on: ['opened', 'reopened', 'synchronized', 'retargeted', 'found', 'base-moved'],
  after: [],
  plugin: 'mergecommitblocker',
  needs: ['pull', 'labels', 'commits', 'notices'],
  decide({ pull, labels, commits: { list, count }, notices }) {
    if (pull.state !== 'open') return [];
    const on = labelOn(labels, MERGE_COMMITS);
    const merges = list.filter(({ parents }) => parents > 1).map(({ sha }) => sha.slice(0, SHORT_SHA));
    // What is not listed may be one.
    const unseen = count - list.length;
    if (merges.length > 0 || unseen > 0) {
      return [...(on === undefined ? [addLabel(MERGE_COMMITS)] : []), notice(SUBJECT, noticeOf(merges, unseen))];
    }
    return [
      ...(on === undefined ? [] : [removeLabel(on)]),
      ...(notices.has(SUBJECT) ? [quietNotice(SUBJECT, 'It brings no merge commits along any more.')] : []),
    ];
  },
});

function noticeOf(merges: readonly string[], unseen: number): string {
  if (merges.length === 0) {
    return `**Blocked: whether this pull request brings merge commits along cannot be told.** The forge does not list ${unseen} of its commits. Rebase it into fewer commits, and push.`;
  }
  const shown = merges.slice(0, MAX_NAMED).map(code);
  const left = merges.length - shown.length;
  const names = left > 0 ? `${shown.join(', ')} and ${left} more` : listed(shown);
  const more = unseen > 0 ? ` The forge does not list ${unseen} further commits.` : '';
  return `**Blocked: this pull request brings merge commits along**: ${names}.${more} Rebase it onto the end of its base branch instead of merging that into it, and push.`;
}
