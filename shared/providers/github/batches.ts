/**
 * Commits that are made to be tested, without a clone: GitHub merges a head onto another commit on a branch that nothing
 * listens to, and what came of it becomes the end of the branch on which workflows run.
 */
import { Refusal, Retryable } from '../../errors.ts';
import { batchOn, code, makingBranch, MAKING_BRANCHES, OUR_BRANCHES } from '../../language/index.ts';
import type { Batches } from '../provider.ts';
import { branchDeleted } from './branches.ts';
import { messageOf, statusOf, type Client } from './client.ts';

type Octokit = Client['octokit'];
type Here = { readonly owner: string; readonly repo: string };
type Made = Awaited<ReturnType<Batches['made']>>;
type Wanted = Parameters<Batches['made']>[0];
type Commit = {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
};

/** In the message of each such commit: what ends otherwise is not of our making. */
const TRAILER = 'Bowsprit-Batch:';

export function batchesOf(octokit: Octokit, here: Here): Batches {
  return {
    made: (wanted) => whereAllowed(() => made(octokit, here, wanted)),
    removed: (branch, sha) =>
      whereAllowed(
        async () => void (await branchDeleted(octokit, here, { is: 'delete-branch', branch, headSha: sha })),
      ),
    tidied: (baseRef, living) => whereAllowed(() => tidied(octokit, here, baseRef, living)),
  };
}

async function whereAllowed<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const status = statusOf(error);
    if (status !== 403 && status !== 404 && status !== 422) throw error;
    throw new Refusal(`GitHub does not let Bowsprit make a branch for tests: ${code(messageOf(error))}.`, {
      cause: error,
    });
  }
}

async function made(octokit: Octokit, here: Here, wanted: Wanted): Promise<Made> {
  const { branch, number, baseRef, onto, head } = wanted;
  const standing = await endOf(octokit, here, branch);
  // Of an attempt that was cut off.
  if (standing !== undefined && isMergeOf(standing, wanted)) return whole(standing);
  if (standing !== undefined && !standing.message.includes(TRAILER)) return { is: 'taken' };
  const making = makingBranch(baseRef, number);
  if (!(await placed(octokit, here, making, wanted))) return { is: 'taken' };
  try {
    const merged = await mergedOn(octokit, here, making, wanted);
    if (merged === undefined) return { is: 'conflict' };
    if (merged.parents[0] !== onto || merged.parents[1] !== head) {
      throw new Retryable('the branch was pushed to while the commit was made');
    }
    await moved(octokit, here, branch, merged.sha, standing !== undefined);
    return whole(merged);
  } finally {
    await gone(octokit, here, making);
  }
}

/** Looked at once; what is left of more is found the next time. */
const MAX_STRAYS = 20;

/** What attempts left behind that were cut off, or whose memory was lost. */
async function tidied(
  octokit: Octokit,
  here: Here,
  baseRef: string,
  living: ReadonlyMap<string, string>,
): Promise<void> {
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/matching-refs/{ref}', {
    ...here,
    ref: `heads/${OUR_BRANCHES}`,
  });
  const strays = data
    .map(({ ref, object: { sha } }) => ({ branch: ref.replace(/^refs\/heads\//, ''), headSha: sha }))
    .filter(({ branch, headSha }) => batchOn(branch)?.ref === baseRef && living.get(branch) !== headSha);
  for (const stray of strays.slice(0, MAX_STRAYS)) {
    // oxlint-disable-next-line no-await-in-loop
    if (await isOurs(octokit, here, stray, baseRef)) {
      // oxlint-disable-next-line no-await-in-loop
      await branchDeleted(octokit, here, { is: 'delete-branch', ...stray });
    }
  }
}

/** It ends with a commit of our making, or began to be one and ends with what the base has. */
async function isOurs(
  octokit: Octokit,
  here: Here,
  { branch, headSha }: { readonly branch: string; readonly headSha: string },
  baseRef: string,
): Promise<boolean> {
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', {
    ...here,
    commit_sha: headSha,
  });
  if (data.message.includes(TRAILER)) return true;
  return branch.startsWith(MAKING_BRANCHES) && (await isPartOf(octokit, here, headSha, baseRef));
}

async function isPartOf(octokit: Octokit, here: Here, sha: string, baseRef: string): Promise<boolean> {
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
    ...here,
    basehead: `${baseRef}...${sha}`,
    per_page: 1,
  });
  return data.ahead_by === 0;
}

const whole = ({ sha, tree }: Commit): Made => ({ is: 'made', sha, tree });

function isMergeOf({ parents, message }: Commit, { onto, head }: Wanted): boolean {
  return parents.length === 2 && parents[0] === onto && parents[1] === head && message.includes(TRAILER);
}

/** Undefined where it conflicts. */
async function mergedOn(
  octokit: Octokit,
  here: Here,
  making: string,
  { number, baseRef, head }: Wanted,
): Promise<Commit | undefined> {
  const message = `Merge #${number} into ${baseRef}, to be tested\n\n${TRAILER} ${baseRef} #${number}`;
  try {
    const { data, status } = await octokit.request('POST /repos/{owner}/{repo}/merges', {
      ...here,
      base: making,
      head,
      commit_message: message,
    });
    if (status !== 201) throw new Retryable('GitHub merged nothing where something was to be merged');
    return {
      sha: data.sha,
      tree: data.commit.tree.sha,
      parents: data.parents.map(({ sha }) => sha ?? ''),
      message: data.commit.message,
    };
  } catch (error) {
    if (statusOf(error) === 409) return undefined;
    throw error;
  }
}

/** False where it holds something that is neither of our making nor part of the base. */
async function placed(octokit: Octokit, here: Here, making: string, { onto, baseRef }: Wanted): Promise<boolean> {
  if (await created(octokit, here, making, onto)) return true;
  const left = await endOf(octokit, here, making);
  if (left === undefined) throw new Retryable('a branch came and went');
  const ours = left.sha === onto || left.message.includes(TRAILER);
  if (!ours && !(await isPartOf(octokit, here, left.sha, baseRef))) return false;
  if (left.sha !== onto) await forced(octokit, here, making, onto);
  return true;
}

async function moved(octokit: Octokit, here: Here, branch: string, sha: string, there: boolean): Promise<void> {
  if (there) await forced(octokit, here, branch, sha);
  else if (!(await created(octokit, here, branch, sha))) throw new Retryable('a branch came meanwhile');
}

async function created(octokit: Octokit, here: Here, branch: string, sha: string): Promise<boolean> {
  try {
    await octokit.request('POST /repos/{owner}/{repo}/git/refs', { ...here, ref: `refs/heads/${branch}`, sha });
    return true;
  } catch (error) {
    if (statusOf(error) !== 422 || !/already exists/i.test(messageOf(error))) throw error;
    return false;
  }
}

async function forced(octokit: Octokit, here: Here, branch: string, sha: string): Promise<void> {
  await octokit.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
    ...here,
    ref: `heads/${branch}`,
    sha,
    force: true,
  });
}

async function gone(octokit: Octokit, here: Here, branch: string): Promise<void> {
  try {
    await octokit.request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', { ...here, ref: `heads/${branch}` });
  } catch (error) {
    if (statusOf(error) !== 404 && statusOf(error) !== 422) throw error;
  }
}

/** Undefined where there is no such branch. */
async function endOf(octokit: Octokit, here: Here, branch: string): Promise<Commit | undefined> {
  try {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/branches/{branch}', { ...here, branch });
    const { sha, parents, commit } = data.commit;
    return { sha, tree: commit.tree.sha, parents: parents.map((each) => each.sha ?? ''), message: commit.message };
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
