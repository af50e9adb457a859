import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStack, type Stack } from '../../local/stack.ts';
import { recorded, requestOf, SECRET } from '../support/github-deliveries.ts';
import { keptLog } from '../support/log-lines.ts';

let folder: string;
let stack: Stack;
keptLog();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-stack-'));
  const settings = join(folder, 'bowsprit.yaml');
  writeFileSync(settings, 'commands: { bots: [dependabot] }\n');
  const environment = { BOWSPRIT_SETTINGS: settings, GITHUB_WEBHOOK_SECRET: SECRET, GITHUB_APP_ID: '4711' };
  stack = await startStack({ environment, port: 0 });
});
afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('bots that the settings name are heard at the door', async () => {
  const { headers, body } = requestOf(recorded('issue_comment.created.bot'));
  const given = Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const reply = await fetch(`${stack.doorUrl}/webhooks/github`, {
    method: 'POST',
    headers: Object.fromEntries(given),
    body,
  });
  expect(await reply.json()).toMatchObject({ queued: true });
});
