/** What somebody had done last, from the audit records, and the commands that take it back. */
import type { AuditRecord, RecordedAction } from '../audit-record.ts';
import { code, isOwnHold, labelOn, type Hold, type Undoable } from '../language/index.ts';

type Now = {
  readonly title: string;
  readonly state: 'open' | 'closed';
  readonly merged: boolean;
  readonly labels: () => Promise<ReadonlySet<string>>;
  readonly holds: readonly Hold[];
};
type Actor = { readonly login: string; readonly id: string };

/** What a command did, rather than that it was answered. */
const DID: ReadonlySet<string> = new Set(['done', 'recorded']);
const NO_DEEDS: ReadonlySet<string> = new Set(['reply', 'refuse', 'notice', 'no-notice', 'observe-head']);

/** @param records of the whole chain, oldest first */
export async function undoableIn(records: readonly AuditRecord[], actor: Actor, now: Now): Promise<Undoable> {
  const taken = new Set(
    records.flatMap(({ actions }) => actions.flatMap((each) => (each.is === 'undone' ? [each['record']] : []))),
  );
  const last = records.findLast((each) => isDeedOf(each, actor) && !taken.has(each.id));
  if (last === undefined) return { is: 'nothing' };
  const { text, id } = last;
  const not = (because: string): Undoable => ({ is: 'not', text, because });
  if (now.merged) return not('It is merged, and a merge is not taken back here; the forge can open a revert of it.');
  const deeds = last.actions.filter(isDeed);
  const opposite = deeds.map((each) => oppositeOf(each, last));
  const without = deeds.find((_, index) => opposite[index] === undefined);
  if (without !== undefined) return not(whyNever(without));
  // What was taken back since, and taking it back, come to nothing.
  const since = records.filter(
    ({ sequence, id: each, command }) => sequence > last.sequence && !taken.has(each) && command !== 'undo',
  );
  const touched = new Set(deeds.flatMap(keysOf));
  const other = since.find(({ actions }) =>
    actions.filter(isDeed).some((each) => keysOf(each).some((key) => touched.has(key))),
  );
  if (other !== undefined) return not(changedBy(other));
  if (!(await isAsLeft(deeds, now)))
    return not('Somebody changed it by hand since. Look at it, and change it as it should be.');
  const kept = deeds.some(({ is }) => is === 'hold') ? whyHeld(last, actor, records, now) : undefined;
  if (kept !== undefined) return not(kept);
  return { is: 'so', record: id, text, lines: [...new Set(opposite.flatMap((each) => each ?? []))] };
}

function isDeedOf({ actor, command, outcome, actions }: AuditRecord, { login, id }: Actor): boolean {
  const own = actor.id === id && actor.login.toLowerCase() === login.toLowerCase();
  return own && outcome === 'done' && !/^unknown$|^undo$|:/.test(command) && actions.some(isDeed);
}

function isDeed({ is, result }: RecordedAction): boolean {
  return DID.has(result) && !NO_DEEDS.has(is);
}

const textsIn = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');

/** Lines that take this back; undefined where none does, none at all where another action of the record says it. */
function oppositeOf(action: RecordedAction, { command }: AuditRecord): readonly string[] | undefined {
  const own = WITH_CANCEL.get(command);
  switch (action.is) {
    case 'add-label':
    case 'add-labels':
    case 'remove-label': {
      // A label that stands for a word follows it.
      if (own !== undefined) return [];
      const name = action.is === 'remove-label' ? 'label' : 'remove-label';
      const labels = textsIn(action['labels'] ?? action['label']);
      return labels.every(isSaid) ? labels.map((label) => `/${name} ${label}`) : undefined;
    }
    case 'assign':
      return [`/unassign ${mentioned(action['logins'])}`];
    case 'unassign':
      return [`/assign ${mentioned(action['logins'])}`];
    case 'request-review':
      return [`/uncc ${mentioned(action['reviewers'])}`];
    case 'unrequest-review':
      return [`/cc ${mentioned(action['reviewers'])}`];
    case 'close':
      return ['/reopen'];
    case 'reopen':
      return ['/close'];
    case 'retitle': {
      const [was] = textsIn(action['was']);
      return was === undefined || !isSaid(was) ? undefined : [`/retitle ${was}`];
    }
    case 'vote':
    case 'hold':
    case 'pin-issue':
      return own === undefined ? undefined : [`/${own} cancel`];
    case 'withdraw':
    case 'unpin-issue':
      return own === undefined || action['paths'] !== undefined ? undefined : [`/${own}`];
    default:
      return undefined;
  }
}

/** Whether a line that ends so means all of it: neither a remark nor the word that turns a command round. */
function isSaid(text: string): boolean {
  return !/(?:^|\s)(?:#|cancel)(?:\s|$)|[\p{Cc}\p{Zl}\p{Zp}]/iu.test(text);
}

/** By their names in the audit trail. */
const WITH_CANCEL: ReadonlyMap<string, string> = new Map([
  ['lgtm', 'lgtm'],
  ['approve', 'approve'],
  ['hold', 'hold'],
  ['pin-issue', 'pin-issue'],
]);

function mentioned(names: unknown): string {
  return textsIn(names)
    .map((name) => `@${name}`)
    .join(' ');
}

/** What else would have to change for it to be no longer as it was left. */
function keysOf(action: RecordedAction): readonly string[] {
  switch (action.is) {
    case 'add-label':
    case 'add-labels':
    case 'remove-label':
      return textsIn(action['labels'] ?? action['label']).map((label) => `label ${label.toLowerCase()}`);
    case 'assign':
    case 'unassign':
      return textsIn(action['logins']).map((login) => `assigned ${login.toLowerCase()}`);
    case 'request-review':
    case 'unrequest-review':
      return textsIn(action['reviewers']).map((name) => `asked ${name.toLowerCase()}`);
    case 'close':
    case 'reopen':
      return ['state'];
    case 'retitle':
      return ['title'];
    case 'vote':
    case 'withdraw':
      return textsIn(action['by']).map((by) => `${String(action['vote'])} ${by.toLowerCase()}`);
    case 'withdraw-all':
      return [];
    case 'hold':
    case 'lift-holds':
      return textsIn(action['by']).map((by) => `hold ${by.toLowerCase()}`);
    default:
      return [];
  }
}

/** Whoever cancels lifts all own holds, and without one perhaps those of others: why that would lift another than this one. */
function whyHeld(
  { sequence }: AuditRecord,
  actor: Actor,
  records: readonly AuditRecord[],
  { holds }: Pick<Now, 'holds'>,
): string | undefined {
  const own = holds.filter((each) => isOwnHold(each, actor));
  if (own.length === 0) return 'The hold is not there any more.';
  if (own.length > 1) return `You hold it for other reasons as well, and ${code('/hold cancel')} lifts all of these.`;
  const key = `hold ${actor.login.toLowerCase()}`;
  const before = records
    .filter((each) => each.sequence < sequence)
    .flatMap(({ actions }) => actions.filter(isDeed))
    .findLast((each) => keysOf(each).includes(key) || (each.is === 'lift-holds' && each['by'] === undefined));
  if (before?.is !== 'hold') return undefined;
  return `You had held it before, which would end as well; ${code('/hold cancel')} lifts it.`;
}

function changedBy({ actor, command, text }: AuditRecord): string {
  const by = text === '' ? `the rule ${code(command.replace(/^\w+:/, ''))}` : `${code(text)} of ${code(actor.login)}`;
  return `It was changed since, by ${by}. Look at it, and change it as it should be.`;
}

async function isAsLeft(deeds: readonly RecordedAction[], { title, state, labels }: Now): Promise<boolean> {
  const on = deeds.some(({ is }) => is.includes('label')) ? await labels() : new Set<string>();
  return deeds.every((action) => {
    switch (action.is) {
      case 'add-label':
      case 'add-labels':
        return textsIn(action['labels'] ?? action['label']).every((label) => labelOn(on, label) !== undefined);
      case 'remove-label':
        return textsIn(action['label']).every((label) => labelOn(on, label) === undefined);
      case 'retitle':
        return action['title'] === title;
      case 'close':
        return state === 'closed';
      case 'reopen':
        return state === 'open';
      default:
        return true;
    }
  });
}

const NEVER: ReadonlyMap<string, string> = new Map([
  ['merge', 'A merge is not taken back here; the forge can open a revert of it.'],
  ['cherry-pick', 'A pull request of its own came of it; close that.'],
  ['transfer-issue', 'It is in another repository now; move it back from there.'],
  ['describe', 'What the description said before is not kept here; the forge shows its edits.'],
  ['set-milestone', 'Which milestone it was in before is not kept here; comment `/milestone` with its name.'],
  ['look-anew', 'It was read anew, which changes nothing by itself.'],
  ['lift-holds', 'Whose holds they were, and why, is theirs to say again.'],
  ['withdraw-all', 'Words of others were taken back; they have to say them again.'],
]);

function whyNever(action: RecordedAction): string {
  return (
    NEVER.get(action.is) ?? `What it did cannot be taken back by itself. ${code('/commands')} lists what changes it.`
  );
}
