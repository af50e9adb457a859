/** What follows from cherry-picks: one line for each branch where people see it, and a hold on what is not whole. */
import { EMPTY_CHAIN, type AuditRecord, type RecordDraft } from './audit-record.ts';
import { pullOf, type Delivery } from './delivery.ts';
import { hold, notice, type Action, type ActionResult } from './language/index.ts';
import type { PullState } from './pull-state.ts';
import type { Audit } from './store/stores.ts';

type Done = { readonly action: Action; readonly result: ActionResult };

export const PICKS = 'cherry-pick';

/** The living comment about all of them; undefined where none was carried out. */
export function noticeOfPicks(done: readonly Done[], { picked }: Pick<PullState, 'picked'>): Action | undefined {
  const now = done.flatMap(({ action, result: { note } }) =>
    action.is === 'cherry-pick' && note !== undefined ? [{ target: action.target, note }] : [],
  );
  if (now.length === 0) return undefined;
  const before = picked.filter(({ target }) => !now.some((each) => each.target === target));
  return notice(PICKS, inLines([...before, ...now].map(({ note }) => note)));
}

/** What came of each, where somebody asked for it just now. */
export function toldOfPicks({ actions }: AuditRecord): string | undefined {
  const notes = actions.flatMap(({ is, note }) => (is === 'cherry-pick' && note !== undefined ? [note] : []));
  return notes.length === 0 ? undefined : inLines(notes);
}

function inLines(notes: readonly string[]): string {
  return notes.length === 1 ? (notes[0] ?? '') : `Cherry-picks:\n\n${notes.map((note) => `- ${note}`).join('\n')}`;
}

export type Holding = {
  readonly delivery: Delivery;
  /** Of the invocation that asked for them. */
  readonly draft: RecordDraft;
  readonly audit: Audit;
  readonly newId: () => string;
};

/** A pull request that was made and is not whole waits for whoever asked for it, in its own audit trail. */
export async function heldPicks(
  done: readonly Done[],
  { delivery, draft, audit, newId }: Holding,
): Promise<readonly AuditRecord[]> {
  const records: AuditRecord[] = [];
  for (const { action, result } of done) {
    if (action.is !== 'cherry-pick' || result.held === undefined || result.ref === undefined) continue;
    const own: RecordDraft = {
      ...draft,
      id: newId(),
      pull: pullOf(delivery, Number(result.ref)),
      headSha: '',
      outcome: 'done',
      reason: `Held by ${action.by} (${result.held}).`,
      actions: [{ ...hold(action.by, result.held), result: 'recorded' }],
    };
    // Repeated after a crash, it is found in its chain by delivery and place.
    // oxlint-disable-next-line no-await-in-loop
    records.push((await audit.append(own, EMPTY_CHAIN)).record);
  }
  return records;
}
