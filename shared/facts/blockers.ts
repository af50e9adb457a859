/** Issues that keep pull requests from being merged: asked once, remembered for a while, forgotten when an issue changes. */
import type { Blocker } from '../language/index.ts';

const KEPT_SECONDS = 300;

export function blockersKey(repository: string): string {
  return `blockers#${repository}`;
}

/** That issues may block here at all: without it their events cost nothing. */
export function watchedKey(repository: string): string {
  return `watched#${repository}`;
}
const WATCHED_SECONDS = 30 * 24 * 3_600;

type ThroughCache = <T>(
  key: string,
  seconds: number,
  load: () => Promise<T>,
  fits: (value: unknown) => value is T,
) => Promise<T>;

type Kept = { readonly label: string; readonly issues: readonly Blocker[] };

/** Costs nothing where no label is set. */
export async function blockersIn(
  repository: string,
  label: string,
  ask: (label: string) => Promise<readonly Blocker[]>,
  throughCache: ThroughCache,
  watch: (key: string, seconds: number) => Promise<void>,
): Promise<readonly Blocker[]> {
  if (label === '') return [];
  // What is remembered of another label says nothing of this one.
  const isKept = (value: unknown): value is Kept =>
    typeof value === 'object' && value !== null && 'label' in value && value.label === label && 'issues' in value;
  const load = async (): Promise<Kept> => {
    await watch(watchedKey(repository), WATCHED_SECONDS);
    return { label, issues: await ask(label) };
  };
  return (await throughCache(blockersKey(repository), KEPT_SECONDS, load, isKept)).issues;
}
