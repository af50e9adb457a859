import {
  anyone,
  code,
  countInWords,
  defineCommand,
  factInWords,
  gateInMarkdown,
  gateNamed,
  leafInWords,
  listed,
  missingIn,
  nearestTo,
  refuse,
  reply,
  words,
  type CatalogueEntry,
  type Gate,
  type GateLeaf,
} from '../language/index.ts';

/** What of the gate a command is about, by its id in the tree. */
const PART_OF: ReadonlyMap<string, string> = new Map([
  ['lgtm', 'lgtm'],
  ['approve', 'owners'],
  ['hold', 'holds'],
]);

/** Names of commands asked about at once. */
const MAX_NAMES = 5;

type About =
  | { readonly is: 'merging' }
  | { readonly is: 'me' }
  /** `mine`: whether only what the asker may is asked for. */
  | { readonly is: 'commands'; readonly names: readonly string[]; readonly mine: boolean };

export const why = defineCommand({
  name: 'why',
  summary: 'Say why this is not merged, or why a command is not open to you.',
  family: 'help',
  aliases: {},
  args: { about: words('`approve` or another command, or `not me`', { required: false, max: MAX_NAMES + 2 }) },
  examples: ['/why', '/why approve', '/why not me', '/why not me lgtm'],
  answered: 'All that it needs, what of it is missing, by which rule, and what to do next.',
  allow: anyone,
  needs: ['catalogue'],
  asks({ args }) {
    const asked = aboutOf(args.about);
    if (asked.is === 'merging') return { gate: true };
    if (asked.is === 'me' || asked.mine) return { permits: true };
    const gate = asked.names.some((name) => PART_OF.has(name));
    return { permits: true, gate, coverage: asked.names.includes('approve') };
  },
  decide({ args, subject, catalogue, answers }) {
    const { gate, coverage, permits } = answers;
    const asked = aboutOf(args.about);
    if (asked.is === 'me') return [reply(mineInWords(permits))];
    if (asked.is === 'merging') {
      if (subject.kind === 'issue' || gate === undefined) return [refuse(NOT_A_PULL)];
      return [reply(mergingInWords(gate))];
    }
    const found = new Set<string>();
    const unknown: string[] = [];
    for (const name of asked.names) {
      const entry = catalogue.find((each) => each.name === name || each.aliases.includes(name));
      if (entry === undefined) unknown.push(unknownInWords(name, catalogue));
      else found.add(entry.name);
    }
    if (found.size === 0) return [refuse(unknown.join(' '))];
    const parts = [...found].map((name) => {
      const mine = permits.filter(({ id }) => id === name || id === `${name} cancel`).map(factInWords);
      const part = asked.mine ? '' : partInWords(name, gate, coverage);
      return [...mine, part].filter((block) => block !== '').join('\n\n');
    });
    return [reply([...parts, ...unknown].join('\n\n'))];
  },
});

const NOT_A_PULL = `${code('/why')} is about merging, and this is an issue; ${code('/why not me')} says which commands are open to you here.`;

function aboutOf(about: readonly string[]): About {
  const names = about.map((name) => name.replace(/^\//, '').toLowerCase());
  const [first, second] = names;
  if (first === undefined) return { is: 'merging' };
  const mine = first === 'not' && second === 'me';
  const rest = mine ? names.slice(2) : names;
  // Which way round it is written is no matter: "cancel" belongs to the command before it.
  const commands = [...new Set(rest.filter((name) => name !== 'cancel'))];
  return mine && commands.length === 0 ? { is: 'me' } : { is: 'commands', names: commands, mine };
}

/** About what nobody can do anything more, no more is said. */
function mergingInWords(gate: Gate): string {
  const over = missingIn(gate).find(({ next }) => next === '');
  if (over !== undefined) return over.fact;
  const how = gate.passed
    ? `**Ready: ${countInWords(gate)}.** It is merged as soon as it is looked at again.`
    : `**Not merged: ${countInWords(gate)}.**`;
  return `${how}\n\n${gateInMarkdown(gate)}`;
}

function partInWords(command: string, gate: Gate | undefined, coverage: Gate | undefined): string {
  const id = PART_OF.get(command);
  if (id === undefined || gate === undefined) return '';
  const part = gateNamed(gate, id);
  const shown = part ?? (command === 'approve' ? coverage : undefined);
  const asked = part === undefined ? `Nothing here asks for ${code(command)} before it merges. ` : '';
  if (shown === undefined) return asked.trim();
  if (shown.is === 'leaf') return `${asked}${leafInWords(shown)}`;
  return `${asked}**${shown.name}: ${countInWords(shown)}.**\n\n${gateInMarkdown(shown)}`;
}

function mineInWords(permits: readonly GateLeaf[]): string {
  const open = permits.filter(({ passed }) => passed);
  const closed = permits.filter(({ passed }) => !passed);
  const how = `**${open.length} of ${permits.length} commands are open to you here.**`;
  const lines = closed.map((each) => `- ${factInWords(each)}`);
  const names = open.length === 0 ? '' : `Open: ${listed(open.map(({ name }) => name))}.`;
  return [how, lines.join('\n'), names].filter((block) => block !== '').join('\n\n');
}

function unknownInWords(name: string, catalogue: readonly CatalogueEntry[]): string {
  const [nearest] = nearestTo(
    name,
    catalogue.map((each) => each.name),
    { within: 2, most: 1 },
  );
  const meant =
    nearest === undefined ? `${code('/commands')} lists them all` : `did you mean ${code(`/why ${nearest}`)}?`;
  return `There is no command ${code(name)}${nearest === undefined ? '; ' : ': '}${meant}${nearest === undefined ? '.' : ''}`;
}
