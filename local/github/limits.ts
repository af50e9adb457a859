/** The primary rate limit: so many requests per caller and window, by the box's clock. */
import type { Caller } from './box.ts';

export type Resource = 'core' | 'search' | 'graphql';

export interface Limit {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Seconds since the epoch. */
  readonly reset: number;
}

export interface Limits {
  state(caller: Caller, resource: Resource): Limit;
  /** One point when absent; a GraphQL query may cost more. */
  charge(caller: Caller, resource: Resource, points?: number): void;
  /** Requests per window for every caller; undefined goes back to GitHub's own figures. */
  set(resource: Resource, limit: number | undefined): void;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api, without the bonus for large installations. */
const FIGURES = {
  core: { known: 5000, nobody: 60, windowMs: HOUR_MS },
  graphql: { known: 5000, nobody: 0, windowMs: HOUR_MS },
  search: { known: 30, nobody: 10, windowMs: MINUTE_MS },
} as const;

export function callerName(caller: Caller): string {
  switch (caller.is) {
    case 'user':
    case 'installation':
      return caller.login;
    case 'app':
      return `app ${caller.appId}`;
    default:
      return 'nobody';
  }
}

const purse = (caller: Caller): string =>
  caller.is === 'installation' ? `installation ${caller.installationId}` : callerName(caller);

export function limitsBy(now: () => Date): Limits {
  const windows = new Map<string, { used: number; endsAt: number }>();
  const own = new Map<Resource, number>();

  const windowOf = (caller: Caller, resource: Resource): { used: number; endsAt: number } => {
    const key = `${purse(caller)} ${resource}`;
    const at = now().getTime();
    const current = windows.get(key);
    const { windowMs } = FIGURES[resource];
    // A clock that was set back starts a new window too.
    if (current !== undefined && current.endsAt > at && current.endsAt <= at + windowMs) return current;
    const fresh = { used: 0, endsAt: at + windowMs };
    windows.set(key, fresh);
    return fresh;
  };

  return {
    state(caller, resource) {
      const { used, endsAt } = windowOf(caller, resource);
      const { known, nobody } = FIGURES[resource];
      const limit = own.get(resource) ?? (caller.is === 'nobody' ? nobody : known);
      return { limit, used, remaining: Math.max(0, limit - used), reset: Math.ceil(endsAt / 1000) };
    },
    charge(caller, resource, points = 1) {
      windowOf(caller, resource).used += points;
    },
    set(resource, limit) {
      if (limit === undefined) own.delete(resource);
      else own.set(resource, limit);
    },
  };
}
