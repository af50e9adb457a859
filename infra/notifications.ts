/** Tells people outside of the forge who must act: what the bus carries, in words, on a topic of its own. */
import { Stack } from 'aws-cdk-lib';
import { EventField, Rule, RuleTargetInput, type EventBus } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { DETAIL_TYPE, EVENT_SOURCE } from '../shared/publish.ts';
import { NOTIFICATIONS, PLACEHOLDERS, type Templates } from './notification-templates.ts';

export class Notifications extends Construct {
  readonly topic: Topic;

  constructor(
    scope: Construct,
    id: string,
    { bus, templates }: { readonly bus: EventBus; readonly templates: Templates },
  ) {
    super(scope, id);
    const events = new ServicePrincipal('events.amazonaws.com');
    const { account } = Stack.of(this);
    // With the key that AWS keeps for SNS, EventBridge could not publish.
    const key = new Key(this, 'Key', { description: 'Bowsprit: notifications', enableKeyRotation: true });
    key.addToResourcePolicy(
      new PolicyStatement({
        principals: [events],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    this.topic = new Topic(this, 'Topic', { displayName: 'Bowsprit', enforceSSL: true, masterKey: key });
    const ownAlone = { StringEquals: { 'aws:SourceAccount': account } };
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [events],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: ownAlone,
      }),
    );
    // By its name: to a topic of the stack the target grants the buses of all accounts.
    const named = Topic.fromTopicArn(this, 'Named', this.topic.topicArn);
    for (const { name, what, type = DETAIL_TYPE, detail } of NOTIFICATIONS) {
      new Rule(
        this,
        name.replace(/^./, (first) => first.toUpperCase()),
        {
          eventBus: bus,
          description: `Bowsprit: ${what}`,
          eventPattern: { source: [EVENT_SOURCE], detailType: [type], detail },
          targets: [new SnsTopic(named, { message: RuleTargetInput.fromText(filled(templates[name])) })],
        },
      );
    }
  }
}

/** With what EventBridge puts in place of each placeholder. */
function filled(template: string): string {
  return Object.entries(PLACEHOLDERS).reduce(
    (text, [name, path]) => text.replaceAll(`{${name}}`, () => EventField.fromPath(path)),
    template,
  );
}
