/** Law: what is decided about more than one pull request is known before anybody is told that it is done. */
import { expect, test } from 'vitest';
import { ulid } from 'ulid';
import { EMPTY_CHAIN, type AuditRecord, type RecordDraft } from '../shared/audit-record.ts';
import { ABSENCES, FREEZES, ledgerIn, type Ledger } from '../shared/ledger.ts';
import { cacheIn } from '../shared/store/cache.ts';
import type { Cache } from '../shared/store/stores.ts';
import { draft, givenTables } from './store/here.ts';

const here = givenTables();
const NOW = new Date('2026-11-25T10:00:00Z');

let repositories = 0;
function freshRepository(): string {
  repositories += 1;
  return `github:org-${repositories}/widgets`;
}

type Made = { readonly ledger: Ledger; readonly cache: Cache; readonly keep: Keep };
type Keep = (command: string, pull: string, more?: Partial<RecordDraft>) => Promise<AuditRecord>;

const frozen = (is: 'freeze' | 'unfreeze', branch: string, more = {}): RecordDraft['actions'] => [
  { is, branch, except: [], reason: '', result: 'recorded', ...more },
];
const gone = (is: 'away' | 'back', by: string, more = {}): RecordDraft['actions'] => [
  { is, by, result: 'recorded', ...more },
];

const now = (): Date => NOW;

let minutes = 0;

function saidBy(command: string, what: string): RecordDraft['actions'] {
  if (command === 'freeze' || command === 'unfreeze') return frozen(command, `${command}-${what}`);
  return command === 'away' || command === 'back' ? gone(command, `ada-${what}`) : [];
}
function made(): Made {
  const { documents, emulators, trail } = here();
  const cache = cacheIn({ documents, table: emulators.cacheTable, now });
  const keep: Keep = async (command, pull, more) => {
    minutes += 1;
    const at = new Date(NOW.getTime() - 1_000_000_000 + minutes * 60_000);
    const { record } = await trail.append(
      draft({
        id: ulid(at.getTime()),
        at: at.toISOString(),
        command,
        pull,
        delivery: `ledger-${minutes}`,
        // Each about something else.
        actions: saidBy(command, pull.split('#')[1] ?? ''),
        ...more,
      }),
      EMPTY_CHAIN,
    );
    return record;
  };
  return { ledger: ledgerIn({ audit: trail, cache, now }), cache, keep };
}

const commandsIn = async (ledger: Ledger, where: string, topic: typeof FREEZES | typeof ABSENCES = FREEZES) =>
  (await ledger.entries(topic, where)).map(({ command, pull }) => `${command} ${pull.split('#')[1] ?? ''}`);

test('what was recorded is found again without the cache, oldest first', async () => {
  const { ledger, keep } = made();
  const where = freshRepository();
  await keep('freeze', `${where}#1`);
  await keep('lgtm', `${where}#1`);
  await keep('unfreeze', `${where}#2`);
  await keep('freeze', `${where}#3`, { outcome: 'refused' });
  await keep('freeze', `${freshRepository()}#4`);
  expect(await commandsIn(ledger, where)).toEqual(['freeze 1', 'unfreeze 2']);
});

test('what is noted is known at once, once, and in the order of deciding', async () => {
  const { ledger, keep } = made();
  const where = freshRepository();
  expect(await commandsIn(ledger, where)).toEqual([]);
  const [first, second] = [await keep('freeze', `${where}#1`), await keep('unfreeze', `${where}#1`)];
  await ledger.note(second);
  await ledger.note(first);
  await ledger.note(second);
  expect(await commandsIn(ledger, where)).toEqual(['freeze 1', 'unfreeze 1']);
});

test('many at once lose nothing', async () => {
  const { ledger, keep } = made();
  const where = freshRepository();
  const records: AuditRecord[] = [];
  for (let pull = 1; pull <= 6; pull += 1) {
    // oxlint-disable-next-line no-await-in-loop
    records.push(await keep('freeze', `${where}#${pull}`));
  }
  await Promise.all([commandsIn(ledger, where), ...records.map((record) => ledger.note(record))]);
  expect(await commandsIn(ledger, where)).toEqual([1, 2, 3, 4, 5, 6].map((pull) => `freeze ${pull}`));
});

test('what a person says of themselves holds for all repositories of the owner', async () => {
  const { ledger, keep } = made();
  const owner = freshRepository().slice(0, -'/widgets'.length);
  await ledger.note(await keep('away', `${owner}/widgets#1`));
  expect(await commandsIn(ledger, `${owner}/gears`, ABSENCES)).toEqual(['away 1']);
  expect(await commandsIn(ledger, freshRepository(), ABSENCES)).toEqual([]);
});

test('what is not done, and what is about nothing of it, is not noted', async () => {
  const { ledger, keep } = made();
  const where = freshRepository();
  await ledger.note(await keep('freeze', `${where}#1`, { outcome: 'refused' }));
  await ledger.note(await keep('lgtm', `${where}#1`));
  expect(await commandsIn(ledger, where)).toEqual([]);
});

/** A trail that was written long ago: newest first, as it is asked for. */
function written(records: readonly RecordDraft[]): Ledger {
  const { documents, emulators } = here();
  const cache = cacheIn({ documents, table: emulators.cacheTable, now });
  const trail = records.map((record, index) => ({
    ...record,
    id: ulid(NOW.getTime() - 1_000_000 + index),
    sequence: index,
    previous: '',
    hash: '',
  }));
  const audit: Parameters<typeof ledgerIn>[0]['audit'] = {
    async *query({ command }) {
      yield* trail.toReversed().filter((each) => each.command === command);
    },
  };
  return ledgerIn({ audit, cache, now });
}

const LONG = { reason: '\u4e2d'.repeat(1_000) };
const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));

test.each<[what: string, actions: (index: number) => RecordDraft['actions']]>([
  ['lists that were asked for', () => [{ is: 'reply', text: 'Nothing is frozen here.', result: 'done' }]],
  ['one branch, frozen over and over', () => frozen('freeze', 'dev')],
  ['long reasons for many branches', (index) => frozen('freeze', `dev-${index % 49}`, LONG)],
])('no freeze is pushed out by %s', async (_, actions) => {
  const where = freshRepository();
  const of = (said: RecordDraft['actions']): RecordDraft =>
    draft({ command: 'freeze', pull: `${where}#1`, actions: said });
  const ledger = written([of(frozen('freeze', 'main')), ...times(1_000, (index) => of(actions(index)))]);
  const [{ record }, before] = [
    await here().trail.append(of(actions(1)), EMPTY_CHAIN),
    await ledger.entries(FREEZES, where),
  ];
  await ledger.note({ ...record, id: ulid(NOW.getTime()) });
  for (const entries of [before, await ledger.entries(FREEZES, where)]) {
    expect(entries[0]?.actions).toEqual(frozen('freeze', 'main'));
    expect(entries.length).toBeLessThanOrEqual(50);
  }
});

test('whoever is away stays so, however many come and go and whatever they say of it', async () => {
  const where = freshRepository();
  const of = (is: 'away' | 'back', by: string): RecordDraft =>
    draft({ command: 'away', pull: `${where}#1`, actions: gone(is, by, LONG) });
  const others = times(500, (index) => [of('away', `grace-${index}`), of('back', `Grace-${index}`)]);
  const ledger = written([of('away', 'ada'), ...others.flat(), of('away', 'lin')]);
  const entries = await ledger.entries(ABSENCES, where);
  const away = entries.flatMap(({ actions }) => actions.flatMap(({ is, by }) => (is === 'away' ? [by] : [])));
  expect(away).toEqual(['ada', 'lin']);
  expect(Buffer.byteLength(JSON.stringify(entries))).toBeLessThan(350_000);
});

test('a freeze stands until it is lifted, for years', async () => {
  const { ledger, keep } = made();
  const where = freshRepository();
  const at = new Date('2023-01-01T10:00:00Z');
  await keep('freeze', `${where}#1`, { at: at.toISOString(), id: ulid(at.getTime()) });
  expect(await commandsIn(ledger, where)).toEqual(['freeze 1']);
});
