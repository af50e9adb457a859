/** Which audit trail is meant: that of the `npm start` running in this folder, or a deployed one. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { anchorsIn } from '../shared/store/anchors.ts';
import { auditTrail, type AuditTrail } from '../shared/store/audit.ts';
import { connectDocuments, type Connect } from '../shared/store/documents.ts';
import { AUDIT_TABLE } from '../shared/store/tables.ts';
import { Retryable } from '../shared/errors.ts';
import { connectTo, localFileFor, type LocalFile } from './local-file.ts';
import { WrongUsage, type World } from './verb.ts';

export type Source = {
  readonly trail: AuditTrail;
  readonly documents: DynamoDBDocumentClient;
  /** What npm start says of itself; undefined where a deployment is meant. */
  readonly local: (LocalFile & { readonly connect: Connect }) | undefined;
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
  const found = table === undefined ? localFileFor(folder) : undefined;
  const source = found === undefined ? deployed(environment, table) : local(found, environment);
  try {
    return await use(source);
  } catch (error) {
    if (error instanceof Retryable) throw new Retryable(`no answer from ${source.place}`, { cause: error });
    throw error;
  } finally {
    source.close();
  }
}

function local(file: LocalFile, environment: World['environment']): Source {
  const { path, dynamodbEndpoint, auditTable = AUDIT_TABLE.name, anchorBucket, s3Endpoint } = file;
  const connect = connectTo(file, environment);
  const documents = connectDocuments(connect);
  const anchors =
    anchorBucket === undefined || s3Endpoint === undefined
      ? undefined
      : anchorsIn(anchorBucket, { ...connect, endpoint: s3Endpoint });
  return {
    trail: auditTrail({ documents, table: auditTable, anchors }),
    documents,
    local: { ...file, connect },
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
