import { anyone, code, defineCommand, refuse, reply, words, type CatalogueEntry } from '../language/index.ts';

export const help = defineCommand({
  name: 'help',
  summary: 'List the commands, or explain one.',
  aliases: {},
  args: { command: words('the name of a command', { required: false, max: 1 }) },
  examples: ['/help', '/help lgtm'],
  allow: anyone,
  needs: ['catalogue'],
  decide({ args, catalogue, subject }) {
    const [asked] = args.command;
    if (asked === undefined) {
      const here = catalogue.filter(({ pullsOnly }) => subject.kind === 'pull' || !pullsOnly);
      return [reply(listOf(here))];
    }
    const name = asked.replace(/^\//, '').toLowerCase();
    const entry = catalogue.find((each) => each.name === name || each.aliases.includes(name));
    if (entry === undefined) return [refuse(`There is no command ${code(asked)}; ${code('/help')} lists them all.`)];
    return [reply(explained(entry))];
  },
});

function listOf(entries: readonly CatalogueEntry[]): string {
  const rows = entries.map(({ usage, summary, who }) => `| ${cell(code(usage))} | ${cell(summary)} | ${cell(who)} |`);
  return [
    'Each command stands on a line of its own.',
    '',
    '| command | what it does | who |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function explained({ usage, summary, who, aliases, examples, pullsOnly }: CatalogueEntry): string {
  const also = aliases.length === 0 ? '' : ` Also written ${aliases.map((each) => code(`/${each}`)).join(', ')}.`;
  const where = pullsOnly ? ' On pull requests only.' : '';
  return `${code(usage)}: ${summary} For ${who}.${where}${also} For example ${examples.map(code).join(', ')}.`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
