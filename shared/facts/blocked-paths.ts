/** Which changed files the settings protect. Both sides of a rename count, and what is not listed may be among them. */
import type { BlockedPaths, ChangedFiles, SettingsIn } from '../language/index.ts';
import { blockadeSettings } from '../merge/blockade.ts';
import { compilePattern } from '../owners/index.ts';

type Entry = SettingsIn<typeof blockadeSettings>['blockade']['paths'][number];
type Protection = { readonly explanation: string; readonly covers: (path: string) => boolean };

/** @param ask asked only where something is protected on this branch */
export async function blockedPathsIn(
  baseRef: string,
  { blockade }: SettingsIn<typeof blockadeSettings>,
  ask: () => Promise<ChangedFiles>,
): Promise<BlockedPaths> {
  const here = blockade.paths.filter(({ branch }) => branch === undefined || matches(branch)(baseRef)).map(protection);
  if (here.length === 0) return [];
  const { files, complete } = await ask();
  const paths = [...new Set(files.flatMap(({ path, previousPath = path }) => [path, previousPath]))];
  const blocked = new Map<string, Set<string>>();
  for (const { explanation, covers } of here) {
    const covered = paths.filter(covers);
    if (covered.length === 0 && complete) continue;
    const together = blocked.get(explanation) ?? new Set();
    for (const path of covered) together.add(path);
    blocked.set(explanation, together);
  }
  return [...blocked].map(([explanation, covered]) => ({
    explanation,
    paths: [...covered].toSorted(),
    more: !complete,
  }));
}

/** As Prow has it where nobody says why. */
const PROTECTED = 'Files are protected';

function protection({ patterns, except = [], explanation = PROTECTED }: Entry): Protection {
  const [inside, outside] = [patterns.map(matches), except.map(matches)];
  return {
    explanation,
    covers: (path) => inside.some((fits) => fits(path)) && !outside.some((fits) => fits(path)),
  };
}

/** What is no pattern was refused where it was read. */
function matches(source: string): (text: string) => boolean {
  const compiled = compilePattern(source);
  return typeof compiled === 'string' ? () => false : compiled.matches;
}
