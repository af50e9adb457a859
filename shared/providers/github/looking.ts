/** A pull request by its name, for whoever only looks: found as the App, read with a token that can do no more than that. */
import type { Target } from '../../delivery.ts';
import { Refusal, Retryable } from '../../errors.ts';
import type { Looked, Provider } from '../provider.ts';
import { statusOf, type Clients } from './client.ts';
import { reachOf } from './reach.ts';
import { readFrom } from './read.ts';

type Where = Parameters<Provider['look']>[0];

export async function lookedAt(clients: Clients, { owner, name }: Where, number: number): Promise<Looked> {
  const here = { owner, repo: name };
  const full = `${owner}/${name}`;
  const app = await clients.app();
  const { data: installed } = await found(
    `${full} is no repository on which the App is installed.`,
    app.request('GET /repos/{owner}/{repo}/installation', here),
  );
  const installation = String(installed.id);
  const client = await clients.forLooking(installation, name);
  const { octokit } = client;
  const { data } = await found(
    `${full} has no pull request ${number}.`,
    octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...here, pull_number: number }),
  );
  const { user, head, base, state, merged, title, labels, locked, draft } = data;
  const target: Target = {
    kind: 'pull',
    number,
    author: { login: user.login, id: String(user.id), bot: user.type === 'Bot' },
    state: state === 'open' ? 'open' : 'closed',
    title,
    labels: labels.map((label) => label.name),
    locked,
    headSha: head.sha,
    baseRef: base.ref,
    draft: draft ?? false,
    ...(merged ? { merged: true } : {}),
  };
  const repository = { id: String(base.repo.id), owner: base.repo.owner.login, name: base.repo.name };
  const { calls: _, ...reach } = reachOf(clients, installation);
  return {
    installation,
    repository,
    target,
    read: readFrom({ client, ...reach, delivery: { repository, target } }),
    async person(login) {
      const { data: account } = await found(
        `Nobody is called ${login} on GitHub.`,
        octokit.request('GET /users/{username}', { username: login }),
      );
      return { login: account.login, id: String(account.id), bot: account.type === 'Bot' };
    },
  };
}

/** @throws Refusal with `otherwise` where GitHub shows the App no such thing. */
async function found<T>(otherwise: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined) throw error;
    if (status === 404 || status === 410) throw new Refusal(otherwise, { cause: error });
    if (status === 401) throw new Refusal('GitHub does not know the App by this id and key.', { cause: error });
    throw new Retryable(`GitHub answered ${status}`, { cause: error });
  }
}
