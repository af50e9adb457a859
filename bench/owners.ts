/**
 * OWNERS at the size of kubernetes (its own tree of October 2019, 796 files) and well beyond (made up): reading all,
 * storing it, asking about a change.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import { approvalState, compileOwners, decodeIndex, encodeIndex, type Word } from '../shared/owners/index.ts';
import { generatedChange, generatedOwnersTree, treeOf, type GeneratedTree } from '../test/support/owners-tree.ts';

export type OwnersRow = {
  readonly name: string;
  /** Median of the rounds. */
  readonly ms: number;
  /** Time on processors, of all threads: what stays the same when others want them as well. */
  readonly cpuMs: number;
  readonly bytes?: number;
  /** Of DynamoDB, to have it exactly: 4 KB each. */
  readonly reads?: number;
  readonly atMost?: { readonly ms?: number; readonly bytes?: number; readonly reads?: number };
  readonly met?: boolean;
};

const SEED = 7;
const LARGE = 5_000;
const FRESH_PROCESSES = 7;
const WARM_UP_MS = 400;
const MEASURED_MS = 1_200;
const READ_UNIT_BYTES = 4_096;

const REAL = 'kubernetes';
const TREES: Readonly<Record<string, () => GeneratedTree>> = {
  [REAL]: realTree,
  'made up': () => generatedOwnersTree(LARGE, SEED),
};

/** Takes about half a minute, and needs the machine for itself. */
export function benchOwners(): readonly OwnersRow[] {
  return [
    cold(REAL, { ms: 150 }),
    cold('made up'),
    ...storing(REAL, { bytes: 20_000, reads: 4 }),
    ...storing('made up'),
    ...asking(1, 0.1),
    ...asking(100, 2),
    ...asking(3_000, 30),
    ...asking(3_000, undefined, SCOPED),
  ].map(judged);
}

/** All OWNERS files of kubernetes, with the folders they lie in. */
function realTree(): GeneratedTree {
  const file = new URL('owners/kubernetes-2019.json.gz', import.meta.url);
  const { files } = z
    .object({ files: z.record(z.string(), z.string()) })
    .parse(JSON.parse(gunzipSync(readFileSync(file)).toString('utf8')));
  const directories = Object.keys(files)
    .filter((path) => path.endsWith('OWNERS'))
    .map((path) => path.slice(0, Math.max(path.lastIndexOf('/'), 0)));
  return { ...treeOf(files), directories };
}

function treeNamed(name: string): GeneratedTree {
  const tree = TREES[name];
  if (tree === undefined) throw new Error(`no tree is named ${name}`);
  return tree();
}

function within(one: number | undefined, most: number | undefined): boolean {
  return one === undefined || most === undefined || one <= most;
}

function judged(row: OwnersRow): OwnersRow {
  const { atMost } = row;
  if (atMost === undefined) return row;
  return {
    ...row,
    met: within(row.ms, atMost.ms) && within(row.bytes, atMost.bytes) && within(row.reads, atMost.reads),
  };
}

function titleOf(name: string, { files }: GeneratedTree): string {
  return `${files.size} files (${name})`;
}

/** In a process that has compiled nothing before, as in a function that has just started. */
function cold(name: string, atMost?: OwnersRow['atMost']): OwnersRow {
  const took = Array.from({ length: FRESH_PROCESSES }, () =>
    timing.parse(JSON.parse(execFileSync(process.execPath, [import.meta.filename, name], { encoding: 'utf8' }))),
  );
  return {
    name: `parse and compile ${titleOf(name, treeNamed(name))}, first time in a process`,
    ...typical(took),
    ...(atMost === undefined ? {} : { atMost }),
  };
}

function storing(name: string, atMost?: OwnersRow['atMost']): readonly OwnersRow[] {
  const tree = treeNamed(name);
  const index = compileOwners(tree);
  const stored = encodeIndex(index);
  const { length: bytes } = stored;
  const title = titleOf(name, tree);
  return [
    {
      name: `encode ${title}`,
      ...timed(() => encodeIndex(index)),
      bytes,
      reads: Math.ceil(bytes / READ_UNIT_BYTES),
      ...(atMost === undefined ? {} : { atMost }),
    },
    { name: `decode ${title}`, ...timed(() => decodeIndex(stored)) },
  ];
}

/** Somebody who named what they approve, piece by piece, on a change that was pushed to since. */
const SCOPED: readonly Word[] = Array.from({ length: 15 }, (_, number) => ({
  paths: [`**/*${number}.go`, 'staging/src/', `pkg/**/*-${number}*`],
  except: ['**/file-7?.go'],
  stale: Array.from({ length: 200 }, (__, file) => `pkg/file-${file}.go`),
  commit: String(number),
}));

/** Of an index about which nothing is remembered yet: what is, belongs to one object. */
function asking(files: number, ms: number | undefined, words?: readonly Word[]): readonly OwnersRow[] {
  const tree = treeNamed(REAL);
  const known = compileOwners(tree);
  return (['scattered', 'contiguous'] as const).map((how) => {
    const question = {
      files: generatedChange(tree, files, how, SEED),
      filesComplete: true,
      approvals: new Set(['thockin', 'liggitt']),
      author: 'edsger-example-3',
      selfApproval: true,
      pull: 12,
      ...(words === undefined ? {} : { words: new Map([['thockin', words]]) }),
    };
    const asked = (): unknown => approvalState({ ...question, index: { ...known } });
    const name = `approval of ${files} files, ${how}${words === undefined ? '' : ', by 15 votes for some paths'}`;
    return { name, ...timed(asked), ...(ms === undefined ? {} : { atMost: { ms } }) };
  });
}

const timing = z.object({ ms: z.number(), cpuMs: z.number() });
type Timing = z.infer<typeof timing>;

function timed(run: () => unknown): Timing {
  rounds(run, WARM_UP_MS);
  return typical(rounds(run, MEASURED_MS));
}

function typical(took: readonly Timing[]): Timing {
  return { ms: median(took.map(({ ms }) => ms)), cpuMs: median(took.map(({ cpuMs }) => cpuMs)) };
}

function timingOf(run: () => unknown): Timing {
  const [cpu, before] = [process.cpuUsage(), performance.now()];
  run();
  const ms = performance.now() - before;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1_000 };
}

function rounds(run: () => unknown, milliseconds: number): readonly Timing[] {
  const took: Timing[] = [];
  const end = performance.now() + milliseconds;
  do {
    took.push(timingOf(run));
  } while (performance.now() < end);
  return took;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

if (import.meta.main) {
  const tree = treeNamed(process.argv[2] ?? '');
  process.stdout.write(JSON.stringify(timingOf(() => compileOwners(tree))));
}
