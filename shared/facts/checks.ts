/** The checks of a head as the forge showed them, with what was set on it since. */
import { isOfOtherBase, OVERRIDDEN, type Action, type Check, type RunKept } from '../language/index.ts';

/** Actions of ours, oldest first. */
export function checksSince(checks: readonly Check[], done: readonly Action[], headSha: string): readonly Check[] {
  return done.reduce((soFar, action) => {
    if (action.is === 'set-status' && action.headSha === headSha) return withStatus(soFar, action);
    return action.is === 'report' && action.headSha === headSha ? withRun(soFar, action) : soFar;
  }, checks);
}

function withStatus(
  checks: readonly Check[],
  { context, state, description, url }: Extract<Action, { readonly is: 'set-status' }>,
): readonly Check[] {
  const others = checks.filter(({ name, from }) => name !== context || from === 'run');
  const required = checks.some((each) => each.name === context && each.required);
  const now = state === 'error' ? 'failure' : state;
  return [...others, { name: context, state: now, required, url, from: 'status', description }];
}

/** Runs of other Apps with the same name stand beside it. */
function withRun(
  checks: readonly Check[],
  { check, conclusion, title }: Extract<Action, { readonly is: 'report' }>,
): readonly Check[] {
  const others = checks.filter(
    ({ name, from, description }) => name !== check || (from === 'run' && description?.startsWith(OVERRIDDEN) !== true),
  );
  const required = checks.some((each) => each.name === check && each.required);
  const state = conclusion === 'neutral' ? 'success' : conclusion;
  return [...others, { name: check, state, required, from: 'run', description: title }];
}

/**
 * What a job of ours said of the head when it would have gone into another branch is nothing said of this one: as if it had
 * not reported. Of several that set the same status, the one that was started last says it. Commands of the settings are no
 * tests.
 */
export function checksForBase(
  checks: readonly Check[],
  runs: readonly RunKept[],
  { headSha, baseRef }: { readonly headSha: string; readonly baseRef: string },
): readonly Check[] {
  const jobs = runs.filter((run) => run.headSha === headSha && !run.job.startsWith('/'));
  const last = new Map(jobs.map((run) => [run.context, run]));
  const before = new Set([...last.values()].filter((run) => isOfOtherBase(run, baseRef)).map(({ context }) => context));
  if (before.size === 0) return checks;
  return checks.flatMap((check): readonly Check[] => {
    const { name, required, from } = check;
    if (from !== 'status' || !before.has(name)) return [check];
    return required ? [{ name, required, state: 'pending' }] : [];
  });
}
