/** Drains the queue: carries out each delivery and reports which messages to keep. */
import type { SQSEvent } from 'aws-lambda';
import { carryOut } from '../shared/carry-out.ts';
import { workerSettings } from '../shared/config.ts';
import { parseDelivery } from '../shared/delivery.ts';
import { guarded } from '../shared/guarded.ts';
import { traced } from '../shared/log.ts';
import { drain, postpone, sendOn } from '../shared/queue.ts';
import { servicesFrom } from '../shared/services.ts';

const settings = workerSettings(process.env);
const services = servicesFrom(settings);

const { queueUrl, deadLetterQueueUrl: graveyard } = settings;

export const handler = guarded('worker', (event: SQSEvent) =>
  drain(
    event.Records,
    async ({ body }) => {
      const delivery = parseDelivery(body);
      await traced({ delivery: delivery.id }, () => carryOut(delivery, services));
    },
    ({ receiptHandle }, seconds) => postpone(queueUrl, receiptHandle, seconds),
    graveyard === undefined ? undefined : (message) => sendOn(graveyard, message),
  ),
);
