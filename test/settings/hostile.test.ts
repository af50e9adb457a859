/** Files written to do harm: each is refused as a whole, in words, and nothing else suffers from it. */
import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../shared/owners/index.ts';
import { defaultSettings, inForceAt, settingsBook, settingsFrom, type FileKind } from '../../shared/settings/index.ts';
import { HARMLESS_PATTERNS, hostileSettings, MAX_BYTES } from '../support/hostile-settings.ts';

const KINDS = ['repository', 'organization', 'deployment'] as const satisfies readonly FileKind[];
const FEW_MISTAKES = 101;

describe.each(KINDS)('in a file of the %s', (kind) => {
  test.each(hostileSettings(kind))('$what: refused', ({ text, problem }) => {
    const read = settingsFrom(text, 'bowsprit.yaml', kind);
    expect(read).toMatchObject({ is: 'mistaken' });
    const mistakes = read.is === 'mistaken' ? read.mistakes : [];
    expect(mistakes[0]?.problem).toMatch(problem);
    expect(mistakes.length).toBeLessThanOrEqual(FEW_MISTAKES);
    // What is told fits into the cache, an annotation and a comment.
    expect(Math.max(...mistakes.map((each) => each.problem.length))).toBeLessThan(1_000);
  });

  test('a file as long as one may be is read', () => {
    const text = `merge: { method: squash }\n#${'x'.repeat(MAX_BYTES[kind] - 27)}`;
    expect(settingsFrom(text, 'bowsprit.yaml', kind)).toMatchObject({ is: 'document' });
  });
});

test('a long list of mistakes ends with a word that there are more', () => {
  const read = settingsFrom(
    Array.from({ length: 150 }, (_, place) => `k${place}: 1\n`).join(''),
    'bowsprit.yaml',
    'repository',
  );
  const mistakes = read.is === 'mistaken' ? read.mistakes : [];
  expect(mistakes).toHaveLength(FEW_MISTAKES);
  expect(mistakes[0]).toMatchObject({ line: 1, problem: expect.stringContaining('There is no setting `k0`.') });
  expect(mistakes.at(-1)).toMatchObject({ line: 101, problem: 'From here on there are more mistakes.' });
});

test('nothing of it gets into JavaScript', () => {
  for (const { text } of hostileSettings('deployment')) settingsFrom(text, 'bowsprit.yaml', 'deployment');
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect('enabled' in {}).toBe(false);
  const read = settingsFrom('repositories: { a/constructor: { merge: { enabled: false } } }', 'x', 'deployment');
  expect(read).toMatchObject({ is: 'document' });
  if (read.is !== 'document') return;
  const layers = [{ layer: 'deployment', document: read.document, commit: '' }] as const;
  expect(inForceAt(layers, { owner: 'a', name: 'constructor' }).settings.merge.enabled).toBe(false);
  expect(inForceAt(layers, { owner: 'a', name: 'toString' }).settings.merge.enabled).toBe(true);
});

describe('what is refused counts for nobody', () => {
  const organization = { text: 'merge: { method: squash }', oid: 'o1', commit: 'c'.repeat(40) };
  const book = settingsBook([]);

  test.each(hostileSettings('repository'))('$what, in a repository', ({ what, text }) => {
    const repository = { text, oid: what, commit: 'd'.repeat(40) };
    const here = book.inForce({ owner: 'acme', name: 'widgets' }, { organization, repository });
    expect(here.settings).toEqual({
      ...defaultSettings,
      merge: { ...defaultSettings.merge, method: 'squash' },
    });
  });

  test.each(hostileSettings('organization'))('$what, in an organization', ({ what, text }) => {
    const broken = { text, oid: what, commit: 'd'.repeat(40) };
    const repository = { text: 'size: { s: 5 }', oid: 'r1', commit: 'e'.repeat(40) };
    const here = book.inForce({ owner: 'acme', name: 'widgets' }, { organization: broken, repository });
    expect(here.settings).toEqual({ ...defaultSettings, size: { ...defaultSettings.size, s: 5 } });
  });
});

test.each(HARMLESS_PATTERNS)('%s is taken, and takes no longer on a long path', (source) => {
  const text = `owners: { denied: [${JSON.stringify(source)}] }`;
  expect(settingsFrom(text, 'bowsprit.yaml', 'repository')).toMatchObject({ is: 'document' });
  const pattern = compilePattern(source);
  expect(typeof pattern === 'string' ? pattern : pattern.matches(`${'a'.repeat(4_095)}!`)).toBe(false);
});

const several = (count: number): string =>
  `allow: { lgtm: [${Array.from({ length: count }, () => '[member, author]').join(', ')}] }`;

test('who may use a command is of few parts, so that it can be told', () => {
  expect(settingsFrom(several(16), 'x', 'repository')).toMatchObject({ is: 'document' });
  expect(settingsFrom(several(17), 'x', 'repository')).toMatchObject({
    mistakes: [{ line: 1, column: 10, problem: '`allow.lgtm` must be of at most 50 parts.' }],
  });
});
