/** A file of a commit, as GraphQL gives it. */
import * as z from 'zod/mini';
import type { FileAtCommit } from '../provider.ts';

/** What is asked of a tree's entry, which also tells links and submodules from files. */
export const FILE = '{ mode oid object { ... on Blob { text isBinary isTruncated } } }';

export const fileEntry = z.object({
  mode: z.number(),
  oid: z.string(),
  object: z.nullish(
    z.object({
      text: z.nullish(z.string()),
      isBinary: z.nullish(z.boolean()),
      isTruncated: z.optional(z.boolean()),
    }),
  ),
});
/** Git's modes of files that hold what they show: https://git-scm.com/docs/git-fast-import#_filemodify */
const FILE_MODES: ReadonlySet<number> = new Set([0o100644, 0o100755, 0o100664]);

export function fileFrom(found: z.infer<typeof fileEntry> | null): FileAtCommit {
  if (found === null) return { is: 'absent' };
  const { oid, mode, object } = found;
  if (!FILE_MODES.has(mode)) {
    return { is: 'unreadable', oid, problem: 'It is a link, a folder or a submodule, not a file.' };
  }
  if (object?.isTruncated === true) return { is: 'unreadable', oid, problem: 'It is too large to be read whole.' };
  if (object?.isBinary === true || object?.text === null || object?.text === undefined) {
    return { is: 'unreadable', oid, problem: 'It is not text.' };
  }
  return { is: 'text', oid, text: object.text };
}
