/** Where results of jobs come in: posted by endpoints, and put on a bus. All of it goes to the queue. */
import { resultsSettings } from '../shared/config.ts';
import type { Answer, HttpRequest } from '../shared/door.ts';
import { guarded } from '../shared/guarded.ts';
import { resultPosted, resultPut, type ResultDoor } from '../shared/pipelines/result-door.ts';
import { sendDelivery } from '../shared/queue.ts';
import { webhookSecrets } from '../shared/secrets.ts';

const { queueUrl, secrets } = resultsSettings(process.env);

const door: ResultDoor = {
  secrets: webhookSecrets(secrets),
  send: (delivery) => sendDelivery(queueUrl, delivery),
  now: () => new Date(),
};

export const handler = guarded(
  'results',
  async (event: HttpRequest | { readonly source: string }): Promise<Answer | void> =>
    'requestContext' in event ? resultPosted(event, door) : resultPut(event, door),
);
