import {
  addLabel,
  addLabels,
  defineAutomation,
  globsOf,
  groupOf,
  labelName,
  labelOn,
  listOf,
  MAX_GLOB_CHARS,
  MAX_GLOBS,
  onOff,
  removeLabel,
  section,
  setting,
  textLike,
  type ChangedFiles,
} from '../language/index.ts';

const MAX_RULES = 100;
const glob = textLike(
  new RegExp(String.raw`^[^\p{C}]{1,${MAX_GLOB_CHARS}}$`, 'u'),
  'a path or a pattern such as `docs/**`',
);

export const pathLabels = defineAutomation({
  name: 'path-labels',
  summary: 'Puts labels on by the paths of the changed files, and takes them off again where the settings say so.',
  on: ['opened', 'reopened', 'synchronized', 'retargeted'],
  after: [],
  settings: {
    pathLabels: section({
      rules: setting(
        listOf(
          groupOf(
            { label: labelName, paths: listOf(glob, MAX_GLOBS), except: listOf(glob, MAX_GLOBS), removed: onOff },
            'label',
            'paths',
          ),
          MAX_RULES,
        ),
        [],
        'Labels for what changes any file of these `paths` and not of `except`; with `removed`, the label goes when no such file is changed any more.',
      ),
    }),
  },
  when: ({ pathLabels: { rules } }) => rules.length > 0,
  needs: ['changedFiles', 'labels'],
  decide({ changedFiles, labels, settings }) {
    const touched = (each: Rule): boolean => touches(each, changedFiles);
    const { rules } = settings.pathLabels;
    const wanted = new Set(rules.filter(touched).map(({ label }) => label.toLowerCase()));
    const missing = rules.filter(touched).filter(({ label }) => labelOn(labels, label) === undefined);
    const [first, ...others] = [...new Map(missing.map(({ label }) => [label.toLowerCase(), label])).values()];
    // A list that is not whole does not tell that nothing is touched.
    const going = changedFiles.complete
      ? rules.flatMap(({ label, removed }) =>
          removed === true && !wanted.has(label.toLowerCase()) ? (labelOn(labels, label) ?? []) : [],
        )
      : [];
    return [
      ...[...new Set(going)].map(removeLabel),
      ...(first === undefined ? [] : [others.length === 0 ? addLabel(first) : addLabels([first, ...others])]),
    ];
  },
});

type Rule = { readonly paths: readonly string[]; readonly except?: readonly string[] | undefined };

/** Where a file was before counts as well. */
function touches({ paths, except = [] }: Rule, { files }: ChangedFiles): boolean {
  const [within, without] = [globsOf(paths), globsOf(except)];
  const all = files.flatMap(({ path, previousPath }) => (previousPath === undefined ? [path] : [path, previousPath]));
  return all.some((path) => within(path) && !without(path));
}
