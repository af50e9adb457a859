/** Signs in AWS KMS, so that the private key of the App never leaves it. */
import * as z from 'zod/mini';
import { refusalIn, signedRequest, type AwsAccess } from './aws-request.ts';
import { Retryable } from './errors.ts';

/** A key in KMS, and how to reach it. */
export type KmsKey = AwsAccess & {
  /** Id, ARN or alias. */
  readonly keyId: string;
};

/** RSASSA-PKCS1-v1_5 with SHA-256 over the message, in base64. */
export type Sign = (message: string) => Promise<string>;

const TIMEOUT_MS = 3_000;
const answered = z.object({ Signature: z.string() });

export function signerBy(key: KmsKey, now: () => Date = () => new Date()): Sign {
  return async (message) => {
    const body = JSON.stringify({
      KeyId: key.keyId,
      Message: Buffer.from(message).toString('base64'),
      MessageType: 'RAW',
      SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
    });
    const { url, headers } = signedRequest(key, { service: 'kms', target: 'TrentService.Sign', body }, now());
    const response = await answerOf(url, body, headers);
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
  const kind = refusalIn(status, text);
  if (status >= 500 || WEATHER.test(kind)) return new Retryable(`KMS did not sign: ${kind}`);
  return new Error(`KMS does not sign with the key of the App: ${kind}`);
}
