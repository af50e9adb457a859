/** Open pull requests by their labels, over all installations: what a sweep looks at. */
import type { Target } from '../../delivery.ts';
import { reasonOf } from '../../errors.ts';
import { log } from '../../log.ts';
import type { Found, OldOnes } from '../provider.ts';
import { type Client, type Clients } from './client.ts';
import { PAGE, pages } from './pages.ts';

/** GitHub shows at most the first 1,000 results of a search: the rest is found when these are done. */
const MAX_PAGES = 10;

type Sought = {
  readonly labels: readonly string[];
  readonly without: readonly string[];
  /** ISO 8601. */
  readonly since: string | undefined;
};

export async function foundBy(clients: Clients, sought: Sought): Promise<readonly Found[]> {
  const all: Found[] = [];
  for (const { id, account } of await installationsOf(clients)) {
    try {
      // One after the other: all of them share the App's limits.
      // oxlint-disable-next-line no-await-in-loop
      const client = await clients.forInstallation(id, 'search');
      // oxlint-disable-next-line no-await-in-loop
      all.push(...(await foundIn(client, id, queryFor(account, sought))));
    } catch (error) {
      // One account that cannot be searched must not keep the others waiting; the next sweep tries again.
      log.warn('installation not swept', { installation: id, reason: reasonOf(error) });
    }
  }
  return all;
}

type Installed = { readonly id: string; readonly account: string };

async function installationsOf(clients: Clients): Promise<readonly Installed[]> {
  const app = await clients.app();
  const all = await pages((page) =>
    app.request('GET /app/installations', { per_page: PAGE, page }).then(({ data }) => data),
  );
  return all.flatMap(({ id, account, suspended_at: suspended }) =>
    account !== null && 'login' in account && suspended === null ? [{ id: String(id), account: account.login }] : [],
  );
}

function queryFor(account: string, { labels, without, since }: Sought): string {
  const wanted = labels.map((label) => `label:${JSON.stringify(label)}`);
  const unwanted = without.map((label) => `-label:${JSON.stringify(label)}`);
  const changed = since === undefined ? [] : [`updated:>=${since}`];
  return ['is:pr', 'is:open', 'archived:false', `user:${account}`, ...wanted, ...unwanted, ...changed].join(' ');
}

async function foundIn({ octokit }: Client, installation: string, query: string): Promise<readonly Found[]> {
  const items = await pages(
    (page) => octokit.request('GET /search/issues', { q: query, per_page: PAGE, page }).then(({ data }) => data.items),
    MAX_PAGES,
  );
  const ids = new Map<string, string>();
  const found: Found[] = [];
  for (const { repository_url: url, number, user, title, labels, locked, draft } of items) {
    const [, owner, name] = /\/repos\/([^/]+)\/([^/]+)$/.exec(url) ?? [];
    if (owner === undefined || name === undefined) continue;
    let id = ids.get(url);
    if (id === undefined) {
      // One request per repository, not per pull request.
      // oxlint-disable-next-line no-await-in-loop
      const { data } = await octokit.request('GET /repos/{owner}/{repo}', { owner, repo: name });
      id = String(data.id);
      ids.set(url, id);
    }
    const target: Target = {
      kind: 'pull',
      number,
      author: { login: user?.login ?? 'ghost', id: String(user?.id ?? ''), bot: user?.type === 'Bot' },
      state: 'open',
      title,
      labels: labels.flatMap((label) => label.name ?? []),
      locked,
      draft: draft ?? false,
    };
    found.push({ installation, repository: { id, owner, name }, target });
  }
  return found;
}

/** https://docs.github.com/en/rest/search/search#limitations-on-query-length */
const MAX_QUERY_CHARS = 256;
const MAX_RESULTS = 1_000;

/** What of it is too long for a search is left to whoever looks at each. */
function queryForOld({ owner, name }: Found['repository'], { kind, labels, without, before }: OldOnes): string {
  const parts = [
    `repo:${owner}/${name}`,
    kind === 'pull' ? 'is:pr' : 'is:issue',
    'is:open',
    'archived:false',
    ...(labels.length === 0 ? [] : [`label:${labels.map((label) => JSON.stringify(label)).join(',')}`]),
    ...(before === undefined ? [] : [`updated:<=${before}`]),
  ];
  for (const label of without) {
    const next = `-label:${JSON.stringify(label)}`;
    if ([...parts, next].join(' ').length <= MAX_QUERY_CHARS) parts.push(next);
  }
  return parts.join(' ');
}

export async function oldOnes(
  clients: Clients,
  { installation, repository }: Pick<Found, 'installation' | 'repository'>,
  sought: OldOnes,
): Promise<readonly Found[]> {
  const { octokit } = await clients.forInstallation(installation, 'search');
  const { most, turn, kind } = sought;
  const ask = async (page: number) => {
    const { data } = await octokit.request('GET /search/issues', {
      q: queryForOld(repository, sought),
      sort: 'updated',
      order: 'asc',
      per_page: most,
      page,
    });
    return data;
  };
  const first = await ask(1);
  const parts = Math.max(1, Math.ceil(Math.min(first.total_count, MAX_RESULTS) / most));
  const { items } = turn % parts === 0 ? first : await ask((turn % parts) + 1);
  return items.map(({ number, user, title, labels, locked, draft }) => ({
    installation,
    repository,
    target: {
      kind,
      number,
      author: { login: user?.login ?? 'ghost', id: String(user?.id ?? ''), bot: user?.type === 'Bot' },
      state: 'open',
      title,
      labels: labels.flatMap((label) => label.name ?? []),
      locked,
      ...(kind === 'pull' ? { draft: draft ?? false } : {}),
    },
  }));
}
