/**
 * One door in a process of its own, with the queue stubbed: `ours` behind a minimal HTTP server, Probot's `middleware`
 * behind the same, or Probot's own `server`. Tells its port, and its CPU time when asked.
 */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Probot } from 'probot';
import type { Door } from '../shared/door.ts';

const PATH = '/webhooks/github';
const [which = 'ours', secret = ''] = process.argv.slice(2);

/** Each loads what it needs alone: Probot in the process makes every request to the other dearer. */
async function ours(): Promise<RequestListener> {
  const [{ MAX_BODY_BYTES }, { answer }, { RECEIVERS }, { messageOf }, { webhookSecrets }] = await Promise.all([
    import('../shared/config.ts'),
    import('../shared/door.ts'),
    import('../shared/providers/receivers.ts'),
    import('../shared/queue.ts'),
    import('../shared/secrets.ts'),
  ]);
  const door: Door = {
    forges: {
      github: {
        receive: RECEIVERS.github,
        secrets: webhookSecrets({ is: 'value', value: secret }),
        knowledge: { appId: undefined, bots: [], maxBodyBytes: MAX_BODY_BYTES },
      },
    },
    // All that is done for the queue but the request to it.
    send: async (delivery) => void messageOf(delivery),
    now: () => new Date(),
  };
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const asked = {
        rawPath: request.url ?? '',
        headers: headersOf(request),
        body: Buffer.concat(chunks).toString(),
        isBase64Encoded: false,
        requestContext: { http: { method: request.method ?? '' } },
      };
      void answer(asked, door).then(({ statusCode, headers, body }) => {
        // With its length, head and body go out in one write, as Probot's do.
        response.writeHead(statusCode, { ...headers, 'content-length': body.length }).end(body);
      });
    });
  };
}

/** As API Gateway has them: names in lower case, values of one name joined by a comma. */
function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    const value = rawHeaders[index + 1] ?? '';
    headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return headers;
}

const probotEnvironment = () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  // Our door writes a line for each delivery, as Probot does where nobody tells it otherwise.
  return { APP_ID: '4711', PRIVATE_KEY: privateKey, WEBHOOK_SECRET: secret, LOG_LEVEL: 'info' } as const;
};

/** Listens to the event and does nothing, as a queue that is stubbed. */
const listening = (app: Probot): void => {
  app.on('issue_comment', () => {});
};

async function middleware(): Promise<RequestListener> {
  const { createNodeMiddleware, createProbot } = await import('probot');
  const probot = createProbot({ env: probotEnvironment() });
  const handle = await createNodeMiddleware(listening, { probot, webhooksPath: PATH });
  return (request, response) => {
    void handle(request, response, () => response.writeHead(404).end());
  };
}

async function listen(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** Probot takes no port 0, so it gets one that was free a moment ago. */
async function probotServer(): Promise<number> {
  const { run } = await import('probot');
  const placeholder = createServer();
  const port = await listen(placeholder);
  placeholder.close();
  await once(placeholder, 'close');
  const env = { ...probotEnvironment(), PORT: String(port), HOST: '127.0.0.1', WEBHOOK_PATH: PATH };
  await run(listening, { env });
  return port;
}

async function start(): Promise<number> {
  switch (which) {
    case 'ours':
      return listen(createServer(await ours()));
    case 'middleware':
      return listen(createServer(await middleware()));
    default:
      return probotServer();
  }
}

const port = await start();
process.send?.({ port });
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000 });
});
process.on('disconnect', () => process.exit());
