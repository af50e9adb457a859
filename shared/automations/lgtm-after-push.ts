import {
  carryVotes,
  code,
  defineAutomation,
  labelOn,
  LGTM,
  notice,
  removeLabel,
  type ChangeSince,
} from '../language/index.ts';

export const lgtmAfterPush = defineAutomation({
  name: 'lgtm-after-push',
  summary: 'Takes lgtm off when a push changes what was reviewed; keeps it when the change itself stays the same.',
  on: ['synchronized'],
  after: [],
  plugin: 'lgtm',
  needs: ['changeSince', 'votes', 'labels'],
  decide({ changeSince, votes, labels, at }) {
    const { before, after, altered } = changeSince;
    const carried = votes.filter(({ headSha }) => headSha === before && before !== after);
    // Written before this head was pushed, and counted for it all the same: nobody had told of the push yet.
    const early = votes.filter((each) => each.headSha === after && Date.parse(each.at) < Date.parse(at));
    const stands = votes.some(
      (each) =>
        each.vote === 'lgtm' &&
        ((each.headSha === after && !early.includes(each)) || (carried.includes(each) && altered.length === 0)),
    );
    return [
      ...(carried.length === 0 && early.length === 0 ? [] : [carryVotes(before, after, altered, at)]),
      ...(stands || labelOn(labels, LGTM) === undefined
        ? []
        : [removeLabel(LGTM), notice('lgtm', removedBecause(changeSince))]),
    ];
  },
});

/** The first line is Prow's, byte for byte: other tools look for it. */
function removedBecause({ before, after, altered }: ChangeSince): string {
  const differs =
    altered === 'all' || altered.length === 0 ? '' : ` in ${altered.length} file${altered.length === 1 ? '' : 's'}`;
  return [
    'New changes are detected. LGTM label has been removed.',
    '',
    `${code(after.slice(0, 7))} differs from ${code(before.slice(0, 7))}${differs}.`,
  ].join('\n');
}
