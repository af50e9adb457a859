/** What GitHub tells of workflows: of those that Bowsprit started, and of no other. */
import { expect, test } from 'vitest';
import { translate } from '../../../shared/providers/github/translate.ts';

const KEY = `pr12-${'a'.repeat(32)}`;
const RUN = {
  id: 70,
  event: 'workflow_dispatch',
  display_title: `build ${KEY}`,
  conclusion: 'success',
  html_url: 'https://github.com/acme/widgets/actions/runs/70',
  updated_at: '2026-03-01T13:00:00Z',
};

function told(run: Partial<typeof RUN> | { readonly conclusion: null }, action = 'completed') {
  const body = {
    action,
    installation: { id: 5 },
    repository: { id: 1, name: 'widgets', owner: { login: 'acme' } },
    sender: { login: 'ada', id: 2, type: 'User' },
    workflow_run: { ...RUN, ...run },
  };
  const about = { event: 'workflow_run', id: 'd-1', receivedAt: '2026-03-01T13:00:01Z' };
  return translate(body, about, { appId: '1', bots: [] });
}

test.each([
  [{}, 'completed', 'success'],
  [{ conclusion: 'failure' }, 'completed', 'failure'],
  [{ conclusion: 'timed_out' }, 'completed', 'failure'],
  [{ conclusion: 'cancelled' }, 'completed', 'cancelled'],
  [{ conclusion: 'startup_failure' }, 'completed', 'error'],
  [{ conclusion: null }, 'in_progress', 'running'],
])('%j, %s: %s', (run, action, state) => {
  const delivery = told(run, action);
  expect(delivery).toMatchObject({
    event: 'job-result',
    installation: '5',
    job: { key: KEY, engine: 'github-actions', run: '70', state, url: RUN.html_url },
  });
});

test.each([
  // Whoever opens a pull request says what its runs are called.
  ['of a pull request', { event: 'pull_request' }],
  ['without a key', { display_title: 'build' }],
  ['with a key that is longer', { display_title: `${KEY}0` }],
  ['with a key that is part of a word', { display_title: `x${KEY}` }],
])('a run %s is none of ours', (_, run) => {
  expect(told(run)).toBe('Bowsprit did not start the workflow');
});

test('what has only been asked for tells nothing', () => {
  expect(told({}, 'requested')).toBe('no rule listens to this action');
});
