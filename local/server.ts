/** `npm start`: everything on loopback, one line per service, then `ready`. */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

/** Half of a start is compiling; it is kept beside the packages, where nobody else writes. */
const COMPILED = join(import.meta.dirname, '../node_modules/.cache/bowsprit');
/** By then, what answers the first commands has been compiled as well. */
const KEEP_COMPILED_AFTER_MS = 10_000;

const line = (name: string, text: string): void => {
  process.stdout.write(`${name.padEnd(10)} ${text}\n`);
};

async function main(): Promise<void> {
  enableCompileCache(COMPILED);
  // Only what is loaded from here on is kept.
  const [{ startStack }, { removeLocalFile, writeLocalFile }, { openFirstPull, ROLES }] = await Promise.all([
    import('./stack.ts'),
    import('./local-file.ts'),
    import('./made-up.ts'),
  ]);
  const secretGiven = (process.env['GITHUB_WEBHOOK_SECRET'] ?? '') !== '';
  const stack = await startStack({ environment: process.env });
  const { doorUrl, githubApiUrl, github, emulators, jenkins, remarks, told } = stack;
  const stop = (): void => {
    removeLocalFile();
    stack.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  writeLocalFile(stack, { secretGiven });
  for (const remark of remarks) process.stderr.write(`${remark}\n`);
  line('github', githubApiUrl);
  line('sqs', emulators.sqsEndpoint);
  line('dynamodb', emulators.dynamodbEndpoint);
  line('s3', emulators.s3Endpoint);
  for (const url of jenkins) line('jenkins', url);
  line('webhook', `${doorUrl}/webhooks/github`);
  line('console', `${doorUrl}/`);
  for (const [login, token] of Object.entries(github?.tokens ?? {})) {
    line('person', `${login.padEnd(16)} ${token}  ${ROLES[login] ?? ''}`.trimEnd());
  }
  for (const each of told) line('prow', each);
  if (github !== undefined) openFirstPull(github);
  process.stdout.write('ready\n');
  setTimeout(flushCompileCache, KEEP_COMPILED_AFTER_MS).unref();
}

main().catch((error: unknown) => {
  process.stderr.write(`${reasonsOf(error).join('\n  ')}\n`);
  process.exit(1);
});

function reasonsOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  return error.cause === undefined ? [error.message] : [error.message, ...reasonsOf(error.cause)];
}
