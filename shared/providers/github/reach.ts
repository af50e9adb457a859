/** Clients for what lies outside the repository itself; each is made when it is first asked for. */
import { Refusal } from '../../errors.ts';
import { ORGANIZATION_REPOSITORY } from '../provider.ts';
import type { Client, Clients } from './client.ts';
import type { ReadOptions } from './read.ts';

export type Reach = Pick<ReadOptions, 'members' | 'everywhere' | 'issues' | 'organization'> & {
  readonly calls: () => number;
};

export function reachOf(clients: Clients, installation: string): Reach {
  let other: Client | undefined;
  let wide: Client | undefined;
  let own: Client | undefined;
  let issues: Client | undefined;
  return {
    members: async () => (other ??= await clients.forInstallation(installation, 'members')),
    everywhere: async () => (wide ??= await clients.forInstallation(installation, 'reading')),
    issues: async () => (issues ??= await clients.forInstallation(installation, 'search')),
    async organization() {
      try {
        return (own ??= await clients.forReading(installation, ORGANIZATION_REPOSITORY));
      } catch (error) {
        if (error instanceof Refusal) return undefined;
        throw error;
      }
    },
    calls: () => [other, wide, own, issues].reduce((sum, each) => sum + (each?.calls() ?? 0), 0),
  };
}
