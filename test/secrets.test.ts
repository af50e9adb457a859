import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Rejected, Retryable } from '../shared/errors.ts';
import { keptText, storedText, webhookSecrets, withSecrets } from '../shared/secrets.ts';

/** A secret that changes, a clock that is moved, and how often the secret was read. */
function vault(first: string) {
  const state = { text: first, reads: 0, now: 0, down: false };
  const read = async (): Promise<string> => {
    state.reads += 1;
    if (state.down) throw new Retryable('a secret could not be read');
    return state.text;
  };
  return { state, read, secrets: webhookSecrets({ is: 'stored', id: 'webhook' }, read, () => state.now) };
}

/** As a signature by one secret is checked. */
const signedBy = (secret: string) => async (secrets: readonly string[]) => {
  if (!secrets.includes(secret)) throw new Rejected(401, 'signature missing or wrong');
  return 'verified';
};

describe('webhook secrets', () => {
  test('from the environment never change', async () => {
    const secrets = webhookSecrets({ is: 'value', value: 'one,two' });
    expect(await secrets.current()).toEqual(['one', 'two']);
    expect(await secrets.reread(['one', 'two'])).toBeUndefined();
  });

  test('are read once, by requests at the same time as well', async () => {
    const { state, secrets } = vault('one');
    expect(await Promise.all([secrets.current(), secrets.current()])).toEqual([['one'], ['one']]);
    await secrets.current();
    expect(state.reads).toBe(1);
  });

  test('rotate without a refused delivery', async () => {
    const { state, secrets } = vault('old');
    expect(await withSecrets(secrets, signedBy('old'))).toBe('verified');
    state.text = 'old,new';
    state.now = 60_000;
    expect(await withSecrets(secrets, signedBy('new'))).toBe('verified');
    expect(await withSecrets(secrets, signedBy('old'))).toBe('verified');
    expect(state.reads).toBe(2);
  });

  test('rotate without a refused delivery among many at once', async () => {
    const { state, secrets } = vault('old');
    expect(await withSecrets(secrets, signedBy('old'))).toBe('verified');
    state.text = 'old,new';
    state.now = 60_000;
    const atOnce = ['new', 'old', 'new', 'new'].map((secret) => withSecrets(secrets, signedBy(secret)));
    expect(await Promise.all(atOnce)).toEqual(Array(4).fill('verified'));
    expect(state.reads).toBe(2);
  });

  test('rotate without a refused delivery that was checked while they were read again', async () => {
    const { state, secrets } = vault('old');
    const tried = await secrets.current();
    state.text = 'old,new';
    state.now = 60_000;
    await secrets.reread(tried);
    expect(await secrets.reread(tried)).toEqual(['old', 'new']);
    expect(await secrets.reread(['old', 'new'])).toBeUndefined();
    expect(state.reads).toBe(2);
  });

  test('are read again at most once a minute', async () => {
    const { state, secrets } = vault('one');
    for (const at of [0, 59_999, 60_000, 60_001, 119_999]) {
      state.now = at;
      // oxlint-disable-next-line no-await-in-loop
      await expect(withSecrets(secrets, signedBy('forged'))).rejects.toThrow(Rejected);
    }
    expect(state.reads).toBe(2);
  });

  test('that cannot be read are the weather, and are tried again', async () => {
    const { state, secrets } = vault('one');
    state.down = true;
    await expect(withSecrets(secrets, signedBy('one'))).rejects.toThrow(Retryable);
    state.down = false;
    expect(await withSecrets(secrets, signedBy('one'))).toBe('verified');
  });

  test('that cannot be read again do not make a signature wrong', async () => {
    const { state, secrets } = vault('one');
    await secrets.current();
    state.down = true;
    state.now = 60_000;
    await expect(withSecrets(secrets, signedBy('new'))).rejects.toThrow(Retryable);
    await expect(withSecrets(secrets, signedBy('new'))).rejects.toThrow(Retryable);
    expect(await withSecrets(secrets, signedBy('one'))).toBe('verified');
    state.down = false;
    state.text = 'one,new';
    expect(await withSecrets(secrets, signedBy('new'))).toBe('verified');
  });

  test.each(['', 'one,', 'one,two,three'])('stored as %j are an error of ours', async (text) => {
    await expect(vault(text).secrets.current()).rejects.toThrow('the stored webhook secret holds');
  });

  test('are not asked for again by other errors', async () => {
    const { state, secrets } = vault('one');
    await secrets.current();
    state.now = 60_000;
    await expect(
      withSecrets(secrets, async () => {
        throw new Rejected(400, 'the body is not what the event promises');
      }),
    ).rejects.toThrow(Rejected);
    expect(state.reads).toBe(1);
  });
});

describe('a kept text', () => {
  test('is the value itself, or read once', async () => {
    let reads = 0;
    const read = async (id: string): Promise<string> => {
      reads += 1;
      if (reads === 1) throw new Retryable('a secret could not be read');
      return `text of ${id}`;
    };
    expect(await keptText({ is: 'value', value: 'key' })()).toBe('key');
    const stored = keptText({ is: 'stored', id: 'key' }, read);
    await expect(stored()).rejects.toThrow(Retryable);
    expect(await stored()).toBe('text of key');
    expect(await stored()).toBe('text of key');
    expect(reads).toBe(2);
  });

  test('what is not good any more is read again, once a minute', async () => {
    const { state, read } = vault('old');
    const stored = keptText({ is: 'stored', id: 'key' }, read, () => state.now);
    expect(await stored()).toBe('old');
    state.text = 'new';
    expect([await stored('old'), state.reads]).toEqual(['old', 1]);
    state.now = 60_000;
    expect([await stored(), state.reads]).toEqual(['old', 1]);
    expect([await stored('old'), await stored('old'), await stored(), state.reads]).toEqual(['new', 'new', 'new', 2]);
    expect([await stored('new'), state.reads]).toEqual(['new', 2]);
  });
});

describe('Secrets Manager', () => {
  const answers: Readonly<Record<string, readonly [status: number, body: unknown]>> = {
    text: [200, { Name: 'text', SecretString: 'hush' }],
    bytes: [200, { Name: 'bytes', SecretBinary: 'aHVzaA==' }],
    missing: [400, { __type: 'ResourceNotFoundException', Message: 'no such secret' }],
  };
  let server: Server;

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        const { SecretId: id }: { SecretId: string } = JSON.parse(body);
        const [status, answer] = answers[id] ?? [500, {}];
        response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    process.env['AWS_REGION'] = 'us-east-1';
    process.env['AWS_ACCESS_KEY_ID'] = 'local';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'local';
    process.env['AWS_ENDPOINT_URL_SECRETS_MANAGER'] = `http://127.0.0.1:${port}`;
  });
  afterAll(() => {
    server.close();
  });

  test('gives the text of a secret', async () => {
    expect(await storedText('text')).toBe('hush');
  });

  test.each(['bytes', 'missing', 'broken'])('that has none to give is the weather: %s', async (id) => {
    await expect(storedText(id)).rejects.toThrow(Retryable);
  });
});
