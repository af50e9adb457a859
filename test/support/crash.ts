/**
 * A worker that dies, or falls asleep, before the n-th step it takes towards the world: every store call and forge request.
 * Dead before one step is dead after the step that came before it; asleep is not, so a sleeper also falls asleep after it.
 */
import { Agent, createServer, request as asking, type IncomingMessage } from 'node:http';
import type { Services } from '../../shared/carry-out.ts';

/** Thrown where the worker dies; whatever it still tries after that is refused as well. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

export type Fuse = {
  /** Passed before each step. */
  readonly point: (what: string) => Promise<void>;
  /** Passed when a step is carried out, before the worker learns of it. */
  readonly passed: (what: string) => Promise<void>;
  /** Where it blew; undefined as long as it has not. */
  readonly blown: () => string | undefined;
};

/** Dies at the n-th point. */
export function deathAt(n: number): Fuse {
  let points = 0;
  let blown: string | undefined;
  return {
    async point(what) {
      points += 1;
      if (points === n) blown = what;
      if (blown !== undefined) throw new Killed(blown);
    },
    passed: async () => undefined,
    blown: () => blown,
  };
}

/** What only looks leaves nothing behind: dead after it is dead before it. */
const LOOKS = /^(?:GET .*|POST \/graphql|cache\.get|states\.read|ledger\.entries|owners\.find)$/;

const changesSomething = (what: string): boolean => !LOOKS.test(what);

/** Of the forge alone. */
export function changesForge(what: string): boolean {
  return /^[A-Z]+ /.test(what) && changesSomething(what);
}

/** Dies at the first point there is once n steps have changed something. */
export function deathAfter(n: number, counts = changesSomething): Fuse & { readonly changes: () => number } {
  let changed = 0;
  let blown: string | undefined;
  return {
    async point(what) {
      if (changed >= n) blown ??= what;
      if (blown !== undefined) throw new Killed(blown);
    },
    async passed(what) {
      if (counts(what)) changed += 1;
    },
    blown: () => blown,
    changes: () => changed,
  };
}

export type Sleep = Fuse & { readonly asleep: Promise<string>; readonly wake: () => void };

/**
 * Sleeps before the n-th step, or after the n-th that changes something, until it is woken, and goes on as if nothing had
 * been: asleep after a look is asleep before the next step. As long as it sleeps it takes no step at all: it is as good as dead.
 */
export function sleepAt(n: number, when: 'before' | 'after' = 'before'): Sleep {
  const steps = { before: 0, after: 0 };
  let blown: string | undefined;
  const { promise: asleep, resolve: fallAsleep } = Promise.withResolvers<string>();
  const { promise: woken, resolve: wake } = Promise.withResolvers<void>();
  const at = async (here: typeof when, what: string): Promise<void> => {
    if (blown !== undefined) return woken;
    if (here === 'before' || !LOOKS.test(what)) steps[here] += 1;
    if (here !== when || steps[here] !== n) return;
    blown = what;
    fallAsleep(what);
    await woken;
  };
  return {
    point: (what) => at('before', what),
    passed: (what) => at('after', what),
    blown: () => blown,
    asleep,
    wake,
  };
}

/** The same services with a fuse at every call of a store; requests to the forge have theirs at {@link fusedForge}. */
export function fused(services: Services, fuse: Fuse): Services {
  const { audit, seen, cache, states, ledger, owners } = services;
  return {
    ...services,
    audit: eachCall('audit', audit, fuse),
    seen: eachCall('seen', seen, fuse),
    cache: eachCall('cache', cache, fuse),
    states: eachCall('states', states, fuse),
    ledger: eachCall('ledger', ledger, fuse),
    owners: (...where) => eachCall('owners', owners(...where), fuse),
    ...eachCall(
      'services',
      { publish: services.publish, put: services.put, send: services.send, carryOwners: services.carryOwners },
      fuse,
    ),
  };
}

function eachCall<Calls extends object>(name: string, calls: Calls, { point, passed }: Fuse): Calls {
  return new Proxy(calls, {
    get(of, key) {
      const call: unknown = Reflect.get(of, key);
      // To look at one's own clock is no step.
      if (typeof call !== 'function' || key === 'check') return call;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        const what = `${name}.${String(key)}`;
        await point(what);
        const result: unknown = await Reflect.apply(call, of, args);
        await passed(what);
        return result;
      };
    },
  });
}

export type FusedForge = {
  readonly url: string;
  /** Which fuse requests pass from now on. */
  readonly use: (fuse: Fuse) => void;
  readonly close: () => void;
};

/** A front of the forge that breaks off a request where the fuse blows. */
export async function fusedForge(upstream: string): Promise<FusedForge> {
  let fuse: Fuse | undefined;
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk);
      // Bound to the fuse of the worker that asks: the next one has its own.
      // A token changes nothing, and Octokit lets all workers of a process wait for the same one.
      const passing = request.url?.endsWith('/access_tokens') === true ? undefined : fuse;
      try {
        const body = Buffer.concat(chunks);
        const changes = /^\{"query":"\s*mutation\b/.test(body.toString('utf8', 0, 100)) ? ' (mutation)' : '';
        const what = `${request.method} ${request.url?.replace(/\?.*/, '')}${changes}`;
        await passing?.point(what);
        const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
        const answer = await new Promise<IncomingMessage>((resolve, reject) => {
          const { method = 'GET', url = '/' } = request;
          const options = { agent, method, headers: { ...headers, 'content-length': body.byteLength } };
          asking(`${upstream}${url}`, options, resolve).on('error', reject).end(body);
        });
        const parts: Uint8Array[] = [];
        for await (const part of answer) parts.push(part);
        const bytes = Buffer.concat(parts);
        await passing?.passed(what);
        const { 'transfer-encoding': ____, connection: _____, ...kept } = answer.headers;
        response.writeHead(answer.statusCode ?? 500, { ...kept, 'content-length': bytes.byteLength });
        response.end(bytes);
      } catch {
        request.socket.destroy();
      }
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the front has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    use(next) {
      fuse = next;
    },
    close() {
      agent.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
}
