/**
 * The webhooks GitHub sent to the App and what came of them. GitHub repeats none by itself and keeps them for three days:
 * https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
 */
import * as z from 'zod/mini';
import type { Attempt, DeliveryLog, Received } from '../provider.ts';
import { statusOf, type Clients } from './client.ts';
import { PAGE } from './pages.ts';
import { translate } from './translate.ts';

/** Ids may be beyond what a number holds: Octokit reads those as BigInt. */
const id = z.pipe(z.union([z.number(), z.bigint()]), z.transform(String));
const item = z.object({ id, guid: z.string(), delivered_at: z.string(), status: z.string(), status_code: z.number() });
const items = z.array(item);
const full = z.object({ guid: z.string(), event: z.string(), request: z.object({ payload: z.unknown() }) });

/** What GitHub says where it keeps a delivery no longer. */
const GONE: ReadonlySet<number | undefined> = new Set([400, 404, 410, 422]);

export function deliveryLogOf(clients: Clients, appId: string): DeliveryLog {
  return {
    async *attempts(which) {
      const app = await clients.app();
      let cursor: string | undefined;
      do {
        // A page tells where the next begins.
        // oxlint-disable-next-line no-await-in-loop
        const { data, headers } = await app.request('GET /app/hook/deliveries', {
          per_page: PAGE,
          // GitHub counts the answers 400 to 599 as failures, and what it puts where none came (502) is one of them.
          ...(which === 'failed' ? { status: 'failure' as const } : {}),
          ...(cursor === undefined ? {} : { cursor }),
        });
        yield items.parse(data).map(attemptOf);
        cursor = cursorIn(headers.link);
      } while (cursor !== undefined);
    },

    async again(attempt) {
      const app = await clients.app();
      const sent = await kept(() => app.request(`POST /app/hook/deliveries/${attempt}/attempts`));
      return sent !== undefined;
    },

    async received(attempt, { bots, deletions, receivedAt }): Promise<Received | undefined> {
      const app = await clients.app();
      const answer = await kept(() => app.request(`GET /app/hook/deliveries/${attempt}`));
      if (answer === undefined) return undefined;
      const { guid, event, request } = full.parse(answer.data);
      const translated = translate(request.payload, { event, id: guid, receivedAt }, { appId, bots, deletions });
      return typeof translated === 'string'
        ? { is: 'ignored', id: guid, reason: translated }
        : { is: 'delivery', delivery: translated };
    },
  };
}

function attemptOf({ id: attempt, guid, delivered_at: at, status, status_code: code }: z.infer<typeof item>): Attempt {
  return { id: attempt, delivery: guid, at, taken: status === 'OK' || (code >= 200 && code < 300), status: code };
}

/** Undefined where GitHub has it no longer. */
async function kept<T>(request: () => Promise<T>): Promise<T | undefined> {
  try {
    return await request();
  } catch (error) {
    if (GONE.has(statusOf(error))) return undefined;
    throw error;
  }
}

/** Of the next page; undefined on the last. */
function cursorIn(link: string | undefined): string | undefined {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link ?? '')?.[1];
  return next === undefined ? undefined : (URL.parse(next)?.searchParams.get('cursor') ?? undefined);
}
