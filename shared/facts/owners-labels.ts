/** Which labels OWNERS name for a change, as far as a file may have them put on. */
import { labelsNamed, reservedBecause, type SettingsIn } from '../language/index.ts';
import { labelsFor } from '../owners/index.ts';
import type { Owned, ownersSettings } from '../ownership.ts';

/** @param known asked only where OWNERS name a label that may be put on */
export async function ownersLabels(
  { index }: Pick<Owned, 'index'>,
  paths: readonly string[],
  { owners }: SettingsIn<typeof ownersSettings>,
  known: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  if (index.is !== 'owners') return [];
  const denied = new Set(owners.labelsDenylist.map((label) => label.toLowerCase()));
  const named = labelsFor(index, paths).filter(
    (label) => !denied.has(label.toLowerCase()) && reservedBecause(label) === undefined,
  );
  if (named.length === 0) return [];
  const there = new Set(await known());
  // One by one: labels with blanks are no words of a line here.
  return [...new Set(named.flatMap((label) => labelsNamed([label], there).found))];
}
