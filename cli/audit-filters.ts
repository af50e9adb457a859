/** What `audit query` and `audit export` look for, from the command line. */
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { OUTCOMES } from '../shared/audit-record.ts';
import { PROVIDERS } from '../shared/delivery.ts';
import type { AuditQuery } from '../shared/store/audit.ts';
import type { Format } from './printing.ts';
import { WrongUsage } from './verb.ts';

const FILTERS = {
  pull: { type: 'string' },
  repo: { type: 'string' },
  actor: { type: 'string' },
  command: { type: 'string' },
  outcome: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  newest: { type: 'boolean' },
  limit: { type: 'string' },
  cursor: { type: 'string' },
  table: { type: 'string' },
  json: { type: 'boolean' },
  csv: { type: 'boolean' },
} as const satisfies ParseArgsOptionsConfig;

export const FILTER_USAGE = `  --pull acme/widgets#12      records of one pull request or issue
  --repo acme/widgets         of one repository
  --actor ada                 of one person
  --command lgtm              of one command (also automation:<name>, sweep:<name>)
  --outcome refused           done, refused or failed
  --from 2026-11-01           from this day or moment (UTC) on; also 7d, 12h or 30m ago
  --to 2026-11-30             up to the end of this day, or to this moment
  --newest                    newest first
  --limit 50                  at most so many; says how to go on
  --cursor <text>             go on where a limit ended
  --table <name>              a deployed table, whatever runs in this folder
  --json, --csv               instead of a table`;

export type Asked = {
  readonly query: AuditQuery;
  /** Whether a pull request, repository, person or command is named. */
  readonly keyed: boolean;
  readonly limit: number | undefined;
  readonly table: string | undefined;
  readonly format: Format | undefined;
};

export function askedIn(args: readonly string[], now: Date): Asked {
  const { values } = parseArgs({ args: [...args], options: FILTERS });
  const { pull, repo, actor, command, outcome, from, to, newest, limit, cursor, table, json, csv } = values;
  const query: AuditQuery = {
    pull: pull === undefined ? undefined : pullNamed(pull),
    repository: repo === undefined ? undefined : repositoryNamed(repo),
    actor: actor?.replace(/^@/, ''),
    command: command?.replace(/^\//, ''),
    outcome: outcome === undefined ? undefined : outcomeNamed(outcome),
    from: from === undefined ? undefined : momentIn(from, '--from', now),
    to: to === undefined ? undefined : endOf(to, now),
    first: newest === true ? 'newest' : 'oldest',
    cursor,
  };
  if (query.from !== undefined && query.to !== undefined && query.from > query.to) {
    throw new WrongUsage('--to lies before --from.');
  }
  return {
    query,
    keyed: [pull, repo, actor, command].some((each) => each !== undefined),
    limit: limit === undefined ? undefined : countIn(limit),
    table,
    format: formatOf(json, csv),
  };
}

export function formatOf(json: boolean | undefined, csv: boolean | undefined): Format | undefined {
  if (json === true && csv === true) throw new WrongUsage('--json or --csv, not both.');
  if (json === true) return 'json';
  return csv === true ? 'csv' : undefined;
}

const PROVIDER = new RegExp(`^(?:${PROVIDERS.join('|')}):`);

/** GitHub is meant where no provider is named. */
function withProvider(name: string): string {
  const lower = name.toLowerCase();
  return PROVIDER.test(lower) ? lower : `github:${lower}`;
}

/** Chains of records that belong to no pull request: `github:app#recovery`. */
const OF_THE_APP = /^[\w-]+:app(?:#[a-z]+)?$/;

export function pullNamed(text: string): string {
  const name = withProvider(text);
  if (/^[\w-]+:[^#\s]+\/[^#\s]+#\d+$/.test(name) || (OF_THE_APP.test(name) && name.includes('#'))) return name;
  throw new WrongUsage(`${JSON.stringify(text)} names no pull request: acme/widgets#12, or github:acme/widgets#12.`);
}

export function repositoryNamed(text: string): string {
  const name = withProvider(text);
  if (/^[\w-]+:[^#\s]+\/[^#\s]+$/.test(name) || (OF_THE_APP.test(name) && !name.includes('#'))) return name;
  throw new WrongUsage(`${JSON.stringify(text)} names no repository: acme/widgets, or github:acme/widgets.`);
}

function outcomeNamed(text: string): (typeof OUTCOMES)[number] {
  const outcome = OUTCOMES.find((each) => each === text.toLowerCase());
  if (outcome === undefined) throw new WrongUsage(`--outcome is one of ${OUTCOMES.join(', ')}.`);
  return outcome;
}

function countIn(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new WrongUsage('--limit is a number from 1 on.');
  return Number(text);
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?$/;
const AGO = /^(\d{1,6})([dhm])$/;
const DAY_MS = 24 * 3_600_000;
const UNITS: Readonly<Record<string, number>> = { d: DAY_MS, h: 3_600_000, m: 60_000 };

export function momentIn(text: string, option: string, now: Date): Date {
  const [, count, unit = ''] = AGO.exec(text) ?? [];
  if (count !== undefined) return new Date(now.getTime() - Number(count) * (UNITS[unit] ?? 0));
  const zoned = MOMENT.test(text) && !/(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? `${text}Z` : text;
  const date = new Date(DAY.test(text) || MOMENT.test(text) ? zoned : Number.NaN);
  if (!Number.isNaN(date.getTime())) return date;
  throw new WrongUsage(`${option} is a day (2026-11-25), a moment (2026-11-25T10:00:00Z), or 7d, 12h, 30m ago.`);
}

/** A day as the end means all of it. */
export function endOf(text: string, now: Date): Date {
  const moment = momentIn(text, '--to', now);
  return DAY.test(text) ? new Date(moment.getTime() + DAY_MS) : moment;
}
