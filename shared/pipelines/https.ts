/**
 * Any HTTPS endpoint as an engine: it is sent what is to run, signed, and says later how it went. It is told the key of the
 * start, so that the same request may come twice: see docs/pipelines/https.md.
 */
import { Refusal, Retryable } from '../errors.ts';
import { code, isNamed } from '../language/index.ts';
import * as z from 'zod/mini';
import type { Engine, JobRequest, JobRun } from './engine.ts';
import type { Answer, Ask } from './guarded-client.ts';
import type { EnginesSet } from './settings.ts';
import { grantFor, messageOf } from './message.ts';
import { SIGNATURE_HEADER, signaturesOf, TIMESTAMP_HEADER } from './signing.ts';
import { checkRepository } from './who-may.ts';
import { linkIn } from './told.ts';
import { jsonIn } from '../json-in.ts';

export type Callback = {
  /** Where results are told. */
  readonly url: string;
  /** Ours alone: it signs what must come back unchanged. */
  readonly secret: () => Promise<string>;
};

type HttpsOptions = {
  readonly hosts: EnginesSet['https'];
  readonly ask: Ask;
  /** One or two, as the deployment keeps them under a name. */
  readonly secrets: (name: string) => Promise<readonly string[]>;
  readonly callback: Callback;
  readonly now: () => Date;
};

/** What an endpoint may answer at once: where people see it. */
const answered = z.object({ url: z.optional(z.string()) });

/** https://www.rfc-editor.org/rfc/rfc9110#name-retry-after: seconds; a date is not waited for. */
const MAX_RETRY_AFTER = 900;

export function httpsEngine({ hosts, ask, secrets, callback, now }: HttpsOptions): Engine {
  const placeOf = ({ target }: Pick<JobRequest, 'target'>): EnginesSet['https'][number] => {
    const url = URL.parse(target);
    if (url === null) throw new Refusal(`${code(target)} is no address.`);
    const host = url.host.toLowerCase();
    const place = hosts.find((each) => each.host.toLowerCase() === host);
    if (place === undefined) throw new Refusal(`${code(host)} is not among the hosts that the deployment allows.`);
    // Some servers read these as a way out of the folder.
    const leadsOut = /%2f|%5c|%00|\.\.;/i.test(url.pathname);
    if (place.paths !== undefined && (leadsOut || !place.paths.some((each) => isNamed(each, url.pathname)))) {
      throw new Refusal(`${code(url.pathname)} is not among the paths that the deployment allows at ${code(host)}.`);
    }
    return place;
  };
  return {
    id: 'https',
    name: 'the endpoint',
    async start(request) {
      const place = placeOf(request);
      checkRepository(place, request);
      const [body, signers] = await Promise.all([bodyOf(request, callback), secrets(place.secret)]);
      const timestamp = String(Math.floor(now().getTime() / 1_000));
      const answer = await ask({
        method: 'POST',
        url: request.target,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Bowsprit',
          [TIMESTAMP_HEADER]: timestamp,
          [SIGNATURE_HEADER]: signaturesOf(signers, timestamp, body),
        },
        body,
        repeatable: true,
      });
      return runIn(answer, request);
    },
    // To be told the same key twice is nothing new to it.
    find: async () => undefined,
    cancel: async () => 'unable',
    state: async () => undefined,
  };
}

async function bodyOf(request: JobRequest, { url, secret }: Callback): Promise<string> {
  return messageOf(request, { callback: { url, ...grantFor(await secret(), 'https', request) } });
}

function runIn({ status, headers, body, cut }: Answer, { key, target }: JobRequest): JobRun {
  const host = URL.parse(target)?.host ?? '';
  if (status === 429 || status >= 500) {
    const seconds = Number(headers['retry-after']);
    const retryAfter = Number.isInteger(seconds) && seconds > 0 ? Math.min(seconds, MAX_RETRY_AFTER) : undefined;
    throw new Retryable(`${host} answers ${status}`, { retryAfter });
  }
  if (status < 200 || status >= 300) throw new Refusal(`${code(host)} did not take it (status ${status}).`);
  const said = cut ? undefined : answered.safeParse(jsonIn(body));
  return { id: key, state: 'queued', url: said?.success === true ? linkIn(said.data.url) : undefined };
}
