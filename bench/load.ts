/**
 * `npm run load`: commands at a steady pace over many pull requests, a flood of comments without commands, and a flood on one
 * pull request, from the signed POST to the label on the forge. Exits with 1 where a figure is missed.
 */
import { parseArgs } from 'node:util';
import { loadRun, type LoadOptions } from './load/run.ts';
import { printed } from './table.ts';

const USAGE = 'usage: npm run load -- [--minutes 0.5] [--rate 50] [--pulls 200] [--flood 10000] [--workers 4]';

function optionsFrom(args: readonly string[]): LoadOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '0.5' },
      rate: { type: 'string', default: '50' },
      pulls: { type: 'string', default: '200' },
      flood: { type: 'string', default: '10000' },
      workers: { type: 'string', default: '4' },
    },
  });
  const positive = (name: keyof typeof values): number => {
    const number = Number(values[name]);
    if (!(number > 0)) throw new Error(`--${name} is no number above 0\n${USAGE}`);
    return number;
  };
  return {
    minutes: positive('minutes'),
    rate: positive('rate'),
    pulls: positive('pulls'),
    flood: positive('flood'),
    workers: positive('workers'),
  };
}

async function main(): Promise<void> {
  const rows = await loadRun(optionsFrom(process.argv.slice(2)), (line) => process.stderr.write(`${line}\n`));
  process.stdout.write(`${printed(rows)}\n`);
  process.exitCode = rows.every(({ met }) => met) ? 0 : 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 2;
});
