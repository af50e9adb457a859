import { code, defineAutomation, listed, notice, quietNotice, type MergeMethod } from '../language/index.ts';
import { methodLabels, wayOf } from '../merge/method.ts';
import { mergeSettings } from '../merge/settings.ts';

const SUBJECT = 'merge-method';

export const mergeMethodComment = defineAutomation({
  name: 'merge-method-comment',
  summary: 'Says how a pull request of several commits will be merged, and how to have it otherwise.',
  onRequest: true,
  on: ['opened', 'reopened', 'synchronized', 'edited', 'retargeted', 'labeled', 'unlabeled', 'base-moved'],
  labels: [],
  // A label of ours or of somebody else's that asks for a way.
  labelsBySettings: ({ merge }) => methodLabels(merge).map(({ label }) => label),
  after: [],
  plugin: 'merge-method-comment',
  settings: { merge: mergeSettings },
  needs: ['pull', 'labels', 'commits', 'notices'],
  decide({ pull, labels, commits, notices, settings }) {
    if (pull.state !== 'open') return [];
    if (commits.count < 2) return notices.has(SUBJECT) ? [quietNotice(SUBJECT, 'It has one commit now.')] : [];
    const way = wayOf(pull, labels, settings);
    const begin = `This pull request has ${commits.count} commits.`;
    if (way.is === 'none') return [notice(SUBJECT, `${begin} ${way.problem} ${way.next}`)];
    const others = methodLabels(settings.merge).filter(
      ({ method }) => method !== way.method && pull.methods.includes(method),
    );
    const hints = others.map(({ method, label }) => `${code(label)} has ${INSTEAD[method]}`);
    const hint = hints.length === 0 ? 'No label asks for anything else.' : `The label ${listed(hints, 'or')}.`;
    return [notice(SUBJECT, `${begin} ${WORDS[way.method]}: ${way.because}. ${hint}`)];
  },
});

const WORDS = {
  merge: 'They are merged as they are, with a merge commit',
  squash: 'They are squashed into one',
  rebase: 'They are rebased onto the end of the base branch, each for itself',
} as const satisfies Record<MergeMethod, string>;

const INSTEAD = {
  merge: 'them merged as they are',
  squash: 'them squashed',
  rebase: 'them rebased',
} as const satisfies Record<MergeMethod, string>;
