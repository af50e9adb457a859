/** The note for the next release that a description holds, as Prow finds it; linear in the length of the text. */
export const NOTE = 'release-note';
export const NOTE_NONE = 'release-note-none';
export const NOTE_ACTION = 'release-note-action-required';
export const NOTE_NEEDED = 'do-not-merge/release-note-label-needed';
export const NOTE_LABELS: readonly string[] = [NOTE, NOTE_NONE, NOTE_ACTION, NOTE_NEEDED];
export const DEPRECATION = 'kind/deprecation';

export type ReleaseNote = {
  /** Without the blanks around it; may be empty. */
  readonly text: string;
  /** Where it stands, with those blanks. */
  readonly from: number;
  readonly to: number;
};

const FENCE = '```';
/** A fence of that name, or any below a bold heading, with perhaps a comment in between. */
const OPENING =
  /```release-note(?:s(?![\w-])|(?![\w-]))|[Rr]elease [Nn]otes?\*\*:[ \t\r\n]{0,100}(?:<!--[^<>]{0,4000}-->[ \t\r\n]{0,100})?```(?:release-notes?(?![\w-]))?/g;

/** The first one; undefined where no fence holds any. */
export function releaseNoteIn(description: string): ReleaseNote | undefined {
  for (const { 0: opening, index } of description.matchAll(OPENING)) {
    const from = index + opening.length;
    const to = description.indexOf(FENCE, from);
    if (to < 0) return undefined;
    if (to > from) return { text: description.slice(from, to).trim(), from, to };
  }
  return undefined;
}

/** The description with another note; with the line ends that forges write. */
export function withReleaseNote(description: string, { from, to }: ReleaseNote, text: string): string {
  return `${description.slice(0, from)}\r\n${text.trim()}\r\n${description.slice(to)}`;
}

/** Says itself that there is nothing to say. */
export function isNoNote(text: string): boolean {
  const letters = text.toLowerCase().match(/\w+/g) ?? [];
  return letters.length === 1 && (letters[0] === 'none' || letters[0] === 'no');
}

/** @param waived whether somebody said that there is nothing to say: by the label, or by the command */
export function noteLabel(text: string, deprecates: boolean, waived: boolean): string {
  if (text === '') return !deprecates && waived ? NOTE_NONE : NOTE_NEEDED;
  if (isNoNote(text)) return deprecates ? NOTE_NEEDED : NOTE_NONE;
  return text.toLowerCase().includes('action required') ? NOTE_ACTION : NOTE;
}

const PARENT = /^cherry[ -]pick of #(\d{1,9}) on(?:to)? /gim;
/** More lines than these name nothing that is looked at. */
const MAX_PARENTS = 20;

/** `Cherry pick of #12 on release-1.2.`: what it was picked from. */
export function notedParents(description: string): readonly number[] {
  const found = [...description.matchAll(PARENT)].slice(0, MAX_PARENTS).map(([, number]) => Number(number));
  return [...new Set(found)];
}
