/** `bowsprit redrive`: sends round again what was given up. Without --yes it only says what it would send. */
import { parseArgs } from 'node:util';
import type { Delivery } from '../shared/delivery.ts';
import { givenUp, sentRoundAgain } from '../shared/given-up.ts';
import { givenUpIn, type GivenUp } from '../shared/redrive.ts';
import { senderTo, type Sender } from '../shared/queue.ts';
import type { AuditQuery, AuditTrail } from '../shared/store/audit.ts';
import { cacheIn } from '../shared/store/cache.ts';
import { CACHE_TABLE } from '../shared/store/tables.ts';
import { endOf, momentIn, pullNamed, repositoryNamed } from './audit-filters.ts';
import { withSource, type Source } from './audit-source.ts';
import { tableOf } from './printing.ts';
import { WrongUsage, type ExitCode, type Verb, type World } from './verb.ts';

type Plan = GivenUp & {
  /** Undefined where nothing is sent. */
  readonly again: Delivery | undefined;
  /** Why not. */
  readonly why: string | undefined;
};

export const redrive: Verb = {
  name: 'redrive',
  summary: 'Sends round again what was given up; says first what that would be.',
  usage: `[<pull request>...] [options], at least one of pull request, --repo, --from and --to
  --repo acme/widgets         of every pull request of one repository
  --from 2026-11-01           given up from this day or moment (UTC) on; also 7d, 12h or 30m ago
  --to 2026-11-30             up to the end of this day, or to this moment
  --repeated                  also what somebody has repeated since
  --yes                       send it; without, nothing is sent
  --table <name>              a deployed audit table, whatever runs in this folder
  --json                      instead of a table

In the folder of a running npm start it talks to that one; elsewhere AUDIT_TABLE, CACHE_TABLE and QUEUE_URL name the deployment's.`,
  async run(args, world) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        pull: { type: 'string', multiple: true },
        repo: { type: 'string' },
        from: { type: 'string' },
        to: { type: 'string' },
        repeated: { type: 'boolean' },
        yes: { type: 'boolean' },
        table: { type: 'string' },
        json: { type: 'boolean' },
      },
    });
    const asked: Asked = {
      pulls: [...positionals, ...(values.pull ?? [])].map(pullNamed),
      repository: values.repo === undefined ? undefined : repositoryNamed(values.repo),
      from: values.from === undefined ? undefined : momentIn(values.from, '--from', world.now()),
      to: values.to === undefined ? undefined : endOf(values.to, world.now()),
      repeated: values.repeated === true,
    };
    if (asked.pulls.length > 0 && asked.repository !== undefined) {
      throw new WrongUsage('Pull requests or --repo, not both.');
    }
    if ([asked.repository, asked.from, asked.to].every((each) => each === undefined) && asked.pulls.length === 0) {
      throw new WrongUsage('Name a pull request, a --repo, or a time with --from or --to.');
    }
    const send = values.yes === true;
    return withSource(world, values.table, async (source) => {
      const plans = await plansFor(asked, source, world);
      if (send) await sentBy(senderFor(source, world), plans);
      await world.print(values.json === true ? inJson(plans, send) : inWords(plans, send));
      return exitCodeFor(plans);
    });
  },
};

type Asked = {
  readonly pulls: readonly string[];
  readonly repository: string | undefined;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly repeated: boolean;
};

async function plansFor(asked: Asked, source: Source, world: World): Promise<readonly Plan[]> {
  const { from, to, repeated } = asked;
  const cache = cacheIn({ documents: source.documents, table: cacheTableFor(source, world), now: world.now });
  const plans: Plan[] = [];
  for (const pull of await pullsWithFailures(asked, source.trail)) {
    // One chain in memory at a time.
    // oxlint-disable-next-line no-await-in-loop
    const found = givenUpIn(await source.trail.after(pull, 0));
    for (const each of found) {
      const at = new Date(each.at);
      if ((from !== undefined && at < from) || (to !== undefined && at >= to)) continue;
      // oxlint-disable-next-line no-await-in-loop
      plans.push(await planFor(each, repeated, (delivery) => givenUp(delivery, cache)));
    }
  }
  return plans;
}

async function planFor(
  each: GivenUp,
  repeated: boolean,
  kept: (delivery: string) => Promise<Delivery | undefined>,
): Promise<Plan> {
  if (each.hindered !== undefined && !repeated) return { ...each, again: undefined, why: each.hindered };
  const delivery = await kept(each.delivery);
  if (delivery === undefined) return { ...each, again: undefined, why: NOT_KEPT };
  return { ...each, again: sentRoundAgain(delivery, each.positions), why: undefined };
}

const NOT_KEPT = 'it is not kept (any more): have the forge deliver it again, or comment it again';

async function pullsWithFailures(asked: Asked, trail: AuditTrail): Promise<readonly string[]> {
  if (asked.pulls.length > 0) return asked.pulls;
  const { repository } = asked;
  const query: AuditQuery = { repository, outcome: 'failed' };
  const pulls = new Set<string>();
  for await (const { pull, outcome } of repository === undefined ? trail.everything() : trail.query(query)) {
    // A chain that belongs to no pull request holds no delivery.
    if (outcome === 'failed' && /#\d+$/.test(pull)) pulls.add(pull);
  }
  return [...pulls].toSorted(new Intl.Collator('en', { numeric: true }).compare);
}

function cacheTableFor({ local }: Source, { environment }: World): string {
  const table = local === undefined ? environment['CACHE_TABLE'] : (local.cacheTable ?? CACHE_TABLE.name);
  if (table === undefined || table === '') throw new WrongUsage("Name the deployment's cache table with CACHE_TABLE.");
  return table;
}

function senderFor({ local }: Source, { environment }: World): Sender {
  if (local === undefined) {
    const url = environment['QUEUE_URL'] ?? '';
    if (url === '') throw new WrongUsage("Name the deployment's queue with QUEUE_URL.");
    return senderTo(url, {});
  }
  const { queueUrl, sqsEndpoint, connect } = local;
  if (queueUrl === undefined || sqsEndpoint === undefined) {
    throw new WrongUsage('The npm start in this folder does not say where its queue is; start it again.');
  }
  return senderTo(queueUrl, { ...connect, endpoint: sqsEndpoint });
}

/** In the order in which they failed: what belongs to one pull request stays in its order. */
async function sentBy(sender: Sender, plans: readonly Plan[]): Promise<void> {
  try {
    for (const { again } of plans) {
      // oxlint-disable-next-line no-await-in-loop
      if (again !== undefined) await sender.send(again);
    }
  } finally {
    sender.close();
  }
}

/** What should have been sent and could not be is something wrong. */
function exitCodeFor(plans: readonly Plan[]): ExitCode {
  return plans.some(({ why }) => why === NOT_KEPT) ? 1 : 0;
}

function inJson(plans: readonly Plan[], sent: boolean): string {
  const shown = plans.map(({ pull, delivery, positions, at, actor, what, again, why }) => ({
    pull,
    delivery,
    positions,
    at,
    actor,
    what,
    ...(again === undefined ? { sent: false, why } : { sent, as: again.id }),
  }));
  return `${JSON.stringify(shown, null, 2)}\n`;
}

function inWords(plans: readonly Plan[], sent: boolean): string {
  if (plans.length === 0) return 'Nothing was given up there.\n';
  const rows = plans.map(({ pull, at, actor, what, again, why }) => [
    pull,
    at.slice(0, 19).replace('T', ' '),
    actor,
    what.join('; '),
    again === undefined ? `not sent: ${why ?? ''}` : `${sent ? 'sent' : 'would be sent'} as ${again.id}`,
  ]);
  const count = plans.filter(({ again }) => again !== undefined).length;
  const last =
    sent || count === 0 ? '' : `Nothing was sent. Add --yes to send ${count === 1 ? 'it' : `these ${count}`}.\n`;
  return `${tableOf([['PULL REQUEST', 'GIVEN UP', 'WHO', 'WHAT', 'AND NOW'], ...rows])}${last}`;
}
