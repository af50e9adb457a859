/** The FIFO queue, the worker that drains it, and where deliveries rest that could not be carried out. */
import { Duration } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { DeadLetterEnvironment, SweepEnvironment, WorkerEnvironment } from '../shared/config.ts';
import type { Deployment } from './deployment.ts';
import { ownFunction } from './function.ts';
import {
  BATCH_SIZE,
  LEASE_SECONDS,
  MAX_RECEIVES,
  SWEEP_SECONDS,
  VISIBILITY_SECONDS,
  WORKER_SECONDS,
} from './limits.ts';
import type { SettingsFile } from './settings-file.ts';
import type { Secrets } from './secrets.ts';
import type { Tables } from './tables.ts';

type WorkProps = {
  readonly deployment: Deployment;
  readonly bundles: string;
  readonly tables: Tables;
  readonly secrets: Secrets;
  readonly settings: SettingsFile;
};

export class Work extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly bus: EventBus;
  readonly worker: Lambda;
  readonly deadLetter: Lambda;
  readonly sweep: Lambda;

  constructor(scope: Construct, id: string, props: WorkProps) {
    super(scope, id);
    const { deployment, bundles, tables, secrets, settings } = props;
    const fifo = {
      fifo: true,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(VISIBILITY_SECONDS),
      // In order inside a pull request, in parallel across: limits count per message group.
      deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      retentionPeriod: Duration.days(14),
    } as const;
    this.deadLetters = new Queue(this, 'DeadLetters', fifo);
    this.queue = new Queue(this, 'Deliveries', {
      ...fifo,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
    this.bus = new EventBus(this, 'Bus', { description: 'Bowsprit: every finished invocation' });

    const shared = {
      QUEUE_URL: this.queue.queueUrl,
      AUDIT_TABLE: tables.audit.tableName,
      CACHE_TABLE: tables.cache.tableName,
      ANCHOR_BUCKET: tables.anchors.bucketName,
      EVENT_BUS: this.bus.eventBusName,
      GITHUB_API_URL: deployment.githubApiUrl,
      GITHUB_APP_ID: deployment.githubAppId,
      ...secrets.minting,
      ...settings.environment,
      LEASE_SECONDS: String(LEASE_SECONDS),
      VISIBILITY_SECONDS: String(VISIBILITY_SECONDS),
    };
    this.worker = ownFunction<WorkerEnvironment>(this, 'Worker', {
      file: 'worker',
      description: 'carries out deliveries',
      bundles,
      layers: settings.layers,
      seconds: WORKER_SECONDS,
      memory: 512,
      concurrency: deployment.workerConcurrency,
      environment: { ...shared, DEAD_LETTER_QUEUE_URL: this.deadLetters.queueUrl },
    });
    this.deadLetter = ownFunction<DeadLetterEnvironment>(this, 'DeadLetter', {
      file: 'dead-letter',
      description: 'records what was given up',
      bundles,
      layers: settings.layers,
      seconds: WORKER_SECONDS,
      memory: 512,
      concurrency: 2,
      environment: { ...shared, QUEUE_URL: this.deadLetters.queueUrl },
    });
    this.sweep = ownFunction<SweepEnvironment>(this, 'Sweep', {
      file: 'sweep',
      description: 'what the clock wakes',
      bundles,
      layers: settings.layers,
      seconds: SWEEP_SECONDS,
      memory: 256,
      concurrency: 1,
      environment: shared,
    });

    this.worker.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: BATCH_SIZE,
        reportBatchItemFailures: true,
        maxConcurrency: Math.max(2, deployment.workerConcurrency),
      }),
    );
    this.deadLetter.addEventSource(
      new SqsEventSource(this.deadLetters, { batchSize: BATCH_SIZE, reportBatchItemFailures: true }),
    );
    for (const each of [this.worker, this.deadLetter, this.sweep]) {
      tables.grantAppend(each);
      tables.grantCache(each);
      secrets.grantMinting(each);
      this.bus.grantPutEventsTo(each);
    }
    this.queue.grantSendMessages(this.worker);
    this.deadLetters.grantSendMessages(this.worker);
    this.queue.grantSendMessages(this.sweep);
  }
}
