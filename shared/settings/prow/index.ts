/** Prow's own files as settings: read as Prow reads them, carried over where a rule here stands for it, told where none does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { automations } from '../../automations/index.ts';
import { commands } from '../../commands/index.ts';
import { sweeps } from '../../sweeps/index.ts';
import { declaredKeys } from '../declared.ts';
import type { ProwDocument } from './built.ts';
import type { Finding } from './finding.ts';
import { takeOver, type Imported, type Ours, type ProwFile } from './take-over.ts';

export type { ProwDocument, ProwPlace } from './built.ts';
export type { Finding, FindingKind } from './finding.ts';
export { settingsYaml } from './written.ts';

export type ProwLayer = { readonly document: ProwDocument; readonly findings: readonly Finding[] };

/** The text of a file; undefined where there is none. */
export type ReadFile = (path: string) => string | undefined;

const OURS: Ours = {
  rules: [...commands, ...automations, ...sweeps],
  keys: declaredKeys,
};

/** What `plugins.yaml` and `config.yaml` of the folder say, of which one at least must be there. */
export function importedFrom(folder: string, readFile: ReadFile = fileAt): Imported {
  const fileIn = (name: string): ProwFile | undefined => {
    const path = join(folder, name);
    const text = readFile(path);
    return text === undefined ? undefined : { path, text };
  };
  const [plugins, config] = [fileIn('plugins.yaml'), fileIn('config.yaml')];
  if (plugins === undefined && config === undefined) {
    throw new Error(`There is neither a plugins.yaml nor a config.yaml in the folder ${folder}`);
  }
  const files = { plugins, config };
  if (last === undefined || !isSame(last.files, files)) last = { files, imported: takeOver(files, OURS) };
  return last.imported;
}

type Files = { readonly plugins: ProwFile | undefined; readonly config: ProwFile | undefined };

/** One process may hold several functions, each of which asks for the same. */
let last: { readonly files: Files; readonly imported: Imported } | undefined;

function isSame(one: Files, other: Files): boolean {
  return isSameFile(one.plugins, other.plugins) && isSameFile(one.config, other.config);
}

function isSameFile(one: ProwFile | undefined, other: ProwFile | undefined): boolean {
  return one?.path === other?.path && one?.text === other?.text;
}

/**
 * The settings that Prow's files make.
 * @throws Error that names every mistake in them with its line.
 */
export function prowLayerFrom(folder: string, readFile: ReadFile = fileAt): ProwLayer {
  const { document, findings } = importedFrom(folder, readFile);
  if (document !== undefined) return { document, findings };
  const mistakes = findings
    .filter(({ kind }) => kind === 'error')
    .map(({ file, line, column, reason }) => `${file}:${line}:${column}: ${reason}`);
  throw new Error(`Prow's files cannot be used.\n${mistakes.join('\n')}`);
}

function fileAt(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return undefined;
    throw new Error(`The file cannot be read: ${path}`, { cause: error });
  }
}
