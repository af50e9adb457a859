import { describe, expect, test } from 'vitest';
import { blockers } from '../../shared/automations/blockers.ts';
import { lookAgain, type Given } from '../../shared/language/index.ts';
import { decided, settingsOf, subjectOf } from '../support/given.ts';

const issue = (...labels: readonly string[]): Given['subject'] => subjectOf({ kind: 'issue', labels });

describe('an event of an issue', () => {
  const LABEL = settingsOf('merge', { blockerLabel: 'tide/blocker' });
  const AGAIN = [lookAgain('all', ['blockers'])];

  test.each<[what: string, facts: Parameters<typeof decided>[1], actions: readonly unknown[]]>([
    ['that has the label', { subject: issue('Tide/Blocker'), event: 'closed', settings: LABEL }, AGAIN],
    ['that has it no longer', { subject: issue(), event: 'unlabeled', label: 'tide/blocker', settings: LABEL }, AGAIN],
    [
      'that was labeled by command',
      { subject: issue(), event: 'comment-created', commands: ['label'], settings: LABEL },
      AGAIN,
    ],
    ['that has another', { subject: issue('kind/bug'), event: 'closed', settings: LABEL }, []],
    ['where none blocks', { subject: issue('tide/blocker'), event: 'closed' }, []],
    ['of a pull request', { subject: subjectOf({ labels: ['tide/blocker'] }), event: 'closed', settings: LABEL }, []],
  ])('%s', (_, facts, actions) => {
    expect(decided(blockers, facts)).toEqual(actions);
  });
});
