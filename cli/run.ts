/** From words on the command line to a verb, and from errors to an exit code. */
import { Rejected, reasonOf, Retryable } from '../shared/errors.ts';
import { nearestTo } from '../shared/language/index.ts';
import { VERSION } from '../shared/config.ts';
import { auditExport } from './audit-export.ts';
import { auditQuery } from './audit-query.ts';
import { auditShow } from './audit-show.ts';
import { auditVerify } from './audit-verify.ts';
import { check } from './check.ts';
import { doctor } from './doctor.ts';
import { importProw } from './import.ts';
import { redrive } from './redrive.ts';
import { simulate } from './simulate.ts';
import { WrongUsage, type ExitCode, type Verb, type World } from './verb.ts';
import { why } from './why.ts';

const VERBS: readonly Verb[] = [
  auditQuery,
  auditShow,
  auditVerify,
  auditExport,
  check,
  why,
  simulate,
  importProw,
  redrive,
  doctor,
];

const HELP: ReadonlySet<string> = new Set(['help', '--help', '-h']);

export async function run(args: readonly string[], world: World): Promise<ExitCode> {
  const verb = VERBS.find(({ name }) => args.slice(0, wordsIn(name)).join(' ') === name);
  if (verb === undefined) return withoutVerb(args, world);
  const rest = args.slice(wordsIn(verb.name));
  if (rest.some((arg) => HELP.has(arg))) {
    await world.print(helpOf(verb));
    return 0;
  }
  try {
    return await verb.run(rest, world);
  } catch (error) {
    if (isUsage(error)) {
      world.warn(`${reasonOf(error)}\nSee: bowsprit ${verb.name} --help\n`);
      return 2;
    }
    world.warn(`Failed: ${reasonOf(error)}.${hintFor(error)}\n`);
    return 1;
  }
}

function wordsIn(name: string): number {
  return name.split(' ').length;
}

async function withoutVerb(args: readonly string[], { print, warn }: World): Promise<ExitCode> {
  const asked = args.filter((arg) => !arg.startsWith('-'));
  if (args.includes('--version')) {
    await print(`${VERSION}\n`);
    return 0;
  }
  const group = VERBS.filter(({ name }) => asked.length === 1 && name.startsWith(`${asked[0] ?? ''} `));
  if (args.some((arg) => HELP.has(arg))) {
    await print(overview(group.length > 0 ? group : VERBS));
    return 0;
  }
  if (asked.length === 0 || group.length > 0) {
    warn(overview(group.length > 0 ? group : VERBS));
    return 2;
  }
  const written = asked.slice(0, 2).join(' ');
  const [nearest] = nearestTo(
    written,
    VERBS.map(({ name }) => name),
    { within: 4, most: 1 },
  );
  const hint = nearest === undefined ? '' : ` Did you mean bowsprit ${nearest}?`;
  warn(`There is no verb ${JSON.stringify(written)}.${hint}\nSee: bowsprit --help\n`);
  return 2;
}

function overview(verbs: readonly Verb[]): string {
  const lines = verbs.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`);
  return `Usage: bowsprit <verb> [options]\n\n${lines.join('\n')}\n\nExit codes: 0 done, 1 found something wrong, 2 wrong usage.\n`;
}

function helpOf({ name, summary, usage }: Verb): string {
  return `${summary}\n\nUsage: bowsprit ${name} ${usage}\n`;
}

function isUsage(error: unknown): boolean {
  if (error instanceof WrongUsage || error instanceof Rejected) return true;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('ERR_PARSE_ARGS');
}

function hintFor(error: unknown): string {
  if (error instanceof Retryable) return ' Is the table where it is looked for, and is it reachable?';
  const name = error instanceof Error ? error.name : '';
  if (name === 'ResourceNotFoundException') return ' Is that the name of the table, and AWS_REGION its region?';
  if (name === 'CredentialsProviderError') return ' Sign in to AWS first, or run this in the folder of npm start.';
  return '';
}
