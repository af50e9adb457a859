/** What the forge shows of a check that was cleared away: it was optional, on that branch. */
import { MAX_STATUS_CHARS } from './actions.ts';
import { shortened } from './text.ts';

const SKIPPED = 'Skipped: optional on ';

/** As it fits into a status. */
export function skippedOn(baseRef: string): string {
  return shortened(`${SKIPPED}${baseRef}`, MAX_STATUS_CHARS);
}

export function isSkip(description: string | undefined): boolean {
  return description?.startsWith(SKIPPED) === true;
}
