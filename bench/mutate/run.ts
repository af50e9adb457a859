/** One defence less in a copy of the sources, and what the test of its threat says to that. */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as z from 'zod/mini';
import type { Mutation } from './mutations.ts';

/**
 * `red`: a test of this threat failed, as it should. `green`: the defence is missing and nobody noticed. `red before`: the test
 * fails with the defence as well. `none ran`: no test bears this number.
 */
export type Outcome = 'red' | 'green' | 'red before' | 'none ran' | 'never came back';

const ROOT = join(import.meta.dirname, '../..');
const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', '.git', '.bowsprit', 'cdk.out', 'dist']);
/** Many times what the slowest of them takes on two busy cores. */
const LIMIT_MS = 300_000;
/** What is slow by design without its defence needs no such patience: it would take for ever. */
const HANGING_MS = 60_000;

export type Copy = { readonly folder: string; readonly remove: () => Promise<void> };

export async function copyOfSources(): Promise<Copy> {
  const folder = await mkdtemp(join(tmpdir(), 'bowsprit-mutate-'));
  await cp(ROOT, folder, { recursive: true, filter: (path) => path === ROOT || !LEFT_OUT.has(basename(path)) });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Outcomes in this folder: of each threat's test as it is, asked for once, and then without a defence. */
export function judgeIn(folder: string): (mutation: Mutation) => Promise<Outcome> {
  const before = new Map<number, Promise<Outcome>>();
  return async (mutation) => {
    const { file, from, to, threat, hangs = false } = mutation;
    const path = join(folder, file);
    const whole = await readFile(path, 'utf8');
    if (whole.split(from).length !== 2) throw new Error(`${file} does not hold once: ${from}`);
    const sound = before.get(threat) ?? tested(mutation, folder, LIMIT_MS);
    before.set(threat, sound);
    const outcome = await sound;
    if (outcome !== 'green') return outcome === 'red' ? 'red before' : outcome;
    try {
      await writeFile(
        path,
        whole.replace(from, () => to),
      );
      const without = await tested(mutation, folder, hangs ? HANGING_MS : LIMIT_MS);
      return hangs && without === 'never came back' ? 'red' : without;
    } finally {
      await writeFile(path, whole);
    }
  };
}

const report = z.object({
  testResults: z.array(z.object({ assertionResults: z.array(z.object({ title: z.string(), status: z.string() })) })),
});

async function tested({ threat, test }: Mutation, folder: string, limitMs: number): Promise<Outcome> {
  const output = join(folder, 'mutate.json');
  await rm(output, { force: true });
  const named = `threat ${threat}: `;
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', test, '--testNamePattern', named, '--reporter', 'json', '--outputFile', output];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore', detached: true });
  const timer = setTimeout(() => {
    // Its workers as well: what never comes back listens to nobody.
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, limitMs);
  const ended = await new Promise<NodeJS.Signals | number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(signal ?? code));
  });
  clearTimeout(timer);
  if (ended === 'SIGKILL') return 'never came back';
  const { testResults } = report.parse(JSON.parse(await readFile(output, 'utf8')));
  const results = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ title }) => title.startsWith(named));
  if (results.some(({ status }) => status === 'failed')) return 'red';
  return results.some(({ status }) => status === 'passed') ? 'green' : 'none ran';
}
