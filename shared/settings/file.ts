/** The settings of a deployment, from the files it names. */
import { readFileSync } from 'node:fs';
import { settingsBook, type SettingsBook } from './book.ts';
import { inForceAt, type Layer } from './layers.ts';
import { prowLayerFrom } from './prow/index.ts';
import { settingsFrom, settingsOf, type Mistake, type ReadSettings } from './read.ts';

export type DeploymentFiles = {
  /** Path of the deployment's own settings. */
  readonly settingsFile?: string | undefined;
  /** Folder with Prow's own files. */
  readonly prowFolder?: string | undefined;
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

function layersFrom({ settingsFile, prowFolder }: DeploymentFiles): readonly Layer[] {
  return [
    ...(prowFolder === undefined ? [] : [layerOf('prow', prowFrom(prowFolder))]),
    ...(settingsFile === undefined
      ? []
      : [layerOf('deployment', settingsFrom(textOf(settingsFile), settingsFile, 'deployment'))]),
  ];
}

function layerOf(layer: 'prow' | 'deployment', read: ReadSettings): Layer {
  if (read.is === 'mistaken') throw unusable(read.mistakes);
  return { layer, document: read.document, commit: '' };
}

function prowFrom(folder: string): ReadSettings {
  const { value, placeOf } = prowLayerFrom(folder).document;
  return settingsOf({ value, placeOf, path: folder, kind: 'deployment' });
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
