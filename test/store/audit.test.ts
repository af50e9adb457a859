import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chained, EMPTY_CHAIN, hashOf, type AuditRecord, type RecordDraft } from '../../shared/audit-record.ts';
import { Rejected, Retryable } from '../../shared/errors.ts';
import { exactRecordIn, fitted, itemOf } from '../../shared/store/audit-item.ts';
import { auditTrail, type AuditQuery, type AuditTrail } from '../../shared/store/audit.ts';
import { draft, givenTables } from './here.ts';

const here = givenTables();

let pulls = 0;
function freshPull(repository = 'github:acme/widgets'): string {
  pulls += 1;
  return `${repository}#${1_000 + pulls}`;
}

async function all(records: AsyncIterable<AuditRecord>): Promise<readonly AuditRecord[]> {
  const found: AuditRecord[] = [];
  for await (const record of records) found.push(record);
  return found;
}

async function written(trail: AuditTrail, drafts: readonly RecordDraft[]): Promise<void> {
  for (const each of drafts) {
    // Each needs the head of its chain.
    // oxlint-disable-next-line no-await-in-loop
    await trail.append(each, EMPTY_CHAIN);
  }
}

test('a record is what was given, with its place in the chain', async () => {
  const { trail } = here();
  const pull = freshPull();
  const { record, between } = await trail.append(draft({ pull }), EMPTY_CHAIN);
  expect(record).toEqual(chained(draft({ pull }), EMPTY_CHAIN));
  expect(between).toEqual([]);
  expect(await trail.after(pull, 0)).toEqual([record]);
  expect(await trail.after(pull, 1)).toEqual([]);
});

test('the same delivery and position are appended once, wherever the chain has got to', async () => {
  const { trail } = here();
  const pull = freshPull();
  const first = await trail.append(draft({ pull }), EMPTY_CHAIN);
  const second = await trail.append(draft({ pull, position: 1 }), EMPTY_CHAIN);
  const again = await trail.append(draft({ pull, reason: 'Another attempt says so.' }), EMPTY_CHAIN);
  expect(second.between).toEqual([first.record]);
  expect(again).toEqual({ record: first.record, between: [] });
  expect(await trail.after(pull, 0)).toEqual([first.record, second.record]);
});

test('twenty writers on one chain leave no gap and no record without its hash', async () => {
  const { trail } = here();
  const pull = freshPull();
  const appended = await Promise.all(
    Array.from({ length: 20 }, (_, index) => trail.append(draft({ pull, delivery: `delivery-${index}` }), EMPTY_CHAIN)),
  );
  const records = await trail.after(pull, 0);
  expect(records.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  expect(new Set(records.map(({ delivery }) => delivery)).size).toBe(20);
  expect(records.every((record) => hashOf(record) === record.hash)).toBe(true);
  for (const { record, between } of appended) {
    expect(between).toEqual(records.filter(({ sequence }) => sequence < record.sequence));
  }
  expect(await trail.verify(pull)).toMatchObject({ sound: true, records: 20, anchored: 20 });
});

test('two workers with one decision append it once', async () => {
  const { trail } = here();
  const pull = freshPull();
  const both = await Promise.all([
    trail.append(draft({ pull }), EMPTY_CHAIN),
    trail.append(draft({ pull }), EMPTY_CHAIN),
  ]);
  expect(both[0].record).toEqual(both[1].record);
  expect(await trail.after(pull, 0)).toHaveLength(1);
});

test('a write whose answer was lost is found again', async () => {
  const { through, emulators } = here();
  const pull = freshPull();
  const { documents, faults } = await through({ on: ['PutItem'], is: 'cut', times: 1 });
  const trail = auditTrail({ documents, table: emulators.auditTable });
  const { record, between } = await trail.append(draft({ pull }), EMPTY_CHAIN);
  expect(faults()).toBe(1);
  expect(record.sequence).toBe(1);
  expect(between).toEqual([]);
  expect(await trail.after(pull, 0)).toEqual([record]);
});

test.each([
  ['throttled', 10],
  ['broken', 20],
] as const)('a table that stays %s is the weather', async (is, retryAfter) => {
  const { through, emulators } = here();
  const { documents } = await through({ on: ['PutItem', 'Query'], is, times: Number.POSITIVE_INFINITY });
  const trail = auditTrail({ documents, table: emulators.auditTable });
  const failed = trail.append(draft({ pull: freshPull() }), EMPTY_CHAIN);
  await expect(failed).rejects.toThrow(Retryable);
  await expect(failed).rejects.toMatchObject({ retryAfter });
});

test('a table that is not there is ours to mend', async () => {
  const trail = auditTrail({ documents: here().documents, table: 'bowsprit-nowhere' });
  await expect(trail.append(draft(), EMPTY_CHAIN)).rejects.not.toThrow(Retryable);
});

test('a head that could not be anchored is anchored with the next', async () => {
  const { documents, emulators, anchors } = here();
  const pull = freshPull();
  const lost = auditTrail({
    documents,
    table: emulators.auditTable,
    anchors: { ...anchors, put: () => Promise.reject(new Error('the bucket is away')) },
  });
  const { record } = await lost.append(draft({ pull }), EMPTY_CHAIN);
  expect(await here().trail.verify(pull)).toMatchObject({ sound: true, records: 1, anchored: 0 });
  await here().trail.append(draft({ pull, position: 1 }), record);
  expect(await here().trail.verify(pull)).toMatchObject({ sound: true, records: 2, anchored: 2 });
});

test('an attempt that finds its record makes up for the anchor', async () => {
  const { documents, emulators, trail } = here();
  const pull = freshPull();
  await auditTrail({ documents, table: emulators.auditTable }).append(draft({ pull }), EMPTY_CHAIN);
  await trail.append(draft({ pull }), EMPTY_CHAIN);
  expect(await trail.verify(pull)).toMatchObject({ anchored: 1 });
});

const day = (number: number): string => `2026-11-${String(number).padStart(2, '0')}T12:00:00.000Z`;

test.each<[question: string, query: AuditQuery, found: readonly string[]]>([
  ['by pull request', { pull: 'github:query/one#1' }, ['A', 'B', 'C']],
  ['in any case', { pull: 'GitHub:Query/One#1' }, ['A', 'B', 'C']],
  ['by repository', { repository: 'github:query/one' }, ['A', 'B', 'C', 'D']],
  ['by person', { actor: 'Grace-Example' }, ['B', 'E']],
  ['by command', { command: 'query-hold' }, ['C', 'D']],
  ['newest first', { repository: 'github:query/one', first: 'newest' }, ['D', 'C', 'B', 'A']],
  ['by outcome as well', { repository: 'github:query/one', outcome: 'refused' }, ['B']],
  ['by repository and person', { repository: 'github:query/one', actor: 'grace-example' }, ['B']],
  ['by pull request and command', { pull: 'github:query/one#1', command: 'query-hold' }, ['C']],
  ['from a moment on', { repository: 'github:query/one', from: new Date(day(2)) }, ['B', 'C', 'D']],
  ['up to a moment, which is not included', { repository: 'github:query/one', to: new Date(day(3)) }, ['A', 'B']],
  [
    'between two, on one pull request',
    { pull: 'github:query/one#1', from: new Date(day(2)), to: new Date(day(3)) },
    ['B'],
  ],
  ['what nobody did', { repository: 'github:query/nobody' }, []],
])('asked %s', async (_, query, found) => {
  const { trail } = here();
  const one = { pull: 'github:query/one#1', command: 'query-lgtm' };
  await written(trail, [
    draft({ ...one, id: 'A', at: day(1), position: 0 }),
    draft({ ...one, id: 'B', at: day(2), position: 1, outcome: 'refused', actor: { login: 'Grace-Example', id: '2' } }),
    draft({ ...one, id: 'C', at: day(3), position: 2, command: 'query-hold' }),
    draft({ ...one, id: 'D', at: day(4), pull: 'github:query/one#2', command: 'query-hold' }),
    draft({ ...one, id: 'E', at: day(5), pull: 'github:query/two#1', actor: { login: 'grace-example', id: '2' } }),
  ]);
  const records = await all(trail.query(query));
  expect(records.map(({ id }) => id)).toEqual(found);
});

test('pages through more than the table gives at once', async () => {
  const { trail } = here();
  const repository = 'github:acme/large';
  // 1.6 MB and more, so that one query needs two reads at least.
  const long = 'x'.repeat(3_900);
  const drafts = Array.from({ length: 420 }, (_, index) =>
    draft({
      id: String(index).padStart(4, '0'),
      pull: `${repository}#${index % 21}`,
      delivery: `delivery-${index}`,
      command: 'large',
      reason: long,
      outcome: index % 100 === 99 ? 'failed' : 'done',
    }),
  );
  await Promise.all([...Map.groupBy(drafts, ({ pull }) => pull).values()].map((chain) => written(trail, chain)));
  const everything = await all(trail.query({ repository }));
  expect(everything.map(({ id }) => id)).toEqual(drafts.map(({ id }) => id));
  expect(await all(trail.query({ repository, outcome: 'failed' }))).toHaveLength(4);

  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    // A page says where the next begins.
    // oxlint-disable-next-line no-await-in-loop
    const page = await trail.page({ command: 'large', first: 'newest', cursor }, 50);
    expect(page.records.length).toBeLessThanOrEqual(50);
    ids.push(...page.records.map(({ id }) => id));
    cursor = page.next;
  } while (cursor !== undefined);
  expect(ids).toEqual(drafts.map(({ id }) => id).toReversed());

  const scanned = await all(trail.everything());
  expect(scanned.filter(({ command }) => command === 'large')).toHaveLength(420);
});

function cursorOf(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

test.each<[what: string, query: AuditQuery]>([
  ['nothing to look for', { outcome: 'failed' }],
  ['a cursor from elsewhere', { repository: 'github:acme/widgets', cursor: 'bm8' }],
  ['a cursor without a pull request', { repository: 'github:acme/widgets', cursor: cursorOf(['', 1, 'a']) }],
  ['a cursor without a moment', { repository: 'github:acme/widgets', cursor: cursorOf(['a', 1, '']) }],
  ['a cursor longer than a key', { repository: 'github:acme/widgets', cursor: cursorOf(['a', 1, 'a'.repeat(2_000)]) }],
  ['an end before the beginning', { command: 'lgtm', from: new Date(day(2)), to: new Date(day(1)) }],
])('%s is the asker’s mistake', async (_, query) => {
  await expect(all(here().trail.query(query))).rejects.toThrow(Rejected);
});

test('one record by its id and by its place', async () => {
  const { trail } = here();
  const pull = freshPull();
  const { record } = await trail.append(draft({ pull, id: '01JDSHOWN0000000000000000B' }), EMPTY_CHAIN);
  expect(await trail.show('01jdshown0000000000000000b')).toEqual(record);
  expect(await trail.show(`${pull}#1`)).toEqual(record);
  expect(await trail.show(`${pull}#2`)).toBeUndefined();
  expect(await trail.show('01JDNOBODY000000000000000C')).toBeUndefined();
});

test('pull requests of a repository are those with records and those with anchors', async () => {
  const { trail, documents, emulators } = here();
  const repository = 'github:acme/vanished';
  await written(trail, [draft({ pull: `${repository}#10` }), draft({ pull: `${repository}#9` })]);
  await documents.send(
    new DeleteCommand({ TableName: emulators.auditTable, Key: { pull: `${repository}#10`, sequence: 1 } }),
  );
  expect(await trail.pullsOf(repository)).toEqual([`${repository}#9`, `${repository}#10`]);
});

const anyText = fc.string({ unit: 'binary', maxLength: 40 });
const anyDraft = fc
  .record({
    text: anyText,
    reason: anyText,
    login: anyText,
    label: fc.oneof(anyText, fc.string({ unit: fc.constantFrom('\uD800', '\uDC00', 'a'), maxLength: 5 })),
    altered: fc.array(anyText, { maxLength: 3 }),
  })
  .map(({ text, reason, login, label, altered }) =>
    draft({
      text,
      reason,
      actor: { login, id: '1' },
      actions: [
        { is: 'add-label', label, result: 'done', note: undefined },
        { is: 'carry-votes', from: 'a', to: 'b', altered, result: 'recorded' },
      ],
    }),
  );

test('whatever was written is read again to the byte', async () => {
  const { trail } = here();
  await fc.assert(
    fc.asyncProperty(anyDraft, async (any) => {
      const pull = freshPull();
      const { record } = await trail.append({ ...any, pull }, EMPTY_CHAIN);
      const [read] = await trail.after(pull, 0);
      expect(read).toEqual(record);
      expect(await trail.verify(pull)).toMatchObject({ sound: true });
    }),
    { numRuns: 30 },
  );
});

test('fitting a draft a second time changes nothing, and its item is exact', () => {
  fc.assert(
    fc.property(anyDraft, (any) => {
      const once = fitted(any);
      expect(fitted(once)).toEqual(once);
      const record = chained(once, EMPTY_CHAIN);
      expect(exactRecordIn(itemOf(record))).toEqual(record);
    }),
  );
});

test('long texts are cut and say so', () => {
  const { text, reason, actions } = fitted(
    draft({
      text: 'x'.repeat(3_000),
      reason: 'y'.repeat(5_000),
      actions: [{ is: 'retitle', title: 'z'.repeat(2_000), result: 'done', note: 'n'.repeat(2_000) }],
    }),
  );
  expect(text).toBe(`${'x'.repeat(2_000)}… (cut: 3000 characters)`);
  expect(reason).toBe(`${'y'.repeat(4_000)}… (cut: 5000 characters)`);
  expect(actions).toMatchObject([
    { title: `${'z'.repeat(1_000)}… (cut: 2000 characters)`, note: `${'n'.repeat(1_000)}… (cut: 2000 characters)` },
  ]);
});

test('a list of paths too long to keep counts as everything', async () => {
  const { trail } = here();
  const altered = Array.from({ length: 3_000 }, (_, index) => `a/rather/deep/folder/${'d'.repeat(200)}/${index}.ts`);
  const actions = [{ is: 'carry-votes', from: 'a', to: 'b', altered, result: 'recorded' as const }];
  const { record } = await trail.append(draft({ pull: freshPull(), actions }), EMPTY_CHAIN);
  expect(record.actions).toEqual([{ is: 'carry-votes', from: 'a', to: 'b', altered: 'all', result: 'recorded' }]);
});
