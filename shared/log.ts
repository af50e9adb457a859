/**
 * One JSON object a line. Control characters are escaped by JSON; what looks like a secret, or was named as one, never
 * leaves. A line may carry figures as well, in CloudWatch's embedded metric format.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Figures by name; a name that ends in `Milliseconds` is one of time, any other a count. */
export type Figures = Readonly<Record<string, number | undefined>>;

const MAX_FIELD_CHARS = 1_000;
/** Room for a secret that would only be cut in half. */
const MAX_READ_CHARS = 8_000;
export const METRICS_NAMESPACE = 'Bowsprit';

// GitHub's token prefixes (https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/), JSON Web
// Tokens, private keys, headers that carry any of them, and webhook signatures.
const SECRETS: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,30}KEY-----[^]*?(?:-----END [A-Z ]{0,30}KEY-----|$)/g,
  /(?<![A-Za-z0-9])gh[opsur]_[A-Za-z0-9._-]{16,}/g,
  /(?<![A-Za-z0-9])github_pat_[A-Za-z0-9_]{16,}/g,
  /(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
  /(?<=\bauthorization["']?\s{0,4}[:=]\s{0,4}["']?(?:bearer|token|basic)\s{1,4})[^\s"',]{8,}/gi,
  /\bsha(?:1|256)=[0-9a-f]{40,64}/g,
];
const REDACTED = '[redacted]';
/** A shorter one would be found in innocent words. */
const MIN_SECRET_CHARS = 8;
const known = new Set<string>();

/** From now on this very text is a secret as well, whatever it looks like. */
export function conceal(...secrets: readonly string[]): void {
  for (const secret of secrets) if (secret.length >= MIN_SECRET_CHARS) known.add(secret);
}

/** The text without secrets: for whatever is logged, recorded or shown. */
export function withoutSecrets(text: string): string {
  let safe = text;
  for (const secret of known) safe = safe.replaceAll(secret, REDACTED);
  for (const pattern of SECRETS) safe = safe.replace(pattern, REDACTED);
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

export function redacted(text: string): string {
  return withoutSecrets(text.slice(0, MAX_READ_CHARS)).slice(0, MAX_FIELD_CHARS);
}

const about = new AsyncLocalStorage<Fields>();

/** Every line that is logged meanwhile bears these fields: the delivery's id joins what belongs together. */
export function traced<Result>(fields: Fields, act: () => Promise<Result>): Promise<Result> {
  return about.run({ ...about.getStore(), ...fields }, act);
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
function embedded(figures: Figures): Readonly<Record<string, unknown>> {
  const Metrics = Object.entries(figures).flatMap(([Name, figure]) =>
    figure === undefined ? [] : [{ Name, Unit: Name.endsWith('Milliseconds') ? 'Milliseconds' : 'Count' }],
  );
  const CloudWatchMetrics = [{ Namespace: METRICS_NAMESPACE, Dimensions: [[]], Metrics }];
  return { ...figures, _aws: { Timestamp: Date.now(), CloudWatchMetrics } };
}

function write(level: Level, message: string, fields: Fields, figures: Figures | undefined): void {
  const line: Record<string, unknown> = { level, message };
  const traces = about.getStore();
  for (const [name, value] of Object.entries(traces === undefined ? fields : { ...traces, ...fields })) {
    if (value !== undefined) line[name] = typeof value === 'string' ? redacted(value) : value;
  }
  if (figures !== undefined) Object.assign(line, embedded(figures));
  take(`${JSON.stringify(line)}\n`, level);
}

/** `message` is fixed text; everything that varies is a field. */
export const log = {
  info: (message: string, fields: Fields = {}, figures?: Figures): void => write('info', message, fields, figures),
  warn: (message: string, fields: Fields = {}, figures?: Figures): void => write('warn', message, fields, figures),
  error: (message: string, fields: Fields = {}, figures?: Figures): void => write('error', message, fields, figures),
};
