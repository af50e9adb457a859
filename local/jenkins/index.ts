/**
 * As much of a Jenkins as its REST API shows of parameterized builds, written from its documentation
 * (https://www.jenkins.io/doc/book/using/remote-access-api/, https://www.jenkins.io/doc/book/security/csrf-protection/):
 * folders, the queue and what leaves it, builds with their parameters, API tokens, crumbs. Nothing is run: whoever started
 * it says how a build ends, or that builds end by themselves.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { randomBytes } from 'node:crypto';

export type JenkinsResult = 'SUCCESS' | 'UNSTABLE' | 'FAILURE' | 'NOT_BUILT' | 'ABORTED';

export type JenkinsJob = {
  /** With its folders: `team/build`. */
  readonly name: string;
  /** Names it declares: what else is sent is dropped (SECURITY-170). */
  readonly parameters: readonly string[];
  readonly disabled?: true;
};

export type JenkinsOptions = {
  /** `any`: whatever is asked for is there, and declares what it is sent. */
  readonly jobs: readonly JenkinsJob[] | 'any';
  /** Otherwise one that is free. */
  readonly port?: number;
  readonly user?: string;
  readonly token?: string;
  /** Tokens need crumbs as passwords do, as where somebody has switched the exemption off. */
  readonly crumbs?: true;
  /** Whether a build begins by itself as soon as it is queued. */
  readonly executors?: boolean;
  /** How builds end by themselves, and after how long. */
  readonly ends?: { readonly afterMs: number; readonly as: (job: string) => JenkinsResult };
};

export type JenkinsBuild = {
  readonly job: string;
  readonly number: number;
  readonly queueId: number;
  readonly parameters: Readonly<Record<string, string>>;
  readonly result: JenkinsResult | undefined;
};

type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;

export type JenkinsInABox = {
  readonly url: string;
  readonly user: string;
  readonly token: string;
  readonly builds: () => readonly JenkinsBuild[];
  /** Ids of what waits in the queue. */
  readonly queued: () => readonly number[];
  /** The oldest of the queue begins to build. */
  begin(): JenkinsBuild;
  finish(number: number, result: JenkinsResult): void;
  /** What has left the queue is forgotten there, as Jenkins does after five minutes. */
  forgetQueue(): void;
  /** Requests are answered so as long as it says true. */
  fail(how: Fault | undefined): void;
  /** `POST /job/team/job/build/buildWithParameters` */
  readonly asked: () => readonly string[];
  close(): Promise<void>;
};

type Item = {
  readonly id: number;
  readonly job: string;
  readonly parameters: Readonly<Record<string, string>>;
  state: 'waiting' | 'left' | 'cancelled' | 'forgotten';
  build?: Build;
};
type Build = { readonly number: number; readonly item: Item; result: JenkinsResult | undefined };

const CRUMB_FIELD = 'Jenkins-Crumb';

const pathOf = (job: string): string => `/job/${job.split('/').map(encodeURIComponent).join('/job/')}`;

function anyJob(path: string, form: URLSearchParams): JenkinsJob | undefined {
  const [folders] = /^(?:\/job\/[^/]+)+/.exec(path) ?? [];
  if (folders === undefined) return undefined;
  const name = folders.slice('/job/'.length).split('/job/').map(decodeURIComponent).join('/');
  return { name, parameters: [...form.keys()].filter((each) => each !== 'delay') };
}

export async function startJenkins(options: JenkinsOptions): Promise<JenkinsInABox> {
  const { jobs, user = 'bowsprit', token = randomBytes(17).toString('hex'), executors = false, ends } = options;
  const items: Item[] = [];
  const builds: Build[] = [];
  const sessions = new Map<string, string>();
  const asked: string[] = [];
  let fault: Fault | undefined;
  let url = '';

  const shown = ({ number, item, result }: Build): JenkinsBuild => ({
    job: item.job,
    number,
    queueId: item.id,
    parameters: item.parameters,
    result,
  });
  const actionsOf = ({ parameters }: Item): unknown => [
    { _class: 'hudson.model.CauseAction', causes: [{ userId: user }] },
    {
      _class: 'hudson.model.ParametersAction',
      parameters: Object.entries(parameters).map(([name, value]) => ({
        _class: 'hudson.model.StringParameterValue',
        name,
        value,
      })),
    },
    {},
  ];
  const begin = (item: Item): Build => {
    const number = builds.filter((each) => each.item.job === item.job).length + 1;
    const one: Build = { number, item, result: undefined };
    item.state = 'left';
    item.build = one;
    builds.push(one);
    if (ends !== undefined) {
      setTimeout(() => {
        one.result ??= ends.as(item.job);
      }, ends.afterMs).unref();
    }
    return one;
  };
  const buildJson = (one: Build): unknown => ({
    _class: 'org.jenkinsci.plugins.workflow.job.WorkflowRun',
    actions: actionsOf(one.item),
    building: one.result === undefined,
    number: one.number,
    queueId: one.item.id,
    result: one.result ?? null,
    url: `${url}${pathOf(one.item.job)}/${one.number}/`,
  });
  const itemJson = (item: Item): unknown => ({
    _class: item.state === 'waiting' ? 'hudson.model.Queue$WaitingItem' : 'hudson.model.Queue$LeftItem',
    actions: actionsOf(item),
    id: item.id,
    task: {
      _class: 'org.jenkinsci.plugins.workflow.job.WorkflowJob',
      name: item.job.split('/').at(-1),
      url: `${url}${pathOf(item.job)}/`,
    },
    url: `queue/item/${item.id}/`,
    why: item.state === 'waiting' ? 'Waiting for next available executor' : null,
    ...(item.state === 'waiting' ? {} : { cancelled: item.state === 'cancelled' }),
    ...(item.build === undefined
      ? {}
      : { executable: { number: item.build.number, url: `${url}${pathOf(item.job)}/${item.build.number}/` } }),
  });

  const answer = (request: IncomingMessage, form: URLSearchParams, response: ServerResponse): void => {
    const { method = 'GET', headers } = request;
    const path = new URL(request.url ?? '/', url).pathname;
    const json = (content: unknown, more: Readonly<Record<string, string>> = {}): void => {
      response.writeHead(200, { 'content-type': 'application/json;charset=utf-8', 'x-jenkins': '2.528.1', ...more });
      response.end(JSON.stringify(content));
    };
    const html = (status: number, text: string, more: Readonly<Record<string, string>> = {}): void => {
      response.writeHead(status, { 'content-type': 'text/html;charset=utf-8', 'x-jenkins': '2.528.1', ...more });
      response.end(`<html><body><h1>${text}</h1></body></html>`);
    };
    const credentials = Buffer.from(`${user}:${token}`).toString('base64');
    if (headers.authorization !== `Basic ${credentials}`) return html(401, 'Invalid password/token');

    if (path === '/crumbIssuer/api/json') {
      const [session, crumb] = [randomBytes(12).toString('hex'), randomBytes(32).toString('hex')];
      sessions.set(session, crumb);
      return json(
        { _class: 'hudson.security.csrf.DefaultCrumbIssuer', crumb, crumbRequestField: CRUMB_FIELD },
        { 'set-cookie': `JSESSIONID.0f1e2d3c=${session};Path=/;HttpOnly` },
      );
    }
    if (method === 'POST' && options.crumbs === true) {
      const [, session = ''] = /JSESSIONID\.[0-9a-f]+=([0-9a-f]+)/.exec(headers.cookie ?? '') ?? [];
      const crumb = sessions.get(session);
      if (crumb === undefined || headers[CRUMB_FIELD.toLowerCase()] !== crumb) {
        return html(403, 'No valid crumb was included in the request');
      }
    }
    if (path === '/queue/api/json') {
      return json({
        _class: 'hudson.model.Queue',
        items: items.filter(({ state }) => state === 'waiting').map(itemJson),
      });
    }
    const [, id] = /^\/queue\/item\/(\d+)\/api\/json$/.exec(path) ?? [];
    if (id !== undefined) {
      const item = items.find((each) => each.id === Number(id) && each.state !== 'forgotten');
      return item === undefined ? html(404, 'Not Found') : json(itemJson(item));
    }
    if (path === '/queue/cancelItem' && method === 'POST') {
      const item = items.find((each) => each.id === Number(form.get('id')) && each.state === 'waiting');
      if (item !== undefined) item.state = 'cancelled';
      response.writeHead(302, { location: `${url}/queue/` });
      response.end();
      return;
    }
    const job =
      jobs === 'any'
        ? anyJob(path, form)
        : jobs.find(({ name }) => path === pathOf(name) || path.startsWith(`${pathOf(name)}/`));
    if (job === undefined) return html(404, 'Not Found');
    const below = path.slice(pathOf(job.name).length);
    const own = builds.filter(({ item }) => item.job === job.name);
    if (below === '/api/json') {
      return json({
        _class: 'org.jenkinsci.plugins.workflow.job.WorkflowJob',
        builds: own.toReversed().slice(0, 100).map(buildJson),
        buildable: job.disabled !== true,
        property: [
          {
            _class: 'hudson.model.ParametersDefinitionProperty',
            parameterDefinitions: job.parameters.map((name) => ({
              _class: 'hudson.model.StringParameterDefinition',
              name,
              type: 'StringParameterDefinition',
            })),
          },
        ],
      });
    }
    if (method === 'POST' && below === '/buildWithParameters') {
      if (job.disabled === true) return html(409, `${job.name} is not buildable`);
      if (job.parameters.length === 0) return html(400, `${job.name} is not parameterized`);
      const item: Item = {
        id: items.length + 101,
        job: job.name,
        parameters: Object.fromEntries(job.parameters.map((name) => [name, form.get(name) ?? ''])),
        state: 'waiting',
      };
      items.push(item);
      if (executors) begin(item);
      response.writeHead(201, { location: `${url}/queue/item/${item.id}/`, 'x-jenkins': '2.528.1' });
      response.end();
      return;
    }
    const [, number, what] = /^\/(\d+)\/(stop|api\/json)$/.exec(below) ?? [];
    const one = own.find((each) => each.number === Number(number));
    if (one === undefined) return html(404, 'Not Found');
    if (what === 'api/json') return json(buildJson(one));
    if (method !== 'POST') return html(405, 'This URL requires POST');
    one.result ??= 'ABORTED';
    response.writeHead(302, { location: `${url}${pathOf(job.name)}/${one.number}/` });
    response.end();
  };

  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk);
      asked.push(`${request.method} ${request.url}`);
      if (fault?.(request, response) === true) return;
      answer(request, new URLSearchParams(Buffer.concat(chunks).toString('utf8')), response);
    })();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Jenkins has no port');
  url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    user,
    token,
    builds: () => builds.map(shown),
    queued: () => items.filter(({ state }) => state === 'waiting').map(({ id }) => id),
    begin() {
      const next = items.find(({ state }) => state === 'waiting');
      if (next === undefined) throw new Error('nothing waits in the queue');
      return shown(begin(next));
    },
    finish(number, result) {
      const one = builds.find((each) => each.number === number && each.result === undefined);
      if (one === undefined) throw new Error(`no build ${number} is running`);
      one.result = result;
    },
    forgetQueue() {
      for (const item of items) if (item.state !== 'waiting') item.state = 'forgotten';
    },
    fail(how) {
      fault = how;
    },
    asked: () => asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
