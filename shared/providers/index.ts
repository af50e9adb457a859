/** Every forge that can be read and acted on, by its id. */
import type { ProviderId } from '../delivery.ts';
import { githubFrom, type GitHubOptions } from './github/index.ts';
import type { Provider } from './provider.ts';

export type { AppCredentials } from './github/index.ts';
export type ProviderOptions = { readonly github: GitHubOptions };

/** @throws Error for a forge that has its place and no provider yet; the door takes no delivery of those. */
export function providersBy({ github }: ProviderOptions): (id: ProviderId) => Provider {
  const providers: Readonly<Partial<Record<ProviderId, Provider>>> = { github: githubFrom(github) };
  return (id) => {
    const provider = providers[id];
    if (provider === undefined) throw new Error(`no provider for ${id}`);
    return provider;
  };
}
