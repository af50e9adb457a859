import { expect, test } from 'vitest';
import { freezesIn, type Said } from '../../shared/facts/freezes.ts';

const NOW = new Date('2026-03-01T13:00:00Z');
const said = (...actions: Said['actions']): Said => ({
  at: '2026-03-01T12:00:00Z',
  pull: 'github:acme/widgets#1',
  delivery: 'd',
  actor: { login: 'ada' },
  actions,
});
const frozen = (branch: string, until?: string): Said['actions'][number] => ({
  is: 'freeze',
  branch,
  ...(until === undefined ? {} : { until }),
  except: [],
  reason: '',
  result: 'recorded',
});
const lifted = (branch: string): Said['actions'][number] => ({ is: 'unfreeze', branch, result: 'recorded' });

test.each<[what: string, records: readonly Said[], branches: readonly string[]]>([
  ['nothing', [], []],
  ['several', [said(frozen('main')), said(frozen('release-*'))], ['main', 'release-*']],
  ['one that was lifted', [said(frozen('main')), said(frozen('dev')), said(lifted('main'))], ['dev']],
  ['one that was frozen again', [said(frozen('main')), said(lifted('main')), said(frozen('main'))], ['main']],
  ['one that is over at this very moment', [said(frozen('main', '2026-03-01T13:00:00.000Z'))], []],
  ['one that is not', [said(frozen('main', '2026-03-01T13:00:00.001Z'))], ['main']],
  ['the last word on when', [said(frozen('main')), said(frozen('main', '2026-03-01T12:30:00Z'))], []],
  ['what was not recorded', [said({ ...frozen('main'), result: 'superseded' })], []],
  ['what is none', [said({ is: 'freeze', result: 'recorded' }, { is: 'reply', result: 'done' })], []],
])('%s', (_, records, branches) => {
  expect(freezesIn(records, NOW).map(({ branch }) => branch)).toEqual(branches);
});

test('stands since its words were written, where the record tells', () => {
  const at = '2026-03-01T11:59:58Z';
  expect(freezesIn([said({ ...frozen('main'), at })], NOW)).toMatchObject([{ at }]);
  expect(freezesIn([said(frozen('main'))], NOW)).toMatchObject([{ at: '2026-03-01T12:00:00Z' }]);
});
