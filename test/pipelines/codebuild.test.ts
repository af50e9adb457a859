/** AWS CodeBuild as an engine, against a server that speaks its protocol and checks what is signed. */
import { afterEach, describe, expect, test } from 'vitest';
import { Refusal, Retryable } from '../../shared/errors.ts';
import { codeBuildEngine } from '../../shared/pipelines/codebuild.ts';
import type { Engine, RunRef } from '../../shared/pipelines/engine.ts';
import { startCodeBuild, type CodeBuild } from '../support/codebuild.ts';
import { HEAD } from '../support/given.ts';
import { KEY, requestOf } from '../support/jobs.ts';

const PROJECT = 'acme-ci';
const AT = '2026-03-01T13:00:00.000Z';
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function given(
  secretAccessKey?: string,
): Promise<{ readonly aws: CodeBuild; readonly engine: Engine; readonly at: (time: string) => void }> {
  let time = AT;
  const now = (): Date => new Date(time);
  const aws = await startCodeBuild([PROJECT, 'acme-other'], now);
  closing.push(() => aws.close());
  const { credentials, endpoint } = aws;
  const access = {
    ...credentials,
    endpoint,
    region: 'us-east-1',
    ...(secretAccessKey === undefined ? {} : { secretAccessKey }),
  };
  const projects = [
    { project: PROJECT },
    { project: 'acme-gone' },
    { project: 'acme-other', repositories: ['acme/gears'] },
  ];
  const engine = codeBuildEngine({ projects, access, now });
  return {
    aws,
    engine,
    at(next) {
      time = next;
    },
  };
}

const request = requestOf({ target: PROJECT, parameters: { DEPTH: '3' }, at: AT });
const ref = (run: string): RunRef => ({ ...request, run });

test('a build is started at the commit, with what it is told', async () => {
  const { aws, engine } = await given();
  const run = await engine.start(request);
  const [build] = aws.builds();
  const id = build?.id ?? '';
  expect(build).toMatchObject({ projectName: PROJECT, sourceVersion: HEAD });
  expect(build?.environment.environmentVariables).toContainEqual({ name: 'DEPTH', value: '3', type: 'PLAINTEXT' });
  expect(build?.environment.environmentVariables).toContainEqual({
    name: 'BOWSPRIT_KEY',
    value: KEY,
    type: 'PLAINTEXT',
  });
  expect(run).toEqual({
    id,
    state: 'running',
    url: `https://us-east-1.console.aws.amazon.com/codesuite/codebuild/111122223333/projects/${PROJECT}/build/${encodeURIComponent(id)}/?region=us-east-1`,
  });
});

test('asked for twice, it is one build', async () => {
  const { aws, engine } = await given();
  expect(await engine.start(request)).toEqual(await engine.start(request));
  expect(aws.builds()).toHaveLength(1);
});

test('what was started before the line broke is found, however much later', async () => {
  const { aws, engine, at } = await given();
  expect(await engine.find(request)).toBeUndefined();
  aws.fail('cut');
  await expect(engine.start(request)).rejects.toBeInstanceOf(Retryable);
  aws.fail(undefined);
  aws.forgetTokens();
  at('2026-03-01T14:00:00.000Z');
  for (let others = 0; others < 150; others += 1) {
    const key = `pr12-${String(others).padStart(32, '0')}`;
    // oxlint-disable-next-line no-await-in-loop
    await engine.start({ ...request, key: key === KEY ? key.replace('pr12', 'pr1') : key });
  }
  expect(await engine.find(request)).toMatchObject({ id: aws.builds()[0]?.id, state: 'running' });
});

test('it is not looked for among builds of before it was decided', async () => {
  const { aws, engine, at } = await given();
  at('2026-03-01T12:00:00.000Z');
  for (let others = 0; others < 101; others += 1) {
    // oxlint-disable-next-line no-await-in-loop
    await engine.start({ ...request, key: `pr1-${String(others).padStart(32, '0')}` });
  }
  const before = aws.asked().length;
  expect(await engine.find(request)).toBeUndefined();
  expect(aws.asked().slice(before)).toEqual(['ListBuildsForProject', 'BatchGetBuilds']);
});

test.each<[status: string, state: string]>([
  ['IN_PROGRESS', 'running'],
  ['SUCCEEDED', 'success'],
  ['FAILED', 'failure'],
  ['TIMED_OUT', 'failure'],
  ['FAULT', 'error'],
  ['STOPPED', 'cancelled'],
])('%s is %s', async (status, state) => {
  const { aws, engine } = await given();
  const { id } = await engine.start(request);
  aws.finish(id, status);
  expect(await engine.state(ref(id))).toMatchObject({ id, state });
});

test('a build that is not there any more is an error', async () => {
  const { engine } = await given();
  expect(await engine.state(ref(`${PROJECT}:gone`))).toMatchObject({ state: 'error' });
});

test('a build is stopped once', async () => {
  const { aws, engine } = await given();
  const { id } = await engine.start(request);
  expect(await engine.cancel(ref(id))).toBe('cancelled');
  expect(await engine.cancel(ref(id))).toBe('over');
  expect(aws.asked().filter((each) => each === 'StopBuild')).toHaveLength(1);
});

describe('what is not started', () => {
  test.each<[title: string, target: string, says: RegExp]>([
    ['a project that the deployment does not name', 'acme-secret', /not among the projects/],
    ['a project of others', 'acme-other', /not open to this repository/],
    ['a project that AWS does not have', 'acme-gone', /no such project/],
  ])('%s', async (_, target, says) => {
    const { aws, engine } = await given();
    const error = await engine.start({ ...request, target }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Refusal);
    expect(String(error)).toMatch(says);
    expect(aws.builds()).toEqual([]);
  });

  test.each<[how: Parameters<CodeBuild['fail']>[0], kind: typeof Refusal | typeof Retryable]>([
    [{ status: 400, type: 'AccessDeniedException' }, Refusal],
    [{ status: 400, type: 'com.amazonaws.codebuild#InvalidInputException' }, Refusal],
    [{ status: 400, type: 'ThrottlingException' }, Retryable],
    [{ status: 400, type: 'AccountLimitExceededException' }, Retryable],
    [{ status: 500, type: 'InternalFailure' }, Retryable],
    [{ status: 503, type: '' }, Retryable],
    ['cut', Retryable],
  ])('anything, after %j', async (how, kind) => {
    const { aws, engine } = await given();
    aws.fail(how);
    await expect(engine.start(request)).rejects.toBeInstanceOf(kind);
    await expect(engine.state(ref('x'))).rejects.toBeInstanceOf(kind);
  });

  test('anything, by a key that AWS does not know', async () => {
    const { aws, engine } = await given('another-key');
    await expect(engine.start(request)).rejects.toBeInstanceOf(Refusal);
    expect(aws.builds()).toEqual([]);
  });
});
