/**
 * What is asked of files of owners beyond that they can be read: nobody new whom nobody knows, an approver at the root, no
 * label that a file may not have put on. Models are compared, so quotes, flow lists and capitals hide nobody.
 */
import { Refusal } from '../errors.ts';
import { code, reservedBecause, type OwnersVerdict } from '../language/index.ts';
import {
  CODEOWNERS_PATHS,
  compileCodeowners,
  parseAliases,
  parseFrontMatter,
  parseOwners,
  type Aliases,
  type OwnersFile,
} from '../owners/index.ts';
import type { FileAtCommit, Read } from '../providers/provider.ts';
import type { PowerFiles } from './power.ts';
import type { Trust } from './trust.ts';

/** People looked up for one pull request. */
const MAX_LOOKED_UP = 50;

type Owners = { readonly labelsDenylist: readonly string[]; readonly skipCollaborators: boolean };

export async function ownersVerdictOf(
  power: PowerFiles,
  { labelsDenylist, skipCollaborators }: Owners,
  read: Pick<Read, 'filesAt'> & { readonly trust: (login: string) => Promise<Trust | 'unchecked'> },
): Promise<OwnersVerdict> {
  const { touched, unseen, names, atBase, atHead, baseSha } = power;
  const problems = touched.flatMap((path) => [
    ...problemsOf(path, atHead.get(path), names, labelsDenylist),
    ...fewerApprovals(path, ownersIn(path, atBase.get(path), names), ownersIn(path, atHead.get(path), names)),
  ]);
  if (touched.length === 0 || skipCollaborators) return { problems, newcomers: [], unchecked: 0, unseen };
  const aliasFile = touched.includes(names.aliases)
    ? atHead.get(names.aliases)
    : (await read.filesAt(baseSha, [names.aliases])).get(names.aliases);
  const aliases = new Set(aliasesIn(aliasFile)?.entries.map(([name]) => name) ?? []);
  const added = new Map<string, string[]>();
  for (const path of touched) {
    const before = namesIn(path, atBase.get(path), names);
    for (const name of namesIn(path, atHead.get(path), names)) {
      // Teams and mail addresses, which CODEOWNERS name as well, are no accounts.
      if (before.has(name) || aliases.has(name) || /[/@]/.test(name)) continue;
      added.set(name, [...(added.get(name) ?? []), path]);
    }
  }
  const looked = [...added].slice(0, MAX_LOOKED_UP);
  const found = await Promise.all(
    looked.map(async ([login, paths]) => ({ login, paths, is: await trustIn(login, read) })),
  );
  return {
    problems,
    newcomers: found.flatMap(({ login, paths, is }) =>
      is === 'trusted' || is === 'unchecked' ? [] : [{ login, paths, is }],
    ),
    unchecked: added.size - looked.length + found.filter(({ is }) => is === 'unchecked').length,
    unseen,
  };
}

async function trustIn(
  login: string,
  { trust }: { readonly trust: (login: string) => Promise<Trust | 'unchecked'> },
): Promise<Trust | 'unchecked' | 'unknown'> {
  try {
    return await trust(login);
  } catch (error) {
    if (error instanceof Refusal) return 'unknown';
    throw error;
  }
}

function problemsOf(
  path: string,
  file: FileAtCommit | undefined,
  names: PowerFiles['names'],
  denied: readonly string[],
): OwnersVerdict['problems'] {
  if (path === names.aliases) {
    return (aliasesIn(file)?.entries ?? [])
      .filter(([, members]) => members.length === 0)
      .map(([name]) => ({ path, problem: `The alias ${code(name)} stands for nobody.`, advice: true as const }));
  }
  const parsed = ownersIn(path, file, names);
  if (parsed === undefined) return [];
  const labels = parsed.rules.flatMap((rule) => rule.labels);
  const not = new Set(denied.map((label) => label.toLowerCase()));
  const refused = [...new Set(labels)].filter(
    (label) => not.has(label.toLowerCase()) || reservedBecause(label) !== undefined,
  );
  const approver = parsed.rules.some(({ approvers }) => approvers.length > 0);
  return [
    ...refused.map((label) => ({ path, problem: `It has the label ${code(label)} put on, which no file may.` })),
    ...(path === names.owners && !approver
      ? [{ path, problem: 'The file of the root names no approver: nobody could decide about the repository.' }]
      : []),
  ];
}

/** Nobody gains or loses by it, and yet one of them then decides alone. A file that cannot be read is told of elsewhere. */
function fewerApprovals(
  path: string,
  before: OwnersFile | undefined,
  after: OwnersFile | undefined,
): OwnersVerdict['problems'] {
  const [was, is] = [before?.minApprovals, after?.minApprovals];
  if (was === undefined || was === 1 || after === undefined || (is !== undefined && is >= was)) return [];
  const now = is === undefined ? 'says nothing of it now' : `asks for ${is} now`;
  return [{ path, problem: `It asked for ${was} approvals, and ${now}.`, advice: true }];
}

/** Logins, aliases, teams and mail addresses that a file names, in lower case. */
function namesIn(path: string, file: FileAtCommit | undefined, names: PowerFiles['names']): ReadonlySet<string> {
  if (file?.is !== 'text') return new Set();
  if (path === names.aliases) return new Set(aliasesIn(file)?.entries.flatMap(([, members]) => members));
  if (CODEOWNERS_PATHS.includes(path)) {
    const { rules } = compileCodeowners({ path, text: file.text, members: new Map(), otherwise: new Set() });
    return new Set(rules.flatMap(({ owners }) => owners));
  }
  const parsed = ownersIn(path, file, names);
  return new Set(
    parsed?.rules.flatMap(({ approvers, reviewers, requiredReviewers }) => [
      ...approvers,
      ...reviewers,
      ...requiredReviewers,
    ]),
  );
}

function ownersIn(
  path: string,
  file: FileAtCommit | undefined,
  { aliases }: PowerFiles['names'],
): OwnersFile | undefined {
  if (file?.is !== 'text' || path === aliases || CODEOWNERS_PATHS.includes(path)) return undefined;
  const parsed = path.endsWith('.md') ? parseFrontMatter(file.text) : parseOwners(file.text);
  return parsed?.is === 'owners' ? parsed : undefined;
}

function aliasesIn(file: FileAtCommit | undefined): Aliases | undefined {
  if (file?.is !== 'text') return undefined;
  const parsed = parseAliases(file.text);
  return parsed.is === 'aliases' ? parsed : undefined;
}
