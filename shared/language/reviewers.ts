/** How reviewers are chosen: read by the rule that an event wakes and by the command. */
import {
  choice,
  listOf,
  login,
  onOff,
  pattern,
  section,
  setting,
  textLike,
  wholeNumber,
  type SettingsIn,
} from './settings.ts';

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
    useStatusAvailability: setting(
      onOff,
      false,
      'Whoever says by their status on the forge that they have little time is not asked.',
      { prow: { at: 'blunderbuss.use_status_availability' } },
    ),
    waitForContext: setting(
      textLike(/^[^\p{C}]{0,200}$/u, 'the name of a check or status'),
      '',
      'The check or commit status that reviewers are asked after, in place of when it is opened; empty: none.',
      { prow: { at: 'blunderbuss.wait_for_status.context' } },
    ),
    waitForState: setting(
      choice('success', 'failure', 'pending'),
      'success',
      'What it has to be then. `pending` is noticed at once of `tide` alone, where Bowsprit sets it; else with what happens next.',
      { prow: { at: 'blunderbuss.wait_for_status.state' } },
    ),
    waitForDescription: setting(
      pattern,
      '',
      'A regular expression (RE2) that matches what it has to say then; empty: anything.',
      { prow: { at: 'blunderbuss.wait_for_status.description' } },
    ),
  }),
};

export type ReviewersSettings = SettingsIn<typeof reviewersSettings>['blunderbuss'];
