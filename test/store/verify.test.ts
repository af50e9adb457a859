import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { chained, EMPTY_CHAIN, hashOf, type AuditRecord, type ChainHead } from '../../shared/audit-record.ts';
import type { Anchor } from '../../shared/store/anchors.ts';
import { itemOf } from '../../shared/store/audit-item.ts';
import { verified, type Finding } from '../../shared/store/verify.ts';
import { draft, givenTables } from './here.ts';

const here = givenTables();
const PULL = 'github:acme/widgets#1';

function chainOf(length: number, pull = PULL): readonly AuditRecord[] {
  const records: AuditRecord[] = [];
  let head: ChainHead = EMPTY_CHAIN;
  for (let position = 0; position < length; position += 1) {
    const record = chained(draft({ pull, position, id: `ID${position}` }), head);
    records.push(record);
    head = record;
  }
  return records;
}

const anchorsOf = (records: readonly AuditRecord[]): readonly Anchor[] =>
  records.map(({ sequence, hash }) => ({ sequence, hash }));

/** As an intruder does who knows how hashes are made. */
function rehashed(records: readonly AuditRecord[]): readonly AuditRecord[] {
  let head: ChainHead = EMPTY_CHAIN;
  return records.map((each) => {
    const record = chained(each, head);
    head = record;
    return record;
  });
}

const withRefused = (record: AuditRecord | undefined): AuditRecord[] =>
  record === undefined ? [] : [{ ...record, outcome: 'refused' }];

type Tampering = (records: readonly AuditRecord[]) => readonly AuditRecord[];

const edited: Tampering = (records) => [...records.slice(0, 2), ...withRefused(records[2]), ...records.slice(3)];
const editedAndHashed: Tampering = (records) => edited(records).map((record) => ({ ...record, hash: hashOf(record) }));
const middleDropped: Tampering = (records) => records.toSpliced(2, 1);
const tailCut: Tampering = (records) => records.slice(0, 3);
const swapped: Tampering = (records) =>
  [0, 2, 1, 3, 4].flatMap((from, to) => {
    const record = records[from];
    return record === undefined ? [] : [{ ...record, sequence: to + 1 }];
  });
const swappedAndHashed: Tampering = (records) =>
  swapped(records).map((record) => ({ ...record, hash: hashOf(record) }));
const chainReplaced: Tampering = (records) => rehashed(edited(records));
const closedUp: Tampering = (records) => rehashed(middleDropped(records));
const emptied: Tampering = () => [];

test.each<[what: string, tamper: Tampering, anchored: boolean, finding: Omit<Finding, 'sentence'> | undefined]>([
  ['untouched', (records) => records, true, undefined],
  ['a record edited', edited, false, { is: 'altered', sequence: 3 }],
  ['a record edited, its hash made anew', editedAndHashed, false, { is: 'altered', sequence: 3 }],
  ['the same, anchored', editedAndHashed, true, { is: 'replaced', sequence: 3 }],
  ['a record dropped', middleDropped, false, { is: 'dropped', sequence: 3 }],
  ['the tail cut', tailCut, true, { is: 'tail-cut', sequence: 4 }],
  ['two records swapped', swapped, false, { is: 'reordered', sequence: 2 }],
  ['two records swapped, their hashes made anew', swappedAndHashed, true, { is: 'replaced', sequence: 2 }],
  ['the chain replaced', chainReplaced, true, { is: 'replaced', sequence: 3 }],
  ['a record dropped, the rest made anew', closedUp, true, { is: 'replaced', sequence: 3 }],
  ['everything gone', emptied, true, { is: 'tail-cut', sequence: 1 }],
])('%s', (_, tamper, anchored, finding) => {
  const records = chainOf(5);
  const verification = verified(PULL, tamper(records).map(itemOf), anchored ? anchorsOf(records) : undefined);
  const { is, sequence } = verification.finding ?? {};
  expect({ sound: verification.sound, is, sequence }).toEqual({ sound: finding === undefined, ...finding });
});

test.each<[what: string, item: (record: AuditRecord) => Readonly<Record<string, unknown>>]>([
  ['a field too many', (record) => ({ ...itemOf(record), note: 'added' })],
  ['hidden from its person', (record) => ({ ...itemOf(record), person: 'somebody' })],
  ['moved in time', (record) => ({ ...itemOf(record), moment: '2020-01-01T00:00:00.000Z#X' })],
  ['no record at all', (record) => ({ pull: record.pull, sequence: record.sequence })],
])('%s is an alteration', (_, item) => {
  const items = chainOf(3).map((record, index) => (index === 1 ? item(record) : itemOf(record)));
  expect(verified(PULL, items, undefined).finding).toMatchObject({ is: 'altered', sequence: 2 });
});

test.each<[records: number, anchors: readonly Anchor[] | undefined, sentence: string]>([
  [0, undefined, 'No records. Not anchored: a cut tail would not show.'],
  [0, [], 'No records.'],
  [1, undefined, '1 record, unbroken. Not anchored: a cut tail would not show.'],
  [3, anchorsOf(chainOf(3)), '3 records, unbroken. Anchored to the end.'],
  [3, anchorsOf(chainOf(2)), '3 records, unbroken. Anchored up to record 2.'],
  [3, anchorsOf(chainOf(4)), 'The end was cut off: record 4 is anchored and not in the table.'],
  [3, anchorsOf(chainOf(6)), 'The end was cut off: records 4 to 6 are anchored and not in the table.'],
])('%i records in words', (records, anchors, sentence) => {
  expect(verified(PULL, chainOf(records).map(itemOf), anchors).sentence).toBe(sentence);
});

/** As it lay in the table when the first version was published: it must verify for ever. */
const OF_THE_FIRST_VERSION = {
  id: '01KAWQ0000EXAMPLE000000001',
  at: '2026-11-25T10:00:00.000Z',
  pull: 'github:acme/widgets#12',
  delivery: '0f1e2d3c-0000-11f0-8000-000000000001',
  position: 0,
  actor: {
    login: 'Ada-Example',
    id: '1001',
  },
  source: {
    kind: 'comment',
    id: '42',
    url: 'https://github.com/acme/widgets/pull/12#issuecomment-42',
  },
  command: 'lgtm',
  text: '/lgtm',
  headSha: '1111111111111111111111111111111111111111',
  outcome: 'done',
  reason: 'Reviewers may.',
  basis: {
    rule: 'reviewer',
    file: 'OWNERS',
    commit: '2222222222222222222222222222222222222222',
  },
  actions: [
    {
      is: 'vote',
      vote: 'lgtm',
      by: 'ada-example',
      headSha: '1111111111111111111111111111111111111111',
      result: 'recorded',
    },
    {
      is: 'add-label',
      label: 'lgtm',
      result: 'done',
    },
  ],
  sequence: 1,
  previous: '0000000000000000000000000000000000000000000000000000000000000000',
  hash: '5ecd66888343da8e58acaed35aa85ddbeb7a262f55ecfdbdc1b68a4eb68c9fa5',
  repository: 'github:acme/widgets',
  person: 'ada-example',
  moment: '2026-11-25T10:00:00.000Z#01KAWQ0000EXAMPLE000000001',
};

test('a record of the first version still verifies', () => {
  const pull = OF_THE_FIRST_VERSION.pull;
  const anchors = [{ sequence: 1, hash: OF_THE_FIRST_VERSION.hash }];
  expect(verified(pull, [OF_THE_FIRST_VERSION], anchors).sentence).toBe('1 record, unbroken. Anchored to the end.');
});

test('any one character changed anywhere in a record is found there', () => {
  const records = chainOf(4);
  const textFields = ['id', 'at', 'delivery', 'command', 'text', 'headSha', 'reason', 'previous', 'hash'] as const;
  fc.assert(
    fc.property(
      fc.nat(3),
      fc.constantFrom(...textFields),
      fc.nat(),
      fc.string({ minLength: 1 }),
      (at, field, where, by) => {
        const tampered = records.map((record, index) => {
          const place = where % record[field].length;
          const changed = record[field].slice(0, place) + by + record[field].slice(place + 1);
          fc.pre(index !== at || changed !== record[field]);
          return index === at ? { ...record, [field]: changed } : record;
        });
        const { finding } = verified(PULL, tampered.map(itemOf), undefined);
        expect(finding?.sequence).toBe(at + 1);
      },
    ),
  );
});

test('any subset that is not a beginning is unsound, and with anchors only the whole is sound', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.infiniteStream(fc.boolean()), (length, coin) => {
      const records = chainOf(length);
      const kept = records.filter(() => coin.next().value);
      const beginning = kept.every(({ sequence }, index) => sequence === index + 1);
      expect(verified(PULL, kept.map(itemOf), undefined).sound).toBe(beginning);
      expect(verified(PULL, kept.map(itemOf), anchorsOf(records)).sound).toBe(kept.length === length);
    }),
  );
});

test.each<[what: string, sequence: number, tamper: 'edit' | 'delete', finding: Finding['is'], first: number]>([
  ['edited', 2, 'edit', 'altered', 2],
  ['deleted in the middle', 2, 'delete', 'dropped', 2],
  ['deleted at the end', 3, 'delete', 'tail-cut', 3],
])('in the table: a record %s', async (what, sequence, tamper, finding, first) => {
  const { trail, documents, emulators } = here();
  const pull = `github:acme/tampered-${what.replaceAll(' ', '-')}#1`;
  for (const record of chainOf(3, pull)) {
    // Each needs the head of its chain.
    // oxlint-disable-next-line no-await-in-loop
    await trail.append(record, EMPTY_CHAIN);
  }
  const [record] = await trail.after(pull, sequence - 1);
  const table = { TableName: emulators.auditTable };
  if (record !== undefined && tamper === 'edit') {
    await documents.send(new PutCommand({ ...table, Item: { ...itemOf(record), outcome: 'refused' } }));
  }
  if (tamper === 'delete') await documents.send(new DeleteCommand({ ...table, Key: { pull, sequence } }));
  expect(await trail.verify(pull)).toMatchObject({ sound: false, finding: { is: finding, sequence: first } });
});
