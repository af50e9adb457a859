/** Files that ask for more approvals than anybody could give. */
import { fileIn, folderOf, type OwnersIndex } from './compile.ts';

/** `owners` are at most so many, whatever filters match; what lies deeper may have more of its own. */
export type OutOfReach = { readonly path: string; readonly needed: number; readonly owners: number };

/** Of an index that knows all files above those that ask. Where nobody at all is named, that is another matter. */
export function outOfReachIn(index: OwnersIndex): readonly OutOfReach[] {
  const asking = [...index.folders, ...index.documents].flatMap(([at, file]) =>
    file?.is === 'owners' && file.minApprovals !== undefined && file.minApprovals > 1
      ? [{ at, needed: file.minApprovals }]
      : [],
  );
  return asking.flatMap(({ at, needed }): readonly OutOfReach[] => {
    const owners = ownersAbove(index, at);
    if (owners === undefined || owners === 0 || owners >= needed) return [];
    return [{ path: index.documents.has(at) ? at : fileIn(at, index.options.ownersFile), needed, owners }];
  });
}

/** Undefined where a file on the way cannot be read: that one is to be mended first. */
function ownersAbove(index: OwnersIndex, from: string): number | undefined {
  const members = new Map(index.aliases?.is === 'aliases' ? index.aliases.entries : []);
  const names = new Set<string>();
  for (let at = from; ; at = folderOf(at)) {
    const file = index.documents.get(at) ?? index.folders.get(at);
    if (file?.is === 'unreadable') return undefined;
    for (const { approvers } of file?.rules ?? []) {
      for (const name of approvers) for (const login of members.get(name) ?? [name]) names.add(login);
    }
    if (at === '' || (file?.noParentOwners === true && names.size > 0)) return names.size;
  }
}
