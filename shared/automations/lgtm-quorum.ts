import {
  addLabel,
  code,
  defineAutomation,
  labelOn,
  LGTM,
  lgtmSettings,
  needsOne,
  notice,
  removeLabel,
  stillNeeded,
} from '../language/index.ts';

export const lgtmQuorum = defineAutomation({
  name: 'lgtm-quorum',
  summary:
    'Where more than one lgtm is needed, puts the label on with the last of them, and takes it off when one goes.',
  on: ['labeled', 'unlabeled', 'retargeted', 'reopened', 'found'],
  labels: [LGTM],
  after: ['vote', 'withdraw', 'withdraw-all', 'carry-votes'],
  plugin: 'lgtm',
  settings: { lgtm: lgtmSettings },
  // It is about pull requests, and costs nothing where one lgtm is enough.
  needs: ['votesForAnyHead'],
  asks: ({ settings }) => (needsOne(settings.lgtm) ? {} : { quorum: 'as it is' }),
  decide({ event, actor, answers: { quorum } }) {
    if (quorum === undefined || quorum.state !== 'open') return [];
    const on = labelOn(quorum.labels, LGTM);
    if (quorum.met) return on === undefined ? [addLabel(LGTM)] : [];
    if (on === undefined) return [];
    const told = `${code(on)} was taken off again: it needs ${stillNeeded(quorum)}.`;
    return [removeLabel(on), ...(event === 'labeled' && !actor.bot ? [notice('lgtm', told)] : [])];
  },
});
