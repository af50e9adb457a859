/** Jenkins as an engine, against a server that speaks its REST API. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startJenkins, type JenkinsInABox, type JenkinsOptions } from '../../local/jenkins/index.ts';
import { startNamed } from '../../local/jenkins/named.ts';
import { Refusal, Retryable } from '../../shared/errors.ts';
import type { Engine, RunRef } from '../../shared/pipelines/engine.ts';
import { guardedClient } from '../../shared/pipelines/guarded-client.ts';
import { jenkinsEngine } from '../../shared/pipelines/jenkins.ts';
import { HEAD } from '../support/given.ts';
import { KEY, requestOf } from '../support/jobs.ts';

const PARAMETERS = ['BOWSPRIT_KEY', 'PULL_PULL_SHA', 'DEPTH'];
const JOBS = [
  { name: 'unit', parameters: PARAMETERS },
  { name: 'team/unit', parameters: PARAMETERS },
  { name: 'team/with blank & more', parameters: PARAMETERS },
  { name: 'team/off', parameters: PARAMETERS, disabled: true as const },
  { name: 'team/plain', parameters: [] },
  { name: 'secret/release', parameters: PARAMETERS },
];
const closing: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(closing.splice(0).map((close) => close())));

type Set = Parameters<typeof jenkinsEngine>[0]['servers'][number];

async function given(
  options: Partial<JenkinsOptions> = {},
  more: Partial<Set> = {},
): Promise<{ readonly jenkins: JenkinsInABox; readonly engine: Engine }> {
  const jenkins = await startJenkins({ jobs: JOBS, ...options });
  closing.push(() => jenkins.close());
  const { url, user, token } = jenkins;
  const server = {
    name: 'main',
    url: `${url}/`,
    user,
    secret: 'bowsprit/jenkins',
    jobs: ['unit', 'team/*', 'gone'],
    ...more,
  };
  const engine = jenkinsEngine({
    servers: [server],
    ask: guardedClient({ hosts: [], loopback: true }),
    token: async (name) => (name === 'bowsprit/jenkins' ? token : ''),
  });
  return { jenkins, engine };
}

const ref = (run: string): RunRef => ({ ...requestOf(), run });

test.each<[title: string, options: Partial<JenkinsOptions>]>([
  ['an API token', {}],
  ['an API token and a crumb', { crumbs: true }],
])('a build is started with its parameters, by %s', async (_, options) => {
  const { jenkins, engine } = await given(options);
  const run = await engine.start(requestOf({ parameters: { DEPTH: '1 & 2=3', OTHER: 'dropped' } }));
  expect(run).toEqual({ id: '101', state: 'queued', url: `${jenkins.url}/job/team/job/unit/` });
  jenkins.begin();
  expect(jenkins.builds()).toMatchObject([
    { job: 'team/unit', parameters: { BOWSPRIT_KEY: KEY, PULL_PULL_SHA: HEAD, DEPTH: '1 & 2=3' } },
  ]);
});

test('a build is followed from the queue to its end', async () => {
  const { jenkins, engine } = await given();
  const { id } = await engine.start(requestOf());
  expect(await engine.state(ref(id))).toMatchObject({ id, state: 'queued' });
  jenkins.begin();
  expect(await engine.state(ref(id))).toEqual({ id, state: 'running', url: `${jenkins.url}/job/team/job/unit/1/` });
  jenkins.finish(1, 'SUCCESS');
  jenkins.forgetQueue();
  expect(await engine.state(ref(id))).toMatchObject({ id, state: 'success' });
});

test.each<[result: Parameters<JenkinsInABox['finish']>[1], state: string]>([
  ['SUCCESS', 'success'],
  ['UNSTABLE', 'failure'],
  ['FAILURE', 'failure'],
  ['NOT_BUILT', 'error'],
  ['ABORTED', 'cancelled'],
])('%s is %s', async (result, state) => {
  const { jenkins, engine } = await given({ executors: true });
  const { id } = await engine.start(requestOf());
  jenkins.finish(1, result);
  expect(await engine.state(ref(id))).toMatchObject({ state });
});

test('what was started is found by its key, in the queue and as a build, and nothing else is', async () => {
  const { jenkins, engine } = await given();
  expect(await engine.find(requestOf())).toBeUndefined();
  await engine.start(requestOf({ key: KEY.replace('pr12', 'pr13') }));
  expect(await engine.find(requestOf())).toBeUndefined();
  const { id } = await engine.start(requestOf());
  expect(await engine.find(requestOf())).toMatchObject({ id, state: 'queued' });
  jenkins.begin();
  jenkins.begin();
  expect(await engine.find(requestOf())).toMatchObject({ id, state: 'running' });
  expect(await engine.find(requestOf({ target: 'unit' }))).toBeUndefined();
});

test('what somebody builds again by hand, with the same parameters, is not what was started', async () => {
  const { jenkins, engine } = await given();
  const { id } = await engine.start(requestOf());
  jenkins.begin();
  const { id: another } = await engine.start(requestOf());
  jenkins.begin();
  jenkins.finish(2, 'SUCCESS');
  expect(another).not.toBe(id);
  expect(await engine.state(ref(id))).toMatchObject({ id, state: 'running' });
  expect(await engine.find(requestOf())).toMatchObject({ id, state: 'running' });
  expect(await engine.cancel(ref(id))).toBe('cancelled');
  expect(jenkins.builds()).toMatchObject([{ result: 'ABORTED' }, { result: 'SUCCESS' }]);
});

test('a job without the parameter is followed by its place in the queue', async () => {
  const { jenkins, engine } = await given({ jobs: [{ name: 'team/unit', parameters: ['PULL_PULL_SHA'] }] });
  const { id } = await engine.start(requestOf());
  jenkins.begin();
  expect(await engine.state(ref(id))).toMatchObject({ id, state: 'running' });
});

test('what waits is taken out of the queue, what builds is stopped, what is over stays', async () => {
  const { jenkins, engine } = await given();
  const { id } = await engine.start(requestOf());
  expect(await engine.cancel(ref(id))).toBe('cancelled');
  expect(jenkins.queued()).toEqual([]);
  expect(await engine.state(ref(id))).toMatchObject({ state: 'cancelled' });
  expect(await engine.cancel(ref(id))).toBe('over');
  const again = await engine.start(requestOf());
  jenkins.begin();
  expect(await engine.cancel(ref(again.id))).toBe('cancelled');
  expect(jenkins.builds()).toMatchObject([{ result: 'ABORTED' }]);
  expect(await engine.cancel(ref(again.id))).toBe('over');
});

test('a build that was thrown away is an error', async () => {
  const { engine } = await given();
  expect(await engine.state(ref('7'))).toMatchObject({ state: 'error' });
});

describe('what is not started', () => {
  test.each<[title: string, target: string, says: RegExp]>([
    ['a job that the deployment does not name', 'secret/release', /not among the jobs/],
    ['a job outside of the folder', 'team/../secret/release', /not among the jobs/],
    ['one by its address', 'team/./unit', /not among the jobs/],
    ['a folder without a name', 'team//unit', /not among the jobs/],
    ['one on a server that is not there', 'other:team/unit', /no Jenkins/],
    ['a job that Jenkins does not have', 'gone', /has no job/],
    ['a job that is switched off', 'team/off', /switched off/],
    ['a job without parameters', 'team/plain', /parameterized/],
  ])('%s', async (_, target, says) => {
    const { jenkins, engine } = await given();
    const error = await engine.start(requestOf({ target })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Refusal);
    expect(String(error)).toMatch(says);
    expect(jenkins.queued()).toEqual([]);
  });

  test('a name in need of quoting leads to no other place', async () => {
    const { jenkins, engine } = await given();
    await engine.start(requestOf({ target: 'main:team/with blank & more' }));
    expect(jenkins.begin().job).toBe('team/with blank & more');
    await expect(engine.start(requestOf({ target: 'team/unit?delay=0&token=x' }))).rejects.toThrow(/has no job/);
  });

  test('a job of others', async () => {
    const { engine } = await given({}, { repositories: ['acme/gears', 'other/*'] });
    await expect(engine.start(requestOf())).rejects.toThrow(/not open to this repository/);
    const own = await given({}, { repositories: ['Acme/*'] });
    expect(await own.engine.start(requestOf())).toMatchObject({ state: 'queued' });
  });

  test('anything, by a token that Jenkins does not know', async () => {
    const { jenkins, engine } = await given({}, { user: 'somebody' });
    await expect(engine.start(requestOf())).rejects.toBeInstanceOf(Refusal);
    expect(jenkins.queued()).toEqual([]);
  });
});

describe('a Jenkins in bad weather', () => {
  test.each<[title: string, fault: Parameters<JenkinsInABox['fail']>[0]]>([
    ['breaks off', (_, response) => response.socket?.destroy() !== undefined],
    ['answers 500', (_, response) => response.writeHead(500).end() !== undefined],
    ['answers 503', (_, response) => response.writeHead(503).end() !== undefined],
  ])('one that %s is asked again later', async (_, fault) => {
    const { jenkins, engine } = await given();
    jenkins.fail(fault);
    await expect(engine.start(requestOf())).rejects.toBeInstanceOf(Retryable);
    await expect(engine.find(requestOf())).rejects.toBeInstanceOf(Retryable);
    await expect(engine.state(ref('1'))).rejects.toBeInstanceOf(Retryable);
    // A start is not repeated blindly.
    expect(jenkins.asked().filter((each) => each.includes('buildWithParameters'))).toHaveLength(1);
  });

  test('what was taken before the line broke is found and not started twice', async () => {
    const { jenkins, engine } = await given();
    let first = true;
    jenkins.fail((request, response) => {
      if (!first || request.url?.includes('buildWithParameters') !== true) return false;
      first = false;
      response.on('finish', () => response.socket?.destroy());
      response.writeHead = () => {
        response.socket?.destroy();
        return response;
      };
      return false;
    });
    await expect(engine.start(requestOf())).rejects.toBeInstanceOf(Retryable);
    expect(await engine.find(requestOf())).toMatchObject({ id: '101' });
    expect(jenkins.queued()).toHaveLength(1);
  });

  test.each<[title: string, body: string | Buffer]>([
    ['10 MB', Buffer.alloc(10 * 1024 * 1024, '[')],
    ['HTML', '<html>'],
    ['other JSON', '{"items":7,"builds":"none"}'],
  ])('%s in place of an answer say nothing', async (_, body) => {
    const { jenkins, engine } = await given();
    jenkins.fail((__, response) => response.writeHead(200).end(body) !== undefined);
    await expect(engine.find(requestOf())).rejects.toBeInstanceOf(Retryable);
    await expect(engine.state(ref('1'))).rejects.toBeInstanceOf(Retryable);
  });

  test('a redirection is not followed', async () => {
    const { jenkins, engine } = await given();
    jenkins.fail((_, response) => response.writeHead(302, { location: 'http://169.254.169.254/' }).end() !== undefined);
    await expect(engine.find(requestOf())).rejects.toBeInstanceOf(Refusal);
    await expect(engine.start(requestOf())).rejects.toBeInstanceOf(Refusal);
  });
});

const named = (url: string) => ({ name: 'main', url, user: 'ada-example', secret: 'bowsprit/jenkins', jobs: ['*'] });

async function freePort(): Promise<number> {
  const other = await startJenkins({ jobs: [] });
  await other.close();
  return Number(new URL(other.url).port);
}

describe('the server of this machine that settings name', () => {
  test('is made up: it has any job, whose builds end by themselves', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const made = await startNamed([named(url)], {}, { buildMs: 1 });
    closing.push(() => made.close());
    expect(made.urls).toEqual([url]);
    const engine = jenkinsEngine({
      servers: [named(url)],
      ask: guardedClient({ hosts: [], loopback: true }),
      token: async (name) => made.secrets[name] ?? '',
    });
    const ended = async (target: string): Promise<string | undefined> => {
      const { id } = await engine.start(requestOf({ target, key: `${KEY}${target}` }));
      const one = { ...ref(id), target, key: `${KEY}${target}` };
      return vi.waitFor(async () => {
        const state = (await engine.state(one))?.state;
        expect(state).toMatch(/success|failure/);
        return state;
      });
    };
    expect([await ended('unit'), await ended('fails')]).toEqual(['success', 'failure']);
  });

  test.each<[what: string, url: string, secrets: Readonly<Record<string, string>>]>([
    ['of which somebody gives the token', 'http://127.0.0.1:8089', { 'bowsprit/jenkins': 'x' }],
    ['elsewhere', 'https://ci.example.com', {}],
    ['below a path', 'http://127.0.0.1:8089/jenkins', {}],
    ['with TLS', 'https://127.0.0.1:8089', {}],
  ])('is none that is made up where it is one %s', async (_, url, secrets) => {
    expect(await startNamed([named(url)], secrets)).toMatchObject({ urls: [], secrets: {} });
  });

  test('that is taken already is told with what to do', async () => {
    const { jenkins } = await given();
    await expect(startNamed([named(jenkins.url)], {})).rejects.toThrow(/no Jenkins main .*EADDRINUSE.*LOCAL_ENGINES/);
  });
});
