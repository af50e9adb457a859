/** Jobs as a rule sees them, of which a test replaces what it is about. */
import type { JobHere, JobsHere, WorkflowHere } from '../../shared/language/index.ts';
import { HEAD } from './given.ts';

export function jobOf(name: string, more: Partial<JobHere> = {}): JobHere {
  return {
    name,
    context: `ci/${name}`,
    engine: 'https',
    target: name,
    parameters: {},
    optional: false,
    when: 'always',
    beforeMerge: false,
    wanted: true,
    rerun: `/test ${name}`,
    named: false,
    state: undefined,
    times: 0,
    open: undefined,
    ...more,
  };
}

export function workflowOf(name: string, more: Partial<WorkflowHere> = {}): WorkflowHere {
  return {
    run: '70',
    name,
    file: 'ci',
    state: 'failure',
    waiting: false,
    attempt: 1,
    forPull: true,
    required: false,
    url: 'https://forge.example/acme/widgets/actions/runs/70',
    ...more,
  };
}

export const TRUSTED = { trusted: true, because: '`ada` is trusted here.', author: true } as const;
export const UNTRUSTED = { trusted: false, because: '`ada` is not trusted here.', author: false } as const;

export function jobsOf(jobs: readonly JobHere[], more: Partial<JobsHere> = {}): JobsHere {
  return {
    headSha: HEAD,
    baseRef: 'main',
    jobs,
    elsewhere: [],
    unknown: [],
    workflows: [],
    namedWorkflows: [],
    workflowsProblem: undefined,
    trust: TRUSTED,
    cap: 10,
    gate: { ignoresOkToTest: false, joinUrl: '', workflows: true },
    ...more,
  };
}
