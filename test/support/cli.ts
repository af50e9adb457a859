/** The command line in the folder of a running stack, as people who look with it have it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect } from 'vitest';
import { run } from '../../cli/run.ts';
import { connectDocuments } from '../../shared/store/documents.ts';
import type { givenStack } from './stack.ts';

export type Ran = { readonly code: number; readonly out: string; readonly err: string };

type Where = { readonly at?: string; readonly environment?: Record<string, string> };

type Folder = {
  readonly folder: string;
  /** Where no stack has left its address. */
  readonly elsewhere: string;
  /** Writes a file there, and says its path. */
  readonly given: (path: string, text: string) => string;
  readonly ran: (args: readonly string[], where?: Where) => Promise<Ran>;
  /** Runs it, and finds nothing written: not on the forge, not in the tables, not told to anybody. */
  readonly untouched: (args: readonly string[]) => Promise<Ran>;
};

const TOKENS = 'POST /app/installations/{installation_id}/access_tokens';

export function givenFolder(running: ReturnType<typeof givenStack>): Folder {
  const folder = mkdtempSync(join(tmpdir(), 'bowsprit-cli-'));
  const elsewhere = mkdtempSync(join(tmpdir(), 'bowsprit-cli-'));

  beforeAll(() => {
    const { stack, github } = running();
    const { dynamodbEndpoint, auditTable, cacheTable, region } = stack.emulators;
    mkdirSync(join(folder, '.bowsprit'));
    const key = join(folder, '.bowsprit', 'github-app.pem');
    writeFileSync(key, github.app.privateKey);
    const local = {
      dynamodbEndpoint,
      auditTable,
      cacheTable,
      region,
      githubApiUrl: github.url,
      githubAppId: String(github.app.id),
      githubAppPrivateKeyFile: key,
    };
    writeFileSync(join(folder, '.bowsprit', 'local.json'), JSON.stringify(local));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
    rmSync(elsewhere, { recursive: true });
  });

  const ran: Folder['ran'] = async (args, { at = folder, environment = {} } = {}) => {
    const out: string[] = [];
    const err: string[] = [];
    const { box } = running().github;
    const code = await run(args, {
      environment,
      folder: at,
      // The forge's clock is the one by which people write.
      now: () => new Date(box.now().getTime() + 1_000),
      columns: undefined,
      async print(text) {
        out.push(text);
      },
      warn(text) {
        err.push(text);
      },
    });
    return { code, out: out.join(''), err: err.join('') };
  };

  /** All rows of both tables. */
  const tables = async (): Promise<string> => {
    const documents = connectDocuments();
    const { auditTable, cacheTable } = running().stack.emulators;
    const rows = [];
    for (const TableName of [auditTable, cacheTable]) {
      // oxlint-disable-next-line no-await-in-loop
      const page = await documents.send(new ScanCommand({ TableName, ConsistentRead: true }));
      if (page.LastEvaluatedKey !== undefined) throw new Error('a table holds more than a page');
      rows.push(...(page.Items ?? []).map((item) => JSON.stringify(item)).toSorted());
    }
    documents.destroy();
    return rows.join('\n');
  };

  return {
    folder,
    elsewhere,
    given(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
      return path;
    },
    ran,
    async untouched(args) {
      const { github, settled } = running();
      await settled();
      const before = { rows: await tables(), told: github.deliveries().length };
      github.clearRequests();
      const told = await ran(args);
      const writing = github
        .requests()
        .filter(({ method, route, path }) => method !== 'GET' && route !== TOKENS && !path.startsWith('/graphql'));
      expect(writing).toEqual([]);
      expect(github.requests().some(({ path }) => path.startsWith('/graphql'))).toBe(true);
      await settled();
      expect({ rows: await tables(), told: github.deliveries().length }).toEqual(before);
      return told;
    },
  };
}
