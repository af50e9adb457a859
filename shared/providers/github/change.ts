/** What changes between a merge base and a head: what a push is compared by. */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Change, FileChange } from '../provider.ts';
import { statusOf, type Client } from './client.ts';
import { queried } from './graphql.ts';
import { entriesByRest, hasNoGraphql } from './without-graphql.ts';

type Octokit = Client['octokit'];
type Here = { readonly owner: string; readonly repo: string };
type Compared = {
  readonly filename: string;
  readonly status: string;
  readonly previous_filename?: string | undefined;
  readonly patch?: string | undefined;
};
/** A file as git keeps it: mode and blob. */
type Entry = { readonly mode: number; readonly oid: string };
type Sides = { readonly from: Entry | undefined; readonly to: Entry | undefined };

/** https://docs.github.com/en/rest/commits/commits#compare-two-commits lists at most so many. */
const MAX_COMPARED_FILES = 300;
const FILES_PER_QUERY = 100;
const UNKNOWN: Change = { files: new Map(), complete: false };

/** What cannot be known whole is said to be so: then nothing counts as unchanged. */
export async function changeBetween(octokit: Octokit, here: Here, baseRef: string, head: string): Promise<Change> {
  const found = await comparison(octokit, here, `${baseRef}...${head}`);
  const files = found?.files;
  if (found === undefined || files === undefined || files.length >= MAX_COMPARED_FILES) return UNKNOWN;
  const base = found.merge_base_commit.sha;
  const all = new Map<string, FileChange>();
  for (let start = 0; start < files.length; start += FILES_PER_QUERY) {
    const part = files.slice(start, start + FILES_PER_QUERY);
    // Two parts at once would only share the same rate limit.
    // oxlint-disable-next-line no-await-in-loop
    const sides = await sidesOf(octokit, here, { files: part, base, head });
    for (const [index, file] of part.entries()) {
      const change = changeOf(file, sides[index] ?? NEITHER);
      if (change === undefined) return UNKNOWN;
      all.set(file.filename, change);
    }
  }
  return { files: all, complete: true };
}

/** Undefined for a commit that a forced push left behind and that is gone for good. */
async function comparison(octokit: Octokit, here: Here, basehead: string) {
  try {
    // Files come with the first page, whatever its size: of commits one is enough.
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
      ...here,
      basehead,
      per_page: 1,
    });
    return data;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

type Between = { readonly files: readonly Compared[]; readonly base: string; readonly head: string };

const entry = z.object({ mode: z.number(), oid: z.string() });
const side = z.nullish(z.record(z.string(), z.nullable(entry)));
const answer = z.object({ repository: z.nullable(z.object({ from: side, to: side })) });
const NEITHER: Sides = { from: undefined, to: undefined };

/** A comparison tells no modes: a file that became a link, or can be run now, would look the same. */
async function sidesOf(octokit: Octokit, here: Here, { files, base, head }: Between): Promise<readonly Sides[]> {
  const before = files.map(({ filename, previous_filename: previous }) => previous ?? filename);
  const after = files.map(({ filename }) => filename);
  try {
    const data = await queried(octokit, queryFor(before, after), { ...here, base, head });
    const { from, to } = answer.parse(data).repository ?? {};
    return files.map((_, index) => ({ from: from?.[`f${index}`] ?? undefined, to: to?.[`f${index}`] ?? undefined }));
  } catch (error) {
    if (!hasNoGraphql(error)) throw error;
    const [from, to] = await Promise.all([
      entriesByRest(octokit, here, before, base),
      entriesByRest(octokit, here, after, head),
    ]);
    return files.map((_, index) => ({ from: from[index], to: to[index] }));
  }
}

function entriesAt(paths: readonly string[]): string {
  return paths.map((path, index) => `f${index}: file(path: ${JSON.stringify(path)}) { mode oid }`).join('\n');
}

function queryFor(before: readonly string[], after: readonly string[]): string {
  return `query($owner: String!, $repo: String!, $base: String!, $head: String!) {
  repository(owner: $owner, name: $repo) {
    from: object(expression: $base) { ... on Commit { ${entriesAt(before)} } }
    to: object(expression: $head) { ... on Commit { ${entriesAt(after)} } }
  }
}`;
}

/** Undefined where a side is missing that the comparison says is there. */
function changeOf(file: Compared, { from, to }: Sides): FileChange | undefined {
  const { filename, status, previous_filename: previous = filename, patch } = file;
  if ((from === undefined && status !== 'added') || (to === undefined && status !== 'removed')) return undefined;
  // Without a patch (binary, too large) the content counts.
  const lines = patch?.split('\n').map(withoutNumbers) ?? [to?.oid ?? null];
  return {
    from: digestOf([previous, from ?? null]),
    to: digestOf([to ?? null]),
    ...(previous === filename ? {} : { previous }),
    lines: digestOf([status, previous, from?.mode ?? null, to?.mode ?? null, lines]),
  };
}

/** As in `git patch-id`, where lines stand does not count; what they stand in, as git names it there, does. */
function withoutNumbers(line: string): string {
  return line.replace(/^@@ [^@]* @@/, '@@');
}

function digestOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
