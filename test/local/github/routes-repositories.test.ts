import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referee } from '../../../local/github/validate.ts';
import { ROUTES } from '../../../local/github/index.ts';
import { OPERATIONS } from '../../../local/github/schema/operations.ts';
import { fieldOf, type Forge, openForge, ORG, type Reply, violationsOfTheBox, type Who } from './forge.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
  forge.seed.createTeam(ORG, 'Crew', { members: ['joan-example'] });
});
afterAll(() => forge.close());

/** Who, request, body, status, and what must be found in the body: values by paths like `0.name`. */
type Step = readonly [
  who: Who,
  request: string,
  body: unknown,
  status: number,
  found?: Readonly<Record<string, unknown>>,
];

/** Carries the steps out and gives what the box did against GitHub's description. In requests and bodies `{repo}` is a fresh repository, `{head}` and `{main}` are its commits, the rest what requests that changed something answered. */
async function story(steps: readonly Step[], keep: Readonly<Record<string, string>> = {}): Promise<readonly unknown[]> {
  const repository = forge.freshRepository();
  await forge.heard();
  const kept = new Map<string, string>([
    ['repo', `/repos/${ORG}/${repository.name}`],
    ['name', repository.name],
    ['head', repository.refs.get('refs/heads/feature') ?? ''],
    ['main', repository.refs.get('refs/heads/main') ?? ''],
  ]);
  for (const [who, request, body, status, found = {}] of steps) {
    const filled = (text: string): string =>
      text.replaceAll(/\{([a-z]+)\}/g, (all, name: string) => kept.get(name) ?? all);
    const asked = filled(request);
    const reply = await forge.ask(
      who,
      asked,
      body === undefined ? undefined : JSON.parse(filled(JSON.stringify(body))),
    );
    const wrong = reply.status === status ? {} : { answer: fieldOf(reply.body, 'message') };
    expect({ asked, status: reply.status, ...wrong }).toEqual({ asked, status });
    for (const [path, value] of Object.entries(found)) {
      const seen = fieldOf(reply.body, ...path.split('.'));
      expect({ asked, [path]: seen }).toEqual({ asked, [path]: typeof value === 'string' ? filled(value) : value });
    }
    for (const [name, path] of Object.entries(keep)) {
      const value = fieldOf(reply.body, ...path.split('.'));
      const text = typeof value === 'number' ? String(value) : value;
      if (typeof text === 'string' && !asked.startsWith('GET')) kept.set(name, text);
    }
  }
  return violationsOfTheBox(forge);
}

const heardNames = async (): Promise<readonly string[]> => (await forge.heard()).map(({ name }) => name);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('every operation that the box may answer has a route, and no route is beyond the description', () => {
  const judge = referee();
  const ofApp = /^[A-Z]+ \/(?:app|apps|installation|rate_limit|meta|versions|user\/installations)|\/installation$/;
  expect(OPERATIONS.filter((each) => !ofApp.test(each) && ROUTES[each] === undefined)).toEqual([]);
  expect(Object.keys(ROUTES).filter((each) => !judge.knows(each))).toEqual([]);
});

describe('accounts', () => {
  test.each<[who: Who, request: string, body: unknown, status: number, found?: Readonly<Record<string, unknown>>]>([
    ['ada', 'GET /', undefined, 200],
    ['ada', 'GET /user', undefined, 200, { login: 'ada-example' }],
    ['app', 'GET /user', undefined, 403],
    ['nobody', 'GET /user', undefined, 401],
    ['nobody', 'GET /users/ADA-example', undefined, 200, { login: 'ada-example', type: 'User' }],
    ['nobody', 'GET /users/bowsprit[bot]', undefined, 200, { type: 'Bot' }],
    ['nobody', 'GET /users/nemo', undefined, 404],
    ['ada', 'GET /users/ada-example/orgs', undefined, 200, { '0.login': ORG }],
    ['ada', 'GET /user/repos', undefined, 200],
    ['ada', `GET /orgs/${ORG}`, undefined, 200, { login: ORG }],
    ['ada', `GET /orgs/${ORG}/repos?sort=full_name`, undefined, 200],
    ['ada', `GET /orgs/${ORG}/members`, undefined, 200, { '0.login': 'ada-example' }],
    ['grace', `GET /orgs/${ORG}/members`, undefined, 404],
    ['ada', `GET /orgs/${ORG}/members/joan-example`, undefined, 204],
    ['ada', `GET /orgs/${ORG}/members/grace-example`, undefined, 404],
    ['ada', `GET /orgs/${ORG}/memberships/joan-example`, undefined, 200, { role: 'member', state: 'active' }],
    ['ada', `GET /orgs/${ORG}/teams/crew`, undefined, 200, { name: 'Crew', members_count: 1 }],
    ['ada', `GET /orgs/${ORG}/teams/crew/members`, undefined, 200, { '0.login': 'joan-example' }],
    ['app', `GET /orgs/${ORG}/teams`, undefined, 403],
    ['joan', `PUT /orgs/${ORG}/memberships/grace-example`, {}, 403],
    ['joan', `PUT /orgs/${ORG}/teams/crew/memberships/grace-example`, {}, 403],
    ['ada', `GET /orgs/${ORG}/outside_collaborators`, undefined, 200],
  ])('%s: %s', async (who, request, body, status, found) => {
    expect(await story([[who, request, body, status, found ?? {}]])).toEqual([]);
  });

  test('teams: made, joined, given a repository, nested, dropped', async () => {
    const violations = await story([
      ['ada', `POST /orgs/${ORG}/teams`, { name: 'Deck Hands', privacy: 'closed' }, 201, { slug: 'deck-hands' }],
      ['ada', `POST /orgs/${ORG}/teams`, { name: 'deck hands' }, 422],
      [
        'ada',
        `PUT /orgs/${ORG}/teams/deck-hands/memberships/joan-example`,
        { role: 'member' },
        200,
        { role: 'member' },
      ],
      ['ada', `PUT /orgs/${ORG}/teams/deck-hands/repos/${ORG}/{name}`, { permission: 'maintain' }, 204],
      ['ada', 'GET {repo}/teams', undefined, 200, { '0.slug': 'deck-hands', '0.permission': 'maintain' }],
      [
        'ada',
        'GET {repo}/collaborators/joan-example/permission',
        undefined,
        200,
        { permission: 'write', role_name: 'maintain' },
      ],
      ['ada', `POST /orgs/${ORG}/teams`, { name: 'Riggers', parent_team_id: 0 }, 422],
      [
        'ada',
        `POST /orgs/${ORG}/teams`,
        { name: 'Riggers', parent_team_slug: 'deck-hands' },
        201,
        { 'parent.slug': 'deck-hands' },
      ],
      ['ada', `PUT /orgs/${ORG}/teams/riggers/memberships/alan-example`, undefined, 200],
      ['ada', `GET /orgs/${ORG}/teams/deck-hands/teams`, undefined, 200, { '0.slug': 'riggers' }],
      ['ada', 'GET {repo}/collaborators/alan-example/permission', undefined, 200, { role_name: 'maintain' }],
      ['ada', `DELETE /orgs/${ORG}/teams/deck-hands/memberships/joan-example`, undefined, 204],
      ['ada', 'GET {repo}/collaborators/joan-example/permission', undefined, 200, { role_name: 'read' }],
      ['ada', `PATCH /orgs/${ORG}/teams/deck-hands`, { name: 'Hands', description: 'all' }, 200, { slug: 'hands' }],
      ['ada', `GET /orgs/${ORG}/teams/hands/repos/${ORG}/{name}`, undefined, 204],
      ['ada', `DELETE /orgs/${ORG}/teams/hands/repos/${ORG}/{name}`, undefined, 204],
      ['ada', `GET /orgs/${ORG}/teams/hands/repos/${ORG}/{name}`, undefined, 404],
      ['ada', `DELETE /orgs/${ORG}/teams/hands`, undefined, 204],
      ['ada', `GET /orgs/${ORG}/teams/riggers`, undefined, 404],
      ['ada', `DELETE /orgs/${ORG}/memberships/alan-example`, undefined, 204],
    ]);
    expect(violations).toEqual([]);
  });
});

describe('repositories', () => {
  test.each<[title: string, steps: readonly Step[]]>([
    [
      'what everybody sees',
      [
        ['nobody', 'GET {repo}', undefined, 200, { name: '{name}', default_branch: 'main' }],
        ['grace', 'GET {repo}', undefined, 200, { 'permissions.push': true, 'permissions.admin': false }],
        ['nobody', 'GET /repos/nobody/nothing', undefined, 404],
      ],
    ],
    [
      'settings are for admins',
      [
        ['grace', 'PATCH {repo}', { has_wiki: false }, 403],
        ['app', 'PATCH {repo}', { has_wiki: false }, 403],
        ['nobody', 'PATCH {repo}', { has_wiki: false }, 401],
        [
          'ada',
          'PATCH {repo}',
          { allow_squash_merge: false, description: 'A boat' },
          200,
          { allow_squash_merge: false },
        ],
        ['ada', 'PATCH {repo}', { default_branch: 'nowhere' }, 422],
        ['ada', 'PUT {repo}/topics', { names: ['Sailing', 'sailing'] }, 200, { names: ['sailing'] }],
        ['nobody', 'GET {repo}/topics', undefined, 200, { names: ['sailing'] }],
      ],
    ],
    [
      'a private one is not there for strangers',
      [
        ['ada', 'PATCH {repo}', { private: true }, 200, { private: true, visibility: 'private' }],
        ['kay', 'GET {repo}', undefined, 404],
        ['nobody', 'GET {repo}/contents/src', undefined, 404],
        ['kay', 'PUT {repo}/contents/x', { message: 'x', content: '' }, 404],
        ['grace', 'GET {repo}', undefined, 200],
        ['joan', 'GET {repo}', undefined, 200],
        ['app', 'GET {repo}', undefined, 200],
        ['reader-app', 'GET {repo}/contents/src', undefined, 403],
      ],
    ],
    [
      'collaborators by exact and by folded role',
      [
        [
          'grace',
          'GET {repo}/collaborators/alan-example/permission',
          undefined,
          200,
          { permission: 'read', role_name: 'triage' },
        ],
        [
          'grace',
          'GET {repo}/collaborators/ada-example/permission',
          undefined,
          200,
          { permission: 'admin', role_name: 'admin' },
        ],
        [
          'grace',
          'GET {repo}/collaborators/kay-example/permission',
          undefined,
          200,
          { permission: 'read', role_name: 'read' },
        ],
        ['app', 'GET {repo}/collaborators/grace-example/permission', undefined, 200, { permission: 'write' }],
        ['kay', 'GET {repo}/collaborators/grace-example/permission', undefined, 403],
        ['grace', 'GET {repo}/collaborators/nemo/permission', undefined, 404],
        ['grace', 'GET {repo}/collaborators/kay-example', undefined, 404],
        ['grace', 'PUT {repo}/collaborators/kay-example', { permission: 'maintain' }, 403],
        ['ada', 'PUT {repo}/collaborators/kay-example', { permission: 'maintain' }, 201, { permissions: 'maintain' }],
        ['ada', 'PUT {repo}/collaborators/kay-example', { permission: 'pull' }, 204],
        ['ada', 'PUT {repo}/collaborators/kay-example', { permission: 'captain' }, 422],
        ['grace', 'GET {repo}/collaborators/kay-example', undefined, 204],
        ['grace', 'GET {repo}/collaborators?affiliation=outside', undefined, 200, { '0.login': 'grace-example' }],
        [
          'grace',
          'GET {repo}/collaborators?permission=admin',
          undefined,
          200,
          { '0.login': 'ada-example', '1': undefined },
        ],
        ['ada', 'DELETE {repo}/collaborators/kay-example', undefined, 204],
        ['grace', 'GET {repo}/assignees', undefined, 200, { '0.login': 'ada-example' }],
        ['grace', 'GET {repo}/assignees/kay-example', undefined, 404],
        ['grace', 'GET {repo}/assignees/alan-example', undefined, 204],
      ],
    ],
    [
      'made, renamed, deleted',
      [
        ['joan', `POST /orgs/${ORG}/repos`, { name: 'dinghy', auto_init: true, private: true }, 201, { private: true }],
        ['joan', `POST /orgs/${ORG}/repos`, { name: 'Dinghy' }, 422],
        ['ada', `GET /repos/${ORG}/dinghy/readme`, undefined, 200, { name: 'README.md' }],
        [
          'ada',
          `PATCH /repos/${ORG}/dinghy`,
          { name: 'tender', archived: true },
          200,
          { name: 'tender', archived: true },
        ],
        ['kay', `DELETE /repos/${ORG}/tender`, undefined, 404],
        ['ada', `DELETE /repos/${ORG}/tender`, undefined, 204],
        ['ada', `GET /repos/${ORG}/tender`, undefined, 404],
        ['kay', 'POST /user/repos', { name: 'raft' }, 201, { 'owner.login': 'kay-example' }],
        ['kay', 'GET /users/kay-example/repos', undefined, 200, { '0.name': 'raft' }],
        ['kay', `GET /repos/kay-example/raft/commits`, undefined, 409],
        ['kay', `PUT /repos/kay-example/raft/contents/a.txt`, { message: 'first', content: base64('a') }, 201],
        ['kay', `GET /repos/kay-example/raft/commits`, undefined, 200, { '0.commit.message': 'first' }],
      ],
    ],
    [
      'CODEOWNERS that name who is not there',
      [
        ['nobody', 'GET {repo}/codeowners/errors', undefined, 404],
        [
          'grace',
          'PUT {repo}/contents/.github%2FCODEOWNERS',
          { message: 'owners', content: base64('* @grace-example\n/docs @nemo\n') },
          201,
        ],
        [
          'nobody',
          'GET {repo}/codeowners/errors',
          undefined,
          200,
          { 'errors.0.line': 2, 'errors.0.kind': 'Unknown owner' },
        ],
      ],
    ],
    [
      'dispatched',
      [
        ['kay', 'POST {repo}/dispatches', { event_type: 'sail' }, 403],
        ['grace', 'POST {repo}/dispatches', { event_type: 'sail', client_payload: { to: 'port' } }, 204],
      ],
    ],
  ])('%s', async (_title, steps) => {
    expect(await story(steps)).toEqual([]);
  });

  test('a fork shares the objects, and a pull request comes from it', async () => {
    const violations = await story([
      ['kay', 'POST {repo}/forks', {}, 202, { fork: true, 'owner.login': 'kay-example', 'parent.name': '{name}' }],
      ['kay', 'GET {repo}/forks', undefined, 200, { '0.full_name': 'kay-example/{name}' }],
      ['kay', `GET /repos/kay-example/{name}/git/commits/{main}`, undefined, 200],
      [
        'kay',
        `PUT /repos/kay-example/{name}/contents/hull.txt`,
        { message: 'Hull', content: base64('oak\n'), branch: 'main' },
        201,
      ],
      [
        'kay',
        'GET {repo}/compare/main...kay-example:main',
        undefined,
        200,
        { status: 'ahead', 'files.0.filename': 'hull.txt' },
      ],
      [
        'kay',
        'POST {repo}/pulls',
        { title: 'Hull', head: 'kay-example:main', base: 'main' },
        201,
        { 'head.label': 'kay-example:main' },
      ],
    ]);
    expect(violations).toEqual([]);
    expect(await heardNames()).toContain('pull_request.opened');
  });
});

describe('an installation with some of the repositories', () => {
  test('reaches those alone', async () => {
    const [inside, outside] = [forge.freshRepository(), forge.freshRepository()];
    outside.private = true;
    forge.github.app.install(ORG, [inside.id]);
    try {
      expect((await forge.ask('app', `GET /repos/${ORG}/${inside.name}/contents/src`)).status).toBe(200);
      expect((await forge.ask('app', `GET /repos/${ORG}/${outside.name}`)).status).toBe(404);
      outside.private = false;
      const target = `PUT /repos/${ORG}/${outside.name}/contents/a`;
      expect((await forge.ask('app', target, { message: 'a', content: '' })).status).toBe(403);
    } finally {
      forge.github.app.install(ORG, 'all');
    }
  });
});

describe('workflows, by an App that may not write them', () => {
  test('come into a repository by no merge, unless a branch of it has them in the same words', async () => {
    const { name } = forge.freshRepository();
    const [here, path] = [`/repos/${ORG}/${name}`, '.github/workflows/more.yml'];
    const files = { [path]: 'on: push\n' };
    forge.seed.fork(`${ORG}/${name}`, 'kay-example');
    const sha = forge.seed.commitFiles(`kay-example/${name}`, 'theirs', files, 'kay-example', 'More');
    const { number } = forge.seed.openPull(`${ORG}/${name}`, 'kay-example', {
      title: 'More',
      head: 'kay-example:theirs',
      base: 'main',
    });
    const asked = (who: 'app' | 'grace') =>
      [
        [who, `POST ${here}/git/refs`, { ref: `refs/heads/${who}`, sha }],
        [who, `POST ${here}/merges`, { base: 'main', head: sha }],
        [who, `PUT ${here}/pulls/${number}/merge`, {}],
      ] as const;
    for (const [who, request, body] of asked('app')) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await forge.ask(who, request, body)).toMatchObject({
        status: 403,
        body: {
          message: `refusing to allow a GitHub App to create or update workflow \`${path}\` without \`workflows\` permission`,
        },
      });
    }
    forge.seed.commitFiles(`${ORG}/${name}`, 'ours', files, 'grace-example', 'More');
    expect((await forge.ask('app', `PUT ${here}/pulls/${number}/merge`, {})).status).toBe(200);
  });
});

describe('contents', () => {
  test.each<[title: string, steps: readonly Step[]]>([
    [
      'a file, a folder, what is not there',
      [
        ['nobody', 'GET {repo}/contents/src/lines.txt', undefined, 200, { encoding: 'base64', type: 'file', size: 49 }],
        ['nobody', 'GET {repo}/contents/src?ref=feature', undefined, 200, { '1.name': 'new.txt' }],
        ['nobody', 'GET {repo}/contents', undefined, 200, { '1.name': 'src', '1.type': 'dir' }],
        ['nobody', 'GET {repo}/contents/', undefined, 200, { '1.name': 'src' }],
        ['nobody', 'GET {repo}/contents/src/new.txt', undefined, 404],
        ['nobody', 'GET {repo}/contents/src?ref=nowhere', undefined, 404],
        ['nobody', 'GET {repo}/contents/src/new.txt?ref={head}', undefined, 200],
        ['nobody', 'GET {repo}/readme', undefined, 404],
      ],
    ],
    [
      'written one commit at a time',
      [
        ['kay', 'PUT {repo}/contents/a.txt', { message: 'a', content: base64('1') }, 403],
        [
          'grace',
          'PUT {repo}/contents/a.txt',
          { message: 'a', content: base64('1') },
          201,
          { 'content.path': 'a.txt' },
        ],
        ['grace', 'PUT {repo}/contents/a.txt', { message: 'a', content: base64('2') }, 422],
        ['grace', 'PUT {repo}/contents/a.txt', { message: 'a', content: base64('2'), sha: '{main}' }, 409],
        ['grace', 'PUT {repo}/contents/a.txt', { message: 'a', content: base64('2'), sha: '{sha}' }, 200],
        ['grace', 'PUT {repo}/contents/b.txt', { message: 'b', content: '', branch: 'nowhere' }, 404],
        ['grace', 'PUT {repo}/contents/..%2Fb.txt', { message: 'b', content: '' }, 422],
        ['grace', 'DELETE {repo}/contents/a.txt', { message: 'no a', sha: '{sha}' }, 200, { content: null }],
        ['grace', 'GET {repo}/contents/a.txt', undefined, 404],
        [
          'nobody',
          'GET {repo}/commits?path=a.txt',
          undefined,
          200,
          { '0.commit.message': 'no a', '2.commit.message': 'a' },
        ],
        [
          'nobody',
          'GET {repo}/commits?author=grace-example&per_page=1',
          undefined,
          200,
          { '0.author.login': 'grace-example' },
        ],
      ],
    ],
    [
      'workflows need a permission of their own',
      [
        ['app', 'PUT {repo}/contents/.github/workflows/x.yml', { message: 'x', content: '' }, 403],
        [
          'app',
          'PUT {repo}/contents/x.yml',
          { message: 'x', content: '' },
          201,
          { 'commit.author.name': 'bowsprit[bot]' },
        ],
      ],
    ],
  ])('%s', async (_title, steps) => {
    expect(await story(steps, { sha: 'content.sha' })).toEqual([]);
  });

  test('in other shapes by media type, and without content beyond a megabyte', async () => {
    const { name } = forge.freshRepository();
    forge.seed.commitFiles(
      `${ORG}/${name}`,
      'main',
      {
        large: 'x'.repeat(1024 * 1024 + 1),
        link: { mode: '120000', text: 'src/lines.txt' },
        bad: { mode: '120000', text: 'no' },
      },
      'ada-example',
      'More',
    );
    const read = (path: string, media: string): Promise<Reply> =>
      forge.ask('ada', `GET /repos/${ORG}/${name}/${path}`, undefined, `application/vnd.github.${media}`);
    expect((await read('contents/src/lines.txt', 'raw+json')).body).toBe(
      'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n',
    );
    expect(fieldOf((await read('contents/src', 'object+json')).body, 'entries', 0, 'name')).toBe('lines.txt');
    expect((await read('contents/large', 'json')).body).toMatchObject({ content: '', encoding: 'none' });
    expect((await read('contents/link', 'json')).body).toMatchObject({ type: 'file', size: 49 });
    expect((await read('contents/bad', 'json')).body).toMatchObject({ type: 'symlink', target: 'no' });
    expect((await read('commits/main', 'sha')).body).toMatch(/^[0-9a-f]{40}$/);
    expect((await read('commits/feature', 'diff')).body).toContain('-two\n+zwei\n');
    expect((await read('compare/main...feature', 'diff')).body).toContain('+++ b/src/new.txt');
  });
});

/** Files of a tree as the API takes them. */
const file = (path: string, content: string | null) => ({
  path,
  mode: '100644',
  type: 'blob',
  ...(content === null ? { sha: null } : { content }),
});

describe('git', () => {
  test('blob, tree, commit, ref: a push by hand moves the pull request', async () => {
    const violations = await story(
      [
        ['kay', 'POST {repo}/git/blobs', { content: 'by hand\n' }, 403],
        [
          'grace',
          'POST {repo}/git/blobs',
          { content: 'by hand\n' },
          201,
          { sha: '304919f768ce7888a297d82098c4ab7c8dfbd434' },
        ],
        ['nobody', 'GET {repo}/git/blobs/{sha}', undefined, 200, { content: 'YnkgaGFuZAo=\n', size: 8 }],
        [
          'grace',
          'POST {repo}/git/trees',
          { base_tree: '{head}', tree: [file('a/hand.txt', 'x'), file('src/new.txt', null)] },
          201,
        ],
        ['nobody', 'GET {repo}/git/trees/{sha}?recursive=1', undefined, 200, { truncated: false, 'tree.3.path': 'a' }],
        ['grace', 'POST {repo}/git/commits', { message: 'By hand', tree: '{sha}', parents: ['{head}'] }, 201],
        [
          'nobody',
          'GET {repo}/git/commits/{sha}',
          undefined,
          200,
          { message: 'By hand', 'author.name': 'grace-example' },
        ],
        ['nobody', 'GET {repo}/commits/{sha}', undefined, 200, { 'stats.total': 2, 'files.0.status': 'added' }],
        ['kay', 'PATCH {repo}/git/refs/heads/feature', { sha: '{sha}' }, 403],
        ['grace', 'PATCH {repo}/git/refs/heads/feature', { sha: '{main}' }, 422],
        ['grace', 'PATCH {repo}/git/refs/heads/feature', { sha: '{sha}' }, 200, { 'object.sha': '{sha}' }],
        ['nobody', 'GET {repo}/git/ref/heads/feature', undefined, 200, { ref: 'refs/heads/feature' }],
        ['nobody', 'GET {repo}/git/ref/pull/1/head', undefined, 200, { 'object.sha': '{sha}' }],
        ['nobody', 'GET {repo}/pulls/1', undefined, 200, { 'head.sha': '{sha}', commits: 2 }],
        ['grace', 'PATCH {repo}/git/refs/heads/feature', { sha: '{head}', force: true }, 200],
        ['nobody', 'GET {repo}/pulls/1', undefined, 200, { 'head.sha': '{head}', commits: 1 }],
      ],
      { sha: 'sha' },
    );
    expect(violations).toEqual([]);
    const told = await forge.heard();
    expect(told.map(({ name }) => name).slice(-4)).toEqual([
      'push',
      'pull_request.synchronize',
      'push',
      'pull_request.synchronize',
    ]);
    const [push, synchronize] = told.slice(-2).map(({ payload }) => payload);
    expect(fieldOf(push, 'forced')).toBe(true);
    expect(fieldOf(synchronize, 'after')).toBe(fieldOf(push, 'after'));
    expect(fieldOf(synchronize, 'before')).toBe(fieldOf(push, 'before'));
  });

  test.each<[title: string, webhooks: readonly string[], steps: readonly Step[]]>([
    [
      'refs are made, found and deleted',
      ['create', 'push', 'create', 'push', 'delete', 'push'],
      [
        ['grace', 'POST {repo}/git/refs', { ref: 'refs/heads/next', sha: '{main}' }, 201],
        ['grace', 'POST {repo}/git/refs', { ref: 'refs/heads/next', sha: '{main}' }, 422],
        ['grace', 'POST {repo}/git/refs', { ref: 'next', sha: '{main}' }, 422],
        ['grace', 'POST {repo}/git/refs', { ref: 'refs/heads/a..b', sha: '{main}' }, 422],
        [
          'grace',
          'POST {repo}/git/refs',
          { ref: 'refs/heads/other', sha: '0000000000000000000000000000000000000001' },
          422,
        ],
        ['grace', 'POST {repo}/git/refs', { ref: 'refs/tags/v1', sha: '{main}' }, 201],
        ['nobody', 'GET {repo}/tags', undefined, 200, { '0.name': 'v1', '0.commit.sha': '{main}' }],
        [
          'nobody',
          'GET {repo}/git/matching-refs/heads/ne',
          undefined,
          200,
          { '0.ref': 'refs/heads/next', '1': undefined },
        ],
        ['nobody', 'GET {repo}/git/ref/heads/ne', undefined, 404],
        ['grace', 'DELETE {repo}/git/refs/heads/next', undefined, 204],
        ['grace', 'DELETE {repo}/git/refs/heads/next', undefined, 422],
        ['grace', 'DELETE {repo}/git/refs/heads/main', undefined, 422],
      ],
    ],
    [
      'an annotated tag is followed to its commit',
      ['create', 'push'],
      [
        [
          'grace',
          'POST {repo}/git/tags',
          { tag: 'v2', message: 'Two', object: '{main}', type: 'commit' },
          201,
          { tag: 'v2' },
        ],
        ['nobody', 'GET {repo}/git/tags/{sha}', undefined, 200, { message: 'Two' }],
        ['grace', 'POST {repo}/git/refs', { ref: 'refs/tags/v2', sha: '{sha}' }, 201, { 'object.type': 'tag' }],
        ['nobody', 'GET {repo}/contents/src?ref=v2', undefined, 200],
        ['nobody', 'GET {repo}/commits/v2', undefined, 200, { sha: '{main}' }],
      ],
    ],
    [
      'a deleted head closes the pull request',
      ['delete', 'push', 'pull_request.closed'],
      [
        ['grace', 'DELETE {repo}/git/refs/heads/feature', undefined, 204],
        ['nobody', 'GET {repo}/pulls/1', undefined, 200, { state: 'closed', merged: false }],
      ],
    ],
    [
      'a base that is pushed what the head has merges it',
      ['push', 'pull_request.closed'],
      [
        ['grace', 'PATCH {repo}/git/refs/heads/main', { sha: '{head}' }, 200],
        ['nobody', 'GET {repo}/pulls/1', undefined, 200, { state: 'closed', merged: true, merge_commit_sha: '{head}' }],
        ['nobody', 'GET {repo}/commits/{head}/pulls', undefined, 200, { '0.number': 1 }],
      ],
    ],
    [
      'branches merge without a pull request',
      ['push', 'create', 'push', 'pull_request.closed', 'push'],
      [
        ['grace', 'PUT {repo}/contents/m.txt', { message: 'm', content: '' }, 201],
        ['grace', 'POST {repo}/git/refs', { ref: 'refs/heads/side', sha: '{main}' }, 201],
        [
          'grace',
          'POST {repo}/merges',
          { base: 'main', head: 'feature' },
          201,
          { 'commit.message': 'Merge feature into main' },
        ],
        ['grace', 'POST {repo}/merges', { base: 'main', head: 'side' }, 204],
        ['grace', 'POST {repo}/merges', { base: 'nowhere', head: 'side' }, 404],
        [
          'nobody',
          'GET {repo}/compare/side...main',
          undefined,
          200,
          { status: 'ahead', ahead_by: 3, 'files.0.filename': 'm.txt' },
        ],
        ['nobody', 'GET {repo}/compare/main...side', undefined, 200, { status: 'behind', behind_by: 3 }],
        ['nobody', 'GET {repo}/compare/main...main', undefined, 200, { status: 'identical' }],
        ['nobody', 'GET {repo}/compare/main...nowhere', undefined, 404],
      ],
    ],
    [
      'commits are listed and commented on',
      ['commit_comment.created'],
      [
        ['nobody', 'GET {repo}/commits?sha=feature', undefined, 200, { '0.sha': '{head}', '1.sha': '{main}' }],
        ['nobody', 'GET {repo}/commits?sha=nowhere', undefined, 404],
        ['nobody', 'GET {repo}/commits/nowhere', undefined, 422],
        ['nobody', 'POST {repo}/commits/{head}/comments', { body: 'Why?' }, 401],
        ['kay', 'POST {repo}/commits/{head}/comments', { body: 'Why?' }, 201, { body: 'Why?', commit_id: '{head}' }],
        ['nobody', 'GET {repo}/commits/{head}/comments', undefined, 200, { '0.body': 'Why?' }],
      ],
    ],
  ])('%s', async (_title, webhooks, steps) => {
    expect(await story(steps, { sha: 'sha' })).toEqual([]);
    // Pull requests and their repository do not wait for each other.
    expect((await heardNames()).toSorted()).toEqual(webhooks.toSorted());
  });

  test('a large tree is cut and says so', async () => {
    const { name } = forge.freshRepository();
    const files = Object.fromEntries(
      Array.from({ length: 40_000 }, (_, index) => [`d${index % 100}/${'x'.repeat(60)}${index}`, '']),
    );
    forge.seed.commitFiles(`${ORG}/${name}`, 'main', files, 'ada-example', 'Many');
    const { body } = await forge.ask('ada', `GET /repos/${ORG}/${name}/git/trees/main?recursive=1`);
    expect(fieldOf(body, 'truncated')).toBe(true);
  });
});

const REVIEWED = { required_approving_review_count: 1 };
const CHECKED = { strict: true, contexts: ['build'] };
const protection = (checks: unknown, reviews: unknown, admins = false) => ({
  required_status_checks: checks,
  required_pull_request_reviews: reviews,
  enforce_admins: admins,
  restrictions: null,
});

describe('branches', () => {
  test.each<[title: string, steps: readonly Step[]]>([
    [
      'are listed, shown and renamed',
      [
        [
          'nobody',
          'GET {repo}/branches',
          undefined,
          200,
          { '0.name': 'feature', '1.name': 'main', '1.protected': false },
        ],
        ['nobody', 'GET {repo}/branches/feature', undefined, 200, { 'commit.sha': '{head}' }],
        ['nobody', 'GET {repo}/branches/nowhere', undefined, 404],
        [
          'nobody',
          'GET {repo}/activity?ref=refs/heads/feature&per_page=1',
          undefined,
          200,
          { '0.after': '{head}', '0.ref': 'refs/heads/feature', '1': undefined },
        ],
        ['grace', 'POST {repo}/branches/feature/rename', { new_name: 'feat/x' }, 201, { name: 'feat/x' }],
        [
          'nobody',
          'GET {repo}/activity',
          undefined,
          200,
          {
            '0.ref': 'refs/heads/feature',
            '0.activity_type': 'branch_deletion',
            '1.activity_type': 'branch_creation',
            '1.after': '{head}',
            '1.actor.login': 'grace-example',
          },
        ],
        ['nobody', 'GET {repo}/branches/feat/x', undefined, 200, { name: 'feat/x' }],
        ['nobody', 'GET {repo}/pulls/1', undefined, 200, { 'head.ref': 'feat/x', state: 'open' }],
      ],
    ],
    [
      'classic protection',
      [
        ['grace', 'GET {repo}/branches/main/protection', undefined, 403],
        ['ada', 'GET {repo}/branches/main/protection', undefined, 404],
        ['grace', 'PUT {repo}/branches/main/protection', protection(null, null), 403],
        [
          'ada',
          'PUT {repo}/branches/main/protection',
          protection(CHECKED, REVIEWED),
          200,
          { 'required_status_checks.strict': true },
        ],
        [
          'app',
          'GET {repo}/branches/main/protection',
          undefined,
          200,
          { 'required_pull_request_reviews.required_approving_review_count': 1 },
        ],
        [
          'ada',
          'GET {repo}/branches/main/protection/required_status_checks',
          undefined,
          200,
          { 'contexts.0': 'build' },
        ],
        [
          'ada',
          'GET {repo}/branches/main/protection/required_status_checks/contexts',
          undefined,
          200,
          { '0': 'build' },
        ],
        [
          'ada',
          'PATCH {repo}/branches/main/protection/required_status_checks',
          { strict: false },
          200,
          { strict: false, 'contexts.0': 'build' },
        ],
        [
          'ada',
          'PATCH {repo}/branches/main/protection/required_pull_request_reviews',
          { require_code_owner_reviews: true },
          200,
          { required_approving_review_count: 1 },
        ],
        ['nobody', 'GET {repo}/branches/main', undefined, 200, { protected: true, 'protection.enabled': true }],
        ['nobody', 'GET {repo}/branches?protected=true', undefined, 200, { '0.name': 'main', '1': undefined }],
        ['nobody', 'GET {repo}/pulls/1', undefined, 200, { mergeable: true, mergeable_state: 'blocked' }],
        ['grace', 'PUT {repo}/contents/a.txt', { message: 'a', content: '' }, 409],
        ['app', 'PUT {repo}/contents/a.txt', { message: 'a', content: '' }, 409],
        ['grace', 'PATCH {repo}/git/refs/heads/main', { sha: '{head}' }, 422],
        ['ada', 'PUT {repo}/contents/a.txt', { message: 'a', content: '' }, 201],
        ['ada', 'PUT {repo}/branches/main/protection', protection(null, REVIEWED, true), 200],
        ['ada', 'PUT {repo}/contents/b.txt', { message: 'b', content: '' }, 409],
        ['ada', 'GET {repo}/branches/main/protection/required_status_checks', undefined, 404],
        ['ada', 'DELETE {repo}/branches/main/protection/required_status_checks', undefined, 204],
        ['ada', 'DELETE {repo}/branches/main/protection/required_pull_request_reviews', undefined, 204],
        ['ada', 'GET {repo}/branches/main/protection/required_pull_request_reviews', undefined, 404],
        ['ada', 'PUT {repo}/contents/b.txt', { message: 'b', content: '' }, 201],
        ['ada', 'DELETE {repo}/branches/main/protection', undefined, 204],
        ['ada', 'GET {repo}/branches/main/protection', undefined, 404],
      ],
    ],
    [
      'rulesets',
      [
        ['grace', 'POST {repo}/rulesets', { name: 'R', enforcement: 'active' }, 403],
        [
          'ada',
          'POST {repo}/rulesets',
          {
            name: 'Main',
            target: 'branch',
            enforcement: 'active',
            conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
            rules: [
              { type: 'non_fast_forward' },
              {
                type: 'required_status_checks',
                parameters: {
                  strict_required_status_checks_policy: false,
                  required_status_checks: [{ context: 'test' }],
                },
              },
            ],
          },
          201,
          { name: 'Main', source_type: 'Repository' },
        ],
        ['nobody', 'GET {repo}/rulesets', undefined, 200, { '0.name': 'Main', '0.rules': undefined }],
        ['nobody', 'GET {repo}/rulesets/{id}', undefined, 200, { 'rules.0.type': 'non_fast_forward' }],
        ['nobody', 'GET {repo}/rules/branches/main', undefined, 200, { '1.type': 'required_status_checks' }],
        ['nobody', 'GET {repo}/rules/branches/feature', undefined, 200, { '0': undefined }],
        ['nobody', 'GET {repo}/pulls/1', undefined, 200, { mergeable_state: 'blocked' }],
        ['ada', 'PUT {repo}/rulesets/{id}', { enforcement: 'disabled' }, 200, { enforcement: 'disabled' }],
        ['nobody', 'GET {repo}/pulls/1', undefined, 200, { mergeable_state: 'clean' }],
        ['ada', 'DELETE {repo}/rulesets/{id}', undefined, 204],
        ['ada', 'GET {repo}/rulesets/{id}', undefined, 404],
      ],
    ],
  ])('%s', async (_title, steps) => {
    expect(await story(steps, { id: 'id' })).toEqual([]);
  });
});
