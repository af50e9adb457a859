/** Comments of our own, found again by a hidden marker. Nobody else's comment is ever edited, whatever it says. */
import type { Delivery } from '../../delivery.ts';
import { withoutSecrets } from '../../log.ts';
import { statusOf, type Client } from './client.ts';
import { TAKING_BACK, takenBackIfLate } from './late.ts';
import { PAGE, pages } from './pages.ts';

/** https://docs.github.com/en/rest/issues/comments; longer bodies are refused with 422. */
const MAX_COMMENT_CHARS = 65_536;
const CUT = '\n…';
/** Clocks are not exact: look a little further back than the text that is answered. */
const SLACK_MS = 60_000;

export type Standing = { readonly id: string; readonly body: string };

export type Comments = {
  /** The newest comment of ours with this marker. `since`: none before it is looked at; ISO 8601. */
  find(marker: string, since?: string): Promise<Standing | undefined>;
  /** False where it is gone. */
  edit(id: string, body: string): Promise<boolean>;
  create(body: string): Promise<string>;
  /** False where it is gone already. */
  remove(id: string): Promise<boolean>;
};

export const noticeMarker = (subject: string): string => `<!-- bowsprit:notice ${subject} -->`;
export const replyMarker = (source: string): string => `<!-- bowsprit:reply ${source} -->`;

/**
 * The marker stands first: never cut off, and never inside a fence that the text leaves open. What was echoed of a comment or
 * of an answer of the forge may hold a secret: it goes no further.
 */
export function marked(words: string, marker: string): string {
  const text = withoutSecrets(words);
  const room = MAX_COMMENT_CHARS - marker.length - 1;
  // Half of a character cannot be sent.
  const fitting = text.length > room ? `${text.slice(0, room - CUT.length).toWellFormed()}${CUT}` : text;
  return `${marker}\n${fitting}`;
}

export function commentsOf(options: {
  readonly client: Client;
  readonly appId: string;
  readonly delivery: Delivery;
  readonly mayGoOn: (() => void) | undefined;
}): Comments {
  const { client, appId, delivery, mayGoOn } = options;
  const { octokit } = client;
  const { owner, name: repo } = delivery.repository;
  const issue = { owner, repo, issue_number: delivery.target?.number ?? 0 };

  /** Oldest first. */
  async function all(marker: string, asked: { readonly since?: string; readonly request?: object }) {
    const comments = await pages((page) =>
      octokit
        .request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
          ...issue,
          per_page: PAGE,
          page,
          ...asked,
        })
        .then(({ data }) => data),
    );
    return comments.flatMap(({ id, body, performed_via_github_app: app }): readonly Standing[] =>
      String(app?.id) === appId && body?.startsWith(marker) === true ? [{ id: String(id), body }] : [],
    );
  }

  async function removed(id: string, asked: { readonly request?: object } = {}): Promise<boolean> {
    try {
      await octokit.request('DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}', {
        owner,
        repo,
        comment_id: Number(id),
        ...asked,
      });
      return true;
    } catch (error) {
      if (statusOf(error) === 404) return false;
      throw error;
    }
  }

  /** Of two about the same, one is too many: ours. Where nobody knows which that is, if any, it says what was sent. */
  async function takenBack(sent: string, made: string | undefined): Promise<void> {
    const asked = { request: TAKING_BACK };
    const standing = await all(sent.slice(0, sent.indexOf('\n')), asked);
    const id = made ?? standing.findLast(({ body }) => body === sent)?.id;
    if (id !== undefined && standing.some((each) => each.id !== id)) await removed(id, asked);
  }

  return {
    async find(marker, since) {
      const from = since === undefined ? {} : { since: new Date(Date.parse(since) - SLACK_MS).toISOString() };
      return (await all(marker, from)).at(-1);
    },

    async edit(id, body) {
      try {
        await octokit.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
          owner,
          repo,
          comment_id: Number(id),
          body,
        });
        return true;
      } catch (error) {
        if (statusOf(error) === 404) return false;
        throw error;
      }
    },

    create: (body) =>
      takenBackIfLate({
        mayGoOn,
        send: async () => {
          const { data } = await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
            ...issue,
            body,
          });
          return String(data.id);
        },
        takeBack: (made) => takenBack(body, made),
      }),

    remove: (id) => removed(id),
  };
}
