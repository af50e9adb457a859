/** `bowsprit audit export`: records as one JSON object a line, all of them where nothing is asked for. */
import type { AuditRecord } from '../shared/audit-record.ts';
import type { AuditTrail } from '../shared/store/audit.ts';
import { askedIn, FILTER_USAGE, type Asked } from './audit-filters.ts';
import { withTrail } from './audit-source.ts';
import { printed } from './printing.ts';
import { WrongUsage, type Verb } from './verb.ts';

const EXPORT_USAGE = FILTER_USAGE.split('\n')
  .filter((line) => !/--(?:limit|cursor|newest|json)/.test(line))
  .join('\n');

export const auditExport: Verb = {
  name: 'audit export',
  summary: 'Records as JSON, one object a line; everything there is without options.',
  usage: `[options]\n${EXPORT_USAGE}\n  --json, --csv               one array, or CSV, instead of lines`,
  async run(args, world) {
    const asked = askedIn(args, world.now());
    if (asked.limit !== undefined || asked.query.cursor !== undefined || asked.query.first === 'newest') {
      throw new WrongUsage('--limit, --cursor and --newest are for audit query.');
    }
    await withTrail(world, asked.table, async (trail) => {
      for await (const text of printed(chosen(trail, asked), asked.format ?? 'lines')) await world.print(text);
    });
    return 0;
  },
};

async function* chosen(trail: AuditTrail, { query, keyed }: Asked): AsyncGenerator<AuditRecord> {
  if (keyed) {
    yield* trail.query(query);
    return;
  }
  const { outcome, from, to } = query;
  for await (const record of trail.everything()) {
    const at = new Date(record.at);
    const fits = (from === undefined || at >= from) && (to === undefined || at < to);
    if (fits && (outcome === undefined || record.outcome === outcome)) yield record;
  }
}
