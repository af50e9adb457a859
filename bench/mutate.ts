/**
 * `npm run mutate [-- 1 2 24]`: switches off each defence of docs/security.md in a copy of the sources, one after the other,
 * and runs the test of its threat there. Exits with 1 where one stays green: that test proves nothing.
 */
import { MUTATIONS } from './mutate/mutations.ts';
import { copyOfSources, judgeIn, type Outcome } from './mutate/run.ts';
import { printed } from './table.ts';

const USAGE = `usage: npm run mutate [-- THREAT…], of 1 to ${Math.max(...MUTATIONS.map(({ threat }) => threat))}`;

function askedIn(args: readonly string[]): typeof MUTATIONS {
  const unknown = args.filter((each) => !MUTATIONS.some(({ threat }) => String(threat) === each));
  if (unknown.length > 0) throw new Error(`no threat is numbered ${unknown.join(', ')}\n${USAGE}`);
  return args.length === 0 ? MUTATIONS : MUTATIONS.filter(({ threat }) => args.includes(String(threat)));
}

async function main(args: readonly string[]): Promise<void> {
  const asked = askedIn(args);
  const copy = await copyOfSources();
  try {
    const judge = judgeIn(copy.folder);
    const outcomes: { readonly threat: number; readonly off: string; readonly outcome: Outcome }[] = [];
    for (const mutation of asked) {
      const { threat, off } = mutation;
      // One after the other: they share the copy, and the machine.
      // oxlint-disable-next-line no-await-in-loop
      const outcome = await judge(mutation);
      process.stderr.write(`threat ${threat}, ${off}: ${outcome}\n`);
      outcomes.push({ threat, off, outcome });
    }
    const good = outcomes.filter(({ outcome }) => outcome === 'red');
    process.stdout.write(`\n${printed(outcomes)}\n\n${good.length} of ${outcomes.length} seen to fail\n`);
    if (good.length < outcomes.length) process.exitCode = 1;
  } finally {
    await copy.remove();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
