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
  ['a file for a folder', { BOWSPRIT_DATA: SERVER }, /: BOWSPRIT_DATA is not a folder/],
])('%s ends it at once', async (_, environment, err) => {
  expect(await started(environment)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(err) });
});
