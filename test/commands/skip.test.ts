import { expect, test } from 'vitest';
import { skippableIn } from '../../shared/facts/skippable.ts';
import { refuse, reply, report, setStatus, type Action, type Check } from '../../shared/language/index.ts';
import { actionsFor, given, HEAD, pullOf, settingsOf, subjectOf } from '../support/given.ts';

type Merge = Parameters<typeof settingsOf<'merge'>>[1];

const red = (name: string, more: Partial<Check> = {}): Check => ({
  name,
  state: 'failure',
  required: false,
  from: 'status',
  ...more,
});
const seen = (checks: readonly Check[], skippable: readonly Check[]) => given({ pull: pullOf({ checks }), skippable });
const URL = 'https://ci.example/1';
const skipped = (context: string, more: { readonly url?: string } = {}): Action =>
  setStatus({ context, headSha: HEAD, state: 'success', description: 'Skipped: optional on main', ...more });

test.each<[comment: string, checks: readonly Check[], actions: readonly Action[]]>([
  ['/skip', [red('bench', { url: URL })], [skipped('bench', { url: URL })]],
  ['/SKIP\r', [red('bench'), red('perf')], [skipped('bench'), skipped('perf')]],
  [
    '/skip',
    [red('bench', { from: 'run' })],
    [
      report({
        check: 'bench',
        headSha: HEAD,
        conclusion: 'neutral',
        title: 'Skipped: optional on main',
        text: 'Skipped: optional on main.',
        annotations: [],
      }),
    ],
  ],
  ['/skip', [], [reply('No optional check of this head has failed.')]],
  [
    '/skip bench',
    [red('bench')],
    [
      refuse(
        '`/skip` takes nothing, and `bench` is too much. Nothing was done; a remark goes after `#`. Write `/skip`.',
      ),
    ],
  ],
])('%s', (comment, checks, actions) => {
  expect(actionsFor(comment, seen(checks, checks))).toEqual(actions);
});

test('what must be green is named', () => {
  expect(actionsFor('/skip', seen([red('unit')], []))).toEqual([
    reply('No optional check of this head has failed. `unit` must be green.'),
  ]);
});

test('nothing is cleared away on what is closed', () => {
  const facts = given({ skippable: [red('bench')], subject: subjectOf({ state: 'closed' }) });
  expect(actionsFor('/skip', facts)).toEqual([refuse('It is closed; reopen it first.')]);
});

test.each<[what: string, checks: readonly Check[], merge: Merge, skippable: readonly string[]]>([
  ['what is optional and red', [red('bench')], { optionalChecks: ['bench'] }, ['bench']],
  ['by an expression', [red('bench/x')], { checks: [{ optionalMatching: ['^bench/'] }] }, ['bench/x']],
  ['on this branch alone', [red('bench')], { checks: [{ branches: ['dev'], optional: ['bench'] }] }, []],
  ['never what runs', [red('bench', { state: 'pending' })], { optionalChecks: ['bench'] }, []],
  ['nor what is green', [red('bench', { state: 'success' })], { optionalChecks: ['bench'] }, []],
  ['nor what the branch requires', [red('bench', { required: true })], { optionalChecks: ['bench'] }, []],
  ['nor what nobody calls optional', [red('bench')], {}, []],
  ['an optional job', [red('job')], {}, ['job']],
  ['nor an optional job whose check is needed here', [red('job')], { requiredChecks: [{ name: 'job' }] }, []],
  ['nor where it is needed if present', [red('job')], { checks: [{ ifPresent: ['job'] }] }, []],
  ['not one of another head, nor one that is needed', [red('old'), red('needed')], {}, []],
])('%s', (_, checks, merge, skippable) => {
  const runs = [
    { context: 'job', headSha: HEAD, optional: true },
    { context: 'old', headSha: 'b'.repeat(40), optional: true },
    { context: 'needed', headSha: HEAD, optional: false },
  ];
  const found = skippableIn(pullOf({ checks }), runs, settingsOf('merge', merge));
  expect(found.map(({ name }) => name)).toEqual(skippable);
});
