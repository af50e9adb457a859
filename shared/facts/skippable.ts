/** Checks of the head that failed and need not be green: those that the settings call optional, and optional jobs. */
import type { Check, PullFact } from '../language/index.ts';
import { isNeededCheck, isOptionalCheck } from '../merge/checks.ts';
import type { MergeSettings } from '../merge/settings.ts';

type Job = { readonly context: string; readonly headSha: string; readonly optional: boolean };

export function skippableIn(
  { checks, baseRef, headSha }: Pick<PullFact, 'checks' | 'baseRef' | 'headSha'>,
  runs: readonly Job[],
  settings: Pick<MergeSettings, 'merge' | 'pipelines'>,
): readonly Check[] {
  const ofJobs = new Set(runs.flatMap((run) => (run.optional && run.headSha === headSha ? [run.context] : [])));
  return checks.filter(
    ({ name, state, required, override }) =>
      state === 'failure' &&
      !required &&
      override === undefined &&
      ((ofJobs.has(name) && !isNeededCheck(name, baseRef, settings)) || isOptionalCheck(name, baseRef, settings)),
  );
}
