/** The files of a checkout, and which repository it is one of. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { checkedProw, type CheckedFile } from '../shared/checkout.ts';
import { reasonOf } from '../shared/errors.ts';
import type { Where } from '../shared/settings/index.ts';
import { importedFrom } from '../shared/settings/prow/index.ts';
import { WrongUsage } from './verb.ts';

export type Checkout = {
  readonly root: string;
  /** From the root, with slashes; whether they exist is for reading to find out. */
  readonly paths: readonly string[];
  /** As its remote `origin` names it. */
  readonly where: Where | undefined;
};

/** Of `git ls-files` over a large monorepo. */
const MAX_LISTED_BYTES = 512 * 1024 * 1024;
/** A checkout is other people's text: nothing that its own settings name is run. */
const TRUST_NOTHING = ['-c', 'core.fsmonitor=false'];

/** What a commit would hold where git knows the folder, else all files but those of packages and of git itself. */
export async function checkoutAt(folder: string): Promise<Checkout> {
  const root = await asked(folder, 'rev-parse', '--show-toplevel');
  const listed = root === undefined ? undefined : await filesOf(root.trimEnd());
  if (root === undefined || listed === undefined || listed.length === 0 || !(await holds(folder))) {
    return { root: folder, paths: await allBelow(folder), where: undefined };
  }
  const remote = await asked(folder, 'config', '--get', 'remote.origin.url');
  return { root: root.trimEnd(), paths: listed, where: remoteNamed(remote?.trimEnd() ?? '') };
}

/** A folder that git ignores is not part of the checkout around it. */
async function holds(folder: string): Promise<boolean> {
  return ((await filesOf(folder)) ?? []).length > 0;
}

async function filesOf(folder: string): Promise<readonly string[] | undefined> {
  const listed = await asked(folder, 'ls-files', '-z', '--cached', '--others', '--exclude-standard');
  return listed === undefined ? undefined : [...new Set(listed.split('\0').filter((path) => path !== ''))];
}

/** Undefined where there is no git, or it does not know the folder. */
async function asked(folder: string, ...args: readonly string[]): Promise<string | undefined> {
  try {
    const command = ['-C', folder, ...TRUST_NOTHING, ...args];
    const { stdout } = await promisify(execFile)('git', command, { maxBuffer: MAX_LISTED_BYTES });
    return stdout;
  } catch {
    return undefined;
  }
}

const NOT_OURS: ReadonlySet<string> = new Set(['.git', 'node_modules']);

async function allBelow(folder: string, from = folder): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) return [relative(from, path).split(sep).join('/')];
      return NOT_OURS.has(entry.name) ? [] : allBelow(path, from);
    }),
  );
  return below.flat();
}

/** `acme/widgets` of `git@forge.example:acme/widgets.git`, or of an address. */
function remoteNamed(remote: string): Where | undefined {
  const [, owner, name] = /[:/]([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(remote) ?? [];
  return owner === undefined || name === undefined ? undefined : { owner, name };
}

/** Undefined where it is not there. What is no plain file is said in the words that are used for one on the forge. */
export async function fileIn(root: string, path: string): Promise<CheckedFile | undefined> {
  const place = join(root, ...path.split('/'));
  try {
    // Git sees nothing behind a link.
    const folder = join(await realpath(join(place, '..')), basename(place));
    if (folder !== join(await realpath(root), ...path.split('/'))) return undefined;
    if (!(await lstat(place)).isFile()) {
      return { path, problem: 'It is a link, a folder or a submodule, not a file.' };
    }
    const text = textIn(await readFile(place));
    return text === undefined ? { path, problem: 'It is not text.' } : { path, text };
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
    if (missing) return undefined;
    throw error;
  }
}

/** More open files at once than this some systems do not allow. */
const READ_AT_ONCE = 100;

/** Those of `paths` that are there. */
export async function filesIn(root: string, paths: readonly string[]): Promise<readonly CheckedFile[]> {
  const found: CheckedFile[] = [];
  for (let start = 0; start < paths.length; start += READ_AT_ONCE) {
    const part = paths.slice(start, start + READ_AT_ONCE);
    // oxlint-disable-next-line no-await-in-loop
    const files = await Promise.all(part.map((path) => fileIn(root, path)));
    found.push(...files.filter((file) => file !== undefined));
  }
  return found;
}

/**
 * A file that is named on the command line, under that name; whatever can be read is one.
 * @throws WrongUsage where there is none.
 */
export async function givenFile(folder: string, path: string): Promise<CheckedFile>;
export async function givenFile(folder: string, path: string | undefined): Promise<CheckedFile | undefined>;
export async function givenFile(folder: string, path: string | undefined): Promise<CheckedFile | undefined> {
  if (path === undefined) return undefined;
  try {
    const text = textIn(await readFile(resolve(folder, path)));
    return text === undefined ? { path, problem: 'It is not text.' } : { path, text };
  } catch (error) {
    throw new WrongUsage(`The file ${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}

/** What Prow's files say, and how many there are. */
export type ProwFolder = ReturnType<typeof checkedProw> & { readonly files: number };

/**
 * Prow's files in a folder that is named on the command line.
 * @throws WrongUsage where it holds none.
 */
export function prowIn(folder: string, path: string): ProwFolder {
  let files = 0;
  try {
    const imported = importedFrom(path, (file) => {
      const place = resolve(folder, file);
      if (!existsSync(place)) return undefined;
      files += 1;
      return readFileSync(place, 'utf8');
    });
    return { ...checkedProw(imported, path), files };
  } catch (error) {
    throw new WrongUsage(`${reasonOf(error)}.`, { cause: error });
  }
}

function textIn(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

export async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}
