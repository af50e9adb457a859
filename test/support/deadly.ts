/** A program whose messages do all that a message can do to its process; started once more, as a thread, it does so. */
import { apart } from '../../shared/apart.ts';
import { NotYet, Refusal, Retryable } from '../../shared/errors.ts';

const STUCK_MS = 400;
/** Twice of it would be too much. */
const MUCH = 64 * 1024 * 1024;

async function carry(message: string): Promise<void> {
  switch (message) {
    case 'done':
      return;
    case 'weather':
      throw new Retryable('it rains', { retryAfter: 7 });
    case 'later':
      throw new NotYet('tomorrow', 9);
    case 'mistake':
      throw new Refusal('of ours');
    case 'leaves':
      return process.exit(0);
    case 'falls':
      // What nobody waits for ends a process.
      void Promise.reject(new Error('nobody listens'));
      return new Promise(() => undefined);
    case 'eats': {
      const eaten: number[][] = [];
      for (;;) eaten.push(Array.from({ length: MUCH / 8 }, (_, index) => index));
    }
    default:
      for (;;);
  }
}

export const carriedApart = apart(import.meta.filename, carry, STUCK_MS);
