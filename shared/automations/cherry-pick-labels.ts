import {
  cherryPick,
  cherrypickSettings,
  code,
  defineAutomation,
  isBranchName,
  labelOn,
  labelsPicked,
  notice,
  pickLater,
  pickNever,
  removeLabel,
} from '../language/index.ts';

export const cherryPickLabels = defineAutomation({
  name: 'cherry-pick-labels',
  summary: 'Takes a label such as `cherrypick/release-1` for the request to pick the change onto that branch.',
  on: ['labeled', 'unlabeled'],
  labels: [],
  labelsBySettings: ({ cherrypick }) => (cherrypick.labelPrefix === '' ? [] : [cherrypick.labelPrefix]),
  after: [],
  plugin: 'cherrypicker',
  settings: { cherrypick: cherrypickSettings },
  needs: ['pull', 'labels', 'picks', 'actorPicks'],
  decide({ event, label = '', actor, pull, labels, picks, actorPicks, subject, settings }) {
    const target = label.slice(settings.cherrypick.labelPrefix.length);
    // What a bot does is no word of a person.
    if (actor.bot || target === '') return [];
    if (event === 'unlabeled') {
      const asked = picks.some((each) => each.target === target && each.label === true);
      return asked && labelOn(labels, label) === undefined ? [pickNever(target, 'label')] : [];
    }
    const on = labelOn(labels, label);
    if (on === undefined) return [];
    const refused = whyNot({ target, base: pull.baseRef, actorPicks, login: actor.login });
    if (refused !== undefined)
      return [removeLabel(on), notice('cherry-pick-label', `${code(label)} was taken off again: ${refused}`)];
    if (pull.state === 'open') return [pickLater(target, actor.login, 'label')];
    if (pull.state === 'closed') return [];
    return [cherryPick(target, actor.login, labelsPicked(subject.labels, settings.cherrypick))];
  },
});

type Asked = {
  readonly target: string;
  readonly base: string;
  readonly actorPicks: boolean;
  readonly login: string;
};

function whyNot({ target, base, actorPicks, login }: Asked): string | undefined {
  if (!actorPicks)
    return `${code(login)} may not ask for cherry-picks here; ${code('/commands cherrypick')} says who may.`;
  if (target === base) return `${code(base)} is the base of this pull request, so what is merged is there already.`;
  return isBranchName(target) ? undefined : `${code(target)} cannot be the name of a branch.`;
}
