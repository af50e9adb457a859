/** `bowsprit why`: what a pull request still needs, and which commands are open to somebody: `/why` without a comment. */
import { parseArgs } from 'node:util';
import { automations } from '../shared/automations/index.ts';
import { commands } from '../shared/commands/index.ts';
import { Refusal, reasonOf, Retryable } from '../shared/errors.ts';
import {
  countInWords,
  leavesOf,
  missingIn,
  nearestTo,
  notesIn,
  sourceInWords,
  type GateLeaf,
} from '../shared/language/index.ts';
import { bookFrom } from '../shared/settings/index.ts';
import { standUnder, type Stand } from '../shared/simulation.ts';
import { sweeps } from '../shared/sweeps/index.ts';
import { pullNamed } from './audit-filters.ts';
import { withEngine, type Engine } from './engine-source.ts';
import { visible } from './printing.ts';
import { WrongUsage, type ExitCode, type Verb, type World } from './verb.ts';

const OPTIONS = { as: { type: 'string' }, json: { type: 'boolean' } } as const;

export const why: Verb = {
  name: 'why',
  summary: 'What a pull request still needs to be merged, or which commands are open to somebody.',
  usage: `<pull request> [options], or <pull request> --as ada-example [command …]
  --as ada-example            which commands are open to her here, as "/why not me" says; those named, or all
  --json                      one object instead of lines

Nothing is written anywhere: it reads as the App, with a token that can do no more, in the folder of a running
npm start or with the environment of the worker (GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY, AUDIT_TABLE, CACHE_TABLE …).
Exits 0 where it would be merged and 1 where something is missing; with --as, 1 where a command that is named is not
open.`,
  async run(args, world) {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
    const asked = askedIn(positionals, values);
    try {
      return await withEngine(world, (engine) => run(asked, engine, world));
    } catch (error) {
      if (error instanceof Refusal) {
        world.warn(`${error.message}\n`);
        return 1;
      }
      if (!(error instanceof Retryable)) throw error;
      world.warn(`It could not be found out: ${reasonOf(error)}. Try again.\n`);
      return 1;
    }
  },
};

type Asked = {
  readonly where: { readonly owner: string; readonly name: string };
  readonly number: number;
  readonly as: string | undefined;
  /** Canonical names of commands. */
  readonly named: readonly string[];
  readonly json: boolean;
};

function askedIn(
  [name, ...rest]: readonly string[],
  { as, json = false }: { readonly as?: string | undefined; readonly json?: boolean | undefined },
): Asked {
  if (name === undefined || (rest.length > 0 && as === undefined)) {
    throw new WrongUsage('Name one pull request: acme/widgets#12. Commands are named together with --as.');
  }
  const [, provider, owner = '', repository = '', number] = /^([\w-]+):(.+)\/(.+)#(\d+)$/.exec(pullNamed(name)) ?? [];
  if (provider !== 'github')
    throw new WrongUsage(`Only pull requests on GitHub can be asked about, not on ${provider}.`);
  const login = as?.replace(/^@/, '');
  if (login === '') throw new WrongUsage('--as names nobody.');
  return {
    where: { owner, name: repository },
    number: Number(number),
    as: login,
    named: rest.map(commandNamed),
    json,
  };
}

function commandNamed(written: string): string {
  const name = written.replace(/^\//, '').toLowerCase();
  const found = commands.find((each) => each.name === name || Object.hasOwn(each.aliases, name));
  if (found !== undefined) return found.name;
  const [nearest] = nearestTo(
    name,
    commands.map((each) => each.name),
    { within: 2, most: 1 },
  );
  throw new WrongUsage(
    `There is no command ${JSON.stringify(written)}.${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`,
  );
}

async function run(asked: Asked, { provider, audit, cache, files }: Engine, world: World): Promise<ExitCode> {
  const { where, number, as, named, json } = asked;
  const looked = await provider.look(where, number);
  const sources = { provider, looked, audit, cache, rules: { commands, automations, sweeps }, now: world.now() };
  const person = as === undefined ? undefined : await looked.person(as);
  const stand = await standUnder({ book: bookFrom(files) }, sources, person);
  const pull = `${where.owner}/${where.name}#${number}`;
  const permits = stand.permits.filter(
    ({ id }) => named.length === 0 || named.some((each) => id === each || id === `${each} cancel`),
  );
  const { headSha, baseRef, gate } = stand;
  const told =
    person === undefined
      ? { pull, headSha, baseRef, passed: gate.passed, missing: missingIn(gate), gate }
      : { pull, headSha, baseRef, as: person.login, permits };
  const lines = person === undefined ? standInLines(pull, stand) : permitsInLines(pull, person.login, permits);
  await world.print(json ? `${JSON.stringify(told, null, 2)}\n` : lines.map((line) => `${visible(line)}\n`).join(''));
  if (person === undefined) return gate.passed ? 0 : 1;
  // Of all that there is, most is for others: that is nothing wrong.
  return named.every((each) => permits.some(({ id, passed }) => id === each && passed)) ? 0 : 1;
}

function standInLines(pull: string, { headSha, baseRef, gate }: Stand): readonly string[] {
  const leaves = leavesOf(gate);
  return [
    `${pull} at ${headSha.slice(0, 7)} into ${baseRef}: ${countInWords(gate)}.`,
    ...block('Missing', leaves.filter(({ passed }) => !passed).flatMap(leafInLines)),
    ...block(
      'Also',
      notesIn(gate).map((note) => `    ${note}`),
    ),
    ...block('Green', leaves.filter(({ passed }) => passed).flatMap(leafInLines)),
  ];
}

function permitsInLines(pull: string, login: string, permits: readonly GateLeaf[]): readonly string[] {
  const open = permits.filter(({ passed }) => passed);
  return [
    `${pull}, as ${login} is told: ${open.length} of ${permits.length} commands are open to you here.`,
    ...block('Not open', permits.filter(({ passed }) => !passed).flatMap(leafInLines)),
    ...block('Open', open.flatMap(leafInLines)),
  ];
}

function block(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}

/** What must be so, then what is, what to do about it, and whose rule it is, each on a line of its own. */
function leafInLines(leaf: GateLeaf): readonly string[] {
  const { name, fact, next } = leaf;
  return [
    `    ${name}`,
    ...[fact, next, sourceInWords(leaf)].filter((text) => text !== '').map((text) => `        ${text}`),
  ];
}
