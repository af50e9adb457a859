import { expect, test } from 'vitest';
import { absencesIn } from '../../shared/facts/absences.ts';
import { away, back, whoIsAway, type Action } from '../../shared/language/index.ts';

const NOW = '2026-03-01T13:00:00Z';
const said = (...actions: readonly Action[]): { readonly actions: { is: string; result: 'recorded' }[] } => ({
  actions: actions.map((action) => ({ ...action, result: 'recorded' })),
});

test.each<[title: string, entries: readonly ReturnType<typeof said>[], who: string]>([
  ['nobody who said nothing', [], ''],
  ['whoever said so', [said(away('Ada', undefined, 'x'))], '`ada` is away.'],
  ['until a day', [said(away('ada', '2026-03-02T00:00:00Z', ''))], '`ada` is away until 2026-03-02.'],
  ['no longer from that moment on', [said(away('ada', NOW, ''))], ''],
  ['no longer after they are back', [said(away('ada', undefined, '')), said(back('ADA'))], ''],
  ['again, by what was said last', [said(back('ada')), said(away('ada', undefined, ''))], '`ada` is away.'],
  [
    'longer or shorter than was said before',
    [said(away('ada', undefined, '')), said(away('ada', '2026-03-05T00:00:00Z', ''))],
    '`ada` is away until 2026-03-05.',
  ],
  ['nobody else', [said(away('grace', undefined, ''))], ''],
])('away is %s', (_, entries, who) => {
  expect(whoIsAway(['ada'], absencesIn(entries, NOW))).toBe(who);
});

test('what was not recorded, or is something else, is nothing', () => {
  const entries = [
    { actions: [{ is: 'away', by: 'ada', reason: '', result: 'superseded' as const }] },
    { actions: [{ is: 'reply', text: 'away', result: 'done' as const }] },
  ];
  expect(absencesIn(entries, NOW).size).toBe(0);
});
