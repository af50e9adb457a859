/** One Lambda: its own bundle, log group and role. The role may write to that log group and nothing else until granted. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as Lambda,
  LoggingFormat,
  SystemLogLevel,
  Runtime,
  type ILayerVersion,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { join } from 'node:path';

export type OwnFunction<Environment> = {
  /** File below functions/, without its ending. */
  readonly file: string;
  readonly description: string;
  /** Folder with one folder per function, made by `npm run build`. */
  readonly bundles: string;
  readonly seconds: number;
  readonly memory: number;
  readonly concurrency: number;
  /** The variables that the function reads: a forgotten one does not compile. */
  readonly environment: Environment;
  readonly layers?: readonly ILayerVersion[];
};

export function ownFunction<Environment extends Readonly<Record<string, string | undefined>>>(
  scope: Construct,
  id: string,
  { file, description, bundles, seconds, memory, concurrency, environment, layers = [] }: OwnFunction<Environment>,
): Lambda {
  const logGroup = new LogGroup(scope, `${id}Logs`, {
    retention: RetentionDays.THREE_MONTHS,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `Bowsprit: ${description}`,
  });
  const own = new Lambda(scope, id, {
    description: `Bowsprit: ${description}`,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(join(bundles, file), { exclude: ['*.map'] }),
    handler: 'index.handler',
    timeout: Duration.seconds(seconds),
    memorySize: memory,
    reservedConcurrentExecutions: concurrency,
    loggingFormat: LoggingFormat.JSON,
    // Lambda's own three lines per invocation would cost more than the invocation; metrics tell the same.
    systemLogLevelV2: SystemLogLevel.WARN,
    logGroup,
    role,
    environment: defined(environment),
    layers: [...layers],
  });
  role.addToPolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    }),
  );
  return own;
}

function defined(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([key, value]) => (value === undefined || value === '' ? [] : [[key, value]])),
  );
}
