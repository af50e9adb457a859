/** OWNERS files for tests and for the bench: printed from values, and whole made-up repositories of any size. */
import { createHash } from 'node:crypto';
import { ALWAYS, type OwnersFile, type OwnersInput, type Rule } from '../../shared/owners/index.ts';

/** The id git gives a blob with this content. */
export function blobOf(text: string): { readonly oid: string; readonly text: string } {
  return {
    oid: createHash('sha1')
      .update(`blob ${Buffer.byteLength(text)}\0${text}`)
      .digest('hex'),
    text,
  };
}

/** Input for `compileOwners` from plain texts by path; OWNERS_ALIASES is recognized. */
export function treeOf(
  texts: Readonly<Record<string, string>>,
  more: Partial<Pick<OwnersInput, 'options' | 'complete'>> = {},
): OwnersInput {
  const aliases = texts['OWNERS_ALIASES'];
  const files = Object.entries(texts).filter(([path]) => path !== 'OWNERS_ALIASES');
  return {
    files: new Map(files.map(([path, text]) => [path, blobOf(text)])),
    aliases: aliases === undefined ? null : blobOf(aliases),
    complete: true,
    ...more,
  };
}

/** The text of an OWNERS file that means `file`. */
export function printOwners(
  file: Pick<OwnersFile, 'rules' | 'noParentOwners' | 'autoApproveUnownedSubfolders' | 'minApprovals'>,
): string {
  const [only] = file.rules;
  const simple = file.rules.length === 1 && only !== undefined && only.pattern === ALWAYS && namesAnyone(only);
  const lines = [
    ...(file.noParentOwners || file.autoApproveUnownedSubfolders || file.minApprovals !== undefined
      ? ['options:']
      : []),
    ...(file.noParentOwners ? ['  no_parent_owners: true'] : []),
    ...(file.autoApproveUnownedSubfolders ? ['  auto_approve_unowned_subfolders: true'] : []),
    ...(file.minApprovals === undefined ? [] : [`  min_approvals: ${file.minApprovals}`]),
    ...(simple ? listLines(only, '') : []),
    ...(!simple && file.rules.length > 0 ? ['filters:'] : []),
    ...(simple ? [] : file.rules.flatMap((rule) => [`  ${JSON.stringify(rule.pattern)}:`, ...listLines(rule, '    ')])),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function namesAnyone({ approvers, reviewers, requiredReviewers, labels }: Rule): boolean {
  return [approvers, reviewers, requiredReviewers, labels].some((list) => list.length > 0);
}

function listLines({ approvers, reviewers, requiredReviewers, labels }: Rule, indent: string): string[] {
  const list = (key: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [`${indent}${key}:`, ...names.map((name) => `${indent}- ${JSON.stringify(name)}`)];
  return [
    ...list('approvers', approvers),
    ...list('reviewers', reviewers),
    ...list('required_reviewers', requiredReviewers),
    ...list('labels', labels),
  ];
}

export type GeneratedTree = OwnersInput & {
  /** Folders that hold an OWNERS file, the root included. */
  readonly directories: readonly string[];
};

/**
 * A repository with `directories` OWNERS files, alike in shape to a large open-source one: mostly three or four folders
 * deep, at most eleven, a few hundred people in about fifty aliases, some filters, some folders that shut their parents out.
 */
export function generatedOwnersTree(directories: number, seed: number): GeneratedTree {
  const random = randomFrom(seed);
  const below = (bound: number): number => Math.floor(random() * bound);
  const person = (): string => `${['ada', 'grace', 'edsger', 'barbara'][below(4)] ?? 'ada'}-example-${below(80)}`;
  const some = (least: number, most: number, name: () => string): string[] => [
    ...new Set(Array.from({ length: least + below(most - least + 1) }, name)),
  ];
  const alias = (): string => `team-${below(50)}-approvers`;
  const nameOrAlias = (): string => (random() < 0.3 ? alias() : person());

  const folders = [''];
  while (folders.length < directories) {
    const parent = folders[below(folders.length)] ?? '';
    const depth = parent === '' ? 0 : parent.split('/').length;
    // Deep folders get few children, so that most lie at three or four.
    if (depth >= 11 || random() < depth / 8) continue;
    folders.push(
      `${parent === '' ? '' : `${parent}/`}${['pkg', 'api', 'internal', 'client', 'docs'][below(5)] ?? 'pkg'}${folders.length}`,
    );
  }
  const rule = (pattern: string): Rule => ({
    pattern,
    approvers: some(1, 4, nameOrAlias),
    reviewers: some(0, 6, nameOrAlias),
    requiredReviewers: [],
    labels: random() < 0.3 ? [`area/topic-${below(60)}`] : [],
  });
  const files = folders.map((folder): [string, { oid: string; text: string }] => {
    const filtered = folder === '' || random() < 0.01;
    const rules = filtered ? [rule(ALWAYS), rule(String.raw`\.go$`)] : [rule(ALWAYS)];
    const noParentOwners = folder !== '' && random() < 0.05;
    const text = `# Who looks after this folder.\n\n${printOwners({ rules, noParentOwners, autoApproveUnownedSubfolders: false })}`;
    return [folder === '' ? 'OWNERS' : `${folder}/OWNERS`, blobOf(text)];
  });
  const aliases = Array.from(
    { length: 50 },
    (_, number) =>
      `  team-${number}-approvers:\n${some(2, 11, person)
        .map((name) => `  - ${name}\n`)
        .join('')}`,
  );
  return {
    directories: folders,
    files: new Map(files),
    aliases: blobOf(`aliases:\n${aliases.join('')}`),
    complete: true,
  };
}

/** `count` made-up files: all over the tree, or in as few neighboring folders as hold 40 each. */
export function generatedChange(
  { directories }: Pick<GeneratedTree, 'directories'>,
  count: number,
  how: 'scattered' | 'contiguous',
  seed: number,
): readonly { readonly path: string }[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, number) => {
    const position = how === 'scattered' ? Math.floor(random() * directories.length) : Math.floor(number / 40);
    const folder = directories[position % directories.length] ?? '';
    return { path: `${folder === '' ? '' : `${folder}/`}file-${number}.go` };
  });
}

/** Numbers in [0, 1) that depend on `seed` alone: a linear congruential generator, high bits only. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) / 16_777_216;
  };
}
