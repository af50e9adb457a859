import { expect, test } from 'vitest';
import { proposalOf } from '../shared/proposal.ts';
import type { FileAtCommit } from '../shared/providers/provider.ts';
import { settingsBook } from '../shared/settings/index.ts';

const FILE = '.github/bowsprit.yaml';
const now = { text: 'size: { s: 5 }\n', oid: 'o1', commit: 'b'.repeat(40) };
const other = { is: 'text', text: 'merge: { enabled: false }\n', oid: 'o2' } as const;
const readme = { path: 'README.md', additions: 1, deletions: 0 };

/** Of a pull request whose head has this settings file. */
const proposed = (complete: boolean, file: FileAtCommit) =>
  proposalOf({
    where: { owner: 'acme', name: 'widgets' },
    headSha: 'a'.repeat(40),
    changedFiles: { files: [readme], complete },
    read: {
      filesAt: async (_, paths) => new Map(paths.map((path) => [path, path === FILE ? file : { is: 'absent' }])),
      ownersRepositories: async () => ({ repositories: [], complete: true }),
    },
    book: settingsBook([]),
    files: { repository: now },
  });

test.each<[what: string, complete: boolean, file: FileAtCommit, files: readonly string[]]>([
  ['all files are listed, and settings are not among them', true, other, []],
  ['not all are listed, and settings are other ones', false, other, [FILE]],
  ['not all are listed, and settings are gone', false, { is: 'absent' }, [FILE]],
  ['not all are listed, and settings are the same', false, { is: 'text', ...now }, []],
])('%s', async (_, complete, file, files) => {
  expect((await proposed(complete, file)).files).toEqual(files);
});

const asking = (above: Readonly<Record<string, string>>) =>
  proposalOf({
    where: { owner: 'acme', name: 'widgets' },
    headSha: 'a'.repeat(40),
    changedFiles: { files: [{ path: 'a/OWNERS', additions: 1, deletions: 0 }], complete: true },
    read: {
      filesAt: async (_, paths) =>
        new Map(
          paths.map((path) => {
            const text = above[path];
            return [path, text === undefined ? { is: 'absent' } : { is: 'text', text, oid: path }];
          }),
        ),
      ownersRepositories: async () => ({ repositories: [], complete: true }),
    },
    book: settingsBook([]),
    files: {},
  });

test.each<[what: string, above: Readonly<Record<string, string>>, mistakes: number]>([
  ['too few', {}, 1],
  ['enough with those above', { OWNERS: 'approvers: [root]' }, 0],
  ['enough in an alias', { OWNERS_ALIASES: 'aliases: {team: [ada, ann]}' }, 0],
])('owners who are %s for what a file asks for', async (_, above, mistakes) => {
  const text = 'approvers: [team]\noptions: {min_approvals: 2}\n';
  const proposal = await asking({ ...above, 'a/OWNERS': text });
  expect(proposal.mistakes).toHaveLength(mistakes);
  expect(proposal.mistakes.every(({ path, line }) => path === 'a/OWNERS' && line === 2)).toBe(true);
});
