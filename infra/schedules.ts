/** Wakes the sweeps and the recovery, each as often as it says itself. */
import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { clocks } from '../shared/clocks.ts';

export class Schedules extends Construct {
  constructor(scope: Construct, id: string, sweep: Lambda) {
    super(scope, id);
    for (const { name, summary, every } of clocks) {
      new Rule(this, `Sweep-${name}`, {
        description: `Bowsprit: ${summary}`,
        schedule: Schedule.rate(Duration.minutes(every)),
        targets: [new LambdaFunction(sweep, { event: RuleTargetInput.fromObject({ sweep: name }), retryAttempts: 0 })],
      });
    }
  }
}
