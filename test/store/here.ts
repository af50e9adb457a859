/** Tables, queue and bucket of one test file, and a front that loses answers on the way. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll } from 'vitest';
import type { RecordDraft } from '../../shared/audit-record.ts';
import { anchorsIn, type Anchors } from '../../shared/store/anchors.ts';
import { auditTrail, type AuditTrail } from '../../shared/store/audit.ts';
import { connectDocuments } from '../../shared/store/documents.ts';
import { startEmulators, type Emulators } from '../../local/emulators.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

export type Here = {
  readonly emulators: Emulators;
  readonly documents: DynamoDBDocumentClient;
  readonly anchors: Anchors;
  readonly trail: AuditTrail;
  /** A client whose requests pass a front that does to each what `next` says. */
  readonly through: (
    fault: Fault,
  ) => Promise<{ readonly documents: DynamoDBDocumentClient; readonly faults: () => number }>;
};

/** Starts before the tests of a file and ends after them. */
export function givenTables(): () => Here {
  let here: Here | undefined;
  const fronts: Server[] = [];
  beforeAll(async () => {
    const emulators = await startEmulators({ environment: {}, maxReceives: 3, visibilitySeconds: 30 });
    const { region, dynamodbEndpoint, s3Endpoint } = emulators;
    const documents = connectDocuments({ endpoint: dynamodbEndpoint, region, credentials });
    const anchors = anchorsIn(emulators.anchorBucket, { endpoint: s3Endpoint, region, credentials });
    here = {
      emulators,
      documents,
      anchors,
      trail: auditTrail({ documents, table: emulators.auditTable, anchors }),
      async through(fault) {
        const front = await frontOf(dynamodbEndpoint, fault);
        fronts.push(front.server);
        return { documents: connectDocuments({ endpoint: front.endpoint, region, credentials }), faults: front.faults };
      },
    };
  });
  afterAll(async () => {
    for (const front of fronts) {
      front.close();
      front.closeAllConnections();
    }
    here?.documents.destroy();
    await here?.emulators.close();
  });
  return () => {
    if (here === undefined) throw new Error('the tables have not been started');
    return here;
  };
}

export type Fault = {
  /** Operations concerned: `PutItem`, `UpdateItem`… */
  readonly on: readonly string[];
  /** `cut`: carried out, and the connection ends without an answer. */
  readonly is: 'cut' | 'throttled' | 'broken';
  /** How many requests it happens to; the rest pass. */
  readonly times: number;
};

async function frontOf(
  upstream: string,
  { on, is, times }: Fault,
): Promise<{ readonly endpoint: string; readonly server: Server; readonly faults: () => number }> {
  let faults = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const body: Uint8Array[] = [];
      for await (const chunk of request) body.push(chunk);
      const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
      const faulty = on.includes(operation) && faults < times;
      if (faulty) faults += 1;
      if (faulty && is !== 'cut') {
        const name = is === 'throttled' ? 'ProvisionedThroughputExceededException' : 'InternalServerError';
        response.writeHead(is === 'throttled' ? 400 : 500, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'made up' }));
        return;
      }
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
      const answer = await fetch(upstream, {
        method: 'POST',
        headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
          typeof value === 'string' ? [[name, value]] : [],
        ),
        body: Buffer.concat(body),
      });
      const text = await answer.text();
      if (faulty) {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(text);
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the front has no port');
  return { endpoint: `http://127.0.0.1:${address.port}`, server, faults: () => faults };
}

/** A draft of which nothing matters but what is given. */
export function draft(given: Partial<RecordDraft> = {}): RecordDraft {
  return {
    id: '01JDEXAMPLE00000000000000A',
    at: '2026-11-25T10:00:00.000Z',
    pull: 'github:acme/widgets#1',
    delivery: 'delivery-1',
    position: 0,
    actor: { login: 'Ada', id: '1' },
    source: { kind: 'comment', id: '7', url: 'https://forge.example/acme/widgets/pull/1#7' },
    command: 'lgtm',
    text: '/lgtm',
    headSha: 'a'.repeat(40),
    outcome: 'done',
    reason: 'It looks good to a reviewer.',
    basis: { rule: 'reviewer', file: 'OWNERS', commit: 'b'.repeat(40) },
    actions: [{ is: 'add-label', label: 'lgtm', result: 'done' }],
    ...given,
  };
}
