import { describe, expect, test } from 'vitest';
import { tideStatusRule } from '../../shared/automations/tide-status.ts';
import { setStatus, type Check, type PullFact } from '../../shared/language/index.ts';
import { approved, decided, given, HEAD, pullOf, settingsOf, voteOf, type All } from '../support/given.ts';

const ready: All = given({
  event: 'labeled',
  labels: new Set(['lgtm', 'approved']),
  lgtms: [voteOf('linus')],
  approval: approved,
});

const standing = (more: Partial<Check>): Partial<PullFact> => ({
  checks: [{ name: 'tide', state: 'success', required: false, from: 'status', description: 'In merge pool.', ...more }],
});

describe('the status is set', () => {
  const IN_POOL = setStatus({ context: 'tide', headSha: HEAD, state: 'success', description: 'In merge pool.' });
  test.each<[what: string, facts: Partial<All>, pull: Partial<PullFact>, set: readonly unknown[]]>([
    ['where it is not there', {}, {}, [IN_POOL]],
    ['not where it says so already', {}, standing({}), []],
    ['where it says something else', {}, standing({ description: 'Not mergeable.' }), [IN_POOL]],
    ['where its state is another one', {}, standing({ state: 'pending' }), [IN_POOL]],
    ['where a check run is called so', {}, standing({ from: 'run' }), [IN_POOL]],
    ['by a line that makes it ready, before it is merged', { event: 'comment-created' }, {}, [IN_POOL]],
    ['by any other line in a delivery after it', { event: 'comment-created', lgtms: [] }, {}, []],
    ['not where it is closed', {}, { state: 'closed' }, []],
  ])('%s', (_, facts, pull, set) => {
    expect(decided(tideStatusRule, { ...ready, ...facts, pull: pullOf(pull) })).toEqual(set);
  });

  test.each([
    ['off', false],
    ['check', false],
    ['tide', true],
    ['both', true],
  ] as const)('merge.status: %s runs it: %s', (status, runs) => {
    expect(tideStatusRule.when?.(settingsOf('merge', { status }))).toBe(runs);
  });
});
