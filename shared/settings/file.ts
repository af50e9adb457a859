/** The settings of a deployment, from the files it names. */
import { readFileSync } from 'node:fs';
import { settingsBook, type SettingsBook } from './book.ts';
import { inForceAt, type Layer } from './layers.ts';
import { settingsFrom, type Mistake } from './read.ts';

export type DeploymentFiles = {
  /** Path of the deployment's own settings. */
  readonly settingsFile?: string | undefined;
};

/**
 * Without a file, the defaults.
 * @throws Error that names every mistake in the files with its line.
 */
export function bookFrom(files: DeploymentFiles): SettingsBook {
  const layers = layersFrom(files);
  const mistakes = inForceAt(layers, undefined).ignored;
  if (mistakes.length > 0) throw unusable(mistakes);
  return settingsBook(layers);
}

function layersFrom({ settingsFile }: DeploymentFiles): readonly Layer[] {
  if (settingsFile === undefined) return [];
  const read = settingsFrom(textOf(settingsFile), settingsFile, 'deployment');
  if (read.is === 'mistaken') throw unusable(read.mistakes);
  return [{ layer: 'deployment', document: read.document, commit: '' }];
}

function unusable(mistakes: readonly Mistake[]): Error {
  const lines = mistakes.map(({ path, line, column, problem }) => `${path}:${line}:${column}: ${problem}`);
  return new Error(`The settings cannot be used.\n${lines.join('\n')}`);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new Error(`The settings file cannot be read: ${path}`, { cause });
  }
}
