/** Who is away: the sum of what people said of themselves, as far as it has not ended. */
import * as z from 'zod/mini';
import type { Absence, Absences } from '../language/index.ts';
import type { Entry } from '../ledger.ts';

const said = z.discriminatedUnion('is', [
  z.object({ is: z.literal('away'), by: z.string(), until: z.optional(z.string()) }),
  z.object({ is: z.literal('back'), by: z.string() }),
]);

/** @param entries oldest first. @param now ISO 8601 */
export function absencesIn(entries: readonly Pick<Entry, 'actions'>[], now: string): Absences {
  const away = new Map<string, Absence>();
  for (const action of entries.flatMap(({ actions }) => actions)) {
    const parsed = said.safeParse(action);
    if (!parsed.success || action.result !== 'recorded') continue;
    const login = parsed.data.by.toLowerCase();
    if (parsed.data.is === 'back') away.delete(login);
    else away.set(login, { until: parsed.data.until });
  }
  const isOver = ({ until }: Absence): boolean => until !== undefined && Date.parse(until) <= Date.parse(now);
  return new Map([...away].filter(([, absence]) => !isOver(absence)));
}
