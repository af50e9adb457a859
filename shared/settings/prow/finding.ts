/** What there is to say about Prow's files, each with its place. */
import { placesIn, type Place } from '../../owners/bounded-yaml.ts';

/**
 * `error`: Prow refuses the file as well; `dead`: does nothing, in Prow either; `unsupported`: has an effect in Prow and
 * none here; `ignored`: is of no concern to pull requests; `warning`: works, and is perhaps not what was meant.
 */
export type FindingKind = 'error' | 'dead' | 'unsupported' | 'ignored' | 'warning';
export type Finding = {
  readonly file: string;
  readonly kind: FindingKind;
  /** `lgtm[].store_tree_hash`; of a plugin `plugins: cat`. */
  readonly key: string;
  /** Sentences. */
  readonly reason: string;
} & Place;

/** One of the files, and what was found in it so far. */
export type Source = {
  readonly file: string;
  readonly at: (offset: number) => Place;
  /** The same is said once. */
  readonly found: (kind: FindingKind, offset: number, key: string, reason: string) => void;
  readonly findings: () => readonly Finding[];
};

export function sourceOf(file: string, text: string): Source {
  const at = placesIn(text);
  const findings = new Map<string, Finding>();
  return {
    file,
    at,
    found(kind, offset, key, reason) {
      const finding = { file, ...at(offset), kind, key, reason };
      const name = JSON.stringify(finding);
      if (!findings.has(name)) findings.set(name, finding);
    },
    findings: () => [...findings.values()].toSorted((one, other) => one.line - other.line || one.column - other.column),
  };
}
