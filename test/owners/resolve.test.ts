import { describe, expect, test } from 'vitest';
import {
  compileOwners,
  directoriesOf,
  extendOwners,
  ownersFilesOf,
  ownersOf,
  ownsAnything,
  parseOwners,
  rootApproversOf,
  UnknownOwners,
  unknownFilesOf,
  type OwnersIndex,
  type OwnersOptions,
} from '../../shared/owners/index.ts';
import { blobOf, treeOf } from '../support/owners-tree.ts';

const indexOf = (texts: Readonly<Record<string, string>>, options: OwnersOptions = {}): OwnersIndex =>
  compileOwners(treeOf(texts, { options }));
const approvers = (index: OwnersIndex, path: string): readonly (readonly string[])[] =>
  ownersOf(index, path).approvers.layers;

const tree = {
  OWNERS: 'approvers: [root]\nreviewers: [root-reviewer]\nlabels: [repo]\n',
  'a/OWNERS': 'approvers: [ada]\nreviewers: [root-reviewer, ada-reviewer]\nlabels: [area/a]\n',
  'a/b/c/OWNERS': 'approvers: [cleo, root]\nrequired_reviewers: [rita]\n',
  'alone/OWNERS': 'approvers: [olga]\noptions: {no_parent_owners: true}\n',
  'alone/deep/OWNERS': 'reviewers: [dora]\n',
  'closed/OWNERS': 'options: {no_parent_owners: true}\n',
  'closed/in/OWNERS': 'approvers: [ines]\n',
  'partly/OWNERS':
    'options: {no_parent_owners: true}\nfilters:\n  "\\\\.go$": {approvers: [gopher]}\n  "^x/": {approvers: [xenia]}\n  x: {labels: [x]}\n',
};

test.each<[path: string, layers: readonly (readonly string[])[], owner: string]>([
  ['file', [['root']], ''],
  ['a/file', [['ada'], ['root']], 'a'],
  ['a/b/file', [['ada'], ['root']], 'a'],
  ['a/b/c/file', [['cleo', 'root'], ['ada']], 'a/b/c'],
  ['a/b/c/d/e/file', [['cleo', 'root'], ['ada']], 'a/b/c'],
  ['ab/file', [['root']], ''],
  ['not/there/any/more', [['root']], ''],
  ['alone/file', [['olga']], 'alone'],
  ['alone/deep/file', [['olga']], 'alone'],
  // Nobody is named yet where the folder would shut its parents out, so it does not.
  ['closed/file', [['root']], ''],
  // Somebody is: the folder in between, which names nobody itself, shuts the root out.
  ['closed/in/file', [['ines']], 'closed/in'],
  ['partly/main.go', [['gopher']], 'partly'],
  ['partly/x/main.go', [['gopher', 'xenia']], 'partly'],
  ['partly/x/main.c', [['xenia']], 'partly'],
  ['partly/y/x/main.c', [['root']], ''],
])('approvers of %s', (path, layers, owner) => {
  expect(ownersOf(indexOf(tree), path).approvers).toMatchObject({ layers, owner, broken: undefined });
});

test('reviewers, required reviewers and labels are inherited in the same way, each kind by itself', () => {
  const index = indexOf(tree);
  expect(ownersOf(index, 'a/b/c/file')).toMatchObject({
    reviewers: { layers: [['root-reviewer', 'ada-reviewer']], owner: 'a' },
    requiredReviewers: ['rita'],
    labels: ['area/a', 'repo'],
  });
  expect(ownersOf(index, 'alone/deep/file')).toMatchObject({ reviewers: { layers: [['dora']] }, labels: ['repo'] });
  expect(ownersOf(index, 'partly/x').labels).toEqual(['x']);
});

describe('aliases', () => {
  const texts = {
    OWNERS: 'approvers: [Core, nobody-knows, void]\nlabels: [core]\n',
    'v/OWNERS': 'approvers: [void]\n',
    OWNERS_ALIASES: 'aliases:\n  core: [ada, "@Grace", inner]\n  inner: [edsger]\n  void:\n',
  };

  test('are expanded once, in any case, and not in labels', () => {
    const owners = ownersOf(indexOf(texts), 'file');
    expect(owners.approvers.layers).toEqual([['ada', 'grace', 'inner', 'nobody-knows']]);
    expect(owners.labels).toEqual(['core']);
  });

  test('without members leave the folder to its parent', () => {
    expect(ownersOf(indexOf(texts), 'v/file').approvers.owner).toBe('');
  });

  test('that cannot be read stand for nobody', () => {
    const index = indexOf({ ...texts, OWNERS_ALIASES: 'aliases: {core: ada}' });
    expect(approvers(index, 'file')).toEqual([['core', 'nobody-knows', 'void']]);
  });
});

describe('a folder on the deny list', () => {
  const texts = { OWNERS: 'approvers: [root]', 'vendor/OWNERS': 'approvers: [vera]' };
  const denied = ['vendor/x/y', 'vendor/x/y/z', 'a/vendor/x/y', 'x.git', 'x.git/y', 'a_output/b'];
  const allowed = ['vendor', 'vendor/x', 'my-vendor/x/y', 'x.gitlab', 'a_output2'];

  test.each(denied)('%s has no say', (folder) => {
    const index = indexOf({ ...texts, [`${folder}/OWNERS`]: 'approvers: [dan]' });
    expect(ownersOf(index, `${folder}/file`).approvers.all).not.toContain('dan');
    expect(directoriesOf([`${folder}/file`])).not.toContain(folder);
  });

  test.each(allowed)('is not %s', (folder) => {
    const index = indexOf({ ...texts, [`${folder}/OWNERS`]: 'approvers: [dan]' });
    expect(ownersOf(index, `${folder}/file`).approvers.all).toContain('dan');
    expect(directoriesOf([`${folder}/file`])).toContain(folder);
  });

  test('can be chosen, besides or instead', () => {
    const files = { ...texts, 'x.git/OWNERS': 'approvers: [dan]', 'third-party/p/OWNERS': 'approvers: [theo]' };
    expect(approvers(indexOf(files, { denied: ['^third-party/'] }), 'third-party/p/q')).toEqual([['root']]);
    expect(approvers(indexOf(files, { builtInDenied: false }), 'x.git/q')).toEqual([['dan'], ['root']]);
    expect(approvers(indexOf(files, { denied: ['.*'] }), 'vendor/q')).toEqual([['root']]);
    expect(() => indexOf(files, { denied: ['('] })).toThrow(TypeError);
  });
});

describe('front matter', () => {
  const texts = {
    OWNERS: 'approvers: [root]',
    'docs/OWNERS': 'approvers: [dora]',
    'docs/a.md': '---\napprovers: [ada]\n---\n',
    'docs/b.md': '---\napprovers: [ada]\noptions: {no_parent_owners: true}\n---\n',
    'docs/c.md': '# None\n',
    'docs/d.md': '---\napprovers: {ada: grace}\n---\n',
  };

  test('names owners of that file only, nearest', () => {
    const index = indexOf(texts, { frontMatter: true });
    expect(ownersOf(index, 'docs/a.md').approvers).toMatchObject({
      layers: [['ada'], ['dora'], ['root']],
      owner: 'docs/a.md',
    });
    expect(approvers(index, 'docs/b.md')).toEqual([['ada']]);
    expect(approvers(index, 'docs/c.md')).toEqual([['dora'], ['root']]);
    expect(approvers(index, 'docs/a.md/below')).toEqual([['dora'], ['root']]);
    expect(ownersOf(index, 'docs/d.md').approvers).toMatchObject({ layers: [['root']], broken: { path: 'docs/d.md' } });
  });

  test('does not count unless it is switched on', () => {
    expect(approvers(indexOf(texts), 'docs/a.md')).toEqual([['dora'], ['root']]);
  });
});

describe('a file that cannot be read', () => {
  const texts = {
    OWNERS: 'approvers: [root]\nreviewers: [rita]',
    'a/OWNERS': 'approvers: [ada]',
    'a/bad/OWNERS': 'approvers: [ben]\noptions: {no_parent_owners: perhaps}\n',
    'a/bad/in/OWNERS': 'approvers: [ines]',
    'a/bad/alone/OWNERS': 'approvers: [olga]\noptions: {no_parent_owners: true}',
  };
  const index = indexOf(texts);
  const broken = { path: 'a/bad/OWNERS', line: 2, column: 29, problem: 'An option is either true or false.' };

  test.each(['a/bad/file', 'a/bad/x/file', 'a/bad/in/file'])('leaves %s to the root alone', (path) => {
    expect(ownersOf(index, path)).toMatchObject({
      approvers: { layers: [['root']], owner: 'a/bad', broken },
      reviewers: { layers: [['rita']], broken },
    });
  });

  test('touches neither its neighbors nor what takes nothing from it', () => {
    expect(approvers(index, 'a/file')).toEqual([['ada'], ['root']]);
    expect(approvers(index, 'a/bad/alone/file')).toEqual([['olga']]);
  });

  test('in the root leaves nobody', () => {
    const shut = indexOf({ ...texts, OWNERS: 'approvers: ada' });
    expect(approvers(shut, 'a/file')).toEqual([]);
    expect(approvers(shut, 'a/bad/alone/file')).toEqual([['olga']]);
    expect([...rootApproversOf(shut)]).toEqual([]);
  });

  test('may be one that the forge could not hand over', () => {
    const parsed = { is: 'unreadable', line: 1, column: 1, problem: 'The forge cut the file off.' } as const;
    const cut = compileOwners({
      ...treeOf(texts),
      files: new Map([...treeOf({ OWNERS: 'approvers: [root]' }).files, ['a/OWNERS', { oid: 'x', parsed }]]),
    });
    expect(ownersOf(cut, 'a/file').approvers).toMatchObject({ layers: [['root']], broken: { path: 'a/OWNERS' } });
  });
});

test('approvers of the root are those of its rules that hold for the folder itself', () => {
  const text = 'filters:\n  ".*": {approvers: [root]}\n  "\\\\.go$": {approvers: [gopher]}\n';
  expect([...rootApproversOf(indexOf({ OWNERS: text }))]).toEqual(['root']);
});

describe('an index that knows a part', () => {
  const { files, aliases } = treeOf({ OWNERS: 'approvers: [root]', 'a/OWNERS': 'approvers: [ada]' });
  const partial = compileOwners({ files: new Map([...files, ['b/OWNERS', null]]), aliases, complete: false });

  test('answers where all folders above are known, with a file or without', () => {
    expect(approvers(partial, 'a/file')).toEqual([['ada'], ['root']]);
    expect(approvers(partial, 'b/file')).toEqual([['root']]);
  });

  test('says which files it would have to know, and never guesses', () => {
    expect(unknownFilesOf(partial, ['a/b/c/file', 'a/file', 'b/file'])).toEqual(['a/b/OWNERS', 'a/b/c/OWNERS']);
    expect(() => ownersOf(partial, 'a/b/file')).toThrow(UnknownOwners);
    expect(() => rootApproversOf(compileOwners({ files: new Map(), aliases, complete: false }))).toThrow(UnknownOwners);
  });

  test('grows', () => {
    const grown = extendOwners(partial, new Map([['a/b/OWNERS', blobOf('approvers: [ben]')]]));
    expect(approvers(grown, 'a/b/file')).toEqual([['ben'], ['ada'], ['root']]);
    expect(() => ownersOf(partial, 'a/b/file')).toThrow(UnknownOwners);
  });

  test('never misses a folder on the deny list', () => {
    expect(unknownFilesOf(partial, ['vendor/x/y/file'])).toEqual(['vendor/OWNERS', 'vendor/x/OWNERS']);
  });

  test('must know Markdown files too where their front matter counts', () => {
    const options = { frontMatter: true };
    expect(ownersFilesOf(['a/x.md', 'a/y.go'], options)).toEqual(['OWNERS', 'a/OWNERS', 'a/x.md']);
    const index = compileOwners({ files: new Map([...files, ['a/x.md', null]]), aliases, complete: false, options });
    expect(unknownFilesOf(index, ['a/x.md', 'a/z.md'])).toEqual(['a/z.md']);
  });
});

test('folders above paths are named once, the root always', () => {
  expect(directoriesOf([])).toEqual(['']);
  expect(directoriesOf(['a/b/c/1', 'a/b/2', 'a/d/3', '4'])).toEqual(['', 'a', 'a/b', 'a/b/c', 'a/d']);
});

test('other names for the files', () => {
  const options = { ownersFile: 'MAINTAINERS' };
  const index = indexOf({ OWNERS: 'approvers: [root]', MAINTAINERS: 'approvers: [mia]' }, options);
  expect(approvers(index, 'file')).toEqual([['mia']]);
  expect(ownersFilesOf(['a/b'], options)).toEqual(['MAINTAINERS', 'a/MAINTAINERS']);
});

test('a repository without OWNERS owns nothing', () => {
  expect(ownsAnything(indexOf({}), ['a/x'])).toBe(false);
  expect(ownsAnything(indexOf({ 'a/OWNERS': '[' }), ['a/x'])).toBe(true);
  expect(ownsAnything(indexOf({ 'a/OWNERS': '[' }), ['ab/x', 'x'])).toBe(false);
  expect(ownersOf(indexOf({}), 'a/b').approvers).toMatchObject({ layers: [], owner: '' });
});

test('a file parsed before is taken as it is', () => {
  const parsed = parseOwners('approvers: [ada]');
  const index = compileOwners({ files: new Map([['OWNERS', { oid: 'x', parsed }]]), aliases: null, complete: true });
  expect(approvers(index, 'file')).toEqual([['ada']]);
});
