/** Milestones of a repository, and which one an issue or pull request is in. */
import type { ActionResult, ForgeAction, Milestone } from '../../language/index.ts';
import type { Client } from './client.ts';
import { PAGE, pages } from './pages.ts';

type Where = { readonly owner: string; readonly repo: string };

/** What is beyond is found by nobody's title. */
const MAX_PAGES = 5;

export async function openMilestones(octokit: Client['octokit'], here: Where): Promise<readonly Milestone[]> {
  const found = await pages(
    (page) =>
      octokit
        .request('GET /repos/{owner}/{repo}/milestones', { ...here, state: 'open', per_page: PAGE, page })
        .then(({ data }) => data),
    MAX_PAGES,
  );
  return found.map(({ number, title }) => ({ number, title }));
}

export async function milestoneSet(
  octokit: Client['octokit'],
  { number, ...here }: Where & { readonly number: number },
  { milestone }: Extract<ForgeAction, { readonly is: 'set-milestone' }>,
): Promise<ActionResult> {
  await octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
    ...here,
    issue_number: number,
    milestone: milestone?.number ?? null,
  });
  return { result: 'done' };
}
