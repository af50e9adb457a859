/** A server on loopback that behaves as it is told, and remembers what it was asked. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Certificate } from './certificate.ts';

export type PeerRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};
export type Behave = (request: PeerRequest, response: ServerResponse) => void;

export type Peer = {
  readonly port: number;
  /** `http://127.0.0.1:1234`, or with https and the name `localhost`. */
  readonly url: string;
  readonly asked: () => readonly PeerRequest[];
  /** Connections that were opened, whatever came of them. */
  readonly connections: () => number;
  behave(how: Behave): void;
  close(): Promise<void>;
};

export async function startPeer(
  behave: Behave = (_, response) => response.end('{}'),
  certificate?: Certificate,
): Promise<Peer> {
  let how = behave;
  let connections = 0;
  const asked: PeerRequest[] = [];
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    void (async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method = '', url: path = '', headers } = request;
      const one = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') };
      asked.push(one);
      how(one, response);
    })();
  };
  const server = certificate === undefined ? createServer(take) : createSecureServer(certificate, take);
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the peer has no port');
  const { port } = address;
  return {
    port,
    url: certificate === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`,
    asked: () => asked,
    connections: () => connections,
    behave(next) {
      how = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
