import { expect, test } from 'vitest';
import { requireMatchingLabel } from '../../shared/automations/require-matching-label.ts';
import {
  addLabel,
  noNotice,
  notice,
  removeLabel,
  type Action,
  type RequiredLabel,
} from '../../shared/language/index.ts';
import { decided, given, settingsOf, subjectOf, type All } from '../support/given.ts';

const kind: RequiredLabel = { missing: 'needs-kind', comment: 'Say which kind.', found: false, looked: true };
const sig: RequiredLabel = { missing: 'needs-sig', found: false, looked: true };
const area: RequiredLabel = { missing: 'needs-area', comment: 'Say where.', found: false, looked: true };
const standing = { notices: new Set(['required-labels']) };
const said = (text: string): Action => notice('required-labels', text);

test.each<[what: string, labels: readonly RequiredLabel[], facts: Partial<All>, actions: readonly Action[]]>([
  ['is missing', [kind], {}, [addLabel('needs-kind'), said('Say which kind.')]],
  ['is missing, and nothing is to be said', [sig], {}, [addLabel('needs-sig')]],
  ['is missing, as its label says already', [{ ...kind, on: 'needs-kind' }], {}, [said('Say which kind.')]],
  ['is there', [{ ...kind, found: true }], {}, []],
  [
    'is there now',
    [{ ...kind, found: true, on: 'Needs-Kind' }],
    standing,
    [removeLabel('Needs-Kind'), noNotice('required-labels')],
  ],
  [
    'one comes and another goes, in one pass',
    [{ ...kind, found: true, on: 'needs-kind' }, area],
    standing,
    [removeLabel('needs-kind'), addLabel('needs-area'), said('Say where.')],
  ],
  [
    'several are missing: one comment',
    [kind, sig, area, { ...kind }],
    {},
    [addLabel('needs-kind'), addLabel('needs-sig'), addLabel('needs-area'), said('Say which kind.\n\nSay where.')],
  ],
  [
    'what the event is not about stays as it is, and is said',
    [
      { ...kind, looked: false, on: 'needs-kind' },
      { ...area, looked: false },
      { ...sig, found: true, on: 'needs-sig' },
    ],
    standing,
    [removeLabel('needs-sig'), said('Say which kind.')],
  ],
  ['nothing is asked for here', [], standing, []],
  ['it is closed', [kind], { subject: subjectOf({ state: 'closed' }) }, []],
])('%s', (_, requiredLabels, facts, actions) => {
  expect(decided(requireMatchingLabel, { event: 'opened', requiredLabels, ...facts })).toEqual(actions);
});

const rules = [
  { matching: '^kind/', missing: 'needs-kind', graceSeconds: 60 },
  { matching: '^sig/', missing: 'needs-sig', issues: false },
];

test.each<[event: string, kind: 'pull' | 'issue', seconds: number]>([
  ['opened', 'pull', 60],
  ['reopened', 'issue', 60],
  ['labeled', 'pull', 0],
  ['comment-created', 'pull', 0],
])('%s on a %s waits %i seconds', (event, is, seconds) => {
  const facts = given({ event, subject: subjectOf({ kind: is }), settings: settingsOf('requiredLabels', { rules }) });
  expect(requireMatchingLabel.later?.(facts)).toBe(seconds);
});

test('five seconds where nothing is said; none where nothing is asked of issues', () => {
  const [, sigs] = rules;
  const settings = settingsOf('requiredLabels', { rules: sigs === undefined ? [] : [sigs] });
  expect(requireMatchingLabel.later?.(given({ event: 'opened', settings }))).toBe(5);
  expect(
    requireMatchingLabel.later?.(given({ event: 'opened', settings, subject: subjectOf({ kind: 'issue' }) })),
  ).toBe(0);
});

test('without a rule of the settings it does not run', () => {
  expect(requireMatchingLabel.when?.(settingsOf('requiredLabels', {}))).toBe(false);
  expect(requireMatchingLabel.when?.(settingsOf('requiredLabels', { rules }))).toBe(true);
});
