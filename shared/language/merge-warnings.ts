/** What people push to branches by themselves, past everything that is asked of a pull request: whom that is told of, and how. */
import { groupOf, listOf, login, onOff, section, setting, textLike, type SettingsIn, type Shape } from './settings.ts';
import { code } from './text.ts';

/** Of several that are so, the first is told. */
export const PUSH_KINDS = ['created', 'deleted', 'forced', 'plain'] as const;
export type PushKind = (typeof PUSH_KINDS)[number];

export const pushedBranch: Shape<string> = textLike(/^(?!\/)[^\p{C}\p{Z}~^:?*[\\]{1,200}$/u, 'the name of a branch');
export const channelName: Shape<string> = textLike(/^[^\s\p{C}]{1,100}$/u, 'the name of a channel');

export const mergeWarningSettings = {
  mergeWarnings: section({
    enabled: setting(
      onOff,
      false,
      'What somebody pushes to a branch by themselves is told outside of the forge; not what bots and Bowsprit merge.',
    ),
    channels: setting(listOf(channelName), [], 'Put into the event, for rules that send it on.'),
    exemptUsers: setting(listOf(login), [], 'People of whom nothing is told.'),
    exemptBranches: setting(
      listOf(groupOf({ branch: pushedBranch, users: listOf(login) }, 'branch', 'users')),
      [],
      'People of whom nothing is told on one branch: `{ branch, users }`.',
    ),
  }),
};
export type MergeWarningSettings = SettingsIn<typeof mergeWarningSettings>['mergeWarnings'];

export type PushByHand = {
  readonly kind: PushKind;
  readonly branch: string;
  /** `acme/widgets` */
  readonly repository: string;
  readonly sender: string;
  /** As the forge names whoever pushed; mostly the sender. */
  readonly pusher: string;
  readonly commits: number;
  /** The forge does not list more. */
  readonly andMore: boolean;
};

/** @returns a sentence; undefined where nobody is to be told. */
export function mergeWarning(push: PushByHand, settings: MergeWarningSettings): string | undefined {
  const { enabled, exemptUsers, exemptBranches } = settings;
  const here = exemptBranches.filter((each) => each.branch === push.branch).flatMap(({ users }) => users);
  const exempt = new Set([...exemptUsers, ...here].map((each) => each.toLowerCase()));
  if (!enabled || [push.sender, push.pusher].some((each) => exempt.has(each.toLowerCase()))) return undefined;
  return `${code(push.sender)} ${whatWasDone(push)}.`;
}

function whatWasDone({ kind, branch: name, repository, commits, andMore }: PushByHand): string {
  const where = `${code(name)} of ${code(repository)}`;
  const count = `${commits}${andMore ? ' or more' : ''} ${commits === 1 && !andMore ? 'commit' : 'commits'}`;
  switch (kind) {
    case 'created':
      return `created the branch ${where} with ${count}`;
    case 'deleted':
      return `deleted the branch ${where}`;
    case 'forced':
      return `pushed ${count} to ${where} by force`;
    default:
      return `pushed ${count} to ${where}`;
  }
}
