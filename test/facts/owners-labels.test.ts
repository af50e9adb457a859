import { describe, expect, test } from 'vitest';
import { ownersLabels } from '../../shared/facts/owners-labels.ts';
import { boundedToRoot, compileCodeowners, compileOwners, type OwnersIndex } from '../../shared/owners/index.ts';
import { defaultSettings } from '../../shared/settings/index.ts';

function indexOf(files: Readonly<Record<string, string>>): OwnersIndex {
  const blobs = Object.entries(files).map(([path, text]) => [path, { oid: path, text }] as const);
  return compileOwners({ files: new Map(blobs), aliases: null, complete: true });
}

const index = indexOf({
  OWNERS: 'approvers: [ada]\nlabels: [kind/bug]\n',
  'docs/OWNERS': 'labels: [area/docs, Good First Issue]\n',
  'docs/alone/OWNERS': 'approvers: [ada]\nlabels: [area/alone]\noptions:\n  no_parent_owners: true\n',
  'api/OWNERS': 'filters:\n  "\\\\.proto$":\n    labels: [area/api]\n',
  'power/OWNERS': 'labels: [lgtm, approved, LGTM, do-not-merge/hold, ok-to-test, size/XS, security]\n',
  'broken/OWNERS': 'labels: [',
});
const KNOWN = ['kind/bug', 'Area/Docs', 'good first issue', 'area/alone', 'area/api', 'lgtm', 'ok-to-test', 'security'];

type Owners = Partial<(typeof defaultSettings)['owners']>;

const asked = (): Promise<never> => Promise.reject(new Error('asked'));
const labelsOf = (paths: readonly string[], owners: Owners = {}, of = index): Promise<readonly string[]> =>
  ownersLabels({ index: of }, paths, { owners: { ...defaultSettings.owners, ...owners } }, async () => KNOWN);

describe('labels of OWNERS', () => {
  test.each<[title: string, paths: readonly string[], labels: readonly string[]]>([
    ['of the file’s folder and those above', ['docs/a.md'], ['good first issue', 'Area/Docs', 'kind/bug']],
    ['of all files together', ['docs/a.md', 'api/a.proto'], ['good first issue', 'area/api', 'Area/Docs', 'kind/bug']],
    ['not of parents that are shut out', ['docs/alone/a.md'], ['area/alone']],
    ['by the filters that fit', ['api/a.md'], ['kind/bug']],
    ['none that rules keep, whatever their case', ['power/a.md'], ['kind/bug', 'security']],
    ['past a file that cannot be read: a label is no power', ['broken/a.md'], ['kind/bug']],
  ])('%s', async (_, paths, labels) => {
    expect(await labelsOf(paths)).toEqual(labels);
  });

  test('which labels are left out is for the settings to say, in any case', async () => {
    expect(await labelsOf(['power/a.md'], { labelsDenylist: ['Security'] })).toEqual(['kind/bug']);
    // What a rule keeps is not set free by an empty list.
    expect(await labelsOf(['power/a.md'], { labelsDenylist: [] })).toEqual(['kind/bug', 'security']);
  });

  test('a change too wide to be looked at has those of the root', async () => {
    expect(await labelsOf(['docs/a.md'], {}, boundedToRoot(index))).toEqual(['kind/bug']);
  });

  test('nobody is asked for the labels of a repository whose OWNERS name none', async () => {
    const none = indexOf({ OWNERS: 'approvers: [ada]\n', 'x/OWNERS': 'labels: [lgtm]\n' });
    expect(await ownersLabels({ index: none }, ['x/y'], defaultSettings, asked)).toEqual([]);
    const code = compileCodeowners({ path: 'CODEOWNERS', text: '* @ada', members: new Map(), otherwise: new Set() });
    expect(await ownersLabels({ index: code }, ['x/y'], defaultSettings, asked)).toEqual([]);
  });
});
