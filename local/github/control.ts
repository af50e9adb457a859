/** The box's own switches over HTTP, under `/_box/`: faults, clock, request log, people. Not part of GitHub. */
import * as z from 'zod/mini';
import type { Answer } from './box.ts';
import { type Faults, faultsRequestSchema } from './faults.ts';
import type { Logged } from './server.ts';
import type { Violation } from './validate.ts';

export interface Switches {
  readonly faults: Faults;
  readonly now: () => Date;
  /** Sets the clock to a moment, from which it goes on; undefined goes back to the clock the box was started with. */
  readonly setClock: (at: Date | undefined) => void;
  readonly requests: () => readonly Logged[];
  readonly clearRequests: () => void;
  readonly violations: () => readonly Violation[];
  readonly people: () => Readonly<Record<string, string>>;
}

const clockRequest = z.union([
  z.strictObject({ at: z.nullable(z.iso.datetime({ offset: true })) }),
  /** Seconds. */
  z.strictObject({ advance: z.number() }),
]);

const ok = (body: unknown): Answer => ({ status: 200, body });

/** Throws on a body that is not what the switch takes. */
export function controlFor(box: Switches) {
  return (method: string, path: string, body: unknown): Answer | undefined => {
    switch (`${method} ${path}`) {
      case 'GET /_box/faults':
        return ok({ faults: box.faults.list() });
      case 'PUT /_box/faults': {
        const { faults, seed } = faultsRequestSchema.parse(body);
        box.faults.set(faults, seed);
        return ok({ faults: box.faults.list() });
      }
      case 'DELETE /_box/faults':
        box.faults.clear();
        return { status: 204 };
      case 'GET /_box/clock':
        return ok({ now: box.now().toISOString() });
      case 'POST /_box/clock': {
        const asked = clockRequest.parse(body);
        if ('advance' in asked) box.setClock(new Date(box.now().getTime() + asked.advance * 1000));
        else box.setClock(asked.at === null ? undefined : new Date(asked.at));
        return ok({ now: box.now().toISOString() });
      }
      case 'GET /_box/requests':
        return ok({ requests: box.requests() });
      case 'DELETE /_box/requests':
        box.clearRequests();
        return { status: 204 };
      case 'GET /_box/violations':
        return ok({ violations: box.violations() });
      case 'GET /_box/people':
        return ok(box.people());
      default:
        return undefined;
    }
  };
}
