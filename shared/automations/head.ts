import { defineAutomation, observeHead } from '../language/index.ts';

export const head = defineAutomation({
  name: 'head',
  summary: 'Remembers since when a commit is the head, so that a verdict counts for the commit its author could see.',
  essential: true,
  on: ['opened', 'synchronized', 'reopened'],
  after: [],
  needs: [],
  decide({ subject: { headSha, headMoved }, at, event }) {
    if (headSha === undefined) return [];
    return [observeHead(headSha, at, headMoved ?? (event === 'opened' ? { comments: 0 } : {}))];
  },
});
