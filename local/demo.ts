/** `npm run demo`: pull requests from opening to merge, through the real functions; prints each thread and audit trail. */
import * as z from 'zod/mini';
import { anchorsIn } from '../shared/store/anchors.ts';
import { auditTrail, type AuditTrail } from '../shared/store/audit.ts';
import { connectDocuments } from '../shared/store/documents.ts';
import { CHAPTERS, type Chapter } from './demo-story.ts';
import type { GitHubInABox } from './github/index.ts';
import { jobFinished } from './github/routes/action-changes.ts';
import { repositoryNamed } from './github/state.ts';
import { seedThrough } from './github/seed.ts';
import { AUTHOR } from './made-up.ts';
import { startStack, type Stack } from './stack.ts';

/** The demo gives up on a step after this; none takes a tenth of it. */
const STEP_MS = 20_000;
const LOOK_AGAIN_MS = 25;

const comments = z.array(z.object({ user: z.object({ login: z.string() }), body: z.string() }));
const pull = z.object({
  number: z.number(),
  merged: z.boolean(),
  state: z.string(),
  title: z.string(),
  labels: z.array(z.object({ name: z.string() })),
});
const listed = z.array(z.object({ number: z.number(), title: z.string() }));

async function main(): Promise<void> {
  // The functions' own log would drown the story.
  const write = process.stdout.write.bind(process.stdout);
  const say = (text: string): void => {
    write(`${text}\n`);
  };
  process.stdout.write = () => true;
  const stack = await startStack({ environment: process.env, port: 0 });
  try {
    const { github } = stack;
    if (github === undefined) throw new Error('The demo plays on the made-up forge; unset GITHUB_API_URL.');
    for (const [index, chapter] of CHAPTERS.entries()) {
      say(`${index === 0 ? '' : '\n\n'}${index + 1}. ${chapter.title}\n`);
      // Each begins where the one before has ended.
      // oxlint-disable-next-line no-await-in-loop
      await played(chapter, { github, audit: auditOf(stack), say });
    }
  } finally {
    await stack.stop();
    process.stdout.write = write;
  }
}

function auditOf({ emulators }: Stack): AuditTrail {
  return auditTrail({
    documents: connectDocuments(),
    table: emulators.auditTable,
    anchors: anchorsIn(emulators.anchorBucket),
  });
}

type Scene = {
  readonly github: GitHubInABox;
  readonly audit: AuditTrail;
  readonly say: (text: string) => void;
};

async function played(chapter: Chapter, { github, audit, say }: Scene): Promise<void> {
  const { repository } = chapter;
  const call = async (who: string, method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${github.url}/repos/${repository}${path}`, {
      method,
      headers: { authorization: `Bearer ${github.tokens[who] ?? ''}`, 'user-agent': 'bowsprit-demo' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}`);
    return response.json();
  };

  chapter.before?.(github.box);
  const { author = AUTHOR } = chapter;
  const { number } = pull.parse(await call(author, 'POST', '/pulls', chapter.pull));
  const name = `github:${repository}#${number}`;
  say(`${author} opens pull request ${number} of ${repository}: ${chapter.pull.title}`);
  await until(async () => chapter.opened(await audit.after(name, 0)), 'what is said when it is opened');
  for (const step of chapter.steps) {
    if ('says' in step) {
      // oxlint-disable-next-line no-await-in-loop
      await call(step.by, 'POST', `/issues/${number}/comments`, { body: step.says });
    } else if ('ends' in step) {
      // oxlint-disable-next-line no-await-in-loop
      await until(async () => jobEnded(github.box, repository, step.ends), 'a run');
    } else {
      seedThrough(github.box).commitFiles(repository, chapter.pull.head, step.pushes, step.by, 'As asked for');
    }
    const what = 'says' in step ? JSON.stringify(step.says) : `what ${step.by} does`;
    // oxlint-disable-next-line no-await-in-loop
    await until(async () => step.until(await audit.after(name, 0)), `what comes of ${what}`);
  }
  await until(async () => pull.parse(await call(AUTHOR, 'GET', `/pulls/${number}`)).merged, 'the merge');
  await until(async () => chapter.ends(await audit.after(name, 0)), 'what follows the merge');
  await github.idle();

  say('\nThe thread\n');
  for (const { user, body } of comments.parse(await call(AUTHOR, 'GET', `/issues/${number}/comments?per_page=100`))) {
    say(`  ${user.login}`);
    for (const line of body.split('\n')) say(`  │ ${line}`);
    say('');
  }
  const { labels } = pull.parse(await call(AUTHOR, 'GET', `/pulls/${number}`));
  say(`Merged. Labels: ${labels.map((label) => label.name).join(', ')}\n`);
  const others = listed.parse(await call(AUTHOR, 'GET', '/pulls?state=open'));
  for (const other of others) say(`Open: #${other.number} ${other.title}\n`);

  say('The audit trail\n');
  for (const { sequence, actor, command, text, outcome, reason, headSha } of await audit.after(name, 0)) {
    const what = text === '' ? command : text;
    say(
      `  ${String(sequence).padStart(2)}  ${outcome.padEnd(7)}  ${actor.login.padEnd(14)} ${what}  (${headSha.slice(0, 7)})`,
    );
    say(`               ${reason}`);
  }
  const { sentence, sound } = await audit.verify(name);
  say(`\n${sentence}`);
  if (!sound) throw new Error('The audit trail does not hold together.');
}

/** Whether there was a job to end. */
function jobEnded(box: GitHubInABox['box'], fullName: string, how: 'success' | 'failure'): boolean {
  const [owner = '', name = ''] = fullName.split('/');
  const repository = repositoryNamed(box.state, owner, name);
  const job = [...(repository?.jobs.values() ?? [])].find(
    (each) => repository?.checkRuns.get(each.checkRunId)?.status !== 'completed',
  );
  if (repository === undefined || job === undefined) return false;
  jobFinished(box, repository, job, how);
  return true;
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
