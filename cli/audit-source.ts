/** Which audit trail is meant: that of the `npm start` running in this folder, or a deployed one. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { anchorsIn } from '../shared/store/anchors.ts';
import { auditTrail, type AuditTrail } from '../shared/store/audit.ts';
import { connectDocuments, type Connect } from '../shared/store/documents.ts';
import { AUDIT_TABLE } from '../shared/store/tables.ts';
import { reasonOf, Retryable } from '../shared/errors.ts';
import { WrongUsage, type World } from './verb.ts';

const localFile = z.object({
  dynamodbEndpoint: z.string(),
  auditTable: z.optional(z.string()),
  anchorBucket: z.optional(z.string()),
  s3Endpoint: z.optional(z.string()),
  region: z.optional(z.string()),
  cacheTable: z.optional(z.string()),
  sqsEndpoint: z.optional(z.string()),
  queueUrl: z.optional(z.string()),
});

export type Source = {
  readonly trail: AuditTrail;
  readonly documents: DynamoDBDocumentClient;
  /** What npm start says of itself; undefined where a deployment is meant. */
  readonly local: (z.infer<typeof localFile> & { readonly connect: Connect }) | undefined;
  /** Where that is, for messages. */
  readonly place: string;
  close(): void;
};

/** @param table overrides what is found, and means a deployed one */
export async function withTrail<T>(
  { environment, folder }: World,
  table: string | undefined,
  use: (trail: AuditTrail) => Promise<T>,
): Promise<T> {
  return withSource({ environment, folder }, table, ({ trail }) => use(trail));
}

export async function withSource<T>(
  { environment, folder }: Pick<World, 'environment' | 'folder'>,
  table: string | undefined,
  use: (source: Source) => Promise<T>,
): Promise<T> {
  const path = table === undefined ? localFileAbove(folder) : undefined;
  const source = path === undefined ? deployed(environment, table) : local(path, environment);
  try {
    return await use(source);
  } catch (error) {
    if (error instanceof Retryable) throw new Retryable(`no answer from ${source.place}`, { cause: error });
    throw error;
  } finally {
    source.close();
  }
}

function local(path: string, environment: World['environment']): Source {
  const parsed = localFile.safeParse(jsonIn(path));
  if (!parsed.success) throw new WrongUsage(`${path} is not what npm start writes; start it again.`);
  const {
    dynamodbEndpoint,
    auditTable = AUDIT_TABLE.name,
    anchorBucket,
    s3Endpoint,
    region = 'us-east-1',
  } = parsed.data;
  const { AWS_ACCESS_KEY_ID: accessKeyId = 'local', AWS_SECRET_ACCESS_KEY: secretAccessKey = 'local' } = environment;
  const connect = { region, credentials: { accessKeyId, secretAccessKey } };
  const documents = connectDocuments({ ...connect, endpoint: dynamodbEndpoint });
  const anchors =
    anchorBucket === undefined || s3Endpoint === undefined
      ? undefined
      : anchorsIn(anchorBucket, { ...connect, endpoint: s3Endpoint });
  return {
    trail: auditTrail({ documents, table: auditTable, anchors }),
    documents,
    local: { ...parsed.data, connect },
    place: `table ${auditTable} at ${dynamodbEndpoint}, named in ${path} (does npm start run there?)`,
    close: () => documents.destroy(),
  };
}

function deployed(environment: World['environment'], named: string | undefined): Source {
  const table = named ?? environment['AUDIT_TABLE'] ?? '';
  if (table === '') {
    throw new WrongUsage(
      'Which audit trail? Run this in the folder of a running npm start, or name a deployed table with --table or AUDIT_TABLE (and its region with AWS_REGION).',
    );
  }
  const bucket = environment['ANCHOR_BUCKET'] ?? '';
  const documents = connectDocuments();
  return {
    trail: auditTrail({ documents, table, anchors: bucket === '' ? undefined : anchorsIn(bucket) }),
    documents,
    local: undefined,
    place: `table ${table}`,
    close: () => documents.destroy(),
  };
}

function localFileAbove(folder: string): string | undefined {
  const path = join(folder, '.bowsprit', 'local.json');
  if (existsSync(path)) return path;
  const parent = dirname(folder);
  return parent === folder ? undefined : localFileAbove(parent);
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new WrongUsage(`${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}
