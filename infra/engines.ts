/**
 * What starts jobs elsewhere, as far as the deployment's settings name anything: rights to exactly that, and the way back for
 * results. Where they name nothing, nothing of this is deployed.
 */
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ResultsEnvironment, WorkerEnvironment } from '../shared/config.ts';
import { JOB_RESULT } from '../shared/pipelines/eventbridge.ts';
import type { FunSet } from '../shared/fun/settings.ts';
import type { EnginesSet } from '../shared/pipelines/settings.ts';
import { ownFunction } from './function.ts';
import type { Intake } from './intake.ts';
import type { Work } from './queue.ts';

const RESULT_SECONDS = 9;
const RESULTS_AT_ONCE = 5;

type EnginesProps = {
  readonly bundles: string;
  readonly set: EnginesSet;
  readonly fun: FunSet;
  readonly work: Work;
  readonly intake: Intake;
};

export class Engines extends Construct {
  /** Takes results in; undefined where none comes by itself. */
  readonly results: Lambda | undefined;
  /** Signs the tokens that results come back with. */
  readonly secret: Secret | undefined;

  constructor(scope: Construct, id: string, { bundles, set, fun, work, intake }: EnginesProps) {
    super(scope, id);
    const { https, jenkins, codebuild, eventbridge } = set;
    const { worker, sweep } = work;
    const named = new Map<string, readonly Lambda[]>([
      ...https.map(({ secret }) => [secret, [worker]] as const),
      // The clock asks Jenkins how a build goes.
      ...jenkins.map(({ secret }) => [secret, [worker, sweep]] as const),
      ...[fun.catSecret, fun.gooseSecret].flatMap((secret) => (secret === '' ? [] : [[secret, [worker]] as const])),
    ]);
    for (const [name, readers] of named) {
      const kept = Secret.fromSecretNameV2(this, `Secret-${name}`, name);
      for (const each of readers) kept.grantRead(each);
    }
    if (codebuild.length > 0) {
      const resources = codebuild.map(({ project }) =>
        Stack.of(this).formatArn({ service: 'codebuild', resource: 'project', resourceName: project }),
      );
      const may = (...actions: readonly string[]): PolicyStatement =>
        new PolicyStatement({ actions: actions.map((each) => `codebuild:${each}`), resources });
      worker.addToRolePolicy(may('StartBuild', 'StopBuild', 'BatchGetBuilds', 'ListBuildsForProject'));
      sweep.addToRolePolicy(may('BatchGetBuilds'));
    }
    if (https.length + codebuild.length + eventbridge.length === 0) return;

    this.secret = new Secret(this, 'Results', {
      description:
        'Bowsprit: signs the tokens that results of jobs come back with; two, comma-separated, while rotating',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const results = ownFunction<ResultsEnvironment>(this, 'TakeIn', {
      file: 'results',
      description: 'takes in results of jobs',
      bundles,
      seconds: RESULT_SECONDS,
      memory: 256,
      concurrency: RESULTS_AT_ONCE,
      environment: { QUEUE_URL: work.queue.queueUrl, RESULTS_SECRET_ID: this.secret.secretName },
    });
    this.results = results;
    // As the door, it holds no other right.
    work.queue.grantSendMessages(results);
    this.secret.grantRead(results);
    const variables = {
      RESULTS_URL: `${intake.api.apiEndpoint}/results`,
      RESULTS_SECRET_ID: this.secret.secretName,
    } as const satisfies Pick<WorkerEnvironment, 'RESULTS_URL' | 'RESULTS_SECRET_ID'>;
    for (const [name, value] of Object.entries(variables)) worker.addEnvironment(name, value);
    this.secret.grantRead(worker);

    if (https.length > 0) {
      const integration = new HttpLambdaIntegration('Posted', results);
      intake.api.addRoutes({ path: '/results', methods: [HttpMethod.POST], integration });
    }
    const target = new LambdaFunction(results);
    if (eventbridge.length > 0) {
      new Rule(this, 'Put', {
        eventBus: work.bus,
        description: 'Bowsprit: results of jobs that were events',
        eventPattern: { detailType: [JOB_RESULT] },
        targets: [target],
      });
    }
    if (codebuild.length > 0) {
      new Rule(this, 'Built', {
        description: 'Bowsprit: results of builds in CodeBuild',
        eventPattern: {
          source: ['aws.codebuild'],
          detailType: ['CodeBuild Build State Change'],
          detail: {
            'project-name': codebuild.map(({ project }) => project),
            'build-status': [{ 'anything-but': 'IN_PROGRESS' }],
          },
        },
        targets: [target],
      });
    }
  }
}
