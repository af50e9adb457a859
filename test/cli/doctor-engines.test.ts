import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { buildFindings } from '../../cli/doctor-builds.ts';
import { engineFindings, findingsOf } from '../../cli/doctor-engines.ts';
import { startJenkins, type JenkinsInABox } from '../../local/jenkins/index.ts';
import { startCodeBuild, type CodeBuild } from '../support/codebuild.ts';
import { startPeer, type Behave, type Peer } from '../support/http-peer.ts';

let jenkins: JenkinsInABox;
let codebuild: CodeBuild;
let events: Peer;
let connect: { region: string; endpoint: string; credentials: CodeBuild['credentials'] };
beforeAll(async () => {
  jenkins = await startJenkins({ jobs: [] });
  codebuild = await startCodeBuild(['acme-ci', 'acme-empty'], () => new Date());
  events = await startPeer();
  connect = { region: 'us-east-1', endpoint: events.url, credentials: codebuild.credentials };
});
afterAll(async () => {
  codebuild.close();
  await Promise.all([jenkins.close(), events.close()]);
});

const named = z.object({
  Name: z.optional(z.string()),
  EventBusName: z.optional(z.string()),
  NextToken: z.optional(z.string()),
});

const NONE = { https: [], jenkins: [], codebuild: [], eventbridge: [] };

test('where no engine is set up, nothing is looked at', async () => {
  expect(await findingsOf(NONE, undefined)).toEqual([]);
});

test.each<[title: string, user: string, states: readonly string[]]>([
  ['knows', 'bowsprit', ['ok', 'ok']],
  ['does not know', 'somebody', ['ok', 'wrong']],
])('a Jenkins that %s its user', async (_, user, states) => {
  const server = { name: 'main', url: jenkins.url, user, secret: 'bowsprit/jenkins', jobs: ['*'] };
  const findings = await findingsOf({ ...NONE, jenkins: [server] }, { secrets: { 'bowsprit/jenkins': jenkins.token } });
  expect(findings.map(({ state }) => state)).toEqual(states);
});

test('an address that may not be called', async () => {
  const server = { name: 'main', url: 'http://10.0.0.7', user: 'bowsprit', secret: 's', jobs: ['*'] };
  const findings = await findingsOf({ ...NONE, jenkins: [server] }, { secrets: { s: 'x' } });
  expect(findings.at(-1)).toMatchObject({ state: 'wrong', found: expect.stringContaining('not https') });
});

/** Rules by their bus; two pages of them. */
const rules = (...patterns: readonly object[]): Behave => {
  const all = patterns.map((each, index) => ({
    Name: `rule-${index}`,
    State: 'ENABLED',
    ...('EventPattern' in each ? each : { EventPattern: JSON.stringify(each) }),
  }));
  return ({ headers, body }, response) => {
    const { Name, EventBusName, NextToken } = named.parse(JSON.parse(body));
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if ((Name ?? EventBusName) === 'gone') {
      response.writeHead(400).end('{"__type":"ResourceNotFoundException","message":"made up"}');
    } else if (String(headers['x-amz-target']).endsWith('DescribeEventBus')) {
      response.end(JSON.stringify({ Name }));
    } else {
      response.end(
        JSON.stringify(NextToken === undefined ? { Rules: all.slice(0, 1), NextToken: '1' } : { Rules: all.slice(1) }),
      );
    }
  };
};

const now = (): Date => new Date();

describe('of AWS it is asked', () => {
  const BUILDS = { source: ['aws.codebuild'], detail: { 'project-name': ['acme-ci', 'acme-empty'] } };
  const RESULTS = { 'detail-type': ['Bowsprit job result'] };
  const project = (name: string) => ({ ...NONE, codebuild: [{ project: name }] });
  const target = { ...NONE, eventbridge: [{ target: 'nightly' }] };

  test.each<
    [
      what: string,
      set: typeof target | ReturnType<typeof project>,
      patterns: readonly object[],
      found: readonly string[],
    ]
  >([
    ['a project that is there', project('acme-ci'), [RESULTS, BUILDS], ['ok: CodeBuild has the project acme-ci']],
    [
      'a project of which nothing is heard',
      project('acme-ci'),
      [
        { source: ['aws.codebuild'], detail: { 'project-name': ['another'] } },
        { EventPattern: JSON.stringify(BUILDS), State: 'DISABLED' },
      ],
      ['ok: CodeBuild has the project acme-ci', 'wrong: no rule tells Bowsprit how builds of acme-ci end'],
    ],
    [
      'a project that is not there',
      project('acme-cd'),
      [{ source: ['aws.codebuild'] }],
      ['wrong: CodeBuild has no project acme-cd in us-east-1'],
    ],
    [
      'a project without a source',
      project('acme-empty'),
      [BUILDS],
      ['wrong: the project acme-empty has the source NO_SOURCE, of which no commit can be built'],
    ],
    ['a bus with its rule', target, [BUILDS, RESULTS], ['ok: the bus ours is there']],
    [
      'a bus without',
      target,
      [BUILDS],
      ['ok: the bus ours is there', 'wrong: no rule of ours takes in results of jobs'],
    ],
  ])('%s', async (_, set, patterns, found) => {
    events.behave(rules(...patterns));
    const findings = await buildFindings(set, { connect, codeBuildEndpoint: codebuild.endpoint, bus: 'ours', now });
    expect(findings.map((each) => `${each.state}: ${each.found}`)).toEqual(found);
    expect(findings.every(({ state, fix }) => state === 'ok' || (fix ?? '') !== '')).toBe(true);
  });

  test('a bus that is not there, or that nobody named', async () => {
    events.behave(rules());
    const at = { connect, codeBuildEndpoint: codebuild.endpoint, now };
    expect(await buildFindings(target, { ...at, bus: 'gone' })).toMatchObject([
      { state: 'wrong', found: 'there is no bus gone', fix: expect.stringContaining('EVENT_BUS') },
    ]);
    expect(await buildFindings(target, { ...at, bus: undefined })).toMatchObject([{ state: 'unsure' }]);
  });

  test('and whoever may not ask is told what allows it, and fails nothing', async () => {
    events.behave((__, response) => response.writeHead(400).end('{"__type":"AccessDeniedException","message":"no"}'));
    const at = { connect: { ...connect, credentials: { ...connect.credentials, secretAccessKey: 'other' } }, now };
    const set = { ...project('acme-ci'), eventbridge: target.eventbridge };
    const found = await buildFindings(set, { ...at, codeBuildEndpoint: codebuild.endpoint, bus: 'ours' });
    expect(found.map(({ state }) => state)).toEqual(['unsure', 'unsure', 'unsure']);
    expect(found.map(({ fix }) => fix?.split(' to whoever')[0])).toEqual([
      'Allow codebuild:BatchGetProjects',
      'Allow events:ListRules',
      'Allow events:DescribeEventBus and events:ListRules',
    ]);
  });

  test('by the settings of the deployment, where its environment says it is', async () => {
    events.behave(rules(RESULTS, BUILDS));
    const settings = join(mkdtempSync(join(tmpdir(), 'doctor-')), 'bowsprit.yaml');
    writeFileSync(settings, 'engines: { codebuild: [{ project: acme-ci }], eventbridge: [{ target: nightly }] }\n');
    const environment = {
      BOWSPRIT_SETTINGS: settings,
      AWS_ENDPOINT_URL_CODEBUILD: codebuild.endpoint,
      AWS_ENDPOINT_URL_EVENTBRIDGE: events.url,
      EVENT_BUS: 'ours',
    };
    const deployed = await engineFindings(environment, { local: false, sqs: connect }, now);
    expect(deployed.map(({ found }) => found)).toEqual(['CodeBuild has the project acme-ci', 'the bus ours is there']);
    // Here there is no AWS unless somebody says where.
    const { AWS_ENDPOINT_URL_CODEBUILD: _, AWS_ENDPOINT_URL_EVENTBRIDGE: __, ...bare } = environment;
    expect(await engineFindings(bare, { local: true, sqs: connect }, now)).toEqual([]);
  });

  test('nothing where the settings name nothing there', async () => {
    const before = events.asked().length;
    expect(await buildFindings(NONE, { connect, bus: 'ours', now })).toEqual([]);
    expect(events.asked()).toHaveLength(before);
  });
});
