/** API Gateway's part on a laptop: one HTTP request in, one event of payload format 2.0 to a function, one answer out. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2 | string>;

/** Which function answers a request; undefined for none. */
export type Routing = (method: string, path: string) => HttpHandler | undefined;

/** API Gateway's own ceiling (figures §5); the function refuses at Lambda's lower one. */
const MAX_REQUEST_BYTES = 10 * 1024 * 1024;

export async function doorOn(
  port: number,
  routing: Routing,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, response, routing).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      respond(response, { statusCode: 500, body: JSON.stringify({ message: 'Internal Server Error' }) });
    });
  });
  await listening(server, port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the door has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** @throws Error that says so when the port is taken. */
function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(taken ? new Error(`Port ${port} is taken. Set PORT to another one, or to 0 to have one picked.`) : error);
    });
    server.listen(port, '127.0.0.1', () => resolve());
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, routing: Routing): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const method = request.method ?? 'GET';
  const handler = routing(method, url.pathname);
  const body = await bodyOf(request);
  if (body === undefined)
    return respond(response, { statusCode: 413, body: JSON.stringify({ message: 'Request Too Long' }) });
  if (handler === undefined)
    return respond(response, { statusCode: 404, body: JSON.stringify({ message: 'Not Found' }) });
  const result = await handler(eventFrom(request, method, url, body), CONTEXT);
  respond(response, typeof result === 'string' ? { statusCode: 200, body: result } : result);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.byteLength;
    if (size <= MAX_REQUEST_BYTES) chunks.push(bytes);
  }
  return size > MAX_REQUEST_BYTES ? undefined : Buffer.concat(chunks);
}

function eventFrom(request: IncomingMessage, method: string, url: URL, body: Buffer): APIGatewayProxyEventV2 {
  // Like API Gateway: names in lower case, repeated headers joined by a comma.
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] ?? '').toLowerCase();
    const value = request.rawHeaders[index + 1] ?? '';
    headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  const [, first = '', second = ''] = url.pathname.split('/');
  const at = new Date();
  return {
    version: '2.0',
    routeKey: first === 'webhooks' ? 'POST /webhooks/{provider}' : `${method} ${url.pathname}`,
    rawPath: url.pathname,
    rawQueryString: url.search.replace(/^\?/, ''),
    headers,
    queryStringParameters: Object.fromEntries(url.searchParams),
    ...(first === 'webhooks' ? { pathParameters: { provider: decodeURIComponent(second) } } : {}),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: {
        method,
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: at.toISOString(),
      timeEpoch: at.getTime(),
    },
    ...(body.byteLength === 0 ? {} : { body: body.toString('base64') }),
    isBase64Encoded: body.byteLength > 0,
  };
}

function respond(response: ServerResponse, result: APIGatewayProxyStructuredResultV2): void {
  const body =
    result.isBase64Encoded === true ? Buffer.from(result.body ?? '', 'base64') : Buffer.from(result.body ?? '');
  const headers = Object.entries(result.headers ?? {}).map(([name, value]) => [name, String(value)] as const);
  response.writeHead(result.statusCode ?? 200, { 'content-type': 'application/json', ...Object.fromEntries(headers) });
  response.end(body);
}

const CONTEXT: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'local',
  functionVersion: '$LATEST',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:local',
  memoryLimitInMB: '512',
  awsRequestId: 'local',
  logGroupName: 'local',
  logStreamName: 'local',
  getRemainingTimeInMillis: () => 30_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};
