/** `npm start`: everything on loopback, one line per service, then `ready`. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { APPROVER, AUTHOR, FIRST_PULL, FULL_NAME, REVIEWER, STRANGER } from './made-up.ts';
import { startStack, type Stack } from './stack.ts';

const FOLDER = '.bowsprit';
const ROLES: Readonly<Record<string, string>> = {
  [APPROVER]: 'approves',
  [REVIEWER]: 'reviews, approves docs/',
  [AUTHOR]: 'wrote pull request 1',
  [STRANGER]: 'a stranger',
};

const line = (name: string, text: string): void => {
  process.stdout.write(`${name.padEnd(10)} ${text}\n`);
};

/** What other programs in this folder need to find this one. */
function describe({ doorUrl, githubApiUrl, github, emulators }: Stack): void {
  mkdirSync(FOLDER, { recursive: true });
  const { sqsEndpoint, dynamodbEndpoint, s3Endpoint, auditTable, cacheTable, anchorBucket, region, queueUrl } =
    emulators;
  const content = {
    webhookUrl: `${doorUrl}/webhooks/github`,
    githubApiUrl,
    sqsEndpoint,
    dynamodbEndpoint,
    consoleUrl: `${doorUrl}/`,
    s3Endpoint,
    region,
    auditTable,
    cacheTable,
    anchorBucket,
    queueUrl,
    // Made up, and good for nothing but the forge in this process.
    ...(github === undefined ? {} : { people: github.tokens }),
  };
  writeFileSync(join(FOLDER, 'local.json'), `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
}

async function openFirstPull({ github }: Stack): Promise<void> {
  if (github === undefined) return;
  const token = github.tokens[AUTHOR];
  const at = `${github.url}/repos/${FULL_NAME}/pulls`;
  const headers = { authorization: `Bearer ${token}`, 'user-agent': 'bowsprit-local' };
  const open: unknown = await (await fetch(`${at}?state=all`, { headers })).json();
  if (Array.isArray(open) && open.length > 0) return;
  const response = await fetch(at, { method: 'POST', headers, body: JSON.stringify(FIRST_PULL) });
  if (!response.ok) throw new Error(`the first pull request could not be opened: ${response.status}`);
}

async function main(): Promise<void> {
  const stack = await startStack({ environment: process.env });
  const { doorUrl, githubApiUrl, github, emulators, remarks } = stack;
  const stop = (): void => {
    rmSync(join(FOLDER, 'local.json'), { force: true });
    stack.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  describe(stack);
  for (const remark of remarks) process.stderr.write(`${remark}\n`);
  line('github', githubApiUrl);
  line('sqs', emulators.sqsEndpoint);
  line('dynamodb', emulators.dynamodbEndpoint);
  line('s3', emulators.s3Endpoint);
  line('webhook', `${doorUrl}/webhooks/github`);
  line('console', `${doorUrl}/`);
  for (const [login, token] of Object.entries(github?.tokens ?? {})) {
    line('person', `${login.padEnd(16)} ${token}  ${ROLES[login] ?? ''}`.trimEnd());
  }
  await openFirstPull(stack);
  process.stdout.write('ready\n');
}

main().catch((error: unknown) => {
  process.stderr.write(`${reasonsOf(error).join('\n  ')}\n`);
  process.exit(1);
});

function reasonsOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  return error.cause === undefined ? [error.message] : [error.message, ...reasonsOf(error.cause)];
}
