/** What the doctor asks the forge: the App itself, its permissions, events, webhook, installations, the time, the quota. */
import * as z from 'zod/mini';
import { reasonOf } from '../shared/errors.ts';
import { clientsFor, NEEDED_EVENTS, NEEDED_PERMISSIONS, statusOf } from '../shared/providers/github/client.ts';
import { withoutSecrets } from '../shared/log.ts';
import { wrong, ok, unsure, type Finding } from './doctor-finding.ts';
import type { Place } from './doctor-place.ts';

type App = Awaited<ReturnType<ReturnType<typeof clientsFor>['app']>>;

const about = z.object({
  slug: z.string(),
  html_url: z.string(),
  permissions: z.record(z.string(), z.string()),
  events: z.array(z.string()),
});
type About = z.infer<typeof about>;
const installed = z.array(
  z.object({
    id: z.number(),
    html_url: z.string(),
    account: z.nullish(z.object({ login: z.optional(z.string()) })),
    permissions: z.record(z.string(), z.string()),
    suspended_at: z.nullish(z.string()),
  }),
);
type Installation = z.infer<typeof installed>[number];
const hook = z.object({
  url: z.optional(z.string()),
  content_type: z.optional(z.string()),
  insecure_ssl: z.optional(z.union([z.string(), z.number()])),
});
const deliveries = z.array(z.object({ status_code: z.number(), delivered_at: z.string() }));
const limits = z.object({
  resources: z.object({ core: z.object({ limit: z.number(), remaining: z.number(), reset: z.number() }) }),
});

const RANKS = ['none', 'read', 'write', 'admin'];
/** GitHub refuses a token request that is dated more than a minute ahead of its own time. */
const MAX_SKEW_MS = 30_000;
const LOOKED_AT = 30;
/** Below this share of its quota an installation is about to be refused. */
const LOW = 0.2;

export async function forgeFindings(place: Place, now: () => Date): Promise<readonly Finding[]> {
  const { apiUrl, appId, credentials, timeoutMs } = place;
  const clients = clientsFor({ apiUrl, appId, timeoutMs, ...credentials });
  let app: App;
  let told: About;
  let skew: Finding;
  try {
    app = await clients.app();
    const begun = now().getTime();
    const { data, headers } = await app.request('GET /app');
    told = about.parse(data);
    skew = clockFinding(headers.date, begun, now().getTime());
  } catch (error) {
    return [appFailure(place, error)];
  }
  const settings = told.html_url.replace('/apps/', '/settings/apps/');
  const { data } = await app.request('GET /app/installations', { per_page: 100 });
  const installations = installed.parse(data);
  return [
    ok('app', `${told.slug} (${appId}) at ${apiUrl}`),
    skew,
    permissionsFinding(told, settings),
    eventsFinding(told, settings),
    ...(await webhookFindings(app, place, settings)),
    ...installationFindings(told, installations),
    ...(await quotaFindings(clients, installations)),
  ];
}

function appFailure({ apiUrl, appId, local }: Place, error: unknown): Finding {
  const said = withoutSecrets(reasonOf(error));
  const status = statusOf(error);
  if (status === undefined) {
    return wrong(
      'app',
      `no answer from ${apiUrl}: ${said}`,
      `See whether GITHUB_API_URL (${apiUrl}) is right and reachable from here.`,
    );
  }
  const fix = local
    ? 'Stop npm start and start it again.'
    : `Look up the App ID on the App's settings page (here it is ${appId}: -c githubAppId=…), generate a private key there, and put it: aws secretsmanager put-secret-value --secret-id <PrivateKeySecretName> --secret-string file://<key>.pem`;
  return wrong('app', `GitHub does not know the App by this id and key: ${status}, ${said}`, fix);
}

function clockFinding(date: string | undefined, begun: number, ended: number): Finding {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return unsure('clock', 'the forge does not tell its time');
  // Told in whole seconds, some time between the question and the answer.
  const early = begun - (theirs + 1_000);
  const late = theirs - ended;
  const off = Math.max(early, late, 0);
  const seconds = Math.round(off / 1_000);
  if (off <= MAX_SKEW_MS)
    return ok('clock', seconds === 0 ? 'as the forge has it' : `${seconds} s from that of the forge`);
  return wrong(
    'clock',
    `${seconds} s ${early > late ? 'ahead of' : 'behind'} the forge`,
    'Set the clock of this machine by NTP (timedatectl set-ntp true); Lambda keeps its own.',
  );
}

function permissionsFinding({ permissions }: About, settings: string): Finding {
  const lacking = lackingIn(permissions);
  const more = Object.entries(permissions).filter(([name, level]) => rankOf(level) > rankOf(neededOf(name)));
  if (lacking.length > 0) {
    return wrong(
      'permissions',
      `missing ${lacking.join(', ')}`,
      `At ${settings}/permissions set ${lacking.join(', ')}; then whoever installed the App accepts it.`,
    );
  }
  if (more.length > 0) {
    const names = more.map(([name, level]) => `${name}: ${level}`).join(', ');
    return unsure('permissions', `more than Bowsprit uses: ${names}`, `At ${settings}/permissions take them away.`);
  }
  return ok('permissions', 'all that are needed, and no more');
}

function lackingIn(given: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(NEEDED_PERMISSIONS)
    .filter(([name, level]) => rankOf(given[name] ?? 'none') < rankOf(level))
    .map(([name, level]) => `${name}: ${level}`);
}

const neededOf = (name: string): string =>
  Object.entries(NEEDED_PERMISSIONS).find(([each]) => each === name)?.[1] ?? 'none';
const rankOf = (level: string): number => RANKS.indexOf(level);

function eventsFinding({ events }: About, settings: string): Finding {
  const missing = NEEDED_EVENTS.filter((event) => !events.includes(event));
  if (missing.length === 0) return ok('events', 'all that are needed');
  return wrong(
    'events',
    `not subscribed to ${missing.join(', ')}`,
    `At ${settings}/permissions, below "Subscribe to events", tick ${missing.join(', ')}.`,
  );
}

async function webhookFindings(app: App, { webhookUrl, local }: Place, settings: string): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  try {
    const { data } = await app.request('GET /app/hook/config');
    const { url, content_type: type, insecure_ssl: insecure } = hook.parse(data);
    if (url === undefined || url === '') {
      found.push(
        wrong(
          'webhook',
          'the App has no webhook URL',
          `At ${settings} set the Webhook URL to ${webhookUrl ?? 'the output WebhookUrl of the stack'} and tick Active.`,
        ),
      );
    } else if (webhookUrl !== undefined && url !== webhookUrl) {
      found.push(wrong('webhook', `the App sends to ${url}`, `At ${settings} set the Webhook URL to ${webhookUrl}.`));
    } else if (type !== 'json') {
      found.push(
        wrong(
          'webhook',
          `the App sends ${type ?? 'forms'}`,
          `At ${settings} set the content type to application/json.`,
        ),
      );
    } else if (String(insecure) !== '0' && !local) {
      found.push(wrong('webhook', 'the App does not check the certificate', `At ${settings} enable SSL verification.`));
    } else {
      found.push(ok('webhook', url));
    }
    const recent = deliveries.parse((await app.request('GET /app/hook/deliveries', { per_page: LOOKED_AT })).data);
    found.push(deliveriesFinding(recent, settings));
  } catch (error) {
    found.push(unsure('webhook', withoutSecrets(reasonOf(error))));
  }
  return found;
}

function deliveriesFinding(recent: z.infer<typeof deliveries>, settings: string): Finding {
  const failed = recent.filter(({ status_code: code }) => code < 200 || code >= 300);
  if (failed.length === 0) return ok('deliveries', `the last ${recent.length} were taken`);
  const counts = Map.groupBy(failed, ({ status_code: code }) => code);
  const told = [...counts].map(([code, each]) => `${each.length} x ${code === 0 ? 'no answer' : code}`).join(', ');
  const fix = counts.has(401)
    ? `401 is a wrong secret: put the one of ${settings} with aws secretsmanager put-secret-value --secret-id <WebhookSecretName> --secret-string <old>,<new>`
    : `${settings}/advanced shows what was answered; docs/runbook.md#server-errors says what to do.`;
  const newestFailed = failed[0] === recent[0];
  const sentence = `of the last ${recent.length}: ${told}`;
  return newestFailed
    ? wrong('deliveries', sentence, fix)
    : unsure('deliveries', `${sentence}; the newest were taken`, fix);
}

function installationFindings(
  { slug, html_url: page }: About,
  installations: readonly Installation[],
): readonly Finding[] {
  if (installations.length === 0) {
    return [wrong('installations', 'the App is installed nowhere', `Install it: ${page}/installations/new`)];
  }
  const findings = installations.flatMap((each) => {
    const where = each.account?.login ?? String(each.id);
    if (each.suspended_at) {
      return [
        unsure('installations', `suspended on ${where}`, `Whoever owns ${where} can lift that: ${each.html_url}`),
      ];
    }
    const lacking = lackingIn(each.permissions);
    if (lacking.length === 0) return [];
    return [
      wrong(
        'installations',
        `${where} has not granted ${lacking.join(', ')}`,
        `Whoever owns ${where} accepts it: ${each.html_url}`,
      ),
    ];
  });
  return findings.length > 0 ? findings : [ok('installations', `${slug} on ${installations.length} of them`)];
}

async function quotaFindings(
  clients: ReturnType<typeof clientsFor>,
  installations: readonly Installation[],
): Promise<readonly Finding[]> {
  const active = installations.filter(({ suspended_at: suspended }) => !suspended);
  const asked = await Promise.all(
    active.map(async ({ id, account }): Promise<Finding> => {
      const where = account?.login ?? String(id);
      try {
        const { octokit } = await clients.forInstallation(String(id), 'search');
        const { core } = limits.parse((await octokit.request('GET /rate_limit')).data).resources;
        const told = `${where}: ${core.remaining} of ${core.limit} requests left this hour`;
        if (core.remaining >= core.limit * LOW) return ok('quota', told);
        const until = new Date(core.reset * 1_000).toISOString();
        return unsure('quota', told, `Full again at ${until}; docs/runbook.md#forge-quota says what uses it.`);
      } catch (error) {
        return unsure('quota', `${where}: ${withoutSecrets(reasonOf(error))}`);
      }
    }),
  );
  return asked;
}
