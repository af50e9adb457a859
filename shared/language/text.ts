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
  return template.replace(BRACES, (written, name: string) => words.get(name) ?? written);
}

const BRACES = /\{([a-z][a-z0-9-]*)\}/g;
/** What stands between runs of backticks of one length, of which none is escaped. */
const SPANS = /(?<![`\\])(`+)(?!`)(.*?[^`])\1(?!`)/gs;
/** A link that nobody can misread: its address has no brackets of its own, no title and nothing escaped. */
const PLAIN_LINK = /\]\([^\s()<>\\"'`]*\)/g;
/** What ends so is within an address, or may be: a link that is none of those above, HTML. */
const IN_ADDRESS = /(?:\]\(.*|<.*|(?::\/\/|mailto:|www\.)\S*)$/is;

/**
 * A template in Markdown, its words shown as code: those that stand in code are part of it, those in an address are encoded
 * for it. Whatever stands around it, nothing of a word comes to mean anything.
 */
export function shownIn(template: string, words: ReadonlyMap<string, string>): string {
  let said = '';
  const say = (text: string): void => {
    // Two that touch would be one, or none.
    said += said.endsWith('`') && text.startsWith('`') ? ` ${text}` : text;
  };
  let end = 0;
  for (const { 0: whole, 2: within = '', index } of template.matchAll(SPANS)) {
    sayPlain(template, end, index, words, say);
    const filled = filledWith(within, words);
    if (filled === within) say(whole);
    // Where HTML has begun, backticks are no code.
    else if (inAddress(template.slice(0, index))) sayPlain(template, index, index + whole.length, words, say);
    else say(code(filled.trim()));
    end = index + whole.length;
  }
  sayPlain(template, end, template.length, words, say);
  return said;
}

function sayPlain(
  template: string,
  from: number,
  to: number,
  words: ReadonlyMap<string, string>,
  say: (text: string) => void,
): void {
  let end = from;
  for (const { 0: written, 1: name = '', index } of template.slice(from, to).matchAll(BRACES)) {
    const word = words.get(name);
    if (word === undefined) continue;
    const at = from + index;
    say(literal(template.slice(end, at)));
    if (word !== '') say(inAddress(template.slice(0, at)) ? encoded(word) : code(word));
    end = at + written.length;
  }
  say(literal(template.slice(end, to)));
}

function inAddress(before: string): boolean {
  return IN_ADDRESS.test(before.replace(PLAIN_LINK, '])'));
}

/** Its backticks are none of ours, and it escapes nothing of what follows. */
function literal(text: string): string {
  return text.replace(/(\\*)(`|$)/g, (_, slashes: string, tick: string) =>
    slashes.length % 2 === (tick === '' ? 0 : 1) ? slashes + tick : `${slashes}\\${tick}`,
  );
}

function encoded(word: string): string {
  return encodeURIComponent(word).replace(
    /[!'()*~]/g,
    (sign) => `%${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()}`,
  );
}
