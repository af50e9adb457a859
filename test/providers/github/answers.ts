/** A server that says what a test wants GitHub to say: what a GitHub in a box that keeps to the rules never would. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { Delivery } from '../../../shared/delivery.ts';
import { githubFrom } from '../../../shared/providers/github/index.ts';
import type { Connection } from '../../../shared/providers/provider.ts';

export type Saying = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};
type Asked = { readonly request: string; readonly body: string };
/** By `METHOD /path` without the query. */
type Says = (asked: Asked) => Saying | undefined;

export type Answers = {
  /** Says this from now on; for what it has no answer, 404. */
  readonly saying: (says: Says) => Promise<Connection>;
  readonly close: () => Promise<void>;
};

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const TOKEN = { token: 'ghs_made_up', expires_at: '2099-01-01T00:00:00Z', permissions: {}, repositories: [] };
const GRACE = { login: 'grace-example', id: '7', bot: false };

export const DELIVERY: Delivery = {
  version: 1,
  id: 'made-up',
  provider: 'github',
  installation: '1',
  repository: { id: '2', owner: 'acme-example', name: 'widgets' },
  event: 'comment-created',
  sender: GRACE,
  at: '2026-11-25T10:00:00Z',
  receivedAt: '2026-11-25T10:00:01Z',
  target: { kind: 'pull', number: 3, author: GRACE, state: 'open', title: 'Change', labels: [], locked: false },
  text: { kind: 'comment', id: '9', url: '', at: '2026-11-25T10:00:00Z', lines: [], cut: false },
};

const NOTHING: Says = () => undefined;

export async function openAnswers(): Promise<Answers> {
  let says: Says = NOTHING;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = (request.url ?? '').replace(/\?.*$/, '');
      const asked = { request: `${request.method} ${path}`, body: Buffer.concat(chunks).toString('utf8') };
      const {
        status = 200,
        headers = {},
        body,
      } = path.endsWith('/access_tokens')
        ? { status: 201, body: TOKEN }
        : (says(asked) ?? { status: 404, body: { message: 'Not Found' } });
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const provider = githubFrom({
    apiUrl: `http://127.0.0.1:${port}`,
    appId: '1',
    privateKey: async () => privateKey,
    timeoutMs: 10_000,
  });
  return {
    saying(given) {
      says = given;
      return provider.connect(DELIVERY, { notices: () => ({}), resumed: false });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
