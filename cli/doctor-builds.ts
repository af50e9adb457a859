/** What the doctor asks AWS about engines: whether the projects and the bus are there, and whether results find their way back. */
import { DescribeEventBusCommand, EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import * as z from 'zod/mini';
import { refusalIn, signedRequest, type AwsAccess } from '../shared/aws-request.ts';
import { reasonOf } from '../shared/errors.ts';
import { jsonIn } from '../shared/json-in.ts';
import { JOB_RESULT } from '../shared/pipelines/eventbridge.ts';
import type { EnginesSet } from '../shared/pipelines/settings.ts';
import { ok, unsure, wrong, type Finding } from './doctor-finding.ts';
import type { Connect } from './doctor-place.ts';

export type AwsAsked = {
  readonly connect: Connect;
  /** In place of AWS's own. */
  readonly codeBuildEndpoint?: string | undefined;
  /** Where jobs are put as events: name or ARN. */
  readonly bus: string | undefined;
  readonly now: () => Date;
};

const CHECK = 'engines';
const ANSWER_MS = 10_000;
/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_BatchGetProjects.html */
const NAMES_AT_ONCE = 100;
const MAX_PAGES = 20;
const DEPLOY = 'Deploy again with these settings: npx cdk deploy -c settings=<file>';

const projectsFound = z.object({
  projects: z.optional(z.array(z.object({ name: z.string(), source: z.object({ type: z.string() }) }))),
});
const pattern = z.object({
  source: z.optional(z.array(z.unknown())),
  'detail-type': z.optional(z.array(z.unknown())),
  detail: z.optional(z.object({ 'project-name': z.optional(z.array(z.unknown())) })),
});
type Pattern = z.infer<typeof pattern>;

/** Nothing where the settings name neither. */
export async function buildFindings(
  { codebuild, eventbridge }: Pick<EnginesSet, 'codebuild' | 'eventbridge'>,
  asked: AwsAsked,
): Promise<readonly Finding[]> {
  if (codebuild.length + eventbridge.length === 0) return [];
  const client = new EventBridgeClient({ ...asked.connect, maxAttempts: 2 });
  try {
    const projects = codebuild.map(({ project }) => project);
    const found = await Promise.all([
      projects.length === 0 ? [] : projectFindings(projects, client, asked),
      projects.length === 0 ? [] : ruleFindings(projects, client),
      eventbridge.length === 0 ? [] : busFindings(client, asked),
    ]);
    return found.flat();
  } finally {
    client.destroy();
  }
}

async function projectFindings(
  names: readonly string[],
  client: EventBridgeClient,
  { codeBuildEndpoint, now }: AwsAsked,
): Promise<readonly Finding[]> {
  try {
    const [region, credentials] = await Promise.all([client.config.region(), client.config.credentials()]);
    const access: AwsAccess = { region, endpoint: codeBuildEndpoint, sessionToken: undefined, ...credentials };
    const chunks = Array.from({ length: Math.ceil(names.length / NAMES_AT_ONCE) }, (_, index) =>
      names.slice(index * NAMES_AT_ONCE, (index + 1) * NAMES_AT_ONCE),
    );
    const there = (await Promise.all(chunks.map((chunk) => projectsNamed(chunk, access, now())))).flat();
    return names.map((name) => {
      const source = there.find((each) => each.name === name)?.source.type;
      if (source === undefined) {
        const fix = `See which there are, and name one of them: aws codebuild list-projects --region ${region}`;
        return wrong(CHECK, `CodeBuild has no project ${name} in ${region}`, fix);
      }
      if (!source.startsWith('GITHUB')) {
        const fix = `Give it the repository as its source: aws codebuild update-project --name ${name} --source type=GITHUB,location=<address>`;
        return wrong(CHECK, `the project ${name} has the source ${source}, of which no commit can be built`, fix);
      }
      return ok(CHECK, `CodeBuild has the project ${name}`);
    });
  } catch (error) {
    return [unasked('CodeBuild', error, 'codebuild:BatchGetProjects')];
  }
}

async function projectsNamed(
  names: readonly string[],
  access: AwsAccess,
  now: Date,
): Promise<NonNullable<z.infer<typeof projectsFound>['projects']>> {
  const body = JSON.stringify({ names });
  const target = 'CodeBuild_20161006.BatchGetProjects';
  const { url, headers } = signedRequest(access, { service: 'codebuild', target, body }, now);
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(ANSWER_MS) });
  const text = await response.text();
  if (!response.ok) throw new Error(refusalIn(response.status, text));
  return projectsFound.parse(jsonIn(text)).projects ?? [];
}

/** CodeBuild tells of its builds on the bus that every account has. */
async function ruleFindings(projects: readonly string[], client: EventBridgeClient): Promise<readonly Finding[]> {
  try {
    const patterns = await patternsOn('default', client);
    const heard = (name: string): boolean =>
      patterns.some(
        ({ source, detail }) =>
          source?.includes('aws.codebuild') === true && detail?.['project-name']?.includes(name) !== false,
      );
    return projects
      .filter((name) => !heard(name))
      .map((name) => wrong(CHECK, `no rule tells Bowsprit how builds of ${name} end`, DEPLOY));
  } catch (error) {
    return [unasked('EventBridge', error, 'events:ListRules')];
  }
}

async function busFindings(client: EventBridgeClient, { bus }: AwsAsked): Promise<readonly Finding[]> {
  if (bus === undefined) {
    const fix = 'Set EVENT_BUS to the output EventBusName of the stack.';
    return [unsure(CHECK, 'nobody said on which bus jobs are put as events', fix)];
  }
  try {
    await client.send(new DescribeEventBusCommand({ Name: bus }));
    const patterns = await patternsOn(bus, client);
    const heard = patterns.some((each) => each['detail-type']?.includes(JOB_RESULT) === true);
    return [
      ok(CHECK, `the bus ${bus} is there`),
      ...(heard ? [] : [wrong(CHECK, `no rule of ${bus} takes in results of jobs`, DEPLOY)]),
    ];
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') {
      const fix = 'Set EVENT_BUS and AWS_REGION to those of the stack: npx cdk deploy prints EventBusName.';
      return [wrong(CHECK, `there is no bus ${bus}`, fix)];
    }
    return [unasked('EventBridge', error, 'events:DescribeEventBus and events:ListRules')];
  }
}

async function patternsOn(bus: string, client: EventBridgeClient): Promise<readonly Pattern[]> {
  const patterns: Pattern[] = [];
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    // oxlint-disable-next-line no-await-in-loop
    const { Rules = [], NextToken } = await client.send(
      new ListRulesCommand({ EventBusName: bus, ...(token === undefined ? {} : { NextToken: token }) }),
    );
    for (const { State, EventPattern } of Rules) {
      const read = State === 'DISABLED' ? undefined : pattern.safeParse(jsonIn(EventPattern ?? ''));
      if (read?.success === true) patterns.push(read.data);
    }
    if (NextToken === undefined) break;
    token = NextToken;
  }
  return patterns;
}

/** Whoever may not ask knows nothing, which fails nothing. */
function unasked(what: string, error: unknown, right: string): Finding {
  const fix = `Allow ${right} to whoever runs this, and see whether you are signed in: aws sts get-caller-identity`;
  return unsure(CHECK, `${what} cannot be asked: ${reasonOf(error)}`, fix);
}
