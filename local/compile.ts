/**
 * Runs after an install: starts everything once, so that its code is compiled and kept, and the first `npm start` is as
 * quick as the others. Where that cannot be, as without development packages, the first start compiles for itself.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const GIVE_UP_MS = 20_000;
const { PATH, HOME, NODE_COMPILE_CACHE } = process.env;

// Its local.json is nobody's business.
const folder = mkdtempSync(join(tmpdir(), 'bowsprit-compile-'));
const server = spawn(process.execPath, [join(import.meta.dirname, 'server.ts')], {
  cwd: folder,
  env: { PATH, HOME, NODE_COMPILE_CACHE, PORT: '0' },
  stdio: ['ignore', 'pipe', 'ignore'],
  timeout: GIVE_UP_MS,
});
let out = '';
server.stdout.setEncoding('utf8').on('data', (text: string) => {
  out += text;
  if (/^ready$/m.test(out)) server.kill('SIGTERM');
});
server.on('error', () => undefined);
server.on('close', () => rmSync(folder, { recursive: true, force: true }));
