/** `bowsprit simulate`: what the rules would do on one pull request under other settings or owners, without doing any of it. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { automations } from '../shared/automations/index.ts';
import { checkedSettings, inOrder, ownersFindings, type CheckedFile, type Finding } from '../shared/checkout.ts';
import { candidateLines } from '../shared/comment-lines.ts';
import { commands } from '../shared/commands/index.ts';
import { Refusal, reasonOf, Retryable } from '../shared/errors.ts';
import { CODEOWNERS_PATHS } from '../shared/owners/index.ts';
import type { FileAtCommit } from '../shared/providers/provider.ts';
import { bookFrom, type Where } from '../shared/settings/index.ts';
import { simulated, withFiles, type Comment, type Conditions } from '../shared/simulation.ts';
import { sweeps } from '../shared/sweeps/index.ts';
import { pullNamed } from './audit-filters.ts';
import { filesIn, givenFile, isFolder, prowIn, type ProwFolder } from './checkout.ts';
import { withEngine, type Engine } from './engine-source.ts';
import { visible } from './printing.ts';
import { comparisonOf, linesOf } from './simulate-printing.ts';
import { WrongUsage, type ExitCode, type Verb, type World } from './verb.ts';

const OPTIONS = {
  settings: { type: 'string' },
  organization: { type: 'string' },
  deployment: { type: 'string' },
  prow: { type: 'string' },
  owners: { type: 'string' },
  comment: { type: 'string' },
  by: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const simulate: Verb = {
  name: 'simulate',
  summary: 'What the rules would do on a pull request under other settings or OWNERS, without doing it.',
  usage: `<pull request> [options], at least one of the first six
  --settings <file>           instead of the repository's .github/bowsprit.yaml
  --organization <file>       instead of the organization's bowsprit.yaml
  --deployment <file>         instead of the deployment's settings
  --prow <folder>             instead of the deployment's Prow files, or where it has none
  --owners <folder>           OWNERS and CODEOWNERS of a checkout instead of the base branch's
  --comment '/lgtm'           what such a comment would do, today and then; may have several lines
  --by ada-example            who would write it
  --json                      one object instead of lines

Nothing is written anywhere: it reads as the App, with a token that can do no more, in the folder of a running
npm start or with the environment of the worker (GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY, AUDIT_TABLE, CACHE_TABLE …).
Exits 0 whether or not anything would be otherwise, and 1 where a file that is given has mistakes.`,
  async run(args, world) {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
    const asked = askedIn(positionals, values);
    const given = await givenIn(world, values);
    const mistakes = mistakesIn(given, asked.where);
    if (mistakes.length > 0) return toldOf(mistakes, values.json === true, world);
    try {
      return await withEngine(world, (engine) => run(asked, given, engine, world));
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

type Values = { readonly [Name in Exclude<keyof typeof OPTIONS, 'json'>]?: string | undefined } & {
  readonly json?: boolean | undefined;
};
type Asked = {
  readonly where: Where;
  readonly number: number;
  readonly comment: { readonly by: string; readonly text: string } | undefined;
  readonly json: boolean;
};

function askedIn(positionals: readonly string[], values: Values): Asked {
  const [name, ...others] = positionals;
  if (name === undefined || others.length > 0) throw new WrongUsage('Name one pull request: acme/widgets#12.');
  const { settings, organization, deployment, prow, owners, comment, by, json = false } = values;
  if ([settings, organization, deployment, prow, owners, comment].every((each) => each === undefined)) {
    throw new WrongUsage(
      'Say what would be otherwise: --settings, --organization, --deployment, --prow, --owners or --comment.',
    );
  }
  if ((comment === undefined) !== (by === undefined)) throw new WrongUsage('--comment and --by go together.');
  const [, provider, owner = '', repository = '', number] = /^([\w-]+):(.+)\/(.+)#(\d+)$/.exec(pullNamed(name)) ?? [];
  if (provider !== 'github') throw new WrongUsage(`Only pull requests on GitHub can be simulated, not on ${provider}.`);
  return {
    where: { owner, name: repository },
    number: Number(number),
    comment: comment === undefined || by === undefined ? undefined : { by: by.replace(/^@/, ''), text: comment },
    json,
  };
}

type Given = {
  readonly settings: CheckedFile | undefined;
  readonly organization: CheckedFile | undefined;
  readonly deployment: CheckedFile | undefined;
  /** Absolute. */
  readonly deploymentPath: string | undefined;
  readonly prow: ProwFolder | undefined;
  readonly prowFolder: string | undefined;
  readonly owners: string | undefined;
};

async function givenIn(
  { folder }: World,
  { settings, organization, deployment, prow, owners }: Values,
): Promise<Given> {
  if (owners !== undefined && !(await isFolder(resolve(folder, owners)))) {
    throw new WrongUsage(`${JSON.stringify(owners)} is not a folder.`);
  }
  return {
    settings: await givenFile(folder, settings),
    organization: await givenFile(folder, organization),
    deployment: await givenFile(folder, deployment),
    deploymentPath: deployment === undefined ? undefined : resolve(folder, deployment),
    prow: prow === undefined ? undefined : prowIn(folder, prow),
    prowFolder: prow === undefined ? undefined : resolve(folder, prow),
    owners: owners === undefined ? undefined : resolve(folder, owners),
  };
}

/** Of files that would not take effect; what they lock for each other is told beside what comes of it. */
function mistakesIn({ settings, organization, deployment, prow }: Given, where: Where): readonly Finding[] {
  const { findings } = checkedSettings(deployment, 'deployment', [], where);
  const others = [
    ...(prow?.findings ?? []),
    ...checkedSettings(organization, 'organization', [], where).findings,
    ...checkedSettings(settings, 'repository', [], where).findings,
  ];
  return [...findings, ...others.filter(({ breaks }) => breaks)];
}

async function toldOf(mistakes: readonly Finding[], json: boolean, world: World): Promise<ExitCode> {
  const found = inOrder(mistakes);
  const lines = found.map(({ path, line, column, problem }) => `${path}:${line}:${column}: ${problem}`);
  await world.print(
    json ? `${JSON.stringify({ mistakes: found }, null, 2)}\n` : lines.map((line) => `${visible(line)}\n`).join(''),
  );
  world.warn('What is given would not take effect, so nothing was simulated.\n');
  return 1;
}

async function run(asked: Asked, given: Given, engine: Engine, world: World): Promise<ExitCode> {
  const { provider, audit, cache, files } = engine;
  const looked = await provider.look(asked.where, asked.number);
  const comment = await commentIn(asked, (login) => looked.person(login));
  const today: Conditions = { book: bookFrom(files) };
  const settingsFile = given.deploymentPath ?? files.settingsFile;
  const prowFolder = given.prowFolder ?? files.prowFolder;
  const owners = given.owners === undefined ? undefined : treeIn(given.owners);
  const proposed: Conditions = {
    book: withFiles(bookFrom({ settingsFile, prowFolder }), {
      organization: textOf(given.organization),
      repository: textOf(given.settings),
    }),
    owners: owners?.read,
  };
  const sources = { provider, looked, audit, cache, rules: { commands, automations, sweeps }, now: world.now() };
  const both = await simulated(sources, { today, proposed }, comment);
  const broken = ownersFindings(owners?.seen() ?? []).filter(({ breaks }) => breaks);
  if (broken.length > 0) return toldOf(broken, asked.json, world);

  const written = { organization: given.organization?.path, repository: given.settings?.path };
  const comparison = comparisonOf(both, { pull: `${asked.where.owner}/${asked.where.name}#${asked.number}`, written });
  await world.print(
    asked.json
      ? `${JSON.stringify(comparison, null, 2)}\n`
      : linesOf(comparison)
          .map((line) => `${visible(line)}\n`)
          .join(''),
  );
  return 0;
}

function textOf(file: CheckedFile | undefined): string | undefined {
  return file !== undefined && 'text' in file ? file.text : undefined;
}

async function commentIn(
  { comment }: Asked,
  person: (login: string) => Promise<Comment['by']>,
): Promise<Comment | undefined> {
  if (comment === undefined) return undefined;
  const { lines, cut } = candidateLines(comment.text);
  if (lines.length === 0) throw new WrongUsage('--comment holds no line that could be a command.');
  return { by: await person(comment.by), lines, cut };
}

type Tree = { readonly read: NonNullable<Conditions['owners']>; readonly seen: () => readonly CheckedFile[] };

/** Files of a checkout, as a forge gives them; those that were asked for and are there are remembered. */
function treeIn(root: string): Tree {
  const seen = new Map<string, CheckedFile>();
  return {
    async read(paths) {
      const found = await filesIn(root, paths);
      for (const file of found) seen.set(file.path, file);
      const there = new Map(found.map((file) => [file.path, asOnForge(file)]));
      return new Map(paths.map((path): [string, FileAtCommit] => [path, there.get(path) ?? { is: 'absent' }]));
    },
    // Of several CODEOWNERS the first counts, and what the others say is nobody's concern.
    seen: () => {
      const codeowners = CODEOWNERS_PATHS.filter((path) => seen.has(path)).slice(1);
      return [...seen.values()].filter(({ path }) => !codeowners.includes(path));
    },
  };
}

/** Their text stands for the id of their blob. */
function asOnForge(file: CheckedFile): FileAtCommit {
  return 'text' in file
    ? { is: 'text', oid: `text:${file.text}`, text: file.text }
    : { is: 'unreadable', oid: '', problem: file.problem };
}
