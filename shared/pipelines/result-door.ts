/**
 * Where results come in. Of an endpoint or a listener on the bus: with the token that was given to it, which says what the
 * result is about. Of CodeBuild: as its own event, which nobody else can put on the bus of an account. All of it goes to the
 * queue and no further: whether it changes anything is for the worker to say.
 */
import * as z from 'zod/mini';
import type { Delivery, Person } from '../delivery.ts';
import { repositoryNamed } from '../delivery.ts';
import type { Answer, HttpRequest } from '../door.ts';
import { Rejected, Retryable, reasonOf } from '../errors.ts';
import { JOB_STATES, type JobResult } from '../language/index.ts';
import { log } from '../log.ts';
import { withSecrets, type Secrets } from '../secrets.ts';
import { BUILD_ARN, consoleUrl, KEY_VARIABLE, PULL_VARIABLE, stateOf } from './codebuild.ts';
import { JOB_RESULT } from './eventbridge.ts';
import { deliveryOf } from './results.ts';
import { pullOfKey } from './starting.ts';
import { tokenIn, type TokenFor } from './signing.ts';
import { linkIn, sentenceIn } from './told.ts';
import { jsonIn } from '../json-in.ts';

export type ResultDoor = {
  readonly secrets: Secrets;
  readonly send: (delivery: Delivery) => Promise<void>;
  readonly now: () => Date;
};

const MAX_BODY_BYTES = 64 * 1024;
const RUNNER: Person = { login: 'bowsprit', id: '0', bot: true };

const posted = z.object({
  state: z.enum(JOB_STATES),
  url: z.optional(z.nullable(z.string())),
  summary: z.optional(z.nullable(z.string())),
});
type Posted = z.infer<typeof posted>;

/** `POST /results` */
export async function resultPosted(request: HttpRequest, door: ResultDoor): Promise<Answer> {
  try {
    const { method } = request.requestContext.http;
    if (method !== 'POST' || request.rawPath !== '/results')
      return json(404, { error: 'results are posted to /results' });
    const [, token = ''] = /^Bearer ([A-Za-z0-9_.-]+)$/.exec(headerOf(request, 'authorization') ?? '') ?? [];
    const about = await withSecrets(door.secrets, async (secrets) => aboutOf(token, 'https', secrets, door.now()));
    const said = bodyOf(request);
    await door.send(targetless(resultOf(about, said), about.pull, door.now()));
    log.info('result queued', { pull: about.pull, job: about.job, state: said.state });
    return json(202, { key: about.key, queued: true });
  } catch (error) {
    if (error instanceof Rejected) {
      log.warn('result refused', { status: error.status, reason: error.message });
      return json(error.status, { error: error.message });
    }
    if (!(error instanceof Retryable)) throw error;
    log.error('result not taken', { reason: reasonOf(error) });
    return json(503, { error: 'the result was not taken: send it again' });
  }
}

/** An event of EventBridge; thrown is only what is worth another try. */
export async function resultPut(event: unknown, door: ResultDoor): Promise<void> {
  const read = busEvent.safeParse(event);
  if (!read.success) return log.warn('event not understood');
  const { source, detail, 'detail-type': type } = read.data;
  const build = source === 'aws.codebuild' ? buildChanged.safeParse(detail) : undefined;
  if (build?.success === true) return built(build.data, door);
  const listened = type === JOB_RESULT ? listenerSaid.safeParse(detail) : undefined;
  if (listened?.success !== true) return log.warn('event not understood', { source, type });
  const { token, ...said } = listened.data;
  try {
    const about = await withSecrets(door.secrets, async (secrets) =>
      aboutOf(token, 'eventbridge', secrets, door.now()),
    );
    await door.send(targetless(resultOf(about, said), about.pull, door.now()));
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    log.warn('result refused', { source, status: error.status, reason: error.message });
  }
}

const busEvent = z.object({ source: z.string(), 'detail-type': z.string(), detail: z.unknown() });
const listenerSaid = z.extend(posted, { token: z.string() });
// https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html
const buildChanged = z.object({
  'build-status': z.string(),
  'build-id': z.string(),
  'additional-information': z.object({
    environment: z.object({
      'environment-variables': z.optional(z.array(z.object({ name: z.string(), value: z.optional(z.string()) }))),
    }),
  }),
});

async function built(build: z.infer<typeof buildChanged>, door: ResultDoor): Promise<void> {
  const { 'build-status': status, 'build-id': arn, 'additional-information': more } = build;
  const variables = new Map(more.environment['environment-variables']?.map(({ name, value }) => [name, value]));
  const [key, pull] = [variables.get(KEY_VARIABLE), variables.get(PULL_VARIABLE)];
  const [, , , project, id] = BUILD_ARN.exec(arn) ?? [];
  // Somebody else's build of the same project.
  if (key === undefined || pull === undefined || project === undefined || id === undefined) return;
  const url = consoleUrl(arn);
  const result: JobResult = {
    key,
    engine: 'codebuild',
    run: `${project}:${id}`,
    state: stateOf(status),
    ...(url === undefined ? {} : { url }),
  };
  try {
    await door.send(targetless(result, pull, door.now()));
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    log.warn('result refused', { source: 'aws.codebuild', reason: error.message });
  }
}

/** One answer for whatever is wrong with it. */
function aboutOf(token: string, engine: TokenFor['engine'], secrets: readonly string[], now: Date): TokenFor {
  const about = tokenIn(secrets, token, now);
  if (about?.engine !== engine) throw new Rejected(401, 'the token is not valid, or not any more');
  return about;
}

function resultOf({ engine, key }: TokenFor, { state, url, summary }: Posted): JobResult {
  const [link, sentence] = [linkIn(url ?? undefined), sentenceIn(summary ?? undefined)];
  return {
    key,
    engine,
    run: key,
    state,
    ...(link === undefined ? {} : { url: link }),
    ...(sentence === undefined ? {} : { summary: sentence }),
  };
}

/** The worker finds out more of the pull request: nothing here may ask the forge. */
function targetless(job: JobResult, pull: string, now: Date): Delivery {
  const [name = '', number = ''] = pull.split('#');
  const where = repositoryNamed(name);
  if (typeof where === 'string' || number !== String(pullOfKey(job.key)))
    throw new Rejected(400, 'no pull request of ours');
  const at = now.toISOString();
  const { provider, owner, name: repository } = where;
  return deliveryOf(job, {
    version: 1,
    provider,
    installation: '',
    repository: { id: '', owner, name: repository },
    sender: RUNNER,
    at,
    receivedAt: at,
  });
}

function headerOf({ headers }: HttpRequest, name: string): string | undefined {
  return Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1];
}

function bodyOf({ body = '', isBase64Encoded }: HttpRequest): Posted {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  if (Buffer.byteLength(text) > MAX_BODY_BYTES) throw new Rejected(413, 'the body is too long');
  const parsed = posted.safeParse(jsonIn(text));
  if (!parsed.success) throw new Rejected(400, `the body must be JSON: {"state": one of ${JOB_STATES.join(', ')}}`);
  return parsed.data;
}

function json(statusCode: number, content: unknown): Answer {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) };
}
