import {
  carryVotes,
  code,
  defineAutomation,
  labelOn,
  LGTM,
  lgtmSettings,
  notice,
  removeLabel,
  requestReview,
  type ChangeSince,
} from '../language/index.ts';

export const lgtmAfterPush = defineAutomation({
  name: 'lgtm-after-push',
  summary: 'Takes lgtm off when a push changes what was reviewed; keeps it when the change itself stays the same.',
  on: ['synchronized'],
  after: [],
  plugin: 'lgtm',
  settings: { lgtm: lgtmSettings },
  needs: ['changeSince', 'votes', 'labels'],
  asks: ({ settings }) => (settings.lgtm.stickyTeam === '' ? {} : { authorIn: settings.lgtm.stickyTeam }),
  decide({ changeSince, votes, labels, at, author, settings, answers: { authorIn: sticky } }) {
    const { before, after, altered } = changeSince;
    const carried = votes.filter(({ headSha }) => headSha === before && before !== after);
    // Written before this head was pushed, and counted for it all the same: nobody had told of the push yet.
    const early = votes.filter((each) => each.headSha === after && Date.parse(each.at) < Date.parse(at));
    const stands = votes.some(
      (each) =>
        each.vote === 'lgtm' &&
        ((each.headSha === after && !early.includes(each)) ||
          (carried.includes(each) && (sticky || altered.length === 0))),
    );
    const carry = carried.length === 0 && early.length === 0 ? [] : [carryVotes(before, after, altered, at, sticky)];
    if (stands || labelOn(labels, LGTM) === undefined) return carry;
    const fell = [...carried, ...early].filter(
      (each) => each.vote === 'lgtm' && each.by !== author.login.toLowerCase(),
    );
    const again = settings.lgtm.rerequestReview ? [...new Set(fell.map(({ by }) => by))] : [];
    return [
      ...carry,
      removeLabel(LGTM),
      notice('lgtm', removedBecause(changeSince)),
      // Last: whom the forge does not take as a reviewer keeps nobody from being told.
      ...(again.length === 0 ? [] : [requestReview(again)]),
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
