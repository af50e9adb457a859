import { expect, test } from 'vitest';
import { checksSince } from '../../shared/facts/checks.ts';
import { report, setStatus, type Action, type Check } from '../../shared/language/index.ts';

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
