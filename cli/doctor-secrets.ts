/** How old the webhook secret and the App's key are: whatever was taken unseen is worth nothing once it has been replaced. */
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod/mini';
import { refusalIn, signedRequest } from '../shared/aws-request.ts';
import type { AppKey, Kept } from '../shared/config.ts';
import { reasonOf } from '../shared/errors.ts';
import type { KmsKey } from '../shared/kms.ts';
import { ok, unsure, type Finding } from './doctor-finding.ts';
import type { Connect } from './doctor-place.ts';

/** Days after which it is told; `--max-age` says otherwise. */
export const MAX_AGE_DAYS = 365;
const DAY_MS = 24 * 3_600_000;
const ANSWER_MS = 10_000;

export type KeptSecrets = {
  readonly webhookSecret: Kept;
  readonly appKey: AppKey;
  readonly secretsManager: Connect;
};

type Age = { readonly changed: Date; readonly used?: Date | undefined };
type Asked = {
  readonly check: string;
  readonly where: string;
  /** What allows to ask. */
  readonly right: string;
  readonly rotate: string;
  readonly age: () => Promise<Age>;
};

/** Nothing of what stands in the environment itself: nobody knows since when. */
export async function secretAges(kept: KeptSecrets, now: Date, maxDays: number): Promise<readonly Finding[]> {
  const client = new SecretsManagerClient(kept.secretsManager);
  try {
    return await Promise.all(askedOf(kept, client).map((asked) => findingOf(asked, now, maxDays)));
  } finally {
    client.destroy();
  }
}

function askedOf({ webhookSecret, appKey }: KeptSecrets, client: SecretsManagerClient): readonly Asked[] {
  const stored = (check: string, where: string, rotate: string): Asked => ({
    check,
    where,
    right: 'secretsmanager:DescribeSecret',
    rotate,
    age: () => ageOfSecret(client, where),
  });
  return [
    ...(webhookSecret.is === 'stored'
      ? [stored('secret age', webhookSecret.id, 'docs/deploy.md#rotating-the-webhook-secret')]
      : []),
    ...(appKey.is === 'stored' ? [stored('key age', appKey.id, 'docs/deploy.md#rotating-the-apps-key')] : []),
    ...(appKey.is === 'kms'
      ? [
          {
            check: 'key age',
            where: appKey.keyId,
            right: 'kms:DescribeKey',
            rotate: 'docs/deploy.md#rotating-the-apps-key',
            age: () => ageOfKey(appKey),
          },
        ]
      : []),
  ];
}

async function findingOf({ check, where, right, rotate, age }: Asked, now: Date, maxDays: number): Promise<Finding> {
  try {
    const { changed, used } = await age();
    const days = daysBetween(changed, now);
    const since = `${days === 1 ? '1 day' : `${days} days`} old`;
    const found = used === undefined ? since : `${since}, last read on ${used.toISOString().slice(0, 10)}`;
    return days > maxDays ? unsure(check, `${found}: over ${maxDays}`, `Rotate it: ${rotate}.`) : ok(check, found);
  } catch (error) {
    return unsure(check, `cannot be told: ${reasonOf(error)}`, `Allow ${right} on ${where} to whoever runs this.`);
  }
}

function daysBetween(then: Date, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - then.getTime()) / DAY_MS));
}

/** A change of any kind counts, as Secrets Manager tells no better without giving the secret away. */
async function ageOfSecret(client: SecretsManagerClient, id: string): Promise<Age> {
  const told = await client.send(new DescribeSecretCommand({ SecretId: id }));
  const changed = told.LastChangedDate ?? told.CreatedDate;
  if (changed === undefined) throw new Error('Secrets Manager does not say when it was changed');
  return { changed, used: told.LastAccessedDate };
}

// https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
const described = z.object({ KeyMetadata: z.object({ CreationDate: z.number() }) });

async function ageOfKey(key: KmsKey): Promise<Age> {
  const body = JSON.stringify({ KeyId: key.keyId });
  const { url, headers } = signedRequest(key, { service: 'kms', target: 'TrentService.DescribeKey', body }, new Date());
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(ANSWER_MS) });
  const text = await response.text();
  if (!response.ok) throw new Error(refusalIn(response.status, text));
  return { changed: new Date(described.parse(JSON.parse(text)).KeyMetadata.CreationDate * 1_000) };
}
