/** Commit statuses that were set for the same delivery, and that no answer of the forge shows yet. */
import type { Check, PullFact, StatusOf } from '../language/index.ts';

export function withStatuses<Pull extends Pick<PullFact, 'headSha' | 'checks'>>(
  pull: Pull,
  since: readonly StatusOf[],
): Pull {
  const here = since.filter(({ headSha }) => headSha === pull.headSha);
  if (here.length === 0) return pull;
  const names = new Set(here.map(({ context }) => context));
  const old = pull.checks.filter(({ name }) => !names.has(name));
  const set = [...names].flatMap((name): Check[] => {
    const last = here.findLast(({ context }) => context === name);
    const required = pull.checks.some((check) => check.name === name && check.required);
    return last === undefined ? [] : [{ ...checkOf(last), name, required }];
  });
  return { ...pull, checks: [...old, ...set] };
}

function checkOf({ state, description, url }: StatusOf): Omit<Check, 'name' | 'required'> {
  return { state: state === 'error' ? 'failure' : state, from: 'status', description, url };
}
