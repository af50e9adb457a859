import { expect, test } from 'vitest';
import type { Delivery } from '../../shared/delivery.ts';
import { requiredLabelsOf } from '../../shared/facts/required-labels.ts';

type Rules = Parameters<typeof requiredLabelsOf>[1];
const kind = { matching: '^kind/', missing: 'needs-kind', comment: 'Say which kind.' };
const sig = { matching: '^(sig|wg)/', missing: 'needs-sig' };

type Case = Partial<Pick<Delivery, 'event' | 'label'>> & {
  readonly kind?: 'pull' | 'issue';
  readonly baseRef?: string;
  readonly before?: readonly string[];
};

async function found(
  rules: Rules,
  { event = 'opened', kind: is = 'pull', before = [], ...more }: Case,
  on: readonly string[],
) {
  const asked: string[] = [];
  const { label, baseRef } = more;
  const target = {
    kind: is,
    number: 1,
    author: { login: 'ada', id: '1', bot: false },
    state: 'open',
    title: '',
    labels: [...before],
    locked: false,
    ...(baseRef === undefined ? {} : { baseRef }),
  } as const;
  const labels = await requiredLabelsOf(
    { event, target: { ...target, labels: [...before] }, ...(label === undefined ? {} : { label }) },
    rules,
    {
      baseRef: async () => (asked.push('baseRef'), 'main'),
      labels: async () => (asked.push('labels'), new Set(on)),
    },
  );
  const told = labels.map(
    (each) =>
      `${each.missing}${each.found ? ' found' : ''}${each.on === undefined ? '' : ` ${each.on} on`}${each.looked ? '' : ' left'}`,
  );
  return { told, asked };
}

test.each<
  [what: string, rules: Rules, event: Case, on: readonly string[], told: readonly string[], asked: readonly string[]]
>([
  ['none is on', [kind, sig], {}, [], ['needs-kind', 'needs-sig'], ['labels']],
  [
    'one is on',
    [kind, sig],
    {},
    ['sig/node', 'Needs-Kind'],
    ['needs-kind Needs-Kind on', 'needs-sig found'],
    ['labels'],
  ],
  [
    'a label that fits one of them',
    [kind, sig],
    { event: 'labeled', label: 'kind/best' },
    ['kind/best'],
    ['needs-kind found', 'needs-sig left'],
    ['labels'],
  ],
  ['a label that fits none', [kind, sig], { event: 'unlabeled', label: 'area/api' }, [], [], []],
  [
    'the label that says so, taken off by hand, stays off',
    [kind],
    { event: 'unlabeled', label: 'needs-kind' },
    [],
    [],
    [],
  ],
  [
    'put on by a command since',
    [kind, sig],
    { event: 'comment-created', before: ['x'] },
    ['x', 'kind/bug'],
    ['needs-kind found', 'needs-sig left'],
    ['labels'],
  ],
  [
    'taken off by a command since',
    [kind, sig],
    { event: 'comment-created', before: ['sig/a'] },
    [],
    ['needs-kind left', 'needs-sig'],
    ['labels'],
  ],
  ['it is time', [kind], { event: 'due' }, [], ['needs-kind'], ['labels']],
  ['of issues alone, on a pull request', [{ ...kind, pulls: false }], {}, [], [], []],
  ['of issues alone, on an issue', [{ ...kind, pulls: false }], { kind: 'issue' }, [], ['needs-kind'], ['labels']],
  ['of pull requests alone, on an issue', [{ ...kind, issues: false }], { kind: 'issue' }, [], [], []],
  ['of another branch', [{ ...kind, branch: 'release-*' }], { baseRef: 'main' }, [], [], []],
  ['of this branch', [{ ...kind, branch: 'release-*' }], { baseRef: 'release-1' }, [], ['needs-kind'], ['labels']],
  [
    'a branch that the event does not tell',
    [{ ...kind, branch: 'main' }],
    { event: 'due' },
    [],
    ['needs-kind'],
    ['baseRef', 'labels'],
  ],
  [
    'of an issue no branch counts',
    [{ ...kind, branch: 'release-1' }],
    { kind: 'issue' },
    [],
    ['needs-kind'],
    ['labels'],
  ],
  [
    'what says that it is missing is not what is wanted',
    [{ matching: 'kind', missing: 'needs-kind' }],
    {},
    ['needs-kind'],
    ['needs-kind needs-kind on'],
    ['labels'],
  ],
  ['nothing is asked for', [], {}, [], [], []],
])('%s', async (_, rules, event, on, told, asked) => {
  expect(await found(rules, event, on)).toEqual({ told, asked });
});
