/** One JSON object a line. Control characters are escaped by JSON; what looks like a secret never leaves. */

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

const MAX_FIELD_CHARS = 1_000;

// GitHub's token prefixes (https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/), JSON Web
// Tokens, private keys, and webhook signatures.
const SECRETS: readonly RegExp[] = [
  /\bgh[opsur]_[A-Za-z0-9._-]{16,}/g,
  /\bgithub_pat_[A-Za-z0-9_]{16,}/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
  /-----BEGIN [A-Z ]{0,30}KEY-----/g,
  /\bsha(?:1|256)=[0-9a-f]{40,64}/g,
];

export function redacted(text: string): string {
  let safe = text.slice(0, MAX_FIELD_CHARS);
  // What follows the first line of a private key is the key.
  const key = safe.search(/-----BEGIN [A-Z ]{0,30}KEY-----/);
  if (key >= 0) safe = `${safe.slice(0, key)}[redacted]`;
  for (const pattern of SECRETS) safe = safe.replace(pattern, '[redacted]');
  return safe;
}

type Level = 'info' | 'warn' | 'error';

let take = (line: string, _level: Level): void => {
  process.stdout.write(line);
};

/** For programs whose output is for somebody else to read: where the lines go instead. */
export function logTo(place: (line: string, level: Level) => void): void {
  take = place;
}

function write(level: Level, message: string, fields: Fields): void {
  const line: Record<string, unknown> = { level, message };
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) line[name] = typeof value === 'string' ? redacted(value) : value;
  }
  take(`${JSON.stringify(line)}\n`, level);
}

/** `message` is fixed text; everything that varies is a field. */
export const log = {
  info: (message: string, fields: Fields = {}): void => write('info', message, fields),
  warn: (message: string, fields: Fields = {}): void => write('warn', message, fields),
  error: (message: string, fields: Fields = {}): void => write('error', message, fields),
};
