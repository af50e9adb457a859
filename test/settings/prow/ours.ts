/** A few rules and keys, declared as rules declare theirs. */
import {
  choice,
  groupOf,
  labelName,
  listOf,
  onOff,
  setting,
  textLike,
  wholeNumber,
} from '../../../shared/language/index.ts';
import { ownersSettings } from '../../../shared/ownership.ts';
import { takeOver, type Ours } from '../../../shared/settings/prow/take-over.ts';
import type { Finding, FindingKind } from '../../../shared/settings/prow/finding.ts';

export const ours: Ours = {
  rules: [
    { name: 'help' },
    { name: 'head', essential: true },
    { name: 'notes' },
    { name: 'by-hand', plugin: ['size', 'hold'] },
    { name: 'lgtm', plugin: 'lgtm' },
    { name: 'approve', plugin: 'approve' },
    { name: 'approval', plugin: 'approve' },
    { name: 'hold', plugin: 'hold' },
    { name: 'close', plugin: 'lifecycle' },
    { name: 'size', plugin: 'size' },
    { name: 'cherrypick', plugin: 'cherrypicker' },
    { name: 'only-asked-for', onRequest: true },
    { name: 'merge' },
  ],
  keys: [
    { name: 'size.s', setting: setting(wholeNumber(0, 1_000), 10, '', { prow: { at: 'size.s' } }) },
    { name: 'size.m', setting: setting(wholeNumber(0, 1_000), 30, '', { prow: { at: 'size.m' } }) },
    {
      name: 'lgtm.review_acts_as_lgtm',
      setting: setting(onOff, false, '', { prow: { at: 'lgtm[].review_acts_as_lgtm' } }),
    },
    {
      name: 'approve.self_approval',
      setting: setting(onOff, true, '', { prow: { at: 'approve[].require_self_approval', negated: true } }),
    },
    {
      name: 'approve.lgtm_acts_as_approve',
      setting: setting(onOff, false, '', { prow: { at: 'approve[].lgtm_acts_as_approve' } }),
    },
    {
      name: 'owners.skip_collaborators',
      setting: setting(onOff, false, '', { prow: { at: 'owners.skip_collaborators' } }),
    },
    { name: 'owners.file', setting: ownersSettings.owners.keys.file },
    { name: 'owners.aliases_file', setting: ownersSettings.owners.keys.aliasesFile },
    { name: 'owners.built_in_denied', setting: ownersSettings.owners.keys.builtInDenied },
    {
      name: 'milestones.team',
      setting: setting(textLike(/^[a-z-]+$/, 'a team'), '', '', { prow: { at: 'repo_milestone.*.maintainers_team' } }),
    },
    {
      name: 'labels.restricted',
      setting: setting(listOf(groupOf({ label: labelName, allowedTeams: listOf(labelName) }, 'label'), 5), [], '', {
        prow: { at: 'label.restricted_labels.*' },
      }),
    },
    {
      name: 'merge.policy',
      setting: setting(choice('ignore', 'permit'), 'ignore', '', { prow: { at: 'tide.github_merge_blocks_policy' } }),
    },
  ],
};

export const imported = (
  plugins: string | undefined,
  config?: string,
  with_: Ours = ours,
): ReturnType<typeof takeOver> =>
  takeOver(
    {
      plugins: plugins === undefined ? undefined : { path: 'plugins.yaml', text: plugins },
      config: config === undefined ? undefined : { path: 'config.yaml', text: config },
    },
    with_,
  );

/** `plugins.yaml:3 lgtm[].repos: …` of one kind. */
export const told = (findings: readonly Finding[], ...kinds: readonly FindingKind[]): readonly string[] =>
  findings
    .filter(({ kind }) => kinds.includes(kind))
    .map(
      ({ file, line, key, reason }) =>
        `${file === 'config.yaml' ? 'config ' : ''}${line} ${key === '' ? '' : `${key}: `}${reason}`,
    );
