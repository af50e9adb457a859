/** GitHub: github.com and GitHub Enterprise Server, as a GitHub App. */
import type { Delivery } from '../../delivery.ts';
import type { ForgeAction } from '../../language/index.ts';
import type { Found, Provider } from '../provider.ts';
import { actionsEngine } from './actions.ts';
import { answeringTo, applyTo } from './apply.ts';
import { batchesOf } from './batches.ts';
import { clientsFor, type GitHubOptions } from './client.ts';
import { deliveryLogOf } from './delivery-log.ts';
import { foundBy, oldOnes } from './find.ts';
import { takesBack } from './late.ts';
import { lookedAt } from './looking.ts';
import { reachOf } from './reach.ts';
import { readFrom } from './read.ts';

const CAN: ReadonlySet<ForgeAction['is']> = new Set([
  'add-label',
  'add-labels',
  'remove-label',
  'assign',
  'unassign',
  'request-review',
  'unrequest-review',
  'close',
  'reopen',
  'retitle',
  'set-milestone',
  'notice',
  'no-notice',
  'describe',
  'pin-issue',
  'unpin-issue',
  'transfer-issue',
  'merge',
  'delete-branch',
  'cherry-pick',
  'update-branch',
  'enqueue',
  'dequeue',
  'set-status',
  'arm-merge',
  'disarm-merge',
  'rerun-workflow',
  'approve-workflows',
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
      client.octokit.hook.before('request', (request) => {
        if (!takesBack(request)) context.mayGoOn?.();
      });
      const together = (other: string) => clients.forIssuesOf(delivery.installation, [delivery.repository.name, other]);
      const { calls, ...reach } = reachOf(clients, delivery.installation);
      return {
        read: readFrom({ client, ...reach, delivery }),
        apply: applyTo({ client, appId, delivery, context, together }),
        batches: batchesOf(client.octokit, { owner: delivery.repository.owner, repo: delivery.repository.name }),
        answering: answeringTo({ client, appId, delivery, context }),
        engine: actionsEngine(client.octokit, { owner: delivery.repository.owner, repo: delivery.repository.name }),
        calls: () => client.calls() + calls(),
        quota: () => client.quota(),
      };
    },
    look: (where, number) => lookedAt(clients, where, number),
    findOld: (where, sought) => oldOnes(clients, where, sought),
    find: (labels, without, since): Promise<readonly Found[]> => foundBy(clients, { labels, without, since }),
    deliveryLog: deliveryLogOf(clients, appId),
  };
}

export type { AppCredentials, GitHubOptions } from './client.ts';
