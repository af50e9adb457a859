/** From a change to the webhooks that tell of it: whom it concerns, and what every payload has. */
import type { Access } from './apps.ts';
import type { Accounts } from './accounts.ts';
import type { Box, Happening } from './box.ts';
import type { Deliveries } from './deliveries.ts';
import { installationNodeId } from './app-routes.ts';
import type { Judging } from './judging.ts';
import type { Referee } from './validate.ts';

/** Sent to every App, subscribed or not: https://docs.github.com/en/webhooks/webhook-events-and-payloads */
const ALWAYS_SENT = new Set(['installation', 'installation_repositories', 'github_app_authorization', 'ping']);

export interface WebhookParts {
  readonly access: Access;
  readonly accounts: Accounts;
  readonly deliveries: Deliveries;
  readonly referee: Referee;
  readonly judging: Judging;
}

const numberIn = (value: unknown): number | undefined => {
  const inner: unknown = typeof value === 'object' && value !== null && 'number' in value ? value.number : undefined;
  return typeof inner === 'number' ? inner : undefined;
};

export function webhooksFor({ access, accounts, deliveries, referee, judging }: WebhookParts) {
  return (box: Box, { event, action, repository, account: about, sender, payload }: Happening): void => {
    const owner = repository === null ? undefined : accounts.ownerOf(box, repository);
    const organization: unknown = payload['organization'];
    const account =
      owner ??
      about ??
      (typeof organization === 'object' && organization !== null && 'login' in organization
        ? String(organization.login)
        : undefined);
    const installation = account === undefined ? undefined : access.installationFor(account, repository ?? undefined);
    if (installation === undefined) return;
    if (installation.suspendedAt !== null && event !== 'installation') return;
    if (!access.app.events.includes(event) && !ALWAYS_SENT.has(event)) return;

    const complete = {
      ...(action === undefined ? {} : { action }),
      ...payload,
      ...(repository === null ? {} : { repository: accounts.repositoryJson(box, repository) }),
      ...(account !== undefined && about === undefined && accounts.find(box, account)?.type === 'Organization'
        ? { organization: accounts.organizationJson(box, account) }
        : {}),
      installation: payload['installation'] ?? {
        id: installation.id,
        node_id: installationNodeId(installation.id),
      },
      sender: accounts.json(box, sender),
    };
    // The state goes on changing; the payload is the moment it happened.
    const text = JSON.stringify(complete);
    judging.later(() => referee.webhook(event, action, JSON.parse(text)));
    const subject = numberIn(payload['pull_request']) ?? numberIn(payload['issue']) ?? 'repository';
    deliveries.queue({
      event,
      action,
      installationId: installation.id,
      repositoryId: repository,
      lane: `${repository ?? account}#${subject}`,
      payload: text,
    });
  };
}
