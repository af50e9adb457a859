/** `bowsprit doctor`: looks at everything an installation needs, and says exactly what to do about what is wrong. */
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../shared/config.ts';
import { reasonOf } from '../shared/errors.ts';
import { withoutSecrets } from '../shared/log.ts';
import { doorFindings, queueFindings, tableFindings } from './doctor-aws.ts';
import { engineFindings } from './doctor-engines.ts';
import { wrong, type Finding } from './doctor-finding.ts';
import { forgeFindings } from './doctor-forge.ts';
import { placeIn, type Place } from './doctor-place.ts';
import { MAX_AGE_DAYS, secretAges } from './doctor-secrets.ts';
import { tableOf } from './printing.ts';
import { WrongUsage, type Verb, type World } from './verb.ts';

const SIGNS = { ok: 'ok', unsure: 'look', wrong: 'WRONG' } as const;

export const doctor: Verb = {
  name: 'doctor',
  summary: 'Checks secret, App, permissions, events, clock, queue, tables and quota, and prints the fix for each.',
  usage: `[options]
  --url <address>             where the App sends its webhooks; else WEBHOOK_URL
  --deployed                  what the environment describes, whatever runs in this folder
  --max-age <days>            of the webhook secret and the App's key; ${MAX_AGE_DAYS}
  --json                      instead of a table`,
  async run(args, world) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        deployed: { type: 'boolean' },
        'max-age': { type: 'string', default: String(MAX_AGE_DAYS) },
        json: { type: 'boolean' },
      },
    });
    const maxAge = values['max-age'];
    if (!/^[1-9]\d{0,4}$/.test(maxAge)) throw new WrongUsage('--max-age takes whole days.');
    let place: Place;
    try {
      place = placeIn(world, values.url, values.deployed ?? false);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      const findings = error.problems.map((problem) =>
        wrong('environment', problem, 'docs/runbook.md#doctor lists what it must hold.'),
      );
      await show(findings, 'the environment', values.json ?? false, world);
      return 1;
    }
    const findings = await findingsAt(place, Number(maxAge), world);
    await show(findings, place.name, values.json ?? false, world);
    return findings.some(({ state }) => state === 'wrong') ? 1 : 0;
  },
};

async function findingsAt(place: Place, maxAgeDays: number, { now, environment }: World): Promise<readonly Finding[]> {
  const asked: readonly (readonly [check: string, ask: () => Promise<readonly Finding[]>])[] = [
    ['door', () => doorFindings(place)],
    ['secret age', () => secretAges(place, now(), maxAgeDays)],
    ['app', () => quietly(() => forgeFindings(place, now))],
    ['queue', () => queueFindings(place)],
    ['tables', () => tableFindings(place)],
    ['engines', () => engineFindings(environment, place, now)],
  ];
  const found = await Promise.all(
    asked.map(async ([check, ask]) => {
      try {
        return await ask();
      } catch (error) {
        return [wrong(check, withoutSecrets(reasonOf(error)), 'Nobody thought of this: see docs/runbook.md#doctor.')];
      }
    }),
  );
  return found.flat();
}

/** Requests to the forge are logged, and this output is for people or programs. */
async function quietly<T>(act: () => Promise<T>): Promise<T> {
  const print = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true;
  try {
    return await act();
  } finally {
    process.stdout.write = print;
  }
}

async function show(
  findings: readonly Finding[],
  place: string,
  json: boolean,
  { print, columns }: World,
): Promise<void> {
  if (json)
    return print(
      `${JSON.stringify({ place, sound: findings.every(({ state }) => state !== 'wrong'), findings }, null, 2)}\n`,
    );
  await print(`Looking at ${place}\n\n`);
  await print(
    tableOf(
      findings.map(({ check, state, found }) => [SIGNS[state], check, found]),
      columns,
    ),
  );
  const fixes = findings.filter(({ fix }) => fix !== undefined);
  if (fixes.length > 0) await print('\n');
  for (const { check, state, found, fix } of fixes) {
    // One after the other, as they stand in the table.
    // oxlint-disable-next-line no-await-in-loop
    await print(`${SIGNS[state]} ${check}: ${found}\n  ${fix ?? ''}\n`);
  }
}
