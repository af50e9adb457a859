/** Signature Version 4 as AWS checks it. */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([a-z]+)\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/;

const hashed = (text: string): string => createHash('sha256').update(text).digest('hex');

type Signed = {
  readonly request: IncomingMessage;
  readonly body: string;
  readonly service: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
};

/** What AWS calls what is wrong with it; undefined where it is right. */
export function refusalOfSignature({ request, body, service, credentials }: Signed): string | undefined {
  const [, accessKeyId, day, region, named, names = '', signature] =
    AUTHORIZATION.exec(request.headers.authorization ?? '') ?? [];
  if (accessKeyId !== credentials.accessKeyId) return 'UnrecognizedClientException';
  if (request.headers['x-amz-security-token'] !== credentials.sessionToken) return 'UnrecognizedClientException';
  const lines = names.split(';').map((name) => `${name}:${String(request.headers[name]).trim()}\n`);
  const canonical = ['POST', '/', '', lines.join(''), names, hashed(body)].join('\n');
  const moment = String(request.headers['x-amz-date']);
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', moment, scope, hashed(canonical)].join('\n');
  let derived: string | Buffer = `AWS4${credentials.secretAccessKey}`;
  for (const part of [day ?? '', region ?? '', service, 'aws4_request', text]) {
    derived = createHmac('sha256', derived).update(part).digest();
  }
  const right = Buffer.from(derived).toString('hex');
  const covered = ['host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target'].every((name) =>
    names.split(';').includes(name),
  );
  return named === service && right === signature && covered ? undefined : 'InvalidSignatureException';
}
