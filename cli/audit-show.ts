/** `bowsprit audit show`: all of one record. */
import { parseArgs } from 'node:util';
import { formatOf, pullNamed } from './audit-filters.ts';
import { withTrail } from './audit-source.ts';
import { inFull, printed, visible } from './printing.ts';
import { WrongUsage, type Verb } from './verb.ts';

export const auditShow: Verb = {
  name: 'audit show',
  summary: 'All of one record, by its id or by its place (acme/widgets#12#3).',
  usage: `<id> | <pull request>#<sequence> [options]
  --table <name>              a deployed table, whatever runs in this folder
  --json, --csv               instead of lines for people`,
  async run(args, world) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { table: { type: 'string' }, json: { type: 'boolean' }, csv: { type: 'boolean' } },
    });
    const [name, ...others] = positionals;
    if (name === undefined || others.length > 0) throw new WrongUsage('Name one record, by its id or its place.');
    const format = formatOf(values.json, values.csv);
    const place = placeNamed(name);
    const record = await withTrail(world, values.table, (trail) => trail.show(place));
    if (record === undefined) {
      world.warn(`There is no record ${visible(name)}.\n`);
      return 1;
    }
    if (format === 'json') await world.print(`${JSON.stringify(record, null, 2)}\n`);
    else if (format === 'csv') for await (const text of printed(only(record), format)) await world.print(text);
    else await world.print(inFull(record));
    return 0;
  },
};

async function* only<T>(value: T): AsyncGenerator<T> {
  yield value;
}

function placeNamed(name: string): string {
  const [, pull, sequence] = /^(.+#[^#]+)#(\d+)$/.exec(name) ?? [];
  if (pull !== undefined && sequence !== undefined) return `${pullNamed(pull)}#${sequence}`;
  if (!name.includes('#')) return name;
  throw new WrongUsage(
    `${JSON.stringify(name)} names no record: an id, or acme/widgets#12#3 for the third of a pull request.`,
  );
}
