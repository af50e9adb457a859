/** A commit status: the plain state of a context on a commit, of which the newest counts. */
import { Refusal } from '../../errors.ts';
import type { ActionResult, ForgeAction } from '../../language/index.ts';
import { messageOf, statusOf, UNGRANTED, type Client } from './client.ts';
import { pages, PAGE } from './pages.ts';

type SetStatus = Extract<ForgeAction, { readonly is: 'set-status' }>;
type Here = { readonly owner: string; readonly repo: string };

/** Contexts looked through for the one that is to be set. */
const MAX_PAGES = 10;

/** Looks before it adds one: GitHub keeps each for ever, takes a thousand of one context, and tells of every one. */
export async function statusSet(
  octokit: Client['octokit'],
  here: Here,
  { context, headSha, state, description, url }: SetStatus,
): Promise<ActionResult> {
  try {
    const standing = await pages(
      (page) =>
        octokit
          .request('GET /repos/{owner}/{repo}/commits/{ref}/status', { ...here, ref: headSha, per_page: PAGE, page })
          .then(({ data }) => data.statuses),
      MAX_PAGES,
    );
    const now = standing.find((each) => each.context === context);
    const said = now?.state === state && (now.description ?? '') === description;
    if (now !== undefined && said && (now.target_url ?? undefined) === url) {
      return { result: 'unchanged', ref: String(now.id) };
    }
    const { data } = await octokit.request('POST /repos/{owner}/{repo}/statuses/{sha}', {
      ...here,
      sha: headSha,
      context,
      state,
      description,
      ...(url === undefined ? {} : { target_url: url }),
    });
    return { result: 'done', ref: String(data.id) };
  } catch (error) {
    if (statusOf(error) !== 403 || !UNGRANTED.test(messageOf(error))) throw error;
    throw new Refusal(
      'The GitHub App lacks the permission Commit statuses: write, so Bowsprit cannot set one; whoever installed it can grant it.',
      { cause: error },
    );
  }
}
