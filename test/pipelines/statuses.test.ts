/** What the status of a job says when it is started or stopped. */
import { expect, test } from 'vitest';
import { setStatus, type Action, type ActionResult, type JobAction } from '../../shared/language/index.ts';
import { statusAfter } from '../../shared/pipelines/statuses.ts';
import { HEAD } from '../support/given.ts';
import { runOf } from '../support/jobs.ts';

const { job, engine, target, headSha, rerun, optional, key, run, context } = runOf();
const of = { job, engine, target, headSha, rerun };
const START: JobAction = { is: 'start-job', ...of, context, optional, parameters: {}, baseRef: 'main' };
const CANCEL: JobAction = { is: 'cancel-job', ...of, context, key, run };
const { context: _, ...CANCEL_SILENTLY } = CANCEL;
const url = 'https://ci.example/7';

function saying(
  state: 'pending' | 'error' | 'failure',
  description: string,
  more: { readonly url?: string } = {},
): Action {
  return setStatus({ context: 'ci/unit', headSha: HEAD, state, description, ...more });
}

test.each<[what: string, action: JobAction, result: ActionResult, says: Action | undefined]>([
  ['a start', START, { result: 'done', url }, saying('pending', 'Started.', { url })],
  ['a start that was made before', START, { result: 'unchanged' }, undefined],
  ['a start for a head that was left', START, { result: 'superseded' }, undefined],
  [
    'a start that is refused',
    START,
    { result: 'refused', note: 'There is no `unit`.' },
    saying('error', 'Not started: There is no unit.'),
  ],
  ['a start that reports nothing', { ...START, context: '' }, { result: 'done' }, undefined],
  ['a stop', CANCEL, { result: 'done' }, saying('failure', 'Cancelled: /test unit runs it again.')],
  ['a stop of what had ended, or goes on', CANCEL, { result: 'unchanged' }, undefined],
  ['a stop that reports nothing', { ...CANCEL, context: '' }, { result: 'done' }, undefined],
  ['a stop before another start', CANCEL_SILENTLY, { result: 'done' }, undefined],
])('%s', (_what, action, result, says) => {
  expect(statusAfter(action, result)).toEqual(says);
});
