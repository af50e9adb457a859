import { createVerify } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { seedInto, startGitHub } from '../local/github/index.ts';
import { repositoryNamed } from '../local/github/state.ts';
import { workerSettings } from '../shared/config.ts';
import { Retryable } from '../shared/errors.ts';
import { signerBy, type KmsKey, type Sign } from '../shared/kms.ts';
import { clientsFor } from '../shared/providers/github/client.ts';
import { credentialsBy } from '../shared/services.ts';
import { startKms, type Kms } from './support/kms.ts';

let kms: Kms;
beforeAll(async () => {
  kms = await startKms();
});
afterEach(() => kms.fail(undefined));
afterAll(() => kms.close());

const keyIn = (given: Partial<KmsKey> = {}): KmsKey => ({
  keyId: kms.keyId,
  region: 'us-east-1',
  endpoint: kms.endpoint,
  ...kms.credentials,
  ...given,
});

const failureOf = (sign: Sign): Promise<unknown> =>
  sign('a message').then(
    () => undefined,
    (error: unknown) => error,
  );

test('a message is signed by the key that stays where it is', async () => {
  const signature = await signerBy(keyIn())('a message');
  const verify = createVerify('sha256').update('a message');
  expect(verify.verify(kms.publicKey, signature, 'base64')).toBe(true);
});

describe('what is not signed', () => {
  test.each<[what: string, how: Parameters<Kms['fail']>[0]]>([
    ['throttled', { status: 400, type: 'com.amazonaws.kms#ThrottlingException' }],
    ['an inner failure', { status: 500, type: 'KMSInternalException' }],
    ['a late dependency', { status: 503, type: 'DependencyTimeoutException' }],
    ['a cut connection', 'cut'],
  ])('for the weather, as %s, is tried again', async (_what, how) => {
    kms.fail(how);
    expect(await failureOf(signerBy(keyIn()))).toBeInstanceOf(Retryable);
  });

  test.each<[what: string, given: Partial<KmsKey>, says: string]>([
    ['another key', { keyId: 'alias/another' }, 'NotFoundException'],
    ['another secret', { secretAccessKey: 'another-secret' }, 'InvalidSignatureException'],
    ['another session', { sessionToken: undefined }, 'UnrecognizedClientException'],
  ])('with %s is ours to mend, and says why', async (_what, given, says) => {
    const error = await failureOf(signerBy(keyIn(given)));
    expect(error).not.toBeInstanceOf(Retryable);
    expect(String(error)).toContain(`KMS does not sign with the key of the App: ${says}`);
  });
});

test('tokens are minted without the key, one signature for many', async () => {
  const github = await startGitHub({
    app: { privateKey: kms.privateKey },
    seed(state, now) {
      const seed = seedInto(state, now);
      seed.createOrganization('acme', { members: {} });
      seed.createRepository('acme/widgets', { files: { 'README.md': '# Widgets\n' } });
      seed.createRepository('acme/other', { files: { 'README.md': '# Other\n' } });
    },
  });
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = kms.credentials;
    const { github: forge } = workerSettings({
      QUEUE_URL: 'http://127.0.0.1:1/queue',
      AUDIT_TABLE: 'audit',
      CACHE_TABLE: 'cache',
      GITHUB_API_URL: github.url,
      GITHUB_APP_ID: String(github.app.id),
      GITHUB_APP_KMS_KEY_ID: kms.keyId,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_ENDPOINT_URL_KMS: kms.endpoint,
    });
    const { apiUrl, appId, timeoutMs, privateKey } = forge;
    const clients = clientsFor({ apiUrl, appId, timeoutMs, ...credentialsBy(privateKey) });
    const before = kms.asked().length;
    for (const repo of ['widgets', 'other']) {
      const id = String(repositoryNamed(github.state, 'acme', repo)?.id);
      // oxlint-disable-next-line no-await-in-loop
      const { octokit } = await clients.forRepository(String(github.app.installationId('acme')), id);
      // oxlint-disable-next-line no-await-in-loop
      expect((await octokit.request('GET /repos/{owner}/{repo}', { owner: 'acme', repo })).status).toBe(200);
    }
    expect(kms.asked().slice(before)).toEqual(['TrentService.Sign']);
  } finally {
    await github.close();
  }
});
