import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  ConfigurationError,
  deadLetterSettings,
  MAX_BODY_BYTES,
  pagesSettings,
  secretsIn,
  sweepSettings,
  VERSION,
  webhookSettings,
  workerSettings,
  type Environment,
  type WebhookEnvironment,
  type WorkerEnvironment,
} from '../shared/config.ts';
import packageJson from '../package.json' with { type: 'json' };

const { privateKey: pem } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
});

const webhook: WebhookEnvironment = {
  QUEUE_URL: 'http://127.0.0.1:4566/000000000000/deliveries.fifo',
  GITHUB_WEBHOOK_SECRET: 'first-secret, second-secret',
};
const worker: WorkerEnvironment = {
  QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/deliveries.fifo',
  AUDIT_TABLE: 'audit',
  CACHE_TABLE: 'cache',
  GITHUB_APP_ID: '4711',
  GITHUB_APP_PRIVATE_KEY: pem,
};

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

test('the version is that of the package', () => {
  expect(VERSION).toBe(packageJson.version);
});

test('the door needs a queue and a secret', () => {
  expect(webhookSettings(webhook)).toEqual({
    queueUrl: webhook.QUEUE_URL,
    secrets: { is: 'value', value: 'first-secret, second-secret' },
    appId: undefined,
    bots: [],
    deletions: false,
    maxBodyBytes: MAX_BODY_BYTES,
  });
  expect(secretsIn('first-secret, second-secret')).toEqual(['first-secret', 'second-secret']);
});

test('the secret may rest in Secrets Manager, and bots may be allowed', () => {
  const stored: WebhookEnvironment = {
    QUEUE_URL: webhook.QUEUE_URL,
    GITHUB_WEBHOOK_SECRET_ID: 'bowsprit/webhook',
    GITHUB_APP_ID: '4711',
    BOWSPRIT_BOTS: 'Robot[bot], ,helper-example',
  };
  expect(webhookSettings(stored)).toMatchObject({
    secrets: { is: 'stored', id: 'bowsprit/webhook' },
    appId: '4711',
    bots: ['robot[bot]', 'helper-example'],
  });
});

test('the worker has sane defaults', () => {
  expect(workerSettings(worker)).toEqual({
    queueUrl: worker.QUEUE_URL,
    github: {
      apiUrl: 'https://api.github.com',
      appId: '4711',
      privateKey: { is: 'value', value: pem.trim() },
      timeoutMs: 10_000,
    },
    store: { auditTable: 'audit', cacheTable: 'cache', anchorBucket: undefined },
    eventBus: undefined,
    settingsFile: undefined,
    leaseSeconds: 45,
    visibilitySeconds: 180,
    pipelines: { results: undefined, aws: undefined, local: undefined },
  });
});

test('what engines need is read where it is there', () => {
  const { pipelines } = workerSettings({
    ...worker,
    RESULTS_URL: 'https://bowsprit.example.com/results',
    RESULTS_SECRET_ID: 'results',
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'key',
    LOCAL_ENGINES: '{"bowsprit/ci":"made-up"}',
  });
  expect(pipelines).toEqual({
    results: { url: 'https://bowsprit.example.com/results', secret: { is: 'stored', id: 'results' } },
    aws: {
      region: 'eu-central-1',
      endpoint: undefined,
      accessKeyId: 'id',
      secretAccessKey: 'key',
      sessionToken: undefined,
    },
    local: { secrets: { 'bowsprit/ci': 'made-up' } },
  });
  expect(() => workerSettings({ ...worker, LOCAL_ENGINES: '{"a":1}', RESULTS_URL: 'ftp://x' })).toThrow(
    /RESULTS_URL is not an http or https address; RESULTS_SECRET is missing \(or RESULTS_SECRET_ID\); LOCAL_ENGINES is not JSON/,
  );
});

test('everything that has a default can be set', () => {
  const settings = sweepSettings({
    ...worker,
    GITHUB_API_URL: 'https://github.acme-example.com/api/v3/',
    ANCHOR_BUCKET: 'anchors',
    EVENT_BUS: 'bowsprit',
    BOWSPRIT_SETTINGS: 'bowsprit.yaml',
    LEASE_SECONDS: '30',
    VISIBILITY_SECONDS: '60',
    FORGE_TIMEOUT_MS: '500',
    DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-central-1.amazonaws.com/123456789012/dead.fifo',
  });
  expect(settings).toMatchObject({
    github: { apiUrl: 'https://github.acme-example.com/api/v3', timeoutMs: 500 },
    store: { anchorBucket: 'anchors' },
    eventBus: 'bowsprit',
    settingsFile: 'bowsprit.yaml',
    leaseSeconds: 30,
    visibilitySeconds: 60,
    deadLetterQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/dead.fifo',
  });
  expect(deadLetterSettings(worker).deadLetterQueueUrl).toBeUndefined();
  expect(pagesSettings({ AUDIT_TABLE: 'audit', CACHE_TABLE: 'cache' })).toEqual({
    auditTable: 'audit',
    cacheTable: 'cache',
    anchorBucket: undefined,
    settingsFile: undefined,
    githubApiUrl: 'https://api.github.com',
  });
});

const keyIn = (value: string, readFile?: (path: string) => string) =>
  workerSettings({ ...worker, GITHUB_APP_PRIVATE_KEY: value }, readFile).github.privateKey;

describe('a private key', () => {
  test('may be the path of a file', () => {
    const files: Readonly<Record<string, string>> = { 'app.pem': pem };
    expect(keyIn('app.pem', (path) => files[path] ?? '')).toEqual({ is: 'value', value: pem.trim() });
  });

  test('may have its line ends written out', () => {
    expect(keyIn(pem.trim().replaceAll('\n', '\\n'))).toEqual({ is: 'value', value: pem.trim() });
  });

  test('may rest in Secrets Manager', () => {
    const { GITHUB_APP_PRIVATE_KEY: _, ...rest } = worker;
    expect(workerSettings({ ...rest, GITHUB_APP_PRIVATE_KEY_SECRET_ID: 'bowsprit/key' }).github.privateKey).toEqual({
      is: 'stored',
      id: 'bowsprit/key',
    });
  });
});

test.each<[what: string, read: () => unknown, problems: readonly string[]]>([
  [
    'an empty environment, for the door',
    () => webhookSettings({}),
    ['QUEUE_URL is missing', 'GITHUB_WEBHOOK_SECRET is missing (or GITHUB_WEBHOOK_SECRET_ID)'],
  ],
  [
    'an empty environment, for the worker',
    () => workerSettings({}),
    [
      'QUEUE_URL is missing',
      'GITHUB_APP_ID is missing',
      'GITHUB_APP_PRIVATE_KEY is missing (or GITHUB_APP_PRIVATE_KEY_SECRET_ID)',
      'AUDIT_TABLE is missing',
      'CACHE_TABLE is missing',
    ],
  ],
  [
    'an empty environment, for the pages',
    () => pagesSettings({}),
    ['AUDIT_TABLE is missing', 'CACHE_TABLE is missing'],
  ],
  [
    'blanks instead of values',
    () => webhookSettings({ QUEUE_URL: ' ', GITHUB_WEBHOOK_SECRET: '' }),
    ['QUEUE_URL is missing', 'GITHUB_WEBHOOK_SECRET is missing (or GITHUB_WEBHOOK_SECRET_ID)'],
  ],
  [
    'both a secret and where one is kept',
    () => webhookSettings({ ...webhook, GITHUB_WEBHOOK_SECRET_ID: 'x' }),
    ['GITHUB_WEBHOOK_SECRET and GITHUB_WEBHOOK_SECRET_ID exclude each other'],
  ],
  [
    'three secrets',
    () => webhookSettings({ ...webhook, GITHUB_WEBHOOK_SECRET: 'a,b,c' }),
    ['GITHUB_WEBHOOK_SECRET holds more than two secrets'],
  ],
  [
    'an empty second secret',
    () => webhookSettings({ ...webhook, GITHUB_WEBHOOK_SECRET: 'a,' }),
    ['GITHUB_WEBHOOK_SECRET holds an empty secret'],
  ],
  [
    'values of another kind',
    () =>
      deadLetterSettings({
        ...worker,
        QUEUE_URL: 'deliveries.fifo',
        GITHUB_APP_ID: 'bowsprit',
        GITHUB_API_URL: 'ftp://github.com',
        GITHUB_APP_PRIVATE_KEY: '-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----',
        LEASE_SECONDS: 'soon',
        VISIBILITY_SECONDS: '43201',
        FORGE_TIMEOUT_MS: '0',
        DEAD_LETTER_QUEUE_URL: 'dead.fifo',
      }),
    [
      'LEASE_SECONDS is not a whole number from 1 to 43200',
      'VISIBILITY_SECONDS is not a whole number from 1 to 43200',
      'QUEUE_URL is not an http or https address',
      'GITHUB_API_URL is not an http or https address',
      'GITHUB_APP_ID is not a number',
      'GITHUB_APP_PRIVATE_KEY is not a private key in PEM form',
      'FORGE_TIMEOUT_MS is not a whole number from 1 to 900000',
      'DEAD_LETTER_QUEUE_URL is not an http or https address',
    ],
  ],
  [
    'a lease that outlives the visibility timeout',
    () => workerSettings({ ...worker, LEASE_SECONDS: '180' }),
    ['LEASE_SECONDS must be less than VISIBILITY_SECONDS'],
  ],
  [
    'a key file that is not there',
    () => workerSettings({ ...worker, GITHUB_APP_PRIVATE_KEY: '/nowhere/app.pem' }),
    ['GITHUB_APP_PRIVATE_KEY is neither a private key (PEM) nor the path of a file that can be read'],
  ],
])('%s', (_, read, problems) => {
  expect(problemsOf(read)).toEqual(problems);
});

test('an error names variables and holds no values', () => {
  const environment: Environment = { GITHUB_WEBHOOK_SECRET: 'hush-1,hush-2,hush-3', QUEUE_URL: 'hush-4' };
  expect(() => webhookSettings(environment)).toThrow(
    'The environment does not fit: QUEUE_URL is not an http or https address; ' +
      'GITHUB_WEBHOOK_SECRET holds more than two secrets.',
  );
});
