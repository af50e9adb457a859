/** What is so on GitHub: one entry per fact. Few requests; "could not find out" is thrown, never answered. */
import * as z from 'zod/mini';
import type { Delivery, Target } from '../../delivery.ts';
import { Refusal, Retryable } from '../../errors.ts';
import { code, type ChangedFileFact, type Role } from '../../language/index.ts';
import { ORGANIZATION_REPOSITORY, type FileAtCommit, type LabelChange, type Read } from '../provider.ts';
import { limitedAmong } from './availability.ts';
import { workflowsAt } from './actions.ts';
import { branchUse } from './branches.ts';
import { changeBetween } from './change.ts';
import { lackIn, messageOf, statusOf, type Client } from './client.ts';
import { descriptionOf, issueAt, otherPulls, textOf } from './descriptions.ts';
import { FILE, fileEntry, fileFrom } from './files.ts';
import { commitsOf } from './commits.ts';
import { queried } from './graphql.ts';
import { queriedByRelease } from './older-schema.ts';
import { happenedOn } from './happened.ts';
import { forcedIn, headSince } from './head-pushes.ts';
import { openMilestones } from './milestones.ts';
import { PAGE, pages } from './pages.ts';
import { pullsOnto } from './pulls-onto.ts';
import { earlierSettings, PATHS, settingsAtEnd, settingsOfAll } from './read-settings.ts';
import {
  CHECKS,
  checksFrom,
  DISPENSABLE,
  MAX_CHECK_PAGES,
  SNAPSHOT,
  snapshotFrom,
  withChecks,
  withRequired,
  type Snapshot,
} from './snapshot.ts';
import { reviewsWaiting } from './reviews-waiting.ts';
import { checksOf, filesByRest, hasNoGraphql, snapshotByRest } from './without-graphql.ts';

/** https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files: "a maximum of 3000 files". */
const MAX_FILES = 3_000;
const FILES_PER_QUERY = 100;
/** What is beyond is found by the sweep. */
const MAX_PULL_PAGES = 10;

export type ReadOptions = {
  readonly client: Client;
  /** With the right to see who belongs to an organization or team; made when that is asked. */
  readonly members: () => Promise<Client>;
  /** For reading the organization's own repository; undefined where we are not installed on one. */
  readonly organization: () => Promise<Client | undefined>;
  /** For reading all repositories of the installation. */
  readonly everywhere: () => Promise<Client>;
  /** For reading issues and pull requests of all of them. */
  readonly issues: () => Promise<Client>;
  readonly delivery: Pick<Delivery, 'repository' | 'target' | 'text'>;
};

export function readFrom({ client, members, organization, everywhere, issues, delivery }: ReadOptions): Read {
  const { octokit } = client;
  const { owner, name: repo } = delivery.repository;
  const here = { owner, repo };
  const number = delivery.target?.number ?? 0;
  const one = { ...here, pull_number: number };
  let snapshot: Promise<Snapshot> | undefined;
  const snapshotOnce = (): Promise<Snapshot> => (snapshot ??= toldHere('the pull request', snapshotHere));

  async function snapshotHere(): Promise<Snapshot> {
    let data: unknown;
    try {
      data = await queriedByRelease(client, SNAPSHOT, { ...here, number }, { later: DISPENSABLE, hidden: DISPENSABLE });
    } catch (error) {
      if (hasNoGraphql(error)) return snapshotByRest(octokit, here, number);
      throw error;
    }
    const found = snapshotFrom(data);
    if (found === undefined) throw new Refusal('On GitHub this is no pull request, or not any more.');
    return withAllChecks(found);
  }

  async function withAllChecks(found: Snapshot): Promise<Snapshot> {
    let all = found;
    for (let page = 0; page < MAX_CHECK_PAGES && all.checksAfter !== undefined; page += 1) {
      const variables = { ...here, number, oid: all.headSha, after: all.checksAfter };
      // Whether there are more only this page tells.
      // oxlint-disable-next-line no-await-in-loop
      const more = checksFrom(await queried(octokit, CHECKS, variables));
      if (more === undefined) throw new Retryable('GitHub does not show the head commit');
      all = withChecks(all, more);
    }
    return all;
  }

  async function listedFiles(): Promise<readonly ChangedFileFact[]> {
    const files = await pages(
      (page) =>
        octokit
          .request('GET /repos/{owner}/{repo}/pulls/{pull_number}/files', { ...one, per_page: PAGE, page })
          .then(({ data }) => data),
      MAX_FILES / PAGE,
    );
    return files.map(({ filename: path, previous_filename: previousPath, additions, deletions }) => ({
      path,
      ...(previousPath === undefined ? {} : { previousPath }),
      additions,
      deletions,
    }));
  }

  /** A list names no commit: it is of this one where nothing happened while it was read. */
  async function filesOf(sha: string): Promise<readonly ChangedFileFact[]> {
    const before = await standing();
    const files = await listedFiles();
    const after = await standing();
    const still = before.headSha === sha && after.headSha === sha && before.updatedAt === after.updatedAt;
    if (!still) throw new Retryable('the pull request moved while its files were read');
    return files;
  }

  async function standing(): Promise<{ readonly headSha: string; readonly updatedAt: string }> {
    const { data } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', one);
    return { headSha: data.head.sha, updatedAt: data.updated_at };
  }

  /** What happened here, oldest first. */
  const eventsHere = () =>
    pages((page) =>
      octokit
        .request('GET /repos/{owner}/{repo}/issues/{issue_number}/events', {
          ...here,
          issue_number: number,
          per_page: PAGE,
          page,
        })
        .then(({ data }) => data),
    );

  async function isPublic(): Promise<boolean> {
    if (snapshot !== undefined) return (await snapshot).public;
    const { data } = await octokit.request('GET /repos/{owner}/{repo}', here);
    return !data.private;
  }

  async function filesIn(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, FileAtCommit>> {
    try {
      const data = await queried(octokit, queryForFiles(paths), { ...here, commit });
      const at = filesAnswer.parse(data).repository?.object;
      // Of a commit that is not there, no file is known to be absent.
      if (at === null || at === undefined) throw new Retryable('GitHub does not show the commit');
      return new Map(paths.map((path, index) => [path, fileFrom(at[`f${index}`] ?? null)]));
    } catch (error) {
      if (hasNoGraphql(error)) return filesByRest(octokit, here, paths, commit);
      throw error;
    }
  }

  return {
    async pull() {
      const { files: _, required, checksAfter: __, settings: ___, ...pull } = await snapshotOnce();
      return { ...pull, checks: withRequired(pull.checks, required) };
    },

    async labels() {
      if (delivery.target?.kind === 'pull') return (await snapshotOnce()).labels;
      const labels = await toldHere('the labels', () =>
        pages((page) =>
          octokit
            .request('GET /repos/{owner}/{repo}/issues/{issue_number}/labels', {
              ...here,
              issue_number: number,
              per_page: PAGE,
              page,
            })
            .then(({ data }) => data),
        ),
      );
      return labels.map(({ name }) => name);
    },

    async description() {
      if (delivery.target?.kind === 'pull') return (await snapshotOnce()).description;
      return toldHere('the description', () => descriptionOf(octokit, { ...here, number }));
    },

    text: () => toldHere('the text', () => textOf(octokit, { ...here, number }, delivery.text)),
    otherPulls: (person) => told('other pull requests', () => otherPulls(octokit, { ...here, number }, person)),
    issueAt: (named) =>
      told('another issue', async () => issueAt(octokit, here, named, { client: issues, isPublicHere: isPublic })),

    milestones: () => toldHere('the milestones', () => openMilestones(octokit, here)),
    defaultBranch: () =>
      toldHere('the default branch', async () => {
        const { data } = await octokit.request('GET /repos/{owner}/{repo}', here);
        return data.default_branch;
      }),

    async repositoryLabels() {
      const labels = await toldHere('the labels of the repository', () =>
        pages((page) =>
          octokit
            .request('GET /repos/{owner}/{repo}/labels', { ...here, per_page: PAGE, page })
            .then(({ data }) => data),
        ),
      );
      return labels.map(({ name }) => name);
    },

    async changedFiles() {
      const { files, changedFiles, headSha } = await snapshotOnce();
      if (files !== undefined) return { files, complete: true };
      const listed = await toldHere('the changed files', () => filesOf(headSha));
      return { files: listed, complete: listed.length === changedFiles };
    },

    role: (person) =>
      toldHere('the role', async () => {
        const role = await roleOf(person);
        // Whether everybody can read matters only for those who can do no more than that.
        return { role, public: role === 'read' ? await isPublic() : true };
      }),

    member: (person) =>
      toldOfPeople('who is a member', async () => {
        if (person.login.toLowerCase() === owner.toLowerCase()) return true;
        const { octokit: asked } = await members();
        const found = await unless404(
          asked.request('GET /orgs/{org}/memberships/{username}', { org: owner, username: person.login }),
        );
        return found?.data.state === 'active' && String(found.data.user?.id) === person.id;
      }),

    inTeam: (person, team) =>
      toldOfPeople('who is in the team', async () => {
        const { octokit: asked } = await members();
        const named = teamNamed(team, owner);
        const found = await unless404(
          asked.request('GET /orgs/{org}/teams/{team_slug}/memberships/{username}', {
            ...named,
            username: person.login,
          }),
        );
        // The same answer says that the team is not there, or not to be seen.
        if (found === undefined) {
          const there = await unless404(asked.request('GET /orgs/{org}/teams/{team_slug}', named));
          if (there === undefined) {
            const name = code(`${named.org}/${named.team_slug}`);
            throw new Refusal(
              `GitHub shows the App no team ${name}, so nobody can be told to be in it or not. Whoever writes the settings can mend its name.`,
            );
          }
        }
        if (found?.data.state !== 'active') return false;
        // This answer does not say whose membership it is, and logins change hands.
        const { data: account } = await asked.request('GET /users/{username}', { username: person.login });
        return String(account.id) === person.id;
      }),

    personNamed: (login) =>
      told('who that is', async () => {
        const found = await unless404(octokit.request('GET /users/{username}', { username: login }));
        if (found === undefined) return undefined;
        return { login: found.data.login, id: String(found.data.id), bot: found.data.type === 'Bot' };
      }),

    stateOf: (pull) =>
      told('the other pull request', async () => {
        const found = await unless404(
          octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...here, pull_number: pull }),
        );
        if (found === undefined) return undefined;
        const { merged, state } = found.data;
        return merged ? 'merged' : state === 'open' ? 'open' : 'closed';
      }),

    teamMembers: (team) =>
      toldOfPeople('who is in the team', async () => {
        const named = teamNamed(team, owner);
        // Owners are people and teams of the organization: any other gives power to nobody here.
        if (named.org.toLowerCase() !== owner.toLowerCase()) return [];
        const { octokit: asked } = await members();
        const people = await unless404(
          pages((page) =>
            asked
              .request('GET /orgs/{org}/teams/{team_slug}/members', { ...named, per_page: PAGE, page })
              .then(({ data }) => data),
          ),
        );
        return (people ?? []).map(({ login }) => login.toLowerCase());
      }),

    filesAt: (commit, paths) =>
      told('the files', async () => {
        const found = new Map<string, FileAtCommit>();
        for (let start = 0; start < paths.length; start += FILES_PER_QUERY) {
          // Two parts at once would only share the same rate limit.
          // oxlint-disable-next-line no-await-in-loop
          const part = await filesIn(commit, paths.slice(start, start + FILES_PER_QUERY));
          for (const [path, file] of part) found.set(path, file);
        }
        return found;
      }),

    settings: () =>
      toldHere('the settings', async () => {
        if (delivery.target?.kind === 'pull') return (await snapshotOnce()).settings;
        const found = await settingsAtEnd(octokit, here, PATHS.repository);
        if (found === undefined) throw new Refusal('GitHub shows the App no such repository any more.');
        return found;
      }),

    organizationSettings: () =>
      told("the organization's settings", async () => {
        const asked = await organization();
        if (asked === undefined) return undefined;
        return settingsAtEnd(asked.octokit, { owner, repo: ORGANIZATION_REPOSITORY }, PATHS.organization);
      }),

    earlierSettings: (of, commit, fits) =>
      told('earlier settings', async () => {
        const wanted = { commit, fits };
        if (of === 'repository') return earlierSettings(octokit, here, PATHS.repository, wanted);
        const asked = await organization();
        if (asked === undefined) return undefined;
        return earlierSettings(asked.octokit, { owner, repo: ORGANIZATION_REPOSITORY }, PATHS.organization, wanted);
      }),

    ownersRepositories: () => told('the repositories', async () => settingsOfAll((await everywhere()).octokit, owner)),

    treeAt: (commit) =>
      told('the files of a commit', async () => {
        const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', {
          ...here,
          tree_sha: commit,
          recursive: '1',
        });
        return {
          paths: data.tree.flatMap(({ type, path }) => (type === 'blob' ? [path] : [])),
          complete: !data.truncated,
        };
      }),

    async trust(login) {
      const role = await toldHere('the role', async () => {
        try {
          const { data } = await octokit.request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
            ...here,
            username: login,
          });
          return roleFrom(data.permission, data.role_name, data.user?.permissions);
        } catch (error) {
          if (statusOf(error) === 404 && /is not a user/i.test(messageOf(error))) return 'nobody';
          throw error;
        }
      });
      if (role === 'nobody') return role;
      // Everybody reads what is public.
      if (role !== 'none' && role !== 'read') return 'trusted';
      return toldOfPeople('who is a member', async () => {
        if (login.toLowerCase() === owner.toLowerCase()) return 'trusted';
        const { octokit: asked } = await members();
        const found = await unless404(
          asked.request('GET /orgs/{org}/memberships/{username}', { org: owner, username: login }),
        );
        return found?.data.state === 'active' ? 'trusted' : 'stranger';
      });
    },

    commits: () => toldHere('the commits', () => commitsOf(octokit, here, number)),

    branch: (ref) =>
      told('the branch', async () => {
        const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/ref/{ref}', {
          ...here,
          ref: `heads/${ref}`,
        });
        return data.object.sha;
      }),

    forcedPushes: () => toldHere('what happened to the head', async () => forcedIn(await eventsHere())),
    headSince: () => toldHere('when it was pushed', () => headSince(octokit, here, number)),

    happened: () => toldHere('what happened', () => happenedOn(octokit, { ...here, issue_number: number })),
    labelChanges: () =>
      toldHere('who put labels on', async () => {
        const events = await eventsHere();
        return events.flatMap((event): LabelChange[] => {
          const on = event.event === 'labeled';
          if ((!on && event.event !== 'unlabeled') || !('label' in event) || event.actor === null) return [];
          const { login, id, type } = event.actor;
          const by = { login, id: String(id), bot: type === 'Bot' };
          return [{ label: event.label.name ?? '', on, by, at: event.created_at }];
        });
      }),

    changeAt: (baseRef, head) => told('the change', () => changeBetween(octokit, here, baseRef, head)),

    pullsOnto: (baseRef, after) =>
      toldHere('the pull requests into a branch', () => pullsOnto(octokit, here, baseRef, after)),
    branchUse: (name) => toldHere('the branch', () => branchUse(client, here, name)),
    standing: (base, head) =>
      told('whether the base moved', async () => {
        const { data } = await octokit.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
          ...here,
          basehead: `${base}...${head}`,
          per_page: 1,
        });
        const { base_commit: end, behind_by: behind, ahead_by: ahead, merge_base_commit: from } = data;
        return { base: { sha: end.sha, tree: end.commit.tree.sha }, behind: behind > 0, ahead, mergeBase: from.sha };
      }),
    checksAt: (sha) =>
      told('the checks of a commit', async () => ({ checks: await checksOf(octokit, here, sha), complete: true })),

    openIssues: (label) =>
      toldHere('the open issues', async () => {
        const open = await pages((page) =>
          octokit
            .request('GET /repos/{owner}/{repo}/issues', {
              ...here,
              state: 'open',
              labels: label,
              per_page: PAGE,
              page,
            })
            .then(({ data }) => data),
        );
        return open
          .filter(({ pull_request: pull }) => pull === undefined)
          .map(({ number: at, title }) => ({ number: at, title }));
      }),

    openPulls: () =>
      toldHere('the open pull requests', async () => {
        const pulls = await pages(
          (page) =>
            octokit
              .request('GET /repos/{owner}/{repo}/pulls', { ...here, state: 'open', per_page: PAGE, page })
              .then(({ data }) => data),
          MAX_PULL_PAGES,
        );
        return pulls.map(targetFrom);
      }),
    workflows: (sha) => told('the workflows', () => workflowsAt(octokit, here, sha), 'actions=read'),
    headNow: () => toldHere('the head', async () => (await standing()).headSha),
    reviewsWaiting: () => told('who is asked for reviews', () => reviewsWaiting(octokit, here, number)),

    limitedAmong: (logins) => told('who has little time', () => limitedAmong(octokit, logins)),

    pullsAt: (sha) =>
      told('the pull requests of a commit', async () => {
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
        return pulls.filter(({ state, head }) => state === 'open' && head.sha === sha).map(targetFrom);
      }),
  };

  async function roleOf({ login, id }: { readonly login: string; readonly id: string }): Promise<Role> {
    try {
      const { data } = await octokit.request('GET /repos/{owner}/{repo}/collaborators/{username}/permission', {
        ...here,
        username: login,
      });
      if (data.user === null) throw new Retryable('GitHub does not say whose role it is');
      // A login that was given up and taken by somebody else has an id of its own.
      return String(data.user.id) === id ? roleFrom(data.permission, data.role_name, data.user.permissions) : 'none';
    } catch (error) {
      // Any other 404 is about the repository, and says nothing of the person.
      if (statusOf(error) === 404 && /is not a user/i.test(messageOf(error))) return 'none';
      throw error;
    }
  }
}

type PullListed = {
  readonly number: number;
  readonly title: string;
  readonly labels: readonly { readonly name: string }[];
  readonly user: { readonly login: string; readonly id: number | bigint; readonly type: string } | null;
  readonly locked: boolean;
  readonly draft?: boolean | undefined;
  readonly head: { readonly sha: string };
  readonly base: { readonly ref: string };
};

/** An open pull request as a list shows it. */
function targetFrom({ number, title, labels, user, locked, draft, head, base }: PullListed): Target {
  return {
    kind: 'pull',
    number,
    author: { login: user?.login ?? 'ghost', id: String(user?.id ?? ''), bot: user?.type === 'Bot' },
    state: 'open',
    title,
    labels: labels.map(({ name }) => name),
    locked,
    headSha: head.sha,
    baseRef: base.ref,
    draft: draft ?? false,
  };
}

/**
 * Whatever GitHub says instead of an answer is none: neither yes nor no. What only people can change is a refusal, or a
 * pull request would wait for nothing.
 */
async function told<T>(what: string, ask: () => Promise<T>, needed?: string): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined) throw error;
    throw lackIn(error, what, needed) ?? new Retryable(`GitHub does not tell ${what} (${status})`, { cause: error });
  }
}

/** Asks about the repository or pull request itself: where that is not there, it is gone for good. */
function toldHere<T>(what: string, ask: () => Promise<T>): Promise<T> {
  return told(what, async () => {
    try {
      return await ask();
    } catch (error) {
      const status = statusOf(error);
      if (status !== 404 && status !== 410) throw error;
      throw new Refusal(`GitHub shows the App no such repository, pull request or issue any more (${what}).`, {
        cause: error,
      });
    }
  });
}

const toldOfPeople = <T>(what: string, ask: () => Promise<T>): Promise<T> => told(what, ask, 'members=read');

async function unless404<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function queryForFiles(paths: readonly string[]): string {
  // A tree's entry also tells symbolic links and submodules from files, which a blob alone does not.
  const files = paths.map((path, index) => `f${index}: file(path: ${JSON.stringify(path)}) ${FILE}`);
  return `query($owner: String!, $repo: String!, $commit: String!) {
  repository(owner: $owner, name: $repo) { object(expression: $commit) { ... on Commit { ${files.join('\n')} } } }
}`;
}

const filesAnswer = z.object({
  repository: z.nullable(z.object({ object: z.nullable(z.record(z.string(), z.nullable(fileEntry))) })),
});

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

/** `org/team`, or a team of the organization that owns the repository. */
function teamNamed(team: string, owner: string): { readonly org: string; readonly team_slug: string } {
  const [first = '', second] = team.split('/');
  return second === undefined ? { org: owner, team_slug: first } : { org: first, team_slug: second };
}
