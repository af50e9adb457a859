/** Recorded deliveries, and requests as GitHub signs them. */
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpRequest } from '../../shared/door.ts';
import type { DoorKnowledge, RawRequest, Received } from '../../shared/providers/provider.ts';

export const SECRET = 'a-secret-for-tests';
export const RECEIVED_AT = '2026-11-25T10:00:03.000Z';

export const knowledge: DoorKnowledge = {
  secrets: [SECRET],
  appId: '4711',
  bots: [],
  maxBodyBytes: 6 * 1024 * 1024,
};

export type Payload = Readonly<Record<string, unknown>>;

export type Recorded = {
  readonly name: string;
  readonly event: string;
  readonly delivery: string;
  readonly payload: Payload;
  /** What it must become. */
  readonly received: Received;
};

const FOLDER = join(import.meta.dirname, '../fixtures/github');

export function recorded(name: string): Recorded {
  return { name, ...JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) };
}

export function allRecorded(): readonly Recorded[] {
  return readdirSync(FOLDER).map((file) => recorded(file.replace(/\.json$/, '')));
}

export function signature(body: string | Uint8Array, secret = SECRET): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

export type Headers = Readonly<Record<string, string | undefined>>;

/** As GitHub sends it; `headers` replaces headers, undefined leaves one out. */
export function signed(body: string | Uint8Array, headers: Headers = {}): RawRequest {
  return {
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issue_comment',
      'x-github-delivery': '00000000-aaaa-4bbb-8ccc-000000000001',
      'x-github-hook-installation-target-id': '4711',
      'x-github-hook-installation-target-type': 'integration',
      'x-hub-signature-256': signature(body),
      ...headers,
    },
    body: Buffer.from(body).toString('utf8'),
    receivedAt: RECEIVED_AT,
  };
}

export function requestOf({ event, delivery, payload }: Pick<Recorded, 'event' | 'delivery' | 'payload'>): RawRequest {
  return signed(JSON.stringify(payload), { 'x-github-event': event, 'x-github-delivery': delivery });
}

/** As API Gateway hands a request to the function. */
export function throughGateway(
  { headers, body }: RawRequest,
  { base64 = false, path = '/webhooks/github' } = {},
): HttpRequest {
  return {
    rawPath: path,
    headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
    body: Buffer.from(body).toString(base64 ? 'base64' : 'utf8'),
    isBase64Encoded: base64,
    requestContext: { http: { method: 'POST' } },
  };
}
