/** All of Bowsprit in one stack. */
import { Annotations, CfnElement, CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { join } from 'node:path';
import { Alarms } from './alarms.ts';
import type { Deployment } from './deployment.ts';
import { Engines } from './engines.ts';
import { Intake } from './intake.ts';
import { Notifications } from './notifications.ts';
import { Work } from './queue.ts';
import { Schedules } from './schedules.ts';
import { SettingsFile } from './settings-file.ts';
import { Secrets } from './secrets.ts';
import { Tables } from './tables.ts';

const BUNDLES = join(import.meta.dirname, '../dist');

const acknowledge = (where: Construct, rule: string, reason: string): void => {
  Validations.of(where).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason });
};

export class BowspritStack extends Stack {
  constructor(scope: Construct, id: string, deployment: Deployment, bundles: string = BUNDLES) {
    super(scope, id, { description: 'Bowsprit: comments on pull requests become audited actions' });
    const tables = new Tables(this, 'Tables', deployment);
    const secrets = new Secrets(this, 'Secrets', deployment);
    const settings = new SettingsFile(this, 'Settings', deployment);
    const work = new Work(this, 'Work', { deployment, bundles, tables, secrets, settings });
    const intake = new Intake(this, 'Intake', { deployment, bundles, queue: work.queue, tables, secrets, settings });
    const engines = new Engines(this, 'Engines', { bundles, set: settings.engines, fun: settings.fun, work, intake });
    new Schedules(this, 'Schedules', work.sweep);
    new Alarms(this, 'Alarms', { deployment, intake, work });
    if (deployment.notifications !== undefined) {
      const { topic } = new Notifications(this, 'Notifications', {
        bus: work.bus,
        templates: deployment.notifications,
      });
      new CfnOutput(this, 'NotificationsTopicArn', {
        value: topic.topicArn,
        description: 'Subscribe mail or chat to it',
      });
    }

    new CfnOutput(this, 'WebhookUrl', { value: intake.webhookUrl, description: 'Webhook URL of the GitHub App' });
    new CfnOutput(this, 'WebhookSecretName', { value: secrets.webhook.secretName });
    if (secrets.privateKey !== undefined) {
      new CfnOutput(this, 'PrivateKeySecretName', { value: secrets.privateKey.secretName });
    }
    new CfnOutput(this, 'QueueUrl', { value: work.queue.queueUrl });
    new CfnOutput(this, 'CacheTable', { value: tables.cache.tableName });
    new CfnOutput(this, 'AuditTable', { value: tables.audit.tableName });
    new CfnOutput(this, 'EventBusName', { value: work.bus.eventBusName });
    if (deployment.githubAppId === '') {
      Annotations.of(this).addInfoV2(
        'bowsprit:no-app',
        'githubAppId is not set: deploy again with -c githubAppId=<number> once the GitHub App exists.',
      );
    }
    this.acknowledgeFindings({ tables, secrets, intake, engines });
  }

  /** What AWS Solutions finds and why it stays. */
  private acknowledgeFindings({
    tables,
    secrets,
    intake,
    engines,
  }: {
    readonly tables: Tables;
    readonly secrets: Secrets;
    readonly intake: Intake;
    readonly engines: Engines;
  }): void {
    acknowledge(
      intake,
      'APIG4',
      'The webhook door authenticates by signature over the raw body, /health and the help page are public on purpose; the pages of settings and of the audit trail use IAM.',
    );
    acknowledge(
      secrets,
      'SMG4',
      'Both values are shared with GitHub, so they are rotated by hand: two webhook secrets are valid at once for that.',
    );
    acknowledge(
      engines,
      'SMG4',
      'Tokens that are on their way must stay valid, so it is rotated by hand: two are valid at once for that.',
    );
    acknowledge(
      tables,
      'S1',
      'Anchors are written by one function and read by auditors; object lock, not an access log, is what protects them.',
    );
    const nameOf = (of: Construct): string =>
      of.node.defaultChild instanceof CfnElement ? this.getLogicalId(of.node.defaultChild) : '';
    acknowledge(
      this,
      `IAM5[Resource::<${nameOf(tables.audit)}.Arn>/index/*]`,
      'All indexes of the one audit table, which are there to be queried.',
    );
    acknowledge(
      this,
      `IAM5[Resource::<${nameOf(tables.anchors)}.Arn>/anchors/*]`,
      'One object for each chain head, below anchors/ of the one bucket; put and nothing else.',
    );
  }
}
