/** The door: check the signature, queue the delivery, answer 202. */
import { webhookSettings } from '../shared/config.ts';
import { answer, type Door, type HttpRequest } from '../shared/door.ts';
import { guarded } from '../shared/guarded.ts';
import { RECEIVERS } from '../shared/providers/receivers.ts';
import { sendDelivery } from '../shared/queue.ts';
import { webhookSecrets } from '../shared/secrets.ts';

const { queueUrl, secrets, ...knowledge } = webhookSettings(process.env);

const door: Door = {
  forges: { github: { receive: RECEIVERS.github, secrets: webhookSecrets(secrets), knowledge } },
  send: (delivery) => sendDelivery(queueUrl, delivery),
  now: () => new Date(),
};

export const handler = guarded('webhook', (request: HttpRequest) => answer(request, door));
