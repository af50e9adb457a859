/** What others say of a run is shown to people: as far as it is harmless. */
import { shortened } from '../language/index.ts';

const MAX_LINK_CHARS = 2_000;
/** What a comment shows of it as code. */
const MAX_SENTENCE_CHARS = 200;

/** An address that may stand as a link; undefined for any other. */
export function linkIn(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MAX_LINK_CHARS) return undefined;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  // As it is read, so that nothing in it ends the link that it stands in.
  return url.href.replaceAll(/[()<>[\]|`\s]/g, (sign) =>
    encodeURIComponent(sign).replace('(', '%28').replace(')', '%29'),
  );
}

/** Plain text on one line: whoever shows it where more than that is understood shows it as code. */
export function sentenceIn(text: string | undefined): string | undefined {
  const said = shortened(text ?? '', MAX_SENTENCE_CHARS);
  return said === '' ? undefined : said;
}
