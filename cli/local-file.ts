/** `.bowsprit/local.json`: what an `npm start` in this folder, or one above it, says of itself. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { reasonOf } from '../shared/errors.ts';
import type { Connect } from '../shared/store/documents.ts';
import { WrongUsage, type World } from './verb.ts';

const text = z.optional(z.string());
const localFile = z.object({
  dynamodbEndpoint: z.string(),
  auditTable: text,
  cacheTable: text,
  anchorBucket: text,
  s3Endpoint: text,
  region: text,
  sqsEndpoint: text,
  queueUrl: text,
  githubApiUrl: text,
  githubAppId: text,
  githubAppPrivateKeyFile: text,
  settingsFile: text,
  prowConfig: text,
});
export type LocalFile = z.infer<typeof localFile> & { readonly path: string };

/** @throws WrongUsage where there is one that cannot be read. */
export function localFileFor(folder: string): LocalFile | undefined {
  const path = pathAbove(folder);
  if (path === undefined) return undefined;
  const parsed = localFile.safeParse(jsonIn(path));
  if (!parsed.success) throw new WrongUsage(`${path} is not what npm start writes; start it again.`);
  return { ...parsed.data, path };
}

/** How to reach its tables. */
export function connectTo(
  { dynamodbEndpoint, region = 'us-east-1' }: LocalFile,
  environment: World['environment'],
): Required<Connect> {
  const { AWS_ACCESS_KEY_ID: accessKeyId = 'local', AWS_SECRET_ACCESS_KEY: secretAccessKey = 'local' } = environment;
  return { region, endpoint: dynamodbEndpoint, credentials: { accessKeyId, secretAccessKey } };
}

function pathAbove(folder: string): string | undefined {
  const path = join(folder, '.bowsprit', 'local.json');
  if (existsSync(path)) return path;
  const parent = dirname(folder);
  return parent === folder ? undefined : pathAbove(parent);
}

function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new WrongUsage(`${path} cannot be read: ${reasonOf(error)}`, { cause: error });
  }
}
