/** What the commands that start jobs have in common. */
import { rerunWorkflow, refuse, reply, type Action } from './actions.ts';
import { anyOf, trusted, whereVouched } from './allow.ts';
import { whyOver, type Given, type PullFact } from './facts.ts';
import {
  isSelected,
  selectionOf,
  startActions,
  type Asked,
  type JobsHere,
  type WorkflowHere,
} from './job-selection.ts';
import { isRed } from './jobs.ts';
import { code, listed } from './text.ts';

/** Who starts jobs: people who are trusted, and anybody where jobs may run anyway. */
export const starters = anyOf(trusted, whereVouched);

type Seen = {
  readonly pull: PullFact;
  readonly subject: Given['subject'];
  readonly answers: { readonly jobs?: JobsHere | undefined };
};

export const CONFLICTING =
  'It conflicts with its base, so no job was started: what it would test is not what would be merged. Rebase it first.';

/** Why no job is started at all; undefined where some may be. */
export function whyNoJob({ pull, subject, answers }: Seen): string | undefined {
  const state = pull.state === 'open' ? undefined : whyOver({ state: 'closed', merged: pull.state === 'merged' });
  if (state !== undefined) return state;
  if (subject.kind === 'issue' || answers.jobs === undefined) return 'Jobs run for pull requests alone.';
  return pull.mergeable === 'conflicting' ? CONFLICTING : undefined;
}

const workflowNames = (of: readonly WorkflowHere[]): string => listed(of.map(({ name }) => code(name)));

/** Workflows of the forge that are run again, with what is said of those that are not. */
export function rerunsOf(
  workflows: readonly WorkflowHere[],
  { headSha, cap }: Pick<JobsHere, 'headSha' | 'cap'>,
  only: 'failed' | 'all' = 'failed',
): { readonly actions: readonly Action[]; readonly left: readonly string[] } {
  const waiting = workflows.filter((each) => each.waiting);
  const done = only === 'all' ? workflows.filter(({ state, forPull }) => !isRed(state) && !forPull) : [];
  const often = workflows.filter(({ attempt }) => cap > 0 && attempt > cap);
  const able = workflows.filter((each) => !waiting.includes(each) && !often.includes(each) && !done.includes(each));
  return {
    actions: able.map(({ run, name, attempt, state }) =>
      rerunWorkflow({ run, name, headSha, attempt, only: only === 'all' && !isRed(state) ? 'all' : 'failed' }),
    ),
    left: [
      ...(waiting.length === 0 ? [] : [`${workflowNames(waiting)}: waits for ${code('/ok-to-test')}.`]),
      ...(often.length === 0
        ? []
        : [
            `${workflowNames(often)}: run again ${cap} times for this commit, which is the most (${code('pipelines.retests')}).`,
          ]),
      ...(done.length === 0
        ? []
        : [`${workflowNames(done)}: ran for a branch, not for a pull request, so only what failed is run again.`]),
    ],
  };
}

/** What `/retest` and those like it do. */
export function runAgain(seen: Seen, asked: Exclude<Asked, 'named'>): readonly Action[] {
  const why = whyNoJob(seen);
  const here = seen.answers.jobs;
  if (why !== undefined || here === undefined) return [refuse(why ?? CONFLICTING)];
  const meant = here.jobs.filter((job) => isSelected(job, asked));
  const { start, left } = selectionOf(meant, here.cap, true);
  const failed = here.workflows.filter(
    ({ state, required }) => isRed(state) && (asked !== 'retest-required' || required),
  );
  const again = asked === 'manual-required' ? { actions: [], left: [] } : rerunsOf(failed, here);
  return answering([...startActions(start, here), ...again.actions], [...left, ...again.left], here, nothingTo(asked));
}

function nothingTo(asked: Exclude<Asked, 'named'>): string {
  switch (asked) {
    case 'all':
      return 'No job starts by itself for what is changed here.';
    case 'manual-required':
      return 'There is no required job here that starts only when asked for.';
    default:
      return 'Nothing that counts has failed for this commit, and nothing that it needs is missing.';
  }
}

/** What is not started is told; where nothing is, that alone. */
export function answering(
  actions: readonly Action[],
  left: readonly string[],
  { workflowsProblem }: Pick<JobsHere, 'workflowsProblem'>,
  nothing: string,
): readonly Action[] {
  if (actions.length > 0) return [...actions, ...(left.length === 0 ? [] : [reply(left.join(' '))])];
  if (left.length > 0) return [refuse(left.join(' '))];
  return [reply([nothing, workflowsProblem ?? ''].join(' ').trim())];
}

/** The names in a line: whole words, with or without commas after or between them. */
export function namesIn(words: readonly string[]): readonly string[] {
  return [...new Set(words.flatMap((word) => word.split(',')).filter((word) => word !== ''))];
}
