/** A job as an event: whoever listens on the bus runs it, and puts the result on the same bus. See docs/pipelines/eventbridge.md. */
import { Refusal } from '../errors.ts';
import { code } from '../language/index.ts';
import type { Put } from '../publish.ts';
import type { Engine } from './engine.ts';
import type { Callback } from './https.ts';
import { grantFor, messageOf } from './message.ts';
import type { EnginesSet } from './settings.ts';
import { checkRepository } from './who-may.ts';

export const JOB_REQUESTED = 'Job requested';
/** What others put on the bus. */
export const JOB_RESULT = 'Bowsprit job result';

type EventBridgeOptions = {
  readonly targets: EnginesSet['eventbridge'];
  readonly put: Put;
  readonly secret: Callback['secret'];
};

export function eventBridgeEngine({ targets, put, secret }: EventBridgeOptions): Engine {
  return {
    id: 'eventbridge',
    name: 'Amazon EventBridge',
    async start(request) {
      const { key, target, at } = request;
      const named = targets.find((each) => each.target === target);
      if (named === undefined) {
        throw new Refusal(`${code(target)} is not among the targets that the deployment names for events.`);
      }
      checkRepository(named, request);
      const grant = grantFor(await secret(), 'eventbridge', request);
      await put({ type: JOB_REQUESTED, at, detail: messageOf(request, { target, ...grant }) });
      return { id: key, state: 'queued' };
    },
    // Whoever listens tells repetitions by the key.
    find: async () => undefined,
    cancel: async () => 'unable',
    state: async () => undefined,
  };
}
