/** How the head of a pull request came to be where it is: asked only where the snapshot or a delivery does not tell. */
import type { ForcedPushes, HeadSince } from '../provider.ts';
import { lackIn, statusOf, type Client } from './client.ts';
import { MAX_FORCED } from './snapshot.ts';

type Octokit = Client['octokit'];
type Here = { readonly owner: string; readonly repo: string };

/** REST tells no commits of them. */
export function forcedIn(events: readonly { readonly event?: string; readonly created_at?: string }[]): ForcedPushes {
  const all = events.flatMap(({ event, created_at: at }) =>
    event === 'head_ref_force_pushed' && at !== undefined ? [{ at }] : [],
  );
  return { pushes: all.slice(-MAX_FORCED), more: all.length > MAX_FORCED };
}

/** https://docs.github.com/en/rest/repos/repos#list-repository-activities: not on every server, and not of a fork that the App may not read. */
export async function headSince(octokit: Octokit, here: Here, number: number): Promise<HeadSince | undefined> {
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...here,
    pull_number: number,
  });
  const { repo, ref } = data.head;
  // Typed as always there, and null once the fork is deleted.
  const place: typeof repo | null = repo;
  if (place === null) return undefined;
  try {
    const { data: moves } = await octokit.request('GET /repos/{owner}/{repo}/activity', {
      owner: place.owner.login,
      repo: place.name,
      ref: `refs/heads/${ref}`,
      per_page: 1,
    });
    const [last] = moves;
    return last === undefined ? undefined : { headSha: last.after, at: last.timestamp };
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 || status === 422 || lackIn(error, 'when it was pushed') !== undefined) return undefined;
    throw error;
  }
}
