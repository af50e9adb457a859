/** `bowsprit audit query`: records by pull request, repository, person or command, in the order of time. */
import type { AuditRecord } from '../shared/audit-record.ts';
import type { AuditQuery, AuditTrail } from '../shared/store/audit.ts';
import { askedIn, FILTER_USAGE } from './audit-filters.ts';
import { withTrail } from './audit-source.ts';
import { printed } from './printing.ts';
import { WrongUsage, type Verb } from './verb.ts';

/** Records of one page, where there is a limit. */
const PAGE = 500;

export const auditQuery: Verb = {
  name: 'audit query',
  summary: 'Records by pull request, repository, person or command.',
  usage: `[options], at least one of the first four\n${FILTER_USAGE}`,
  async run(args, world) {
    const { query, keyed, limit, table, format } = askedIn(args, world.now());
    if (!keyed) {
      throw new WrongUsage('Name a --pull, --repo, --actor or --command; audit export prints everything there is.');
    }
    await withTrail(world, table, async (trail) => {
      let next: string | undefined;
      const records =
        limit === undefined
          ? trail.query(query)
          : upTo(trail, query, limit, (cursor) => {
              next = cursor;
            });
      for await (const text of printed(records, format ?? 'table', world.columns)) await world.print(text);
      if (next !== undefined) world.warn(`There is more: add --cursor ${next}\n`);
    });
    return 0;
  },
};

async function* upTo(
  trail: AuditTrail,
  query: AuditQuery,
  limit: number,
  stoppedAt: (cursor: string) => void,
): AsyncGenerator<AuditRecord> {
  let { cursor } = query;
  let left = limit;
  do {
    // A page says where the next begins.
    // oxlint-disable-next-line no-await-in-loop
    const { records, next } = await trail.page({ ...query, cursor }, Math.min(left, PAGE));
    yield* records;
    left -= records.length;
    cursor = next;
  } while (left > 0 && cursor !== undefined);
  if (cursor !== undefined) stoppedAt(cursor);
}
