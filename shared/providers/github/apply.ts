/** What shall be so on GitHub: one entry per action. Doing one twice changes nothing. */
import type { Delivery } from '../../delivery.ts';
import { Refusal } from '../../errors.ts';
import { code, filledIn, listed, mention, type ActionResult } from '../../language/index.ts';
import { log } from '../../log.ts';
import type { Answering, Apply, ApplyContext } from '../provider.ts';
import { armed, disarmed } from './auto-merge.ts';
import { workflowRerun, workflowsApproved } from './actions.ts';
import { branchDeleted } from './branches.ts';
import { picksOf } from './cherry-pick.ts';
import { messageOf, statusOf, type Client, UNGRANTED } from './client.ts';
import { commentsOf, marked, noticeMarker, replyMarker } from './comments.ts';
import { described } from './descriptions.ts';
import { moved, pinned } from './issues.ts';
import { complaintOf } from './graphql.ts';
import { TAKING_BACK, takenBackIfLate } from './late.ts';
import { dequeued, enqueued } from './merge-queue.ts';
import { milestoneSet } from './milestones.ts';
import { reported } from './report.ts';
import { statusSet } from './status.ts';

/** https://docs.github.com/en/rest/issues/assignees#add-assignees-to-an-issue */
const MAX_ASSIGNEES = 10;

/** What the longest description has. */
const MAX_MESSAGE_CHARS = 65_536;

const DONE: ActionResult = { result: 'done' };
const UNCHANGED: ActionResult = { result: 'unchanged' };
const refused = (note: string): ActionResult => ({ result: 'refused', note });

export type ApplyOptions = {
  readonly client: Client;
  readonly appId: string;
  readonly delivery: Delivery;
  readonly context: ApplyContext;
  /** With the right to change issues of this repository and of another of the same owner. */
  readonly together: (other: string) => Promise<Client>;
};

export function applyTo({ client, appId, delivery, context, together }: ApplyOptions): Required<Apply> {
  const { octokit } = client;
  const { owner, name: repo } = delivery.repository;
  const number = delivery.target?.number ?? 0;
  const issue = { owner, repo, issue_number: number };
  const pull = { owner, repo, pull_number: number };
  const comments = commentsOf({ client, appId, delivery, mayGoOn: context.mayGoOn });
  const picked = picksOf(octokit, {
    owner,
    repo,
    number,
    resumedSince: context.resumed ? (delivery.text?.at ?? delivery.at) : undefined,
  });

  return {
    'add-label': ({ label }) => attempt('add a label', () => addLabels([label])),
    'add-labels': ({ labels }) => attempt('add labels', () => addLabels(labels)),

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
        const asWhat = failed.length === 1 ? 'a reviewer' : 'reviewers';
        const note = `GitHub does not take ${listed(failed.map(code))} as ${asWhat} of this pull request: they need access to the repository, and the author cannot review.`;
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
            : { state_reason: reason === 'not-planned' ? 'not_planned' : reason }),
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

    'set-milestone': (action) =>
      attempt('set the milestone', () => milestoneSet(octokit, { owner, repo, number }, action)),

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
          // Done also where it says so already: the id is remembered from now on.
          if (standing.body !== body) await comments.edit(standing.id, body);
          return { ...DONE, ref: standing.id };
        }
        if (quiet) return UNCHANGED;
        return { ...DONE, ref: await comments.create(body) };
      }),

    'no-notice': ({ subject }) =>
      attempt('take a comment away', async () => {
        const known = context.notices()[subject];
        // What nobody remembers may stand all the same, where an earlier attempt was cut off.
        const standing = known ?? (context.resumed ? (await comments.find(noticeMarker(subject)))?.id : undefined);
        if (standing === undefined) return UNCHANGED;
        return (await comments.remove(standing)) ? DONE : UNCHANGED;
      }),

    'pin-issue': () => attempt('pin this', () => pinned(octokit, { owner, repo, number }, true)),
    'unpin-issue': () => attempt('unpin this', () => pinned(octokit, { owner, repo, number }, false)),
    'transfer-issue': ({ repository }) =>
      attempt('move this', () =>
        moved(() => together(repository), { owner, repo, number }, { to: repository, by: delivery.sender.login }),
      ),

    describe: (action) => attempt('change the description', () => described(octokit, { owner, repo, number }, action)),

    report: (action) => attempt('report a check', () => reported(octokit, { owner, repo }, appId, action)),

    'set-status': (action) => attempt('set a status', () => statusSet(octokit, { owner, repo }, action)),

    'rerun-workflow': (action) =>
      attempt('run a workflow again', () => workflowRerun(octokit, { owner, repo }, action)),
    'approve-workflows': (action) =>
      attempt('let workflows run', () => workflowsApproved(octokit, { owner, repo }, action)),

    'cherry-pick': (action) => attempt(`pick this onto ${code(action.target)}`, () => picked(action)),

    'delete-branch': (action) => attempt('delete the branch', () => branchDeleted(octokit, { owner, repo }, action)),

    'update-branch': ({ headSha }) =>
      attempt('update the branch', async () => {
        try {
          await octokit.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch', {
            ...pull,
            expected_head_sha: headSha,
          });
          return DONE;
        } catch (error) {
          // It has been done, or the head is another one: what comes of that is told by an event.
          if (statusOf(error) === 422 && /no new commits|expected head sha/i.test(messageOf(error))) return UNCHANGED;
          throw error;
        }
      }),

    enqueue: ({ headSha }) =>
      attempt('put this in the merge queue', () => enqueued(octokit, { owner, repo, number }, headSha)),

    dequeue: () => attempt('take this out of the merge queue', () => dequeued(octokit, { owner, repo, number })),

    'arm-merge': (action) =>
      attempt('turn auto-merge on', async () =>
        armed(octokit, { owner, repo, number }, action, await messageOfCommit(action.title, action.body)),
      ),

    'disarm-merge': () => attempt('turn auto-merge off', () => disarmed(octokit, { owner, repo, number })),

    merge: ({ headSha, method, title, body }) =>
      attempt('merge', async () => {
        const message = await messageOfCommit(title, body);
        try {
          const { data } = await octokit.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
            ...pull,
            sha: headSha,
            merge_method: method,
            ...message,
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

  async function addLabels(labels: readonly string[]): Promise<ActionResult> {
    await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...issue, labels: [...labels] });
    return DONE;
  }

  async function requestReview(who: readonly string[]): Promise<void> {
    await octokit.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers', {
      ...pull,
      reviewers: who.filter((name) => !name.includes('/')),
      team_reviewers: who.filter((name) => name.includes('/')).map(slugOf),
    });
  }

  async function messageOfCommit(
    title: string | undefined,
    body: string | undefined,
  ): Promise<{ readonly commit_title?: string; readonly commit_message?: string }> {
    if (title === undefined && body === undefined) return {};
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', pull);
    const words = {
      title: data.title,
      number: String(number),
      author: data.user.login,
      head: data.head.ref,
      base: data.base.ref,
      body: data.body ?? '',
    };
    return {
      ...(title === undefined ? {} : { commit_title: filledIn(title, words).replace(/\s+/g, ' ').trim() }),
      ...(body === undefined ? {} : { commit_message: filledIn(body, words).slice(0, MAX_MESSAGE_CHARS) }),
    };
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
  if (said === '') return 'it gave no reason.';
  if (UNGRANTED.test(said)) return 'the App was not given the permission for it.';
  return `${code(said.replace(/^Validation Failed: /, '').replace(/\.$/, ''))}.`;
}

const REACTIONS = { done: '+1', refused: 'confused', looking: 'eyes' } as const;
type Reaction = (typeof REACTIONS)[keyof typeof REACTIONS];
const IN_GRAPHQL = { '+1': 'THUMBS_UP', confused: 'CONFUSED', eyes: 'EYES' } as const satisfies Record<
  Reaction,
  string
>;
const ADD_REACTION = `mutation($id: ID!, $content: ReactionContent!) {
  addReaction(input: { subjectId: $id, content: $content }) { reaction { content } }
}`;
const REMOVE_REACTION = `mutation($id: ID!, $content: ReactionContent!) {
  removeReaction(input: { subjectId: $id, content: $content }) { reaction { content } }
}`;
/** Whoever deleted their comment or locked the thread needs no answer any more. */
const NO_LONGER_WANTED: ReadonlySet<number | string | undefined> = new Set([
  403,
  404,
  410,
  422,
  'FORBIDDEN',
  'NOT_FOUND',
  'UNPROCESSABLE',
]);

type Asked = { readonly request?: object };
type Reacted = { readonly remove: (asked?: Asked) => Promise<unknown> };
const LATE: Asked = { request: TAKING_BACK };

/** Also where it was gone before: another worker, who came late, takes away what all of them share. */
async function gone(removal: Promise<unknown> | undefined): Promise<void> {
  try {
    await removal;
  } catch (error) {
    const why = statusOf(error) ?? complaintOf(error);
    if (why !== 404 && why !== 'NOT_FOUND' && why !== 'UNPROCESSABLE') throw error;
  }
}

export function answeringTo({ client, appId, delivery, context }: Omit<ApplyOptions, 'together'>): Answering {
  const { octokit } = client;
  const { owner, name: repo } = delivery.repository;
  const here = { owner, repo };
  const number = delivery.target?.number ?? 0;
  const { mayGoOn } = context;
  const comments = commentsOf({ client, appId, delivery, mayGoOn });
  let looking: Reacted | undefined;

  return {
    async react(how) {
      await whereWanted(async () => {
        if (how === 'looking') {
          looking = await takenBackIfLate({
            mayGoOn,
            send: () => reactedWith(REACTIONS.looking),
            // Adding it once more tells which one it is.
            takeBack: async (made) => (made ?? (await reactedWith(REACTIONS.looking, LATE)))?.remove(LATE),
          });
          return;
        }
        await reactedWith(REACTIONS[how]);
        await gone(looking?.remove());
        // What was given up before has its sign; it is done after all.
        if (how === 'done' && delivery.redrive !== undefined) {
          await gone((await reactedWith(REACTIONS.refused))?.remove());
        }
      });
    },

    async reply(words, { sought }) {
      const { text, event, id, sender, asker } = delivery;
      const about = text ?? asker;
      const marker = replyMarker(`${about?.kind ?? 'event'}/${about?.id ?? id}`);
      const body = marked(`${mention((asker?.by ?? sender).login)}: ${words}`, marker);
      await whereWanted(async () => {
        const edited = event === 'comment-edited' || event === 'edited';
        // What was answered before the edit may be older than any time the delivery tells.
        const standing = edited || sought ? await comments.find(marker, edited ? undefined : text?.at) : undefined;
        if (standing === undefined) await comments.create(body);
        else if (standing.body !== body) await comments.edit(standing.id, body);
      });
    },
  };

  /** Adding one that stands already changes nothing and gives that one. */
  async function reactedWith(content: Reaction, asked: Asked = {}): Promise<Reacted | undefined> {
    const { text } = delivery;
    switch (text?.kind) {
      case 'comment': {
        const at = { ...here, comment_id: Number(text.id) };
        const { data } = await octokit.request('POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions', {
          ...at,
          content,
          ...asked,
        });
        const remove = (late: Asked = {}) =>
          octokit.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions/{reaction_id}', {
            ...at,
            reaction_id: data.id,
            ...late,
          });
        return { remove };
      }
      case 'review-comment': {
        const at = { ...here, comment_id: Number(text.id) };
        const { data } = await octokit.request('POST /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions', {
          ...at,
          content,
          ...asked,
        });
        const remove = (late: Asked = {}) =>
          octokit.request('DELETE /repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions/{reaction_id}', {
            ...at,
            reaction_id: data.id,
            ...late,
          });
        return { remove };
      }
      case 'description': {
        const at = { ...here, issue_number: number };
        const { data } = await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/reactions', {
          ...at,
          content,
          ...asked,
        });
        const remove = (late: Asked = {}) =>
          octokit.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/reactions/{reaction_id}', {
            ...at,
            reaction_id: data.id,
            ...late,
          });
        return { remove };
      }
      case 'review':
        return reactedToReview(Number(text.id), content, asked);
      default:
        return undefined;
    }
  }

  /** REST knows no reactions to a review. */
  async function reactedToReview(review_id: number, content: Reaction, asked: Asked): Promise<Reacted> {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}', {
      ...here,
      pull_number: number,
      review_id,
      ...asked,
    });
    const which = { id: data.node_id, content: IN_GRAPHQL[content] };
    await octokit.graphql(ADD_REACTION, { ...which, ...asked });
    return { remove: (late = {}) => octokit.graphql(REMOVE_REACTION, { ...which, ...late }) };
  }

  async function whereWanted(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const why = statusOf(error) ?? complaintOf(error);
      if (!NO_LONGER_WANTED.has(why)) throw error;
      log.warn('answer not taken', { delivery: delivery.id, status: why, reason: messageOf(error) });
    }
  }
}
