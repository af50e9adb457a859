/** `.bowsprit/local.json`: how other programs in this folder find what is running here; for whoever started it alone. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Stack } from './stack.ts';

const FOLDER = '.bowsprit';
const LOCAL_FILE = join(FOLDER, 'local.json');
/** Only where the forge knows a key that nobody gave us; what was given stays where it is. */
const KEY_FILE = join(FOLDER, 'github-app.pem');
const OWNER_ONLY = 0o600;

export function writeLocalFile(stack: Stack, { secretGiven }: { readonly secretGiven: boolean }): void {
  const { doorUrl, githubApiUrl, github, appId, appKey, files, emulators } = stack;
  const { sqsEndpoint, dynamodbEndpoint, s3Endpoint, auditTable, cacheTable, anchorBucket, region, queueUrl } =
    emulators;
  mkdirSync(FOLDER, { recursive: true });
  removeLocalFile();
  if (appKey?.is === 'generated') writeSecret(KEY_FILE, appKey.pem);
  const keyFile = appKey?.is === 'generated' ? KEY_FILE : appKey?.path;
  const content = {
    webhookUrl: `${doorUrl}/webhooks/github`,
    githubApiUrl,
    sqsEndpoint,
    dynamodbEndpoint,
    consoleUrl: `${doorUrl}/`,
    s3Endpoint,
    region,
    auditTable,
    cacheTable,
    anchorBucket,
    queueUrl,
    githubAppId: appId,
    ...(keyFile === undefined ? {} : { githubAppPrivateKeyFile: resolve(keyFile) }),
    ...(files.settings === undefined ? {} : { settingsFile: resolve(files.settings) }),
    ...(files.prow === undefined ? {} : { prowConfig: resolve(files.prow) }),
    // What was generated, for `bowsprit doctor`; what was given stays where it is.
    ...(github === undefined || secretGiven ? {} : { webhookSecret: github.app.webhookSecret }),
    // Made up, and good for nothing but the forge in this process.
    ...(github === undefined ? {} : { people: github.tokens }),
  };
  writeSecret(LOCAL_FILE, `${JSON.stringify(content, null, 2)}\n`);
}

export function removeLocalFile(): void {
  for (const path of [LOCAL_FILE, KEY_FILE]) rmSync(path, { force: true });
}

/** A file that was left behind has gone before, since its mode would stay. */
function writeSecret(path: string, text: string): void {
  writeFileSync(path, text, { mode: OWNER_ONLY, flag: 'wx' });
}
