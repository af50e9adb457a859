import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const SERVER = join(import.meta.dirname, '../../local/server.ts');
/** What never ends is ended, and its test fails. */
const GIVE_UP_MS = 20_000;

const folder = mkdtempSync(join(tmpdir(), 'bowsprit-server-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

/** Until it fails, or until it is ready, when it is stopped. */
function started(environment: Readonly<Record<string, string>>): Promise<Ran> {
  const { PATH } = process.env;
  const child = spawn(process.execPath, [SERVER], {
    cwd: folder,
    env: { PATH, PORT: '0', ...environment },
    timeout: GIVE_UP_MS,
    killSignal: 'SIGKILL',
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (/^ready$/m.test(out)) child.kill('SIGTERM');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

test.each<[what: string, environment: Record<string, string>, err: RegExp]>([
  [
    'a folder that cannot be made',
    { BOWSPRIT_DATA: '/proc/nope/deeper' },
    /^The environment does not fit: BOWSPRIT_DATA is not a folder that can be made and written\.\n$/,
  ],
  ['a folder that cannot be written', { BOWSPRIT_DATA: '/proc' }, /: BOWSPRIT_DATA is not a folder/],
  [
    'everything that does not fit, told together,',
    {
      GITHUB_APP_ID: 'mine',
      GITHUB_APP_PRIVATE_KEY: 'no key',
      GITHUB_WEBHOOK_SECRET: 'a,,b',
      AWS_ENDPOINT_URL_SQS: 'nope',
      AWS_ENDPOINT_URL_S3: 'localhost:4566',
      AWS_ENDPOINT_URL_EVENTBRIDGE: 'nope',
      BOWSPRIT_DATA: '/proc',
      BOWSPRIT_SETTINGS: 'no-such-file.yaml',
      PORT: 'abc',
    },
    new RegExp(
      [
        '^The environment does not fit: GITHUB_WEBHOOK_SECRET holds an empty secret',
        'GITHUB_APP_ID is not a number',
        'GITHUB_APP_PRIVATE_KEY is neither a private key \\(PEM\\) nor the path of a file that can be read',
        'AWS_ENDPOINT_URL_SQS is not an http or https address',
        'AWS_ENDPOINT_URL_S3 is not an http or https address',
        'AWS_ENDPOINT_URL_EVENTBRIDGE is not an http or https address',
        'BOWSPRIT_DATA is not a folder that can be made and written',
        'PORT is not a number from 0 to 65535',
        'BOWSPRIT_SETTINGS: The settings file cannot be read: no-such-file\\.yaml: ENOENT',
      ].join('; '),
    ),
  ],
  [
    'a settings file that is not there',
    { BOWSPRIT_SETTINGS: 'no-such-file.yaml' },
    /^The settings file cannot be read/,
  ],
  ['a file for a folder', { BOWSPRIT_DATA: SERVER }, /: BOWSPRIT_DATA is not a folder/],
])('%s ends it at once', async (_, environment, err) => {
  expect(await started(environment)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(err) });
});
