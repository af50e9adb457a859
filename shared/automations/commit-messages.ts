import {
  addLabel,
  code,
  defineAutomation,
  INVALID_MESSAGE,
  labelOn,
  notice,
  onOff,
  quietNotice,
  removeLabel,
  section,
  setting,
  type Commits,
  type SettingsIn,
} from '../language/index.ts';

const SUBJECT = 'commit-messages';
const MAX_NAMED = 20;
const SHORT_SHA = 7;

/** A word of its own that closes an issue: by its number, in another repository, as `GH-1` or by its address. */
const CLOSES =
  /(?<![\p{L}\p{N}_-])(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)[\s:]+(?:(?:[\w.-]+\/[\w.-]+)?#\d+|GH-\d+|https?:\/\/\S+\/(?:issues|pull)\/\d+)(?!\w)/iu;
const FIXUP = /^(?:fixup|amend|squash)!/;
/** No mail address, and nothing inside a word. */
const MENTIONS = /(?<![\w/.+-])@[A-Za-z0-9][A-Za-z0-9-]*(?!\.\w)/;

const commitMessageSettings = {
  commitMessages: section({
    closingKeywords: setting(onOff, true, 'Commit messages and the title may close no issues.'),
    fixups: setting(onOff, true, 'Commits that are to be squashed into others keep a pull request from being merged.'),
    mentions: setting(onOff, false, 'Commit messages may mention nobody: the forge notifies them again and again.'),
  }),
};
type Checks = SettingsIn<typeof commitMessageSettings>['commitMessages'];

export const commitMessages = defineAutomation({
  name: 'commit-messages',
  summary: 'Blocks a pull request whose commit messages or title close issues, or that has commits left to squash.',
  onRequest: true,
  on: ['opened', 'reopened', 'synchronized', 'edited', 'retargeted', 'found', 'base-moved'],
  after: ['retitle'],
  plugin: 'invalidcommitmsg',
  settings: commitMessageSettings,
  needs: ['pull', 'labels', 'commits', 'notices'],
  decide({ pull, labels, commits, notices, settings, subject }) {
    if (pull.state !== 'open') return [];
    const on = labelOn(labels, INVALID_MESSAGE);
    const blocks = blocksIn(commits, subject.title, settings.commitMessages);
    if (blocks.length > 0) {
      const text = ['**Blocked by words in commits or in the title.**', ...blocks].join('\n\n');
      return [...(on === undefined ? [addLabel(INVALID_MESSAGE)] : []), notice(SUBJECT, text)];
    }
    return [
      ...(on === undefined ? [] : [removeLabel(on)]),
      ...(notices.has(SUBJECT) ? [quietNotice(SUBJECT, 'Its commit messages and its title are in order now.')] : []),
    ];
  },
});

type Listed = Commits['list'];

function blocksIn({ list, count }: Commits, title: string, checks: Checks): readonly string[] {
  const unseen = count - list.length;
  const found = (on: boolean, bad: (message: string) => boolean): Listed =>
    on ? list.filter(({ message }) => bad(message)) : [];
  return [
    ...block(
      found(checks.closingKeywords, (message) => CLOSES.test(message)),
      'These close an issue when they land anywhere, in a fork as well. Write that into the description of the pull request instead:',
    ),
    ...block(
      found(checks.mentions, (message) => MENTIONS.test(message)),
      'These mention people, who are notified each time the commit goes anywhere. Name them without the sign:',
    ),
    ...block(
      found(checks.fixups, (message) => FIXUP.test(message)),
      `These are to be squashed into others: ${code('git rebase -i --autosquash')}, and push:`,
    ),
    ...(checks.closingKeywords && CLOSES.test(title)
      ? [`The title closes an issue; ${code('/retitle')} gives it another one, and the description may close it.`]
      : []),
    // Who has asked for a look cannot be told that there was nothing to be seen.
    ...(unseen > 0 && (checks.closingKeywords || checks.mentions || checks.fixups)
      ? [`The forge does not list ${unseen} of its commits, so these cannot be looked at.`]
      : []),
  ];
}

function block(commits: Listed, what: string): readonly string[] {
  if (commits.length === 0) return [];
  const lines = commits
    .slice(0, MAX_NAMED)
    .map(({ sha, message }) => `- ${code(sha.slice(0, SHORT_SHA))} ${code(message.split('\n')[0] ?? '')}`);
  const more = commits.length > lines.length ? [`- and ${commits.length - lines.length} more`] : [];
  return [[what, '', ...lines, ...more].join('\n')];
}
