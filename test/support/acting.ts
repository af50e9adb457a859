/** Made-up people at work on the made-up forge: through its REST API, each with their own token. */
import * as z from 'zod/mini';
import { seedThrough, type Files, type GitHubInABox } from '../../local/github/index.ts';
import { NEW_RUN, runCreated, suiteFor } from '../../local/github/routes/check-changes.ts';
import { ACTIONS_APP_ID, fullNameOf, moment, type Repository, type Role } from '../../local/github/state.ts';
import { APPROVER, AUTHOR, OWNER, REVIEWER, STRANGER } from '../../local/made-up.ts';

export { APPROVER, AUTHOR, OWNER, REVIEWER, STRANGER };
/** Approves docs/ in {@link OWNED}, and is nobody elsewhere. */
export const DOCS_APPROVER = 'joan-example';

/** Owned at the root by the approver, in docs/ by another one as well. */
export const OWNED: Files = {
  'README.md': '# Made up\n',
  OWNERS: `approvers:\n- ${APPROVER}\nreviewers:\n- ${REVIEWER}\n`,
  'docs/OWNERS': `approvers:\n- ${DOCS_APPROVER}\n`,
  'docs/guide.md': '# Guide\n\nTurn it.\n',
  'src/turn.ts': 'export const turn = 1;\n',
};

export type Said = { readonly by: string; readonly body: string };

/** An issue, or a pull request seen as one. */
export type Thread = {
  readonly number: number;
  /** As the audit trail names it. */
  readonly name: string;
  /** The id of the comment. */
  readonly comment: (by: string, body: string) => Promise<string>;
  readonly edit: (by: string, comment: string, body: string) => Promise<void>;
  readonly label: (by: string, ...labels: readonly string[]) => Promise<void>;
  readonly unlabel: (by: string, label: string) => Promise<void>;
  /** Changes title, state or description by hand. */
  readonly change: (by: string, fields: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly labels: () => Promise<readonly string[]>;
  /** What the App's bot has said, oldest first, without the markers. */
  readonly words: () => Promise<readonly string[]>;
  readonly comments: () => Promise<readonly Said[]>;
  /** What the App's bot did to labels and state, oldest first: `labeled lgtm`. */
  readonly deeds: () => Promise<readonly string[]>;
  /** Reactions of the App's bot to a comment. */
  readonly reactions: (comment: string) => Promise<readonly string[]>;
  readonly now: () => Promise<z.infer<typeof issue>>;
};

export type Pull = Thread & {
  readonly branch: string;
  /** Commits to its branch; the new head. */
  readonly push: (files: Files, by?: string) => string;
  readonly head: () => string;
  /** Makes the same change on top of what the base is now, and moves the branch there by force. */
  readonly rebase: (files: Files) => Promise<void>;
  /** Moves its branch to another commit by force. */
  readonly reset: (sha: string) => Promise<void>;
  readonly review: (by: string, verdict: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT', body?: string) => Promise<string>;
  /** Changes the branch that it goes into. */
  readonly retarget: (by: string, base: string) => Promise<void>;
  /** Marks a draft as ready for review. */
  readonly ready: (by: string) => Promise<void>;
  readonly dismiss: (by: string, review: string) => Promise<void>;
  readonly pull: () => Promise<z.infer<typeof pull>>;
  /** Check runs on its head, by name and title. */
  readonly checks: () => Promise<readonly string[]>;
  readonly merged: () => Promise<boolean>;
};

export type Workplace = {
  readonly fullName: string;
  readonly open: (given?: {
    readonly by?: string;
    readonly title?: string;
    readonly body?: string;
    readonly draft?: boolean;
    readonly files?: Files;
    /** From a fork of whoever opens it. */
    readonly forked?: boolean;
  }) => Promise<Pull>;
  readonly issue: (by: string, title: string, body?: string) => Promise<Thread>;
  /** Commits to a branch, `main` for instance. */
  readonly commit: (branch: string, files: Files, by?: string) => string;
  readonly ask: (by: string, request: string, body?: unknown) => Promise<unknown>;
  readonly tip: (branch: string) => string;
  readonly status: (sha: string, context: string, state: 'pending' | 'success' | 'failure') => Promise<void>;
  /** A check run of somebody else's App, which ends at once. */
  readonly check: (sha: string, name: string, conclusion: 'success' | 'failure') => void;
};

export type Acting = {
  /** A repository of its own for a test. */
  readonly workplace: (given?: {
    /** Otherwise one that no other has. */
    readonly name?: string;
    readonly files?: Files;
    readonly collaborators?: Readonly<Record<string, Role>>;
    readonly labels?: readonly string[];
  }) => Promise<Workplace>;
};

const made = z.object({ id: z.number() });
const node = z.object({ node_id: z.string() });
const numbered = z.object({ number: z.number() });
const comments = z.array(z.object({ id: z.number(), body: z.string(), user: z.object({ login: z.string() }) }));
const reactions = z.array(z.object({ content: z.string(), user: z.object({ login: z.string() }) }));
const events = z.array(
  z.object({
    event: z.string(),
    actor: z.nullable(z.object({ login: z.string() })),
    label: z.optional(z.object({ name: z.string() })),
  }),
);
const issue = z.object({
  title: z.string(),
  state: z.string(),
  state_reason: z.nullish(z.string()),
  labels: z.array(z.object({ name: z.string() })),
  assignees: z.array(z.object({ login: z.string() })),
});
const pull = z.object({
  title: z.string(),
  state: z.string(),
  merged: z.boolean(),
  draft: z.boolean(),
  head: z.object({ sha: z.string() }),
  base: z.object({ ref: z.string() }),
  merge_commit_sha: z.nullable(z.string()),
  labels: z.array(z.object({ name: z.string() })),
  requested_reviewers: z.array(z.object({ login: z.string() })),
});

const runs = z.object({
  check_runs: z.array(z.object({ name: z.string(), output: z.object({ title: z.nullable(z.string()) }) })),
});

const MARKER = /\n?<!-- bowsprit:[^>]* -->\n?/g;
let repositories = 0;

/** Before each act a second passes on the forge: its clock tells moments apart by seconds. */
export function actingOn(github: GitHubInABox, passTime: () => void): Acting {
  const seed = seedThrough(github.box);
  const bot = `${github.app.slug}[bot]`;
  for (const resource of ['core', 'search', 'graphql'] as const) github.limits.set(resource, 1_000_000);

  async function asked(by: string, request: string, body?: unknown): Promise<unknown> {
    const [method = 'GET', path = ''] = request.split(' ');
    if (method !== 'GET') passTime();
    const response = await fetch(`${github.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${github.tokens[by] ?? ''}`, 'user-agent': 'test' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${request} by ${by} was answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  return {
    async workplace({ name: given, files = OWNED, collaborators, labels = [] } = {}) {
      repositories += 1;
      const name = given ?? `place-${repositories}`;
      const fullName = `${OWNER}/${name}`;
      const people = collaborators ?? { [APPROVER]: 'maintain', [REVIEWER]: 'write', [AUTHOR]: 'write' };
      passTime();
      seed.createRepository(fullName, { files, collaborators: people });
      const at = `/repos/${fullName}`;
      const ask: Workplace['ask'] = (by, request, body) => asked(by, request.replace(' /', ` ${at}/`), body);
      for (const label of labels) {
        // oxlint-disable-next-line no-await-in-loop
        await ask(APPROVER, 'POST /labels', { name: label, color: 'ededed' });
      }
      const repositoryOf = (owner: string): Repository | undefined =>
        [...github.state.repositories.values()].find((each) => fullNameOf(github.state, each) === `${owner}/${name}`);
      const repository = (owner = OWNER): Repository => {
        const found = repositoryOf(owner);
        if (found === undefined) throw new Error(`${owner}/${name} was not made`);
        return found;
      };
      const tip = (branch: string, owner = OWNER): string => repository(owner).refs.get(`refs/heads/${branch}`) ?? '';
      const commit = (branch: string, changed: Files, by = AUTHOR, owner = OWNER): string => {
        passTime();
        return seed.commitFiles(`${owner}/${name}`, branch, changed, by, `Change ${Object.keys(changed).join(', ')}`);
      };

      /** All of them, however many pages. */
      const commentsOf = async (number: number, page = 1): Promise<z.infer<typeof comments>> => {
        const some = comments.parse(await ask(APPROVER, `GET /issues/${number}/comments?per_page=100&page=${page}`));
        return some.length < 100 ? some : [...some, ...(await commentsOf(number, page + 1))];
      };
      const thread = (number: number): Thread => ({
        number,
        name: `github:${fullName}#${number}`,
        comment: async (by, body) => String(made.parse(await ask(by, `POST /issues/${number}/comments`, { body })).id),
        edit: async (by, id, body) => void (await ask(by, `PATCH /issues/comments/${id}`, { body })),
        label: async (by, ...names) => void (await ask(by, `POST /issues/${number}/labels`, { labels: names })),
        unlabel: async (by, label) =>
          void (await ask(by, `DELETE /issues/${number}/labels/${encodeURIComponent(label)}`)),
        change: async (by, fields) => void (await ask(by, `PATCH /issues/${number}`, fields)),
        now: async () => issue.parse(await ask(APPROVER, `GET /issues/${number}`)),
        labels: async () =>
          issue
            .parse(await ask(APPROVER, `GET /issues/${number}`))
            .labels.map((label) => label.name)
            .toSorted(),
        comments: async () => (await commentsOf(number)).map(({ user, body }) => ({ by: user.login, body })),
        words: async () =>
          (await commentsOf(number))
            .filter(({ user }) => user.login === bot)
            .map(({ body }) => body.replace(MARKER, '')),
        deeds: async () =>
          events
            .parse(await ask(APPROVER, `GET /issues/${number}/events?per_page=100`))
            .filter(({ actor }) => actor?.login === bot)
            .map(({ event, label }) => (label === undefined ? event : `${event} ${label.name}`)),
        reactions: async (id) =>
          reactions
            .parse(await ask(APPROVER, `GET /issues/comments/${id}/reactions`))
            .filter(({ user }) => user.login === bot)
            .map(({ content }) => content),
      });

      let branches = 0;
      return {
        fullName,
        ask,
        commit,
        tip: (branch) => tip(branch),
        status: async (sha, context, is) => void (await ask(APPROVER, `POST /statuses/${sha}`, { context, state: is })),
        check(sha, check, conclusion) {
          passTime();
          const { box, state } = github;
          const who = { box, state, at: moment(box.now()), repository: repository(), actor: { login: AUTHOR } };
          const suite = suiteFor(who, ACTIONS_APP_ID, sha, null);
          runCreated(who, suite, { ...NEW_RUN, name: check, status: 'completed', conclusion, completedAt: who.at });
        },
        async open({
          by = AUTHOR,
          title = 'Turn back',
          body = '',
          draft = false,
          files: changed,
          forked = false,
        } = {}) {
          branches += 1;
          const branch = `change-${branches}`;
          const owner = forked ? by : OWNER;
          if (repositoryOf(owner) === undefined) seed.fork(fullName, owner);
          commit(branch, changed ?? { 'src/turn.ts': `export const turn = ${-branches};\n` }, by, owner);
          const head = forked ? `${owner}:${branch}` : branch;
          const opened = await ask(by, 'POST /pulls', { title, body, draft, head, base: 'main' });
          const { number } = numbered.parse(opened);
          const now: Pull['pull'] = async () => pull.parse(await ask(APPROVER, `GET /pulls/${number}`));
          return {
            ...thread(number),
            branch,
            push: (pushed, pusher = by) => commit(branch, pushed, pusher, owner),
            head: () => tip(branch, owner),
            rebase: async (again) => {
              branches += 1;
              const sha = commit(`rebased-${branches}`, again, by);
              await ask(by, `PATCH /git/refs/heads/${branch}`, { sha, force: true });
            },
            reset: async (sha) => void (await ask(by, `PATCH /git/refs/heads/${branch}`, { sha, force: true })),
            review: async (reviewer, verdict, words = '') =>
              String(
                made.parse(
                  await ask(reviewer, `POST /pulls/${number}/reviews`, {
                    event: verdict,
                    ...(words === '' ? {} : { body: words }),
                  }),
                ).id,
              ),
            retarget: async (retargeter, base) => void (await ask(retargeter, `PATCH /pulls/${number}`, { base })),
            ready: async (readier) => {
              const { node_id: id } = node.parse(await ask(readier, `GET /pulls/${number}`));
              const query = `mutation { markPullRequestReadyForReview(input: { pullRequestId: "${id}" }) { clientMutationId } }`;
              await asked(readier, 'POST /graphql', { query });
            },
            dismiss: async (dismisser, id) =>
              void (await ask(dismisser, `PUT /pulls/${number}/reviews/${id}/dismissals`, {
                message: 'Not any more.',
              })),
            pull: now,
            checks: async () =>
              runs
                .parse(await ask(APPROVER, `GET /commits/${tip(branch)}/check-runs?per_page=100`))
                .check_runs.map((run) => `${run.name}: ${run.output.title ?? ''}`),
            merged: async () => (await now()).merged,
          };
        },
        async issue(by, title, body = '') {
          return thread(numbered.parse(await ask(by, 'POST /issues', { title, body })).number);
        },
      };
    },
  };
}
