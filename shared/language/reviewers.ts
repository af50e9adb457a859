/** How reviewers are chosen: read by the rule that an event wakes and by the command. */
import { listOf, login, onOff, section, setting, wholeNumber, type SettingsIn } from './settings.ts';

const MAX_REVIEWERS = 10;

export const reviewersSettings = {
  blunderbuss: section({
    enabled: setting(
      onOff,
      false,
      'Reviewers are asked when a pull request is opened or ready for review; `/auto-cc` works in any case.',
    ),
    requestCount: setting(
      wholeNumber(1, MAX_REVIEWERS),
      2,
      'How many reviewers a pull request should have; who was asked already or has reviewed counts.',
      { prow: { at: 'blunderbuss.request_count' } },
    ),
    maxRequestCount: setting(
      wholeNumber(0, MAX_REVIEWERS),
      0,
      'How many it has at most where several folders have reviewers of their own; 0: one for each, ten at most.',
      { prow: { at: 'blunderbuss.max_request_count' } },
    ),
    excludeApprovers: setting(onOff, false, 'Approvers are not asked where there are too few reviewers.', {
      prow: { at: 'blunderbuss.exclude_approvers' },
    }),
    ignoreDrafts: setting(onOff, false, 'Nobody is asked for a draft until it is ready for review.', {
      prow: { at: 'blunderbuss.ignore_drafts' },
    }),
    ignoreAuthors: setting(listOf(login), [], 'Authors for whose pull requests nobody is asked.', {
      prow: { at: 'blunderbuss.ignore_authors' },
    }),
  }),
};

export type ReviewersSettings = SettingsIn<typeof reviewersSettings>['blunderbuss'];
