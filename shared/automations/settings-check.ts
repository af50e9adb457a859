import {
  code,
  defineAutomation,
  listed,
  notice,
  quietNotice,
  report,
  type Action,
  type Annotation,
  type Proposal,
} from '../language/index.ts';

const CHECK = 'bowsprit/settings';
const SUBJECT = 'settings';
const POWER = 'power';
/** Sentences of one check; the rest is to be seen in the change itself. */
const MAX_CHANGES = 50;
const MAX_MISTAKES = 10;

export const settingsCheck = defineAutomation({
  name: 'settings-check',
  summary: 'Checks settings and OWNERS that a pull request changes, line by line, and shows what would be otherwise.',
  essential: true,
  on: ['opened', 'reopened', 'synchronized', 'retargeted', 'base-moved', 'found'],
  after: [],
  needs: ['pull', 'proposal', 'notices'],
  decide({ pull, proposal, notices }) {
    const { files, mistakes } = proposal;
    if (pull.state !== 'open') return [];
    const stands = notices.has(SUBJECT);
    if (files.length === 0) {
      return [SUBJECT, POWER]
        .filter((subject) => notices.has(subject))
        .map((subject) => quietNotice(subject, 'This pull request no longer changes settings or OWNERS.'));
    }
    const breaking = mistakes.filter(({ breaks }) => breaks);
    return [
      report({
        check: CHECK,
        headSha: pull.headSha,
        conclusion: breaking.length > 0 ? 'failure' : mistakes.length > 0 ? 'neutral' : 'success',
        title: titleOf(proposal),
        text: textOf(proposal),
        annotations: mistakes.map(annotated),
      }),
      ...told(breaking, stands),
      ...toldOfPower(proposal, notices.has(POWER)),
    ];
  },
});

function annotated({ path, line, column, problem, breaks }: Proposal['mistakes'][number]): Annotation {
  return { path, line, column, level: breaks ? 'failure' : 'warning', message: problem };
}

function titleOf({ mistakes, changes }: Proposal): string {
  const breaking = mistakes.filter(({ breaks }) => breaks).length;
  if (breaking > 0)
    return `${counted(breaking, 'mistake')}: ${breaking === 1 ? 'it' : 'they'} would keep a file from taking effect`;
  const changed = `${counted(changes.length, 'setting')} would change`;
  if (mistakes.length > 0) {
    return changes.length === 0
      ? `${counted(mistakes.length, 'setting')} would not count`
      : `${changed}, ${mistakes.length} would not count`;
  }
  return changes.length === 0 ? 'Well written; no setting would change' : changed;
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function textOf({ files, mistakes, changes, affected, power, commands }: Proposal): string {
  const breaking = mistakes.filter(({ breaks }) => breaks);
  const others = mistakes.filter(({ breaks }) => !breaks);
  return [
    `Looked at ${listed(files.map(code))}.`,
    ...section('Mistakes', breaking.map(placed)),
    ...section('Written, and without effect', others.map(placed)),
    ...section('What would be otherwise', changes),
    ...section('Who could use more commands', commandsIn(commands, 'gains')),
    ...section('Who could use fewer', commandsIn(commands, 'loses')),
    ...section('Who could approve more', shiftsIn(power?.gains ?? [], power?.complete)),
    ...section('Who could approve less', shiftsIn(power?.losses ?? [], power?.complete)),
    ...(affected === undefined ? [] : [affectedIn(affected)]),
    'Settings and OWNERS count from the base branch: nothing here has any effect before it is merged, and today’s owners decide about that.',
  ].join('\n\n');
}

function section(title: string, sentences: readonly string[]): readonly string[] {
  if (sentences.length === 0) return [];
  const shown = sentences.slice(0, MAX_CHANGES).map((each) => `- ${each}`);
  const more = sentences.length > shown.length ? [`- and ${sentences.length - shown.length} more`] : [];
  return [`**${title}**\n\n${[...shown, ...more].join('\n')}`];
}

function placed({ path, line, problem }: Proposal['mistakes'][number]): string {
  return `${code(path)} line ${line}: ${problem}`;
}

function affectedIn({ names, count, complete }: NonNullable<Proposal['affected']>): string {
  if (count === 0) return complete ? 'No repository is affected.' : 'Of the repositories looked at none is affected.';
  const which = `${listed(names.map(code))}${count > names.length ? ` and ${count - names.length} more` : ''}`;
  const atLeast = complete ? '' : 'At least ';
  return `${atLeast}${count} ${count === 1 ? 'repository is' : 'repositories are'} affected: ${which}.`;
}

/** Only where somebody must act; taken back where it stands and nobody must any more. */
function told(breaking: Proposal['mistakes'], stands: boolean): readonly Action[] {
  if (breaking.length === 0) {
    return stands
      ? [quietNotice(SUBJECT, '**Settings and OWNERS are in order.** The mistakes told of before are gone.')]
      : [];
  }
  const lines = breaking.slice(0, MAX_MISTAKES).map((each) => `- ${placed(each)}`);
  const more = breaking.length > lines.length ? [`- and ${breaking.length - lines.length} more`] : [];
  const text = [
    '**A file of this pull request would not take effect as it is.**',
    [...lines, ...more].join('\n'),
    `Until it is mended the version on the base branch stays in force. The check ${code(CHECK)} marks the lines; ${code('bowsprit check')} finds the same in a checkout.`,
  ].join('\n\n');
  return [notice(SUBJECT, text)];
}

type Shifts = NonNullable<Proposal['power']>['gains'];

function shiftsIn(shifts: Shifts, complete: boolean | undefined): readonly string[] {
  return shifts.map(({ who, files, folder }) => {
    const person = who === 'maintainers' ? 'Whoever maintains the repository' : code(who);
    const where = folder === '' ? '' : ` below ${code(folder)}`;
    return `${person}: ${complete === false ? 'at least ' : ''}${counted(files, 'file')}${where}`;
  });
}

/** By who it is: what matters to whoever reads it is what they could do. */
function commandsIn(shifts: Proposal['commands'], which: 'gains' | 'loses'): readonly string[] {
  const lines = new Map<string, readonly string[]>();
  for (const shift of shifts ?? []) {
    for (const who of shift[which]) lines.set(who, [...(lines.get(who) ?? []), code(shift.line)]);
  }
  return [...lines].map(([who, those]) => `${who.replace(/^./, (first) => first.toUpperCase())}: ${listed(those)}`);
}

const MAX_SHIFTS = 10;

function part(title: string, all: readonly string[]): readonly string[] {
  if (all.length === 0) return [];
  const lines = all.slice(0, MAX_SHIFTS);
  const rest = all.length > lines.length ? [`- and ${all.length - lines.length} more`] : [];
  return [[`**${title}**`, '', ...lines.map((line) => `- ${line}`), ...rest].join('\n')];
}

/** Today's owners decide about it, and see what they decide about. */
function toldOfPower({ power, commands }: Proposal, stands: boolean): readonly Action[] {
  const { gains = [], losses = [], complete } = power ?? {};
  const [more, fewer] = [commandsIn(commands, 'gains'), commandsIn(commands, 'loses')];
  if (gains.length + losses.length + more.length + fewer.length === 0) {
    return stands ? [quietNotice(POWER, 'Nobody gains or loses approval, or a command, by this pull request.')] : [];
  }
  const approval = gains.length + losses.length > 0;
  const text = [
    approval ? 'This pull request changes who approves what.' : 'This pull request changes who may use which commands.',
    ...part('Could approve more', shiftsIn(gains, complete)),
    ...part('Could approve less', shiftsIn(losses, complete)),
    ...part('Could use more commands', more),
    ...part('Could use fewer', fewer),
    approval
      ? 'Counted over the files of the base branch. Nothing of it holds before it is merged, and those who approve these files today decide about that.'
      : 'Nothing of it holds before it is merged, and those who approve these files today decide about that.',
  ].join('\n\n');
  return [notice(POWER, text)];
}
