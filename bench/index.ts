/** `npm run bench [-- parser owners settings prow calls cost scale door start fuzz]`: what we claim, measured, beside a peer in the same run where there is one. */
import { benchDoor } from './door.ts';
import { benchForgeCalls } from './forge-calls.ts';
import { benchFuzz } from './fuzz.ts';
import { benchOwners } from './owners.ts';
import { benchParser } from './parser.ts';
import { benchProw } from './prow.ts';
import { benchCost, benchScale } from './scale.ts';
import { benchSettings } from './settings.ts';
import { benchStart } from './start.ts';
import { printed, type Table } from './table.ts';

type Bench = {
  readonly title: string;
  readonly run: () => Promise<Table> | Table;
  /** A row that is not `met` ends the bench with 1. */
  readonly strict?: true;
};

const BENCHES: Readonly<Record<string, Bench>> = {
  parser: { title: 'Lines of a comment: one pass against sixty expressions over the whole body', run: benchParser },
  owners: { title: 'OWNERS: compile, store, decide', run: benchOwners },
  prow: { title: "Prow's files at kubernetes' size, and hostile ones", run: benchProw },
  calls: { title: 'Requests to the forge per command', run: benchForgeCalls },
  cost: { title: 'What a command uses, and what a million webhooks cost', run: benchCost },
  scale: { title: 'How that grows: a simulation', run: benchScale },
  door: { title: 'The door against Probot', run: benchDoor },
  settings: { title: 'Hostile settings and OWNERS: how soon each is refused', run: benchSettings, strict: true },
  start: { title: 'From the start of the process until everything is up', run: benchStart },
  fuzz: { title: 'The door against everybody else', run: benchFuzz },
};

async function main(asked: readonly string[]): Promise<void> {
  const unknown = asked.filter((name) => BENCHES[name] === undefined);
  if (unknown.length > 0) {
    throw new Error(`no bench is named ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
  }
  for (const [name, { title, run, strict }] of Object.entries(BENCHES)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    // One after the other: they would disturb each other's figures.
    // oxlint-disable-next-line no-await-in-loop
    const rows = await run();
    process.stdout.write(`\n${title}\n\n${printed(rows)}\n`);
    if (strict === true && rows.some((row) => row['met'] === false)) process.exitCode = 1;
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
