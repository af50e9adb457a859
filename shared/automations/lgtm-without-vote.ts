import { code, defineAutomation, labelOn, LGTM, notice, removeLabel } from '../language/index.ts';

export const lgtmWithoutVote = defineAutomation({
  name: 'lgtm-without-vote',
  summary:
    'Takes lgtm off when a pull request comes back or changes its base, and nobody’s lgtm is about what it is now.',
  on: ['retargeted', 'reopened', 'found'],
  after: [],
  plugin: 'lgtm',
  needs: ['pull', 'votes', 'labels'],
  decide({ pull, votes, labels }) {
    const stands = votes.some(({ vote, headSha }) => vote === 'lgtm' && headSha === pull.headSha);
    const on = labelOn(labels, LGTM);
    if (pull.state !== 'open' || stands || on === undefined) return [];
    const now = `It would now put ${code(pull.headSha.slice(0, 7))} into ${code(pull.baseRef)}.`;
    return [
      removeLabel(on),
      notice('lgtm', `LGTM label has been removed: what was reviewed is another change. ${now}`),
    ];
  },
});
