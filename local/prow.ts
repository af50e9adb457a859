/** What Prow's files mean for a start: who is there, and what is told of the files. */
import type { Named } from './made-up.ts';

/** What `shared/settings/prow` says of one line. */
export type Finding = {
  readonly file: string;
  readonly kind: 'error' | 'dead' | 'unsupported' | 'ignored' | 'warning';
  readonly line: number;
  readonly column: number;
  /** `lgtm[].store_tree_hash` */
  readonly key: string;
  readonly reason: string;
};

/** What somebody may want to do something about comes first. */
const HEADINGS = [
  ['unsupported', 'not supported', 3],
  ['dead', 'without effect, in Prow too', 2],
  ['warning', 'perhaps not what was meant', 2],
  ['ignored', 'of no concern to pull requests', 0],
] as const satisfies readonly (readonly [kind: Finding['kind'], heading: string, shown: number])[];

const placed = ({ file, line, column, key, reason }: Finding): string =>
  `  ${file}:${line}:${column} ${key}: ${reason}`;

/** A line for each kind, the first few of it, and where all of them are. */
export function announced(findings: readonly Finding[], folder: string): readonly string[] {
  const lines = HEADINGS.flatMap(([kind, heading, shown]) => {
    const found = findings.filter((each) => each.kind === kind);
    return found.length === 0 ? [] : [`${found.length} ${heading}`, ...found.slice(0, shown).map(placed)];
  });
  return lines.length === 0 ? [] : [...lines, `all of it: npx bowsprit import prow ${folder}`];
}

const keysIn = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];

/** Whom a settings document names, by its `organizations` and `repositories`. */
export const namedBy = (document: Readonly<Record<string, unknown>>): Named => ({
  organizations: keysIn(document['organizations']),
  repositories: keysIn(document['repositories']),
});
