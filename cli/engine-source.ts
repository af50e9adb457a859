/** The engine that is meant, to look through its eyes: that of the `npm start` in this folder, or the one the environment names. */
import { readFileSync } from 'node:fs';
import { ConfigurationError, workerSettings, type Environment, type WorkerSettings } from '../shared/config.ts';
import { reasonOf } from '../shared/errors.ts';
import type { Provider } from '../shared/providers/provider.ts';
import { providersBy } from '../shared/providers/index.ts';
import { credentialsBy } from '../shared/services.ts';
import type { DeploymentFiles } from '../shared/settings/index.ts';
import { auditTrail, type AuditTrail } from '../shared/store/audit.ts';
import { cacheIn } from '../shared/store/cache.ts';
import { connectDocuments } from '../shared/store/documents.ts';
import type { Cache } from '../shared/store/stores.ts';
import { AUDIT_TABLE, CACHE_TABLE } from '../shared/store/tables.ts';
import { connectTo, localFileFor, type LocalFile } from './local-file.ts';
import { WrongUsage, type World } from './verb.ts';

export type Engine = {
  readonly provider: Provider;
  readonly audit: Pick<AuditTrail, 'after' | 'query'>;
  readonly cache: Pick<Cache, 'get' | 'getBytes'>;
  /** What the deployment sets for everybody. */
  readonly files: DeploymentFiles;
};

export async function withEngine<T>(world: World, use: (engine: Engine) => Promise<T>): Promise<T> {
  const local = localFileFor(world.folder);
  const { github, store, settingsFile, prowFolder } = settingsFrom(
    local === undefined ? world.environment : environmentOf(local, world.environment),
  );
  const documents = connectDocuments(local === undefined ? {} : connectTo(local, world.environment));
  const { apiUrl, appId, privateKey, timeoutMs } = github;
  const providers = providersBy({ github: { apiUrl, appId, timeoutMs, ...credentialsBy(privateKey) } });
  try {
    return await use({
      provider: providers('github'),
      audit: auditTrail({ documents, table: store.auditTable }),
      cache: cacheIn({ documents, table: store.cacheTable, now: world.now }),
      files: { settingsFile, prowFolder },
    });
  } finally {
    documents.destroy();
  }
}

/** Whoever only looks needs no queue. */
const NO_QUEUE = 'http://127.0.0.1';

function settingsFrom(environment: Environment): WorkerSettings {
  try {
    return workerSettings({ QUEUE_URL: NO_QUEUE, ...environment });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new WrongUsage(
      `Which engine? Run this in the folder of a running npm start, or with the environment of the worker. ${reasonOf(error)}`,
      { cause: error },
    );
  }
}

function environmentOf(local: LocalFile, environment: Environment): Environment {
  const { path, githubApiUrl, githubAppId, githubAppPrivateKeyFile, settingsFile, prowConfig, auditTable, cacheTable } =
    local;
  if (githubApiUrl === undefined) throw new WrongUsage(`${path} names no forge; start npm start again.`);
  return {
    GITHUB_API_URL: githubApiUrl,
    GITHUB_APP_ID: githubAppId ?? environment['GITHUB_APP_ID'],
    GITHUB_APP_PRIVATE_KEY:
      githubAppPrivateKeyFile === undefined ? environment['GITHUB_APP_PRIVATE_KEY'] : keyIn(githubAppPrivateKeyFile),
    AUDIT_TABLE: auditTable ?? AUDIT_TABLE.name,
    CACHE_TABLE: cacheTable ?? CACHE_TABLE.name,
    BOWSPRIT_SETTINGS: settingsFile,
    BOWSPRIT_PROW_CONFIG: prowConfig,
  };
}

function keyIn(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new WrongUsage(`The App's key cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}
