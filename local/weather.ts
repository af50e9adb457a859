/** Bad weather between the functions and an emulator: answered by somebody else, cut off before or after, or changed. */
import { Agent, createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Before } from './emulators.ts';

/** What is about to pass. */
export type Passing = {
  /** What an AWS client asks for, such as `PutItem`; empty where it is not one. */
  readonly operation: string;
  readonly body: Buffer;
};

export type Treatment =
  | { readonly is: 'passed' }
  | { readonly is: 'changed'; readonly body: string }
  | { readonly is: 'answered'; readonly status: number; readonly type: string; readonly body: string }
  /** The emulator never hears of it. */
  | { readonly is: 'cut before' }
  /** The emulator has carried it out, and nobody hears of that. */
  | { readonly is: 'cut after' };

export type WeatherFront = {
  readonly endpoint: string;
  close(): void;
};

export async function weatherBefore(upstream: string, treat: (passing: Passing) => Treatment): Promise<WeatherFront> {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(upstream);
  const server = createServer((request, response) => {
    void passed(request, response);
  });

  async function passed(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks);
    const target = request.headers['x-amz-target'];
    const treatment = treat({ operation: String(target ?? '').replace(/^.*\./, ''), body });
    if (treatment.is === 'cut before') {
      request.socket.destroy();
      return;
    }
    if (treatment.is === 'answered') {
      response.writeHead(treatment.status, { 'content-type': treatment.type }).end(treatment.body);
      return;
    }
    const sent = treatment.is === 'changed' ? Buffer.from(treatment.body) : body;
    const { method, url: path } = request;
    const headers = { ...request.headers, host: `${hostname}:${port}`, 'content-length': sent.byteLength };
    const onward = ask({ agent, hostname, port, method, path, headers }, (answer) => {
      if (treatment.is === 'cut after') {
        answer.resume();
        answer.on('end', () => request.socket.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => request.socket.destroy());
    onward.end(sent);
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the weather front has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close() {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}

/** What happens to a request to DynamoDB; undefined lets it pass. */
export type Gust = 'throttled' | 'broken' | 'cut after' | undefined;

const REFUSALS = {
  throttled: { status: 400, name: 'ProvisionedThroughputExceededException' },
  broken: { status: 500, name: 'InternalServerError' },
} as const;
const JSON_TYPE = 'application/x-amz-json-1.0';

function refusalOf(what: keyof typeof REFUSALS): Extract<Treatment, { readonly is: 'answered' }> {
  const { status, name } = REFUSALS[what];
  const body = JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'made up' });
  return { is: 'answered', status, type: JSON_TYPE, body };
}

export type StormyTables = WeatherFront & {
  /** How many requests were struck so far. */
  readonly struck: () => number;
};

/** Before tables that stand elsewhere. */
export async function stormyTables(upstream: string, gust: () => Gust): Promise<StormyTables> {
  let struck = 0;
  const front = await weatherBefore(upstream, () => {
    const what = gust();
    if (what === undefined) return { is: 'passed' };
    struck += 1;
    return what === 'cut after' ? { is: what } : refusalOf(what);
  });
  return { ...front, struck: () => struck };
}

/** Inside the emulator's own process, which saves a second connection. */
export function stormBefore(gust: () => Gust): Before {
  return (request, response, emulated) => {
    const what = gust();
    if (what === 'throttled' || what === 'broken') {
      const { status, type, body } = refusalOf(what);
      request.resume();
      response.writeHead(status, { 'content-type': type }).end(body);
      return;
    }
    if (what === 'cut after') {
      response.end = () => {
        request.socket.destroy();
        return response;
      };
    }
    emulated();
  };
}
