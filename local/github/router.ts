/** Finds the route for a path by GitHub's own path templates. */
import type { Handler, Routes } from './box.ts';

export interface Match {
  /** The operation as in GitHub's description: `GET /repos/{owner}/{repo}`. */
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
  readonly handler: Handler;
}

export interface Router {
  /** `path` as it came, still percent-encoded. Undefined where no route fits. */
  match(method: string, path: string): Match | undefined;
}

/** Parameters in which GitHub accepts slashes as they are: paths, and names of branches and tags. */
const TAKES_SLASHES = new Set(['path', 'ref', 'branch', 'basehead']);

interface Route {
  readonly operation: string;
  readonly names: readonly string[];
  readonly pattern: RegExp;
  readonly handler: Handler;
  readonly segments: readonly string[];
}

function routeFrom(operation: string, handler: Handler): Route {
  const template = operation.slice(operation.indexOf(' ') + 1);
  const segments = template.split('/').slice(1);
  const names: string[] = [];
  const pattern = segments
    .map((segment) => {
      const [, name] = /^\{(\w+)\}$/.exec(segment) ?? [];
      if (name === undefined) return `/${segment.replaceAll('.', '\\.')}`;
      names.push(name);
      // The root folder is the empty path, with or without its slash.
      if (name === 'path') return '(?:/(.*))?';
      return TAKES_SLASHES.has(name) ? '/(.+)' : '/([^/]+)';
    })
    .join('');
  return { operation, names, pattern: new RegExp(`^${pattern}$`), handler, segments };
}

const weight = (segment: string): number =>
  !segment.startsWith('{') ? 0 : TAKES_SLASHES.has(segment.slice(1, -1)) ? 2 : 1;

/** Literal before parameter, parameter before one that swallows slashes, long before short. */
function moreSpecific(one: Route, other: Route): number {
  for (let index = 0; index < Math.min(one.segments.length, other.segments.length); index += 1) {
    const difference = weight(one.segments[index] ?? '') - weight(other.segments[index] ?? '');
    if (difference !== 0) return difference;
  }
  return other.segments.length - one.segments.length;
}

const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
};

export function routerFor(routes: Routes): Router {
  const byMethod = new Map<string, Route[]>();
  for (const [operation, handler] of Object.entries(routes)) {
    const method = operation.slice(0, operation.indexOf(' '));
    byMethod.set(method, [...(byMethod.get(method) ?? []), routeFrom(operation, handler)]);
  }
  for (const [method, list] of byMethod) byMethod.set(method, list.toSorted(moreSpecific));

  return {
    match(method, path) {
      for (const { pattern, names, operation, handler } of byMethod.get(method) ?? []) {
        const found = pattern.exec(path);
        if (found === null) continue;
        const values = names.map((_, index) => decoded(found[index + 1] ?? ''));
        if (values.includes(undefined)) return undefined;
        const params = Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']));
        return { operation, params, handler };
      }
      return undefined;
    },
  };
}
