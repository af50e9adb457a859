/**
 * Signs in AWS KMS, so that the private key of the App never leaves it. One request in AWS's own words, signed by Signature
 * Version 4: the SDK's client would add a hundred times as much to each bundle that mints tokens.
 */
import { createHash, createHmac } from 'node:crypto';
import * as z from 'zod/mini';
import { Retryable } from './errors.ts';

/** A key in KMS, and how to reach it; a function's own credentials do not change while it lives. */
export type KmsKey = {
  /** Id, ARN or alias. */
  readonly keyId: string;
  readonly region: string;
  /** In place of AWS's own. */
  readonly endpoint: string | undefined;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
};

/** RSASSA-PKCS1-v1_5 with SHA-256 over the message, in base64. */
export type Sign = (message: string) => Promise<string>;

const TIMEOUT_MS = 3_000;
const SERVICE = 'kms';
const answered = z.object({ Signature: z.string() });
/** `com.amazonaws.kms#NotFoundException`, or without what stands before the sign. */
const refused = z.pipe(
  z.object({ __type: z.string() }),
  z.transform((body) => body['__type'].replace(/^.*#/, '')),
);

export function signerBy(key: KmsKey, now: () => Date = () => new Date()): Sign {
  const url = new URL(key.endpoint ?? `https://kms.${key.region}.amazonaws.com/`);
  return async (message) => {
    const body = JSON.stringify({
      KeyId: key.keyId,
      Message: Buffer.from(message).toString('base64'),
      MessageType: 'RAW',
      SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
    });
    const response = await answerOf(url, body, signedHeaders(key, url, body, now()));
    const text = await textOf(response);
    if (response.ok) return answered.parse(JSON.parse(text)).Signature;
    throw failureIn(response.status, text);
  };
}

async function answerOf(url: URL, body: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  try {
    return await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    throw new Retryable('KMS does not answer', { cause });
  }
}

async function textOf(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw new Retryable("KMS's answer broke off", { cause });
  }
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html#API_Sign_Errors */
const WEATHER = /Throttl|KMSInternal|DependencyTimeout|ServiceUnavailable|LimitExceeded|KeyUnavailable/;

function failureIn(status: number, text: string): Error {
  const named = refused.safeParse(jsonIn(text));
  const kind = named.success ? named.data : `status ${status}`;
  if (status >= 500 || WEATHER.test(kind)) return new Retryable(`KMS did not sign: ${kind}`);
  return new Error(`KMS does not sign with the key of the App: ${kind}`);
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
function signedHeaders(key: KmsKey, url: URL, body: string, now: Date): Readonly<Record<string, string>> {
  const moment = now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const day = moment.slice(0, 8);
  const headers: Readonly<Record<string, string>> = {
    'content-type': 'application/x-amz-json-1.1',
    host: url.host,
    'x-amz-date': moment,
    ...(key.sessionToken === undefined ? {} : { 'x-amz-security-token': key.sessionToken }),
    'x-amz-target': 'TrentService.Sign',
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const request = ['POST', url.pathname, '', lines.join(''), names, digest(body)].join('\n');
  const scope = `${day}/${key.region}/${SERVICE}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', moment, scope, digest(request)].join('\n');
  const derived = [day, key.region, SERVICE, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${key.secretAccessKey}`,
  );
  const signature = createHmac('sha256', derived).update(toSign).digest('hex');
  const { host: _, ...sent } = headers;
  const credential = `${key.accessKeyId}/${scope}`;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
