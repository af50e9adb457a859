import {
  addLabel,
  code,
  defineCommand,
  familyOf,
  isTaken,
  labeler,
  labelSettings,
  labelsLike,
  labelsNamed,
  listed,
  reaches,
  refuse,
  removeLabel,
  reply,
  reservedBecause,
  restrictedBecause,
  restrictionOn,
  ROTTEN,
  STALE,
  STATUS_LABELS,
  takenInWords,
  teamsToAsk,
  words,
} from '../language/index.ts';

/** Says that the project takes an issue on: for people who sort them. So is what other commands let not everybody say. */
const FOR_SORTERS: ReadonlySet<string> = new Set(['triage/accepted', STALE, ROTTEN, ...STATUS_LABELS]);

export const label = defineCommand({
  name: 'label',
  summary: 'Put labels on.',
  family: 'labels',
  aliases: {},
  args: { labels: words('labels of this repository') },
  examples: ['/label kind/bug', '/kind bug', '/area api docs'],
  answered: 'Of several labels, those that could not be put on and why.',
  allow: labeler,
  plugin: 'label',
  settings: { labels: labelSettings },
  needs: ['repositoryLabels', 'role', 'labelsForMerging'],
  asks: ({ args, actor, settings }) => ({ memberships: teamsToAsk(args.labels, actor.login, settings.labels) }),
  decide({ args, actor, repositoryLabels, role, labelsForMerging, settings, answers: { memberships } }) {
    const free = args.labels.filter((word) => reservedBecause(word) === undefined);
    const { found, missing } = labelsNamed(free, repositoryLabels);
    const barred = new Map<string, string>();
    for (const each of found) {
      const restricted = restrictionOn(each, settings.labels) !== undefined;
      const why =
        restrictedBecause(each, actor.login, settings.labels, memberships) ??
        // Whom the settings name for a label may use it for what it does.
        (!restricted && labelsForMerging.on.has(each.toLowerCase())
          ? `${code(each)} lets a pull request be merged here, so it is for people who may triage.`
          : FOR_SORTERS.has(each.toLowerCase()) && !restricted && !reaches(role, 'triage')
            ? `${code(each)} is for people who may triage.`
            : undefined);
      if (why !== undefined) barred.set(each, why);
    }
    const untaken = found.filter((each) => !barred.has(each) && !isTaken(each, settings.labels));
    const wanted = found.filter((each) => !barred.has(each) && !untaken.includes(each));
    const offered = new Set([...repositoryLabels].filter((each) => isTaken(each, settings.labels)));
    const problems = [
      ...args.labels.flatMap((word) => reservedBecause(word) ?? []),
      ...missing.map((word) => `There is no label ${code(word)} in this repository.${offer(word, offered)}`),
      ...barred.values(),
      ...(untaken.length === 0
        ? []
        : [
            `${listed(untaken.map(code))} ${untaken.length === 1 ? 'is' : 'are'} not for ${code('/label')} here, but ${takenInWords(settings.labels)}.`,
          ]),
    ];
    if (wanted.length === 0) return problems.map(refuse);
    return [
      ...wanted.map(addLabel),
      ...noLongerNeeded(wanted, repositoryLabels).map(removeLabel),
      ...(problems.length === 0 ? [] : [reply(problems.join(' '))]),
    ];
  },
});

function offer(word: string, known: ReadonlySet<string>): string {
  const alike = labelsLike(word, known).filter((each) => reservedBecause(each) === undefined);
  return alike.length === 0 ? '' : ` Did you mean ${listed(alike.map(code), 'or')}?`;
}

/** `needs-kind`, where the repository has it, once there is a `kind/…`. */
function noLongerNeeded(wanted: readonly string[], known: ReadonlySet<string>): readonly string[] {
  const needs = new Set(wanted.map((each) => `needs-${familyOf(each).slice(0, -1)}`.toLowerCase()));
  return [...known].filter((each) => needs.has(each.toLowerCase()));
}
