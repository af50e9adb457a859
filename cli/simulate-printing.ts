/** Two outlooks beside each other: what is the same is said once, what differs is marked. */
import { leavesOf, missingIn, type Approval, type Gate } from '../shared/language/index.ts';
import { changedKeys, differencesBetween, type LayerName, type Mistake } from '../shared/settings/index.ts';
import type { Deed, Deeds, Outlook } from '../shared/simulation.ts';

type Both<T> = { readonly differs: boolean; readonly today: T; readonly proposed: T };
/** Not there at all: a rule that nothing woke, a line that means nothing to anybody. */
type Absent = 'not woken' | 'not looked at';
type Row = { readonly name: string } & Both<Deed | Absent>;

export type Comparison = {
  readonly pull: string;
  readonly headSha: string;
  readonly baseRef: string;
  /** Whether anything at all would be otherwise, settings apart. */
  readonly differs: boolean;
  readonly settings: { readonly keys: readonly string[]; readonly sentences: readonly string[] };
  /** What is written in the files given and does not count. */
  readonly withoutEffect: readonly Mistake[];
  /** Sentences about files that are broken as they are today. */
  readonly broken: readonly string[];
  readonly pushed: readonly Row[];
  readonly swept: readonly Row[];
  readonly commented: readonly Row[];
  readonly merging: Both<Gate>;
  readonly approval: Both<Approval>;
};

export type Asked = {
  readonly pull: string;
  /** Names of the files given, by what they stand for. */
  readonly written: { readonly [Name in LayerName]?: string | undefined };
};

export function comparisonOf(
  { today, proposed }: { readonly today: Outlook; readonly proposed: Outlook },
  { pull, written }: Asked,
): Comparison {
  const rows = [
    rowsOf(today.pushed, proposed.pushed, 'not woken'),
    rowsOf(today.swept, proposed.swept, 'not woken'),
    rowsOf(today.commented, proposed.commented, 'not looked at'),
  ];
  const [pushed = [], swept = [], commented = []] = rows;
  const merging = { ...bothOf(today.gate, proposed.gate), differs: outlineOf(today.gate) !== outlineOf(proposed.gate) };
  const approval = bothOf(today.approval, proposed.approval);
  return {
    pull,
    headSha: proposed.headSha,
    baseRef: proposed.baseRef,
    differs: merging.differs || approval.differs || rows.flat().some(({ differs }) => differs),
    settings: {
      keys: changedKeys(today.inForce.settings, proposed.inForce.settings),
      sentences: differencesBetween(today.inForce, proposed.inForce),
    },
    withoutEffect: proposed.inForce.ignored.flatMap(({ layer, line, column, problem }) => {
      const path = written[layer];
      return path === undefined ? [] : [{ path, line, column, problem }];
    }),
    broken: today.broken.map(
      ({ layer, commit, instead }) =>
        `The file of the ${layer} is broken at ${commit.slice(0, 7)}; ${instead === undefined ? 'it counts as if it were not there' : `that of ${instead.commit.slice(0, 7)} counts`}.`,
    ),
    pushed,
    swept,
    commented,
    merging,
    approval,
  };
}

function bothOf<T>(today: T, proposed: T): Both<T> {
  return { differs: JSON.stringify(today) !== JSON.stringify(proposed), today, proposed };
}

/** Named the same they are the same; a line that stands twice in a comment is told by its place among them. */
function rowsOf(today: Deeds, proposed: Deeds, absent: Absent): readonly Row[] {
  const [before, after] = [counted(today), counted(proposed)];
  const places = [...new Set([...before.keys(), ...after.keys()])];
  return places.map((place): Row => {
    const [was, would] = [before.get(place), after.get(place)];
    const name = (was ?? would)?.name ?? '';
    return { name, ...bothOf<Row['today']>(was?.deed ?? absent, would?.deed ?? absent) };
  });
}

function counted(deeds: Deeds): ReadonlyMap<string, Deeds[number]> {
  const found = new Map<string, Deeds[number]>();
  for (const deed of deeds) {
    let count = 1;
    while (found.has(`${count} ${deed.name}`)) count += 1;
    found.set(`${count} ${deed.name}`, deed);
  }
  return found;
}

export function linesOf(comparison: Comparison): readonly string[] {
  const { pull, headSha, baseRef, differs, settings, withoutEffect, broken, merging, approval } = comparison;
  const blocks = [
    [
      `${pull} at ${headSha.slice(0, 7)} into ${baseRef}: ${differs ? 'what is marked with * would be otherwise.' : 'nothing would be otherwise.'}`,
    ],
    block('Settings that differ', indented(settings.sentences)),
    block(
      'Written, and without effect',
      indented(withoutEffect.map(({ path, line, column, problem }) => `${path}:${line}:${column}: ${problem}`)),
    ),
    block('Broken today', indented(broken)),
    block('Were it pushed to now', tableOf(comparison.pushed.map(textsOf))),
    block('When a sweep finds it', tableOf(comparison.swept.map(textsOf))),
    block('The comment', tableOf(comparison.commented.map(textsOf))),
    block('What merging needs', tableOf(inTheWay(merging))),
    block(
      'Whose approval counts',
      tableOf(besideEachOther(approvers(approval.today), approvers(approval.proposed), 'does not count')),
    ),
  ].filter((lines) => lines.length > 0);
  return blocks.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
}

function block(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `    ${line}`);
}

type Texts = { readonly name: string } & Both<string>;

const MAX_NAME_CHARS = 40;

function tableOf(rows: readonly Texts[]): readonly string[] {
  const width = Math.min(MAX_NAME_CHARS, Math.max(0, ...rows.map(({ name }) => name.length)));
  return rows.flatMap(({ name, differs, today, proposed }) => {
    if (!differs) return [`    ${name.padEnd(width)}  ${today}`];
    return [`  * ${name.padEnd(width)}  today: ${today}`, `    ${' '.repeat(width)}  then:  ${proposed}`];
  });
}

function textsOf({ name, differs, today, proposed }: Row): Texts {
  const [was, would] = [deedInWords(today), deedInWords(proposed)];
  return {
    name,
    differs,
    today: was,
    proposed: was === would && differs ? `${would} In other words (--json).` : would,
  };
}

function deedInWords(deed: Row['today']): string {
  if (typeof deed === 'string') return deed === 'nothing' ? 'nothing to change' : deed;
  const { outcome, reason, actions } = deed;
  const replies = actions.flatMap(({ is, text }) => (is === 'reply' && typeof text === 'string' ? [text] : []));
  return [outcome === 'done' ? reason : `${outcome}: ${reason}`, ...replies].join(' ').replaceAll(/\s+/g, ' ');
}

type Named = readonly (readonly [name: string, text: string])[];

function besideEachOther(today: Named, proposed: Named, otherwise: string): readonly Texts[] {
  const [before, after] = [new Map(today), new Map(proposed)];
  return [...new Set([...before.keys(), ...after.keys()])].map((name) => ({
    name,
    ...bothOf(before.get(name) ?? otherwise, after.get(name) ?? otherwise),
  }));
}

/** Where a rule stands is no difference in what it says. */
function outlineOf(gate: Gate): string {
  return JSON.stringify(leavesOf(gate).map(({ id, passed, fact, next }) => [id, passed, fact, next]));
}

/** What is passed on either side is told where it is not on the other. */
function inTheWay({ today, proposed }: Both<Gate>): readonly Texts[] {
  const open = new Set([today, proposed].flatMap(missingIn).map(({ id }) => id));
  const texts = (gate: Gate): Named =>
    leavesOf(gate)
      .filter(({ id }) => open.has(id))
      .map(({ id, fact, next }) => [id, `${fact} ${next}`.trim()]);
  const all = bothOf(verdictOf(today), verdictOf(proposed));
  return [{ name: 'all of it', ...all }, ...besideEachOther(texts(today), texts(proposed), 'not asked for')];
}

function verdictOf({ passed }: Gate): string {
  return passed ? 'Nothing is in the way.' : 'Something is in the way.';
}

function approvers({ groups, reasons, suggested }: Approval): Named {
  return [
    ...groups.map(({ directory, ownersFile, files, approvedBy, missing, canApprove, quota }): Named[number] => [
      ownersFile === ''
        ? 'the whole change'
        : directory === '' || ownersFile.startsWith(`${directory}/`)
          ? ownersFile
          : `${directory} in ${ownersFile}`,
      [
        `${files} file${files === 1 ? '' : 's'}${quota === undefined ? '' : `, ${quota.given} of ${quota.needed} approvals`}:`,
        approvedBy.length === 0 ? '' : `approved by ${approvedBy.join(', ')}${missing ? ';' : ''}`,
        missing ? `still to approve: ${canApprove.join(' or ') || 'nobody who is named'}` : '',
      ]
        .filter((part) => part !== '')
        .join(' '),
    ]),
    ['to be asked', suggested.length === 0 ? 'nobody' : suggested.join(', ')],
    ...reasons.map((reason, index): Named[number] => [`because (${index + 1})`, reason]),
  ];
}
