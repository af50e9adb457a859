import {
  anyone,
  code,
  defineCommand,
  listed,
  refuse,
  reply,
  words,
  type Action,
  type BrokenSettings,
  type CatalogueEntry,
  type Given,
} from '../language/index.ts';

export const commandsCommand = defineCommand({
  name: 'commands',
  summary: 'List the commands, or explain some.',
  family: 'help',
  aliases: {},
  args: { command: words('names of commands', { required: false, max: 5 }) },
  examples: ['/commands', '/commands lgtm hold'],
  answered: 'A table of the commands, or what those named do.',
  allow: anyone,
  needs: ['catalogue', 'brokenSettings'],
  decide: (seen) => explanation(seen.args.command, seen),
});

type Seen = Pick<Given, 'subject'> & {
  readonly catalogue: readonly CatalogueEntry[];
  readonly brokenSettings: readonly BrokenSettings[];
};

/** The list of all commands that there are here, or what those of these names do. */
export function explanation(names: readonly string[], { catalogue, brokenSettings, subject }: Seen): readonly Action[] {
  if (names.length === 0) {
    const here = catalogue.filter(
      ({ pullsOnly, issuesOnly, off }) => off === undefined && !(subject.kind === 'pull' ? issuesOnly : pullsOnly),
    );
    return [reply([...brokenSettings.map(broken), listOf(here)].join('\n\n'))];
  }
  const found = new Set<CatalogueEntry>();
  const missing: string[] = [];
  for (const asked of names) {
    const name = asked.replace(/^\//, '').toLowerCase();
    const entry = catalogue.find((each) => each.name === name || each.aliases.includes(name));
    if (entry === undefined) missing.push(code(asked));
    else found.add(entry);
  }
  const unknown =
    missing.length === 0 ? [] : [`There is no command ${listed(missing, 'or')}; ${code('/commands')} lists them all.`];
  if (found.size === 0) return unknown.map(refuse);
  return [reply([...[...found].map(explained), ...unknown, ...brokenSettings.map(broken)].join('\n\n'))];
}

function broken({ whose, file, commit, line, problem, instead }: BrokenSettings): string {
  const counts =
    instead === undefined
      ? 'No earlier version without mistakes was found, so it counts as if it were empty'
      : `Its version at ${code(instead.slice(0, 7))} counts instead`;
  return `**The settings of the ${whose} have a mistake and do not count**: ${code(file)} line ${line} at ${code(commit.slice(0, 7))}. ${problem} ${counts}, until that is mended.`;
}

function listOf(entries: readonly CatalogueEntry[]): string {
  const rows = entries.map(
    ({ usage, summary, who, whoFrom }) =>
      `| ${cell(code(usage))} | ${cell(summary)} | ${cell(who)}${whoFrom === undefined ? '' : ` (${whoFrom})`} |`,
  );
  return [
    'Each command stands on a line of its own.',
    '',
    '| command | what it does | who |',
    '|---|---|---|',
    ...rows,
    '',
    ...familiesIn(entries),
  ].join('\n');
}

/** What else `/label` is called are the families. */
function familiesIn(entries: readonly CatalogueEntry[]): readonly string[] {
  const families = entries.flatMap(({ name, aliases }) => (name === 'label' ? aliases : []));
  const shown = families.includes('kind') ? 'kind' : families[0];
  if (shown === undefined) return [];
  const names = families.map((each) => code(`/${each}`)).join(', ');
  const means = `${code(`/${shown} bug`)} is ${code(`/label ${shown}/bug`)}`;
  return [`Labels of a family: ${names}; ${means}, and ${code(`/remove-${shown} bug`)} takes it off.`, ''];
}

function explained(entry: CatalogueEntry): string {
  const { usage, summary, who, whoFrom, off, aliases, examples, pullsOnly, issuesOnly } = entry;
  if (off !== undefined) return off;
  const also = aliases.length === 0 ? '' : ` Also written ${aliases.map((each) => code(`/${each}`)).join(', ')}.`;
  const where = pullsOnly ? ' On pull requests only.' : issuesOnly ? ' On issues only.' : '';
  return `${code(usage)}: ${summary} For ${who}${whoFrom === undefined ? '' : ` (${whoFrom})`}.${where}${also} For example ${examples.map(code).join(', ')}.`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
