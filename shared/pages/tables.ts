/** Markdown tables made from definitions, for the README and the documentation. */
import type { Clock } from '../clocks.ts';
import { code, type AnyAutomation, type CatalogueEntry } from '../language/index.ts';
import type { SettingRow } from '../settings/index.ts';

export function commandTable(entries: readonly CatalogueEntry[]): string {
  return table(
    ['command', 'what it does', 'who', 'also'],
    entries.map(({ usage, summary, who, aliases, pullsOnly, issuesOnly, onRequest }) => [
      code(usage),
      pullsOnly
        ? `${summary} Pull requests only.`
        : issuesOnly
          ? `${summary} Issues only.`
          : whereAsked(summary, onRequest),
      who,
      aliases.map((alias) => code(`/${alias}`)).join(', '),
    ]),
  );
}

export function automationTable(automations: readonly AnyAutomation[], clocks: readonly Clock[]): string {
  return table(
    ['rule', 'what it does', 'woken by'],
    [
      ...automations.map(({ name, summary, on, after, onRequest }) => [
        code(name),
        whereAsked(summary, onRequest),
        wakers(on, after),
      ]),
      ...clocks.map(({ name, summary, every }) => [code(name), summary, `the clock, every ${every} minutes`]),
    ],
  );
}

export function settingTable(rows: readonly SettingRow[]): string {
  return table(
    ['setting', 'default', 'what it does'],
    rows.map(({ key, byDefault, summary, deploymentOnly }) => [
      code(key),
      byDefault.is === 'words' ? byDefault.words : defaultIn(byDefault.value),
      deploymentOnly ? `${summary} Only in the deployment's file.` : summary,
    ]),
  );
}

export function whereAsked(summary: string, onRequest: true | undefined): string {
  return onRequest === true ? `${summary} Only where ${code('rules.enabled')} names it.` : summary;
}

function wakers(on: readonly string[], after: readonly string[]): string {
  return [on.join(', '), ...(after.length === 0 ? [] : [`after ${after.join(', ')}`])].join('; ');
}

function defaultIn(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map((each) => defaultIn(each)).join(', ');
  if (typeof value === 'object') return code(JSON.stringify(value));
  return value === '' ? 'none' : code(JSON.stringify(value).replaceAll(/^"|"$/g, ''));
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map(cellOf).join(' | ')} |`).join('\n');
}

function cellOf(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
