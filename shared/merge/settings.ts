/** How it is set what a pull request needs before it is merged. */
import {
  APPROVED,
  choice,
  groupOf,
  labelName,
  LGTM,
  lgtmSettings,
  listOf,
  login,
  onOff,
  section,
  setting,
  textLike,
  wholeNumber,
  type SettingsIn,
} from '../language/index.ts';
import type { pipelineSettings } from '../pipelines/job-settings.ts';
import { branch } from './branches.ts';
import { checkKeys, contradictingChecks } from './checks.ts';
import { contradictingLabels, methodKeys } from './method.ts';

/** Tide writes labels of which one suffices with commas between them. */
const labelChoice = textLike(/^[^\p{C}]{1,500}$/u, 'the name of a label, or several with commas between them');

/** Each has a round of checks running. */
const MAX_BATCH = 20;

/** Of both rules that merge: the automation and the sweep. */
export const mergeSettings = section(
  {
    enabled: setting(onOff, true, 'Merge a pull request as soon as nothing blocks it.'),
    upToDate: setting(
      onOff,
      false,
      'Merge only what has all that its base has: else Bowsprit merges the base into it first, one pull request of a branch at a time, and waits for its checks.',
    ),
    batch: setting(
      wholeNumber(0, MAX_BATCH),
      0,
      'With `up_to_date`: how many pull requests of a branch are tested at once, each on top of those before it, on branches `bowsprit/batch/…`, and merged one after the other without another round of checks. 0: one at a time is brought up to date.',
    ),
    status: setting(
      choice('off', 'check', 'tide', 'both'),
      'off',
      "Where a pull request shows what it needs to be merged: nowhere but in the answer to `/why`, or also in the check `bowsprit/merge`, in the commit status `tide` in Tide's words, or in both. A branch may require them.",
    ),
    tideAllQueries: setting(onOff, false, 'The commit status `tide` says what is missing by each of the queries.', {
      prow: { at: 'tide.display_all_tide_queries_in_status' },
    }),
    autoMerge: setting(
      choice('leave', 'guard', 'feed'),
      'guard',
      "The forge's own auto-merge: left alone (`leave`), turned off while something is missing that the forge does not know of (`guard`), or besides turned on by Bowsprit once it is the forge alone that waits for something (`feed`).",
    ),
    ...methodKeys,
    queries: setting(
      listOf(
        groupOf({
          labels: listOf(labelChoice),
          missingLabels: listOf(labelName),
          branches: listOf(branch),
          exceptBranches: listOf(branch),
          author: login,
          milestone: textLike(/^[^\p{C}]{1,200}$/u, 'the title of a milestone'),
          reviewApproved: onOff,
        }),
      ),
      [{ labels: [LGTM, APPROVED] }],
      'What a pull request needs; where several are listed, one of them. With `lgtm` and `approved` go the votes they stand for; `do-not-merge/…` always blocks.',
    ),
    ...checkKeys,
  },
  (values) => contradictingLabels(values) ?? contradictingChecks(values),
);
/** What the gate reads. */
export type MergeSettings = SettingsIn<{
  readonly merge: typeof mergeSettings;
  readonly lgtm: typeof lgtmSettings;
  /** Of its jobs those that have to run before merging. */
  readonly pipelines: typeof pipelineSettings;
}>;
export type Query = MergeSettings['merge']['queries'][number];

type Status = MergeSettings['merge']['status'];

export const showsCheck = (status: Status): boolean => status === 'check' || status === 'both';
export const showsTide = (status: Status): boolean => status === 'tide' || status === 'both';
