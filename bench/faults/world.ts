/** A forge full of pull requests on which everything has been said already; what it tells of that waits to be delivered. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import * as z from 'zod/mini';
import { seedInto, seedThrough, startGitHub, type GitHubInABox, type State } from '../../local/github/index.ts';
import { addLabel, repositoryNamed, type PullRequest, type Repository } from '../../local/github/state.ts';

export type Webhook = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** `GUID` of the delivery; a redelivery repeats it. */
  readonly guid: string;
  /** The comment it tells of; undefined where it tells of something else. */
  readonly comment: number | undefined;
};

/** What somebody wrote, and what must come of it. */
export type Said = {
  readonly comment: number;
  readonly line: string;
  /** `changes` hangs on what came before it. */
  readonly expected: 'done' | 'refused' | 'changes';
  readonly label?: string;
  readonly answered: boolean;
};

export type Place = {
  readonly name: string;
  readonly repository: Repository;
  readonly pull: PullRequest;
  readonly merges: boolean;
  readonly said: readonly Said[];
  /** As the forge sends them: that it was opened comes first. */
  readonly webhooks: readonly Webhook[];
};

export type World = {
  readonly github: GitHubInABox;
  readonly places: readonly Place[];
  /** From now on, what the forge tells goes there. */
  listen(to: (place: Place, webhook: Webhook) => void): void;
  close(): Promise<void>;
};

export const OWNER = 'acme';
export const APPROVER = 'ada-example';
export const REVIEWER = 'grace-example';
export const AUTHOR = 'ben-example';

/** The first of them is merged. */
const PULLS_PER_REPOSITORY = 10;
const LABELS = Array.from({ length: 6 }, (_, index) => `area/part-${index}`);

type Line = Omit<Said, 'comment'> & { readonly by: string };

/** Labels, answers, refusals, and what hangs on order. */
const TALK: readonly Line[] = [
  ...LABELS.map((label): Line => ({ by: REVIEWER, line: `/label ${label}`, expected: 'done', label, answered: false })),
  ...['hold', 'lgtm', 'label', 'approve'].map((name): Line => ({
    by: AUTHOR,
    line: `/help ${name}`,
    expected: 'done',
    answered: true,
  })),
  { by: AUTHOR, line: '/lgtm', expected: 'refused', answered: true },
  { by: AUTHOR, line: '/approve cancel now', expected: 'refused', answered: true },
  { by: APPROVER, line: '/hold it is being tried', expected: 'done', answered: false },
  { by: APPROVER, line: '/unhold', expected: 'changes', answered: false },
  { by: APPROVER, line: '/hold once more', expected: 'done', answered: false },
  { by: APPROVER, line: '/unhold', expected: 'changes', answered: false },
  { by: AUTHOR, line: '/retitle turn back', expected: 'done', answered: false },
  { by: AUTHOR, line: '/retitle turn back slowly', expected: 'done', answered: false },
];
/** What ends in a merge, in whatever order. */
const MERGE: readonly Line[] = [
  { by: REVIEWER, line: '/lgtm', expected: 'changes', answered: false },
  { by: APPROVER, line: '/approve', expected: 'changes', answered: false },
  { by: AUTHOR, line: '/help hold', expected: 'done', answered: true },
];

const told = z.object({
  repository: z.object({ name: z.string() }),
  issue: z.optional(z.object({ number: z.number() })),
  pull_request: z.optional(z.object({ number: z.number() })),
  comment: z.optional(z.object({ id: z.number() })),
});
const made = z.object({ id: z.number() });

/** So many comments, or a few more: a pull request is never left half-told. */
export async function worldOf(comments: number, seed: number, now: () => Date): Promise<World> {
  const pulls = Math.min(PULLS_PER_REPOSITORY, 1 + Math.ceil(comments / TALK.length));
  const repositories = Math.max(1, Math.ceil(comments / ((pulls - 1) * TALK.length + MERGE.length)));
  const names = Array.from({ length: repositories }, (_, index) => `widgets-${index}`);
  const arrived = new Map<string, Webhook[]>();
  let heard = (key: string, webhook: Webhook): void => {
    arrived.set(key, [...(arrived.get(key) ?? []), webhook]);
  };
  const hook = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(202).end();
      const body = Buffer.concat(chunks).toString('utf8');
      const { repository, issue, pull_request: pull, comment } = told.parse(JSON.parse(body));
      const number = pull?.number ?? issue?.number;
      if (number === undefined) return;
      const guid = String(request.headers['x-github-delivery']);
      heard(`${repository.name}#${number}`, { headers: single(request.headers), body, guid, comment: comment?.id });
    });
  });
  hook.listen(0, '127.0.0.1');
  await once(hook, 'listening');
  const address = hook.address();
  if (address === null || typeof address === 'string') throw new Error('the hook has no port');
  const github = await startGitHub({
    now,
    randomSeed: seed,
    validate: 'off',
    seed: (state) => madeUp(state, names, now),
    app: {
      id: 1,
      owner: OWNER,
      events: ['issue_comment', 'pull_request'],
      webhookUrl: `http://127.0.0.1:${address.port}/`,
    },
  });
  for (const resource of ['core', 'search', 'graphql'] as const) github.limits.set(resource, 100_000_000);

  const tokens = github.tokens;
  const comment = async (name: string, number: number, { by, line }: Line): Promise<number> => {
    const response = await fetch(`${github.url}/repos/${OWNER}/${name}/issues/${number}/comments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens[by] ?? ''}`, 'user-agent': 'bowsprit-faults' },
      body: JSON.stringify({ body: line }),
    });
    if (!response.ok) throw new Error(`a comment was answered ${response.status}: ${await response.text()}`);
    return made.parse(await response.json()).id;
  };

  const drafts: Omit<Place, 'webhooks'>[] = [];
  for (const name of names) {
    const repository = repositoryNamed(github.state, OWNER, name);
    if (repository === undefined) throw new Error('a repository was not made');
    for (let index = 0; index < pulls; index += 1) {
      const merges = index === 0;
      const head = `change-${index}`;
      seedInto(github.state, now).commitFiles(
        `${OWNER}/${name}`,
        head,
        { [`src/part-${index}.ts`]: `export const turns = ${index};\n` },
        AUTHOR,
        `Change ${index}`,
      );
      const pull = seedThrough(github.box).openPull(`${OWNER}/${name}`, AUTHOR, {
        title: 'Turn',
        head,
        base: 'main',
      });
      const said: Said[] = [];
      for (const line of merges ? MERGE : TALK) {
        // In order, as people write.
        // oxlint-disable-next-line no-await-in-loop
        said.push({ ...line, comment: await comment(name, pull.number, line) });
      }
      drafts.push({ name: `github:${OWNER}/${name}#${pull.number}`, repository, pull, merges, said });
    }
  }
  await github.idle();
  const keyOf = ({ repository, pull }: Pick<Place, 'repository' | 'pull'>): string =>
    `${repository.name}#${pull.number}`;
  const places = drafts.map((draft): Place => ({ ...draft, webhooks: arrived.get(keyOf(draft)) ?? [] }));
  const byKey = new Map(places.map((place) => [keyOf(place), place]));
  return {
    github,
    places,
    listen(to) {
      heard = (key, webhook) => {
        const place = byKey.get(key);
        if (place !== undefined) to(place, webhook);
      };
    },
    async close() {
      await github.close();
      hook.close();
      hook.closeAllConnections();
    },
  };
}

function madeUp(state: State, names: readonly string[], now: () => Date): void {
  const seed = seedInto(state, now);
  for (const login of [APPROVER, REVIEWER, AUTHOR]) seed.createUser(login);
  seed.createOrganization(OWNER, { members: { [APPROVER]: 'admin', [REVIEWER]: 'member', [AUTHOR]: 'member' } });
  for (const name of names) {
    seed.createRepository(`${OWNER}/${name}`, {
      files: {
        'README.md': '# Widgets\n',
        OWNERS: `approvers:\n- ${APPROVER}\nreviewers:\n- ${REVIEWER}\n`,
      },
      collaborators: { [APPROVER]: 'maintain', [REVIEWER]: 'write', [AUTHOR]: 'write' },
    });
    const repository = repositoryNamed(state, OWNER, name);
    if (repository === undefined) throw new Error('a repository was not made');
    for (const label of LABELS) addLabel(state, repository, { name: label, color: 'ededed', description: 'A part' });
  }
}

function single(headers: IncomingHttpHeaders): Readonly<Record<string, string>> {
  const { host: _, connection: __, 'content-length': ___, ...kept } = headers;
  return Object.fromEntries(
    Object.entries(kept).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : [])),
  );
}
