/** What shall be so on GitHub: one entry per action. Doing one twice changes nothing. */
import type { Delivery } from '../../delivery.ts';
import { Refusal } from '../../errors.ts';
import { code, listed, mention, type ActionResult } from '../../language/index.ts';
import { log } from '../../log.ts';
import type { Answering, Apply, ApplyContext } from '../provider.ts';
import { messageOf, statusOf, type Client } from './client.ts';
import { commentsOf, marked, noticeMarker, replyMarker } from './comments.ts';

/** https://docs.github.com/en/rest/issues/assignees#add-assignees-to-an-issue */
const MAX_ASSIGNEES = 10;

const DONE: ActionResult = { result: 'done' };
const UNCHANGED: ActionResult = { result: 'unchanged' };
const refused = (note: string): ActionResult => ({ result: 'refused', note });

export type ApplyOptions = {
  readonly client: Client;
  readonly appId: string;
  readonly delivery: Delivery;
  readonly context: ApplyContext;
};

export function applyTo({ client, appId, delivery, context }: ApplyOptions): Required<Apply> {
  const { octokit } = client;
  const { owner, name: repo } = delivery.repository;
  const number = delivery.target?.number ?? 0;
  const issue = { owner, repo, issue_number: number };
  const pull = { owner, repo, pull_number: number };
  const comments = commentsOf({ client, appId, delivery });

  return {
    'add-label': ({ label }) =>
      attempt('add a label', async () => {
        await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...issue, labels: [label] });
        return DONE;
      }),

    'remove-label': ({ label }) =>
      attempt('remove a label', async () => {
        try {
          await octokit.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', {
            ...issue,
            name: label,
          });
          return DONE;
        } catch (error) {
          if (statusOf(error) === 404) return UNCHANGED;
          throw error;
        }
      }),

    assign: ({ logins }) =>
      attempt('assign people', async () => {
        const { data } = await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/assignees', {
          ...issue,
          assignees: [...logins],
        });
        const now = new Set((data.assignees ?? []).map(({ login }) => login.toLowerCase()));
        const left = logins.filter((login) => !now.has(login.toLowerCase()));
        if (left.length === 0) return DONE;
        const note =
          `${listed(left.map(code))} could not be assigned: GitHub takes members of the organization, collaborators and ` +
          `people who commented here, ${MAX_ASSIGNEES} at most.`;
        return left.length === logins.length ? refused(note) : { ...DONE, note };
      }),

    unassign: ({ logins }) =>
      attempt('unassign people', async () => {
        await octokit.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/assignees', {
          ...issue,
          assignees: [...logins],
        });
        return DONE;
      }),

    'request-review': ({ reviewers }) =>
      attempt('request a review', async () => {
        const strangers = reviewers.filter((name) => name.includes('/') && !isOfOwner(name, owner));
        const asked = reviewers.filter((name) => !strangers.includes(name));
        const failed = [...strangers];
        try {
          if (asked.length > 0) await requestReview(asked);
        } catch (error) {
          if (statusOf(error) !== 422) throw error;
          if (asked.length === 1) failed.push(...asked);
          else failed.push(...(await oneByOne(asked, requestReview)));
        }
        if (failed.length === 0) return DONE;
        const note = `GitHub does not take ${listed(failed.map(code))} as reviewers of this pull request: they need access to the repository, and the author cannot review.`;
        return failed.length === reviewers.length ? refused(note) : { ...DONE, note };
      }),

    'unrequest-review': ({ reviewers }) =>
      attempt('withdraw a review request', async () => {
        await octokit.request('DELETE /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', {
          ...pull,
          reviewers: reviewers.filter((name) => !name.includes('/')),
          team_reviewers: reviewers.filter((name) => name.includes('/')).map(slugOf),
        });
        return DONE;
      }),

    close: ({ reason }) =>
      attempt('close this', async () => {
        await octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
          ...issue,
          state: 'closed',
          ...(delivery.target?.kind === 'pull'
            ? {}
            : { state_reason: reason === 'not-planned' ? 'not_planned' : 'completed' }),
        });
        return DONE;
      }),

    reopen: () =>
      attempt('reopen this', async () => {
        await octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { ...issue, state: 'open' });
        return DONE;
      }),

    retitle: ({ title }) =>
      attempt('change the title', async () => {
        await octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', { ...issue, title });
        return DONE;
      }),

    notice: ({ subject, text, quiet }) =>
      attempt('comment', async () => {
        const marker = noticeMarker(subject);
        const body = marked(text, marker);
        const known = context.notices()[subject];
        if (known !== undefined) {
          const edited = await comments.edit(known, body);
          if (edited) return { ...DONE, ref: known };
        } else if (quiet && !context.resumed) {
          return UNCHANGED;
        }
        // It may stand already: an answer that was lost, or records that were.
        const standing = known !== undefined || context.resumed || !quiet ? await comments.find(marker) : undefined;
        if (standing !== undefined) {
          if (standing.body === body) return { ...DONE, ref: standing.id };
          await comments.edit(standing.id, body);
          return { ...DONE, ref: standing.id };
        }
        if (quiet) return UNCHANGED;
        return { ...DONE, ref: await comments.create(body) };
      }),

    merge: ({ headSha, method }) =>
      attempt('merge', async () => {
        try {
          const { data } = await octokit.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
            ...pull,
            sha: headSha,
            merge_method: method,
          });
          return { ...DONE, ref: data.sha };
        } catch (error) {
          const status = statusOf(error);
          if (status !== 405 && status !== 409) throw error;
          const merged = await mergedAlready(headSha);
          if (merged !== undefined) return merged;
          if (status === 409) return refused('The head moved, so this is not the commit that was agreed to.');
          return refused(`GitHub would not merge: ${sentence(error)}`);
        }
      }),
  };

  async function requestReview(who: readonly string[]): Promise<void> {
    await octokit.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', {
      ...pull,
      reviewers: who.filter((name) => !name.includes('/')),
      team_reviewers: who.filter((name) => name.includes('/')).map(slugOf),
    });
  }

  /** The answer to an earlier attempt may have been lost. */
  async function mergedAlready(headSha: string): Promise<ActionResult | undefined> {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', pull);
    if (!data.merged || data.head.sha !== headSha) return undefined;
    return { ...DONE, ...(data.merge_commit_sha === null ? {} : { ref: data.merge_commit_sha }) };
  }
}

/** What GitHub refuses is told in its own words; a lost right in ours. */
async function attempt(what: string, act: () => Promise<ActionResult>): Promise<ActionResult> {
  try {
    return await act();
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined) throw error;
    if (status === 403) throw new Refusal(`GitHub does not let Bowsprit ${what} here: ${sentence(error)}`);
    if (status === 404 || status === 410) throw new Refusal(`GitHub could not ${what}: it is not there any more.`);
    if (status === 422) throw new Refusal(`GitHub would not ${what}: ${sentence(error)}`);
    throw error;
  }
}

async function oneByOne(
  names: readonly string[],
  request: (who: readonly string[]) => Promise<void>,
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const name of names) {
    try {
      // oxlint-disable-next-line no-await-in-loop
      await request([name]);
    } catch (error) {
      if (statusOf(error) !== 422) throw error;
      failed.push(name);
    }
  }
  return failed;
}

function slugOf(team: string): string {
  return team.slice(team.indexOf('/') + 1);
}

function isOfOwner(team: string, owner: string): boolean {
  return team.slice(0, team.indexOf('/')).toLowerCase() === owner.toLowerCase();
}

/** GitHub's own words, shown and never interpreted. */
function sentence(error: unknown): string {
  const said = messageOf(error);
  return said === '' ? 'it gave no reason.' : `${code(said)}.`;
}

const REACTIONS = { done: '+1', refused: 'confused', looking: 'eyes' } as const;

export function answeringTo({ client, appId, delivery, context }: ApplyOptions): Answering {
  const { octokit } = client;
  const { owner, name: repo } = delivery.repository;
  const number = delivery.target?.number ?? 0;
  const comments = commentsOf({ client, appId, delivery });

  return {
    async react(how) {
      const { text } = delivery;
      if (text === undefined) return;
      const id = Number(text.id);
      const add = async (content: '+1' | 'confused' | 'eyes'): Promise<number | undefined> => {
        switch (text.kind) {
          case 'comment': {
            const { data } = await octokit.request(
              'POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions',
              { owner, repo, comment_id: id, content },
            );
            return data.id;
          }
          case 'review-comment': {
            const { data } = await octokit.request('POST /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions', {
              owner,
              repo,
              comment_id: id,
              content,
            });
            return data.id;
          }
          case 'description': {
            const { data } = await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/reactions', {
              owner,
              repo,
              issue_number: number,
              content,
            });
            return data.id;
          }
          default:
            // REST knows no reactions to a review.
            await reactToReview(id, content === '+1' ? 'THUMBS_UP' : content === 'eyes' ? 'EYES' : 'CONFUSED');
            return undefined;
        }
      };
      await tolerant(async () => {
        await add(REACTIONS[how]);
        if (how === 'looking' || !context.resumed || text.kind === 'review') return;
        // Adding it again gives the one that stands, by its id.
        const eyes = await add('eyes');
        if (eyes !== undefined) await removeReaction(text.kind, id, eyes);
      });
    },

    async reply(words, { sought }) {
      const marker = replyMarker(`${delivery.text?.kind ?? 'event'}/${delivery.text?.id ?? delivery.id}`);
      const body = marked(`${mention(delivery.sender.login)}: ${words}`, marker);
      await tolerant(async () => {
        const edited = delivery.event === 'comment-edited' || sought;
        const standing = edited ? await comments.find(marker, delivery.text?.at) : undefined;
        if (standing === undefined) await comments.create(body);
        else if (standing.body !== body) await comments.edit(standing.id, body);
      });
    },
  };

  async function reactToReview(id: number, content: 'THUMBS_UP' | 'CONFUSED' | 'EYES'): Promise<void> {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}', {
      owner,
      repo,
      pull_number: number,
      review_id: id,
    });
    await octokit.graphql(
      'mutation($id: ID!, $content: ReactionContent!) { addReaction(input: { subjectId: $id, content: $content }) { reaction { content } } }',
      { id: data.node_id, content },
    );
  }

  async function removeReaction(
    kind: 'comment' | 'review-comment' | 'description',
    id: number,
    reaction: number,
  ): Promise<void> {
    const at = { owner, repo, reaction_id: reaction };
    if (kind === 'comment') {
      await octokit.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions/{reaction_id}', {
        ...at,
        comment_id: id,
      });
    } else if (kind === 'review-comment') {
      await octokit.request('DELETE /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions/{reaction_id}', {
        ...at,
        comment_id: id,
      });
    } else {
      await octokit.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/reactions/{reaction_id}', {
        ...at,
        issue_number: number,
      });
    }
  }

  /** Whoever deleted their comment or locked the thread needs no answer any more. */
  async function tolerant(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const status = statusOf(error);
      if (status !== 403 && status !== 404 && status !== 410 && status !== 422) throw error;
      log.warn('answer not taken', { delivery: delivery.id, status, reason: messageOf(error) });
    }
  }
}
