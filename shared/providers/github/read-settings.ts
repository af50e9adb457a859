/** Settings files on GitHub: at the end of the default branch, and as they were before. */
import * as z from 'zod/mini';
import { ORGANIZATION_PATH, SETTINGS_PATH, type SettingsAt } from '../provider.ts';
import { statusOf, type Client } from './client.ts';
import { FILE, fileEntry, fileFrom } from './files.ts';
import { queried } from './graphql.ts';
import { filesByRest, hasNoGraphql } from './without-graphql.ts';

type Octokit = Client['octokit'];
type Here = { readonly owner: string; readonly repo: string };

export const PATHS = { repository: SETTINGS_PATH, organization: ORGANIZATION_PATH } as const;
/** Of a file that was broken more often than this in a row, no good version is looked for any further. */
const MAX_EARLIER = 20;

const fileAt = (path: string): string => `file: file(path: ${JSON.stringify(path)}) ${FILE}`;

const atEnd = z.object({
  repository: z.nullable(
    z.object({
      defaultBranchRef: z.nullable(
        z.object({ name: z.string(), target: z.object({ oid: z.string(), file: z.nullish(fileEntry) }) }),
      ),
    }),
  ),
});

/** Undefined where there is no such repository. */
export async function settingsAtEnd(octokit: Octokit, here: Here, path: string): Promise<SettingsAt | undefined> {
  try {
    const query = `query($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) { defaultBranchRef { name target { oid ... on Commit { ${fileAt(path)} } } } }
}`;
    const { repository } = atEnd.parse(await queried(octokit, query, { ...here }));
    if (repository === null) return undefined;
    const { defaultBranchRef: branch } = repository;
    // Nothing was ever committed.
    if (branch === null) return { ref: '', commit: '', file: { is: 'absent' } };
    return { ref: branch.name, commit: branch.target.oid, file: fileFrom(branch.target.file ?? null) };
  } catch (error) {
    if (!hasNoGraphql(error)) throw error;
  }
  try {
    const { data: repository } = await octokit.request('GET /repos/{owner}/{repo}', here);
    return await settingsByRest(octokit, here, repository.default_branch, path);
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/** At the end of a branch, without GraphQL. */
export async function settingsByRest(octokit: Octokit, here: Here, ref: string, path: string): Promise<SettingsAt> {
  const { data: branch } = await octokit.request('GET /repos/{owner}/{repo}/branches/{branch}', {
    ...here,
    branch: ref,
  });
  return { ref, commit: branch.commit.sha, file: await fileByRest(octokit, here, path, branch.commit.sha) };
}

async function fileByRest(octokit: Octokit, here: Here, path: string, commit: string): Promise<SettingsAt['file']> {
  return (await filesByRest(octokit, here, [path], commit)).get(path) ?? { is: 'absent' };
}

const history = z.object({
  repository: z.nullable(
    z.object({
      object: z.nullable(
        z.object({
          history: z.object({ nodes: z.array(z.nullable(z.object({ oid: z.string(), file: z.nullish(fileEntry) }))) }),
        }),
      ),
    }),
  ),
});

/** Versions that led to what the file is at `commit`, newest first. */
export async function earlierSettings(
  octokit: Octokit,
  here: Here,
  path: string,
  commit: string,
): Promise<readonly SettingsAt[]> {
  try {
    const query = `query($owner: String!, $repo: String!, $commit: String!, $path: String!) {
  repository(owner: $owner, name: $repo) {
    object(expression: $commit) { ... on Commit { history(first: ${MAX_EARLIER}, path: $path) { nodes { oid ${fileAt(path)} } } } }
  }
}`;
    const { repository } = history.parse(await queried(octokit, query, { ...here, commit, path }));
    const nodes = repository?.object?.history.nodes ?? [];
    return nodes.flatMap((node) =>
      node === null ? [] : [{ ref: '', commit: node.oid, file: fileFrom(node.file ?? null) }],
    );
  } catch (error) {
    if (!hasNoGraphql(error)) throw error;
  }
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/commits', {
    ...here,
    sha: commit,
    path,
    per_page: MAX_EARLIER,
  });
  return Promise.all(
    data.map(async ({ sha }) => ({ ref: '', commit: sha, file: await fileByRest(octokit, here, path, sha) })),
  );
}
