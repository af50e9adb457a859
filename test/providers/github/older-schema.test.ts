import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unknownIn, withoutFields } from '../../../shared/providers/github/older-schema.ts';
import { DISPENSABLE, SNAPSHOT } from '../../../shared/providers/github/snapshot.ts';
import { type Forge, openForge } from './forge.ts';

test.each<[query: string, fields: readonly string[], left: string]>([
  ['{ a b c }', ['b'], '{ a  c }'],
  ['{ a { b } c }', ['a'], '{  c }'],
  ['{ a(first: 1) { b { d } } c }', ['a'], '{  c }'],
  ['{ a c { a { d } b } }', ['a'], '{  c {  b } }'],
  ['{ ab a: x b(a: 1) $a }', ['a'], '{ ab a: x b(a: 1) $a }'],
  ['{ a b }', [], '{ a b }'],
])('%s without %j', (query, fields, left) => {
  expect(withoutFields(query, new Set(fields))).toBe(left);
});

test('nothing of a field is left in the snapshot', () => {
  const left = withoutFields(SNAPSHOT, DISPENSABLE);
  for (const field of DISPENSABLE) expect(left).not.toMatch(new RegExp(String.raw`\b${field}\b`));
  expect(left.match(/\{/g)?.length).toBe(left.match(/\}/g)?.length);
});

const LATER = new Set(['rules', 'mergeQueue']);
const unknown = (fieldName: string, typeName = 'Ref') => ({
  message: `Field '${fieldName}' doesn't exist on type '${typeName}'`,
  path: ['query', 'repository', fieldName],
  extensions: { code: 'undefinedField', fieldName },
});
const noType = {
  message: "No such type RequiredStatusChecksParameters, so it can't be a fragment condition",
  path: ['query', 'repository', 'rules', 'nodes', 'parameters', '... on RequiredStatusChecksParameters'],
  extensions: { code: 'undefinedType' },
};

test.each<[what: string, error: unknown, fields: readonly string[]]>([
  ['a field that came later', { errors: [unknown('rules')] }, ['rules']],
  [
    'in words alone',
    { errors: [{ message: "Field 'rules' doesn't exist on type 'Ref'", path: ['rules'] }] },
    ['rules'],
  ],
  ['a type inside of it', { errors: [unknown('rules'), noType] }, ['rules']],
  ['two of them', { errors: [unknown('rules'), unknown('mergeQueue')] }, ['rules', 'mergeQueue']],
  ['a field that must be there besides', { errors: [unknown('rules'), unknown('title')] }, []],
  ['a type elsewhere', { errors: [{ ...noType, path: ['query'] }] }, []],
  ['an answer that is there in part', { data: { repository: null }, errors: [unknown('rules')] }, []],
  ['weather', new Error('socket hang up'), []],
])('%s', (_, error, fields) => {
  expect(unknownIn(error, LATER)).toEqual(fields);
});

describe('an Enterprise Server of before merge queues and rulesets', () => {
  let forge: Forge;
  beforeAll(async () => {
    forge = await openForge({
      basePath: '/api/v3',
      graphqlWithout: ['PullRequest.mergeQueue', 'PullRequest.mergeQueueEntry', 'Ref.rules'],
    });
  });
  afterAll(() => forge.close());

  test('tells all else, and is asked in vain only once', async () => {
    const scene = forge.scene();
    const read = async () => (await scene.connect(scene.onPull)).read.pull();
    forge.asked();
    const pull = await read();
    expect(pull).toMatchObject({ headSha: scene.head(), state: 'open', mergeable: 'yes' });
    expect(pull.queue).toBeUndefined();
    expect(forge.asked()).toEqual(['POST /graphql', 'POST /graphql']);
    await read();
    expect(forge.asked()).toEqual(['POST /graphql']);
    // What another rule asks for is left out as well.
    const { read: other } = await scene.connect(scene.onPull);
    expect(await other.branchUse('feature')).toMatchObject({ lasting: false, usedBy: [scene.pull.number] });
    expect(forge.asked()).toEqual(['POST /graphql']);
    expect(forge.github.violations()).toEqual([]);
  });
});
