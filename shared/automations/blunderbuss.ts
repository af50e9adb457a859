import { defineAutomation, requestReview, reviewersSettings } from '../language/index.ts';

export const blunderbuss = defineAutomation({
  name: 'blunderbuss',
  summary: 'Asks a few reviewers of the changed files, once for each pull request.',
  on: ['opened', 'draft-changed'],
  when: ({ blunderbuss: { enabled } }) => enabled,
  after: [],
  plugin: ['blunderbuss', 'rifle'],
  settings: reviewersSettings,
  needs: ['pull', 'reviewers'],
  decide({ event, author, pull, reviewers, settings }) {
    const { ignoreDrafts, ignoreAuthors } = settings.blunderbuss;
    if (pull.state !== 'open') return [];
    // What became a draft is for nobody to look at any more.
    if (pull.draft && (ignoreDrafts || event === 'draft-changed')) return [];
    if (ignoreAuthors.some((each) => each.toLowerCase() === author.login.toLowerCase())) return [];
    const asked = [...reviewers.chosen, ...reviewers.required];
    return asked.length === 0 ? [] : [requestReview(asked)];
  },
});
