/**
 * `npm run faults -- --deliveries 10000 --seed 1`: the real functions in processes of their own, against emulators and a
 * forge that fail as the fault model says, by a clock that leaps where all only wait. Prints what was lost, doubled or out of order, and
 * exits with 1 where anything was.
 */
import { parseArgs } from 'node:util';
import { faultRun, type FaultRunOptions } from './faults/run.ts';

const USAGE =
  'usage: npm run faults -- [--deliveries 10000] [--seed 1] [--workers 12] [--patience SECONDS] [--calm] [--log FILE]';

function optionsFrom(args: readonly string[]): FaultRunOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      deliveries: { type: 'string', default: '10000' },
      seed: { type: 'string', default: '1' },
      workers: { type: 'string', default: '12' },
      calm: { type: 'boolean', default: false },
      patience: { type: 'string', default: '1800' },
      log: { type: 'string' },
    },
  });
  const whole = (name: 'deliveries' | 'seed' | 'workers' | 'patience'): number => {
    const number = Number(values[name]);
    if (!Number.isInteger(number) || number < 1) throw new Error(`--${name} is no whole number above 0\n${USAGE}`);
    return number;
  };
  return {
    deliveries: whole('deliveries'),
    seed: whole('seed'),
    workers: whole('workers'),
    calm: values.calm,
    log: values.log,
    patienceSeconds: whole('patience'),
  };
}

async function main(): Promise<void> {
  const options = optionsFrom(process.argv.slice(2));
  const { lines, clean } = await faultRun(options, (line) => process.stderr.write(`${line}\n`));
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = clean ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 2;
});
