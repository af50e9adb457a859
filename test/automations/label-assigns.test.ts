import { expect, test } from 'vitest';
import { labelAssigns } from '../../shared/automations/label-assigns.ts';
import { assign, wakenBy, type Action } from '../../shared/language/index.ts';
import { decided, settingsOf, subjectOf, type All } from '../support/given.ts';

const settings = settingsOf('labels', {
  restricted: [
    { label: 'secret', allowedUsers: ['mallory'], allowedTeams: ['keepers'], assignOn: [{ label: 'Sensitive' }] },
    { label: 'SECRET', allowedUsers: ['Trent', 'MALLORY'] },
    { label: 'other', allowedUsers: ['victor'], assignOn: [{ label: 'sensitive' }, { label: 'other/x' }] },
    { label: 'no-one', assignOn: [{ label: 'odd' }] },
  ],
});

test.each<[what: string, facts: Partial<All>, actions: readonly Action[]]>([
  [
    'people of every label that names it, in any case',
    { label: 'sensitive' },
    [assign(['mallory', 'Trent', 'victor'])],
  ],
  ['only those', { label: 'other/x' }, [assign(['victor'])]],
  ['members of teams are not', { label: 'odd' }, []],
  [
    'put on by ourselves: what is on since',
    {
      event: 'comment-created',
      labels: new Set(['other/x', 'sensitive']),
      subject: subjectOf({ labels: ['Sensitive'] }),
    },
    [assign(['victor'])],
  ],
])('%s', (_, facts, actions) => {
  expect(decided(labelAssigns, { event: 'labeled', settings, ...facts })).toEqual(actions);
});

test.each<[label: string, kind: 'pull' | 'issue', woken: boolean]>([
  ['sensitive', 'pull', true],
  ['sensitive', 'issue', true],
  ['secret', 'pull', false],
])('%s on a %s wakes it: %j', (label, kind, woken) => {
  expect(wakenBy(labelAssigns, { name: 'labeled', kind, label }, settings)).toBe(woken);
});

test('where nobody is to be assigned it does not run at all', () => {
  expect(labelAssigns.when?.(settings)).toBe(true);
  expect(labelAssigns.when?.(settingsOf('labels', { restricted: [{ label: 'secret' }] }))).toBe(false);
});
