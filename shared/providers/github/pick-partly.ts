/** What of a change can be applied where all of it cannot: whole files that are, on the branch, what the change began with. */
import * as z from 'zod/mini';
import type { Client } from './client.ts';
import { committed, type Here, type Source, type Tip, type Top } from './cherry-pick.ts';
import { queried } from './graphql.ts';
import { messageFor } from './pick-words.ts';
import { entriesByRest, hasNoGraphql } from './without-graphql.ts';

type Octokit = Client['octokit'];
type Entry = { readonly mode: number; readonly oid: string };
type File = { readonly path: string; readonly previous: string };

/** https://docs.github.com/en/rest/commits/commits#compare-two-commits lists at most so many. */
const MAX_FILES = 300;
const FILES_PER_QUERY = 50;
const OCTAL = 8;
const MODE_DIGITS = 6;
const SUBMODULE = 0o160000;

export type Part = {
  /** Undefined where nothing could be applied. */
  readonly top: Top | undefined;
  /** Files that were left as they are. */
  readonly left: readonly string[];
};

/** Undefined where not all files are known. */
export async function partlyPicked(octokit: Octokit, here: Here, source: Source, tip: Tip): Promise<Part | undefined> {
  const { parent, sha, author, message } = source.whole;
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
    ...here,
    basehead: `${parent}...${sha}`,
    per_page: 1,
  });
  const listed = data.files ?? [];
  if (listed.length >= MAX_FILES) return undefined;
  const files = listed.map(({ filename: path, previous_filename: previous = path }) => ({ path, previous }));
  const sides = await sidesOf(octokit, here, files, { before: parent, after: sha, now: tip.sha });
  const left: string[] = [];
  const changes = files.flatMap((file, index): readonly Change[] => {
    const found = sides[index];
    const change = found === undefined ? undefined : changeOf(file, found);
    if (change === undefined) left.push(file.path);
    return change ?? [];
  });
  if (changes.length === 0) return { top: undefined, left };
  const { data: made } = await octokit.request('POST /repos/{owner}/{repo}/git/trees', {
    ...here,
    base_tree: tip.tree,
    tree: [...changes],
  });
  // By number: a name may say anything, and what commits say is acted upon.
  const parts = `${message.trimEnd()}\n\nNot whole: ${left.length} of its files conflict.`;
  const top = await committed(octokit, here, {
    message: messageFor({ message: parts, sha }),
    tree: made.sha,
    parents: [tip.sha],
    author,
  });
  return { top: { sha: top, tree: made.sha }, left };
}

type Change = {
  readonly path: string;
  readonly mode: '100644' | '100755' | '120000' | '160000';
  readonly type: 'blob' | 'commit';
  readonly sha: string | null;
};
type Sides = {
  readonly before: Entry | undefined;
  readonly after: Entry | undefined;
  /** On the branch, where it was and where it goes. */
  readonly was: Entry | undefined;
  readonly now: Entry | undefined;
};

/** Undefined where the branch has something else there; nothing where it has the change already. */
function changeOf({ path, previous }: File, { before, after, was, now }: Sides): readonly Change[] | undefined {
  const moved = path !== previous;
  if (isSame(after, now) && (!moved || was === undefined)) return [];
  if (!isSame(before, was) || (moved && now !== undefined)) return undefined;
  return [
    ...(moved || after === undefined ? [gone(previous, before)] : []),
    ...(after === undefined ? [] : [{ path, ...kindOf(after), sha: after.oid }]),
  ];
}

function gone(path: string, entry: Entry | undefined): Change {
  return { path, ...kindOf(entry), sha: null };
}

const MODES = ['100644', '100755', '120000', '160000'] as const;

function kindOf(entry: Entry | undefined): Pick<Change, 'mode' | 'type'> {
  const written = (entry?.mode ?? 0).toString(OCTAL).padStart(MODE_DIGITS, '0');
  const mode = MODES.find((each) => each === written) ?? '100644';
  return { mode, type: entry?.mode === SUBMODULE ? 'commit' : 'blob' };
}

function isSame(one: Entry | undefined, other: Entry | undefined): boolean {
  return one?.oid === other?.oid && one?.mode === other?.mode;
}

type Commits = { readonly before: string; readonly after: string; readonly now: string };

const entry = z.object({ mode: z.number(), oid: z.string() });
const side = z.nullish(z.record(z.string(), z.nullable(entry)));
const answer = z.object({ repository: z.nullable(z.object({ before: side, after: side, now: side })) });

async function sidesOf(
  octokit: Octokit,
  here: Here,
  files: readonly File[],
  commits: Commits,
): Promise<readonly Sides[]> {
  const all: Sides[] = [];
  for (let start = 0; start < files.length; start += FILES_PER_QUERY) {
    const part = files.slice(start, start + FILES_PER_QUERY);
    // Two parts at once would only share the same rate limit.
    // oxlint-disable-next-line no-await-in-loop
    all.push(...(await sidesOfPart(octokit, here, part, commits)));
  }
  return all;
}

async function sidesOfPart(
  octokit: Octokit,
  here: Here,
  part: readonly File[],
  { before, after, now }: Commits,
): Promise<readonly Sides[]> {
  const [from, to] = [part.map(({ previous }) => previous), part.map(({ path }) => path)];
  try {
    const data = await queried(octokit, queryFor(from, to), { ...here, before, after, now });
    const found = answer.parse(data).repository;
    const at = (commit: z.infer<typeof side>, key: string): Entry | undefined => commit?.[key] ?? undefined;
    return part.map((_, index) => ({
      before: at(found?.before, `f${index}`),
      after: at(found?.after, `t${index}`),
      was: at(found?.now, `f${index}`),
      now: at(found?.now, `t${index}`),
    }));
  } catch (error) {
    if (!hasNoGraphql(error)) throw error;
    const [ofBefore, ofAfter, was, is] = await Promise.all([
      entriesByRest(octokit, here, from, before),
      entriesByRest(octokit, here, to, after),
      entriesByRest(octokit, here, from, now),
      entriesByRest(octokit, here, to, now),
    ]);
    return part.map((_, index) => ({
      before: ofBefore[index],
      after: ofAfter[index],
      was: was[index],
      now: is[index],
    }));
  }
}

function entriesAt(key: string, paths: readonly string[]): string {
  return paths.map((path, index) => `${key}${index}: file(path: ${JSON.stringify(path)}) { mode oid }`).join('\n');
}

function queryFor(from: readonly string[], to: readonly string[]): string {
  const [old, fresh] = [entriesAt('f', from), entriesAt('t', to)];
  return `query($owner: String!, $repo: String!, $before: String!, $after: String!, $now: String!) {
  repository(owner: $owner, name: $repo) {
    before: object(expression: $before) { ... on Commit { ${old} } }
    after: object(expression: $after) { ... on Commit { ${fresh} } }
    now: object(expression: $now) { ... on Commit { ${old} ${fresh} } }
  }
}`;
}
