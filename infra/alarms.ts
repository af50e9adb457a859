/** What wakes someone, and one page to look at when it has. */
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  TreatMissingData,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { NOT_UNDERSTOOD } from '../shared/dead-letters.ts';
import { NOT_RECOVERED } from '../shared/recovery.ts';
import type { Deployment } from './deployment.ts';
import type { Intake } from './intake.ts';
import type { Work } from './queue.ts';

const FIVE_MINUTES = Duration.minutes(5);
/** A delivery that waits longer than this is late for whoever wrote the comment. */
const OLDEST_SECONDS = 300;

const graph = (title: string, left: readonly IMetric[]): GraphWidget =>
  new GraphWidget({ title, left: [...left], width: 12 });

/** How often a function's log says so. */
function said(scope: Construct, id: string, by: Lambda, words: string, metricName: string): IMetric {
  const filter = new MetricFilter(scope, id, {
    logGroup: by.logGroup,
    filterPattern: FilterPattern.allTerms(words),
    metricNamespace: 'Bowsprit',
    metricName,
  });
  return filter.metric({ period: FIVE_MINUTES, statistic: 'Sum' });
}

export class Alarms extends Construct {
  readonly topic: Topic;

  constructor(
    scope: Construct,
    id: string,
    props: { readonly deployment: Deployment; readonly intake: Intake; readonly work: Work },
  ) {
    super(scope, id);
    const { deployment, intake, work } = props;
    this.topic = new Topic(this, 'Topic', { displayName: 'Bowsprit alarms', enforceSSL: true });
    if (deployment.alarmEmail !== '') this.topic.addSubscription(new EmailSubscription(deployment.alarmEmail));

    const functions: readonly (readonly [string, Lambda])[] = [
      ['Webhook', intake.webhook],
      ['Worker', work.worker],
      ['DeadLetter', work.deadLetter],
      ['Sweep', work.sweep],
      ['Pages', intake.pages],
    ];
    const oldest = work.queue.metricApproximateAgeOfOldestMessage({ period: FIVE_MINUTES });
    const dead = work.queue.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES });
    const given = work.deadLetters.metricNumberOfMessagesSent({ period: FIVE_MINUTES });
    const resting = work.deadLetters.metricApproximateNumberOfMessagesVisible({ period: FIVE_MINUTES });
    const serverErrors = intake.api.metricServerError({ period: FIVE_MINUTES });

    this.alarm(
      'GivenUp',
      work.deadLetter.metricInvocations({ period: FIVE_MINUTES }),
      0,
      'A delivery was given up: see the failed records of the audit trail.',
    );
    this.alarm('DeadLetters', resting, 0, 'A delivery rests in the dead-letter queue and could not even be recorded.');
    this.alarm(
      'NotUnderstood',
      said(this, 'NotUnderstoodFilter', work.deadLetter, NOT_UNDERSTOOD, 'DeadLettersNotUnderstood'),
      0,
      'A dead letter was no delivery: its log line names what the forge has to deliver again.',
    );
    this.alarm(
      'NotRecovered',
      said(this, 'NotRecoveredFilter', work.sweep, NOT_RECOVERED, 'DeliveriesNotRecovered'),
      0,
      'Deliveries that nobody took could not be had again: bowsprit audit query --pull github:app#recovery names them.',
    );
    this.alarm('Oldest', oldest, OLDEST_SECONDS, 'Deliveries wait longer than five minutes.');
    this.alarm('ServerErrors', serverErrors, 0, 'The door answered 5xx: the forge has to deliver again.');
    for (const [name, each] of functions) {
      this.alarm(`${name}Errors`, each.metricErrors({ period: FIVE_MINUTES }), 0, `The ${name} function failed.`);
      this.alarm(
        `${name}Throttles`,
        each.metricThrottles({ period: FIVE_MINUTES }),
        0,
        `The ${name} function was throttled.`,
      );
    }

    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: 'Bowsprit' });
    dashboard.addWidgets(
      graph('Requests', [intake.api.metricCount(), intake.api.metricClientError(), serverErrors]),
      graph('Deliveries waiting', [dead, given, resting]),
      graph('Age of the oldest delivery', [oldest]),
      graph(
        'Time taken',
        functions.map(([, each]) => each.metricDuration({ statistic: 'p99' })),
      ),
      graph(
        'Errors',
        functions.map(([, each]) => each.metricErrors()),
      ),
      graph(
        'Throttles',
        functions.map(([, each]) => each.metricThrottles()),
      ),
    );
  }

  private alarm(id: string, metric: IMetric, above: number, alarmDescription: string): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold: above,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }
}
