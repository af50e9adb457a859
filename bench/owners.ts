/** OWNERS at the size of kubernetes (about 800 files) and well beyond: reading all, storing it, asking about a change. */
import { execFileSync } from 'node:child_process';
import { approvalState, compileOwners, decodeIndex, encodeIndex } from '../shared/owners/index.ts';
import { generatedChange, generatedOwnersTree } from '../test/support/owners-tree.ts';

export type OwnersRow = {
  readonly name: string;
  /** Median of the rounds. */
  readonly ms: number;
  readonly bytes?: number;
  readonly atMost?: { readonly ms?: number; readonly bytes?: number };
};

const SEED = 7;
const KUBERNETES = 800;
const LARGE = 5_000;
const FRESH_PROCESSES = 7;
const WARM_UP_MS = 400;
const MEASURED_MS = 1_200;

/** Takes about twenty seconds, and needs the machine for itself. */
export function benchOwners(): readonly OwnersRow[] {
  return [
    cold(KUBERNETES, { ms: 150 }),
    cold(LARGE),
    ...storing(KUBERNETES, { bytes: 20_000 }),
    ...storing(LARGE),
    ...asking(1, 0.1),
    ...asking(100, 2),
    ...asking(3_000, 30),
  ];
}

/** In a process that has compiled nothing before, as in a function that has just started. */
function cold(files: number, atMost: OwnersRow['atMost'] = {}): OwnersRow {
  const took = Array.from({ length: FRESH_PROCESSES }, () =>
    Number(execFileSync(process.execPath, [import.meta.filename, String(files)], { encoding: 'utf8' })),
  );
  return { name: `parse and compile ${files} files, first time in a process`, ms: median(took), atMost };
}

function storing(files: number, atMost: OwnersRow['atMost'] = {}): readonly OwnersRow[] {
  const index = compileOwners(generatedOwnersTree(files, SEED));
  const bytes = encodeIndex(index);
  return [
    { name: `encode ${files} files`, ms: timed(() => encodeIndex(index)), bytes: bytes.length, atMost },
    { name: `decode ${files} files`, ms: timed(() => decodeIndex(bytes)) },
  ];
}

/** Of an index about which nothing is remembered yet: what is, belongs to one object. */
function asking(files: number, ms: number): readonly OwnersRow[] {
  const tree = generatedOwnersTree(KUBERNETES, SEED);
  const known = compileOwners(tree);
  return (['scattered', 'contiguous'] as const).map((how) => {
    const question = {
      files: generatedChange(tree, files, how, SEED),
      filesComplete: true,
      approvals: new Set(['ada-example-1', 'grace-example-2']),
      author: 'edsger-example-3',
      selfApproval: true,
      pull: 12,
    };
    const asked = (): unknown => approvalState({ ...question, index: { ...known } });
    return { name: `approval of ${files} files, ${how}`, ms: timed(asked), atMost: { ms } };
  });
}

function timed(run: () => unknown): number {
  rounds(run, WARM_UP_MS);
  return median(rounds(run, MEASURED_MS));
}

function rounds(run: () => unknown, milliseconds: number): readonly number[] {
  const took: number[] = [];
  const end = performance.now() + milliseconds;
  do {
    const before = performance.now();
    run();
    took.push(performance.now() - before);
  } while (performance.now() < end);
  return took;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

if (import.meta.main) {
  const tree = generatedOwnersTree(Number(process.argv[2]), SEED);
  const before = performance.now();
  compileOwners(tree);
  process.stdout.write(String(performance.now() - before));
}
