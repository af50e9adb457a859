/** From Prow's regular expressions over branches to names, of which ours may end in `*`. */

const ESCAPED = String.raw`\\[.+/_#@-]`;
/** Stands for itself and nothing else. */
const SURE = String.raw`(?:[\w/@#-]|${ESCAPED})`;
/** Stands for itself at least: a bare dot is any character. */
const ITSELF = String.raw`(?:[\w/@#.-]|${ESCAPED})`;
const names = (literal: string): RegExp =>
  new RegExp(`^\\^(?:\\((?:\\?:)?(${literal}+(?:\\|${literal}+)*)\\)|(${literal}+))\\$$`);
const SURE_NAMES = names(SURE);
const THEIR_NAMES = names(ITSELF);
const SURE_PREFIX = new RegExp(`^\\^(${SURE}*)(.*)$`, 's');
const LITERAL_PREFIX = new RegExp(`^\\^?(${ITSELF}+?)(\\.\\*)?(\\$?)$`);

/** Names that cover every branch the expression matches, and maybe more; undefined: any branch may be one. */
export function branchesCovering(pattern: string): readonly string[] | undefined {
  const found = namesIn(pattern, SURE_NAMES);
  if (found !== undefined) return found;
  if (pattern.includes('|')) return undefined;
  const [, prefix = '', rest = ''] = SURE_PREFIX.exec(pattern) ?? [];
  // The last character belongs to what follows: in `^release-?` it may be missing.
  const sure = unescaped(/^[?*{]/.test(rest) ? prefix.replace(/(?:\\.|[^\\])$/s, '') : prefix);
  return sure === '' ? undefined : [`${sure}*`];
}

/** Names of which the expression matches every branch, though maybe not all that it matches; undefined: none can be told. */
export function branchesCovered(pattern: string): readonly string[] | undefined {
  const found = namesIn(pattern, THEIR_NAMES);
  if (found !== undefined) return found;
  const [, written, open, end] = LITERAL_PREFIX.exec(pattern) ?? [];
  if (written === undefined) return undefined;
  return [open === undefined && end === '$' ? unescaped(written) : `${unescaped(written)}*`];
}

function namesIn(pattern: string, form: RegExp): readonly string[] | undefined {
  const [, several, one] = form.exec(pattern) ?? [];
  return (several ?? one)?.split('|').map(unescaped);
}

function unescaped(literal: string): string {
  return literal.replaceAll('\\', '');
}
