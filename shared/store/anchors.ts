/**
 * Heads of the audit chains in a bucket under object lock, where whoever owns the table cannot take them back: that is
 * how a cut tail shows. The hash is part of an object's name, so that a second, different anchor never replaces a first.
 */
import type { S3Client } from '@aws-sdk/client-s3';
import type { Connect } from './documents.ts';

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

  async function connected(): Promise<S3Client> {
    const { S3Client: Client } = await import('../clients/s3.ts');
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
    const { paginateListObjectsV2, ListObjectVersionsCommand } = await import('../clients/s3.ts');
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
      client ??= connected();
      const s3 = await client;
      const { PutObjectCommand } = await import('../clients/s3.ts');
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: keyOfAnchor(pull, anchor),
          Body: JSON.stringify({ pull, ...anchor }),
          ContentType: 'application/json',
        }),
      );
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
