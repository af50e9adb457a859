/** `npm run demo`: one pull request from opening to merge, through the real functions; prints the thread and the audit trail. */
import * as z from 'zod/mini';
import { connectDocuments } from '../shared/store/documents.ts';
import { anchorsIn } from '../shared/store/anchors.ts';
import { auditTrail } from '../shared/store/audit.ts';
import type { AuditRecord } from '../shared/audit-record.ts';
import { APPROVER, AUTHOR, FIRST_PULL, FULL_NAME, REVIEWER, STRANGER } from './made-up.ts';
import { startStack, type Stack } from './stack.ts';

const PULL = `github:${FULL_NAME}#1`;
/** The demo gives up on a step after this; none takes a tenth of it. */
const STEP_MS = 20_000;
const LOOK_AGAIN_MS = 25;

const comments = z.array(z.object({ user: z.object({ login: z.string() }), body: z.string() }));
const pull = z.object({
  merged: z.boolean(),
  state: z.string(),
  title: z.string(),
  labels: z.array(z.object({ name: z.string() })),
});

type Said = readonly [who: string, what: string, outcome: (records: readonly AuditRecord[]) => boolean];

/** Who comments what, and what the audit trail must hold before the next one speaks. */
const STORY: readonly Said[] = [
  [AUTHOR, 'Ready for review.\n\n/kind feature', has('label', 'done')],
  [AUTHOR, '/lgtm', has('lgtm', 'refused')],
  [REVIEWER, 'Let me read this first.\n\n/hold reading it until tomorrow', has('hold', 'done')],
  [STRANGER, 'I want this merged!\n\n/unhold', has('hold', 'refused')],
  [REVIEWER, 'Nice, well tested.\n\n/lgtn', has('unknown', 'refused')],
  [REVIEWER, '/lgtm\n/unhold', has('lgtm', 'done')],
  [APPROVER, 'This belongs here.\n\n/approve', has('automation:merge', 'done')],
];

function has(command: string, outcome: AuditRecord['outcome']): Said[2] {
  return (records) => records.some((record) => record.command === command && record.outcome === outcome);
}

async function main(): Promise<void> {
  // The functions' own log would drown the story.
  const write = process.stdout.write.bind(process.stdout);
  const say = (text: string): void => {
    write(`${text}\n`);
  };
  process.stdout.write = () => true;
  const stack = await startStack({ environment: process.env, port: 0 });
  try {
    await play(stack, say);
  } finally {
    await stack.stop();
    process.stdout.write = write;
  }
}

async function play(stack: Stack, say: (text: string) => void): Promise<void> {
  const { github, emulators } = stack;
  if (github === undefined) throw new Error('The demo plays on the made-up forge; unset GITHUB_API_URL.');
  const audit = auditTrail({
    documents: connectDocuments(),
    table: emulators.auditTable,
    anchors: anchorsIn(emulators.anchorBucket),
  });

  const call = async (who: string, method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${github.url}/repos/${FULL_NAME}${path}`, {
      method,
      headers: { authorization: `Bearer ${github.tokens[who] ?? ''}`, 'user-agent': 'bowsprit-demo' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}`);
    return response.json();
  };

  say(`${AUTHOR} opens pull request 1: ${FIRST_PULL.title}`);
  await call(AUTHOR, 'POST', '/pulls', FIRST_PULL);
  await until(
    async () => has('automation:approval', 'done')(await audit.after(PULL, 0)),
    'the notice of who must approve',
  );
  for (const [who, body, outcome] of STORY) {
    await call(who, 'POST', '/issues/1/comments', { body });
    await until(async () => outcome(await audit.after(PULL, 0)), `what comes of ${JSON.stringify(body)}`);
  }
  await until(async () => pull.parse(await call(AUTHOR, 'GET', '/pulls/1')).merged, 'the merge');
  await github.idle();

  say('\nThe thread\n');
  for (const { user, body } of comments.parse(await call(AUTHOR, 'GET', '/issues/1/comments?per_page=100'))) {
    say(`  ${user.login}`);
    for (const line of body.split('\n')) say(`  │ ${line}`);
    say('');
  }
  const { labels } = pull.parse(await call(AUTHOR, 'GET', '/pulls/1'));
  say(`Merged. Labels: ${labels.map(({ name }) => name).join(', ')}\n`);

  say('The audit trail\n');
  const records = await audit.after(PULL, 0);
  for (const { sequence, actor, command, text, outcome, reason, headSha } of records) {
    const what = text === '' ? command : text;
    say(
      `  ${String(sequence).padStart(2)}  ${outcome.padEnd(7)}  ${actor.login.padEnd(14)} ${what}  (${headSha.slice(0, 7)})`,
    );
    say(`               ${reason}`);
  }
  const { sentence, sound } = await audit.verify(PULL);
  say(`\n${sentence}`);
  if (!sound) throw new Error('The audit trail does not hold together.');
}

/** Looks again until it is so. @throws Error that names what never came. */
async function until(so: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + STEP_MS;
  while (!(await so())) {
    if (performance.now() > deadline) throw new Error(`${what} did not come`);
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_AGAIN_MS);
    });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
