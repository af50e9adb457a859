/** The description of a pull request or issue: what it says, and how it comes to say something else. */
import { digestOfText } from '../../digest.ts';
import type { Person, Text } from '../../delivery.ts';
import { Refusal } from '../../errors.ts';
import type { ActionResult, ForgeAction, IssueName, IssueSeen } from '../../language/index.ts';
import { statusOf, type Client } from './client.ts';
import { PAGE } from './pages.ts';

type Here = { readonly owner: string; readonly repo: string; readonly number: number };

/** https://docs.github.com/en/rest/issues/issues#update-an-issue; longer bodies are refused with 422. */
const MAX_DESCRIPTION_CHARS = 65_536;

export async function descriptionOf(octokit: Client['octokit'], { owner, repo, number }: Here): Promise<string> {
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}', {
    owner,
    repo,
    issue_number: number,
  });
  return data.body ?? '';
}

/**
 * What a delivery left at the door, which takes the lines of commands along and nothing else.
 * @throws Refusal where it says something else since: whoever can write to the repository can edit what others wrote.
 */
export async function textOf(
  octokit: Client['octokit'],
  here: Here,
  text: Pick<Text, 'kind' | 'id' | 'digest'> | undefined,
): Promise<string | undefined> {
  const now = await textNow(octokit, here, text);
  if (now !== undefined && digestOfText(now) !== text?.digest) throw new Refusal(EDITED);
  return now;
}

const EDITED =
  'The comment was edited after this command was written, so it may not say what its author said. Comment it anew.';

async function textNow(
  octokit: Client['octokit'],
  here: Here,
  text: Pick<Text, 'kind' | 'id'> | undefined,
): Promise<string | undefined> {
  const { owner, repo, number } = here;
  const id = Number(text?.id);
  switch (text?.kind) {
    case 'description':
      return descriptionOf(octokit, here);
    case 'comment':
      return bodyOf(
        octokit.request('GET /repos/{owner}/{repo}/issues/comments/{comment_id}', { owner, repo, comment_id: id }),
      );
    case 'review-comment':
      return bodyOf(
        octokit.request('GET /repos/{owner}/{repo}/pulls/comments/{comment_id}', { owner, repo, comment_id: id }),
      );
    case 'review':
      return bodyOf(
        octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}', {
          owner,
          repo,
          pull_number: number,
          review_id: id,
        }),
      );
    default:
      return undefined;
  }
}

async function bodyOf(
  asked: Promise<{ readonly data: { readonly body?: string | null } }>,
): Promise<string | undefined> {
  const found = await unlessGone(asked);
  return found === undefined ? undefined : (found.data.body ?? '');
}

/**
 * What is in no other place than here is asked by the narrow token; that of others sees what we are installed on. What is
 * private there is nothing to tell of where everybody reads.
 */
export async function issueAt(
  octokit: Client['octokit'],
  here: Pick<Here, 'owner' | 'repo'>,
  { owner, repository, number }: IssueName,
  elsewhere: { readonly client: () => Promise<Client>; readonly isPublicHere: () => Promise<boolean> },
): Promise<IssueSeen | undefined> {
  const own = owner.toLowerCase() === here.owner.toLowerCase() && repository.toLowerCase() === here.repo.toLowerCase();
  const asked = own ? octokit : (await elsewhere.client()).octokit;
  const found = await unlessGone(
    asked.request('GET /repos/{owner}/{repo}/issues/{issue_number}', { owner, repo: repository, issue_number: number }),
  );
  if (found === undefined) return undefined;
  if (!own) {
    const there = await unlessGone(asked.request('GET /repos/{owner}/{repo}', { owner, repo: repository }));
    if (there?.data.private !== false && (await elsewhere.isPublicHere())) return undefined;
  }
  const { pull_request: pull, labels } = found.data;
  return {
    kind: pull === undefined ? 'issue' : 'pull',
    labels: labels.flatMap((label) => (typeof label === 'string' ? label : (label.name ?? []))),
  };
}

/**
 * By one request, and not by the search, of which GitHub allows few. Whoever wrote more issues than it lists is no newcomer
 * either.
 */
export async function otherPulls(
  octokit: Client['octokit'],
  here: Here,
  { login }: Person,
): Promise<boolean | undefined> {
  const { owner, repo, number } = here;
  try {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/issues', {
      owner,
      repo,
      creator: login,
      state: 'all',
      per_page: PAGE,
    });
    return data.length === PAGE || data.some(({ pull_request: pull, number: each }) => pull && each !== number);
  } catch (error) {
    // GitHub answers so of accounts whose issues it does not list.
    if (statusOf(error) === 422) return undefined;
    throw error;
  }
}

/** Gone, never there, or not to be seen: GitHub says the same of all. */
async function unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 || status === 410 || status === 301) return undefined;
    throw error;
  }
}

/** GitHub itself compares nothing: what somebody writes in the moment between reading and writing is lost. */
export async function described(
  octokit: Client['octokit'],
  here: Here,
  { text, was }: Extract<ForgeAction, { readonly is: 'describe' }>,
): Promise<ActionResult> {
  if (text.length > MAX_DESCRIPTION_CHARS) {
    const note = `With that the description would have ${text.length} characters; ${MAX_DESCRIPTION_CHARS} are allowed.`;
    return { result: 'refused', note };
  }
  const now = await descriptionOf(octokit, here);
  if (now === text) return { result: 'unchanged' };
  if (digestOfText(now) !== was) {
    return {
      result: 'refused',
      note: 'Somebody else changed the description just then. Look at it, and comment again.',
    };
  }
  const { owner, repo, number } = here;
  await octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
    owner,
    repo,
    issue_number: number,
    body: text,
  });
  return { result: 'done' };
}
