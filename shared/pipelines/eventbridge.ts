/** A job as an event: whoever listens on the bus runs it, and puts the result on the same bus. See docs/pipelines/eventbridge.md. */
import { Refusal } from '../errors.ts';
import { code } from '../language/index.ts';
import type { Put } from '../publish.ts';
import { pullNamed, variablesOf, type Engine } from './engine.ts';
import type { Callback } from './https.ts';
import type { EnginesSet } from './settings.ts';
import { TOKEN_SECONDS, tokenFor } from './signing.ts';
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
      const { key, job, target, provider, repository, pull, headSha, baseRef, by, at } = request;
      const named = targets.find((each) => each.target === target);
      if (named === undefined) {
        throw new Refusal(`${code(target)} is not among the targets that the deployment names for events.`);
      }
      checkRepository(named, request);
      await put({
        type: JOB_REQUESTED,
        at,
        detail: JSON.stringify({
          version: 1,
          key,
          job,
          target,
          pull: pullNamed(request),
          provider,
          repository: `${repository.owner}/${repository.name}`,
          number: pull,
          headSha,
          baseRef,
          by,
          at,
          parameters: request.parameters,
          variables: variablesOf(request),
          token: tokenFor(await secret(), 'eventbridge', request),
          expires: new Date(Date.parse(at) + TOKEN_SECONDS * 1_000).toISOString(),
        }),
      });
      return { id: key, state: 'queued' };
    },
    // Whoever listens tells repetitions by the key.
    find: async () => undefined,
    cancel: async () => 'unable',
    state: async () => undefined,
  };
}
