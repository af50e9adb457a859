import {
  code,
  defineAutomation,
  HOLD,
  liftHold,
  mention,
  notice,
  removeLabel,
  waitsFor,
  type Awaited,
} from '../language/index.ts';

export const holdEnds = defineAutomation({
  name: 'hold-ends',
  summary: 'Lifts a hold when that has come which it waits for: a day, a merge, a check.',
  on: ['awaited', 'checks-passed', 'reopened', 'found'],
  after: [],
  plugin: 'hold',
  needs: ['holds', 'awaited'],
  decide({ holds, awaited }) {
    const over = awaited.filter(({ is }) => is === 'here');
    const inVain = awaited.filter(({ is }) => is === 'in vain');
    return [
      ...over.map(({ hold, because }) => liftHold(hold, because)),
      ...(over.length > 0 && over.length === holds.length ? [removeLabel(HOLD)] : []),
      ...(inVain.length > 0 ? [notice('hold', inVain.map(toldOf).join('\n\n'))] : []),
    ];
  },
});

function toldOf({ hold, because }: Awaited): string {
  const next = `Comment ${code('/hold cancel')} when it need not be held, or ${code('/hold')} with something else to wait for.`;
  return `${mention(hold.by)}: ${because}, so nothing lifts by itself what you hold ${waitsFor(hold)}. ${next}`;
}
