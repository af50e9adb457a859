import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { buildFunctions } from '../../infra/build.ts';
import { deploymentFrom } from '../../infra/deployment.ts';
import { BATCH_SIZE, LEASE_SECONDS, VISIBILITY_SECONDS, WORKER_SECONDS } from '../../infra/limits.ts';
import { BowspritStack } from '../../infra/stack.ts';
import { NOT_UNDERSTOOD } from '../../shared/dead-letters.ts';
import { NOT_RECOVERED } from '../../shared/recovery.ts';
import { clocks } from '../../shared/clocks.ts';
import { METRICS_NAMESPACE } from '../../shared/log.ts';

const statement = z.object({
  Action: z.union([z.string(), z.array(z.string())]),
  Effect: z.string(),
  Resource: z.unknown(),
  Condition: z.optional(z.unknown()),
});
const policy = z.object({
  Properties: z.object({
    PolicyDocument: z.object({ Statement: z.array(statement) }),
    Roles: z.array(z.object({ Ref: z.string() })),
  }),
});
const lambda = z.object({
  Properties: z.object({
    Role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }),
    Timeout: z.number(),
    Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  }),
});

const cdk = z.object({ context: z.record(z.string(), z.unknown()) });

let folder: string;
let template: Template;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-bundles-'));
  await buildFunctions(undefined, folder);
  const deployment = deploymentFrom((key) => ({ githubAppId: '12', githubApiUrl: 'https://api.github.com' })[key]);
  // With the same feature flags as when it is deployed.
  const { context } = cdk.parse(JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8')));
  template = Template.fromStack(new BowspritStack(new App({ context }), 'Test', deployment, folder));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const functionNamed = (part: string) => {
  const found = Object.entries(template.findResources('AWS::Lambda::Function')).find(([id]) => id.includes(part));
  if (found === undefined) throw new Error(`no function ${part}`);
  return lambda.parse(found[1]).Properties;
};

const statementsOf = (part: string): readonly z.infer<typeof statement>[] => {
  const [role] = functionNamed(part).Role['Fn::GetAtt'];
  return Object.values(template.findResources('AWS::IAM::Policy')).flatMap((found) => {
    const { PolicyDocument, Roles } = policy.parse(found).Properties;
    return Roles.some(({ Ref }) => Ref === role) ? PolicyDocument.Statement : [];
  });
};

/** `action on resource` for all that a function's role may do. */
const rightsOf = (part: string): readonly string[] =>
  statementsOf(part).flatMap(({ Action, Resource }) =>
    [Action].flat().map((action) => `${action} on ${JSON.stringify(Resource)}`),
  );

const actionsOf = (part: string): readonly string[] =>
  [...new Set(rightsOf(part).map((right) => right.slice(0, right.indexOf(' '))))].toSorted();

describe('what a function may do', () => {
  test('the door writes to one queue and reads one secret', () => {
    expect(actionsOf('IntakeWebhook')).toEqual([
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'sqs:GetQueueAttributes',
      'sqs:GetQueueUrl',
      'sqs:SendMessage',
    ]);
    expect(
      rightsOf('IntakeWebhook').filter((right) => right.includes('Table') || right.includes('PrivateKey')),
    ).toEqual([]);
  });

  test.each(['IntakeWebhook', 'IntakePages', 'WorkWorker', 'WorkDeadLetter', 'WorkSweep'])(
    '%s may neither update nor delete an audit record',
    (name) => {
      const wrong = rightsOf(name).filter(
        (right) => right.includes('TablesAudit') && !/^dynamodb:(?:PutItem|GetItem|Query) on /.test(right),
      );
      expect(wrong).toEqual([]);
    },
  );

  test.each(['IntakeWebhook', 'IntakePages', 'WorkWorker', 'WorkDeadLetter', 'WorkSweep'])(
    '%s has no right over everything and no wildcard action',
    (name) => {
      expect(rightsOf(name).filter((right) => /\*(?= on )| on "\*"$/.test(right))).toEqual([]);
    },
  );

  test('the private key is read where tokens are minted, and nowhere else', () => {
    const readers = ['IntakeWebhook', 'IntakePages', 'WorkWorker', 'WorkDeadLetter', 'WorkSweep'].filter((name) =>
      rightsOf(name).some((right) => right.includes('PrivateKey')),
    );
    expect(readers).toEqual(['WorkWorker', 'WorkDeadLetter', 'WorkSweep']);
  });

  test('of the cache, the pages read what is kept of settings, and write nothing', () => {
    const onCache = statementsOf('IntakePages').filter(({ Resource }) =>
      JSON.stringify(Resource).includes('TablesCache'),
    );
    expect(onCache).toEqual([
      {
        Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem'],
        Effect: 'Allow',
        Resource: { 'Fn::GetAtt': [expect.stringContaining('TablesCache'), 'Arn'] },
        Condition: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['settings#*', 'good-settings#*', 'gate#*'] },
        },
      },
    ]);
    expect(functionNamed('IntakePages').Environment.Variables).toHaveProperty('CACHE_TABLE');
  });

  test('anchors are put, never taken away', () => {
    const rights = rightsOf('WorkWorker').filter((right) => right.includes('Anchors'));
    expect(rights.map((right) => right.slice(0, right.indexOf(' ')))).toEqual(['s3:PutObject']);
  });

  test('the worker takes poison out of the way itself', () => {
    expect(Object.keys(functionNamed('WorkWorker').Environment.Variables)).toContain('DEAD_LETTER_QUEUE_URL');
    const sends = rightsOf('WorkWorker').filter((right) => right.startsWith('sqs:SendMessage'));
    expect(sends.filter((right) => right.includes('WorkDeadLetters'))).toHaveLength(1);
  });

  test('no secret is a variable', () => {
    for (const name of ['IntakeWebhook', 'WorkWorker']) {
      const { Variables } = functionNamed(name).Environment;
      expect(Object.keys(Variables)).not.toContain('GITHUB_WEBHOOK_SECRET');
      expect(Object.keys(Variables)).not.toContain('GITHUB_APP_PRIVATE_KEY');
    }
  });
});

describe('what is deployed', () => {
  test('times fit: function, lease, visibility', () => {
    expect(WORKER_SECONDS).toBeLessThan(LEASE_SECONDS);
    expect(LEASE_SECONDS).toBeLessThan(VISIBILITY_SECONDS);
    expect(VISIBILITY_SECONDS).toBeGreaterThanOrEqual(6 * functionNamed('WorkWorker').Timeout);
  });

  test('the queue is FIFO at high throughput, redrives, and is drained with partial failures', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      VisibilityTimeout: VISIBILITY_SECONDS,
      SqsManagedSseEnabled: true,
      RedrivePolicy: Match.objectLike({ maxReceiveCount: Match.anyValue() }),
    });
    template.allResourcesProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: BATCH_SIZE,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('every function runs on Node 24, arm64, with a bundle and a reserve of its own', () => {
    template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN' },
      ReservedConcurrentExecutions: Match.anyValue(),
    });
    template.resourceCountIs('AWS::Lambda::Function', 5);
  });

  test('the audit table cannot be deleted by accident, both are on demand, encrypted and recoverable, the cache expires', () => {
    const common = {
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    };
    template.allResourcesProperties('AWS::DynamoDB::Table', common);
    template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      Properties: Match.objectLike({ DeletionProtectionEnabled: true }),
    });
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    });
  });

  test('anchors are locked in compliance mode', () => {
    template.hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: Match.objectLike({ Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 365 } } }),
    });
  });

  test('the API is throttled and logged, and what was decided is behind IAM', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      DefaultRouteSettings: Match.objectLike({ ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400 }),
      AccessLogSettings: Match.objectLike({ DestinationArn: Match.anyValue() }),
    });
    for (const RouteKey of ['GET /settings', 'GET /audit', 'GET /pulls/{proxy+}']) {
      template.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey, AuthorizationType: 'AWS_IAM' });
    }
    template.hasResourceProperties('AWS::ApiGatewayV2::Route', {
      RouteKey: 'POST /webhooks/{provider}',
      AuthorizationType: 'NONE',
    });
  });

  test('whatever the clock wakes has its schedule', () => {
    template.resourceCountIs('AWS::Events::Rule', clocks.length);
    for (const { every } of clocks) {
      const hours = every / 60;
      const whole = Number.isInteger(hours) ? `rate(${hours} hour${hours === 1 ? '' : 's'})` : undefined;
      template.hasResourceProperties('AWS::Events::Rule', { ScheduleExpression: whole ?? `rate(${every} minutes)` });
    }
  });

  test('someone is woken for dead letters, old messages, errors, throttles and 5xx', () => {
    for (const MetricName of [
      'ApproximateNumberOfMessagesVisible',
      'ApproximateAgeOfOldestMessage',
      'Errors',
      'Throttles',
      '5xx',
    ]) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName, AlarmActions: Match.anyValue() });
    }
    template.resourceCountIs('AWS::CloudWatch::Dashboard', 1);
  });

  test('someone is woken for a dead letter that nobody can read', () => {
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: `"${NOT_UNDERSTOOD}"`,
      LogGroupName: { Ref: Match.stringLikeRegexp('^WorkDeadLetterLogs') },
      MetricTransformations: [Match.objectLike({ MetricName: 'DeadLettersNotUnderstood', MetricValue: '1' })],
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'DeadLettersNotUnderstood',
      Namespace: 'Bowsprit',
      Statistic: 'Sum',
      AlarmActions: Match.anyValue(),
    });
  });

  test('someone is woken for a delivery that could not be had again', () => {
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: `"${NOT_RECOVERED}"`,
      LogGroupName: { Ref: Match.stringLikeRegexp('^WorkSweepLogs') },
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'DeliveriesNotRecovered',
      AlarmActions: Match.anyValue(),
    });
  });

  test('every alarm names the section of the runbook that says what to do', () => {
    const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');
    const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title = '']) =>
      title.toLowerCase().replaceAll(' ', '-'),
    );
    const alarm = z.object({ Properties: z.object({ AlarmDescription: z.string() }) });
    const descriptions = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
      (found) => alarm.parse(found).Properties.AlarmDescription,
    );
    expect(descriptions.length).toBeGreaterThan(15);
    const lost = descriptions.filter((each) => {
      const [, section] = / Runbook: docs\/runbook\.md#([a-z-]+)$/.exec(each) ?? [];
      return section === undefined || !sections.includes(section);
    });
    expect(lost).toEqual([]);
  });

  test('someone is woken for unknown secrets, a queue that takes nothing, and a quota nearly spent', () => {
    for (const MetricName of ['Unsigned', 'NotTaken', 'ForgeQuotaLeft']) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { Namespace: METRICS_NAMESPACE, MetricName });
    }
  });

  test('logs are kept for three months', () => {
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 90 });
  });
});

const deployed = (text: string, prow = ''): Template => {
  const settings = join(folder, 'bowsprit.yaml');
  writeFileSync(settings, text);
  const context = { settings, prow, githubApiUrl: 'https://api.github.com' };
  const deployment = deploymentFrom((key) => new Map(Object.entries(context)).get(key));
  return Template.fromStack(new BowspritStack(new App(), 'Set', deployment, folder));
};

describe('a settings file', () => {
  test.each([
    ['merge_warnings: { enabled: true }\n', 1],
    ['merge_warnings: { channels: [releases] }\n', 0],
  ])('%j has the door take deleted branches in %i function', (text, functions) => {
    const taking = { Properties: { Environment: { Variables: Match.objectLike({ BOWSPRIT_DELETIONS: 'true' }) } } };
    expect(Object.keys(deployed(text).findResources('AWS::Lambda::Function', taking))).toHaveLength(functions);
  });

  test('is shipped beside the functions that read it, and its bots are known at the door', () => {
    const set = deployed("commands: { bots: ['Renovate[bot]', helper-example] }\n");
    expect(Object.keys(set.findResources('AWS::Lambda::LayerVersion'))).toHaveLength(1);
    set.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ BOWSPRIT_BOTS: 'renovate[bot],helper-example' }) },
    });
    set.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({ BOWSPRIT_SETTINGS: '/opt/bowsprit.yaml', AUDIT_TABLE: Match.anyValue() }),
      },
    });
  });

  test('of Prow are shipped as they are, and a mistake in them is not deployed', () => {
    const prow = mkdtempSync(join(tmpdir(), 'bowsprit-prow-'));
    writeFileSync(join(prow, 'plugins.yaml'), 'plugins:\n  acme:\n    plugins: [lgtm]\n');
    const set = deployed('', prow);
    set.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({ BOWSPRIT_PROW_CONFIG: '/opt/prow', CACHE_TABLE: Match.anyValue() }),
      },
    });
    writeFileSync(join(prow, 'plugins.yaml'), 'size: { s: 20 }\n');
    expect(() => deployed('', prow)).toThrow('plugins.yaml:1:');
  });

  test('with a mistake is not deployed', () => {
    expect(() => deployed('commands:\n  bots: renovate\n')).toThrow(
      'bowsprit.yaml:2:3: `commands.bots` must be a list.',
    );
  });
});

/** What each function may do, as `action resource`. */
const rightsIn = (set: Template): ReadonlyMap<string, readonly string[]> =>
  new Map(
    Object.values(set.findResources('AWS::IAM::Policy')).map((each) => {
      const { PolicyDocument, Roles } = policy.parse(each).Properties;
      const rights = PolicyDocument.Statement.flatMap(({ Action, Resource }) =>
        [Action].flat().map((action) => `${action} ${JSON.stringify(Resource)}`),
      );
      return [Roles[0]?.Ref.replace(/Role[0-9A-F]{8}$/, '') ?? '', rights];
    }),
  );
const may = (rights: ReadonlyMap<string, readonly string[]>, which: string, what: RegExp): readonly string[] =>
  [...rights].flatMap(([role, all]) => (role.endsWith(which) ? all.filter((each) => what.test(each)) : []));

describe('engines', () => {
  const ENGINES = `engines:
  https: [{ host: ci.example.com, secret: bowsprit/ci }]
  jenkins: [{ name: main, url: 'https://ci.example.com', user: bowsprit, secret: bowsprit/jenkins, jobs: [unit] }]
  codebuild: [{ project: acme-ci }, { project: acme-docs }]
  eventbridge: [{ target: nightly }]
`;
  test('are nothing at all where none is set up', () => {
    expect(JSON.stringify(template.toJSON())).not.toMatch(/codebuild|RESULTS_|\/results|LOCAL_ENGINES/);
  });

  test('may do what the settings name and no more', () => {
    const set = deployed(ENGINES);
    const rights = rightsIn(set);
    const builds = may(rights, 'Worker', /^codebuild:/);
    expect(builds.map((each) => each.split(' ')[0])).toEqual([
      'codebuild:StartBuild',
      'codebuild:StopBuild',
      'codebuild:BatchGetBuilds',
      'codebuild:ListBuildsForProject',
    ]);
    for (const each of builds) expect(each).toMatch(/:project\/acme-ci.*:project\/acme-docs/);
    expect(may(rights, 'Sweep', /^codebuild:/)).toHaveLength(1);
    expect(may(rights, 'Worker', /secret:bowsprit\/(?:ci|jenkins)-/)).toHaveLength(4);
    expect(may(rights, 'Sweep', /secret:bowsprit\//).join()).not.toContain('bowsprit/ci');
    for (const which of ['Webhook', 'Pages', 'DeadLetter', 'TakeIn']) {
      expect(may(rights, which, /codebuild:|secret:bowsprit/)).toEqual([]);
    }
    expect(JSON.stringify(set.toJSON())).not.toContain('LOCAL_ENGINES');
  });

  test('of fun are keys that the worker alone reads', () => {
    const rights = rightsIn(deployed('fun: { cat_secret: bowsprit/cat, goose_secret: bowsprit/goose }\n'));
    expect(may(rights, 'Worker', /secret:bowsprit\/(?:cat|goose)-/)).toHaveLength(4);
    expect(may(rights, '', /secret:bowsprit\//)).toHaveLength(4);
  });

  test('tell their results to a function that can only queue them', () => {
    const set = deployed(ENGINES);
    const rights = may(rightsIn(set), 'TakeIn', /./).map((each) => each.split(' ')[0]);
    expect(new Set(rights)).toEqual(
      new Set([
        'logs:CreateLogStream',
        'logs:PutLogEvents',
        'sqs:SendMessage',
        'sqs:GetQueueAttributes',
        'sqs:GetQueueUrl',
        'secretsmanager:GetSecretValue',
        'secretsmanager:DescribeSecret',
      ]),
    );
    set.hasResourceProperties('AWS::ApiGatewayV2::Route', { RouteKey: 'POST /results' });
    set.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.codebuild'],
        detail: { 'project-name': ['acme-ci', 'acme-docs'], 'build-status': [{ 'anything-but': 'IN_PROGRESS' }] },
      },
    });
    set.hasResourceProperties('AWS::Events::Rule', { EventPattern: { 'detail-type': ['Bowsprit job result'] } });
  });

  test('of one kind bring nothing of the others', () => {
    const jenkins = deployed(ENGINES.replace(/^ {2}(?:https|codebuild|eventbridge):.*\n/gm, ''));
    expect(JSON.stringify(jenkins.toJSON())).not.toMatch(/codebuild:|RESULTS_|POST \/results/);
    const builds = JSON.stringify(deployed('engines: { codebuild: [{ project: acme-ci }] }\n').toJSON());
    expect(builds).toContain('RESULTS_');
    expect(builds).not.toContain('POST /results');
  });
});

test('every mistake in the context is told at once', () => {
  const context: Readonly<Record<string, unknown>> = {
    githubAppId: 'twelve',
    githubApiUrl: 'http://github.example',
    alarmEmail: 'nobody',
    workerConcurrency: 0,
  };
  expect(() => deploymentFrom((key) => context[key])).toThrow(
    /githubAppId: .*githubApiUrl: .*alarmEmail: .*workerConcurrency: /,
  );
});
