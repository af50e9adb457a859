/** A pull request and files by REST alone, for what speaks GitHub's API and has no GraphQL: the same facts by more requests. */
import { Retryable } from '../../errors.ts';
import type { AutoMerge, Check, MergeMethod, ReviewFact } from '../../language/index.ts';
import { SETTINGS_PATH, type FileAtCommit, type PullNow } from '../provider.ts';
import { statusOf, type Client } from './client.ts';
import { pages, PAGE } from './pages.ts';
import { filesUrl, type Snapshot } from './snapshot.ts';

type Octokit = Client['octokit'];
type Here = { readonly owner: string; readonly repo: string };

export const hasNoGraphql = (error: unknown): boolean => statusOf(error) === 404 || statusOf(error) === 501;

export async function snapshotByRest(octokit: Octokit, here: Here, number: number): Promise<Snapshot> {
  const one = { ...here, pull_number: number };
  const { data: pull } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', one);
  const { sha } = pull.head;
  const branch = pull.base.ref;
  const [checks, reviews, base, rules] = await Promise.all([
    checksOf(octokit, here, sha),
    pages((page) =>
      octokit
        .request('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', { ...one, per_page: PAGE, page })
        .then(({ data }) => data),
    ),
    octokit.request('GET /repos/{owner}/{repo}/branches/{branch}', { ...here, branch }),
    pages((page) =>
      octokit
        .request('GET /repos/{owner}/{repo}/rules/branches/{branch}', { ...here, branch, per_page: PAGE, page })
        .then(({ data }) => data),
    ),
  ]);
  const byProtection = base.data.protection.required_status_checks?.contexts ?? [];
  const byRules = rules.flatMap((rule) =>
    rule.type === 'required_status_checks' ? (rule.parameters?.required_status_checks ?? []) : [],
  );
  const strict = rules.some(
    (rule) => rule.type === 'required_status_checks' && rule.parameters?.strict_required_status_checks_policy === true,
  );
  const repository = pull.base.repo;
  const baseSha = base.data.commit.sha;
  const settings = (await filesByRest(octokit, here, [SETTINGS_PATH], baseSha)).get(SETTINGS_PATH);
  return {
    settings: { ref: branch, commit: baseSha, file: settings ?? { is: 'absent' } },
    title: pull.title,
    state: pull.merged ? 'merged' : pull.state === 'open' ? 'open' : 'closed',
    draft: pull.draft ?? false,
    mergeable: pull.mergeable === null ? 'unknown' : pull.mergeable ? 'yes' : 'conflicting',
    headSha: sha,
    baseRef: branch,
    baseSha,
    milestone: pull.milestone?.title,
    autoMerge: autoMergeIn(pull.auto_merge),
    autoMergeAllowed: repository.allow_auto_merge === true,
    blocked: pull.mergeable_state === 'blocked',
    strict,
    description: pull.body ?? '',
    assignees: (pull.assignees ?? []).map(({ login }) => login),
    baseFilesUrl: filesUrl(repository.html_url, branch),
    // How reviews add up is the forge's own rule, and REST does not tell it.
    reviewApproved: false,
    author: { login: pull.user.login, id: String(pull.user.id), bot: pull.user.type === 'Bot' },
    labels: pull.labels.map(({ name }) => name),
    requested: requestedOf(pull, here.owner),
    changedFiles: pull.changed_files,
    methods: [
      ...(repository.allow_merge_commit === false ? [] : (['merge'] as const)),
      ...(repository.allow_squash_merge === false ? [] : (['squash'] as const)),
      ...(repository.allow_rebase_merge === false ? [] : (['rebase'] as const)),
    ],
    checks,
    required: new Set([...byProtection, ...byRules.map(({ context }) => context)]),
    checksComplete: true,
    checksAfter: undefined,
    reviews: reviews.flatMap(({ id, state, user, commit_id: headSha, submitted_at: at = '' }): PullNow['reviews'] => {
      const verdict = VERDICTS.get(state);
      if (verdict === undefined || user === null || headSha === null) return [];
      const by = { login: user.login, id: String(user.id), bot: user.type === 'Bot' };
      return [{ id: String(id), verdict, headSha, by, at }];
    }),
    updatedAt: pull.updated_at,
    public: !repository.private,
    files: undefined,
  };
}

type RequestedMerge = {
  readonly merge_method: MergeMethod;
  readonly enabled_by: { readonly login: string; readonly type: string } | null;
};

function autoMergeIn(on: RequestedMerge | null): AutoMerge | undefined {
  if (on === null) return undefined;
  const { enabled_by: by, merge_method: method } = on;
  return { by: { login: by?.login ?? 'ghost', bot: by?.type === 'Bot' }, method };
}

type Requested = {
  readonly requested_reviewers?: readonly { readonly login: string }[] | null | undefined;
  readonly requested_teams?: readonly { readonly slug: string }[] | null | undefined;
};

/** Teams are of the account that owns the repository. */
export function requestedOf(
  { requested_reviewers: people, requested_teams: teams }: Requested,
  owner: string,
): readonly string[] {
  return [...(people ?? []).map(({ login }) => login), ...(teams ?? []).map(({ slug }) => `${owner}/${slug}`)];
}

const VERDICTS: ReadonlyMap<string, ReviewFact['verdict']> = new Map([
  ['APPROVED', 'approved'],
  ['CHANGES_REQUESTED', 'changes-requested'],
  ['COMMENTED', 'commented'],
  ['DISMISSED', 'dismissed'],
]);
const GREEN: ReadonlySet<string | null> = new Set(['success', 'neutral', 'skipped']);

/** Of any commit. */
export async function checksOf(octokit: Octokit, here: Here, ref: string): Promise<readonly Check[]> {
  const [statuses, runs] = await Promise.all([
    pages((page) =>
      octokit
        .request('GET /repos/{owner}/{repo}/commits/{ref}/status', { ...here, ref, per_page: PAGE, page })
        .then(({ data }) => data.statuses),
    ),
    pages((page) =>
      octokit
        .request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', { ...here, ref, per_page: PAGE, page })
        .then(({ data }) => data.check_runs),
    ),
  ]);
  return [
    ...statuses.map(({ context, state, target_url: url, description }): Check => ({
      name: context,
      state: state === 'success' || state === 'pending' ? state : 'failure',
      required: false,
      url: url ?? undefined,
      from: 'status',
      description: description ?? undefined,
    })),
    ...runs.map(({ id, name, status, conclusion, details_url: url, output, app }): Check => ({
      name,
      state: status !== 'completed' ? 'pending' : GREEN.has(conclusion) ? 'success' : 'failure',
      required: false,
      url: url ?? undefined,
      from: 'run',
      description: output.title ?? undefined,
      id: String(id),
      app: app?.slug,
    })),
  ];
}

/** Where GraphQL begins to give a part alone; no file of owners is as large. */
const MAX_BYTES = 512_000;
/** Git's modes of files that hold what they show: https://git-scm.com/docs/git-fast-import#_filemodify */
const FILE_MODES: ReadonlySet<string> = new Set(['100644', '100755', '100664']);
const FOLDER = '040000';
const OCTAL = 8;

type Entry = { readonly mode: string; readonly sha: string; readonly size: number };

/**
 * `HEAD` stands for the end of the default branch. The route for contents would follow symbolic links, so folders are
 * looked into, each once, and blobs read.
 */
export async function filesByRest(
  octokit: Octokit,
  here: Here,
  paths: readonly string[],
  commit: string,
): Promise<ReadonlyMap<string, FileAtCommit>> {
  const entries = await foundAt(octokit, here, paths, commit);
  return new Map(
    await Promise.all(paths.map(async (path, index) => [path, await fileOf(octokit, here, entries[index])] as const)),
  );
}

/** What stands at each path, undefined where nothing does. */
export async function entriesByRest(
  octokit: Octokit,
  here: Here,
  paths: readonly string[],
  commit: string,
): Promise<readonly ({ readonly mode: number; readonly oid: string } | undefined)[]> {
  const entries = await foundAt(octokit, here, paths, commit);
  return entries.map((found) => found && { mode: Number.parseInt(found.mode, OCTAL), oid: found.sha });
}

async function foundAt(
  octokit: Octokit,
  here: Here,
  paths: readonly string[],
  commit: string,
): Promise<readonly (Entry | undefined)[]> {
  const { data } = await octokit
    .request('GET /repos/{owner}/{repo}/commits/{ref}', { ...here, ref: commit })
    .catch((error: unknown) => {
      // Of a commit that is not there, no file is known to be absent.
      throw statusOf(error) === undefined ? error : new Retryable('GitHub does not show the commit', { cause: error });
    });
  const root = data.commit.tree.sha;
  const folders = new Map<string, Promise<ReadonlyMap<string, Entry>>>();
  const folder = (sha: string): Promise<ReadonlyMap<string, Entry>> => {
    const asked = folders.get(sha) ?? folderAt(octokit, here, sha);
    folders.set(sha, asked);
    return asked;
  };
  const entryAt = async (path: string): Promise<Entry | undefined> => {
    let found: Entry | undefined = { mode: FOLDER, sha: root, size: 0 };
    for (const name of path.split('/')) {
      if (found?.mode !== FOLDER) return undefined;
      // Which folder is next only this one tells.
      // oxlint-disable-next-line no-await-in-loop
      found = (await folder(found.sha)).get(name);
    }
    return found;
  };
  return Promise.all(paths.map(entryAt));
}

async function folderAt(octokit: Octokit, here: Here, sha: string): Promise<ReadonlyMap<string, Entry>> {
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/trees/{tree_sha}', { ...here, tree_sha: sha });
  if (data.truncated) throw new Retryable('GitHub does not list all of a folder');
  return new Map(data.tree.map(({ path, mode, sha: oid, size = 0 }) => [path, { mode, sha: oid, size }]));
}

async function fileOf(octokit: Octokit, here: Here, entry: Entry | undefined): Promise<FileAtCommit> {
  if (entry === undefined) return { is: 'absent' };
  const { mode, sha: oid, size } = entry;
  if (!FILE_MODES.has(mode)) {
    return { is: 'unreadable', oid, problem: 'It is a link, a folder or a submodule, not a file.' };
  }
  if (size > MAX_BYTES) return { is: 'unreadable', oid, problem: 'It is too large to be read whole.' };
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', { ...here, file_sha: oid });
  const bytes = Buffer.from(data.content, 'base64');
  return bytes.includes(0)
    ? { is: 'unreadable', oid, problem: 'It is not text.' }
    : { is: 'text', oid, text: bytes.toString('utf8') };
}
