/** Drains the queue: carries out each delivery and reports which messages to keep. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { carryOut } from '../shared/carry-out.ts';
import { workerSettings } from '../shared/config.ts';
import { parseDelivery } from '../shared/delivery.ts';
import { drain } from '../shared/queue.ts';
import { servicesFrom } from '../shared/services.ts';

const services = servicesFrom(workerSettings(process.env));

export const handler = (event: SQSEvent): Promise<SQSBatchResponse> =>
  drain(event.Records, async ({ body }) => carryOut(parseDelivery(body), await services));
