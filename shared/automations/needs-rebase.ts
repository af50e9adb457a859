import {
  addLabel,
  defineAutomation,
  labelOn,
  NEEDS_REBASE,
  notice,
  quietNotice,
  removeLabel,
} from '../language/index.ts';

const SUBJECT = 'needs-rebase';
/** Prow's words, which other tools look for. */
const CONFLICTS = 'PR needs rebase.';

export const needsRebase = defineAutomation({
  name: 'needs-rebase',
  summary: 'Marks a pull request that conflicts with its base, also when it is the base that moved.',
  on: ['opened', 'reopened', 'synchronized', 'retargeted', 'found', 'base-moved'],
  after: [],
  plugin: 'needs-rebase',
  needs: ['pull', 'labels', 'notices'],
  unsettled: ({ pull }) => pull.state === 'open' && pull.mergeable === 'unknown',
  decide({ pull, labels, notices }) {
    // What the forge does not know yet is left as it is, and looked at again.
    if (pull.state !== 'open' || pull.mergeable === 'unknown') return [];
    const on = labelOn(labels, NEEDS_REBASE);
    if (pull.mergeable === 'conflicting') {
      const why =
        'It conflicts with the end of its base branch, and is not merged like this. Rebase it or merge the base into it, and push.';
      return [
        ...(on === undefined ? [addLabel(NEEDS_REBASE)] : []),
        // Whoever rebases their branches by themselves need not be told.
        ...(pull.author.bot ? [] : [notice(SUBJECT, `${CONFLICTS}\n\n${why}`)]),
      ];
    }
    return [
      ...(on === undefined ? [] : [removeLabel(on)]),
      ...(notices.has(SUBJECT) ? [quietNotice(SUBJECT, 'It conflicts with its base no more.')] : []),
    ];
  },
});
