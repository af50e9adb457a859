/** Bad weather between the engine and DynamoDB, by dice: throttled, broken, or cut off after it was carried out. */
import { createServer } from 'node:http';

/** What happens to a request; undefined lets it pass. */
export type Gust = 'throttled' | 'broken' | 'cut after' | undefined;

export type StormyTables = {
  readonly endpoint: string;
  /** How many requests were struck so far. */
  readonly struck: () => number;
  readonly close: () => void;
};

const JSON_TYPE = { 'content-type': 'application/x-amz-json-1.0' };
const REFUSALS = {
  throttled: { status: 400, name: 'ProvisionedThroughputExceededException' },
  broken: { status: 500, name: 'InternalServerError' },
} as const;

export async function stormyTables(upstream: string, gust: () => Gust): Promise<StormyTables> {
  let struck = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const what = gust();
      if (what !== undefined) struck += 1;
      if (what === 'throttled' || what === 'broken') {
        const { status, name } = REFUSALS[what];
        response.writeHead(status, JSON_TYPE);
        response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'made up' }));
        return;
      }
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
      const answer = await fetch(upstream, {
        method: 'POST',
        headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
          typeof value === 'string' ? [[name, value]] : [],
        ),
        body: Buffer.concat(chunks),
      });
      const text = await answer.text();
      if (what === 'cut after') {
        request.socket.destroy();
        return;
      }
      response.writeHead(answer.status, JSON_TYPE);
      response.end(text);
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the front has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    struck: () => struck,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Mulberry32: numbers from 0 to 1, the same for the same seed. */
export function diceFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
