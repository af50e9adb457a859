/** A box with made-up people, a door that hears its webhooks, and requests as any of them: what tests of routes share. */
import { createSign } from 'node:crypto';
import { createServer } from 'node:http';
import { expect } from 'vitest';
import { type GitHubInABox, type Seed, seedInto, seedThrough, startGitHub } from '../../../local/github/index.ts';
import { addIssue, accountNamed, repositoryNamed, type Repository } from '../../../local/github/state.ts';

export const ORG = 'harbor-example';

/** Ada owns the organization, Grace writes, Alan triages, Joan can read and wrote what is there, Kay is a stranger. */
export type Who = 'ada' | 'grace' | 'alan' | 'joan' | 'kay' | 'app' | 'reader-app' | 'nobody';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; the text where it is none. */
  readonly body: unknown;
}

export interface Heard {
  /** `issues.opened`, or `push`. */
  readonly name: string;
  readonly payload: unknown;
}

export interface Forge {
  readonly github: GitHubInABox;
  readonly seed: Seed;
  /** Sends `METHOD /path` as somebody. */
  ask(who: Who, request: string, body?: unknown, accept?: string): Promise<Reply>;
  /** Webhooks since this was last asked, in the order in which they came. */
  heard(): Promise<readonly Heard[]>;
  /** A repository with pull request 1 (branch `feature` into `main`) and issue 2, both by Joan. */
  freshRepository(): Repository;
  close(): Promise<void>;
}

const EVENTS = [
  'check_run', 'check_suite', 'commit_comment', 'create', 'delete', 'issue_comment', 'issues', 'label', 'milestone',
  'pull_request', 'pull_request_review', 'pull_request_review_comment', 'pull_request_review_thread', 'push', 'repository_dispatch', 'status',
  'workflow_dispatch', 'workflow_run',
]; // prettier-ignore

const LINES = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const WORKFLOW = `name: Build
on:
  push:
  workflow_dispatch:
    inputs:
      fast: { description: Whether to hurry }
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: make test
  lint:
    runs-on: ubuntu-latest
    steps:
      - name: Lint
        run: make lint
`;

export const textOf = (lines: readonly string[]): string => lines.map((each) => `${each}\n`).join('');

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function jwt({ app }: GitHubInABox, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1000);
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iss: String(app.id), iat: seconds - 10, exp: seconds + 300 })}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(app.privateKey).toString('base64url')}`;
}

/** @param more events that the App listens to; what GitHub's description of some payloads does not know among them */
export async function openForge(more: readonly string[] = []): Promise<Forge> {
  let ears: Heard[] = [];
  const door = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const payload: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      const action: unknown = fieldOf(payload, 'action');
      const event = String(request.headers['x-github-event']);
      ears.push({ name: typeof action === 'string' ? `${event}.${action}` : event, payload });
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', () => resolve()));
  const address = door.address();
  const port = typeof address === 'object' ? address?.port : undefined;

  const github = await startGitHub({
    validate: 'strict',
    app: {
      events: [...EVENTS, ...more],
      webhookUrl: `http://127.0.0.1:${port}/`,
      permissions: {
        actions: 'write',
        administration: 'read',
        checks: 'write',
        contents: 'write',
        deployments: 'write',
        issues: 'write',
        metadata: 'read',
        pull_requests: 'write',
        statuses: 'write',
      },
    },
    installedOn: [ORG],
    seed(state, now) {
      const people = seedInto(state, now);
      for (const login of ['ada', 'grace', 'alan', 'joan', 'kay']) people.createUser(`${login}-example`);
      const members = { 'ada-example': 'admin', 'joan-example': 'member' } as const;
      people.createOrganization(ORG, { basePermission: 'read', members });
    },
  });
  // Nobody may ask ten times in a minute only.
  for (const resource of ['core', 'search'] as const) github.limits.set(resource, 100_000);
  const seed = seedThrough(github.box);

  const tokenFor = async (permissions?: Readonly<Record<string, string>>): Promise<string> => {
    const reply = await fetch(`${github.url}/app/installations/${github.app.installationId(ORG)}/access_tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${jwt(github, github.box.now())}`, 'user-agent': 'test' },
      body: JSON.stringify(permissions === undefined ? {} : { permissions }),
    });
    return String(fieldOf(await reply.json(), 'token'));
  };
  const apps = { app: await tokenFor(), 'reader-app': await tokenFor({ metadata: 'read' }) };
  const tokenOf = (who: Exclude<Who, 'nobody'>): string =>
    who === 'app' || who === 'reader-app' ? apps[who] : (github.tokens[`${who}-example`] ?? '');

  let made = 0;
  return {
    github,
    seed,
    async ask(who, request, body, accept = 'application/vnd.github+json') {
      const [method = 'GET', path = ''] = request.split(' ');
      const reply = await fetch(`${github.url}${path}`, {
        method,
        headers: {
          'user-agent': 'test',
          accept,
          ...(who === 'nobody' ? {} : { authorization: `Bearer ${tokenOf(who)}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await reply.text();
      const isJson = reply.headers.get('content-type')?.startsWith('application/json') ?? false;
      return { status: reply.status, headers: reply.headers, body: isJson ? JSON.parse(text) : text };
    },
    async heard() {
      await github.idle();
      const all = ears;
      ears = [];
      return all;
    },
    freshRepository() {
      made += 1;
      const fullName = `${ORG}/boat-${made}`;
      const collaborators = { 'grace-example': 'write', 'alan-example': 'triage' } as const;
      const files = { 'src/lines.txt': textOf(LINES), '.github/workflows/build.yml': WORKFLOW };
      seed.createRepository(fullName, { collaborators, files });
      const changed = LINES.map((each) => (each === 'two' ? 'zwei' : each));
      seed.commitFiles(
        fullName,
        'feature',
        { 'src/lines.txt': textOf(changed), 'src/new.txt': 'new\n' },
        'joan-example',
        'Change a line',
      );
      seed.openPull(fullName, 'joan-example', {
        title: 'Change a line',
        body: 'As discussed',
        head: 'feature',
        base: 'main',
      });
      const { state } = github;
      const repository = repositoryNamed(state, ORG, `boat-${made}`);
      const author = accountNamed(state, 'joan-example');
      if (repository === undefined || author === undefined) throw new Error('the seed has failed');
      addIssue(state, github.box.now(), repository, {
        title: 'It leaks',
        body: 'At the bow',
        authorId: author.id,
        appId: null,
      });
      return repository;
    },
    async close() {
      await github.close();
      await new Promise<void>((resolve) => {
        door.close(() => resolve());
        door.closeAllConnections();
      });
    },
  };
}

/** What stands in a body under names and indexes: `fieldOf(body, 'user', 'login')`. */
export function fieldOf(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at: unknown = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.entries(at).find(([name]) => name === String(key))?.[1];
  }
  return at;
}

/**
 * One request of a story: who, `METHOD /path` below the repository, the body, the status, and the webhooks it causes.
 * In the path and body `:last` is the id of what the last such request made, `:head` and `:main` are commits.
 */
export type Step = readonly [who: Who, request: string, body: unknown, status: number, webhooks: readonly string[]];

/** Between the webhooks of different subjects there is no order: here the repository's come first, then by number. */
export function byLane(all: readonly Heard[]): readonly Heard[] {
  const laneOf = ({ payload }: Heard): number =>
    Number(fieldOf(payload, 'pull_request', 'number') ?? fieldOf(payload, 'issue', 'number') ?? 0);
  return all.toSorted((one, other) => laneOf(one) - laneOf(other));
}

/** The last reply of a story, the webhooks that came with it, and what the box did against GitHub's description. */
export type Walked = Reply & { readonly told: readonly Heard[]; readonly violations: readonly unknown[] };

/** Carries out the steps in a repository of their own. */
export async function walk(
  forge: Forge,
  steps: readonly Step[],
  given?: (repository: Repository) => void,
): Promise<Walked> {
  const repository = forge.freshRepository();
  given?.(repository);
  await forge.heard();
  let last = '';
  let reply: Reply | undefined;
  let told: readonly Heard[] = [];
  for (const [who, request, body, status, webhooks] of steps) {
    const filled = (text: string): string =>
      text
        .replaceAll(':last', last)
        .replaceAll(':head', repository.issues.get(1)?.pull?.head.sha ?? '')
        .replaceAll(':main', repository.refs.get('refs/heads/main') ?? '');
    const [method, path = ''] = filled(request).split(' ');
    const target = path.startsWith('/search') ? path : `/repos/${ORG}/${repository.name}${path}`;
    const sent: unknown = body === undefined ? undefined : JSON.parse(filled(JSON.stringify(body)));
    reply = await forge.ask(who, `${method} ${target}`, sent);
    told = byLane(await forge.heard());
    const seen = { request, status: reply.status, webhooks: told.map(({ name }) => name) };
    if (seen.status !== status) expect({ ...seen, answer: reply.body }).toEqual({ request, status, webhooks });
    expect(seen).toEqual({ request, status, webhooks });
    const id = fieldOf(reply.body, 'id');
    if (method === 'POST' && typeof id === 'number') last = String(id);
  }
  if (reply === undefined) throw new Error('a story without a step');
  const violations = violationsOfTheBox(forge);
  expect(violations).toEqual([]);
  return { ...reply, told, violations };
}

/** What the box itself did against GitHub's description; mistakes in requests are what some stories are about. */
export const violationsOfTheBox = ({ github }: Forge): readonly unknown[] =>
  github.violations().filter(({ side }) => side !== 'request');
