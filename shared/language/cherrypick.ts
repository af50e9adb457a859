/** What the command that asks for cherry-picks and the rules that carry them out have in common. */
import { labelName, listOf, section, setting, textLike, type SettingsIn } from './settings.ts';

export const cherrypickSettings = section({
  labels: setting(listOf(labelName), [], 'Labels that every pull request of a cherry-pick gets.'),
  carriedLabels: setting(
    listOf(labelName),
    ['kind/'],
    'Labels of the original that its cherry-picks get as well; with a slash at the end, all of a family.',
  ),
  labelPrefix: setting(
    textLike(/^(?:[^\p{C},]{1,50}\/)?$/u, 'the beginning of a label, up to its slash'),
    'cherrypick/',
    'A label that begins so asks for a cherry-pick onto the branch that it goes on with; empty: none does.',
  ),
});
type Settings = SettingsIn<{ readonly cherrypick: typeof cherrypickSettings }>['cherrypick'];

/** Labels of a cherry-pick of something that has these. */
export function labelsPicked(on: readonly string[], { labels, carriedLabels }: Settings): readonly string[] {
  const carried = on.filter((label) => carriedLabels.some((each) => means(each.toLowerCase(), label.toLowerCase())));
  return [...new Set([...labels, ...carried.toSorted()])];
}

function means(named: string, label: string): boolean {
  return named.endsWith('/') ? label.startsWith(named) : label === named;
}

/** https://git-scm.com/docs/git-check-ref-format; whatever git refuses names no branch, and nothing that a shell would act on. */
const WRONG = /[\p{C}\s~^:?*[\\$`"'();&|<>{}!]|\.\.|\/\/|@\{|\.lock(?:\/|$)|^[-/.@]$|^[-/.]|[/.]$|\/\./u;
const MAX_BRANCH_CHARS = 200;

export function isBranchName(name: string): boolean {
  return name.length > 0 && name.length <= MAX_BRANCH_CHARS && !WRONG.test(name);
}
