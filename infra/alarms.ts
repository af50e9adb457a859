/** What wakes someone, and one page to look at when it has. */
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Dashboard,
  GraphWidget,
  Metric,
  TextWidget,
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
/** Of those that GitHub gives an installation in an hour at least, 5,000. */
const FEW_REQUESTS_LEFT = 500;
/** A stranger who tries once wakes nobody. */
const MANY_UNSIGNED = 20;
/** Where the functions' own figures go (shared/log.ts), which travel in their log lines. */
const NAMESPACE = 'Bowsprit';

const own = (metricName: string, statistic = 'Sum'): Metric =>
  new Metric({ namespace: NAMESPACE, metricName, statistic, period: FIVE_MINUTES });

/** A delivery that waits longer than this is late for whoever wrote the comment. */
const OLDEST_SECONDS = 300;

const RUNBOOK = 'docs/runbook.md';

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
      'given-up',
    );
    this.alarm(
      'DeadLetters',
      resting,
      0,
      'A delivery rests in the dead-letter queue and could not even be recorded.',
      'dead-letters',
    );
    this.alarm(
      'NotUnderstood',
      said(this, 'NotUnderstoodFilter', work.deadLetter, NOT_UNDERSTOOD, 'DeadLettersNotUnderstood'),
      0,
      'A dead letter was no delivery: its log line names what the forge has to deliver again.',
      'not-understood',
    );
    this.alarm('Oldest', oldest, OLDEST_SECONDS, 'Deliveries wait longer than five minutes.', 'oldest');
    this.alarm(
      'ServerErrors',
      serverErrors,
      0,
      'The door answered 5xx: the forge has to deliver again.',
      'server-errors',
    );
    this.alarm('NotTaken', own('NotTaken'), 0, 'The queue did not take a delivery.', 'not-taken');
    this.alarm(
      'Unsigned',
      own('Unsigned'),
      MANY_UNSIGNED,
      'Many requests bear no signature by a secret we know: a secret was changed on one side, or somebody tries.',
      'unsigned',
    );
    this.alarm(
      'ForgeQuota',
      own('ForgeQuotaLeft', 'Minimum'),
      FEW_REQUESTS_LEFT,
      'An installation has used most of its requests of this hour.',
      'forge-quota',
      ComparisonOperator.LESS_THAN_THRESHOLD,
    );
    this.alarm(
      'NotRecovered',
      said(this, 'NotRecoveredFilter', work.sweep, NOT_RECOVERED, 'DeliveriesNotRecovered'),
      0,
      'Deliveries that nobody took could not be had again: bowsprit audit query --pull github:app#recovery names them.',
      'not-recovered',
    );
    for (const [name, each] of functions) {
      this.alarm(
        `${name}Errors`,
        each.metricErrors({ period: FIVE_MINUTES }),
        0,
        `The ${name} function failed.`,
        'errors',
      );
      this.alarm(
        `${name}Throttles`,
        each.metricThrottles({ period: FIVE_MINUTES }),
        0,
        `The ${name} function was throttled.`,
        'throttles',
      );
    }

    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: 'Bowsprit' });
    dashboard.addWidgets(
      new TextWidget({
        markdown: `What each alarm means and what to do: ${RUNBOOK}. One delivery through all functions: ${RUNBOOK}#one-delivery.`,
        width: 24,
        height: 1,
      }),
      graph('Deliveries at the door', [own('Queued'), own('Ignored'), own('Refused'), own('NotTaken')]),
      graph(
        'Invocations',
        ['Done', 'RefusedInvocations', 'FailedInvocations', 'Returned', 'EventsMissed'].map((name) => own(name)),
      ),
      graph('From the door to the record, ms', [own('LagMilliseconds', 'p50'), own('LagMilliseconds', 'p99')]),
      graph('The forge: requests and errors', [own('ForgeCalls'), own('ForgeErrors')]),
      graph('The forge: time of a request, ms', [own('ForgeMilliseconds', 'p50'), own('ForgeMilliseconds', 'p99')]),
      graph('The forge: requests left', [own('ForgeQuotaLeft', 'Minimum')]),
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

  private alarm(
    id: string,
    metric: IMetric,
    threshold: number,
    description: string,
    section: string,
    comparisonOperator = ComparisonOperator.GREATER_THAN_THRESHOLD,
  ): void {
    const alarm = new Alarm(this, id, {
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${description} Runbook: ${RUNBOOK}#${section}`,
    });
    alarm.addAlarmAction(new SnsAction(this.topic));
  }
}
