/** Open pull requests by their labels, over all installations: what a sweep looks at. */
import type { Target } from '../../delivery.ts';
import { log } from '../../log.ts';
import type { Found } from '../provider.ts';
import { statusOf, type Client, type Clients } from './client.ts';

const PAGE = 100;
/** GitHub shows at most the first 1,000 results of a search. */
const MAX_PAGES = 10;

export async function foundBy(
  clients: Clients,
  labels: readonly string[],
  without: readonly string[],
): Promise<readonly Found[]> {
  const installations = await installationsOf(clients);
  const all: Found[] = [];
  for (const { id, account } of installations) {
    try {
      // One after the other: all of them share the App's limits.
      // oxlint-disable-next-line no-await-in-loop
      all.push(...(await foundIn(await clients.forInstallation(id), id, account, labels, without)));
    } catch (error) {
      // One account that cannot be searched must not keep the others waiting; the next run tries again.
      log.warn('installation not swept', { installation: id, status: statusOf(error) });
    }
  }
  return all;
}

async function installationsOf(
  clients: Clients,
): Promise<readonly { readonly id: string; readonly account: string }[]> {
  const app = await clients.app();
  const found: { readonly id: string; readonly account: string }[] = [];
  for (let page = 1; ; page += 1) {
    // oxlint-disable-next-line no-await-in-loop
    const { data } = await app.request('GET /app/installations', { per_page: PAGE, page });
    for (const { id, account, suspended_at: suspended } of data) {
      const login = account !== null && 'login' in account ? account.login : undefined;
      if (login !== undefined && suspended === null) found.push({ id: String(id), account: login });
    }
    if (data.length < PAGE) return found;
  }
}

async function foundIn(
  { octokit }: Client,
  installation: string,
  account: string,
  labels: readonly string[],
  without: readonly string[],
): Promise<readonly Found[]> {
  const terms = [
    'is:pr',
    'is:open',
    'archived:false',
    `user:${account}`,
    ...labels.map((label) => `label:${JSON.stringify(label)}`),
    ...without.map((label) => `-label:${JSON.stringify(label)}`),
  ];
  const ids = new Map<string, string>();
  const found: Found[] = [];
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    // oxlint-disable-next-line no-await-in-loop
    const { data } = await octokit.request('GET /search/issues', { q: terms.join(' '), per_page: PAGE, page });
    for (const item of data.items) {
      const [, owner, name] = /\/repos\/([^/]+)\/([^/]+)$/.exec(item.repository_url) ?? [];
      if (owner === undefined || name === undefined) continue;
      let id = ids.get(item.repository_url);
      if (id === undefined) {
        // oxlint-disable-next-line no-await-in-loop
        const repository = await octokit.request('GET /repos/{owner}/{repo}', { owner, repo: name });
        id = String(repository.data.id);
        ids.set(item.repository_url, id);
      }
      const target: Target = {
        kind: 'pull',
        number: item.number,
        author: { login: item.user?.login ?? 'ghost', id: String(item.user?.id ?? ''), bot: item.user?.type === 'Bot' },
        state: 'open',
        title: item.title,
        labels: item.labels.flatMap((label) => label.name ?? []),
        locked: item.locked,
        draft: item.draft ?? false,
      };
      found.push({ installation, repository: { id, owner, name }, target });
    }
    if (data.items.length < PAGE) break;
  }
  return found;
}
