/** The whole of Bowsprit on loopback: emulators, a forge, the real functions behind a door, and what wakes them. */
import { SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { generateKeyPair, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod/mini';
import { BATCH_SIZE, MAX_RECEIVES, VISIBILITY_SECONDS } from '../infra/limits.ts';
import { ConfigurationError, webhookSettings, workerSettings } from '../shared/config.ts';
import { reasonOf } from '../shared/errors.ts';
import { bookFrom, type SettingsBook } from '../shared/settings/index.ts';
import { doorOn, type HttpHandler } from './door.ts';
import { isWritableFolder, problemsOfEndpoints, startEmulators, type Emulators } from './emulators.ts';
import type { GitHubInABox } from './github/index.ts';
import type { NamedServers } from './jenkins/named.ts';
import { pollerFor } from './poller.ts';
import { prowIn, type Prow } from './prow.ts';

export type StackOptions = {
  /** `process.env`, or what stands for it; what the functions need is added to `process.env` itself. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Port of the door, whatever PORT says; 0 picks one. */
  readonly port?: number;
  readonly visibilitySeconds?: number;
  readonly maxReceives?: number;
  /** For one answer of the forge. */
  readonly forgeTimeoutMs?: number;
};

export type Stack = {
  readonly doorUrl: string;
  readonly githubApiUrl: string;
  /** Undefined where GITHUB_API_URL names another. */
  readonly github: GitHubInABox | undefined;
  readonly emulators: Emulators;
  /** Servers that the settings name on this machine. */
  readonly jenkins: readonly string[];
  readonly appId: string;
  /** Where the App's key is; undefined where it stands in the environment, or where no forge knows it. */
  readonly appKey: AppKey | undefined;
  /** As they are named in the environment. */
  readonly files: { readonly settings: string | undefined; readonly prow: string | undefined };
  /** What will hardly work, a sentence each. */
  readonly remarks: readonly string[];
  /** What Prow's files say and nothing here does, in lines. */
  readonly told: readonly string[];
  /** Wakes one sweep now. */
  sweep(name: string): Promise<void>;
  stop(): Promise<void>;
};

export type AppKey =
  { readonly is: 'generated'; readonly pem: string } | { readonly is: 'given'; readonly path: string };

const WORKERS = 8;
const DEFAULT_PORT = 3_000;
const MAX_PORT = 65_535;

export async function startStack(options: StackOptions): Promise<Stack> {
  const { environment, visibilitySeconds = VISIBILITY_SECONDS, maxReceives = MAX_RECEIVES } = options;
  const { settings, prow } = checkedSettings(environment);
  const port = options.port ?? portIn(environment) ?? DEFAULT_PORT;
  const dataDir = nonEmpty(environment['BOWSPRIT_DATA']);
  const closing: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    // In the opposite order of starting: whoever asks is stopped before whoever answers.
    for (const close of closing.toReversed()) {
      // oxlint-disable-next-line no-await-in-loop
      await close();
    }
  };
  try {
    const given = nonEmpty(environment['GITHUB_API_URL'])?.replace(/\/$/, '');
    const privateKey = keyIn(environment['GITHUB_APP_PRIVATE_KEY']);
    const remarks = given === undefined ? [] : await remarksOn(given, environment, privateKey);
    const secrets = nonEmpty(environment['GITHUB_WEBHOOK_SECRET'])?.split(',') ?? [randomBytes(20).toString('hex')];
    // A thread of its own looks for primes, meanwhile.
    const key = privateKey ?? (hasApp(given, dataDir) ? undefined : generatedKey());
    const emulators = await startEmulators({ environment, dataDir, visibilitySeconds, maxReceives });
    closing.push(() => emulators.close());
    const github = given === undefined ? await box(environment, secrets, key, dataDir, prow) : undefined;
    if (github !== undefined) closing.push(() => github.close());
    const servers = await jenkinsNamed(settings, environment);
    if (servers !== undefined) closing.push(() => servers.close());
    const githubApiUrl = given ?? github?.url ?? '';
    const appId = String(github?.app.id ?? nonEmpty(environment['GITHUB_APP_ID']) ?? 1);
    // Before the environment is written to, which may be the one that was given.
    const appKey = appKeyFrom(environment, privateKey, github);

    // Results are told at its address, which the functions know when they are loaded.
    let functions: Functions | undefined;
    const door = await doorOn(port, (method, path) =>
      functions === undefined ? undefined : routed(functions, method, path),
    );
    closing.push(() => door.close());

    Object.assign(process.env, emulators.variables, {
      GITHUB_API_URL: githubApiUrl,
      GITHUB_APP_ID: appId,
      GITHUB_APP_PRIVATE_KEY: github?.app.privateKey ?? (await key) ?? '',
      GITHUB_WEBHOOK_SECRET: (github === undefined ? secrets : [github.app.webhookSecret, ...secrets.slice(1)]).join(
        ',',
      ),
      LEASE_SECONDS: String(Math.max(1, Math.floor(visibilitySeconds / 4))),
      VISIBILITY_SECONDS: String(visibilitySeconds),
      BOWSPRIT_SETTINGS: environment['BOWSPRIT_SETTINGS'] ?? '',
      BOWSPRIT_PROW_CONFIG: environment['BOWSPRIT_PROW_CONFIG'] ?? '',
      BOWSPRIT_BOTS: [environment['BOWSPRIT_BOTS'] ?? '', ...settings.bots].join(','),
      BOWSPRIT_DELETIONS: settings.deletions ? 'true' : '',
      RESULTS_URL: `${door.url}/results`,
      RESULTS_SECRET: nonEmpty(environment['RESULTS_SECRET']) ?? randomBytes(24).toString('hex'),
      LOCAL_ENGINES: JSON.stringify({ ...localSecrets(environment), ...servers?.secrets }),
      ...(options.forgeTimeoutMs === undefined ? {} : { FORGE_TIMEOUT_MS: String(options.forgeTimeoutMs) }),
      ...(nonEmpty(environment['AWS_ENDPOINT_URL_EVENTBRIDGE']) === undefined ? {} : { EVENT_BUS: 'default' }),
    });
    // They read the environment when they are loaded, as in Lambda.
    const [webhook, pages, worker, deadLetter, sweep, results] = await Promise.all([
      import('../functions/webhook.ts'),
      import('../functions/pages.ts'),
      import('../functions/worker.ts'),
      import('../functions/dead-letter.ts'),
      import('../functions/sweep.ts'),
      import('../functions/results.ts'),
    ]);
    functions = { webhook: webhook.handler, pages: pages.handler, results: results.handler };

    const client = new SQSClient({});
    closing.push(async () => client.destroy());
    const polled = (
      queueUrl: string,
      handler: (event: SQSEvent) => Promise<SQSBatchResponse>,
      concurrency: number,
    ): void => {
      const poller = pollerFor({ client, queueUrl, handler, batchSize: BATCH_SIZE, concurrency });
      closing.push(() => poller.stop());
    };
    polled(emulators.queueUrl, worker.handler, WORKERS);
    polled(emulators.deadLetterQueueUrl, deadLetter.handler, 1);
    github?.setWebhookUrl(`${door.url}/webhooks/github`);

    const run = async (name: string): Promise<void> => {
      await sweep.handler({ sweep: name });
    };
    const { clocks } = await import('../shared/clocks.ts');
    const ticking = clocks.map(({ name, every }) =>
      setInterval(() => {
        run(name).catch((error: unknown) => process.stderr.write(`sweep ${name}: ${String(error)}\n`));
      }, every * 60_000).unref(),
    );
    closing.push(async () => ticking.forEach((clock) => clearInterval(clock)));
    return {
      doorUrl: door.url,
      githubApiUrl,
      github,
      emulators,
      jenkins: servers?.urls ?? [],
      appId,
      appKey,
      files: {
        settings: nonEmpty(environment['BOWSPRIT_SETTINGS']),
        prow: nonEmpty(environment['BOWSPRIT_PROW_CONFIG']),
      },
      remarks,
      told: prow?.told ?? [],
      sweep: run,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Functions = {
  readonly webhook: HttpHandler;
  readonly pages: HttpHandler;
  readonly results: (typeof import('../functions/results.ts'))['handler'];
};

function routed({ webhook, pages, results }: Functions, method: string, path: string): HttpHandler | undefined {
  if (path.startsWith('/webhooks/') || path === '/health') return webhook;
  if (path === '/results') return async (event) => (await results(event)) ?? { statusCode: 202 };
  return method === 'GET' ? pages : undefined;
}

/**
 * The functions check what they are given when they are loaded; here it is checked before anything is started, and whatever
 * has a default locally is taken as given.
 * @throws ConfigurationError that names every variable that cannot be used.
 */
function checkedSettings(environment: StackOptions['environment']): {
  readonly settings: SettingsBook;
  readonly prow: Prow | undefined;
} {
  const assumed = {
    QUEUE_URL: 'http://127.0.0.1',
    AUDIT_TABLE: 'audit',
    CACHE_TABLE: 'cache',
    GITHUB_APP_ID: '1',
    GITHUB_WEBHOOK_SECRET: 'secret',
    GITHUB_APP_PRIVATE_KEY: anyKey(),
  };
  const given = Object.entries(environment).filter(([, value]) => nonEmpty(value) !== undefined);
  const all = { ...assumed, ...Object.fromEntries(given) };
  const ofFunctions = [webhookSettings, workerSettings].flatMap((read) => {
    try {
      read(all);
      return [];
    } catch (error) {
      if (error instanceof ConfigurationError) return error.problems;
      throw error;
    }
  });
  const dataDir = nonEmpty(environment['BOWSPRIT_DATA']);
  const unwritable = dataDir !== undefined && !isWritableFolder(dataDir);
  const problems = [
    ...new Set(ofFunctions),
    ...problemsOfEndpoints(environment),
    ...(unwritable ? ['BOWSPRIT_DATA is not a folder that can be made and written'] : []),
    ...(portIn(environment) === undefined && nonEmpty(environment['PORT']) !== undefined
      ? [`PORT is not a number from 0 to ${MAX_PORT}`]
      : []),
  ];
  const mistakes: unknown[] = [];
  const read = <T>(name: string, from: (path: string | undefined) => T): T | undefined => {
    try {
      return from(nonEmpty(environment[name]));
    } catch (error) {
      mistakes.push(error);
      problems.push(`${name}: ${reasonOf(error)}`);
      return undefined;
    }
  };
  const prow = read('BOWSPRIT_PROW_CONFIG', (folder) => (folder === undefined ? undefined : prowIn(folder)));
  // Mistakes of Prow's files have been told by now.
  const prowFolder = prow === undefined ? undefined : nonEmpty(environment['BOWSPRIT_PROW_CONFIG']);
  const settings = read('BOWSPRIT_SETTINGS', (settingsFile) => bookFrom({ settingsFile, prowFolder }));
  if (problems.length === 0 && settings !== undefined) return { settings, prow };
  // Alone, it is told with its lines.
  throw problems.length === 1 && mistakes.length === 1 ? mistakes[0] : new ConfigurationError(problems);
}

/** Undefined where PORT is not given, or is no port. */
function portIn(environment: StackOptions['environment']): number | undefined {
  const text = nonEmpty(environment['PORT']) ?? '';
  const port = Number(text);
  return /^\d+$/.test(text) && port <= MAX_PORT ? port : undefined;
}

const CREDENTIALS = ['GITHUB_APP_ID', 'GITHUB_APP_PRIVATE_KEY', 'GITHUB_WEBHOOK_SECRET'] as const;

async function remarksOn(
  apiUrl: string,
  environment: StackOptions['environment'],
  privateKey: string | undefined,
): Promise<readonly string[]> {
  const generated = CREDENTIALS.filter((name) => nonEmpty(environment[name]) === undefined);
  const appId = nonEmpty(environment['GITHUB_APP_ID']);
  const credentials = appId === undefined || privateKey === undefined ? undefined : { appId, privateKey };
  const { remarkOn } = await import('./given-forge.ts');
  const remark = await remarkOn({ apiUrl, credentials });
  return [
    ...(generated.length === 0
      ? []
      : [`Not given, so generated: ${generated.join(', ')}. The forge at ${apiUrl} will hardly know them.`]),
    ...(remark === undefined ? [] : [remark]),
  ];
}

/** Whether our own forge has an App from before. */
const hasApp = (given: string | undefined, dataDir: string | undefined): boolean =>
  given === undefined && dataDir !== undefined && existsSync(join(dataDir, 'github', 'github.json'));

async function box(
  environment: StackOptions['environment'],
  webhookSecrets: readonly string[],
  privateKey: string | Promise<string> | undefined,
  dataDir: string | undefined,
  prow: Prow | undefined,
): Promise<GitHubInABox> {
  const [{ startGitHub }, { makeUp, namedOn, OWNER }] = await Promise.all([
    import('./github/index.ts'),
    import('./made-up.ts'),
  ]);
  const id = Number(nonEmpty(environment['GITHUB_APP_ID']) ?? 1);
  return startGitHub({
    seed: makeUp,
    ...(prow === undefined ? {} : namedOn(prow.named)),
    app: { id, owner: OWNER, webhookSecrets, ...(privateKey === undefined ? {} : { privateKey }) },
    ...(dataDir === undefined ? {} : { dataDir: join(dataDir, 'github') }),
  });
}

/** Nothing is loaded where the settings name none. */
async function jenkinsNamed(
  { general }: SettingsBook,
  environment: StackOptions['environment'],
): Promise<NamedServers | undefined> {
  const { jenkins } = general.settings.engines;
  if (jenkins.length === 0) return undefined;
  const { startNamed } = await import('./jenkins/named.ts');
  return startNamed(jenkins, localSecrets(environment));
}

/** Was read once before, by the functions' own check. */
function localSecrets(environment: StackOptions['environment']): Readonly<Record<string, string>> {
  return z.record(z.string(), z.string()).parse(JSON.parse(nonEmpty(environment['LOCAL_ENGINES']) ?? '{}'));
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}

/** PEM, or the path of a file that holds one; what is neither is for the functions' own check to tell. */
function keyIn(text: string | undefined): string | undefined {
  const given = nonEmpty(text);
  if (given === undefined || given.startsWith('-----BEGIN ')) return given?.replaceAll('\\n', '\n');
  return existsSync(given) ? readFileSync(given, 'utf8') : given;
}

/** The forge in this process may go on with a key of before, whatever is given. */
function appKeyFrom(
  environment: StackOptions['environment'],
  privateKey: string | undefined,
  github: GitHubInABox | undefined,
): AppKey | undefined {
  if (github !== undefined && github.app.privateKey !== privateKey)
    return { is: 'generated', pem: github.app.privateKey };
  const given = nonEmpty(environment['GITHUB_APP_PRIVATE_KEY']);
  return given !== undefined && existsSync(given) ? { is: 'given', path: given } : undefined;
}

async function generatedKey(): Promise<string> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return privateKey;
}

/** Stands for one that is made later: RSA takes its time. */
const anyKey = (): string =>
  generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;
