/**
 * Carries a message out in a thread of its own, for one that may have ended the process that had it before: who dies there, or
 * stands still, is known at once and takes nobody along.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import * as z from 'zod/mini';
import { Deadly, NotYet, reasonOf, Retryable } from './errors.ts';
import { log } from './log.ts';

/** With what the function itself holds it stays below the memory of a worker. */
const MAX_MEGABYTES = 256;
const BEAT_MS = 500;
/** Ten beats missed: whatever it does, it no longer waits for anybody. */
const STUCK_MS = 5_000;

const given = z.object({ apart: z.string() });
const told = z.union([
  z.object({ is: z.literal('beat') }),
  z.object({ is: z.literal('done') }),
  z.object({ is: z.literal('failed'), kind: z.string(), reason: z.string(), retryAfter: z.optional(z.number()) }),
]);
type Told = z.infer<typeof told>;

type Carry = (message: string) => Promise<void>;

/**
 * @param path of the program that calls this: the thread loads it once more, and there this call carries the message out.
 * @returns what throws as `carry` would, or Deadly where the thread did not live to say what came of it.
 */
export function apart(path: string, carry: Carry, stuckMs = STUCK_MS): Carry {
  const mine = given.safeParse(workerData);
  if (!isMainThread && mine.success) void carriedHere(mine.data.apart, carry);
  return (message) => {
    log.warn('message carried out apart', { after: 'nobody gave it back' });
    return new Promise((resolve, reject) => {
      const data: z.infer<typeof given> = { apart: message };
      const thread = new Worker(path, {
        workerData: data,
        resourceLimits: { maxOldGenerationSizeMb: MAX_MEGABYTES },
      });
      let stuck: NodeJS.Timeout | undefined;
      const end = (finish: () => void): void => {
        clearTimeout(stuck);
        finish();
        void thread.terminate();
      };
      thread.on('message', (said) => {
        const what = told.parse(said);
        // From the first on: until then it is still loading.
        clearTimeout(stuck);
        stuck = setTimeout(() => end(() => reject(new Deadly('its thread stood still'))), stuckMs);
        if (what.is === 'done') end(resolve);
        if (what.is === 'failed') end(() => reject(errorOf(what)));
      });
      thread.on('error', (cause) => end(() => reject(new Deadly('its thread died', { cause }))));
      thread.on('exit', () => end(() => reject(new Deadly('its thread ended without a word'))));
    });
  };
}

function tell(what: Told): void {
  // Threads have no origin.
  // oxlint-disable-next-line require-post-message-target-origin
  parentPort?.postMessage(what);
}

async function carriedHere(message: string, carry: Carry): Promise<void> {
  tell({ is: 'beat' });
  const beating = setInterval(() => tell({ is: 'beat' }), BEAT_MS);
  try {
    await carry(message);
    tell({ is: 'done' });
  } catch (error) {
    const retryAfter = error instanceof Retryable ? error.retryAfter : undefined;
    const kind = error instanceof Error ? error.name : typeof error;
    tell({ is: 'failed', kind, reason: reasonOf(error), ...(retryAfter === undefined ? {} : { retryAfter }) });
  } finally {
    clearInterval(beating);
  }
}

function errorOf({ kind, reason, retryAfter }: Extract<Told, { readonly is: 'failed' }>): Error {
  if (kind === 'NotYet') return new NotYet(reason, retryAfter ?? 0);
  if (kind === 'Retryable') return new Retryable(reason, { retryAfter });
  return new Error(reason);
}
