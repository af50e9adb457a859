import {
  defineAutomation,
  requestReview,
  reviewersSettings,
  type Given,
  type PullFact,
  type ReviewersSettings,
} from '../language/index.ts';

export const blunderbuss = defineAutomation({
  name: 'blunderbuss',
  summary: 'Asks a few reviewers of the changed files, once for each pull request.',
  on: ['opened', 'draft-changed'],
  when: ({ blunderbuss: { enabled, waitForContext } }) => enabled && waitForContext === '',
  after: [],
  plugin: ['blunderbuss', 'rifle'],
  settings: reviewersSettings,
  needs: ['pull', 'reviewers'],
  decide({ event, author, pull, reviewers, settings }) {
    if (asksNobody({ author, event, pull }, settings.blunderbuss)) return [];
    const asked = [...reviewers.chosen, ...reviewers.required];
    return asked.length === 0 ? [] : [requestReview(asked)];
  },
});

type About = Pick<Given, 'author' | 'event'> & { readonly pull: PullFact };

/** Whoever may be asked besides. */
export function asksNobody(
  { author, event, pull }: About,
  { ignoreDrafts, ignoreAuthors }: Pick<ReviewersSettings, 'ignoreDrafts' | 'ignoreAuthors'>,
): boolean {
  if (pull.state !== 'open') return true;
  // What became a draft is for nobody to look at any more.
  if (pull.draft && (ignoreDrafts || event === 'draft-changed')) return true;
  return ignoreAuthors.some((each) => each.toLowerCase() === author.login.toLowerCase());
}
