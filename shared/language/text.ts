/** Text for people, in the Markdown that forges render. What a user wrote is shown and never interpreted (law 10). */

/** Characters of what a user wrote that a reply shows at most: figures §6, row 15. */
const MAX_SHOWN_CHARS = 200;

/**
 * Shows text as code: no mention, link, markup or second line can come of it. Control characters, which also hide or turn
 * text around, are shown by their code points.
 */
export function code(text: string): string {
  const short = text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text;
  const visible = short.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (hidden) => `U+${(hidden.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
  const longest = Math.max(0, ...(visible.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = visible.startsWith('`') || visible.endsWith('`') || visible.trim() === '' ? ' ' : '';
  return `${fence}${pad}${visible}${pad}${fence}`;
}

/**
 * In a cell of a table, which a bar ends even inside code. A backslash takes that back, but not where another stands
 * before it: there the bar is shown by its code point.
 */
export function inCell(text: string): string {
  return text.replaceAll(String.raw`\|`, String.raw`\U+007C`).replaceAll('|', String.raw`\|`);
}

/** Plain text on one line, of so many characters at most. */
export function shortened(text: string, most: number): string {
  const line = text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  if (line.length <= most) return line;
  // A character of two parts is not cut in half.
  return `${line.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** An address as it may stand behind a link: whole, and of the web; undefined for any other. */
export function shownUrl(url: string): string | undefined {
  if (!/^https?:\/\/[^\s<>()[\]\\"'`|]{1,1000}$/i.test(url)) return undefined;
  return URL.canParse(url) ? url : undefined;
}

/** `a`, `b` and `c` */
export function listed(items: readonly string[], word: 'and' | 'or' = 'and'): string {
  if (items.length < 2) return items[0] ?? '';
  return `${items.slice(0, -1).join(', ')} ${word} ${items.at(-1) ?? ''}`;
}

/** People who must act are mentioned; everybody else is shown as code. */
export function mention(login: string): string {
  return /^[A-Za-z0-9-]+(?:\/[A-Za-z0-9._-]+)?$/.test(login) ? `@${login}` : code(login);
}

/** The words that may stand in braces in a template. */
export type TemplateWord = 'title' | 'number' | 'author' | 'head' | 'base' | 'body';
export const TEMPLATE_WORDS: readonly TemplateWord[] = ['title', 'number', 'author', 'head', 'base', 'body'];

/** All at once, so that nothing a user wrote is looked at for words in braces. Other braces stay as they are. */
export function filledIn(template: string, words: Readonly<Record<TemplateWord, string>>): string {
  return template.replace(/\{([a-z]+)\}/g, (written, name: string) => {
    const word = TEMPLATE_WORDS.find((each) => each === name);
    return word === undefined ? written : words[word];
  });
}

/** Any words, all at once as well. */
export function filledWith(template: string, words: ReadonlyMap<string, string>): string {
  return template.replace(/\{([a-z][a-z0-9-]*)\}/g, (written, name: string) => words.get(name) ?? written);
}
