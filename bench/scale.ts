/** `npm run bench -- scale`: what a command costs, counted on the real engine, and how that grows. */
import { countedCommands } from './forge-calls.ts';
import { costOf, simulated, workerMs, type Counted, type Scale } from './scale/model.ts';

const COMMAND_SHARE = 0.1;
export const MAX_DOLLARS = 4;
const SEED = 1;
/** An organization of a hundred repositories is an installation of its own. */
const REPOSITORIES_PER_INSTALLATION = 100;

const SCALES: readonly Scale[] = [
  { repositories: 10, deliveries: 1 },
  { repositories: 100, deliveries: 10 },
  { repositories: 1_000, deliveries: 100 },
  { repositories: 10_000, deliveries: 300 },
  { repositories: 10_000, deliveries: 1_000 },
].map((scale) => ({
  ...scale,
  commandShare: COMMAND_SHARE,
  installations: Math.max(1, scale.repositories / REPOSITORIES_PER_INSTALLATION),
}));

type Table = readonly Readonly<Record<string, unknown>>[];

export async function benchCost(): Promise<Table> {
  const counted = await countedCommands();
  const used = { ...counted, workerMs: Math.round(workerMs(counted)) };
  return [
    ...Object.entries(used).map(([what, measured]) => ({ what: `a command: ${what}`, measured })),
    ...costRows(counted),
  ];
}

export function costRows(counted: Counted): Table {
  const rows = costOf(counted, COMMAND_SHARE);
  const sum = rows.reduce((total, { dollars }) => total + dollars, 0);
  const whole = { what: 'a million webhooks, a tenth of them commands', dollars: sum.toFixed(2) };
  return [
    ...rows.map(({ what, dollars }) => ({ what, dollars: dollars.toFixed(2) })),
    { ...whole, goal: `<= ${MAX_DOLLARS}`, met: sum <= MAX_DOLLARS },
  ];
}

export async function benchScale(): Promise<Table> {
  const counted = await countedCommands();
  return SCALES.map((scale) => ({ ...simulated(scale, counted, SEED) }));
}
