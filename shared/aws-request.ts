/**
 * One request in AWS's own words, signed by Signature Version 4: where a single operation is needed, the SDK's client would
 * add a hundred times as much to a bundle.
 */
import { createHash, createHmac } from 'node:crypto';
import * as z from 'zod/mini';
import { jsonIn } from './json-in.ts';

/** A function's own credentials do not change while it lives. */
export type AwsAccess = {
  readonly region: string;
  /** In place of AWS's own. */
  readonly endpoint: string | undefined;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
};

export type AwsAsked = {
  readonly service: string;
  /** `TrentService.Sign` */
  readonly target: string;
  readonly body: string;
};

export type SignedRequest = { readonly url: URL; readonly headers: Readonly<Record<string, string>> };

export function signedRequest(access: AwsAccess, asked: AwsAsked, now: Date): SignedRequest {
  const url = new URL(access.endpoint ?? `https://${asked.service}.${access.region}.amazonaws.com/`);
  return { url, headers: signedHeaders(access, asked, url, now) };
}

/** `com.amazonaws.kms#NotFoundException`, or without what stands before the sign. */
const refused = z.pipe(
  z.object({ __type: z.string() }),
  z.transform((body) => body['__type'].replace(/^.*#/, '')),
);

/** What AWS calls the mistake. */
export function refusalIn(status: number, text: string): string {
  const named = refused.safeParse(jsonIn(text));
  return named.success ? named.data : `status ${status}`;
}

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
function signedHeaders(
  { region, accessKeyId, secretAccessKey, sessionToken }: AwsAccess,
  { service, target, body }: AwsAsked,
  url: URL,
  now: Date,
): Readonly<Record<string, string>> {
  const moment = now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const day = moment.slice(0, 8);
  const headers: Readonly<Record<string, string>> = {
    'content-type': 'application/x-amz-json-1.1',
    host: url.host,
    'x-amz-date': moment,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
    'x-amz-target': target,
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const request = ['POST', url.pathname, '', lines.join(''), names, digest(body)].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', moment, scope, digest(request)].join('\n');
  const derived = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  const signature = createHmac('sha256', derived).update(toSign).digest('hex');
  const { host: _, ...sent } = headers;
  const credential = `${accessKeyId}/${scope}`;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
