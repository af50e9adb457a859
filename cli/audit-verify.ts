/** `bowsprit audit verify`: whether the chains are as they were written; names the first record that is not. */
import { parseArgs } from 'node:util';
import type { AuditTrail } from '../shared/store/audit.ts';
import type { Verification } from '../shared/store/verify.ts';
import { formatOf, pullNamed, repositoryNamed } from './audit-filters.ts';
import { withTrail } from './audit-source.ts';
import { csvRow, tableOf } from './printing.ts';
import { WrongUsage, type Verb } from './verb.ts';

export const auditVerify: Verb = {
  name: 'audit verify',
  summary: 'Finds the first record altered, dropped, reordered or cut off, and exits 1.',
  usage: `[<pull request>...] [options]; without any, all there are
  --repo acme/widgets         every pull request of one repository
  --table <name>              a deployed table, whatever runs in this folder
  --json, --csv               instead of a table`,
  async run(args, world) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        pull: { type: 'string', multiple: true },
        repo: { type: 'string' },
        table: { type: 'string' },
        json: { type: 'boolean' },
        csv: { type: 'boolean' },
      },
    });
    const named = [...positionals, ...(values.pull ?? [])].map(pullNamed);
    const repository = values.repo === undefined ? undefined : repositoryNamed(values.repo);
    if (named.length > 0 && repository !== undefined) throw new WrongUsage('Pull requests or --repo, not both.');
    const format = formatOf(values.json, values.csv);
    const verifications = await withTrail(world, values.table, async (trail) =>
      verifiedAll(trail, named.length > 0 ? named : await trail.pullsOf(repository)),
    );
    const missing = missingIn(verifications, repository);
    const found = verifications.filter(({ pull }) => !missing.includes(pull));
    if (found.length > 0 || missing.length === 0) await world.print(inFormat(found, format, named.length === 1));
    if (missing.length > 0) world.warn(`There are no records of ${missing.join(', ')}.\n`);
    return missing.length === 0 && found.every(({ sound }) => sound) ? 0 : 1;
  },
};

/** What was named and has no records, nor an anchor of any: a name mistyped must not look verified. */
function missingIn(verifications: readonly Verification[], repository: string | undefined): readonly string[] {
  if (repository !== undefined && verifications.length === 0) return [repository];
  return verifications.filter(({ records, sound }) => records === 0 && sound).map(({ pull }) => pull);
}

async function verifiedAll(trail: AuditTrail, pulls: readonly string[]): Promise<readonly Verification[]> {
  const verifications: Verification[] = [];
  for (const pull of pulls) {
    // One chain in memory at a time.
    // oxlint-disable-next-line no-await-in-loop
    verifications.push(await trail.verify(pull));
  }
  return verifications;
}

function inFormat(verifications: readonly Verification[], format: string | undefined, one: boolean): string {
  if (format === 'json') return `${JSON.stringify(one ? verifications[0] : verifications, null, 2)}\n`;
  if (format === 'csv') {
    const rows = verifications.map(({ pull, records, sound, finding, anchored, sentence }) =>
      csvRow([
        pull,
        records,
        sound ? 'yes' : 'no',
        finding?.is ?? '',
        finding?.sequence ?? '',
        anchored ?? '',
        sentence,
      ]),
    );
    return [csvRow(['pull', 'records', 'sound', 'finding', 'sequence', 'anchored', 'sentence']), ...rows].join('');
  }
  if (verifications.length === 0) return 'No records.\n';
  return tableOf(verifications.map(({ pull, sound, sentence }) => [pull, sound ? 'sound' : 'BROKEN', sentence]));
}
