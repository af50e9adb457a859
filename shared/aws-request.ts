/**
 * One request in AWS's own words, signed by Signature Version 4: where a few operations are needed, the SDK's client would
 * add a hundred times as much to a bundle, and several times as much work to each request.
 */
import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
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

export function signedRequest(access: AwsAccess, { service, target, body }: AwsAsked, now: Date): SignedRequest {
  const url = new URL(access.endpoint ?? hostOf(service, access.region));
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  const asked = { service, method: 'POST', host: url.host, path: url.pathname, headers, digest: digest(body) };
  return { url, headers: signedHeaders(access, asked, now) };
}

/** https://docs.aws.amazon.com/general/latest/gr/rande.html */
export function hostOf(service: string, region: string): string {
  const partition = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `https://${service}.${region}.${partition}/`;
}

/** `com.amazonaws.kms#NotFoundException`, or without what stands before the sign. */
const refused = z.pipe(
  z.object({ __type: z.string() }),
  z.transform((body) => body['__type'].replace(/^.*#/, '')),
);
/** S3 speaks XML. */
const REFUSED_IN_XML = /<Code>(?<kind>\w+)<\/Code>/;

/** What AWS calls the mistake. */
export function refusalIn(status: number, text: string): string {
  const named = refused.safeParse(jsonIn(text));
  return named.success ? named.data : (REFUSED_IN_XML.exec(text)?.groups?.['kind'] ?? `status ${status}`);
}

export type ToSign = {
  readonly service: string;
  readonly method: string;
  readonly host: string;
  /** As it is sent; a query in the order of its names. */
  readonly path: string;
  /** In lower case; all of them are signed. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of the body. */
  readonly digest: string;
};

type Credentials = Pick<AwsAccess, 'region' | 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;

/**
 * With those given, but `host`, which whoever sends adds.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signedHeaders(
  { region, accessKeyId, secretAccessKey, sessionToken }: Credentials,
  { service, method, host, path, headers, digest: content }: ToSign,
  now: Date,
): Readonly<Record<string, string>> {
  const moment = now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const day = moment.slice(0, 8);
  const sent: Readonly<Record<string, string>> = {
    ...headers,
    'x-amz-date': moment,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const all = Object.entries({ ...sent, host }).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const names = all.map(([name]) => name).join(';');
  const lines = all.map(([name, value]) => `${name}:${value}\n`).join('');
  const [place = '', query = ''] = path.split('?');
  const request = `${method}\n${place}\n${query}\n${lines}\n${names}\n${content}`;
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${moment}\n${scope}\n${digest(request)}`;
  const signature = createHmac('sha256', keyFor(secretAccessKey, scope)).update(toSign).digest('hex');
  const credential = `${accessKeyId}/${scope}`;
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`,
  };
}

/** One a day for each service. */
const keys = new Map<string, KeyObject>();
const MAX_KEYS = 16;

function keyFor(secretAccessKey: string, scope: string): KeyObject {
  const name = `${secretAccessKey} ${scope}`;
  const known = keys.get(name);
  if (known !== undefined) return known;
  const derived = scope
    .split('/')
    .reduce<string | Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      `AWS4${secretAccessKey}`,
    );
  const key = createSecretKey(Buffer.from(derived));
  if (keys.size >= MAX_KEYS) keys.clear();
  keys.set(name, key);
  return key;
}

export function digest(text: string): string {
  return hash('sha256', text);
}
