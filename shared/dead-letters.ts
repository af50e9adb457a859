/** What lies in the dead-letter queue: deliveries to be given up, and perhaps what nobody here can read. */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { parseDelivery, type Delivery } from './delivery.ts';
import { log } from './log.ts';
import type { Message } from './queue.ts';

/** An alarm listens for it. */
export const NOT_UNDERSTOOD = 'dead letter not understood';

/** Longer than the delivery id of any forge. */
const MAX_ID_CHARS = 128;
const named = z.object({ id: z.string().check(z.maxLength(MAX_ID_CHARS)) });

/**
 * Undefined where the message is no delivery of a version we know: no attempt would change that, and kept it would hold up
 * its group. What the log says of it is enough to have the forge deliver it again.
 */
export function deliveryIn({ messageId, attributes, body }: Message): Delivery | undefined {
  try {
    return parseDelivery(body);
  } catch (error) {
    const digest = createHash('sha256').update(body).digest('hex');
    const fields = { messageId, group: attributes.MessageGroupId, delivery: idIn(body), digest };
    log.error(NOT_UNDERSTOOD, { ...fields, kind: error instanceof Error ? error.name : typeof error });
    return undefined;
  }
}

function idIn(body: string): string | undefined {
  try {
    return named.parse(JSON.parse(body)).id;
  } catch {
    return undefined;
  }
}
