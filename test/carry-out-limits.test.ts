import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { carryOut } from '../shared/carry-out.ts';
import type { Delivery } from '../shared/delivery.ts';
import { connectDocuments } from '../shared/store/documents.ts';
import { STRANGER, type Pull } from './support/acting.ts';
import { givenEngine, LEASE_SECONDS } from './support/by-hand.ts';

const engine = givenEngine();

async function said(by: string, body: string): Promise<{ readonly pull: Pull; readonly delivery: Delivery }> {
  const { workplace, workOff, arrived } = engine();
  const place = await workplace();
  const pull = await place.open();
  await workOff();
  await pull.comment(by, body);
  const [delivery] = await arrived();
  if (delivery === undefined) throw new Error('one delivery was expected');
  return { pull, delivery };
}

/** Words of three bytes a letter that cannot be packed. */
function ideographs(count: number): string {
  const random = randomBytes(count * 2);
  return Array.from({ length: count }, (_, index) =>
    String.fromCodePoint(0x4e00 + (random.readUInt16LE(index * 2) % 20_000)),
  ).join('');
}

/** The comment of a stranger whose decisions together weigh more than an item may. */
function heavy(lines: number): string {
  return Array.from({ length: lines }, () => `/label ${ideographs(199)} ${ideographs(199)} ${ideographs(199)}`).join(
    '\n',
  );
}

/** DynamoDB's own limit, which the emulator does not enforce on updates. */
const MAX_ITEM_BYTES = 400 * 1_024;

function weightOf(value: unknown): number {
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value !== 'object' || value === null) return Buffer.byteLength(String(value));
  return Object.entries(value).reduce((sum, [name, each]) => sum + Buffer.byteLength(name) + weightOf(each), 0);
}

/** Bytes of the largest item in the cache table. */
async function heaviest(): Promise<number> {
  const { region, dynamodbEndpoint: endpoint, cacheTable: TableName } = engine().emulators;
  const documents = connectDocuments({
    endpoint,
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  let most = 0;
  let start: Record<string, unknown> | undefined;
  do {
    const at = start === undefined ? {} : { ExclusiveStartKey: start };
    // oxlint-disable-next-line no-await-in-loop
    const { Items = [], LastEvaluatedKey } = await documents.send(new ScanCommand({ TableName, ...at }));
    most = Math.max(most, ...Items.map(weightOf));
    start = LastEvaluatedKey;
  } while (start !== undefined);
  documents.destroy();
  return most;
}

const LINES = 100;
const TIME_LIMIT_MS = 60_000;

describe('a hundred lines in letters of three bytes', () => {
  test('are all recorded, once, though the worker was killed on the way', { timeout: TIME_LIMIT_MS }, async () => {
    const { services, pass, records } = engine();
    const { pull, delivery } = await said(STRANGER, heavy(LINES));
    let appended = 0;
    const dying = {
      ...services,
      publish: async (): Promise<void> => {
        appended += 1;
        if (appended === LINES) throw new Error('killed');
      },
    };
    await expect(carryOut(delivery, dying)).rejects.toThrow('killed');
    expect(await heaviest()).toBeLessThan(MAX_ITEM_BYTES);
    pass(LEASE_SECONDS + 1);
    await carryOut(delivery, services);
    const ours = (await records(pull)).filter(({ delivery: id }) => id === delivery.id);
    expect(ours.map(({ position }) => position)).toEqual([...Array(LINES).keys()]);
  });
});
