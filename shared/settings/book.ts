/** All settings of a deployment: what is in force where, under the files of an organization and a repository. */
import { inForceAt, type InForce, type Layer } from './layers.ts';
import { settingsFrom, type Mistake, type SettingsDocument } from './read.ts';

/** A file of an organization or repository that is well written, or was. */
export type FileInForce = { readonly text: string; readonly oid: string; readonly commit: string };
export type FilesInForce = {
  readonly organization?: FileInForce | undefined;
  readonly repository?: FileInForce | undefined;
};
export type Where = { readonly owner: string; readonly name: string };

export type SettingsBook = {
  /** For no repository in particular. */
  readonly general: InForce;
  /** A file that cannot be read counts as if it were not there: who calls passes the last good one. */
  inForce(where: Where, files: FilesInForce): InForce;
  /** Bots whose comments count as commands; lower-case logins. The door, which reads no file, is given them. */
  readonly bots: readonly string[];
  /** Whether somebody is told of pushes anywhere, as far as the deployment says so: the door takes deleted branches then. */
  readonly deletions: boolean;
};

export const ORGANIZATION_FILE = 'bowsprit.yaml';
export const REPOSITORY_FILE = '.github/bowsprit.yaml';

const WARNINGS = 'merge_warnings.enabled';

/** Repositories whose settings one process keeps as they were worked out. */
const MAX_KEPT = 1_000;

export function settingsBook(deployment: readonly Layer[]): SettingsBook {
  const general = inForceAt(deployment, undefined);
  const kept = new Map<string, InForce>();
  const documents = new Map<string, SettingsDocument | undefined>();

  const documentOf = (file: FileInForce, layer: 'organization' | 'repository'): SettingsDocument | undefined => {
    const key = `${layer}#${file.oid}`;
    if (documents.has(key)) return documents.get(key);
    const read = settingsFrom(file.text, layer === 'organization' ? ORGANIZATION_FILE : REPOSITORY_FILE, layer);
    return keep(documents, key, read.is === 'document' ? read.document : undefined);
  };
  const layerOf = (file: FileInForce | undefined, layer: 'organization' | 'repository'): readonly Layer[] => {
    const document = file === undefined ? undefined : documentOf(file, layer);
    return document === undefined ? [] : [{ layer, document, commit: file?.commit ?? '' }];
  };

  return {
    general,
    bots: general.settings.commands.bots.map((login) => login.toLowerCase()),
    deletions: deployment.some(({ document }) =>
      [document, ...document.organizations.values(), ...document.repositories.values()].some(
        ({ values }) => values.get(WARNINGS)?.value === true,
      ),
    ),
    inForce(where, { organization, repository }) {
      const name = `${where.owner}/${where.name}`.toLowerCase();
      // With the commits: a refusal names the one that the file counts from, and not a proposal of the same words.
      const versions = [organization, repository].map((file) => `${file?.oid ?? ''}@${file?.commit ?? ''}`);
      const key = `${name}#${versions.join('#')}`;
      const known = kept.get(key);
      if (known !== undefined) return known;
      const layers = [...deployment, ...layerOf(organization, 'organization'), ...layerOf(repository, 'repository')];
      return keep(kept, key, inForceAt(layers, where));
    },
  };
}

/** The first key of a Map is the oldest. */
function keep<T>(kept: Map<string, T>, key: string, value: T): T {
  kept.set(key, value);
  const [oldest] = kept.keys();
  if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  return value;
}

/** What is wrong with a file, so that it cannot take effect; empty where it can. */
export function mistakesIn(text: string, layer: 'organization' | 'repository'): readonly Mistake[] {
  const read = settingsFrom(text, layer === 'organization' ? ORGANIZATION_FILE : REPOSITORY_FILE, layer);
  return read.is === 'mistaken' ? read.mistakes : [];
}
