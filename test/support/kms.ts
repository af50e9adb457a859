/** KMS' Sign and DescribeKey on loopback: checks Signature Version 4 as AWS does, and holds a key that it gives to nobody. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { refusalOfSignature } from './aws-signature.ts';

export type Kms = {
  readonly endpoint: string;
  readonly keyId: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
  /** PEM: what the forge is told of the key. */
  readonly publicKey: string;
  /** PEM; for the forge in a box, which is made with a private key. */
  readonly privateKey: string;
  /** Requests by target, `TrentService.Sign` for instance. */
  readonly asked: () => readonly string[];
  /** Answers so, instead of signing. */
  readonly fail: (how: { readonly status: number; readonly type: string } | 'cut' | undefined) => void;
  readonly close: () => void;
};

const signRequest = z.object({
  KeyId: z.string(),
  Message: z.string(),
  MessageType: z.literal('RAW'),
  SigningAlgorithm: z.literal('RSASSA_PKCS1_V1_5_SHA_256'),
});
/** When its key was made: 2025-01-01. */
const KEY_MADE_SECONDS = 1_735_689_600;
/** Raw messages may be no longer: https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html */
const MAX_RAW_BYTES = 4_096;

export async function startKms(): Promise<Kms> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const keyId = 'arn:aws:kms:us-east-1:000000000000:key/11111111-2222-4333-8444-555555555555';
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a-secret-access-key', sessionToken: 'a-session' };
  const asked: string[] = [];
  let failing: Parameters<Kms['fail']>[0];

  const refusalOf = (request: IncomingMessage, body: string): string | undefined =>
    refusalOfSignature({ request, body, service: 'kms', credentials });

  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString('utf8');
      asked.push(String(request.headers['x-amz-target']));
      if (failing === 'cut') {
        request.socket.destroy();
        return;
      }
      if (failing !== undefined) return respond(response, failing.status, { __type: failing.type });
      const refusal = refusalOf(request, body);
      if (refusal !== undefined) return respond(response, 400, { __type: refusal, message: 'made up' });
      if (request.headers['x-amz-target'] === 'TrentService.DescribeKey')
        return respond(response, 200, { KeyMetadata: { KeyId: keyId, CreationDate: KEY_MADE_SECONDS } });
      if (request.headers['x-amz-target'] !== 'TrentService.Sign')
        return respond(response, 400, { __type: 'UnknownOperation' });
      const parsed = signRequest.safeParse(JSON.parse(body));
      if (!parsed.success) return respond(response, 400, { __type: 'ValidationException' });
      const message = Buffer.from(parsed.data.Message, 'base64');
      if (message.byteLength > MAX_RAW_BYTES) return respond(response, 400, { __type: 'ValidationException' });
      if (parsed.data.KeyId !== keyId) return respond(response, 400, { __type: 'com.amazonaws.kms#NotFoundException' });
      respond(response, 200, {
        KeyId: keyId,
        Signature: sign('sha256', message, privateKey).toString('base64'),
        SigningAlgorithm: 'RSASSA_PKCS1_V1_5_SHA_256',
      });
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('KMS has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    keyId,
    credentials,
    publicKey,
    privateKey,
    asked: () => asked,
    fail(how) {
      failing = how;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function respond(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(content));
}
