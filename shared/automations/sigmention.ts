import {
  addLabel,
  code,
  defineAutomation,
  groupOf,
  labelName,
  labelOn,
  labelSettings,
  listOf,
  notice,
  pattern,
  restrictionOn,
  section,
  setting,
  textLike,
} from '../language/index.ts';

const GROUPS = String.raw`(?m)@[\w-]+/sig-([\w-]*)-(misc|test-failures|bugs|feature-requests|proposals|pr-reviews|api-reviews)`;
/** Of the living comments that speak to teams; behind it stands whom. */
const SUBJECT = 'teams:';

export const sigmention = defineAutomation({
  name: 'sigmention',
  summary: 'Labels what speaks to a team of a group, and speaks to the team where its author cannot.',
  onRequest: true,
  on: ['opened', 'comment-created', 'review-submitted'],
  after: [],
  plugin: 'sigmention',
  settings: {
    labels: labelSettings,
    sigmention: section({
      regexp: setting(
        pattern,
        GROUPS,
        'Which teams, written `@org/team` (RE2): the first group is the name of a label of the family, a second one says what of `kinds` it is.',
        { prow: { at: 'sigmention.regexp' } },
      ),
      family: setting(
        textLike(/^[a-z][a-z0-9-]{0,49}$/, 'a family of labels, without the slash'),
        'sig',
        'The family of those labels.',
      ),
      kinds: setting(
        listOf(groupOf({ suffix: textLike(/^[\w-]{1,50}$/, 'a word'), label: labelName }, 'suffix', 'label'), 20),
        [
          { suffix: 'bugs', label: 'kind/bug' },
          { suffix: 'feature-requests', label: 'kind/feature' },
          { suffix: 'api-reviews', label: 'kind/api-change' },
          { suffix: 'proposals', label: 'kind/design' },
        ],
        'Which label the end of a team’s name stands for.',
      ),
    }),
  },
  needs: ['notices'],
  asks: ({ teams = [], settings }) => (teams.length === 0 ? {} : { groups: settings.sigmention.regexp }),
  decide({ actor, answers: { groups }, notices, settings: { sigmention: set, labels: rules } }) {
    if (groups === undefined) return [];
    const known = groups.mentions.flatMap((mention) => {
      const label = labelOn(groups.repositoryLabels, `${set.family}/${mention.group}`);
      return label === undefined ? [] : [{ ...mention, label }];
    });
    const kinds = known.flatMap(({ kind }) => {
      const named = set.kinds.find(({ suffix }) => suffix === kind)?.label;
      const label = named === undefined ? undefined : labelOn(groups.repositoryLabels, named);
      return label ?? [];
    });
    const wanted = [...new Set([...known.map(({ label }) => label), ...kinds])].filter(
      (label) => restrictionOn(label, rules) === undefined,
    );
    const spokenTo = new Set([...notices].flatMap((subject) => teamsIn(subject)));
    const silent = new Set(known.map(({ team }) => team).filter((team) => !spokenTo.has(team.toLowerCase())));
    return [
      ...wanted.filter((label) => labelOn(groups.labels, label) === undefined).map(addLabel),
      ...(groups.member || silent.size === 0 ? [] : [notice(subjectFor([...silent]), said(actor.login, [...silent]))]),
    ];
  },
});

function subjectFor(teams: readonly string[]): string {
  return `${SUBJECT}${teams
    .map((team) => team.toLowerCase())
    .toSorted()
    .join(',')}`;
}

function teamsIn(subject: string): readonly string[] {
  return subject.startsWith(SUBJECT) ? subject.slice(SUBJECT.length).split(',') : [];
}

/** Teams are notified by members alone, and by us. */
function said(login: string, teams: readonly string[]): string {
  return `${teams.map((team) => `@${team}`).join(' ')}: ${code(login)} speaks to you here.`;
}
