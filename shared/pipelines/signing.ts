/**
 * Proofs in both directions: that a request to an endpoint is ours, and that a result is about the very run that was
 * started. The second is a token which we sign, hand out with the start, and get back.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod/mini';
import type { JobRequest } from './engine.ts';
import { pullNamed } from './engine.ts';

export const TIMESTAMP_HEADER = 'x-bowsprit-timestamp';
export const SIGNATURE_HEADER = 'x-bowsprit-signature';

/** HMAC-SHA256 over the timestamp, a full stop and the body as sent, in hex; one for each secret that is valid now. */
export function signaturesOf(secrets: readonly string[], timestamp: string, body: string): string {
  return secrets.map((secret) => `sha256=${hmac(secret, `${timestamp}.${body}`).toString('hex')}`).join(',');
}

/** Longer than a job takes, shorter than a token lies around. */
export const TOKEN_SECONDS = 24 * 3_600;
const MAX_TOKEN_CHARS = 2_000;

const about = z.object({
  v: z.literal(1),
  engine: z.enum(['https', 'eventbridge']),
  key: z.string(),
  job: z.string(),
  pull: z.string(),
  sha: z.string(),
  /** Seconds since 1970. */
  exp: z.number(),
});
/** What a token is about. */
export type TokenFor = z.infer<typeof about>;

/** The same for every attempt at one start. */
export function tokenFor(secret: string, engine: TokenFor['engine'], request: JobRequest): string {
  const { key, job, headSha: sha } = request;
  const exp = Math.floor(Date.parse(request.at) / 1_000) + TOKEN_SECONDS;
  const bound: TokenFor = { v: 1, engine, key, job, pull: pullNamed(request), sha, exp };
  const text = Buffer.from(JSON.stringify(bound)).toString('base64url');
  return `${text}.${hmac(secret, purposely(text)).toString('base64url')}`;
}

/** Undefined for what none of these secrets signed, what was changed, and what is too old: nobody is told which. */
export function tokenIn(secrets: readonly string[], token: string, now: Date): TokenFor | undefined {
  if (token.length > MAX_TOKEN_CHARS) return undefined;
  const [text = '', proof = '', ...more] = token.split('.');
  const given = Buffer.from(proof, 'base64url');
  // All of them are worked out, whichever fits.
  const fits = secrets.map((secret) => sameBytes(hmac(secret, purposely(text)), given));
  // Of several spellings of the same bytes one is ours.
  if (!fits.includes(true) || more.length > 0 || given.toString('base64url') !== proof) return undefined;
  const parsed = about.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  return parsed.success && parsed.data.exp * 1_000 > now.getTime() ? parsed.data : undefined;
}

/** A secret that signs several things signs each in its own words. */
const purposely = (text: string): string => `result.${text}`;

function hmac(secret: string, text: string): Buffer {
  return createHmac('sha256', secret).update(text).digest();
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.byteLength === other.byteLength && timingSafeEqual(one, other);
}
