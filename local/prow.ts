/** What Prow's files mean for a start: who is there, and what is told of the files. */
import { prowLayerFrom, type Finding } from '../shared/settings/prow/index.ts';
import type { Named } from './made-up.ts';

export type Prow = {
  readonly named: Named;
  /** Lines about what is not as it was in Prow. */
  readonly told: readonly string[];
};

/** @throws Error that names every mistake in the files with its line. */
export function prowIn(folder: string): Prow {
  const { document, findings } = prowLayerFrom(folder);
  return { named: namedBy(document.value), told: announced(findings, folder) };
}

/** What somebody may want to do something about comes first. */
const HEADINGS = [
  ['unsupported', 'not supported', Infinity],
  ['dead', 'without effect, in Prow too', Infinity],
  ['warning', 'perhaps not what was meant', 2],
  ['ignored', 'of no concern to pull requests', 0],
] as const satisfies readonly (readonly [kind: Finding['kind'], heading: string, shown: number])[];

const placed = ({ file, line, column, key, reason }: Finding): string =>
  `  ${file}:${line}:${column} ${key}: ${reason}`;

/** A line for each kind and what it counts, as far as somebody may want to act on it; and where all of it is. */
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
