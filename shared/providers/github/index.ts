/** GitHub: github.com and GitHub Enterprise Server, as a GitHub App. */
import type { Delivery } from '../../delivery.ts';
import type { ForgeAction } from '../../language/index.ts';
import { Refusal } from '../../errors.ts';
import { ORGANIZATION_REPOSITORY, type Found, type Provider } from '../provider.ts';
import { answeringTo, applyTo } from './apply.ts';
import { clientsFor, type Client, type GitHubOptions } from './client.ts';
import { deliveryLogOf } from './delivery-log.ts';
import { readFrom } from './read.ts';
import { foundBy } from './find.ts';

const CAN: ReadonlySet<ForgeAction['is']> = new Set([
  'add-label',
  'remove-label',
  'assign',
  'unassign',
  'request-review',
  'unrequest-review',
  'close',
  'reopen',
  'retitle',
  'notice',
  'merge',
  'report',
]);

export function githubFrom(options: GitHubOptions): Provider {
  const { appId } = options;
  const clients = clientsFor(options);
  return {
    id: 'github',
    name: 'GitHub',
    can: CAN,
    async connect(delivery: Delivery, context) {
      const client = await clients.forRepository(delivery.installation, delivery.repository.id);
      let other: Client | undefined;
      const members = async (): Promise<Client> =>
        (other ??= await clients.forInstallation(delivery.installation, 'members'));
      let wide: Client | undefined;
      const everywhere = async (): Promise<Client> =>
        (wide ??= await clients.forInstallation(delivery.installation, 'reading'));
      let own: Client | undefined;
      const organization = async (): Promise<Client | undefined> => {
        try {
          return (own ??= await clients.forReading(delivery.installation, ORGANIZATION_REPOSITORY));
        } catch (error) {
          if (error instanceof Refusal) return undefined;
          throw error;
        }
      };
      return {
        read: readFrom({ client, members, organization, everywhere, delivery }),
        apply: applyTo({ client, appId, delivery, context }),
        answering: answeringTo({ client, appId, delivery }),
        calls: () => [client, other, own, wide].reduce((sum, each) => sum + (each?.calls() ?? 0), 0),
      };
    },
    find: (labels, without, since): Promise<readonly Found[]> => foundBy(clients, { labels, without, since }),
    deliveryLog: deliveryLogOf(clients, appId),
  };
}

export type { GitHubOptions } from './client.ts';
