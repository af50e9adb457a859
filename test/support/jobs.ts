/** Jobs that were started, and an engine that keeps what it was asked in memory. */
import type { RunKept } from '../../shared/language/index.ts';
import type { Engine, JobRequest, JobRun } from '../../shared/pipelines/engine.ts';
import { HEAD } from './given.ts';

export const KEY = `pr12-${'0'.repeat(32)}`;

export function runOf(more: Partial<RunKept> = {}): RunKept {
  return {
    job: 'unit',
    context: 'ci/unit',
    engine: 'https',
    target: 'https://ci.example/unit',
    headSha: HEAD,
    rerun: '/test unit',
    optional: false,
    key: KEY,
    run: '7',
    state: 'failure',
    by: 'grace',
    at: '2026-03-01T13:00:00Z',
    times: 1,
    ...more,
  };
}

/** `before` goes before each start: what it throws, the start throws. */
export function engineInMemory(before: (request: JobRequest) => void = () => undefined): Engine & {
  readonly started: JobRequest[];
} {
  const started: JobRequest[] = [];
  const runOfRequest = (request: JobRequest): JobRun | undefined => {
    const place = started.findIndex(({ key }) => key === request.key);
    return place < 0 ? undefined : { id: String(place + 1), state: 'queued' };
  };
  return {
    id: 'https',
    name: 'an endpoint',
    started,
    async start(request) {
      before(request);
      started.push(request);
      return { id: String(started.length), state: 'queued', url: `https://ci.example/${started.length}` };
    },
    find: async (request) => runOfRequest(request),
    cancel: async () => 'cancelled',
    state: async () => undefined,
  };
}

/** As an engine is asked to start it. */
export function requestOf(more: Partial<JobRequest> = {}): JobRequest {
  return {
    key: KEY,
    job: 'unit',
    target: 'team/unit',
    parameters: {},
    provider: 'github',
    repository: { id: '1', owner: 'acme', name: 'widgets' },
    pull: 12,
    headSha: HEAD,
    baseRef: 'main',
    by: 'grace',
    at: '2026-03-01T13:00:00.000Z',
    ...more,
  };
}
