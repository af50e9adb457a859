/** Checks and commit statuses of the head: one leaf for each that counts. */
import {
  code,
  isSkip,
  leaf,
  needsEach,
  type Check,
  type Gate,
  type GateRule,
  type Overriding,
} from '../../language/index.ts';
import { contextsOfJobs, type JobContext } from '../../pipelines/job-settings.ts';
import { countingChecks, isLast } from '../checks.ts';
import type { GateFacts } from '../facts.ts';
import { settingRule } from '../rule.ts';

const ID = 'checks';
const NAME = 'checks are green';

export function checksGate(facts: GateFacts): Gate {
  const { pull, settings } = facts;
  if (!pull.checksComplete) {
    return leaf({
      id: ID,
      name: NAME,
      passed: false,
      fact: 'The forge did not list all checks.',
      next: 'Wait: it is looked at again by the clock.',
      rule: { says: 'a list that is not complete proves nothing' },
    });
  }
  const [first, ...others] = countingChecks(pull, settings).map((check) => checkLeaf(check, facts));
  if (first !== undefined) return needsEach(ID, NAME, [first, ...others]);
  const rule = settingRule('merge.all_checks', facts);
  return leaf({ id: ID, name: NAME, passed: true, fact: 'No check counts here.', next: '', rule });
}

function checkLeaf(check: Check, facts: GateFacts): Gate {
  const { name, state, required, override } = check;
  if (override !== undefined) return overriddenLeaf(check, override, facts);
  const there = facts.pull.checks.find((each) => each.name === name);
  const job = contextsOfJobs(facts.settings.pipelines, facts.pull.baseRef).get(name);
  return leaf({
    id: `${ID}/${name}`,
    name: NAME,
    passed: state === 'success',
    fact: there === undefined ? `${code(name)} has not reported.` : `${code(name)} is ${STATES[state]}${taken(there)}.`,
    next: nextFor(check, there, job, facts),
    rule: there?.required === true ? byBranch(facts) : settingRule(keyFor(name, required, facts), facts),
  });
}

function nextFor(
  { name, state }: Check,
  there: Check | undefined,
  job: JobContext | undefined,
  facts: GateFacts,
): string {
  if (there === undefined && job?.idle !== undefined) {
    return `A maintainer says what runs ${code(job.idle)} (${code('pipelines.engine')}): nothing starts it.`;
  }
  if (job !== undefined && isLast(`${ID}/${name}`, facts)) {
    // Also where the rule that would start it is switched off.
    return `Wait: ${code(name)} is started once nothing else is missing; ${code(job.rerun)} starts it sooner.`;
  }
  if (there === undefined) {
    return job === undefined
      ? `Whoever runs ${code(name)} starts it, or a maintainer takes it off the checks that the settings require.`
      : `Comment ${code(job.rerun)}, where it does not start by itself.`;
  }
  if (state === 'pending') return `Wait for ${code(name)}.`;
  return `The author mends what ${code(name)} found and pushes, or it is run again${job === undefined ? '' : ` by ${code(job.rerun)}`}.`;
}

/** Who said so is the rule by which it is green. */
function overriddenLeaf({ name, state }: Check, { by, reason, until, ended }: Overriding, { pull }: GateFacts): Gate {
  const why = reason === '' ? '' : ` (${code(reason)})`;
  const counts =
    ended === undefined
      ? `counts as green until ${until}: ${code(by)} overrode it${why}`
      : `was overridden by ${code(by)}${why}, which ended: ${ended}`;
  return leaf({
    id: `${ID}/${name}`,
    name: NAME,
    passed: state === 'success',
    fact: `${code(name)} ${counts}.`,
    next: `It is run again, or whoever may comments ${code('/override-sticky')} with its name.`,
    rule: { says: `an override for ${code(pull.headSha.slice(0, 7))} alone` },
  });
}

/** What was overridden and is not any more says so on the forge. */
function taken({ description = '' }: Check): string {
  return description.startsWith('Override') || isSkip(description) ? ` (${code(description)})` : '';
}

const STATES = { success: 'green', pending: 'pending', failure: 'red' } as const satisfies Record<
  Check['state'],
  string
>;

function byBranch({ pull }: GateFacts): GateRule {
  return { says: `the forge requires it on ${code(pull.baseRef)}` };
}

/** The key that makes it count. */
function keyFor(name: string, required: boolean, { settings, pull }: GateFacts): string {
  const { requiredChecks, checks } = settings.merge;
  if (required && requiredChecks.some((each) => each.name === name)) return 'merge.required_checks';
  const job = contextsOfJobs(settings.pipelines, pull.baseRef).get(name);
  if (job !== undefined && job.needed !== 'never') return 'pipelines.jobs';
  return required || checks.some(({ ifPresent = [] }) => ifPresent.includes(name))
    ? 'merge.checks'
    : 'merge.all_checks';
}
