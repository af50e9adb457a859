/** What the world reaches: one HTTP API with the webhook door, and the pages behind IAM except for the help. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnStage, HttpApi, HttpMethod, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { PagesEnvironment, WebhookEnvironment } from '../shared/config.ts';
import { GATE_KEYS } from '../shared/gate-kept.ts';
import { SETTINGS_KEYS } from '../shared/settings-here.ts';
import type { Deployment } from './deployment.ts';
import { ownFunction } from './function.ts';
import type { SettingsFile } from './settings-file.ts';
import type { Secrets } from './secrets.ts';
import type { Tables } from './tables.ts';

/** Requests per second and at once, over all forges: far above the events of a large organization, far below harm. */
const RATE = 200;
const BURST = 400;
/** GitHub waits 10 seconds for its answer (reference, providers 1.0). */
const DOOR_SECONDS = 9;

type IntakeProps = {
  readonly deployment: Deployment;
  readonly bundles: string;
  readonly queue: Queue;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly settings: SettingsFile;
};

export class Intake extends Construct {
  readonly api: HttpApi;
  readonly webhook: Lambda;
  readonly pages: Lambda;

  constructor(scope: Construct, id: string, { deployment, bundles, queue, tables, secrets, settings }: IntakeProps) {
    super(scope, id);
    this.webhook = ownFunction<WebhookEnvironment>(this, 'Webhook', {
      file: 'webhook',
      description: 'checks signatures and queues deliveries',
      bundles,
      seconds: DOOR_SECONDS,
      memory: 512,
      concurrency: deployment.doorConcurrency,
      environment: {
        QUEUE_URL: queue.queueUrl,
        GITHUB_WEBHOOK_SECRET_ID: secrets.webhook.secretName,
        GITHUB_APP_ID: deployment.githubAppId,
        BOWSPRIT_BOTS: settings.bots.join(','),
        ...(settings.deletions ? { BOWSPRIT_DELETIONS: 'true' } : {}),
      },
    });
    // The door holds no other right (figures §6, row 20).
    queue.grantSendMessages(this.webhook);
    secrets.webhook.grantRead(this.webhook);

    this.pages = ownFunction<PagesEnvironment>(this, 'Pages', {
      file: 'pages',
      description: 'serves the pages of commands, settings and the audit trail',
      bundles,
      seconds: 20,
      memory: 256,
      concurrency: 5,
      layers: settings.layers,
      environment: {
        AUDIT_TABLE: tables.audit.tableName,
        CACHE_TABLE: tables.cache.tableName,
        GITHUB_API_URL: deployment.githubApiUrl,
        ANCHOR_BUCKET: tables.anchors.bucketName,
        ...settings.environment,
      },
    });
    tables.grantAuditRead(this.pages);
    tables.grantCacheRead(this.pages, [...SETTINGS_KEYS, ...GATE_KEYS]);

    this.api = new HttpApi(this, 'Api', { description: 'Bowsprit', createDefaultStage: false });
    const access = new LogGroup(this, 'Access', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.api.addStage('Stage', {
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: RATE, burstLimit: BURST },
      detailedMetricsEnabled: true,
      accessLogSettings: {
        destination: new LogGroupLogDestination(access),
        format: AccessLogFormat.custom(
          JSON.stringify({
            at: '$context.requestTime',
            request: '$context.requestId',
            route: '$context.routeKey',
            status: '$context.status',
            ip: '$context.identity.sourceIp',
            bytes: '$context.responseLength',
            milliseconds: '$context.responseLatency',
            error: '$context.integrationErrorMessage',
          }),
        ),
      },
    });
    const door = new HttpLambdaIntegration('Door', this.webhook, { timeout: Duration.seconds(DOOR_SECONDS + 1) });
    this.api.addRoutes({ path: '/webhooks/{provider}', methods: [HttpMethod.POST], integration: door });
    this.api.addRoutes({ path: '/health', methods: [HttpMethod.GET], integration: door });
    const shown = new HttpLambdaIntegration('Shown', this.pages);
    this.api.addRoutes({ path: '/', methods: [HttpMethod.GET], integration: shown });
    // What private repositories set, and what was decided about them, is for those who may read the account.
    const authorizer = new HttpIamAuthorizer();
    for (const path of ['/settings', '/audit', '/pulls/{proxy+}']) {
      this.api.addRoutes({ path, methods: [HttpMethod.GET], integration: shown, authorizer });
    }
  }

  /** The URL that the GitHub App sends webhooks to. */
  get webhookUrl(): string {
    return `${this.api.apiEndpoint}/webhooks/github`;
  }

  get stage(): CfnStage | undefined {
    const child = this.api.node.tryFindChild('Stage')?.node.defaultChild;
    return child instanceof CfnStage ? child : undefined;
  }
}
