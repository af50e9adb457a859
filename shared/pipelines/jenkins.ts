/**
 * Jenkins as an engine, by its REST API (https://www.jenkins.io/doc/book/using/remote-access-api/): a parameterized build,
 * found again by the parameter BOWSPRIT_KEY. It tells nobody how a build went, so it is asked: see docs/pipelines/jenkins.md.
 */
import * as z from 'zod/mini';
import { Refusal, Retryable } from '../errors.ts';
import { code, isNamed, type JobState } from '../language/index.ts';
import { variablesOf, type Engine, type JobRequest, type JobRun, type RunRef } from './engine.ts';
import type { Answer, Ask } from './guarded-client.ts';
import type { EnginesSet } from './settings.ts';
import { checkRepository } from './who-may.ts';

type Server = EnginesSet['jenkins'][number];

type JenkinsOptions = {
  readonly servers: readonly Server[];
  readonly ask: Ask;
  /** The API token of its user. */
  readonly token: (name: string) => Promise<string>;
};

const KEY_PARAMETER = 'BOWSPRIT_KEY';
/** Builds of one job that are looked through. */
const BUILDS = 100;
const BUILD_TREE = 'number,result,building,queueId,actions[parameters[name,value]]';
const QUEUE_TREE = 'items[id,task[url],actions[parameters[name,value]]]';

const parameters = z.optional(
  z.nullish(
    z.array(
      z.nullish(z.object({ parameters: z.optional(z.array(z.object({ name: z.string(), value: z.unknown() }))) })),
    ),
  ),
);
const build = z.object({
  number: z.number(),
  result: z.nullish(z.string()),
  building: z.optional(z.boolean()),
  queueId: z.optional(z.number()),
  actions: parameters,
});
const builds = z.object({ builds: z.optional(z.array(build)) });
const queue = z.object({
  items: z.array(
    z.object({ id: z.number(), task: z.optional(z.object({ url: z.optional(z.string()) })), actions: parameters }),
  ),
});
const queueItem = z.object({ id: z.number(), cancelled: z.optional(z.boolean()) });
const crumbs = z.object({ crumb: z.string(), crumbRequestField: z.string() });

type Build = z.infer<typeof build>;
type Actions = z.infer<typeof parameters>;

/** A job on a server: its path in the address, `/job/team/job/build`. */
type Place = { readonly server: Server; readonly path: string };

export function jenkinsEngine({ servers, ask, token }: JenkinsOptions): Engine {
  const get = async (server: Server, path: string): Promise<Answer> =>
    understood(
      await ask({ method: 'GET', url: `${base(server)}${path}`, headers: await credentials(server), repeatable: true }),
      server,
    );

  const credentials = async ({ user, secret }: Server): Promise<Readonly<Record<string, string>>> => ({
    authorization: `Basic ${Buffer.from(`${user}:${await token(secret)}`).toString('base64')}`,
  });

  /** Who uses a token needs no crumb, unless somebody has set it so: then it is asked for, and the same is said again. */
  const post = async (server: Server, path: string, form: URLSearchParams): Promise<Answer> => {
    const said = {
      method: 'POST',
      url: `${base(server)}${path}`,
      body: form.toString(),
      repeatable: false,
      redirected: 'done',
    } as const;
    const headers = { ...(await credentials(server)), 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await ask({ ...said, headers });
    if (answer.status !== 403 || !/crumb/i.test(answer.body)) return understood(answer, server);
    const issued = await get(server, '/crumbIssuer/api/json');
    const { crumb, crumbRequestField } = parsed(crumbs, issued, server);
    // A crumb belongs to the session it was given in.
    const cookie = (issued.headers['set-cookie'] ?? '')
      .split(/,(?=[^;,]+=)/)
      .map((each) => each.split(';', 1)[0]?.trim() ?? '')
      .join('; ');
    const more = { [crumbRequestField]: crumb, ...(cookie === '' ? {} : { cookie }) };
    return understood(await ask({ ...said, headers: { ...headers, ...more } }), server);
  };

  const buildsOf = async ({ server, path }: Place): Promise<readonly Build[]> => {
    const answer = await get(
      server,
      `${path}/api/json?tree=${encodeURIComponent(`builds[${BUILD_TREE}]{0,${BUILDS}}`)}`,
    );
    if (answer.status === 404) throw noSuchJob(path, server);
    return parsed(builds, answer, server).builds ?? [];
  };

  const queued = async ({ server, path }: Place, key: string, run: string): Promise<number | undefined> => {
    const answer = await get(server, `/queue/api/json?tree=${encodeURIComponent(QUEUE_TREE)}`);
    const mine = parsed(queue, answer, server).items.find(
      ({ id, task, actions }) =>
        isMine({ queueId: id, actions }, key, run) &&
        (task?.url === undefined || URL.parse(task.url)?.pathname.includes(`${path}/`) === true),
    );
    return mine?.id;
  };

  /** By the key, or by the place in the queue that it had. */
  const runFor = async (place: Place, key: string, run = ''): Promise<JobRun | undefined> => {
    // The queue first: what leaves it meanwhile is a build by then.
    const waiting = await queued(place, key, run);
    const found = (await buildsOf(place)).findLast((each) => isMine(each, key, run));
    if (found !== undefined) return runOf(place, found);
    return waiting === undefined ? undefined : { id: String(waiting), state: 'queued' };
  };

  return {
    id: 'jenkins',
    name: 'Jenkins',
    async start(request) {
      const place = placeOf(request, servers);
      checkRepository(place.server, request);
      const form = new URLSearchParams({ delay: '0sec', ...variablesOf(request) });
      const answer = await post(place.server, `${place.path}/buildWithParameters`, form);
      // Under the address that Jenkins believes to have, which may be another one.
      const [, item] = /\/queue\/item\/(\d+)\/?$/.exec(answer.headers['location'] ?? '') ?? [];
      if (answer.status === 201 && item !== undefined)
        return { id: item, state: 'queued', url: `${base(place.server)}${place.path}/` };
      throw refusedBy(answer, place);
    },
    find: (request) => runFor(placeOf(request, servers), request.key),
    async cancel({ key, run, target }) {
      const place = placeOf({ target }, servers);
      const { server, path } = place;
      const waiting = await queued(place, key, run);
      if (waiting !== undefined) await post(server, '/queue/cancelItem', new URLSearchParams({ id: String(waiting) }));
      const found = (await buildsOf(place)).findLast((each) => isMine(each, key, run));
      if (found === undefined) return waiting === undefined ? 'over' : 'cancelled';
      if (found.building !== true) return 'over';
      const answer = await post(server, `${path}/${found.number}/stop`, new URLSearchParams());
      if (answer.status === 403) return 'unable';
      return 'cancelled';
    },
    async state({ key, run, target }: RunRef) {
      const place = placeOf({ target }, servers);
      const known = await runFor(place, key, run);
      if (known !== undefined) return known;
      // Nowhere any more: taken out of the queue, or its build was thrown away.
      const answer = /^\d+$/.test(run) ? await get(place.server, `/queue/item/${run}/api/json`) : undefined;
      const item = answer?.status === 200 ? parsed(queueItem, answer, place.server) : undefined;
      if (item?.cancelled === true) return { id: run, state: 'cancelled' };
      if (item !== undefined) return { id: run, state: 'queued' };
      return { id: run, state: 'error', summary: 'Jenkins does not know this build any more.' };
    },
  };
}

/** `team/build`, or where there are several servers `main:team/build`. */
export function placeOf({ target }: Pick<JobRequest, 'target'>, servers: readonly Server[]): Place {
  const [, named, job = target] = /^([A-Za-z0-9][A-Za-z0-9_-]*):(.*)$/s.exec(target) ?? [];
  const [only, another] = servers;
  const server =
    named === undefined ? (another === undefined ? only : undefined) : servers.find(({ name }) => name === named);
  if (server === undefined) {
    const names = servers.map(({ name }) => code(`${name}:…`)).join(', ');
    throw new Refusal(
      named === undefined
        ? `${code(target)} does not say on which Jenkins it is: ${names}.`
        : `There is no Jenkins ${code(named)} in the deployment's settings.`,
    );
  }
  const folders = job.split('/');
  const wellFormed = folders.every((each) => /^[^.\p{C}][^\p{C}]*$/u.test(each) && each.trim() === each);
  if (!wellFormed || !server.jobs.some((each) => isNamed(each, job))) {
    throw new Refusal(`${code(job)} is not among the jobs of Jenkins that the deployment allows to be started.`);
  }
  return { server, path: folders.map((each) => `/job/${encodeURIComponent(each)}`).join('') };
}

function base({ url }: Server): string {
  return url.replace(/\/+$/, '');
}

/** Whoever builds it again by hand builds with the same key, but has another place in the queue: the first is ours. */
function isMine({ queueId, actions }: Pick<Build, 'queueId' | 'actions'>, key: string, run: string): boolean {
  return run === '' || queueId === undefined ? isKeyed(actions, key) : String(queueId) === run;
}

function isKeyed(actions: Actions, key: string): boolean {
  return (actions ?? []).some(
    (each) => each?.parameters?.some(({ name, value }) => name === KEY_PARAMETER && value === key) === true,
  );
}

function runOf({ server, path }: Place, { number, result, queueId }: Build): JobRun {
  return {
    id: queueId === undefined ? '' : String(queueId),
    state: stateOf(result),
    url: `${base(server)}${path}/${number}/`,
  };
}

/** https://javadoc.jenkins.io/hudson/model/Result.html; there is none as long as it builds. */
function stateOf(result: string | null | undefined): JobState {
  switch (result) {
    case null:
    case undefined:
      return 'running';
    case 'SUCCESS':
      return 'success';
    case 'FAILURE':
    case 'UNSTABLE':
      return 'failure';
    case 'ABORTED':
      return 'cancelled';
    default:
      return 'error';
  }
}

/** What no other request would be answered better. */
function understood(answer: Answer, { name, user }: Server): Answer {
  const { status } = answer;
  if (status === 401) throw new Refusal(`Jenkins ${code(name)} does not know the user ${code(user)} by this token.`);
  if (status === 429 || status >= 500) throw new Retryable(`Jenkins ${name} answers ${status}`);
  return answer;
}

function parsed<T>(schema: z.ZodMiniType<T>, { status, body, cut }: Answer, { name }: Server): T {
  if (status === 403) throw new Refusal(`Jenkins ${code(name)} does not let its user read this.`);
  if (cut) throw new Retryable(`Jenkins ${name} answers more than can be read`);
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch (cause) {
    throw new Retryable(`Jenkins ${name} does not answer in JSON (status ${status})`, { cause });
  }
  const read = schema.safeParse(json);
  if (!read.success) throw new Retryable(`Jenkins ${name} does not answer what its API says`, { cause: read.error });
  return read.data;
}

function noSuchJob(path: string, { name }: Server): Refusal {
  const job = decodeURIComponent(path.replaceAll('/job/', '/').slice(1));
  return new Refusal(`Jenkins ${code(name)} has no job ${code(job)}, or none that its user may see.`);
}

function refusedBy({ status }: Answer, { server, path }: Place): Refusal {
  const { name, user } = server;
  if (status === 404) return noSuchJob(path, server);
  if (status === 403) return new Refusal(`Jenkins ${code(name)} does not let ${code(user)} start this job.`);
  if (status === 409) return new Refusal(`Jenkins ${code(name)} has this job switched off.`);
  return new Refusal(`Jenkins ${code(name)} did not start it (status ${status}): is the job a parameterized one?`);
}
