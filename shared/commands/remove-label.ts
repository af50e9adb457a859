import {
  addLabel,
  code,
  defineCommand,
  familyOf,
  isTaken,
  labeler,
  labelSettings,
  labelsNamed,
  listed,
  refuse,
  removeLabel,
  reply,
  reservedBecause,
  restrictedBecause,
  restrictionOn,
  takenInWords,
  teamsToAsk,
  words,
} from '../language/index.ts';

/** Families that every issue should have a label of; where one has none, `needs-…` says so. */
const ASKED_FOR = ['kind/', 'priority/', 'sig/', 'triage/'] as const;
/** Labels named in an answer. */
const MAX_SHOWN = 10;

export const removeLabelCommand = defineCommand({
  name: 'remove-label',
  summary: 'Take labels off.',
  family: 'labels',
  aliases: { unlabel: 'remove-label' },
  args: { labels: words('labels that are on') },
  examples: ['/remove-label kind/bug', '/remove-kind bug', '/remove-area api docs'],
  answered: 'Of several labels, those that could not be taken off and why.',
  allow: labeler,
  plugin: 'label',
  settings: { labels: labelSettings },
  needs: ['labels', 'repositoryLabels', 'labelsForMerging'],
  asks: ({ args, actor, settings }) => ({ memberships: teamsToAsk(args.labels, actor.login, settings.labels) }),
  decide({ args, actor, labels, repositoryLabels, labelsForMerging, settings, answers: { memberships } }) {
    const free = args.labels.filter((word) => reservedBecause(word) === undefined);
    const { found: named, missing } = labelsNamed(free, labels);
    const barred = new Map<string, string>();
    for (const each of named) {
      const merges = labelsForMerging.off.has(each.toLowerCase()) && restrictionOn(each, settings.labels) === undefined;
      const why =
        restrictedBecause(each, actor.login, settings.labels, memberships) ??
        (merges
          ? `Without ${code(each)} a pull request can be merged here, so it is for people who may triage.`
          : undefined);
      if (why !== undefined) barred.set(each, why);
    }
    const untaken = [...named, ...missing].filter((each) => !barred.has(each) && !isTaken(each, settings.labels));
    const found = named.filter((each) => !barred.has(each) && !untaken.includes(each));
    const absent = missing.filter((each) => !untaken.includes(each));
    const problems = [
      ...args.labels.flatMap((word) => reservedBecause(word) ?? []),
      ...(absent.length === 0 ? [] : [notOn(absent, labels)]),
      ...barred.values(),
      ...(untaken.length === 0
        ? []
        : [
            `${listed(untaken.map(code))} ${untaken.length === 1 ? 'is' : 'are'} not for ${code('/remove-label')} here, but ${takenInWords(settings.labels)}.`,
          ]),
    ];
    if (found.length === 0) return problems.map(refuse);
    return [
      ...found.map(removeLabel),
      ...neededAgain(found, labels, repositoryLabels).map(addLabel),
      ...(problems.length === 0 ? [] : [reply(problems.join(' '))]),
    ];
  },
});

function notOn(missing: readonly string[], labels: ReadonlySet<string>): string {
  const free = [...labels].filter((each) => reservedBecause(each) === undefined).toSorted();
  const instead =
    free.length === 0 ? 'There is none to take off.' : `On are ${listed(free.slice(0, MAX_SHOWN).map(code))}.`;
  return `${listed(missing.map(code))} ${missing.length === 1 ? 'is' : 'are'} not on. ${instead}`;
}

/** `needs-kind`, where the repository has it and the last `kind/…` goes. */
function neededAgain(going: readonly string[], on: ReadonlySet<string>, known: ReadonlySet<string>): readonly string[] {
  const gone = new Set(going);
  const emptied = ASKED_FOR.filter(
    (family) =>
      going.some((label) => inFamily(family, label)) &&
      ![...on].some((label) => inFamily(family, label) && !gone.has(label)),
  );
  const needs = new Set(emptied.map((family) => `needs-${family.slice(0, -1)}`));
  return [...known].filter((label) => needs.has(label.toLowerCase()));
}

function inFamily(family: string, label: string): boolean {
  return familyOf(label).toLowerCase() === family;
}
