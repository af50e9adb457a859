/** Commands that settings declare: a name, typed arguments, who may, and the job that each starts. From there on they are commands like any other. */
import { commands as builtIn } from './commands/index.ts';
import {
  allOf,
  choice,
  code,
  ENGINES,
  filledWith,
  flag,
  form,
  groupOf,
  isOver,
  listOf,
  onOff,
  permits,
  refuse,
  reply,
  role,
  section,
  setting,
  shownIn,
  startJob,
  starters,
  textLike,
  who,
  wholeNumber,
  type AnyCommand,
  type Args,
  type Field,
  type Requirement,
  type SettingsIn,
  type Shape,
  type Standing,
} from './language/index.ts';
import { grammarOf, printInvocation } from './parse.ts';

const MAX_COMMANDS = 50;
const MAX_ARGUMENTS = 10;
const MAX_TEXT = 500;
const DEFAULT_TEXT = 200;
/** No result comes later: see `TOKEN_SECONDS`. */
const LOCKED_MS = 24 * 3_600_000;
const MAX_NUMBER = 1_000_000_000;

const line = textLike(/^[^\p{C}]{1,1000}$/u, 'text on one line');
const name = textLike(/^[a-z][a-z0-9-]{1,29}$/, 'a name of small letters, digits and `-`');
const argumentName = textLike(/^[a-z][a-z0-9-]{0,29}$/, 'a name of small letters, digits and `-`');

const argument = groupOf(
  {
    name: argumentName,
    is: choice('word', 'choice', 'number', 'flag', 'text'),
    of: listOf(textLike(/^[A-Za-z0-9][\w./:@+-]{0,99}$/, 'a word')),
    least: wholeNumber(-MAX_NUMBER, MAX_NUMBER),
    most: wholeNumber(-MAX_NUMBER, MAX_NUMBER),
    optional: onOff,
  },
  'name',
  'is',
);

const custom = groupOf(
  {
    name,
    summary: line,
    args: listOf(argument, MAX_ARGUMENTS),
    allow: who,
    engine: choice(...ENGINES),
    target: line,
    parameters: listOf(
      groupOf(
        { name: textLike(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'the name of a variable'), value: line },
        'name',
        'value',
      ),
    ),
    context: line,
    lock: choice('none', 'pull', 'repository', 'name'),
    reply: line,
  },
  'name',
  'summary',
  'engine',
  'target',
);

export const customSettings = {
  custom: section(
    {
      commands: setting(
        listOf(custom, MAX_COMMANDS),
        [],
        'Commands of your own, each of which starts a job: `{ name, summary, args?, allow?, engine, target, parameters?, context?, lock?, reply? }`.',
      ),
    },
    ({ commands }) => problemIn(commands),
  ),
};

type Custom = typeof custom extends Shape<infer T> ? T : never;
type Argument = NonNullable<Custom['args']>[number];

/** Words that replies and parameters may use in braces beside the arguments. */
const WORDS = ['head', 'number', 'base', 'by', 'name'] as const;

/** Everything that means something already, by whatever spelling. */
let reserved: ReadonlySet<string> | undefined;
function isReserved(word: string): boolean {
  reserved ??= new Set(
    grammarOf(builtIn, {
      rules: { only: ['all'], enabled: [], disabled: [] },
      commands: { prefix: '', bots: [] },
      labels: { prefixes: ['area', 'committee', 'kind', 'language', 'priority', 'sig', 'triage', 'wg'] },
    }).spellings.keys(),
  );
  return reserved.has(word) || word === 'cancel' || /^(?:lh|remove)-/.test(word);
}

function problemIn(all: readonly Custom[]): string | undefined {
  for (const [index, one] of all.entries()) {
    const own = code(`/${one.name}`);
    if (isReserved(one.name)) return `${own} is a command already, or another spelling of one.`;
    if (all.findIndex((each) => each.name === one.name) !== index) return `${own} is declared twice.`;
    const problem = problemOfArguments(one.args ?? []) ?? problemOfTemplates(one);
    if (problem !== undefined) return `${own}: ${problem}`;
  }
  return undefined;
}

function problemOfArguments(args: readonly Argument[]): string | undefined {
  const places = args.filter(({ is }) => is !== 'flag');
  for (const [index, { name: own, is, of, least, most }] of args.entries()) {
    const named = code(own);
    if (
      args.findIndex((each) => each.name === own) !== index ||
      WORDS.some((each) => each === own) ||
      own === 'cancel'
    ) {
      return `the argument ${named} is there already.`;
    }
    if ((is === 'choice') !== (of !== undefined && of.length > 0))
      return `${code('of')} goes with a choice, and a choice has it: ${named}.`;
    if (is === 'number' && (least === undefined || most === undefined || least > most))
      return `the number ${named} needs ${code('least')} and ${code('most')}.`;
    if (is === 'text' && most !== undefined && (most < 1 || most > MAX_TEXT))
      return `the text ${named} may have 1 to ${MAX_TEXT} characters.`;
    if (is !== 'number' && least !== undefined) return `${code('least')} goes with a number: ${named}.`;
    if (is !== 'number' && is !== 'text' && most !== undefined)
      return `${code('most')} goes with a number or text: ${named}.`;
  }
  for (const [index, { name: own, is, optional }] of places.entries()) {
    const last = index === places.length - 1;
    if (is === 'text' && !last) return `only the last argument may be text, and ${code(own)} is not.`;
    if (optional === true && places.slice(index).some((each) => each.optional !== true)) {
      return `what follows ${code(own)}, which may be left out, must be so too.`;
    }
  }
  return undefined;
}

function problemOfTemplates({ args = [], reply: said, context, parameters = [] }: Custom): string | undefined {
  const known = new Set<string>([...WORDS, ...args.map((each) => each.name)]);
  for (const template of [said, context, ...parameters.map(({ value }) => value)]) {
    const strange = [...(template ?? '').matchAll(/\{([a-z][a-z0-9-]*)\}/g)].find(([, word = '']) => !known.has(word));
    if (strange !== undefined) return `there is no ${code(strange[0])}.`;
  }
  // Else whoever types it says which check it is that passes.
  const free = args.find(
    ({ name: each, is }) => (is === 'word' || is === 'text') && context?.includes(`{${each}}`) === true,
  );
  if (free !== undefined)
    return `the name of a status takes no ${code(`{${free.name}}`)}, which may be anything: make it a choice.`;
  return undefined;
}

const kept = new WeakMap<readonly Custom[], Map<number, readonly AnyCommand[]>>();

/** The same for the same settings. `retests`: how often one of them may start the same for one commit; 0: as often as anybody likes. */
export function customCommandsIn({
  custom: { commands },
  pipelines: { retests },
}: SettingsIn<typeof customSettings> & { readonly pipelines: { readonly retests: number } }): readonly AnyCommand[] {
  const known = kept.get(commands) ?? new Map<number, readonly AnyCommand[]>();
  const made = known.get(retests) ?? commands.map((each) => commandOf(each, retests));
  kept.set(commands, known.set(retests, made));
  return made;
}

function commandOf(one: Custom, retests: number): AnyCommand {
  const { name: own, summary, args: declared = [], engine, target, parameters = [], context = '', lock = 'none' } = one;
  const fields = declared.flatMap((each) => fieldOf(each) ?? []);
  const args: Args = {
    ...Object.fromEntries(
      declared.flatMap((each) => (each.is === 'flag' ? [[each.name, flag(`\`${each.name}\``)]] : [])),
    ),
    ...(fields.length === 0 ? {} : { [PLACES]: form(fields.map((each) => each.name).join(', '), fields) }),
  };
  const command: AnyCommand = {
    is: 'command',
    name: own,
    summary: summary.endsWith('.') ? summary : `${summary}.`,
    family: 'tests',
    aliases: {},
    args,
    examples: [exampleOf(own, fields)],
    allow: guarded(one.allow ?? role('write')),
    needs: ['head', 'pull', 'runs'],
    decide({ args: given, head, pull, runs = [], actor, subject, at }) {
      if (head === undefined || pull === undefined) return [refuse('Nothing is known of this pull request.')];
      if (pull.state !== 'open') return [refuse(`It is ${pull.state}: nothing is started for it.`)];
      const job = `/${own}`;
      const mine = runs.filter((each) => each.job === job);
      const running = mine.find((each) => !isOver(each.state) && Date.parse(at) - Date.parse(each.at) < LOCKED_MS);
      if (lock !== 'none' && running !== undefined) {
        return [refuse(`${code(job)} is running here already, since ${running.at}; it runs once at a time.`)];
      }
      const times = mine.find(({ headSha }) => headSha === head.sha)?.times ?? 0;
      if (retests > 0 && times >= retests) {
        return [
          refuse(`${code(job)} was started ${times} times for this commit, and no more often than that may it be.`),
        ];
      }
      const values = given[PLACES];
      const words = new Map<string, string>([
        ['head', head.sha],
        ['number', String(subject.number)],
        ['base', pull.baseRef],
        ['by', actor.login],
        ['name', own],
        ...declared.flatMap(({ name: each, is }) =>
          is === 'flag' ? [[each, given[each] === true ? 'true' : 'false'] as const] : [],
        ),
        ...fields.map(
          (field, index) => [field.name, Array.isArray(values) ? String(values[index] ?? '') : ''] as const,
        ),
      ]);
      const start = startJob({
        job,
        context: filledWith(context, words),
        engine,
        target,
        parameters: Object.fromEntries(parameters.map(({ name: each, value }) => [each, filledWith(value, words)])),
        headSha: head.sha,
        baseRef: pull.baseRef,
        rerun: printInvocation({ command, args: given }),
        optional: true,
        ...(lock === 'repository' || lock === 'name' ? { lock: { is: lock, name: own } } : {}),
      });
      return [start, ...(one.reply === undefined ? [] : [reply(shownIn(one.reply, words))])];
    },
  };
  return command;
}

/** Somebody of whom nobody knows anything but that they wrote what would be run. */
const STRANGER: Standing = {
  author: true,
  switches: new Set(),
  role: 'read',
  public: true,
  ownership: { rung: 'owners', approver: false, named: false },
  writersReview: false,
  holder: true,
  heldFor: false,
  abandoned: true,
  trusted: false,
  vouched: false,
  member: false,
};

/** What a stranger may start is started only where jobs may run: nobody lets their own commits in. */
function guarded(need: Requirement): Requirement {
  if (need.is === 'anyone') return starters;
  return letsStrangers(need) ? allOf(need, starters) : need;
}

function letsStrangers(need: Requirement, teams: ReadonlyMap<string, boolean> = new Map()): boolean {
  const is = permits(need, { ...STRANGER, teams });
  if (typeof is === 'boolean') return is;
  return is.lookUp === 'team' ? letsStrangers(need, new Map([...teams, [is.team, false]])) : true;
}

/** No argument that is declared can be called so. */
const PLACES = 'Arguments';

function fieldOf({ name: own, is, of = [], least = 0, most, optional = false }: Argument): Field | undefined {
  switch (is) {
    case 'flag':
      return undefined;
    case 'choice':
      return { name: own, optional, is, of };
    case 'number':
      return { name: own, optional, is, least, most: most ?? least };
    case 'text':
      return { name: own, optional, is, most: most ?? DEFAULT_TEXT };
    default:
      return { name: own, optional, is };
  }
}

function exampleOf(own: string, fields: readonly Field[]): string {
  const values = fields.flatMap((field) => {
    if (field.optional) return [];
    if (field.is === 'choice') return field.of[0] ?? [];
    return field.is === 'number' ? String(field.least) : field.name;
  });
  return [`/${own}`, ...values].join(' ');
}
