/**
 * AWS CodeBuild as an engine: a build of a named project at a commit. How it went comes back as an event of CodeBuild's own;
 * asking is the second net. See docs/pipelines/codebuild.md.
 */
import * as z from 'zod/mini';
import { refusalIn, signedRequest, type AwsAccess } from '../aws-request.ts';
import { Refusal, Retryable } from '../errors.ts';
import { code, type JobState } from '../language/index.ts';
import { variablesOf, type Engine, type JobRun } from './engine.ts';
import type { EnginesSet } from './settings.ts';
import { checkRepository } from './who-may.ts';
import { jsonIn } from '../json-in.ts';

type CodeBuildOptions = {
  readonly projects: EnginesSet['codebuild'];
  readonly access: AwsAccess;
  readonly now: () => Date;
};

const TIMEOUT_MS = 5_000;
const SERVICE = 'codebuild';
const VERSION = 'CodeBuild_20161006';
/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_BatchGetBuilds.html: at most a hundred at once. */
const PAGES = 3;
/** Between the clock of whoever decided and that of AWS. */
const SKEW_MS = 10 * 60_000;
export const KEY_VARIABLE = 'BOWSPRIT_KEY';
export const PULL_VARIABLE = 'BOWSPRIT_PULL';

const oneBuild = z.object({
  id: z.string(),
  arn: z.optional(z.string()),
  buildStatus: z.string(),
  startTime: z.optional(z.number()),
  environment: z.optional(
    z.object({ environmentVariables: z.optional(z.array(z.object({ name: z.string(), value: z.string() }))) }),
  ),
});
type Build = z.infer<typeof oneBuild>;
const started = z.object({ build: oneBuild });
const listed = z.object({ ids: z.optional(z.array(z.string())), nextToken: z.nullish(z.string()) });
const got = z.object({ builds: z.optional(z.array(oneBuild)) });

export function codeBuildEngine({ projects, access, now }: CodeBuildOptions): Engine {
  const ask = async <T>(operation: string, content: unknown, answer: z.ZodMiniType<T>): Promise<T> => {
    const body = JSON.stringify(content);
    const { url, headers } = signedRequest(
      access,
      { service: SERVICE, target: `${VERSION}.${operation}`, body },
      now(),
    );
    let response: Response;
    let text: string;
    try {
      response = await fetch(url, {
        method: 'POST',
        headers,
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      text = await response.text();
    } catch (cause) {
      throw new Retryable('CodeBuild does not answer', { cause });
    }
    if (!response.ok) throw failureIn(response.status, text);
    const parsed = answer.safeParse(jsonIn(text));
    if (!parsed.success) throw new Retryable('CodeBuild does not answer what its API says', { cause: parsed.error });
    return parsed.data;
  };

  return {
    id: 'codebuild',
    name: 'AWS CodeBuild',
    async start(request) {
      const { target, headSha, key } = request;
      const named = projects.find(({ project }) => project === target);
      if (named === undefined)
        throw new Refusal(`${code(target)} is not among the projects of CodeBuild that the deployment names.`);
      checkRepository(named, request);
      const environmentVariablesOverride = Object.entries(variablesOf(request)).map(([name, value]) => ({
        name,
        value,
        type: 'PLAINTEXT',
      }));
      const { build: one } = await ask(
        'StartBuild',
        // For five minutes the same token is the same build.
        { projectName: target, sourceVersion: headSha, idempotencyToken: key, environmentVariablesOverride },
        started,
      );
      return runOf(one);
    },
    async find({ target, key, at }) {
      const since = (Date.parse(at) - SKEW_MS) / 1_000;
      let nextToken: string | null | undefined;
      for (let page = 0; page < PAGES; page += 1) {
        const of = {
          projectName: target,
          sortOrder: 'DESCENDING',
          ...(typeof nextToken === 'string' ? { nextToken } : {}),
        };
        // oxlint-disable-next-line no-await-in-loop
        const { ids = [], nextToken: next } = await ask('ListBuildsForProject', of, listed);
        if (ids.length === 0) return undefined;
        // oxlint-disable-next-line no-await-in-loop
        const { builds = [] } = await ask('BatchGetBuilds', { ids }, got);
        const mine = builds.find(
          ({ environment }) =>
            environment?.environmentVariables?.some(({ name, value }) => name === KEY_VARIABLE && value === key) ===
            true,
        );
        if (mine !== undefined) return runOf(mine);
        const older = builds.some(({ startTime }) => startTime !== undefined && startTime < since);
        if (older || typeof next !== 'string') return undefined;
        nextToken = next;
      }
      throw new Retryable('too many builds to be looked through');
    },
    async cancel({ run }) {
      const { builds: [before] = [] } = await ask('BatchGetBuilds', { ids: [run] }, got);
      if (before === undefined || before.buildStatus !== 'IN_PROGRESS') return 'over';
      await ask('StopBuild', { id: run }, started);
      return 'cancelled';
    },
    async state({ run }) {
      const { builds: [one] = [] } = await ask('BatchGetBuilds', { ids: [run] }, got);
      return one === undefined
        ? { id: run, state: 'error', summary: 'CodeBuild does not know this build any more.' }
        : runOf(one);
    },
  };
}

function runOf({ id, arn, buildStatus }: Build): JobRun {
  return { id, state: stateOf(buildStatus), url: arn === undefined ? undefined : consoleUrl(arn) };
}

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html#CodeBuild-Type-Build-buildStatus */
export function stateOf(status: string): JobState {
  switch (status) {
    case 'IN_PROGRESS':
      return 'running';
    case 'SUCCEEDED':
      return 'success';
    case 'FAILED':
    case 'TIMED_OUT':
      return 'failure';
    case 'STOPPED':
      return 'cancelled';
    default:
      return 'error';
  }
}

/** `arn:aws:codebuild:us-east-1:111122223333:build/acme-ci:0f…` */
export const BUILD_ARN = /^arn:aws[\w-]*:codebuild:([a-z0-9-]+):(\d{12}):build\/([A-Za-z0-9_-]+):([A-Za-z0-9-]+)$/;

export function consoleUrl(arn: string): string | undefined {
  const [, region, account, project, build] = BUILD_ARN.exec(arn) ?? [];
  if (region === undefined) return undefined;
  return `https://${region}.console.aws.amazon.com/codesuite/codebuild/${account}/projects/${project}/build/${project}%3A${build}/?region=${region}`;
}

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/CommonErrors.html */
const WEATHER = /Throttl|InternalFailure|ServiceUnavailable|RequestExpired|AccountLimitExceeded|LimitExceeded/;

function failureIn(status: number, text: string): Error {
  const kind = refusalIn(status, text);
  if (status >= 500 || WEATHER.test(kind)) return new Retryable(`CodeBuild does not do it now: ${kind}`);
  if (/AccessDenied/.test(kind))
    return new Refusal(
      'CodeBuild does not let Bowsprit do this: the stack has to be deployed with the settings that name the project.',
    );
  if (/ResourceNotFound/.test(kind)) return new Refusal('CodeBuild has no such project here.');
  return new Refusal(`CodeBuild did not take it (${code(kind)}).`);
}
