import { defineAutomation, dropOverride, report, setStatus, type Action, type FactTypes } from '../language/index.ts';

export const overrideEnds = defineAutomation({
  name: 'override-ends',
  summary:
    'Takes an override of a check back when the base branch moves, unless it was said to last, and when its head was left.',
  on: ['synchronized', 'retargeted', 'base-moved', 'reopened', 'found'],
  after: [],
  plugin: 'override',
  needs: ['overridesEnded'],
  decide: ({ overridesEnded }) => overridesEnded.flatMap(taken),
});

function taken({ check, by, headSha, from, because, green }: FactTypes['overridesEnded'][number]): readonly Action[] {
  const description = `Override by ${by} ended: ${because}`;
  return [
    dropOverride(check, by),
    ...from.map((kind) =>
      kind === 'status'
        ? setStatus({ context: check, headSha, state: 'failure', description })
        : report({
            check,
            headSha,
            // Of runs of one name the newest counts on the forge: ours is not to stand above one that is green.
            conclusion: green ? 'neutral' : 'failure',
            title: description,
            text: `${description}.`,
            annotations: [],
          }),
    ),
  ];
}
