/** What a pull request was picked from, and whether that has a release note. */
import { NOTE, NOTE_ACTION, notedParents, releaseNoteIn } from '../language/index.ts';
import type { Read } from '../providers/provider.ts';

/** Asks only where the description has no note of its own and names what it was picked from. */
export async function parentsWithoutNote(
  description: string,
  baseRef: string,
  { owner, name }: { readonly owner: string; readonly name: string },
  read: Pick<Read, 'issueAt' | 'defaultBranch'>,
): Promise<readonly number[] | undefined> {
  const parents = notedParents(description);
  const note = releaseNoteIn(description);
  if (parents.length === 0 || (note !== undefined && note.text !== '')) return undefined;
  if ((await read.defaultBranch()) === baseRef) return undefined;
  const found = await Promise.all(parents.map((number) => read.issueAt({ owner, repository: name, number })));
  return parents.filter((_, index) => {
    const labels = (found[index]?.labels ?? []).map((each) => each.toLowerCase());
    return !labels.includes(NOTE) && !labels.includes(NOTE_ACTION);
  });
}
