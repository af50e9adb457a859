/** Drains the queue: carries out each delivery and reports which messages to keep. */
import type { SQSEvent } from 'aws-lambda';
import { apart } from '../shared/apart.ts';
import { carryOut } from '../shared/carry-out.ts';
import { workerSettings } from '../shared/config.ts';
import { parseDelivery } from '../shared/delivery.ts';
import { guarded } from '../shared/guarded.ts';
import { traced } from '../shared/log.ts';
import { drain, postpone, returning, sendOn } from '../shared/queue.ts';
import { servicesFrom } from '../shared/services.ts';
import { isSuspect } from '../shared/suspects.ts';

const settings = workerSettings(process.env);
const services = servicesFrom(settings);

const { queueUrl, deadLetterQueueUrl: graveyard, leaseSeconds, visibilitySeconds } = settings;
/** When the lease of whoever dies with a message is over, and not minutes later. */
const returnsAfter = Math.min(leaseSeconds + 1, visibilitySeconds);

async function carried(body: string): Promise<void> {
  const delivery = parseDelivery(body);
  await traced({ delivery: delivery.id }, () => carryOut(delivery, services));
}

const carriedApart = apart(import.meta.filename, carried);

export const handler = guarded('worker', (event: SQSEvent) =>
  drain(
    event.Records,
    ({ body, receiptHandle, attributes: { ApproximateReceiveCount: receives } }) =>
      returning(queueUrl, receiptHandle, returnsAfter, async () => {
        const suspect = await isSuspect(parseDelivery(body), Number(receives), services);
        await (suspect ? carriedApart : carried)(body);
      }),
    ({ receiptHandle }, seconds) => postpone(queueUrl, receiptHandle, seconds),
    graveyard === undefined ? undefined : (message) => sendOn(graveyard, message),
  ),
);
