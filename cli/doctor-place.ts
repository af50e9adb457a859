/** Which Bowsprit the doctor looks at: the `npm start` running in this folder, or the one its environment describes. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import {
  ConfigurationError,
  secretsIn,
  webhookSettings,
  workerSettings,
  type AppKey,
  type Kept,
} from '../shared/config.ts';
import { reasonOf } from '../shared/errors.ts';
import type { AppCredentials } from '../shared/providers/index.ts';
import { storedText } from '../shared/secrets.ts';
import { credentialsBy } from '../shared/services.ts';
import { AUDIT_TABLE, CACHE_TABLE } from '../shared/store/tables.ts';
import { WrongUsage, type World } from './verb.ts';

/** How an SDK client gets there; empty for AWS itself, as the environment says. */
export type Connect = {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
};

export type Place = {
  /** Where that is, for messages. */
  readonly name: string;
  readonly local: boolean;
  readonly apiUrl: string;
  readonly appId: string;
  readonly credentials: AppCredentials;
  readonly timeoutMs: number;
  /** Where the App sends its webhooks; undefined where nobody said. */
  readonly webhookUrl: string | undefined;
  readonly secrets: () => Promise<readonly string[]>;
  /** Where it is kept. */
  readonly webhookSecret: Kept;
  readonly appKey: AppKey;
  readonly queueUrl: string;
  readonly auditTable: string;
  readonly cacheTable: string;
  readonly sqs: Connect;
  readonly dynamodb: Connect;
  readonly secretsManager: Connect;
};

const localFile = z.object({
  webhookUrl: z.string(),
  githubApiUrl: z.string(),
  sqsEndpoint: z.string(),
  dynamodbEndpoint: z.string(),
  queueUrl: z.string(),
  auditTable: z.optional(z.string()),
  cacheTable: z.optional(z.string()),
  region: z.optional(z.string()),
  githubAppId: z.optional(z.union([z.string(), z.number()])),
  githubAppPrivateKeyFile: z.optional(z.string()),
  webhookSecret: z.optional(z.string()),
});

/**
 * @throws ConfigurationError that names every variable that is missing or cannot be used.
 * @throws WrongUsage where nothing says which one is meant.
 */
export function placeIn(world: World, webhookUrl: string | undefined, deployed: boolean): Place {
  const path = deployed ? undefined : localFileAbove(world.folder);
  return path === undefined ? deployedPlace(world, webhookUrl) : localPlace(path, world, webhookUrl);
}

function localPlace(path: string, { environment }: World, webhookUrl: string | undefined): Place {
  const parsed = localFile.safeParse(jsonIn(path));
  if (!parsed.success) throw new WrongUsage(`${path} is not what npm start writes; start it again.`);
  const found = parsed.data;
  const { region = 'us-east-1', auditTable = AUDIT_TABLE.name, cacheTable = CACHE_TABLE.name, queueUrl } = found;
  const { AWS_ACCESS_KEY_ID: accessKeyId = 'local', AWS_SECRET_ACCESS_KEY: secretAccessKey = 'local' } = environment;
  const connect = { region, credentials: { accessKeyId, secretAccessKey } };
  // What was generated stands in the file; what was given, in the environment that npm start was given it by.
  const variables = {
    ...environment,
    QUEUE_URL: queueUrl,
    AUDIT_TABLE: auditTable,
    CACHE_TABLE: cacheTable,
    GITHUB_API_URL: found.githubApiUrl,
    ...(found.githubAppId === undefined ? {} : { GITHUB_APP_ID: String(found.githubAppId) }),
    ...(found.githubAppPrivateKeyFile === undefined ? {} : { GITHUB_APP_PRIVATE_KEY: found.githubAppPrivateKeyFile }),
    ...(found.webhookSecret === undefined ? {} : { GITHUB_WEBHOOK_SECRET: found.webhookSecret }),
  };
  return {
    ...common(variables, webhookUrl ?? found.webhookUrl),
    name: `npm start, as ${path} says`,
    local: true,
    sqs: { ...connect, endpoint: found.sqsEndpoint },
    dynamodb: { ...connect, endpoint: found.dynamodbEndpoint },
    secretsManager: connect,
  };
}

const NAMES = ['QUEUE_URL', 'AUDIT_TABLE', 'CACHE_TABLE', 'GITHUB_APP_ID'];

function deployedPlace({ environment }: World, webhookUrl: string | undefined): Place {
  if (NAMES.every((name) => (environment[name] ?? '') === '')) {
    throw new WrongUsage(
      `Which Bowsprit? Run this in the folder of a running npm start, or name a deployed one in the environment: ${NAMES.join(', ')} and AWS_REGION (docs/runbook.md#doctor).`,
    );
  }
  const region = environment['AWS_REGION'] ?? '';
  return {
    ...common(environment, webhookUrl ?? environment['WEBHOOK_URL']),
    name: 'the deployment that the environment describes',
    local: false,
    sqs: region === '' ? {} : { region },
    dynamodb: region === '' ? {} : { region },
    secretsManager: region === '' ? {} : { region },
  };
}

type Common = Omit<Place, 'name' | 'local' | 'sqs' | 'dynamodb' | 'secretsManager'>;

function common(environment: World['environment'], webhookUrl: string | undefined): Common {
  const problems: string[] = [];
  const settings = read(() => workerSettings(environment), problems);
  const door = read(() => webhookSettings(environment), problems);
  if (settings === undefined || door === undefined) throw new ConfigurationError([...new Set(problems)]);
  const { github, store, queueUrl } = settings;
  const kept = door.secrets;
  return {
    apiUrl: github.apiUrl,
    appId: github.appId,
    credentials: credentialsBy(github.privateKey),
    timeoutMs: github.timeoutMs,
    webhookUrl: webhookUrl === undefined || webhookUrl === '' ? undefined : webhookUrl,
    webhookSecret: kept,
    appKey: github.privateKey,
    secrets: async () => secretsIn(kept.is === 'value' ? kept.value : await storedText(kept.id)),
    queueUrl,
    auditTable: store.auditTable,
    cacheTable: store.cacheTable,
  };
}

function read<T>(settings: () => T, problems: string[]): T | undefined {
  try {
    return settings();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
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
