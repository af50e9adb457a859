/** What a word without quotes is where a file is turned into JSON first, as Prow does: 1.30 is the number 1.3. */
import type { Scalar } from './yaml.ts';

const NOTHING = /^(?:|~|null|Null|NULL)$/;
const YES = /^(?:y|Y|yes|Yes|YES|on|On|ON|true|True|TRUE)$/;
const NO = /^(?:n|N|no|No|NO|off|Off|OFF|false|False|FALSE)$/;
const WHOLE = /^[-+]?(?:0b[01_]+|0x[\da-fA-F_]+|0o?[0-7_]+|0|[1-9][\d_]*)$/;
const FRACTION = /^[-+]?(?:\.\d+|\d[\d_]*(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

export function isNothing({ plain, text }: Scalar): boolean {
  return plain && NOTHING.test(text);
}

/** true or false where the word says so. */
export function flagIn({ plain, text }: Scalar): boolean | undefined {
  if (!plain) return undefined;
  // A single letter is a yes to some readers of YAML and a word to others; as a word it is what was written.
  if (text.length === 1) return undefined;
  return YES.test(text) ? true : NO.test(text) ? false : undefined;
}

export function numberIn({ plain, text }: Scalar): number | undefined {
  if (!plain) return undefined;
  const digits = text.replaceAll('_', '').replace(/^\+/, '');
  if (WHOLE.test(text)) {
    const [, sign = '', octal] = /^(-?)0o?([0-7]+)$/.exec(digits) ?? [];
    if (octal !== undefined) return Number(`${sign === '-' ? '-' : ''}1`) * Number.parseInt(octal, 8);
    return digits.startsWith('-') ? -Number(digits.slice(1)) : Number(digits);
  }
  return FRACTION.test(text) ? Number(digits) : undefined;
}

/** Where Prow wants text: what it makes of the word. */
export function textIn(scalar: Scalar): string {
  const flag = flagIn(scalar);
  if (flag !== undefined) return String(flag);
  const number = numberIn(scalar);
  // What is too large for a double is left as written rather than rounded.
  if (number === undefined || (Number.isInteger(number) && !Number.isSafeInteger(number))) return scalar.text;
  return Object.is(number, -0) ? '-0' : String(number);
}

const DURATION = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$/;

const UNIT_SECONDS: Readonly<Record<string, number>> = {
  h: 3_600,
  m: 60,
  s: 1,
  ms: 0.001,
  us: 1e-6,
  µs: 1e-6,
  μs: 1e-6,
  ns: 1e-9,
};

/** Of one of these, rounded up. */
export function secondsIn(duration: string): number {
  const parts = [...duration.matchAll(/(\d+(?:\.\d*)?|\.\d+)(h|ms|m|s|us|\u00b5s|\u03bcs|ns)/g)];
  return Math.ceil(parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (UNIT_SECONDS[unit] ?? 0), 0));
}

/** Go's: `5s`, `1m30s`. */
export function isDuration(text: string): boolean {
  return DURATION.test(text);
}
