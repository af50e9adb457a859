/** The door for GitHub: the raw bytes are verified before anything is made of them. */
import { verify } from '@octokit/webhooks-methods';
import { Rejected } from '../../errors.ts';
import type { Receive } from '../provider.ts';
import { NOT_THE_PROMISED_BODY, translate } from './translate.ts';

const JSON_TYPE = /^application\/json\s*(?:;|$)/i;
/** SHA-256 only: https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries */
const SIGNATURE = /^sha256=[0-9a-f]{64}$/;
/** GitHub sends a GUID. */
const DELIVERY_ID = /^[\w.:-]{1,100}$/;
const EVENT = /^[a-z_]{1,64}$/;

const UNSIGNED = 'the signature is missing or wrong';

export const receive: Receive = async (request, { secrets, appId, bots, deletions, maxBodyBytes }) => {
  const { headers, receivedAt } = request;
  if (!JSON_TYPE.test(headers['content-type'] ?? ''))
    throw new Rejected(415, 'the content type is not application/json');
  // Whatever bears no signature is not even looked at: it may be megabytes that would have to be decoded.
  const signature = headers['x-hub-signature-256'] ?? '';
  if (!SIGNATURE.test(signature)) throw new Rejected(401, UNSIGNED);
  const { body } = request;
  // No character takes more than three bytes of UTF-8 for each of its UTF-16 units.
  if (body.length * 3 > maxBodyBytes && Buffer.byteLength(body) > maxBodyBytes)
    throw new Rejected(413, 'the body is over the limit');
  if (!(await isSigned(body, signature, secrets))) throw new Rejected(401, UNSIGNED);
  const event = headers['x-github-event'] ?? '';
  const id = headers['x-github-delivery'] ?? '';
  if (!EVENT.test(event) || !DELIVERY_ID.test(id)) throw new Rejected(400, 'the event or delivery header is missing');
  const hooked = headers['x-github-hook-installation-target-type'];
  if (hooked !== undefined && hooked !== 'integration') {
    // Whose webhook it is knows a secret, but is not the App: what it says of installations is not GitHub's word.
    throw new Rejected(400, 'the delivery is not that of an App');
  }
  const hookedApp = headers['x-github-hook-installation-target-id'];
  if (hookedApp !== undefined && appId !== undefined && hookedApp !== appId) {
    throw new Rejected(400, 'the delivery is meant for another App');
  }
  const translated = translate(parsed(body), { event, id, receivedAt }, { appId, bots, deletions });
  return typeof translated === 'string'
    ? { is: 'ignored', id, reason: translated }
    : { is: 'delivery', delivery: translated };
};

/** Says the same for every cause, and tries every secret: the time does not tell which one fits. */
async function isSigned(body: string, signature: string, secrets: readonly string[]): Promise<boolean> {
  // `verify` throws on an empty body.
  if (body === '') return false;
  const fits = await Promise.all(secrets.map((secret) => verify(secret, body, signature)));
  return fits.includes(true);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Rejected(400, NOT_THE_PROMISED_BODY);
  }
}
