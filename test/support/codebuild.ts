/** Five operations of AWS CodeBuild on loopback, by its API reference; signatures are checked as AWS does. */
import { randomUUID } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import * as z from 'zod/mini';
import { refusalOfSignature } from './aws-signature.ts';

export type CodeBuildBuild = {
  readonly id: string;
  readonly arn: string;
  readonly projectName: string;
  readonly sourceVersion: string;
  buildStatus: string;
  /** Seconds since 1970. */
  readonly startTime: number;
  readonly environment: {
    readonly environmentVariables: readonly { readonly name: string; readonly value: string; readonly type: string }[];
  };
};

export type CodeBuild = {
  readonly endpoint: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
  readonly builds: () => readonly CodeBuildBuild[];
  finish(id: string, status: string): void;
  /** Five minutes later a token is not known any more. */
  forgetTokens(): void;
  /** Answers so; `cut` breaks off after it was done. */
  fail(how: { readonly status: number; readonly type: string } | 'cut' | 'silent' | undefined): void;
  readonly asked: () => readonly string[];
  close(): void;
};

const PREFIX = 'CodeBuild_20161006.';
const variable = z.object({
  name: z.string(),
  value: z.string(),
  type: z.enum(['PLAINTEXT', 'PARAMETER_STORE', 'SECRETS_MANAGER']),
});
const start = z.strictObject({
  projectName: z.string(),
  sourceVersion: z.string(),
  idempotencyToken: z.string(),
  environmentVariablesOverride: z.array(variable),
});
const list = z.strictObject({
  projectName: z.string(),
  sortOrder: z.literal('DESCENDING'),
  nextToken: z.optional(z.string()),
});
const get = z.strictObject({ ids: z.array(z.string()).check(z.minLength(1), z.maxLength(100)) });
const stop = z.strictObject({ id: z.string() });
const getProjects = z.strictObject({ names: z.array(z.string()).check(z.minLength(1), z.maxLength(100)) });
const PAGE = 100;
const sourceOf = (project: string): unknown => ({ type: project.endsWith('-empty') ? 'NO_SOURCE' : 'GITHUB' });

export async function startCodeBuild(projects: readonly string[], now: () => Date): Promise<CodeBuild> {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'a-secret-access-key', sessionToken: 'a-session' };
  const builds: CodeBuildBuild[] = [];
  const asked: string[] = [];
  let tokens = new Map<string, { readonly said: string; readonly build: CodeBuildBuild }>();
  let failing: Parameters<CodeBuild['fail']>[0];

  const done = (operation: string, content: unknown): unknown => {
    switch (operation) {
      case 'StartBuild': {
        const { projectName, sourceVersion, idempotencyToken, environmentVariablesOverride } = start.parse(content);
        if (!projects.includes(projectName)) return 'ResourceNotFoundException';
        const said = JSON.stringify(content);
        const before = tokens.get(idempotencyToken);
        if (before !== undefined) return before.said === said ? { build: before.build } : 'InvalidInputException';
        const id = `${projectName}:${randomUUID()}`;
        const build: CodeBuildBuild = {
          id,
          arn: `arn:aws:codebuild:us-east-1:111122223333:build/${id}`,
          projectName,
          sourceVersion,
          buildStatus: 'IN_PROGRESS',
          startTime: now().getTime() / 1_000,
          environment: { environmentVariables: environmentVariablesOverride },
        };
        builds.push(build);
        tokens.set(idempotencyToken, { said, build });
        return { build };
      }
      case 'ListBuildsForProject': {
        const { projectName, nextToken = '0' } = list.parse(content);
        if (!projects.includes(projectName)) return 'ResourceNotFoundException';
        const own = builds.filter((each) => each.projectName === projectName).toReversed();
        const from = Number(nextToken);
        const ids = own.slice(from, from + PAGE).map(({ id }) => id);
        return { ids, ...(own.length > from + PAGE ? { nextToken: String(from + PAGE) } : {}) };
      }
      case 'BatchGetBuilds': {
        const { ids } = get.parse(content);
        return {
          builds: builds.filter(({ id }) => ids.includes(id)),
          buildsNotFound: ids.filter((id) => !builds.some((each) => each.id === id)),
        };
      }
      case 'BatchGetProjects': {
        const { names } = getProjects.parse(content);
        return {
          projects: names.filter((name) => projects.includes(name)).map((name) => ({ name, source: sourceOf(name) })),
          projectsNotFound: names.filter((name) => !projects.includes(name)),
        };
      }
      case 'StopBuild': {
        const { id } = stop.parse(content);
        const build = builds.find((each) => each.id === id);
        if (build === undefined) return 'ResourceNotFoundException';
        build.buildStatus = 'STOPPED';
        return { build };
      }
      default:
        return 'UnknownOperationException';
    }
  };

  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString('utf8');
      const operation = String(request.headers['x-amz-target']).replace(PREFIX, '');
      asked.push(operation);
      if (failing === 'silent') return undefined;
      if (failing !== undefined && failing !== 'cut')
        return respond(response, failing.status, { __type: failing.type });
      const refusal = refusalOfSignature({ request, body, service: 'codebuild', credentials });
      if (refusal !== undefined) return respond(response, 400, { __type: refusal });
      const answer = done(operation, JSON.parse(body));
      if (failing === 'cut') return void request.socket.destroy();
      return typeof answer === 'string'
        ? respond(response, 400, { __type: `com.amazonaws.codebuild#${answer}`, message: 'made up' })
        : respond(response, 200, answer);
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('CodeBuild has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}/`,
    credentials,
    builds: () => builds,
    finish(id, status) {
      const build = builds.find((each) => each.id === id);
      if (build !== undefined) build.buildStatus = status;
    },
    forgetTokens() {
      tokens = new Map();
    },
    fail(how) {
      failing = how;
    },
    asked: () => asked,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function respond(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(content));
}
