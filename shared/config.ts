/**
 * From a process's environment to typed settings, every mistake reported at once. Each function's environment is a
 * type, which the CDK app must satisfy: a forgotten variable fails the type check, not production.
 */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import type { AwsAccess } from './aws-request.ts';
import type { KmsKey } from './kms.ts';
import { jsonIn } from './json-in.ts';

export const VERSION = '0.1.0';

/**
 * A synchronous invocation takes 6 MB (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html); API
 * Gateway would let 10 MB through and GitHub sends up to 25 MB. What is refused here is fetched by the recovery sweep.
 */
export const MAX_BODY_BYTES = 6 * 1024 * 1024;

const GITHUB_API_URL = 'https://api.github.com';
/** The worker runs for 30 seconds at most; a lease outlives it, so that no two workers act on one delivery. */
const LEASE_SECONDS = 45;
/** Six times the worker's time-out (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html). */
const VISIBILITY_SECONDS = 180;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MAX_VISIBILITY_SECONDS = 43_200;
const FORGE_TIMEOUT_MS = 10_000;
/** A Lambda ends after 15 minutes: nothing may wait longer for one answer. */
const MAX_FORGE_TIMEOUT_MS = 900_000;

/** A value, or the name of the secret in Secrets Manager that holds the same text. */
export type Kept = { readonly is: 'value'; readonly value: string } | { readonly is: 'stored'; readonly id: string };

/** Where the App's private key is: given, stored, or in KMS, which signs with it and never gives it away. */
export type AppKey = Kept | ({ readonly is: 'kms' } & KmsKey);

type Optional<Name extends string> = { readonly [Each in Name]?: string };
type Required<Name extends string> = { readonly [Each in Name]: string };
/** Exactly one of the two. */
type OneOf<A extends string, B extends string> =
  (Required<A> & { readonly [Each in B]?: never }) | (Required<B> & { readonly [Each in A]?: never });

type OneOfThree<A extends string, B extends string, C extends string> =
  (OneOf<A, B> & { readonly [Each in C]?: never }) | (Required<C> & { readonly [Each in A | B]?: never });

type ForgeEnvironment = Required<'GITHUB_APP_ID'> &
  OneOfThree<'GITHUB_APP_PRIVATE_KEY', 'GITHUB_APP_PRIVATE_KEY_SECRET_ID', 'GITHUB_APP_KMS_KEY_ID'> &
  Optional<
    | 'GITHUB_API_URL'
    | 'FORGE_TIMEOUT_MS'
    | 'AWS_REGION'
    | 'AWS_ACCESS_KEY_ID'
    | 'AWS_SECRET_ACCESS_KEY'
    | 'AWS_SESSION_TOKEN'
    | 'AWS_ENDPOINT_URL_KMS'
  >;
type StoreEnvironment = Required<'AUDIT_TABLE' | 'CACHE_TABLE'> & Optional<'ANCHOR_BUCKET'>;
type EngineEnvironment = ForgeEnvironment &
  StoreEnvironment &
  Required<'QUEUE_URL'> &
  Optional<
    | 'EVENT_BUS'
    | 'BOWSPRIT_SETTINGS'
    | 'BOWSPRIT_PROW_CONFIG'
    | 'LEASE_SECONDS'
    | 'VISIBILITY_SECONDS'
    | 'RESULTS_URL'
    | 'RESULTS_SECRET_ID'
    | 'AWS_ENDPOINT_URL_CODEBUILD'
  >;
/** What no deployment is given: see {@link LocalEngines}. */
type LocalEnvironment = Optional<'LOCAL_ENGINES' | 'RESULTS_SECRET'>;

export type WebhookEnvironment = Required<'QUEUE_URL'> &
  OneOf<'GITHUB_WEBHOOK_SECRET', 'GITHUB_WEBHOOK_SECRET_ID'> &
  Optional<'GITHUB_APP_ID' | 'BOWSPRIT_BOTS' | 'BOWSPRIT_DELETIONS'>;
export type WorkerEnvironment = EngineEnvironment & Optional<'DEAD_LETTER_QUEUE_URL'>;
export type DeadLetterEnvironment = EngineEnvironment & Optional<'DEAD_LETTER_QUEUE_URL'>;
export type SweepEnvironment = EngineEnvironment & Optional<'DEAD_LETTER_QUEUE_URL'>;
export type ResultsEnvironment = Required<'QUEUE_URL'> & Required<'RESULTS_SECRET_ID'>;
export type PagesEnvironment = StoreEnvironment &
  Optional<'BOWSPRIT_SETTINGS' | 'BOWSPRIT_PROW_CONFIG' | 'GITHUB_API_URL'>;

/** `process.env`, or what stands for it. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type WebhookSettings = {
  readonly queueUrl: string;
  readonly secrets: Kept;
  readonly appId: string | undefined;
  /** Bots whose comments count as commands; lower-case logins. */
  readonly bots: readonly string[];
  /** Whether deleted branches are taken, to be told. */
  readonly deletions: boolean;
  readonly maxBodyBytes: number;
};

export type ForgeSettings = {
  /** Root of the REST API, without a slash at its end. */
  readonly apiUrl: string;
  readonly appId: string;
  readonly privateKey: AppKey;
  /** For one answer of the forge. */
  readonly timeoutMs: number;
};

export type StoreSettings = {
  readonly auditTable: string;
  readonly cacheTable: string;
  /** Where the heads of the audit chains are anchored. */
  readonly anchorBucket: string | undefined;
};

export type EngineSettings = {
  readonly queueUrl: string;
  readonly github: ForgeSettings;
  readonly store: StoreSettings;
  /** Name or ARN of the bus on which finished invocations are published. */
  readonly eventBus: string | undefined;
  /** Path of the deployment's settings file. */
  readonly settingsFile: string | undefined;
  /** Folder with Prow's own files, used as they are. */
  readonly prowFolder: string | undefined;
  readonly leaseSeconds: number;
  readonly visibilitySeconds: number;
  readonly pipelines: PipelineSettings;
};

/** What engines need of the place they run in; what they are is said in the settings. */
export type PipelineSettings = {
  /** Where results are posted, and what signs the tokens that they come back with. */
  readonly results: { readonly url: string; readonly secret: Kept } | undefined;
  readonly aws: AwsAccess | undefined;
  readonly local: LocalEngines | undefined;
};

/**
 * Engines on this machine may be called, and these are their secrets: for tests and `npm start`. The environment of a
 * deployed function has no such variable, and no setting stands for it.
 */
export type LocalEngines = { readonly secrets: Readonly<Record<string, string>> };

export type ResultsSettings = { readonly queueUrl: string; readonly secrets: Kept };

export type WorkerSettings = EngineSettings & { readonly deadLetterQueueUrl: string | undefined };
export type DeadLetterSettings = WorkerSettings;
export type SweepSettings = WorkerSettings;
export type PagesSettings = StoreSettings & {
  readonly settingsFile: string | undefined;
  readonly prowFolder: string | undefined;
  /** Tells whose addresses can be linked to. */
  readonly githubApiUrl: string;
};

/** What is wrong with the environment, one sentence per variable. Never holds a value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The environment does not fit: ${problems.join('; ')}.`);
    this.problems = problems;
  }
}

type ReadFile = (path: string) => string;
const readText: ReadFile = (path) => readFileSync(path, 'utf8');

export function webhookSettings(environment: Environment): WebhookSettings {
  const read = reading<WebhookEnvironment>(environment);
  return read.finished({
    queueUrl: read.url('QUEUE_URL'),
    secrets: read.kept('GITHUB_WEBHOOK_SECRET', 'GITHUB_WEBHOOK_SECRET_ID', (text) => {
      const problem = problemOfSecrets(text);
      return problem === undefined ? { value: text } : { problem };
    }),
    appId: read.optional('GITHUB_APP_ID', /^[0-9]+$/, 'is not a number'),
    bots: (read.optional('BOWSPRIT_BOTS') ?? '')
      .split(',')
      .map((login) => login.trim().toLowerCase())
      .filter((login) => login !== ''),
    deletions: read.optional('BOWSPRIT_DELETIONS') === 'true',
    maxBodyBytes: MAX_BODY_BYTES,
  });
}

export function workerSettings(environment: Environment, readFile = readText): WorkerSettings {
  const read = reading<WorkerEnvironment & LocalEnvironment>(environment);
  return read.finished({
    ...engineSettings(read, readFile),
    deadLetterQueueUrl: read.optionalUrl('DEAD_LETTER_QUEUE_URL'),
  });
}

export function deadLetterSettings(environment: Environment, readFile = readText): DeadLetterSettings {
  const read = reading<DeadLetterEnvironment & LocalEnvironment>(environment);
  return read.finished({
    ...engineSettings(read, readFile),
    deadLetterQueueUrl: read.optionalUrl('DEAD_LETTER_QUEUE_URL'),
  });
}

export function sweepSettings(environment: Environment, readFile = readText): SweepSettings {
  const read = reading<SweepEnvironment & LocalEnvironment>(environment);
  return read.finished({
    ...engineSettings(read, readFile),
    deadLetterQueueUrl: read.optionalUrl('DEAD_LETTER_QUEUE_URL'),
  });
}

export function resultsSettings(environment: Environment): ResultsSettings {
  const read = reading<ResultsEnvironment & LocalEnvironment>(environment);
  return read.finished({
    queueUrl: read.url('QUEUE_URL'),
    secrets: read.kept('RESULTS_SECRET', 'RESULTS_SECRET_ID', (text) => ({ value: text })),
  });
}

export function pagesSettings(environment: Environment): PagesSettings {
  const read = reading<PagesEnvironment>(environment);
  return read.finished({
    auditTable: read.required('AUDIT_TABLE'),
    cacheTable: read.required('CACHE_TABLE'),
    anchorBucket: read.optional('ANCHOR_BUCKET'),
    settingsFile: read.optional('BOWSPRIT_SETTINGS'),
    prowFolder: read.optional('BOWSPRIT_PROW_CONFIG'),
    githubApiUrl: read.optionalUrl('GITHUB_API_URL') ?? GITHUB_API_URL,
  });
}

/** One or two secrets, separated by a comma: while one is rotated, both are valid. */
export function secretsIn(text: string): readonly string[] {
  return text.split(',').map((secret) => secret.trim());
}

/** Undefined where the text is one or two secrets. */
export function problemOfSecrets(text: string): string | undefined {
  const secrets = secretsIn(text);
  if (secrets.includes('')) return 'holds an empty secret';
  return secrets.length > 2 ? 'holds more than two secrets' : undefined;
}

function engineSettings(read: Reading<EngineEnvironment & LocalEnvironment>, readFile: ReadFile): EngineSettings {
  const leaseSeconds = read.integer('LEASE_SECONDS', LEASE_SECONDS, 1, MAX_VISIBILITY_SECONDS);
  const visibilitySeconds = read.integer('VISIBILITY_SECONDS', VISIBILITY_SECONDS, 1, MAX_VISIBILITY_SECONDS);
  if (leaseSeconds >= visibilitySeconds) read.complain('LEASE_SECONDS', 'must be less than VISIBILITY_SECONDS');
  return {
    queueUrl: read.url('QUEUE_URL'),
    github: {
      apiUrl: (read.optionalUrl('GITHUB_API_URL') ?? GITHUB_API_URL).replace(/\/$/, ''),
      appId: read.required('GITHUB_APP_ID', /^[0-9]+$/, 'is not a number'),
      privateKey: appKey(read, readFile),
      timeoutMs: read.integer('FORGE_TIMEOUT_MS', FORGE_TIMEOUT_MS, 1, MAX_FORGE_TIMEOUT_MS),
    },
    store: {
      auditTable: read.required('AUDIT_TABLE'),
      cacheTable: read.required('CACHE_TABLE'),
      anchorBucket: read.optional('ANCHOR_BUCKET'),
    },
    eventBus: read.optional('EVENT_BUS'),
    settingsFile: read.optional('BOWSPRIT_SETTINGS'),
    prowFolder: read.optional('BOWSPRIT_PROW_CONFIG'),
    leaseSeconds,
    visibilitySeconds,
    pipelines: pipelineSettings(read),
  };
}

function pipelineSettings(read: Reading<EngineEnvironment & LocalEnvironment>): PipelineSettings {
  const url = read.optionalUrl('RESULTS_URL');
  const region = read.optional('AWS_REGION');
  const [accessKeyId, secretAccessKey] = [read.optional('AWS_ACCESS_KEY_ID'), read.optional('AWS_SECRET_ACCESS_KEY')];
  const endpoint = read.optionalUrl('AWS_ENDPOINT_URL_CODEBUILD');
  const local = read.optional('LOCAL_ENGINES');
  return {
    results:
      url === undefined
        ? undefined
        : { url, secret: read.kept('RESULTS_SECRET', 'RESULTS_SECRET_ID', (text) => ({ value: text })) },
    aws:
      region === undefined || accessKeyId === undefined || secretAccessKey === undefined
        ? undefined
        : { region, endpoint, accessKeyId, secretAccessKey, sessionToken: read.optional('AWS_SESSION_TOKEN') },
    local: local === undefined ? undefined : localEngines(local, read),
  };
}

function localEngines(text: string, read: Reading<EngineEnvironment & LocalEnvironment>): LocalEngines {
  const parsed = secretsByName.safeParse(jsonIn(text));
  if (!parsed.success) read.complain('LOCAL_ENGINES', 'is not JSON with a text for each name of a secret');
  return { secrets: parsed.data ?? {} };
}

const secretsByName = z.record(z.string(), z.string());

function appKey(read: Reading<EngineEnvironment>, readFile: ReadFile): AppKey {
  const keyId = read.optional('GITHUB_APP_KMS_KEY_ID', /^[\w:/-]{1,2048}$/, 'is not the id, ARN or alias of a key');
  if (keyId === undefined) {
    return read.kept('GITHUB_APP_PRIVATE_KEY', 'GITHUB_APP_PRIVATE_KEY_SECRET_ID', (text) =>
      privateKeyIn(text, readFile),
    );
  }
  const others = ['GITHUB_APP_PRIVATE_KEY', 'GITHUB_APP_PRIVATE_KEY_SECRET_ID'] as const;
  for (const other of others) {
    if (read.optional(other) !== undefined) read.complain('GITHUB_APP_KMS_KEY_ID', `and ${other} exclude each other`);
  }
  return {
    is: 'kms',
    keyId,
    region: read.required('AWS_REGION', /^[a-z0-9-]{1,40}$/, 'is not a region'),
    endpoint: read.optionalUrl('AWS_ENDPOINT_URL_KMS'),
    accessKeyId: read.required('AWS_ACCESS_KEY_ID'),
    secretAccessKey: read.required('AWS_SECRET_ACCESS_KEY'),
    sessionToken: read.optional('AWS_SESSION_TOKEN'),
  };
}

/** What a variable turned out to hold. */
type Found = { readonly value: string } | { readonly problem: string };

/** Some shells and consoles cannot hold a line end, so `\n` in a key stands for one. */
function privateKeyIn(text: string, readFile: ReadFile): Found {
  if (text.startsWith('-----BEGIN ')) return privateKey(text.replaceAll('\\n', '\n'));
  let content: string;
  try {
    content = readFile(text);
  } catch {
    return { problem: 'is neither a private key (PEM) nor the path of a file that can be read' };
  }
  return privateKey(content.trim());
}

function privateKey(pem: string): Found {
  try {
    createPrivateKey(pem);
    return { value: pem };
  } catch {
    return { problem: 'is not a private key in PEM form' };
  }
}

type Reading<Names> = ReturnType<typeof reading<Names>>;

/** Reads variables named in an environment's type, and keeps what is wrong until `finished`. */
function reading<Names>(environment: Environment) {
  type Name = keyof Names & string;
  const problems: string[] = [];

  const complain = (name: Name, problem: string): void => {
    problems.push(`${name} ${problem}`);
  };
  const optional = (name: Name, pattern?: RegExp, otherwise = 'does not fit'): string | undefined => {
    const value = environment[name]?.trim();
    if (value === undefined || value === '') return undefined;
    if (pattern !== undefined && !pattern.test(value)) complain(name, otherwise);
    return value;
  };
  const required = (name: Name, pattern?: RegExp, otherwise?: string): string => {
    const value = optional(name, pattern, otherwise);
    if (value === undefined) complain(name, 'is missing');
    return value ?? '';
  };
  const checkedUrl = (name: Name, value: string): string => {
    if (!/^https?:$/.test(URL.parse(value)?.protocol ?? '')) complain(name, 'is not an http or https address');
    return value;
  };

  return {
    complain,
    optional,
    required,
    optionalUrl: (name: Name): string | undefined => {
      const value = optional(name);
      return value === undefined ? undefined : checkedUrl(name, value);
    },
    url: (name: Name): string => {
      const value = required(name);
      return value === '' ? value : checkedUrl(name, value);
    },
    integer: (name: Name, otherwise: number, least: number, most: number): number => {
      const value = optional(name);
      if (value === undefined) return otherwise;
      const number = Number(value);
      if (!/^[0-9]+$/.test(value) || number < least || number > most) {
        complain(name, `is not a whole number from ${least} to ${most}`);
      }
      return number;
    },
    kept: (valueName: Name, idName: Name, check: (text: string) => Found): Kept => {
      const value = optional(valueName);
      const id = optional(idName);
      if (value !== undefined && id !== undefined) complain(valueName, `and ${idName} exclude each other`);
      if (value === undefined && id === undefined) complain(valueName, `is missing (or ${idName})`);
      if (value === undefined) return { is: 'stored', id: id ?? '' };
      const found = check(value);
      if ('problem' in found) complain(valueName, found.problem);
      return { is: 'value', value: 'value' in found ? found.value : '' };
    },
    /** @throws ConfigurationError */
    finished: <Settings>(settings: Settings): Settings => {
      if (problems.length > 0) throw new ConfigurationError(problems);
      return settings;
    },
  };
}
