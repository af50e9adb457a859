import { defineAutomation, observeHead } from '../language/index.ts';

export const head = defineAutomation({
  name: 'head',
  summary: 'Remembers since when a commit is the head, so that a verdict counts for the commit its author could see.',
  essential: true,
  on: ['opened', 'synchronized', 'reopened'],
  after: [],
  needs: [],
  decide({ subject, at, event }) {
    if (subject.headSha === undefined) return [];
    return [observeHead(subject.headSha, at, event === 'opened' ? { comments: 0 } : subject.headMoved)];
  },
});
