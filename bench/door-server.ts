/**
 * One door behind a minimal HTTP server, in a process of its own: `ours` or `probot`, with the queue stubbed on both
 * sides. Prints its port; sends its CPU time when asked.
 */
import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createNodeMiddleware, createProbot } from 'probot';
import { MAX_BODY_BYTES } from '../shared/config.ts';
import { answer, type Door } from '../shared/door.ts';
import { RECEIVERS } from '../shared/providers/receivers.ts';
import { messageOf } from '../shared/queue.ts';
import { webhookSecrets } from '../shared/secrets.ts';

const [which = 'ours', secret = ''] = process.argv.slice(2);

function ours(): RequestListener {
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
        headers: joined(request.headers),
        body: Buffer.concat(chunks).toString(),
        isBase64Encoded: false,
        requestContext: { http: { method: request.method ?? '' } },
      };
      void answer(asked, door).then(({ statusCode, headers, body }) => {
        response.statusCode = statusCode;
        response.setHeaders(new Map(Object.entries(headers)));
        // Head and body in one write, as Probot does.
        response.end(body);
      });
    });
  };
}

const joined = (headers: IncomingMessage['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

async function probots(): Promise<RequestListener> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const probot = createProbot({ env: { APP_ID: '4711', PRIVATE_KEY: privateKey, WEBHOOK_SECRET: secret } });
  const middleware = await createNodeMiddleware(
    (app) => {
      app.on('issue_comment', () => {});
    },
    { probot, webhooksPath: '/webhooks/github' },
  );
  return (request, response) => {
    void middleware(request, response, () => response.writeHead(404).end());
  };
}

const server = createServer(which === 'ours' ? ours() : await probots());
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000 });
});
process.on('disconnect', () => process.exit());
