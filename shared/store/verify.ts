/** Whether a chain is as it was written: the first record that was altered, dropped, moved, or cut off at the end. */
import { hashOf, NO_RECORD, type AuditRecord } from '../audit-record.ts';
import type { Anchor } from './anchors.ts';
import { exactRecordIn } from './audit-item.ts';

export type Finding = {
  readonly is: 'altered' | 'dropped' | 'reordered' | 'tail-cut' | 'replaced';
  /** The first record concerned. */
  readonly sequence: number;
  readonly sentence: string;
};

export type Verification = {
  readonly pull: string;
  readonly records: number;
  readonly sound: boolean;
  /** The first thing wrong. */
  readonly finding: Finding | undefined;
  /** Up to which record an anchor vouches; 0 for none, undefined where no bucket is known. */
  readonly anchored: number | undefined;
  /** All of it in words. */
  readonly sentence: string;
};

/** How far a record is looked for that stands in another's place: each guess is a hash. */
const MAX_PLACES = 10_000;

/**
 * @param items as they lie in the table, in the order of their sequence numbers
 * @param anchors undefined where no bucket is known
 */
export function verified(
  pull: string,
  items: readonly Readonly<Record<string, unknown>>[],
  anchors: readonly Anchor[] | undefined,
): Verification {
  const known = anchors ?? [];
  const finding = firstFinding(items, known) ?? cutTail(items.length, known);
  const anchored = anchors === undefined ? undefined : Math.max(0, ...known.map(({ sequence }) => sequence));
  const records = items.length;
  const sentence = finding?.sentence ?? soundSentence(records, anchored);
  return { pull, records, sound: finding === undefined, finding, anchored, sentence };
}

function firstFinding(
  items: readonly Readonly<Record<string, unknown>>[],
  anchors: readonly Anchor[],
): Finding | undefined {
  const hashes = Map.groupBy(anchors, ({ sequence }) => sequence);
  let previous = NO_RECORD;
  for (const [index, item] of items.entries()) {
    const sequence = index + 1;
    if (item['sequence'] !== sequence) return dropped(sequence, item['sequence']);
    const record = exactRecordIn(item);
    if (record === undefined) return altered(sequence, 'it is not what was written');
    if (hashOf(record) !== record.hash) {
      const place = placeOf(record, items.length);
      return place === undefined ? altered(sequence, 'its hash does not fit it') : moved(sequence, place);
    }
    const unlike = (hashes.get(sequence) ?? []).some(({ hash }) => hash !== record.hash);
    if (unlike) return replaced(sequence);
    if (record.previous !== previous) return broken(record, items);
    previous = record.hash;
  }
  return undefined;
}

/** The place for which a record was hashed, where it is not the one it stands in. */
function placeOf(record: AuditRecord, records: number): number | undefined {
  const from = Math.max(1, record.sequence - MAX_PLACES / 2);
  const to = Math.min(Math.max(records, record.sequence) + 1, from + MAX_PLACES);
  for (let sequence = from; sequence <= to; sequence += 1) {
    if (hashOf({ ...record, sequence }) === record.hash) return sequence;
  }
  return undefined;
}

/** A record that fits itself and not what stands before it. */
function broken({ sequence, previous }: AuditRecord, items: readonly Readonly<Record<string, unknown>>[]): Finding {
  const before = items.findIndex(({ hash }) => hash === previous);
  if (before >= 0) return moved(sequence, before + 2);
  if (sequence === 1) return altered(1, 'it was built on a record that is not there');
  return altered(sequence - 1, `record ${sequence} was built on another one`);
}

function altered(sequence: number, why: string): Finding {
  return { is: 'altered', sequence, sentence: `Record ${sequence} was altered: ${why}.` };
}

function replaced(sequence: number): Finding {
  const sentence = `Record ${sequence} was replaced: its anchor names another hash.`;
  return { is: 'replaced', sequence, sentence };
}

function moved(sequence: number, place: number): Finding {
  const sentence = `Record ${sequence} was reordered: it was written as number ${place}.`;
  return { is: 'reordered', sequence, sentence };
}

function dropped(sequence: number, next: unknown): Finding {
  const sentence = `Record ${sequence} was dropped: record ${String(next)} follows on record ${sequence - 1}.`;
  return { is: 'dropped', sequence, sentence };
}

function cutTail(records: number, anchors: readonly Anchor[]): Finding | undefined {
  const last = Math.max(0, ...anchors.map(({ sequence }) => sequence));
  if (last <= records) return undefined;
  const missing = last === records + 1 ? `record ${last} is` : `records ${records + 1} to ${last} are`;
  const sentence = `The end was cut off: ${missing} anchored and not in the table.`;
  return { is: 'tail-cut', sequence: records + 1, sentence };
}

function soundSentence(records: number, anchored: number | undefined): string {
  const chain = records === 0 ? 'No records.' : `${records === 1 ? '1 record' : `${records} records`}, unbroken.`;
  if (anchored === undefined) return `${chain} Not anchored: a cut tail would not show.`;
  if (records === 0 && anchored === 0) return chain;
  if (anchored >= records) return `${chain} Anchored to the end.`;
  return `${chain} Anchored up to record ${anchored}.`;
}
