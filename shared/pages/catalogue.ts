/** The commands as people see them: what `/commands` answers and the pages show. */
import { inWords, pullsOnly, type CatalogueEntry } from '../language/index.ts';
import { usageOf, type Grammar } from '../parse.ts';

export function catalogueOf({ commands, spellings }: Grammar): readonly CatalogueEntry[] {
  return commands.map((command) => ({
    name: command.name,
    usage: usageOf(command),
    summary: command.summary,
    who: inWords(command.allow),
    examples: command.examples,
    aliases: [...spellings]
      .filter(([name, to]) => to.command === command && name !== command.name)
      .map(([name]) => name),
    pullsOnly: pullsOnly(command),
    issuesOnly: command.issuesOnly === true,
    ...(command.onRequest === true ? { onRequest: true } : {}),
  }));
}
