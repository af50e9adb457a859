/** How a pull request is merged: by a label on it, by its branch, by its repository; and what the commit says. */
import {
  choice,
  code,
  groupOf,
  labelOn,
  listed,
  listOf,
  pattern,
  setting,
  textLike,
  type MergeMethod,
  type PullFact,
  type SettingsIn,
} from '../language/index.ts';
import { compilePattern } from '../owners/index.ts';
import { branch, isOnBranch } from './branches.ts';

const way = choice('merge', 'squash', 'rebase');
/** Empty: there is none. */
const labelOrNone = textLike(/^[^\p{C},]{0,100}$/u, 'the name of a label');
const template = textLike(/^(?:[^\p{C}]|[\n\t]){0,2000}$/u, 'text of 2,000 characters at most');

export const methodKeys = {
  method: setting(way, 'merge', 'How to merge, where the repository allows it; else the first way it allows.'),
  methods: setting(
    listOf(groupOf({ method: way, branches: listOf(branch), matching: pattern }, 'method')),
    [],
    'How to merge into some branches, by their names or by an expression that matches them; the first entry that fits counts, and nothing else is tried.',
  ),
  mergeLabel: setting(labelOrNone, '', 'The label that asks for a merge commit.', { prow: { at: 'tide.merge_label' } }),
  squashLabel: setting(labelOrNone, '', 'The label that asks for squashing.', { prow: { at: 'tide.squash_label' } }),
  rebaseLabel: setting(labelOrNone, '', 'The label that asks for rebasing.', { prow: { at: 'tide.rebase_label' } }),
  blockerLabel: setting(
    labelOrNone,
    '',
    'The label of issues that keep pull requests from being merged while they are open: into the branches that their titles name, as `branch:release-1.2`, or into any.',
    { prow: { at: 'tide.blocker_label' } },
  ),
  commitTitle: setting(
    template,
    '',
    'What the merge or squash commit is called; `{title}`, `{number}`, `{author}`, `{head}`, `{base}` and `{body}` stand for what the pull request says. Empty: the forge words it.',
  ),
  commitBody: setting(template, '', 'What its message says below that, with the same words in braces.'),
};
type MethodSettings = SettingsIn<{ readonly merge: { readonly keys: typeof methodKeys } }>;
type Wanted = Pick<PullFact, 'methods' | 'baseRef'>;

/** `problem`: why there is no way, as a sentence; `next`: what to do about it. */
export type Way =
  | { readonly is: 'way'; readonly method: MergeMethod; readonly because: string }
  | {
      readonly is: 'none';
      readonly problem: string;
      readonly next: string;
      /** Which is asked for, and not allowed. */
      readonly method?: MergeMethod;
    };

/** Which way it goes. What a label or a branch asks for is asked for: no other way takes its place. */
export function wayOf({ methods, baseRef }: Wanted, labels: ReadonlySet<string>, { merge }: MethodSettings): Way {
  if (methods.length === 0) {
    return {
      is: 'none',
      problem: 'The repository allows no way of merging.',
      next: 'Allow one in the settings of the repository.',
    };
  }
  const asking = methodLabels(merge).flatMap(({ method, label }) => {
    const on = labelOn(labels, label);
    return on === undefined ? [] : [{ method, label: on }];
  });
  const [asked] = asking;
  if (asking.length > 1) {
    return {
      is: 'none',
      problem: `${listed(asking.map(({ label }) => code(label)))} ask for different ways to merge.`,
      next: 'Take all of them off but one.',
    };
  }
  if (asked !== undefined) return allowed(asked.method, `${code(asked.label)} asks for it`, methods);
  const here = merge.methods.find((each) => isFor(each, baseRef));
  if (here !== undefined) return allowed(here.method, `${code('merge.methods')} says so for ${code(baseRef)}`, methods);
  const [first] = methods;
  if (methods.includes(merge.method)) {
    return { is: 'way', method: merge.method, because: `${code('merge.method')} says so` };
  }
  return { is: 'way', method: first ?? merge.method, because: `the repository does not allow ${code(merge.method)}` };
}

function allowed(method: MergeMethod, because: string, methods: readonly MergeMethod[]): Way {
  if (methods.includes(method)) return { is: 'way', method, because };
  return {
    is: 'none',
    method,
    problem: `It is to be merged by ${code(method)}, since ${because}, and the repository does not allow that.`,
    next: `Allow ${code(method)} in the settings of the repository, or ask for one of ${listed(methods.map(code), 'or')}.`,
  };
}

function isFor(
  { branches, matching }: { readonly branches?: readonly string[] | undefined; readonly matching?: string | undefined },
  baseRef: string,
): boolean {
  if (branches === undefined && matching === undefined) return true;
  return (
    (branches !== undefined && isOnBranch({ branches }, baseRef)) || (matching !== undefined && fits(matching, baseRef))
  );
}

/** What is no pattern was refused where it was read. */
export function fits(source: string, text: string): boolean {
  const compiled = compilePattern(source);
  return typeof compiled !== 'string' && compiled.matches(text);
}

/** The labels that ask for a way, where they are set. */
export function methodLabels({
  mergeLabel,
  squashLabel,
  rebaseLabel,
}: Pick<MethodSettings['merge'], 'mergeLabel' | 'squashLabel' | 'rebaseLabel'>): readonly {
  readonly method: MergeMethod;
  readonly label: string;
}[] {
  const all = [
    { method: 'merge', label: mergeLabel },
    { method: 'squash', label: squashLabel },
    { method: 'rebase', label: rebaseLabel },
  ] as const;
  return all.filter(({ label }) => label !== '');
}

/** Why these do not fit each other; undefined where they do. */
export function contradictingLabels(merge: Parameters<typeof methodLabels>[0]): string | undefined {
  const labels = methodLabels(merge).map(({ label }) => label.toLowerCase());
  const twice = labels.find((label, index) => labels.indexOf(label) !== index);
  return twice === undefined ? undefined : `The label ${code(twice)} cannot ask for two ways to merge.`;
}

/** What the commit is to say; undefined where the forge words it, as it does for rebasing in any case. */
export function messageFor(
  method: MergeMethod,
  { merge: { commitTitle, commitBody } }: MethodSettings,
): { readonly title?: string; readonly body?: string } | undefined {
  if (method === 'rebase' || (commitTitle === '' && commitBody === '')) return undefined;
  return {
    ...(commitTitle === '' ? {} : { title: commitTitle }),
    ...(commitBody === '' ? {} : { body: commitBody }),
  };
}
