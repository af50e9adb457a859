/**
 * Heads of the audit chains in a bucket under object lock, where whoever owns the table cannot take them back: that is
 * how a cut tail shows. The hash is part of an object's name, so that a second, different anchor never replaces a first.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import { digest } from '../aws-request.ts';
import type { AwsClient, Connect } from '../aws-client.ts';

export type Anchor = { readonly sequence: number; readonly hash: string };

export type Anchors = {
  put(pull: string, anchor: Anchor): Promise<void>;
  of(pull: string): Promise<readonly Anchor[]>;
  /** Pull requests of one repository or of all, among them those of which nothing else is left. */
  pullsOf(repository: string | undefined): Promise<readonly string[]>;
};

const ATTEMPTS = 2;
const CONNECT_MS = 1_000;
const REQUEST_MS = 2_000;
/** Names sort as numbers do. */
const SEQUENCE_DIGITS = 12;

export function keyOfAnchor(pull: string, { sequence, hash }: Anchor): string {
  return `anchors/${pull}/${String(sequence).padStart(SEQUENCE_DIGITS, '0')}/${hash}`;
}

const NAME = /^anchors\/(?<pull>.+)\/(?<sequence>\d+)\/(?<hash>[0-9a-f]{64})$/;

export function anchorsIn(bucket: string, connect: Connect = {}): Anchors {
  let client: Promise<S3Client> | undefined;
  let writer: Promise<AwsClient> | undefined;

  async function writing(): Promise<AwsClient> {
    const { awsClient } = await import('../aws-client.ts');
    return awsClient('s3', connect, { attempts: ATTEMPTS, connectMs: CONNECT_MS, requestMs: REQUEST_MS });
  }

  async function connected(): Promise<S3Client> {
    const { S3Client: Client } = await import('@aws-sdk/client-s3');
    const { endpoint, region, credentials } = connect;
    return new Client({
      maxAttempts: ATTEMPTS,
      requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS, throwOnRequestTimeout: true },
      // Emulators know no buckets by host name, and S3 takes both.
      forcePathStyle: true,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(region === undefined ? {} : { region }),
      ...(credentials === undefined ? {} : { credentials }),
    });
  }

  /** All names ever given, also where a delete marker hides one. */
  async function namesBelow(prefix: string): Promise<readonly string[]> {
    client ??= connected();
    const s3 = await client;
    const { paginateListObjectsV2, ListObjectVersionsCommand } = await import('@aws-sdk/client-s3');
    const names = new Set<string>();
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
      for (const { Key } of Contents) if (Key !== undefined) names.add(Key);
    }
    let marker: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } | undefined =
      {};
    while (marker !== undefined) {
      const command: InstanceType<typeof ListObjectVersionsCommand> = new ListObjectVersionsCommand({
        Bucket: bucket,
        Prefix: prefix,
        ...marker,
      });
      // One page tells where the next begins.
      // oxlint-disable-next-line no-await-in-loop
      const page = await s3.send(command);
      for (const { Key } of page.Versions ?? []) if (Key !== undefined) names.add(Key);
      marker =
        page.NextKeyMarker === undefined
          ? undefined
          : { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    }
    return [...names].toSorted();
  }

  return {
    async put(pull, anchor) {
      writer ??= writing();
      const s3 = await writer;
      const body = JSON.stringify({ pull, ...anchor });
      const content = digest(body);
      await s3.send({
        method: 'PUT',
        path: `/${bucket}/${keyOfAnchor(pull, anchor).split('/').map(escaped).join('/')}`,
        headers: {
          'content-type': 'application/json',
          'x-amz-content-sha256': content,
          // What lies under a lock must come with one.
          'x-amz-checksum-sha256': Buffer.from(content, 'hex').toString('base64'),
        },
        body,
      });
    },

    async of(pull) {
      const names = await namesBelow(`anchors/${pull}/`);
      return names.flatMap((name) => {
        const { sequence, hash } = NAME.exec(name)?.groups ?? {};
        return sequence === undefined || hash === undefined ? [] : [{ sequence: Number(sequence), hash }];
      });
    },

    async pullsOf(repository) {
      const names = await namesBelow(repository === undefined ? 'anchors/' : `anchors/${repository}#`);
      return [...new Set(names.flatMap((name) => NAME.exec(name)?.groups?.['pull'] ?? []))];
    },
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html: all but letters, digits and -._~ */
function escaped(part: string): string {
  return encodeURIComponent(part).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
