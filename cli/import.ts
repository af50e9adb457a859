/** `bowsprit import prow`: Prow's files as settings of ours, and a word on everything that has no equivalent. */
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { importedFrom, settingsYaml, type Finding, type FindingKind } from '../shared/settings/prow/index.ts';
import { visible } from './printing.ts';
import { WrongUsage, type Verb } from './verb.ts';

export const importProw: Verb = {
  name: 'import prow',
  summary: "Turns Prow's plugins.yaml and config.yaml into settings, and tells what has no equivalent.",
  usage: `[<folder>] [options]; without a folder, BOWSPRIT_PROW_CONFIG or the one it is called in
  --out <file>                write the settings to a file instead of printing them
  --json                      settings and findings as one JSON object
Exits 1 where the files have errors or dead configuration.`,
  async run(args, world) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { out: { type: 'string' }, json: { type: 'boolean' } },
    });
    const [named, ...more] = positionals;
    if (more.length > 0) throw new WrongUsage('One folder at a time.');
    if (values.out === '') throw new WrongUsage('--out needs the name of a file.');
    const folder = resolve(world.folder, named ?? world.environment['BOWSPRIT_PROW_CONFIG'] ?? '.');
    if (!['plugins.yaml', 'config.yaml'].some((name) => existsSync(join(folder, name)))) {
      throw new WrongUsage(`There is neither a plugins.yaml nor a config.yaml in ${folder}.`);
    }
    const { document, findings } = importedFrom(folder);
    const settings = document === undefined ? undefined : settingsYaml(document);
    if (settings !== undefined && values.out !== undefined) writeFileSync(resolve(world.folder, values.out), settings);
    if (values.json === true) {
      await world.print(`${JSON.stringify({ settings: document?.value ?? null, findings }, null, 2)}\n`);
    } else {
      if (settings !== undefined && values.out === undefined) await world.print(settings);
      // Whoever sends the settings into a file still sees what was found.
      if (values.out === undefined) world.warn(toldOf(findings));
      else await world.print(toldOf(findings));
    }
    return findings.some(({ kind }) => kind === 'error' || kind === 'dead') ? 1 : 0;
  },
};

const KINDS: readonly (readonly [kind: FindingKind, title: string])[] = [
  ['error', 'Errors: neither Prow nor Bowsprit runs with these files'],
  ['dead', 'Dead configuration: does nothing, in Prow either'],
  ['warning', 'Warnings: perhaps not what was meant'],
  ['unsupported', 'Not supported: has an effect in Prow and none here'],
  ['ignored', 'Ignored: of no concern here'],
];

function toldOf(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'All of it has an equivalent.\n';
  return KINDS.flatMap(([kind, title]) => {
    const here = findings.filter((each) => each.kind === kind);
    if (here.length === 0) return [];
    const lines = here.map(({ file, line, column, key, reason }) => {
      const about = key === '' ? '' : `${key}: `;
      return `  ${file}:${line}:${column}  ${visible(`${about}${reason}`)}\n`;
    });
    return [`${title}\n${lines.join('')}`];
  }).join('\n');
}
