import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { describe, expect, test } from 'vitest';
import { deploymentFrom } from '../../infra/deployment.ts';
import { Notifications } from '../../infra/notifications.ts';
import { subjectOf } from '../../shared/publish.ts';
import { NOTIFICATIONS, PLACEHOLDERS, wrongIn } from '../../infra/notification-templates.ts';
import { auditRecord, chained, EMPTY_CHAIN } from '../../shared/audit-record.ts';
import { draft } from '../store/here.ts';

const CONTEXT: Readonly<Record<string, unknown>> = { githubApiUrl: 'https://api.github.com' };
const deployed = (more: Readonly<Record<string, unknown>>) => deploymentFrom((key) => ({ ...CONTEXT, ...more })[key]);

function templateOf(more: Readonly<Record<string, unknown>> = {}): Template {
  const { notifications: templates } = deployed({ notifications: 'true', ...more });
  if (templates === undefined) throw new Error('notifications are off');
  const stack = new Stack(new App(), 'Test');
  const { topic } = new Notifications(stack, 'Notifications', { bus: new EventBus(stack, 'Bus'), templates });
  return Template.fromStack(Stack.of(topic));
}

describe('notifications', () => {
  test.each([[undefined], [false], ['false']])('are off with %j', (notifications) => {
    expect(deployed({ notifications }).notifications).toBe(undefined);
  });

  test('a topic that takes encrypted requests alone and keeps what it holds encrypted, with a key of its own', () => {
    const template = templateOf();
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Allow',
            Action: 'sns:Publish',
            Principal: { Service: 'events.amazonaws.com' },
          }),
        ]),
      },
    });
  });

  test('the buses of other accounts may neither write to it nor use its key', () => {
    const template = templateOf();
    const policies = { ...template.findResources('AWS::SNS::TopicPolicy'), ...template.findResources('AWS::KMS::Key') };
    const allowing = JSON.stringify(policies).match(/"Service":"events.amazonaws.com"/g) ?? [];
    const bound = JSON.stringify(policies).match(/"StringEquals":\{"aws:SourceAccount"/g) ?? [];
    expect([allowing.length, bound.length]).toEqual([2, 2]);
  });

  test('no function gains a right or a variable: the bus speaks by itself', () => {
    expect(templateOf().findResources('AWS::IAM::Policy')).toEqual({});
  });

  test('each event is told in words of its own, with what the record holds', () => {
    const template = templateOf({ notifyMerged: 'Merged: {pull}, {reason}' });
    template.resourceCountIs('AWS::Events::Rule', NOTIFICATIONS.length);
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['bowsprit'],
        'detail-type': ['Invocation finished'],
        detail: { actions: { is: ['merge'], result: ['done'] } },
      },
      Targets: [
        Match.objectLike({
          InputTransformer: {
            InputPathsMap: { 'detail-pull': '$.detail.pull', 'detail-reason': '$.detail.reason' },
            InputTemplate: '"Merged: <detail-pull>, <detail-reason>"',
          },
        }),
      ],
    });
  });

  test('what somebody pushed is an event of another type', () => {
    const template = templateOf();
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['bowsprit'], 'detail-type': ['Branch pushed'], detail: { command: ['merge-warnings'] } },
      Targets: [
        Match.objectLike({
          InputTransformer: Match.objectLike({ InputTemplate: '"<detail-reason> <detail-source-url>"' }),
        }),
      ],
    });
  });

  test('every placeholder is there in every event of a pull request', () => {
    const record: unknown = JSON.parse(
      JSON.stringify({
        ...chained(draft(), EMPTY_CHAIN),
        subject: subjectOf({ title: 'Turn left', author: { login: 'ada' } }),
      }),
    );
    expect(auditRecord.safeParse(record).success).toBe(true);
    const missing = Object.values(PLACEHOLDERS).filter((path) => {
      const keys = path.replace('$.detail.', '').split('.');
      const found = keys.reduce<unknown>(
        (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
        record,
      );
      return typeof found !== 'string';
    });
    expect(missing).toEqual([]);
  });

  test.each([
    ['', 'expected 1 to 500 characters'],
    ['x'.repeat(501), 'expected 1 to 500 characters'],
    ['{branch} is merged', '{branch} is none of {pull}, {actor}, {command}, {reason}, {at}, {url}, {title}, {author}'],
    ['<pull>', 'expected no < or >'],
    ['{pull} {reason}', undefined],
    ['no placeholder', undefined],
  ])('%j is told what is wrong with it: %s', (words, wrong) => {
    expect(wrongIn(words)).toBe(wrong);
  });

  test('every mistake is told at once', () => {
    expect(() => deployed({ notifications: 'perhaps', notifyAsked: '{who}', notifyFailed: 7 })).toThrow(
      "The deployment's context cannot be used: notifyAsked: {who} is none of {pull}, {actor}, {command}, {reason}, {at}, {url}, {title}, {author}; notifyFailed: expected text; notifications: expected true or false.",
    );
  });
});
