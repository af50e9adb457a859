/** The documentation of the commands in Markdown: an index, and a page for each family. Made from the definitions alone. */
import {
  code,
  FAMILIES,
  spelledInFiles,
  type AnyCommand,
  type Arg,
  type CatalogueEntry,
  type Family,
} from '../language/index.ts';
import type { SettingRow } from '../settings/index.ts';
import { settingTable, table, whereAsked } from './tables.ts';

type Sources = {
  readonly commands: readonly AnyCommand[];
  readonly catalogue: readonly CatalogueEntry[];
  readonly settings: readonly SettingRow[];
};
type MarkdownPage = { readonly path: string; readonly text: string };

const GENERATED = 'This page is generated: `npm run docs`.';
const FOLDER = 'docs/commands';

/** @param rules the table of what nobody types */
export function commandPages(sources: Sources, rules: string): readonly MarkdownPage[] {
  const families = familiesOf(sources);
  return [
    { path: `${FOLDER}.md`, text: indexOf(families, rules) },
    ...families.map((each) => ({ path: `${FOLDER}/${each.family}.md`, text: pageOf(each, sources) })),
  ];
}

/** A row for each family: its page, and its commands. For the README. */
export function familyTable(sources: Sources): string {
  return table(
    ['about', 'commands'],
    familiesOf(sources).map(({ family, title, all }) => [
      `[${title}](${FOLDER}/${family}.md)`,
      all.map(({ entry: { name } }) => code(`/${name}`)).join(', '),
    ]),
  );
}

type Shown = { readonly command: AnyCommand; readonly entry: CatalogueEntry };
type FamilyShown = {
  readonly family: Family;
  readonly title: string;
  readonly about: string;
  readonly all: readonly Shown[];
};

function familiesOf({ commands, catalogue }: Sources): readonly FamilyShown[] {
  const shown = commands.flatMap((command) => {
    const entry = catalogue.find(({ name }) => name === command.name);
    return entry === undefined ? [] : [{ command, entry }];
  });
  return names.flatMap((family) => {
    const all = shown.filter(({ command }) => command.family === family);
    return all.length === 0 ? [] : [{ family, ...FAMILIES[family], all }];
  });
}

function indexOf(families: readonly FamilyShown[], rules: string): string {
  const sections = families.map(({ family, title, about, all }) =>
    [
      `## [${title}](commands/${family}.md)`,
      about,
      table(
        ['command', 'what it does', 'who'],
        all.map(({ entry: { name, usage, summary, who, onRequest } }) => [
          `[${code(usage)}](commands/${family}.md#${name})`,
          whereAsked(summary, onRequest),
          who,
        ]),
      ),
    ].join('\n\n'),
  );
  return [
    '# Commands',
    'A command stands on a line of its own, from its first column. Names are known in any case; any run of blanks ' +
      'separates words; of several lines of one command that can be taken back the last one decides. What stands ' +
      'after ` # ` is a remark. `/lh-` before any name means the same.',
    'What can be taken back is taken back by `/x cancel`, `/remove-x` or `/unx`. Before or after labels or people the word ' +
      '`cancel` does so too: `/kind cancel bug` is `/remove-kind bug`, `/assign @ada cancel` is `/unassign @ada`. So no ' +
      'line names a label that is called `cancel` and nothing more; put that on, or take it off, on the forge.',
    'Each comment with a command gets one reaction: a thumb up where all of it was done, a confused face where something ' +
      'was not. Whoever is refused is told by which rule, who could, and what to do next. What is said besides stands ' +
      'with each command.',
    GENERATED,
    ...sections,
    '## Rules that nobody types',
    rules,
  ].join('\n\n');
}

function pageOf({ title, about, all }: FamilyShown, { settings }: Sources): string {
  const sections = all.map((each) => commandSection(each, settings));
  return [`# ${title}`, `${about} [All commands](../commands.md).`, GENERATED, ...sections].join('\n\n');
}

function commandSection({ command, entry }: Shown, rows: readonly SettingRow[]): string {
  const { name, usage, summary, who, examples, aliases, pullsOnly, issuesOnly, onRequest } = entry;
  const args = Object.entries(command.args);
  const settings = settingsOf(command, rows);
  const plugins = command.plugin === undefined ? [] : [command.plugin].flat();
  return [
    `## /${name}`,
    `${whereAsked(summary, onRequest)}${pullsOnly ? ' On pull requests only.' : issuesOnly ? ' On issues only.' : ''}`,
    [
      `- Written: ${code(usage)}`,
      ...(aliases.length === 0 ? [] : [`- Also: ${aliases.map((each) => code(`/${each}`)).join(', ')}`]),
      `- For: ${who}; ${code(`allow.${name}`)} changes that`,
      `- Examples: ${examples.map((each) => code(each)).join(', ')}`,
      `- Answered: ${command.answered ?? 'Nothing but the reaction.'}`,
      ...(plugins.length === 0 ? [] : [`- In Prow: ${plugins.map((each) => code(each)).join(', ')}`]),
    ].join('\n'),
    ...(args.length === 0 ? [] : [table(['argument', 'how', 'what'], args.map(argumentRow))]),
    ...(settings.length === 0 ? [] : [settingTable(settings)]),
  ].join('\n\n');
}

function settingsOf({ settings = {} }: AnyCommand, rows: readonly SettingRow[]): readonly SettingRow[] {
  const own = Object.entries(settings).flatMap(([section, { keys }]) =>
    Object.keys(keys).map((key) => `${spelledInFiles(section)}.${spelledInFiles(key)}`),
  );
  return rows.filter(({ key }) => own.includes(key));
}

function argumentRow([name, arg]: readonly [string, Arg]): readonly string[] {
  return [code(name), HOW[arg.is](arg), arg.summary];
}

const needed = (arg: Arg): string => ('required' in arg && arg.required ? '' : ', or none');

const HOW: Readonly<Record<Arg['is'], (arg: Arg) => string>> = {
  flag: () => 'this word, or not',
  words: (arg) => `words${'max' in arg ? `, at most ${arg.max}` : ''}${needed(arg)}`,
  people: (arg) => `${'teams' in arg && arg.teams ? 'people or teams' : 'people'}, or none`,
  text: (arg) => `the rest of the line${needed(arg)}`,
  form: (arg) => ('fields' in arg ? arg.fields.map(({ name }) => name).join(', ') : ''),
};

function isFamily(name: string): name is Family {
  return Object.hasOwn(FAMILIES, name);
}
/** In the order in which they are shown. */
const names: readonly Family[] = Object.keys(FAMILIES).filter(isFamily);
