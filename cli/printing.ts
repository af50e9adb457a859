/** Records for people, spreadsheets and programs. What a user wrote can neither move the cursor nor become a formula. */
import type { AuditRecord } from '../shared/audit-record.ts';

/** Control and format characters, which also hide or turn text around, by their code points. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (hidden) => `<U+${(hidden.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  );
}

/** What a spreadsheet would take for a formula (https://owasp.org/www-community/attacks/CSV_Injection) begins with a quote. */
function cell(text: string): string {
  const shown = visible(text);
  const safe = /^\s*[=+\-@＝＋－＠]/u.test(shown) ? `'${shown}` : shown;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvRow(cells: readonly (string | number)[]): string {
  return `${cells.map((each) => (typeof each === 'number' ? String(each) : cell(each))).join(',')}\n`;
}

type Column = readonly [name: string, of: (record: AuditRecord) => string | number];

const CSV: readonly Column[] = [
  ['at', ({ at }) => at],
  ['id', ({ id }) => id],
  ['pull', ({ pull }) => pull],
  ['sequence', ({ sequence }) => sequence],
  ['actor', ({ actor }) => actor.login],
  ['actor_id', ({ actor }) => actor.id],
  ['command', ({ command }) => command],
  ['text', ({ text }) => text],
  ['outcome', ({ outcome }) => outcome],
  ['reason', ({ reason }) => reason],
  ['head_sha', ({ headSha }) => headSha],
  ['rule', ({ basis }) => basis.rule],
  ['file', ({ basis }) => basis.file ?? ''],
  ['path', ({ basis }) => basis.path ?? ''],
  ['commit', ({ basis }) => basis.commit ?? ''],
  ['actions', ({ actions }) => actions.map(({ is, result }) => `${is}: ${result}`).join('; ')],
  ['source', ({ source }) => source.kind],
  ['url', ({ source }) => source.url],
  ['delivery', ({ delivery }) => delivery],
  ['position', ({ position }) => position],
  ['hash', ({ hash }) => hash],
];

const TABLE: readonly Column[] = [
  ['WHEN', ({ at }) => at.slice(0, 19).replace('T', ' ')],
  ['PULL REQUEST', ({ pull, sequence }) => `${pull}#${sequence}`],
  ['WHO', ({ actor }) => actor.login],
  ['COMMAND', ({ command, text }) => (text === '' ? command : text)],
  ['OUTCOME', ({ outcome }) => outcome],
  ['REASON', ({ reason }) => reason],
];

/** How many rows decide how wide the columns are. */
const ROWS_MEASURED = 200;
/** No one column takes more, except the last. */
const MAX_WIDTH = 40;

export type Format = 'table' | 'csv' | 'json' | 'lines';

/** Text as records come, so that any number of them can be printed. */
export async function* printed(
  records: AsyncIterable<AuditRecord>,
  format: Format,
  columns?: number,
): AsyncGenerator<string> {
  switch (format) {
    case 'lines':
      for await (const record of records) yield `${JSON.stringify(record)}\n`;
      return;
    case 'json':
      yield* inArray(records);
      return;
    case 'csv':
      yield csvRow(CSV.map(([name]) => name));
      for await (const record of records) yield csvRow(CSV.map(([, of]) => of(record)));
      return;
    default:
      yield* inTable(records, columns);
  }
}

async function* inArray(records: AsyncIterable<AuditRecord>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const record of records) {
    yield `${before}${JSON.stringify(record)}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

async function* inTable(records: AsyncIterable<AuditRecord>, columns: number | undefined): AsyncGenerator<string> {
  let first: (readonly string[])[] | undefined = [TABLE.map(([name]) => name)];
  let widths: readonly number[] = [];
  for await (const record of records) {
    const row = TABLE.map(([, of]) => visible(String(of(record))));
    if (first === undefined) {
      yield line(row, widths, columns);
      continue;
    }
    first.push(row);
    if (first.length <= ROWS_MEASURED) continue;
    widths = widthsOf(first);
    for (const each of first) yield line(each, widths, columns);
    first = undefined;
  }
  if (first === undefined) return;
  if (first.length === 1) {
    yield 'No record fits.\n';
    return;
  }
  widths = widthsOf(first);
  for (const each of first) yield line(each, widths, columns);
}

/** Rows of text in columns as wide as they need. */
export function tableOf(rows: readonly (readonly string[])[], columns?: number): string {
  const widths = widthsOf(rows);
  return rows.map((row) => line(row.map(visible), widths, columns)).join('');
}

function widthsOf(rows: readonly (readonly string[])[]): readonly number[] {
  const most = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: most }, (_, index) =>
    Math.min(MAX_WIDTH, Math.max(0, ...rows.map((row) => row[index]?.length ?? 0))),
  );
}

function line(row: readonly string[], widths: readonly number[], columns: number | undefined): string {
  const last = row.length - 1;
  const text = row
    .map((each, index) => (index === last ? each : fit(each, widths[index] ?? 0).padEnd(widths[index] ?? 0)))
    .join('  ')
    .trimEnd();
  return `${columns === undefined ? text : fit(text, columns)}\n`;
}

function fit(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(width - 1, 0))}…`;
}

/** All of one record, a line per field. */
export function inFull(record: AuditRecord): string {
  const { basis, actor, source } = record;
  const read = [basis.file, basis.path, basis.commit].filter((part) => part !== undefined);
  const fields: readonly (readonly [string, string])[] = [
    ['Record', `${record.pull}#${record.sequence}`],
    ['Id', record.id],
    ['When', record.at],
    ['Who', `${actor.login} (${actor.id})`],
    ['Command', record.command],
    ['As written', record.text],
    ['Outcome', record.outcome],
    ['Reason', record.reason],
    ['Because of', [basis.rule, ...read].join(', ')],
    ['Head', record.headSha],
    ['Source', [source.kind, source.id, source.url].filter((part) => part !== '').join(' ')],
    ['Delivery', `${record.delivery}, position ${record.position}`],
    ...record.actions.map((action): [string, string] => ['Action', actionInWords(action)]),
    ['Previous', record.previous],
    ['Hash', record.hash],
  ];
  const known = fields.filter(([, value]) => value !== '');
  return known.map(([name, value]) => `${name.padEnd(12)}${visible(value)}\n`).join('');
}

function actionInWords({ is, result, note, ref, ...values }: AuditRecord['actions'][number]): string {
  const given = Object.entries(values).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const came = [result, ...(note === undefined ? [] : [note]), ...(ref === undefined ? [] : [`ref ${ref}`])];
  return `${[is, ...given].join(', ')}: ${came.join('; ')}`;
}
