import { expect, test } from 'vitest';
import { blunderbuss } from '../../shared/automations/blunderbuss.ts';
import { requestReview, type Action, type FactTypes } from '../../shared/language/index.ts';
import { defaultSettings } from '../../shared/settings/index.ts';
import { ada, decided, pullOf, settingsOf, type All } from '../support/given.ts';

const reviewers = (more: Partial<FactTypes['reviewers']> = {}): FactTypes['reviewers'] => ({
  rung: 'owners',
  engaged: [],
  chosen: ['grace'],
  required: ['sec'],
  away: [],
  ...more,
});
const draft = pullOf({ draft: true });
const set = (more: Partial<All['settings']['blunderbuss']>): All['settings'] => settingsOf('blunderbuss', more);

test.each<[title: string, facts: Partial<All>, actions: readonly Action[]]>([
  ['asks who is chosen, and who is required', {}, [requestReview(['grace', 'sec'])]],
  ['asks nobody where nobody is', { reviewers: reviewers({ chosen: [], required: [] }) }, []],
  ['asks when a draft is opened, as Prow does', { pull: draft }, [requestReview(['grace', 'sec'])]],
  ['not for drafts where they are ignored', { pull: draft, settings: set({ ignoreDrafts: true }) }, []],
  ['asks when it is ready for review', { event: 'draft-changed' }, [requestReview(['grace', 'sec'])]],
  ['not when it becomes a draft', { event: 'draft-changed', pull: draft }, []],
  ['not for authors who are ignored', { settings: set({ ignoreAuthors: [ada.login.toUpperCase()] }) }, []],
  ['not where it is closed already', { pull: pullOf({ state: 'closed' }) }, []],
])('%s', (_, facts, actions) => {
  expect(decided(blunderbuss, { event: 'opened', reviewers: reviewers(), ...facts })).toEqual(actions);
});

test('runs only where it is switched on', () => {
  expect(blunderbuss.when?.(defaultSettings)).toBe(false);
  expect(blunderbuss.when?.(set({ enabled: true }))).toBe(true);
  expect(blunderbuss.when?.(set({ enabled: true, waitForContext: 'tide' }))).toBe(false);
});
