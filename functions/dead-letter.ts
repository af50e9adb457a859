/** Tells the pull request and the audit trail that a delivery was given up. */
import type { SQSEvent } from 'aws-lambda';
import { giveUp } from '../shared/carry-out.ts';
import { deadLetterSettings } from '../shared/config.ts';
import { deliveryIn } from '../shared/dead-letters.ts';
import { guarded } from '../shared/guarded.ts';
import { traced } from '../shared/log.ts';
import { drain, postpone } from '../shared/queue.ts';
import { servicesFrom } from '../shared/services.ts';

const settings = deadLetterSettings(process.env);
const services = servicesFrom(settings);

export const handler = guarded('dead-letter', (event: SQSEvent) =>
  drain(
    event.Records,
    async (message) => {
      const delivery = deliveryIn(message);
      if (delivery !== undefined) await traced({ delivery: delivery.id }, () => giveUp(delivery, services));
    },
    ({ receiptHandle }, seconds) => postpone(settings.deadLetterQueueUrl ?? settings.queueUrl, receiptHandle, seconds),
  ),
);
