import { expect, test } from 'vitest';
import { checksForBase, checksSince } from '../../shared/facts/checks.ts';
import { report, setStatus, type Action, type Check, type RunKept } from '../../shared/language/index.ts';
import { runOf } from '../support/jobs.ts';

const HEAD = 'a'.repeat(40);
const red = (name: string, more: Partial<Check> = {}): Check => ({
  name,
  state: 'failure',
  required: false,
  from: 'status',
  ...more,
});
const set = (context: string, state: 'success' | 'failure' | 'error' | 'pending', headSha = HEAD): Action =>
  setStatus({ context, headSha, state, description: 'Overridden by ada' });
const run = (check: string, conclusion: 'success' | 'failure' | 'neutral' | 'pending'): Action =>
  report({ check, headSha: HEAD, conclusion, title: 'Overridden by ada', text: '', annotations: [] });

test.each<[what: string, before: readonly Check[], done: readonly Action[], after: readonly string[]]>([
  ['nothing', [red('a')], [], ['a failure status']],
  ['a status', [red('a', { required: true })], [set('a', 'success')], ['a success status required']],
  ['the last one of several', [red('a')], [set('a', 'success'), set('a', 'error')], ['a failure status']],
  ['a status that was not there', [], [set('a', 'pending')], ['a pending status']],
  ['a status on another commit', [red('a')], [set('a', 'success', 'b'.repeat(40))], ['a failure status']],
  ['a status beside a run', [red('a', { from: 'run' })], [set('a', 'success')], ['a failure run', 'a success status']],
  ['one that nobody had reported', [red('a', { from: undefined })], [set('a', 'success')], ['a success status']],
  [
    'a run beside the run of another App',
    [red('a', { from: 'run' })],
    [run('a', 'success')],
    ['a failure run', 'a success run'],
  ],
  [
    'a run of ours, again',
    [red('a', { from: 'run', description: 'Overridden by bob' })],
    [run('a', 'neutral')],
    ['a success run'],
  ],
])('%s', (_, before, done, after) => {
  const found = checksSince(before, done, HEAD);
  expect(
    found.map(({ name, state, from, required }) => `${name} ${state} ${from}${required ? ' required' : ''}`),
  ).toEqual(after);
});

const elsewhere = runOf({ context: 'a', headSha: HEAD, baseRef: 'release-1', state: 'success' });
test.each<[what: string, checks: readonly Check[], run: RunKept, left: readonly Check[]]>([
  ['of another branch is not there', [red('a'), red('b')], elsewhere, [red('b')]],
  [
    'of another branch, where this one needs it, has not reported',
    [red('a', { required: true })],
    elsewhere,
    [{ name: 'a', required: true, state: 'pending' }],
  ],
  ['of this branch stands', [red('a')], { ...elsewhere, baseRef: 'main' }, [red('a')]],
  // Kept before branches were.
  ['of nobody knows which branch stands', [red('a')], { ...elsewhere, baseRef: undefined }, [red('a')]],
  ['of another commit says nothing', [red('a')], { ...elsewhere, headSha: 'b'.repeat(40) }, [red('a')]],
  ['of a command is no test', [red('a')], { ...elsewhere, job: '/deploy' }, [red('a')]],
  ['beside a check run leaves that alone', [red('a', { from: 'run' })], elsewhere, [red('a', { from: 'run' })]],
])('the status of a job %s', (_, checks, ran, left) => {
  expect(checksForBase(checks, [ran], { headSha: HEAD, baseRef: 'main' })).toEqual(left);
});

test('the status of two jobs that set the same one is of the one that was started last', () => {
  const before = runOf({ ...elsewhere, job: 'on-release' });
  const now = runOf({ ...elsewhere, job: 'on-main', baseRef: 'main' });
  const checks = [red('a', { state: 'success' })];
  const head = { headSha: HEAD, baseRef: 'main' };
  expect(checksForBase(checks, [before, now], head)).toEqual(checks);
  expect(checksForBase(checks, [now, before], head)).toEqual([]);
});
