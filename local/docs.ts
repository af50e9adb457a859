/**
 * `npm run docs` writes the generated parts of the README, the pages of the commands and the schemas of settings files from the
 * definitions; `--check` writes nothing and exits 1 where they are stale.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { automations } from '../shared/automations/index.ts';
import { commands } from '../shared/commands/index.ts';
import { catalogueOf } from '../shared/pages/catalogue.ts';
import { commandPages, familyTable } from '../shared/pages/command-pages.ts';
import { automationTable, commandTable, settingTable } from '../shared/pages/tables.ts';
import { grammarOf } from '../shared/parse.ts';
import { defaultSettings, settingRows, settingsJsonSchema } from '../shared/settings/index.ts';
import { clocks } from '../shared/clocks.ts';

const ROOT = join(import.meta.dirname, '..');

const FILE_KINDS = ['repository', 'organization', 'deployment'] as const;

export type Page = { readonly path: string; readonly text: string };

/** The generated pages as they should be. `readme`: the README as it is, undefined where there is none. */
export async function pagesFor(readme: string | undefined): Promise<readonly Page[]> {
  const asked = commands.flatMap(({ name, onRequest }) => (onRequest === true ? [name] : []));
  const rules = { ...defaultSettings.rules, enabled: asked };
  const catalogue = catalogueOf(grammarOf(commands, { ...defaultSettings, rules }));
  const sources = { commands, catalogue, settings: settingRows() };
  const ruleTable = automationTable(automations, clocks);
  const tables = {
    families: familyTable(sources),
    commands: commandTable(catalogue),
    settings: settingTable(sources.settings),
    // The README may leave these to docs/commands.md.
    ...(readme?.includes(openingOf('automations')) === true ? { automations: ruleTable } : {}),
  };
  const pages = [
    ...(readme === undefined ? [] : [{ path: 'README.md', text: withTables(readme, tables) }]),
    ...commandPages(sources, ruleTable),
    ...FILE_KINDS.map((kind) => ({
      path: `docs/schema/${kind}.json`,
      text: JSON.stringify(settingsJsonSchema(kind)),
    })),
  ];
  const options = await resolveConfig(join(ROOT, 'README.md'));
  return Promise.all(
    pages.map(async ({ path, text }) => ({
      path,
      text: await format(text, { ...options, parser: path.endsWith('.json') ? 'json' : 'markdown' }),
    })),
  );
}

/** Puts each table between its markers; markers that are missing are added at the end, under a heading. */
export function withTables(text: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce((soFar, [name, table]) => {
    const [open, close] = [openingOf(name), `<!-- /${name} -->`];
    const [start, end] = [soFar.indexOf(open), soFar.indexOf(close)];
    const block = `${open}\n\n${table}\n\n${close}`;
    if (start >= 0 && end > start) return `${soFar.slice(0, start)}${block}${soFar.slice(end + close.length)}`;
    return `${soFar.trimEnd()}\n\n## ${name.replace(/^./, (first) => first.toUpperCase())}\n\n${block}\n`;
  }, text);
}

function openingOf(name: string): string {
  return `<!-- ${name} -->`;
}

async function main(check: boolean): Promise<number> {
  const readmePath = join(ROOT, 'README.md');
  const readme = existsSync(readmePath) ? readFileSync(readmePath, 'utf8') : undefined;
  const pages = await pagesFor(readme);
  const stale = pages.filter(({ path, text }) => {
    const at = join(ROOT, path);
    return !existsSync(at) || readFileSync(at, 'utf8') !== text;
  });
  for (const { path, text } of check ? [] : stale) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  for (const { path } of stale) process.stdout.write(`${path} ${check ? 'is stale: run npm run docs' : 'written'}\n`);
  return check && stale.length > 0 ? 1 : 0;
}

if (import.meta.main) process.exitCode = await main(process.argv.includes('--check'));
