/** Whether the commits of a pull request are signed off, and how that is set. */
import type { Commits } from './facts.ts';
import { labelName, listOf, login, onOff, section, setting, textLike, type SettingsIn } from './settings.ts';

const repository = textLike(
  /^(?:[A-Za-z0-9][A-Za-z0-9-]{0,99}\/[A-Za-z0-9._-]{1,100})?$/,
  'a repository with its organization',
);
const branch = textLike(/^(?:(?!\/)[^\p{C}\p{Z}~^:?*[\\]{1,200})?$/u, 'the name of a branch');
const path = textLike(/^(?!\/)(?!.*\.\.)[^\p{C}]{1,200}$/u, 'the path of a file');

export const dcoSettings = {
  dco: section({
    context: setting(
      textLike(/^[^\p{C}]{1,200}$/u, 'the name of a commit status'),
      'dco',
      'The commit status that says whether all commits are signed off.',
    ),
    yes: setting(labelName, 'dco-signoff: yes', 'The label of what is signed off.'),
    no: setting(labelName, 'dco-signoff: no', 'The label of what is not.'),
    strict: setting(onOff, false, 'A commit has to be signed off with the mail address of its author.'),
    skipMembers: setting(onOff, false, 'Commits of members of the organization need not be signed off.', {
      prow: { at: 'dco.*.skip_dco_check_for_members' },
    }),
    skipCollaborators: setting(onOff, false, 'Commits of collaborators need not be signed off.', {
      prow: { at: 'dco.*.skip_dco_check_for_collaborators' },
    }),
    trustedApps: setting(listOf(login), [], 'GitHub Apps, without `[bot]`, whose commits need not be signed off.', {
      prow: { at: 'dco.*.trusted_apps' },
    }),
    contributingRepo: setting(
      repository,
      '',
      'Where it is written how to contribute; empty: in the repository itself.',
      { prow: { at: 'dco.*.contributing_repo' } },
    ),
    contributingBranch: setting(branch, '', 'On which branch that is; empty: on the base branch.', {
      prow: { at: 'dco.*.contributing_branch' },
    }),
    contributingPath: setting(path, 'CONTRIBUTING.md', 'In which file.', { prow: { at: 'dco.*.contributing_path' } }),
  }),
};
export type DcoSettings = SettingsIn<typeof dcoSettings>['dco'];

export type SignOffs = {
  /** Oldest first. */
  readonly unsigned: readonly { readonly sha: string; readonly subject: string }[];
  /** Commits that the forge does not list. */
  readonly unseen: number;
};

type Commit = Commits['list'][number];

/** A merge brings nothing of its own. */
export function isSignedOff({ message, parents, author }: Commit, strict: boolean): boolean {
  if (parents > 1) return true;
  const lines = message.split('\n').flatMap((line) => /^signed-off-by:(.*)$/i.exec(line.trimEnd())?.[1] ?? []);
  if (!strict) return lines.length > 0;
  const mail = author?.email.toLowerCase() ?? '';
  return mail !== '' && lines.some((line) => /<([^<>]+)>\s*$/.exec(line)?.[1]?.toLowerCase() === mail);
}

export function subjectOf(message: string): string {
  return message.split('\n')[0] ?? '';
}
