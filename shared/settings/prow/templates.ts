/** From Prow's templates over a pull request to ours. */

/** What a field of Prow's pull request is called here. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['.Title', '{title}'],
  ['.Number', '{number}'],
  ['.Body', '{body}'],
  ['.Author.Login', '{author}'],
  ['.HeadRefName', '{head}'],
  ['.BaseRef.Name', '{base}'],
]);
const ACTION = /\{\{(-?)\s*([\w.]*)\s*(-?)\}\}/g;
const MAX_CHARS = 2_000;

/** Undefined where it says more than naming fields, or what ours would not take for text. */
export function templateFrom(written: string): string | undefined {
  // A brace that is text there would be a word of ours here.
  if (/[{}]/.test(written.replaceAll(ACTION, ''))) return undefined;
  let known = true;
  const ours = written
    // A dash takes the blanks beside it away.
    .replace(/\s*\{\{-\s/g, '{{ ')
    .replace(/\s-\}\}\s*/g, ' }}')
    .replace(ACTION, (_, __: string, field: string) => {
      const word = FIELDS.get(field);
      known &&= word !== undefined;
      return word ?? '';
    });
  const fits = ours.length <= MAX_CHARS && /^(?:[^\p{C}]|[\n\t])*$/u.test(ours);
  return known && fits ? ours : undefined;
}
