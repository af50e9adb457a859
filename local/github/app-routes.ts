/** What an App asks about itself: its installations, their tokens, its webhook and the log of deliveries. */
import type { Access, Installation, Permissions } from './apps.ts';
import { type Answer, type Call, GitHubError, type Routes } from './box.ts';
import type { Accounts } from './accounts.ts';
import type { Deliveries, Delivery } from './deliveries.ts';
import type { Limits } from './limits.ts';
import { SUPPORTED_API_VERSIONS } from './server.ts';

const DEFAULT_PER_PAGE = 30;
const MAX_PER_PAGE = 100;
const RANKS = ['read', 'write', 'admin'] as const;
const HIDDEN_SECRET = '********';

const nodeId = (kind: string, id: number): string => Buffer.from(`${kind}:${id}`).toString('base64url');

/** What an installation is named by in webhooks and in `GET …/installation`. */
export const installationNodeId = (id: number): string =>
  Buffer.from(`23:IntegrationInstallation${id}`).toString('base64');

const rankOf = (level: unknown): number => RANKS.findIndex((each) => each === level);

function onlyApp({ caller }: Call): void {
  if (caller.is !== 'app') throw new GitHubError(401, 'A JSON web token could not be decoded');
}

function asInstallation({ caller }: Call): Extract<Call['caller'], { is: 'installation' }> {
  if (caller.is === 'installation') return caller;
  const message = 'You must authenticate with an installation access token in order to list repositories.';
  throw new GitHubError(403, message);
}

function known(installation: Installation | undefined): Installation {
  if (installation === undefined) throw new GitHubError(404, 'Not Found');
  return installation;
}

/** By the code alone: a code that is neither is found by no filter. */
const OUTCOMES: ReadonlyMap<string | null, (delivery: Delivery) => boolean> = new Map([
  ['success', ({ statusCode }: Delivery) => statusCode >= 200 && statusCode < 400],
  ['failure', ({ statusCode }: Delivery) => statusCode >= 400 && statusCode < 600],
]);

const deliveryItem = (delivery: Delivery): Readonly<Record<string, unknown>> => ({
  id: delivery.id,
  guid: delivery.guid,
  delivered_at: delivery.deliveredAt,
  redelivery: delivery.redelivery,
  duration: delivery.durationMs / 1000,
  status: delivery.status,
  status_code: delivery.statusCode,
  event: delivery.webhook.event,
  action: delivery.webhook.action ?? null,
  installation_id: delivery.webhook.installationId,
  repository_id: delivery.webhook.repositoryId,
  throttled_at: null,
});

export interface AppParts {
  readonly access: Access;
  readonly deliveries: Deliveries;
  readonly limits: Limits;
  readonly accounts: Accounts;
}

export function appRoutes({ access, deliveries, limits, accounts }: AppParts): Routes {
  const { app } = access;

  const appJson = (box: Call['box']): Readonly<Record<string, unknown>> => ({
    id: app.id,
    slug: app.slug,
    node_id: nodeId('App', app.id),
    client_id: app.clientId,
    owner: accounts.json(box, app.owner ?? accounts.organizations(box)[0] ?? accounts.people(box)[0] ?? ''),
    name: app.name,
    description: '',
    external_url: box.htmlUrl,
    html_url: `${box.htmlUrl}/apps/${app.slug}`,
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  });

  const listedJson = (installation: Installation, box: Call['box']): Readonly<Record<string, unknown>> => ({
    id: installation.id,
    account: accounts.json(box, installation.account),
    repository_selection: installation.repositories === 'all' ? 'all' : 'selected',
    access_tokens_url: `${box.url}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${box.url}/installation/repositories`,
    html_url: `${box.htmlUrl}/organizations/${installation.account}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: accounts.find(box, installation.account)?.id ?? 0,
    target_type: accounts.find(box, installation.account)?.type ?? 'User',
    permissions: app.permissions,
    events: app.events,
    created_at: installation.createdAt,
    updated_at: installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: installation.suspendedAt,
  });
  /** What the list of installations does not say is the client id. */
  const installationJson = (installation: Installation, box: Call['box']): Readonly<Record<string, unknown>> => ({
    ...listedJson(installation, box),
    client_id: app.clientId,
  });

  const installationIn = ({ params }: Call): Installation =>
    known(access.installation(Number(params['installation_id'])));

  const covered = (
    installation: Installation,
    box: Call['box'],
  ): readonly { readonly id: number; readonly name: string }[] =>
    accounts
      .repositories(box, installation.account)
      .filter(({ id }) => installation.repositories === 'all' || installation.repositories.includes(id));

  const narrowedPermissions = (asked: unknown): Permissions => {
    if (asked === undefined) return app.permissions;
    const entries = typeof asked === 'object' && asked !== null ? Object.entries(asked) : [];
    for (const [name, level] of entries) {
      if (rankOf(level) < 0 || rankOf(level) > rankOf(app.permissions[name])) {
        throw new GitHubError(422, 'The permissions requested are not granted to this installation.');
      }
    }
    // `metadata: read` is granted to every App and cannot be given up.
    return { metadata: 'read', ...Object.fromEntries(entries) };
  };
  const narrowedRepositories = (installation: Installation, { body, box }: Call): readonly number[] | null => {
    const { repository_ids: ids, repositories: names } = body;
    if (ids === undefined && names === undefined) return null;
    const wanted = [...(Array.isArray(ids) ? ids : []), ...(Array.isArray(names) ? names : [])];
    for (const name of Array.isArray(names) ? names : []) accounts.repository(box, installation.account, String(name));
    const all = covered(installation, box);
    return wanted.map((each) => {
      const found = all.find(({ id, name }) => id === each || name.toLowerCase() === String(each).toLowerCase());
      if (found !== undefined) return found.id;
      throw new GitHubError(
        422,
        'There is at least one repository that does not exist or is not accessible to the parent installation.',
      );
    });
  };

  const tellOfInstallation = ({ box }: Call, installation: Installation, action: string): void => {
    box.emit({
      event: 'installation',
      action,
      repository: null,
      account: installation.account,
      sender: app.owner ?? installation.account,
      payload: { installation: installationJson(installation, box) },
    });
  };

  const hookConfig = (): Answer => ({
    status: 200,
    body: {
      url: app.webhookUrl ?? '',
      content_type: 'json',
      insecure_ssl: '0',
      ...(app.webhookSecrets.length === 0 ? {} : { secret: HIDDEN_SECRET }),
    },
  });

  const installationOf = (call: Call, account: string | undefined, repositoryId?: number): Answer => {
    onlyApp(call);
    return {
      status: 200,
      body: installationJson(known(access.installationFor(account ?? '', repositoryId)), call.box),
    };
  };

  return {
    'GET /app': (call) => {
      onlyApp(call);
      return { status: 200, body: { ...appJson(call.box), installations_count: access.installations().length } };
    },
    'GET /app/installations': (call) => {
      onlyApp(call);
      return { status: 200, body: access.installations().map((each) => listedJson(each, call.box)), list: true };
    },
    'GET /app/installations/{installation_id}': (call) => {
      onlyApp(call);
      return { status: 200, body: installationJson(installationIn(call), call.box) };
    },
    'DELETE /app/installations/{installation_id}': (call) => {
      onlyApp(call);
      const installation = installationIn(call);
      tellOfInstallation(call, installation, 'deleted');
      access.uninstall(installation.account);
      return { status: 204 };
    },
    'PUT /app/installations/{installation_id}/suspended': (call) => {
      onlyApp(call);
      const installation = installationIn(call);
      installation.suspendedAt = call.box.now().toISOString();
      tellOfInstallation(call, installation, 'suspend');
      return { status: 204 };
    },
    'DELETE /app/installations/{installation_id}/suspended': (call) => {
      onlyApp(call);
      const installation = installationIn(call);
      installation.suspendedAt = null;
      tellOfInstallation(call, installation, 'unsuspend');
      return { status: 204 };
    },
    'DELETE /installation/token': (call) => {
      access.revoke(asInstallation(call).token);
      return { status: 204 };
    },
    'GET /apps/{app_slug}': ({ box, params }) => {
      if (params['app_slug'] !== app.slug) throw new GitHubError(404, 'Not Found');
      return { status: 200, body: appJson(box) };
    },
    'GET /user/installations': ({ box, caller }) => {
      if (caller.is === 'nobody') throw new GitHubError(401, 'Requires authentication');
      if (caller.is !== 'user') throw new GitHubError(403, 'Resource not accessible by integration');
      // A person sees the installations on itself and on its organizations.
      const mine = access
        .installations()
        .filter(({ account }) => account === caller.login || accounts.isMember(box, account, caller.login))
        .map((each) => installationJson(each, box));
      return { status: 200, body: { total_count: mine.length, installations: mine }, list: 'installations' };
    },
    'POST /app/installations/{installation_id}/access_tokens': (call) => {
      onlyApp(call);
      const installation = installationIn(call);
      if (installation.suspendedAt !== null) throw new GitHubError(403, 'This installation has been suspended');
      const permissions = narrowedPermissions(call.body['permissions']);
      const repositoryIds = narrowedRepositories(installation, call);
      const { token, expiresAt } = access.mint(installation, { permissions, repositoryIds });
      return {
        status: 201,
        body: {
          token,
          expires_at: new Date(expiresAt).toISOString().replace('.000Z', 'Z'),
          permissions,
          repository_selection: repositoryIds === null && installation.repositories === 'all' ? 'all' : 'selected',
          ...(repositoryIds === null
            ? {}
            : { repositories: repositoryIds.map((id) => accounts.repositoryJson(call.box, id)) }),
        },
      };
    },
    'GET /repos/{owner}/{repo}/installation': (call) => {
      onlyApp(call);
      const repository = accounts.repository(call.box, call.params['owner'] ?? '', call.params['repo'] ?? '');
      if (repository === undefined) throw new GitHubError(404, 'Not Found');
      return installationOf(call, repository.owner, repository.id);
    },
    'GET /orgs/{org}/installation': (call) => installationOf(call, call.params['org']),
    'GET /users/{username}/installation': (call) => installationOf(call, call.params['username']),
    'GET /installation/repositories': (call) => {
      const { installationId, repositoryIds } = asInstallation(call);
      const repositories = covered(known(access.installation(installationId)), call.box)
        .filter(({ id }) => repositoryIds === null || repositoryIds.includes(id))
        .map(({ id }) => accounts.repositoryJson(call.box, id));
      return { status: 200, body: { total_count: repositories.length, repositories }, list: 'repositories' };
    },
    'GET /app/hook/config': (call) => {
      onlyApp(call);
      return hookConfig();
    },
    'PATCH /app/hook/config': (call) => {
      onlyApp(call);
      const { url, secret } = call.body;
      if (typeof url === 'string') app.webhookUrl = url;
      if (typeof secret === 'string') app.webhookSecrets = [secret];
      return hookConfig();
    },
    'GET /app/hook/deliveries': (call) => {
      onlyApp(call);
      const { query, box } = call;
      const status = query.get('status');
      const asked = query.get('cursor');
      const place = /^v1_(\d+)$/.exec(asked ?? '')?.[1];
      if (asked !== null && place === undefined) throw new GitHubError(400, 'Invalid cursor');
      const fits = OUTCOMES.get(status);
      if (status !== null && fits === undefined) throw new GitHubError(422, 'Validation Failed');
      const cursor = Number(place ?? Infinity);
      const perPage = Math.min(Math.max(1, Number(query.get('per_page') ?? DEFAULT_PER_PAGE) || 1), MAX_PER_PAGE);
      const fitting = deliveries
        .log()
        .filter((each) => each.id < cursor)
        .filter((each) => fits === undefined || fits(each));
      const page = fitting.slice(0, perPage);
      const last = page.at(-1);
      const next = new URL(`${box.url}/app/hook/deliveries?${query.toString()}`);
      next.searchParams.set('cursor', `v1_${last?.id ?? 0}`);
      return {
        status: 200,
        body: page.map(deliveryItem),
        ...(fitting.length > page.length ? { headers: { link: `<${next.href}>; rel="next"` } } : {}),
      };
    },
    'GET /app/hook/deliveries/{delivery_id}': (call) => {
      onlyApp(call);
      const delivery = deliveries.find(Number(call.params['delivery_id']));
      if (delivery === undefined) throw new GitHubError(404, 'Not Found');
      return {
        status: 200,
        body: {
          ...deliveryItem(delivery),
          url: delivery.url,
          request: { headers: delivery.requestHeaders, payload: JSON.parse(delivery.webhook.payload) },
          response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
        },
      };
    },
    'POST /app/hook/deliveries/{delivery_id}/attempts': (call) => {
      onlyApp(call);
      if (!deliveries.redeliver(Number(call.params['delivery_id']))) throw new GitHubError(404, 'Not Found');
      return { status: 202, body: {} };
    },
    'GET /rate_limit': ({ caller }) => {
      const core = limits.state(caller, 'core');
      return {
        status: 200,
        body: {
          resources: { core, search: limits.state(caller, 'search'), graphql: limits.state(caller, 'graphql') },
          rate: core,
        },
      };
    },
    'GET /meta': () => ({ status: 200, body: { verifiable_password_authentication: false } }),
    'GET /versions': () => ({ status: 200, body: SUPPORTED_API_VERSIONS }),
  };
}
