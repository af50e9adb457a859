import {
  addLabel,
  code,
  defineCommand,
  familyOf,
  labeler,
  labelsLike,
  labelsNamed,
  listed,
  reaches,
  refuse,
  removeLabel,
  reply,
  reservedBecause,
  words,
} from '../language/index.ts';

/** Says that the project takes an issue on: for people who sort them. */
const ACCEPTED = 'triage/accepted';

export const label = defineCommand({
  name: 'label',
  summary: 'Put labels on.',
  aliases: {},
  args: { labels: words('labels of this repository') },
  examples: ['/label kind/bug', '/kind bug', '/area api docs'],
  allow: labeler,
  plugin: 'label',
  needs: ['repositoryLabels', 'role', 'labelsForMerging'],
  decide({ args, repositoryLabels, role, labelsForMerging }) {
    const free = args.labels.filter((word) => reservedBecause(word) === undefined);
    const { found, missing } = labelsNamed(free, repositoryLabels);
    const forMerging = found.filter((each) => labelsForMerging.on.has(each.toLowerCase()));
    const wanted = found.filter(
      (each) => !forMerging.includes(each) && (each.toLowerCase() !== ACCEPTED || reaches(role, 'triage')),
    );
    const problems = [
      ...args.labels.flatMap((word) => reservedBecause(word) ?? []),
      ...missing.map((word) => `There is no label ${code(word)} in this repository.${offer(word, repositoryLabels)}`),
      ...(wanted.length + forMerging.length < found.length ? [`${code(ACCEPTED)} is for people who may triage.`] : []),
      ...forMerging.map(
        (each) => `${code(each)} lets a pull request be merged here, so it is for people who may triage.`,
      ),
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
