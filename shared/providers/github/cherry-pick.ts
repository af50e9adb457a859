/**
 * A cherry-pick without a clone, by GitHub's own merges. A commit is made that has the tree of the branch it shall go to and
 * the parent of the commit that shall be picked; GitHub merges the one into the other, which is what `git cherry-pick` does,
 * and the tree that comes of it goes on top of the branch.
 */
import { Retryable } from '../../errors.ts';
import { code, nearestTo, type ActionResult, type ForgeAction } from '../../language/index.ts';
import { messageOf, statusOf, type Client } from './client.ts';
import { pages, PAGE } from './pages.ts';
import {
  branchOf,
  bodyOf,
  byHand,
  conflictsIn,
  messageFor,
  placeholderOf,
  titleOf,
  type Signature,
} from './pick-words.ts';
import { partlyPicked } from './pick-partly.ts';

type Octokit = Client['octokit'];
export type PickAction = Extract<ForgeAction, { readonly is: 'cherry-pick' }>;
export type Here = { readonly owner: string; readonly repo: string };
type Options = Here & {
  readonly number: number;
  /** An earlier attempt may have done part of it; when it was asked for, by the forge's clock, ISO 8601. */
  readonly resumedSince: string | undefined;
};

/** A commit that is to be picked, with the one before it. */
export type Commit = {
  readonly sha: string;
  readonly parent: string;
  readonly message: string;
  readonly author: Signature;
};

/** What was merged. */
export type Source = {
  readonly number: number;
  readonly title: string;
  readonly description: string;
  readonly base: string;
  /** The commit that it became on its base, and the one before it. */
  readonly whole: Commit;
  /** Oldest first; one alone where it is picked as a whole. */
  readonly commits: readonly Commit[];
  /** How it was merged: whether `whole` is a merge of two parents. */
  readonly isMerge: boolean;
};

/** The branch it shall go to, as it is. */
export type Tip = { readonly name: string; readonly sha: string; readonly tree: string };

/** What is on top of the branch now. */
export type Top = { readonly sha: string; readonly tree: string };

/** Each takes four requests more; what has more commits is picked as one change. */
const MAX_SINGLY = 10;
/** https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request */
const MAX_COMMITS = 250;

const refused = (note: string): ActionResult => ({ result: 'refused', note });

/** For one pull request: what was merged is read once for all branches. */
export function picksOf(octokit: Octokit, options: Options): (action: PickAction) => Promise<ActionResult> {
  const { owner, repo, number } = options;
  const here = { owner, repo };
  let source: Promise<Source | string> | undefined;
  return async (action) => {
    const { target } = action;
    source ??= sourceOf(octokit, here, number);
    const merged = await source;
    const onto = code(target);
    if (typeof merged === 'string') return refused(`Not picked onto ${onto}: ${merged}`);
    if (target === merged.base) return refused(`Not picked onto ${onto}: that is where it was merged.`);
    return pickedOnto(octokit, here, { action, source: merged, resumedSince: options.resumedSince });
  };
}

type Picking = { readonly action: PickAction; readonly source: Source } & Pick<Options, 'resumedSince'>;

async function pickedOnto(octokit: Octokit, here: Here, picking: Picking): Promise<ActionResult> {
  const { action, source, resumedSince } = picking;
  const { target } = action;
  const onto = code(target);
  const branch = branchOf(source.number, target);
  const [tip, known] = await Promise.all([tipOf(octokit, here, target), picksFrom(octokit, here, branch, target)]);
  if (tip === undefined) {
    const near = await branchesLike(octokit, here, target);
    const meant = near.length === 0 ? '' : ` Did you mean ${near.map(code).join(' or ')}?`;
    return refused(`Not picked onto ${onto}: there is no such branch.${meant}`);
  }
  const standing = known.find(({ merged }) => merged) ?? known.find(({ state }) => state === 'open');
  if (standing !== undefined) {
    const ref = String(standing.number);
    // Of this very request, cut off before all of it was done.
    const own = resumedSince !== undefined && Date.parse(standing.createdAt) >= Date.parse(resumedSince);
    if (own && standing.state === 'open') return finished(octokit, here, { ...picking, made: standing, fresh: false });
    const how = standing.merged ? 'is merged already' : 'is there already';
    return { result: 'unchanged', ref, note: `Onto ${onto}: #${ref} ${how}.` };
  }
  const [closed] = known;
  if (closed !== undefined && (await shaOf(octokit, here, branch)) !== undefined) {
    return refused(
      `Not picked onto ${onto}: #${closed.number} was closed, and its branch ${code(branch)} is still there. Reopen it, or delete the branch and ask again.`,
    );
  }
  const top = await pickedTree(octokit, here, source, tip);
  if (top === 'conflict') return partly(octokit, here, picking, tip);
  if (top.tree === tip.tree) return refused(`Not picked onto ${onto}: the branch has this change already.`);
  const kept = await branchMade(octokit, here, branch, top.sha, source);
  if (!kept)
    return refused(`Not picked onto ${onto}: there is another branch ${code(branch)}; delete it and ask again.`);
  const made = await opened(octokit, here, {
    title: titleOf(source, target),
    head: branch,
    base: target,
    body: bodyOf(source, action, { as: source.commits.length > 1 ? 'commits' : 'one' }),
    draft: false,
  });
  return finished(octokit, here, { ...picking, made, fresh: true });
}

/** Files that differ on the branch are left for people to do. */
async function partly(octokit: Octokit, here: Here, picking: Picking, tip: Tip): Promise<ActionResult> {
  const { action, source } = picking;
  const onto = code(action.target);
  const branch = branchOf(source.number, action.target);
  const part = await partlyPicked(octokit, here, source, tip);
  if (part === undefined || part.top === undefined) {
    const where = part === undefined ? 'more files than GitHub compares' : conflictsIn(part.left);
    return refused(
      `Not picked onto ${onto}: it conflicts (${where}), and nothing of it can be applied by itself. By hand:\n\n${byHand(source, action.target)}\n`,
    );
  }
  const kept = await branchMade(octokit, here, branch, part.top.sha, source);
  if (!kept)
    return refused(`Not picked onto ${onto}: there is another branch ${code(branch)}; delete it and ask again.`);
  const made = await opened(octokit, here, {
    title: titleOf(source, action.target),
    head: branch,
    base: action.target,
    body: bodyOf(source, action, { as: 'part', left: part.left }),
    draft: true,
  });
  return finished(octokit, here, { ...picking, made, fresh: true });
}

type Made = { readonly number: number; readonly draft: boolean };

/** Labels and the one who asked, each by one request; to repeat them changes nothing. */
async function finished(
  octokit: Octokit,
  here: Here,
  { action, made, source, fresh }: Picking & { readonly made: Made; readonly fresh: boolean },
): Promise<ActionResult> {
  const issue = { ...here, issue_number: made.number };
  const labels = [...action.labels, ...(made.draft ? [HELD] : [])];
  if (labels.length > 0) {
    await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...issue, labels });
  }
  await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/assignees', {
    ...issue,
    assignees: [action.by],
  });
  const [ref, onto] = [String(made.number), code(action.target)];
  if (!made.draft) {
    const how = fresh && source.commits.length === 1 && source.isMerge ? ', as one commit' : '';
    return { result: 'done', ref, note: `Onto ${onto}: #${ref}${how}.` };
  }
  return {
    result: 'done',
    ref,
    note: `Onto ${onto}: #${ref}, in part. It conflicts, so it is a draft on hold; what is left to do stands there.`,
    held: `the cherry-pick of #${source.number} conflicts and is not whole`,
  };
}

const HELD = 'do-not-merge/hold';

/** A sentence where there is nothing to pick. */
async function sourceOf(octokit: Octokit, here: Here, number: number): Promise<Source | string> {
  const { data: pull } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...here,
    pull_number: number,
  });
  if (!pull.merged || pull.merge_commit_sha === null) return 'it is not merged.';
  const { data: last } = await octokit.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
    ...here,
    commit_sha: pull.merge_commit_sha,
  });
  const [parent, other] = last.parents.map(({ sha }) => sha);
  if (parent === undefined) return 'what it became has no commit before it.';
  const about = { number, title: pull.title, description: pull.body ?? '', base: pull.base.ref };
  const whole: Commit = { sha: last.sha, parent, message: last.message, author: last.author };
  if (other !== undefined) {
    // What a merge brought in was written by whoever wrote the pull request, not by whoever merged it.
    const { data: head } = await octokit.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
      ...here,
      commit_sha: other,
    });
    const signed = head.message.split('\n').filter((line) => /^(?:Signed-off-by|Co-authored-by): /.test(line));
    const message = [pull.title, ...(signed.length === 0 ? [] : ['', ...signed])].join('\n');
    const one = { ...whole, message, author: head.author };
    return { ...about, whole: one, commits: [one], isMerge: true };
  }
  const commits =
    pull.commits > 1 && pull.commits <= MAX_COMMITS ? await rebased(octokit, here, number, whole) : [whole];
  const first = commits[0] ?? whole;
  // Beyond a few, each commit is not worth four requests for every branch.
  const singly =
    commits.length <= MAX_SINGLY ? commits : [{ ...whole, parent: first.parent, message: `${pull.title}\n` }];
  return { ...about, whole: { ...whole, parent: first.parent }, commits: singly, isMerge: false };
}

/** A rebase keeps author, date and message of each commit; a squash is another commit altogether. */
async function rebased(octokit: Octokit, here: Here, number: number, last: Commit): Promise<readonly Commit[]> {
  const listed = await pages((page) =>
    octokit
      .request('GET /repos/{owner}/{repo}/pulls/{pull_number}/commits', {
        ...here,
        pull_number: number,
        per_page: PAGE,
        page,
      })
      .then(({ data }) => data),
  );
  const ours = new Set(listed.map(({ commit }) => keyOf(commit.message, commit.author)));
  if (!ours.has(keyOf(last.message, last.author))) return [last];
  const { data: history } = await octokit.request('GET /repos/{owner}/{repo}/commits', {
    ...here,
    sha: last.sha,
    per_page: PAGE,
  });
  const bySha = new Map(history.map((each) => [each.sha, each]));
  const found: Commit[] = [];
  for (let at = bySha.get(last.sha); at !== undefined && found.length < listed.length;) {
    const [parent, more] = at.parents.map(({ sha }) => sha);
    if (parent === undefined || more !== undefined || !ours.has(keyOf(at.commit.message, at.commit.author))) break;
    const { name = '', email = '', date = '' } = at.commit.author ?? {};
    found.unshift({ sha: at.sha, parent, message: at.commit.message, author: { name, email, date } });
    at = bySha.get(parent);
  }
  return found.length === 0 ? [last] : found;
}

/** What a rebase leaves as it was. */
function keyOf(message: string, author: Partial<Signature> | null | undefined): string {
  return JSON.stringify([message.trim(), author?.name, author?.email, Date.parse(author?.date ?? '')]);
}

/** The change on top of the branch, commit by commit; nobody's branch is touched. */
async function pickedTree(octokit: Octokit, here: Here, source: Source, tip: Tip): Promise<Top | 'conflict'> {
  const placeholder = placeholderOf(source.number, tip.name);
  let top: Top = tip;
  let there = false;
  try {
    for (const commit of source.commits) {
      // Each stands on what the one before it came to.
      // oxlint-disable-next-line no-await-in-loop
      const start = await committed(octokit, here, {
        message: `To pick ${commit.sha}`,
        tree: top.tree,
        parents: [commit.parent],
        author: commit.author,
      });
      // oxlint-disable-next-line no-await-in-loop
      await placed(octokit, here, placeholder, start, there);
      there = true;
      // oxlint-disable-next-line no-await-in-loop
      const tree = await mergedTree(octokit, here, placeholder, commit.sha);
      if (tree === undefined) return 'conflict';
      if (tree === top.tree) continue;
      // oxlint-disable-next-line no-await-in-loop
      const sha = await committed(octokit, here, {
        message: messageFor(commit),
        tree,
        parents: [top.sha],
        author: commit.author,
      });
      top = { sha, tree };
    }
    return top;
  } finally {
    if (there) await removed(octokit, here, placeholder);
  }
}

/** Undefined where it conflicts. */
async function mergedTree(octokit: Octokit, here: Here, base: string, head: string): Promise<string | undefined> {
  try {
    const { data, status } = await octokit.request('POST /repos/{owner}/{repo}/merges', { ...here, base, head });
    if (status === 201) return data.commit.tree.sha;
    throw new Retryable('GitHub merged nothing where something was to be merged');
  } catch (error) {
    if (statusOf(error) === 409) return undefined;
    throw error;
  }
}

type NewCommit = {
  readonly message: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
};

/** The same commit gets the same id: made again after a crash, it is no other. */
export async function committed(
  octokit: Octokit,
  here: Here,
  { parents, author, ...commit }: NewCommit,
): Promise<string> {
  const { name, email, date } = author;
  const { data } = await octokit.request('POST /repos/{owner}/{repo}/git/commits', {
    ...here,
    ...commit,
    parents: [...parents],
    author: { name, email, date },
    committer: { name, email, date },
  });
  return data.sha;
}

/** An earlier attempt may have left it. */
async function placed(octokit: Octokit, here: Here, branch: string, sha: string, there: boolean): Promise<void> {
  if (!there) {
    try {
      await octokit.request('POST /repos/{owner}/{repo}/git/refs', { ...here, ref: `refs/heads/${branch}`, sha });
      return;
    } catch (error) {
      if (statusOf(error) !== 422 || !/already exists/i.test(messageOf(error))) throw error;
    }
  }
  await octokit.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
    ...here,
    ref: `heads/${branch}`,
    sha,
    force: true,
  });
}

async function removed(octokit: Octokit, here: Here, branch: string): Promise<void> {
  try {
    await octokit.request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', { ...here, ref: `heads/${branch}` });
  } catch (error) {
    if (statusOf(error) !== 404 && statusOf(error) !== 422) throw error;
  }
}

/** False where a branch of that name is somebody else's. */
async function branchMade(octokit: Octokit, here: Here, branch: string, sha: string, source: Source): Promise<boolean> {
  try {
    await octokit.request('POST /repos/{owner}/{repo}/git/refs', { ...here, ref: `refs/heads/${branch}`, sha });
    return true;
  } catch (error) {
    if (statusOf(error) !== 422 || !/already exists/i.test(messageOf(error))) throw error;
  }
  const now = await shaOf(octokit, here, branch);
  if (now === sha) return true;
  if (now === undefined) throw new Retryable('the branch of the cherry-pick came and went');
  // Of an attempt that was cut off before the branch it goes to moved on.
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
    ...here,
    commit_sha: now,
  });
  return data.message.includes(`(cherry picked from commit ${source.whole.sha})`);
}

type NewPull = {
  readonly title: string;
  readonly head: string;
  readonly base: string;
  readonly body: string;
  readonly draft: boolean;
};

/** Where drafts are not to be had, the hold alone keeps it back. */
async function opened(octokit: Octokit, here: Here, pull: NewPull): Promise<Made> {
  try {
    const { data } = await octokit.request('POST /repos/{owner}/{repo}/pulls', { ...here, ...pull });
    return { number: data.number, draft: pull.draft };
  } catch (error) {
    if (!pull.draft || statusOf(error) !== 422 || !/draft/i.test(messageOf(error))) throw error;
    const { data } = await octokit.request('POST /repos/{owner}/{repo}/pulls', { ...here, ...pull, draft: false });
    return { number: data.number, draft: true };
  }
}

async function tipOf(octokit: Octokit, here: Here, name: string): Promise<Tip | undefined> {
  try {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/branches/{branch}', { ...here, branch: name });
    return { name: data.name, sha: data.commit.sha, tree: data.commit.commit.tree.sha };
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function shaOf(octokit: Octokit, here: Here, branch: string): Promise<string | undefined> {
  try {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
      ...here,
      ref: `heads/${branch}`,
    });
    return data.object.sha;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

type Known = Made & { readonly state: string; readonly merged: boolean; readonly createdAt: string };

/** Pull requests of this cherry-pick, newest first. */
async function picksFrom(octokit: Octokit, here: Here, branch: string, base: string): Promise<readonly Known[]> {
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/pulls', {
    ...here,
    state: 'all',
    head: `${here.owner}:${branch}`,
    base,
    per_page: PAGE,
  });
  return data.map(({ number, state, merged_at: merged, draft, labels, created_at: createdAt }) => ({
    number,
    createdAt,
    state,
    merged: merged !== null,
    draft: draft === true || labels.some(({ name }) => name === HELD),
  }));
}

const MAX_OFFERED = 1;

/** Branches that begin alike: one request, or a second one where the first finds none. */
async function branchesLike(octokit: Octokit, here: Here, name: string): Promise<readonly string[]> {
  const word = /^\p{L}+[^\p{L}\d]?/u.exec(name)?.[0] ?? name.slice(0, 1);
  for (const beginning of new Set([word, word.slice(0, 2)])) {
    // The wider one only where it is needed.
    // oxlint-disable-next-line no-await-in-loop
    const names = await branchesFrom(octokit, here, beginning);
    const near = nearestTo(name, names, { within: Math.max(3, Math.floor(name.length / 2)), most: MAX_OFFERED });
    if (near.length > 0) return near;
  }
  return [];
}

async function branchesFrom(octokit: Octokit, here: Here, beginning: string): Promise<readonly string[]> {
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/matching-refs/{ref}', {
    ...here,
    ref: `heads/${beginning}`,
  });
  return data.map(({ ref }) => ref.replace(/^refs\/heads\//, ''));
}
