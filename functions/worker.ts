/** Drains the queue: carries out each delivery and reports which messages to keep. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { carryOut } from '../shared/carry-out.ts';
import { workerSettings } from '../shared/config.ts';
import { parseDelivery } from '../shared/delivery.ts';
import { drain, postpone, sendOn } from '../shared/queue.ts';
import { servicesFrom } from '../shared/services.ts';

const settings = workerSettings(process.env);
const services = servicesFrom(settings);

const { queueUrl, deadLetterQueueUrl: graveyard } = settings;

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  drain(
    event.Records,
    ({ body }) => carryOut(parseDelivery(body), services),
    ({ receiptHandle }, seconds) => postpone(queueUrl, receiptHandle, seconds),
    graveyard === undefined ? undefined : (message) => sendOn(graveyard, message),
  );
