/** The settings of a deployment, from the files it names. */
import { readFileSync } from 'node:fs';
import { settingsBook, type SettingsBook, type Where } from './book.ts';
import { declaredKeys, sections } from './declared.ts';
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
  const mistakes = [undefined, ...placesApart(layers)].flatMap((where) => inForceAt(layers, where).ignored);
  if (mistakes.length > 0) throw unusable(distinct(mistakes));
  return settingsBook(layers);
}

/** Organizations and repositories whose own values have to fit each other and those for everybody. */
function placesApart(layers: readonly Layer[]): readonly Where[] {
  const named = layers.flatMap(({ document: { organizations, repositories } }) => [
    ...[...organizations].map(([owner, values]) => ({ where: { owner, name: '' }, values })),
    ...[...repositories].map(([full, values]) => {
      const [owner = '', name = ''] = full.split('/');
      return { where: { owner, name }, values };
    }),
  ]);
  return named.filter(({ values }) => [...values.values.keys()].some(hasToFit)).map(({ where }) => where);
}

function hasToFit(name: string): boolean {
  return declaredKeys.some((each) => each.name === name && sections[each.section]?.sound !== undefined);
}

function distinct(mistakes: readonly Mistake[]): readonly Mistake[] {
  return [
    ...new Map(mistakes.map((each) => [`${each.path}:${each.line}:${each.column}:${each.problem}`, each])).values(),
  ];
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
