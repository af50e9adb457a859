/** A pull request and files by REST alone, for what speaks GitHub's API and has no GraphQL: the same facts by more requests. */
import * as z from 'zod/mini';
import { Retryable } from '../../errors.ts';
import type { Check, ReviewFact } from '../../language/index.ts';
import type { FileAtCommit } from '../provider.ts';
import { statusOf, type Client } from './client.ts';
import { pages, PAGE } from './pages.ts';
import type { Snapshot } from './snapshot.ts';

type Octokit = Client['octokit'];
type Here = { readonly owner: string; readonly repo: string };

export const hasNoGraphql = (error: unknown): boolean => statusOf(error) === 404 || statusOf(error) === 501;

export async function snapshotByRest(octokit: Octokit, here: Here, number: number): Promise<Snapshot> {
  const one = { ...here, pull_number: number };
  const { data: pull } = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', one);
  const { sha } = pull.head;
  const branch = pull.base.ref;
  const [commit, checks, reviews, base] = await Promise.all([
    octokit.request('GET /repos/{owner}/{repo}/git/commits/{commit_sha}', { ...here, commit_sha: sha }),
    checksOf(octokit, here, sha),
    pages((page) =>
      octokit
        .request('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', { ...one, per_page: PAGE, page })
        .then(({ data }) => data),
    ),
    octokit.request('GET /repos/{owner}/{repo}/branches/{branch}', { ...here, branch }),
  ]);
  const repository = pull.base.repo;
  return {
    title: pull.title,
    state: pull.merged ? 'merged' : pull.state === 'open' ? 'open' : 'closed',
    draft: pull.draft ?? false,
    mergeable: pull.mergeable === null ? 'unknown' : pull.mergeable ? 'yes' : 'conflicting',
    headSha: sha,
    baseRef: branch,
    baseSha: base.data.commit.sha,
    author: { login: pull.user.login, id: String(pull.user.id), bot: pull.user.type === 'Bot' },
    labels: pull.labels.map(({ name }) => name),
    changedFiles: pull.changed_files,
    methods: [
      ...(repository.allow_merge_commit === false ? [] : (['merge'] as const)),
      ...(repository.allow_squash_merge === false ? [] : (['squash'] as const)),
      ...(repository.allow_rebase_merge === false ? [] : (['rebase'] as const)),
    ],
    checks,
    required: new Set(base.data.protection.required_status_checks?.contexts ?? []),
    checksComplete: true,
    checksAfter: undefined,
    reviews: reviews.flatMap(({ id, state, user, commit_id: headSha }): readonly ReviewFact[] => {
      const verdict = VERDICTS.get(state);
      if (verdict === undefined || user === null || headSha === null) return [];
      const by = { login: user.login, id: String(user.id), bot: user.type === 'Bot' };
      return [{ id: String(id), verdict, headSha, by }];
    }),
    headCommittedAt: commit.data.committer.date,
    public: !repository.private,
    files: undefined,
  };
}

const VERDICTS: ReadonlyMap<string, ReviewFact['verdict']> = new Map([
  ['APPROVED', 'approved'],
  ['CHANGES_REQUESTED', 'changes-requested'],
  ['COMMENTED', 'commented'],
  ['DISMISSED', 'dismissed'],
]);
const GREEN: ReadonlySet<string | null> = new Set(['success', 'neutral', 'skipped']);

async function checksOf(octokit: Octokit, here: Here, ref: string): Promise<readonly Check[]> {
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
    ...statuses.map(({ context, state, target_url: url }): Check => ({
      name: context,
      state: state === 'success' || state === 'pending' ? state : 'failure',
      required: false,
      url: url ?? undefined,
    })),
    ...runs.map(({ name, status, conclusion, details_url: url }): Check => ({
      name,
      state: status !== 'completed' ? 'pending' : GREEN.has(conclusion) ? 'success' : 'failure',
      required: false,
      url: url ?? undefined,
    })),
  ];
}

const content = z.object({
  type: z.literal('file'),
  encoding: z.literal('base64'),
  sha: z.string(),
  content: z.string(),
});

/** `HEAD` stands for the end of the default branch. */
export async function filesByRest(
  octokit: Octokit,
  here: Here,
  paths: readonly string[],
  commit: string,
): Promise<ReadonlyMap<string, FileAtCommit>> {
  // A file that is not there and a commit that is not there are the same 404.
  await octokit.request('GET /repos/{owner}/{repo}/commits/{ref}', { ...here, ref: commit }).catch((error: unknown) => {
    throw statusOf(error) === undefined ? error : new Retryable('GitHub does not show the commit', { cause: error });
  });
  const found = await Promise.all(
    paths.map(async (path): Promise<readonly [string, FileAtCommit]> => {
      try {
        const ref = commit === 'HEAD' ? {} : { ref: commit };
        const { data } = await octokit.request('GET /repos/{owner}/{repo}/contents/{path}', { ...here, path, ...ref });
        const file = content.safeParse(data);
        if (!file.success) return [path, { is: 'unreadable', oid: '', problem: 'It is not a file.' }];
        const { sha: oid, content: encoded } = file.data;
        const bytes = Buffer.from(encoded, 'base64');
        if (bytes.includes(0)) return [path, { is: 'unreadable', oid, problem: 'It is not text.' }];
        return [path, { is: 'text', oid, text: bytes.toString('utf8') }];
      } catch (error) {
        if (statusOf(error) === 404) return [path, { is: 'absent' }];
        throw error;
      }
    }),
  );
  return new Map(found);
}
