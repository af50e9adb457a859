import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attributesOf, valuesIn } from '../../shared/store/attributes.ts';
import { givenTables } from './here.ts';

const here = givenTables();

const text = fc.string({ unit: 'binary' });
const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.boolean(),
    fc.constant(null),
    fc.maxSafeInteger(),
    fc.integer({ min: -1_000_000, max: 1_000_000 }).map((number) => number / 1_024),
    fc.uint8Array({ minLength: 1, maxLength: 20 }),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(text, tie('any'), { maxKeys: 4 }),
  ),
})).any;

test('what is written is read again', () => {
  fc.assert(
    fc.property(fc.dictionary(text, value), (item) => {
      expect(valuesIn(attributesOf(item))).toEqual({ ...item });
    }),
  );
});

test("the SDK's own client reads what ours wrote, and the other way round", async () => {
  const { documents, emulators } = here();
  const { dynamodbEndpoint: endpoint, region, cacheTable: TableName } = emulators;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sdk = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region, credentials }));
  const held = { text: 'ü', number: -1.5, yes: true, none: null, bytes: new Uint8Array([0, 255]), list: [1, ['a']] };
  const Item = { ...held, empty: {}, nested: { held } };
  await documents.put({ TableName, Item: { ...Item, key: 'ours', left: undefined } });
  expect((await sdk.send(new GetCommand({ TableName, Key: { key: 'ours' } }))).Item).toEqual({ ...Item, key: 'ours' });
  await sdk.send(new PutCommand({ TableName, Item: { ...Item, key: 'theirs' } }));
  expect((await documents.get({ TableName, Key: { key: 'theirs' } })).Item).toEqual({ ...Item, key: 'theirs' });
  sdk.destroy();
});

describe('no table holds', () => {
  test.each<[what: string, value: unknown]>([
    ['what is no number', Number.NaN],
    ['what has no end', Number.POSITIVE_INFINITY],
    ['a time', new Date(0)],
    ['a function', () => undefined],
    ['nothing, in the place of a key', Symbol('it')],
  ])('%s', (_, given) => {
    expect(() => attributesOf({ given })).toThrow('no table holds');
  });
});

test.each<[what: string, attribute: unknown]>([
  ['a set', { SS: ['a'] }],
  ['a number that we cannot hold', { N: '9007199254740993' }],
  ['nothing', {}],
  ['text', 'a'],
])('what we never write is not taken for something else: %s', (_, attribute) => {
  expect(() => valuesIn({ attribute })).toThrow(/not a (?:value|number)/);
});
