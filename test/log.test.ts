import { expect, test } from 'vitest';
import { conceal, log, redacted, traced, withoutSecrets } from '../shared/log.ts';
import { guarded } from '../shared/guarded.ts';
import { keptLog } from './support/log-lines.ts';

const lines = keptLog();
const last = (): Readonly<Record<string, unknown>> => JSON.parse(lines().at(-1) ?? '{}');

const TOKEN = `ghs_${'A1b2C3d4'.repeat(5)}`;
const JWT = `eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiI0NzExIn0.c2lnbmF0dXJl`;
const PEM = `-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nx+y/z\n-----END RSA PRIVATE KEY-----`;

test.each<[what: string, text: string, secret: string]>([
  ['a token', `token ${TOKEN} was refused`, TOKEN],
  ['a token in an address', `https://x-access-token:${TOKEN}@github.example/acme`, TOKEN],
  ['a token behind an underscore', `GITHUB_TOKEN_${TOKEN}`, TOKEN],
  ['a fine-grained token', `github_pat_${'B2'.repeat(20)}`, 'B2B2B2'],
  ['a JSON Web Token', `bearer ${JWT}`, 'c2lnbmF0dXJl'],
  ['a private key', `key: ${PEM} end`, 'MIIEowIBAAKCAQEA'],
  ['a private key in one line', PEM.replaceAll('\n', '\\n'), 'MIIEowIBAAKCAQEA'],
  ['the beginning of a private key', PEM.slice(0, 50), 'MIIEowIBAAKC'],
  ['a header', 'Authorization: Bearer 0123456789abcdef', '0123456789abcdef'],
  ['a header in JSON', '{"authorization":"token 0123456789abcdef"}', '0123456789abcdef'],
  ['a signature', `sha256=${'ab12'.repeat(16)}`, 'ab12ab12'],
  ['a token at the edge of what is kept', `${'x'.repeat(990)} ${TOKEN}`, TOKEN.slice(0, 10)],
])('%s is not logged', (_what, text, secret) => {
  expect(text).toContain(secret);
  log.info('a fixed message', { reason: text });
  expect(lines().at(-1)).not.toContain(secret);
  expect(lines().at(-1)).toContain('[red');
});

test('what was named a secret is one, whatever it looks like', () => {
  expect(withoutSecrets('correct horse battery staple')).toBe('correct horse battery staple');
  conceal('correct horse battery staple', 'short');
  expect(redacted('a correct horse battery staple!')).toBe('a [redacted]!');
  expect(redacted('a short text')).toBe('a short text');
});

test('innocent text stays as it is', () => {
  const text = 'author ghost of eyJet, merged 0123abc: see docs/eyJ.md and ghp_short';
  expect(withoutSecrets(text)).toBe(text);
});

test('a line is one line, whatever is in it', () => {
  log.warn('a fixed message', { text: 'one\ntwo\r\u2028{"level":"error"}\u001b[2J' });
  expect(lines().at(-1)?.trimEnd().split('\n')).toHaveLength(1);
  expect(lines().at(-1)).not.toContain('\u001b');
  expect(last()).toMatchObject({ level: 'warn', message: 'a fixed message' });
});

async function work(id: string): Promise<void> {
  await traced({ delivery: id }, async () => {
    log.info('first');
    await Promise.resolve();
    log.info('second', { pull: `pull of ${id}` });
  });
}

test('everything that happens for a delivery bears its id, also at the same time', async () => {
  const from = lines().length;
  await Promise.all([work('one'), work('two')]);
  const told = lines()
    .slice(from)
    .map((line) => JSON.parse(line));
  expect(told.map(({ message, delivery }) => `${message} ${delivery}`)).toEqual([
    'first one',
    'first two',
    'second one',
    'second two',
  ]);
  log.info('after');
  expect(last()).not.toHaveProperty('delivery');
});

test('figures are in the embedded metric format', () => {
  log.info('delivery queued', { delivery: 'one' }, { Queued: 1, DoorMilliseconds: 7, Unsigned: undefined });
  expect(last()).toEqual({
    level: 'info',
    message: 'delivery queued',
    delivery: 'one',
    Queued: 1,
    DoorMilliseconds: 7,
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [
        {
          Namespace: 'Bowsprit',
          Dimensions: [[]],
          Metrics: [
            { Name: 'Queued', Unit: 'Count' },
            { Name: 'DoorMilliseconds', Unit: 'Milliseconds' },
          ],
        },
      ],
    },
  });
});

test('what a function throws is logged without secrets, and thrown without anything', async () => {
  const handler = guarded('worker', async (_event: string) => {
    throw new TypeError(`no ${TOKEN}`, { cause: new Error(PEM) });
  });
  const error = await handler('event').then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: 'Failed', message: 'worker failed; the log line before this says why' });
  expect(error).not.toHaveProperty('cause');
  expect(last()).toMatchObject({ level: 'error', message: 'function failed', function: 'worker', kind: 'TypeError' });
  expect(last()['reason']).toBe('no [redacted]: [redacted]');
  expect(String(last()['at'])).toContain('test/log.test.ts');
});
