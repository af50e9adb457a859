/** What a function throws is printed by Lambda itself, message, cause and all: here it is logged instead, without secrets. */
import { reasonOf } from './errors.ts';
import { log } from './log.ts';

/** Says nothing: the log line before it does. */
export class Failed extends Error {
  override readonly name = 'Failed';
}

const MAX_FRAMES = 8;

/** @throws Failed for whatever the handler throws: an error of the function all the same, so the alarm goes off. */
export function guarded<Event, Answer>(name: string, handler: (event: Event) => Promise<Answer>) {
  return async (event: Event): Promise<Answer> => {
    try {
      return await handler(event);
    } catch (error) {
      const kind = error instanceof Error ? error.name : typeof error;
      log.error('function failed', { function: name, kind, reason: reasonOf(error), at: framesOf(error) });
      // Without a cause on purpose: the runtime would print that as well.
      // oxlint-disable-next-line preserve-caught-error
      throw new Failed(`${name} failed; the log line before this says why`);
    }
  };
}

/** Where it happened, without the message that a stack begins with. */
function framesOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return frames
    .slice(0, MAX_FRAMES)
    .map((frame) => frame.trim())
    .join(' < ');
}
