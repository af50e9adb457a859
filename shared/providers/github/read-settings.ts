/** Settings files on GitHub: at the end of the default branch, and as they were before. */
import * as z from 'zod/mini';
import { Retryable } from '../../errors.ts';
import { ORGANIZATION_PATH, SETTINGS_PATH, type Read, type SettingsAt } from '../provider.ts';
import { statusOf, type Client } from './client.ts';
import { FILE, fileEntry, fileFrom } from './files.ts';
import { queried } from './graphql.ts';
import { PAGE, pages } from './pages.ts';
import { filesByRest, hasNoGraphql } from './without-graphql.ts';

type Octokit = Client['octokit'];
type Here = { readonly owner: string; readonly repo: string };

export const PATHS = { repository: SETTINGS_PATH, organization: ORGANIZATION_PATH } as const;

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

/** Commits of which one question asks, and questions. Of a file that was broken for longer, no good version is looked for. */
const COMMITS_PER_QUERY = 100;
const MAX_QUERIES = 5;
/** Without GraphQL each version is a request of its own. */
const MAX_BY_REST = 20;

const ancestor = z.nullish(z.object({ oid: z.string(), file: z.nullish(fileEntry) }));
const ancestors = z.object({ repository: z.nullable(z.record(z.string(), ancestor)) });

/**
 * The newest version before `commit` that fits, among those that the branch had: by first parents, since what a pull request
 * only had on its way to what was merged was never in force.
 */
export async function earlierSettings(
  octokit: Octokit,
  here: Here,
  path: string,
  { commit, fits }: { readonly commit: string; readonly fits: (version: SettingsAt) => boolean },
): Promise<SettingsAt | undefined> {
  /** Before the first commit there was no file. */
  const atFirst = (): SettingsAt | undefined => (fits(NOTHING) ? NOTHING : undefined);
  try {
    for (let query = 0; query < MAX_QUERIES; query += 1) {
      const steps = Array.from({ length: COMMITS_PER_QUERY }, (_, index) => query * COMMITS_PER_QUERY + index);
      // The one that fits is nearly always among the first.
      // oxlint-disable-next-line no-await-in-loop
      const versions = await ancestorsOf(octokit, here, path, { commit, steps });
      if (query === 0 && versions.length === 0) throw new Retryable('GitHub does not show the commit');
      const found = versions.find((version) => version.commit !== commit && fits(version));
      if (found !== undefined) return found;
      if (versions.length < steps.length) return atFirst();
    }
    return undefined;
  } catch (error) {
    if (!hasNoGraphql(error)) throw error;
  }
  const { changed, complete } = await changedByRest(octokit, here, path, commit);
  for (const sha of changed.slice(0, MAX_BY_REST)) {
    // oxlint-disable-next-line no-await-in-loop
    const version = { ref: '', commit: sha, file: await fileByRest(octokit, here, path, sha) };
    if (fits(version)) return version;
  }
  return complete && changed.length <= MAX_BY_REST ? atFirst() : undefined;
}

/** As far as the history goes. */
async function ancestorsOf(
  octokit: Octokit,
  here: Here,
  path: string,
  { commit, steps }: { readonly commit: string; readonly steps: readonly number[] },
): Promise<readonly SettingsAt[]> {
  // https://git-scm.com/docs/gitrevisions: `~3` follows first parents alone.
  const objects = steps.map(
    (step) =>
      `c${step}: object(expression: ${JSON.stringify(`${commit}~${step}`)}) { ... on Commit { oid ${fileAt(path)} } }`,
  );
  const query = `query($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) {
${objects.join('\n')}
  }
}`;
  const { repository } = ancestors.parse(await queried(octokit, query, { ...here }));
  return steps.flatMap((step): readonly SettingsAt[] => {
    const found = repository?.[`c${step}`] ?? undefined;
    return found === undefined ? [] : [{ ref: '', commit: found.oid, file: fileFrom(found.file ?? null) }];
  });
}

/** Commits of the branch itself, newest first, that may have changed the file: those that say so, and merges. */
async function changedByRest(
  octokit: Octokit,
  here: Here,
  path: string,
  commit: string,
): Promise<{ readonly changed: readonly string[]; readonly complete: boolean }> {
  const listed = { ...here, sha: commit, per_page: PAGE };
  const [all, touching] = await Promise.all([
    octokit.request('GET /repos/{owner}/{repo}/commits', listed),
    octokit.request('GET /repos/{owner}/{repo}/commits', { ...listed, path }),
  ]);
  const touched = new Set(touching.data.map(({ sha }) => sha));
  const parents = new Map(all.data.map((each) => [each.sha, each.parents.map(({ sha }) => sha)]));
  const changed: string[] = [];
  let sha: string | undefined = commit;
  while (sha !== undefined) {
    const above = parents.get(sha);
    if (above === undefined) return { changed, complete: false };
    if (sha !== commit && (above.length > 1 || touched.has(sha))) changed.push(sha);
    [sha] = above;
  }
  return { changed, complete: true };
}

/** A change to the settings of more repositories than these is told by what it does to them. */
const MAX_REPOSITORIES = 300;
const REPOSITORIES_PER_QUERY = 50;
const repositoryAtEnd = z.nullable(
  z.object({
    defaultBranchRef: z.nullable(
      z.object({ name: z.string(), target: z.object({ oid: z.string(), file: z.nullish(fileEntry) }) }),
    ),
  }),
);

type OwnersRepositories = Awaited<ReturnType<Read['ownersRepositories']>>;

/** Of the repositories of an owner on which we are installed. */
export async function settingsOfAll(octokit: Octokit, owner: string): Promise<OwnersRepositories> {
  const all = await pages(
    (page) =>
      octokit.request('GET /installation/repositories', { per_page: PAGE, page }).then(({ data }) => data.repositories),
    Math.ceil((MAX_REPOSITORIES + 1) / PAGE),
  );
  const named = all.filter((each) => each.owner.login.toLowerCase() === owner.toLowerCase() && !each.archived);
  const looked = named.slice(0, MAX_REPOSITORIES).map(({ name }) => name);
  const parts = Array.from({ length: Math.ceil(looked.length / REPOSITORIES_PER_QUERY) }, (_, part) =>
    looked.slice(part * REPOSITORIES_PER_QUERY, (part + 1) * REPOSITORIES_PER_QUERY),
  );
  const found = await Promise.all(parts.map((names) => settingsOfSome(octokit, owner, names)));
  return { repositories: found.flat(), complete: named.length <= MAX_REPOSITORIES };
}

async function settingsOfSome(
  octokit: Octokit,
  owner: string,
  names: readonly string[],
): Promise<OwnersRepositories['repositories']> {
  const fields = names.map(
    (name, index) =>
      `r${index}: repository(owner: $owner, name: ${JSON.stringify(name)}) { defaultBranchRef { name target { oid ... on Commit { ${fileAt(PATHS.repository)} } } } }`,
  );
  let data: unknown;
  try {
    data = await queried(octokit, `query($owner: String!) {\n${fields.join('\n')}\n}`, { owner });
  } catch (error) {
    if (!hasNoGraphql(error)) throw error;
    return Promise.all(
      names.map(async (name) => ({
        name,
        settings: (await settingsAtEnd(octokit, { owner, repo: name }, PATHS.repository)) ?? NOTHING,
      })),
    );
  }
  const answer = z.record(z.string(), repositoryAtEnd).parse(data);
  return names.map((name, index) => {
    const branch = answer[`r${index}`]?.defaultBranchRef ?? undefined;
    if (branch === undefined) return { name, settings: NOTHING };
    const { oid: commit, file } = branch.target;
    return { name, settings: { ref: branch.name, commit, file: fileFrom(file ?? null) } };
  });
}

const NOTHING: SettingsAt = { ref: '', commit: '', file: { is: 'absent' } };
