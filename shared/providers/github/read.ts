/** What is so on GitHub: one entry per fact. Few requests; "could not find out" is thrown, never answered. */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Delivery, Person, Target } from '../../delivery.ts';
import { Refusal, Retryable } from '../../errors.ts';
import type { ChangedFileFact, Check, Role } from '../../language/index.ts';
import type { FileAtCommit, PullNow, Read } from '../provider.ts';
import { messageOf, statusOf, type Client } from './client.ts';
import { SNAPSHOT, snapshotFrom, withRequired, type Snapshot } from './snapshot.ts';

const PAGE = 100;
/** https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files: "a maximum of 3000 files". */
const MAX_FILES = 3_000;
/** https://docs.github.com/en/rest/commits/commits#compare-two-commits lists at most so many. */
const MAX_COMPARED_FILES = 300;
const FILES_PER_QUERY = 100;
const GONE = 'the pull request is not there any more';

/** Where a person's or team's organization is asked; not bound to one repository. */
export type ReadOptions = {
  readonly client: Client;
  /** Made when something is asked that no token for one repository may. */
  readonly members: () => Promise<Client>;
  readonly delivery: Delivery;
};

export function readFrom({ client, members, delivery }: ReadOptions): Read {
  const { octokit } = client;
  const { owner, name: repo } = delivery.repository;
  const number = delivery.target?.number ?? 0;
  const here = { owner, repo };
  let snapshot: Promise<Snapshot> | undefined;
  const snapshotOnce = (): Promise<Snapshot> => (snapshot ??= snapshotHere());

  async function snapshotHere(): Promise<Snapshot> {
    let data: unknown;
    try {
      data = await queried(octokit, SNAPSHOT, { owner, repo, number });
    } catch (error) {
      if (statusOf(error) === 404 || statusOf(error) === 501) return snapshotByRest();
      throw error;
    }
    const found = snapshotFrom(data);
    if (found === undefined) throw new Refusal(`On GitHub ${GONE}.`);
    return found;
  }

  /** For servers without GraphQL: the same facts, by more requests. */
  async function snapshotByRest(): Promise<Snapshot> {
    const { data: pull } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
      ...here,
      pull_number: number,
    });
    const { sha } = pull.head;
    const [commit, statuses, runs, base, required] = await Promise.all([
      octokit.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { ...here, commit_sha: sha }),
      pages((page) =>
        octokit
          .request('GET /repos/{owner}/{repo}/commits/{ref}/status', { ...here, ref: sha, per_page: PAGE, page })
          .then(({ data }) => data.statuses),
      ),
      pages((page) =>
        octokit
          .request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', { ...here, ref: sha, per_page: PAGE, page })
          .then(({ data }) => data.check_runs),
      ),
      branchHead(pull.base.ref),
      requiredByRest(pull.base.ref),
    ]);
    const checks: Check[] = [
      ...statuses.map(({ context, state, target_url: url }): Check => ({
        name: context,
        state: state === 'success' ? 'success' : state === 'pending' ? 'pending' : 'failure',
        required: false,
        url: url ?? undefined,
      })),
      ...runs.map(({ name, status, conclusion, details_url: url }): Check => ({
        name,
        state:
          status !== 'completed'
            ? 'pending'
            : ['success', 'neutral', 'skipped'].includes(conclusion ?? '')
              ? 'success'
              : 'failure',
        required: false,
        url: url ?? undefined,
      })),
    ];
    const repository = pull.base.repo;
    return {
      title: pull.title,
      state: pull.merged ? 'merged' : pull.state === 'open' ? 'open' : 'closed',
      draft: pull.draft ?? false,
      mergeable: pull.mergeable === null ? 'unknown' : pull.mergeable ? 'yes' : 'conflicting',
      headSha: sha,
      baseRef: pull.base.ref,
      baseSha: base,
      author: { login: pull.user.login, id: String(pull.user.id), bot: pull.user.type === 'Bot' },
      labels: pull.labels.map(({ name }) => name),
      changedFiles: pull.changed_files,
      methods: [
        ...(repository.allow_merge_commit === false ? [] : (['merge'] as const)),
        ...(repository.allow_squash_merge === false ? [] : (['squash'] as const)),
        ...(repository.allow_rebase_merge === false ? [] : (['rebase'] as const)),
      ],
      checks: withRequired(checks, required),
      checksComplete: true,
      reviews: [],
      headCommittedAt: commit.data.committer.date,
      public: !repository.private,
      files: undefined,
    };
  }

  async function requiredByRest(branch: string): Promise<ReadonlySet<string>> {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/branches/{branch}', { ...here, branch });
    return new Set(data.protection.required_status_checks?.contexts ?? []);
  }

  async function branchHead(ref: string): Promise<string> {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/ref/{ref}', { ...here, ref: `heads/${ref}` });
    return data.object.sha;
  }

  async function listedFiles(): Promise<readonly ChangedFileFact[]> {
    const files = await pages(
      (page) =>
        octokit
          .request('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', {
            ...here,
            pull_number: number,
            per_page: PAGE,
            page,
          })
          .then(({ data }) => data),
      MAX_FILES / PAGE,
    );
    return files.map(({ filename, previous_filename: previousPath, additions, deletions }) => ({
      path: filename,
      ...(previousPath === undefined ? {} : { previousPath }),
      additions,
      deletions,
    }));
  }

  async function isPublic(): Promise<boolean> {
    if (snapshot !== undefined) return (await snapshot).public;
    const { data } = await octokit.request('GET /repos/{owner}/{repo}', here);
    return !data.private;
  }

  return {
    async pull(): Promise<PullNow> {
      const { files: _, ...pull } = await snapshotOnce();
      return pull;
    },

    async labels() {
      if (delivery.target?.kind === 'pull') return (await snapshotOnce()).labels;
      const labels = await pages((page) =>
        octokit
          .request('GET /repos/{owner}/{repo}/issues/{issue_number}/labels', {
            ...here,
            issue_number: number,
            per_page: PAGE,
            page,
          })
          .then(({ data }) => data),
      );
      return labels.map(({ name }) => name);
    },

    async repositoryLabels() {
      const labels = await pages((page) =>
        octokit.request('GET /repos/{owner}/{repo}/labels', { ...here, per_page: PAGE, page }).then(({ data }) => data),
      );
      return labels.map(({ name }) => name);
    },

    async changedFiles() {
      const { files, changedFiles } = await snapshotOnce();
      if (files !== undefined) return { files, complete: true };
      const listed = await listedFiles();
      return { files: listed, complete: listed.length === changedFiles };
    },

    async role(person) {
      if (person.login.toLowerCase() === 'ghost') return { role: 'none', public: await isPublic() };
      let role: Role;
      try {
        const { data } = await octokit.request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
          ...here,
          username: person.login,
        });
        // A login that was given up and taken by somebody else has an id of its own (figures §6, row 6).
        const same = data.user === null || String(data.user.id) === person.id;
        role = same ? roleFrom(data.permission, data.role_name, data.user?.permissions) : 'none';
      } catch (error) {
        if (statusOf(error) !== 404 || !/not a user/i.test(messageOf(error))) throw error;
        role = 'none';
      }
      return { role, public: role === 'read' ? await isPublic() : true };
    },

    async member(person) {
      if (person.login.toLowerCase() === owner.toLowerCase()) return true;
      const { octokit: asked } = await members();
      try {
        const { status } = await asked.request('GET /orgs/{org}/members/{username}', {
          org: owner,
          username: person.login,
        });
        // The App itself may not see members, so this is no answer.
        if (status === 302) throw new Retryable('GitHub does not say who is a member');
        return await sameAccount(asked, person);
      } catch (error) {
        if (statusOf(error) === 404) return false;
        throw error;
      }
    },

    async inTeam(person, team) {
      const { octokit: asked } = await members();
      const [org, slug] = teamParts(team, owner);
      try {
        const { data } = await asked.request('GET /orgs/{org}/teams/{team_slug}/memberships/{username}', {
          org,
          team_slug: slug,
          username: person.login,
        });
        return data.state === 'active' && (await sameAccount(asked, person));
      } catch (error) {
        if (statusOf(error) === 404) return false;
        throw error;
      }
    },

    async teamMembers(team) {
      const { octokit: asked } = await members();
      const [org, slug] = teamParts(team, owner);
      try {
        const people = await pages((page) =>
          asked
            .request('GET /orgs/{org}/teams/{team_slug}/members', { org, team_slug: slug, per_page: PAGE, page })
            .then(({ data }) => data),
        );
        return people.map(({ login }) => login.toLowerCase());
      } catch (error) {
        // A team that is not there, or that the App may not see, stands for nobody.
        if (statusOf(error) === 404 || statusOf(error) === 403) return [];
        throw error;
      }
    },

    async filesAt(commit, paths) {
      const found = new Map<string, FileAtCommit>();
      for (let start = 0; start < paths.length; start += FILES_PER_QUERY) {
        const part = paths.slice(start, start + FILES_PER_QUERY);
        // Two parts at once would only share the same rate limit.
        // oxlint-disable-next-line no-await-in-loop
        for (const [path, file] of await filesByQuery(part, commit)) found.set(path, file);
      }
      return found;
    },

    branch: branchHead,

    async changeAt(baseRef, head) {
      const { data } = await octokit.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
        ...here,
        basehead: `${baseRef}...${head}`,
        per_page: 1,
      });
      const files = data.files ?? [];
      return {
        digests: new Map(files.map((file) => [file.filename, digestOf(file)])),
        complete: files.length < MAX_COMPARED_FILES,
      };
    },

    async pullsAt(sha) {
      const pulls = await pages((page) =>
        octokit
          .request('GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls', {
            ...here,
            commit_sha: sha,
            per_page: PAGE,
            page,
          })
          .then(({ data }) => data),
      );
      return pulls
        .filter(({ state, head }) => state === 'open' && head.sha === sha)
        .map(({ number: at, title, labels, user, locked, draft, head, base }): Target => ({
          kind: 'pull',
          number: at,
          author: {
            login: user?.login ?? 'ghost',
            id: String(user?.id ?? ''),
            bot: user?.type === 'Bot',
          },
          state: 'open',
          title,
          labels: labels.map(({ name }) => name),
          locked,
          headSha: head.sha,
          baseRef: base.ref,
          draft: draft ?? false,
        }));
    },
  };

  async function filesByQuery(
    paths: readonly string[],
    commit: string,
  ): Promise<readonly (readonly [path: string, file: FileAtCommit])[]> {
    const aliases = paths.map(
      (path, index) =>
        `f${index}: object(expression: ${JSON.stringify(`${commit}:${path}`)}) ` +
        '{ kind: __typename oid ... on Blob { text isBinary isTruncated } }',
    );
    const query = `query($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { ${aliases.join('\n')} } }`;
    let data: unknown;
    try {
      data = await queried(octokit, query, { owner, repo });
    } catch (error) {
      if (statusOf(error) === 404 || statusOf(error) === 501) return filesByRest(paths, commit);
      throw error;
    }
    const { repository } = objects.parse(data);
    if (repository === null) throw new Retryable('GitHub does not show the repository');
    return paths.map((path, index) => [path, fileFrom(repository[`f${index}`] ?? null)]);
  }

  async function filesByRest(
    paths: readonly string[],
    commit: string,
  ): Promise<readonly (readonly [path: string, file: FileAtCommit])[]> {
    return Promise.all(
      paths.map(async (path) => {
        try {
          const { data } = await octokit.request('GET /repos/{owner}/{repo}/contents/{path}', {
            ...here,
            path,
            ...(commit === 'HEAD' ? {} : { ref: commit }),
          });
          const file = content.safeParse(data);
          if (!file.success) return [path, { is: 'unreadable', oid: '', problem: 'It is not a file.' }] as const;
          const text = Buffer.from(file.data.content, 'base64').toString('utf8');
          return [path, { is: 'text', oid: file.data.sha, text }] as const;
        } catch (error) {
          if (statusOf(error) === 404) return [path, { is: 'absent' }] as const;
          throw error;
        }
      }),
    );
  }
}

const content = z.object({
  type: z.literal('file'),
  encoding: z.literal('base64'),
  sha: z.string(),
  content: z.string(),
});
const object = z.object({
  kind: z.string(),
  oid: z.string(),
  text: z.nullish(z.string()),
  isBinary: z.nullish(z.boolean()),
  isTruncated: z.nullish(z.boolean()),
});
const objects = z.object({ repository: z.nullable(z.record(z.string(), z.nullable(object))) });

// A symbolic link's text is the path it points to, which no parser of owners takes for owners: it is unreadable there.
function fileFrom(found: z.infer<typeof object> | null): FileAtCommit {
  if (found === null) return { is: 'absent' };
  const { oid, kind, text, isBinary, isTruncated } = found;
  if (kind !== 'Blob') return { is: 'unreadable', oid, problem: 'It is not a file.' };
  if (isTruncated === true) return { is: 'unreadable', oid, problem: 'It is too large to be read whole.' };
  if (isBinary === true || text === null || text === undefined) {
    return { is: 'unreadable', oid, problem: 'It is not text.' };
  }
  return { is: 'text', oid, text };
}

const partial = z.object({
  data: z.nullable(z.unknown()),
  errors: z.array(z.object({ type: z.optional(z.string()), message: z.string() })),
});

/** What GraphQL answers; parts that the App may not see are null. @throws Retryable where it says anything else. */
async function queried(
  octokit: Client['octokit'],
  query: string,
  variables: Readonly<Record<string, string | number>>,
): Promise<unknown> {
  try {
    return await octokit.graphql(query, variables);
  } catch (error) {
    const answer = partial.safeParse(error);
    if (!answer.success || error instanceof Retryable) throw error;
    const { data, errors } = answer.data;
    const tolerable = errors.every(({ type }) => type === 'FORBIDDEN' || type === 'NOT_FOUND');
    if (tolerable && data !== null && data !== undefined) return data;
    const limited = errors.some(({ type }) => type === 'RATE_LIMITED');
    throw new Retryable(`GraphQL: ${errors.map(({ message }) => message).join('; ')}`.slice(0, 500), {
      retryAfter: limited ? 60 : 5,
      cause: error,
    });
  }
}

/** All pages, or as many as `most`; the last one is the first that is not full. */
async function pages<T>(fetchPage: (page: number) => Promise<readonly T[]>, most = Infinity): Promise<readonly T[]> {
  const all: T[] = [];
  for (let page = 1; page <= most; page += 1) {
    // Whether there is a next page only this one tells.
    // oxlint-disable-next-line no-await-in-loop
    const items = await fetchPage(page);
    all.push(...items);
    if (items.length < PAGE) break;
  }
  return all;
}

type Flags = {
  readonly pull?: boolean;
  readonly triage?: boolean;
  readonly push?: boolean;
  readonly maintain?: boolean;
  readonly admin?: boolean;
};

const ROLE_NAMES: ReadonlyMap<string, Role> = new Map([
  ['admin', 'admin'],
  ['maintain', 'maintain'],
  ['write', 'write'],
  ['triage', 'triage'],
  ['read', 'read'],
  ['none', 'none'],
]);

/** A custom role goes by what it may do; the old field `permission` folds triage into read and maintain into write. */
function roleFrom(permission: string, roleName: string, flags: Flags | undefined): Role {
  const named = ROLE_NAMES.get(roleName);
  if (named !== undefined) return named;
  if (flags?.admin === true) return 'admin';
  if (flags?.maintain === true) return 'maintain';
  if (flags?.push === true) return 'write';
  if (flags?.triage === true) return 'triage';
  if (flags?.pull === true) return 'read';
  return ROLE_NAMES.get(permission) ?? 'none';
}

async function sameAccount(octokit: Client['octokit'], person: Person): Promise<boolean> {
  const { data } = await octokit.request('GET /users/{username}', { username: person.login });
  return String(data.id) === person.id;
}

/** `org/team`, or a team of the organization that owns the repository. */
function teamParts(team: string, owner: string): readonly [org: string, slug: string] {
  const [first = '', second] = team.split('/');
  return second === undefined ? [owner, first] : [first, second];
}

/**
 * Of a file's change: its lines and those around them, in their order; without line numbers, so that a rebase which leaves
 * the change and its surroundings alone leaves the digest alone (as `git patch-id` does). The same lines elsewhere are
 * another change. Without a patch (binary, too large) the content counts.
 */
function digestOf(file: {
  readonly status: string;
  readonly previous_filename?: string | undefined;
  readonly patch?: string | undefined;
  readonly sha: string | null;
}): string {
  const lines = file.patch?.split('\n').filter((line) => !line.startsWith('@@'));
  const change = lines === undefined ? [file.sha] : lines;
  return createHash('sha256')
    .update(JSON.stringify([file.status, file.previous_filename ?? null, change]))
    .digest('hex');
}
