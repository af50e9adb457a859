/**
 * Loaded first in a sandbox, and in each thread that it starts: the clock of the run, and the dice by which it is killed, or
 * falls asleep, before and after each of its requests to the world, which are all the steps there are.
 */
import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import * as z from 'zod/mini';
import { diceFrom } from '../../local/dice.ts';
import { setTheProcessBy } from './clock.ts';
import { SANDBOX, SANDBOX_OPTIONS, sandboxOptions } from './protocol.ts';

/** Where the sandbox says what is about to happen to it: a message over IPC would no longer get out. */
const LAST_WORDS = 4;

export const options = sandboxOptions.parse(JSON.parse(process.env[SANDBOX_OPTIONS] ?? ''));
const forgetTimeOuts = setTheProcessBy(options.clock);

const dice = diceFrom(options.seed + threadId);
/** A thread is there for nothing else. */
let busy = threadId > 0;

export function begin(): void {
  busy = true;
}

export function end(): void {
  busy = false;
  forgetTimeOuts();
}

function point(when: 'before' | 'after', step: string): void {
  if (!busy) return;
  const number = dice();
  if (number >= options.kill + options.sleep) return;
  const signal = number < options.kill ? 'SIGKILL' : 'SIGSTOP';
  writeSync(LAST_WORDS, `${signal} ${when} ${step}\n`);
  process.kill(process.pid, signal);
}

// Whoever sends a request passes here, the SDK through node:http and Octokit through fetch.
const asked = z.object({
  request: z.object({
    method: z.string(),
    path: z.string(),
    getHeader: z.optional(z.custom<(name: string) => unknown>((it) => typeof it === 'function')),
  }),
});
function nameOf(message: unknown): string {
  const { success, data } = asked.safeParse(message);
  if (!success) return 'a request';
  const { method, path } = data.request;
  const target: unknown =
    data.request.getHeader === undefined
      ? undefined
      : Reflect.apply(data.request.getHeader, Reflect.get(Object(message), 'request'), ['x-amz-target']);
  const service = typeof target === 'string' ? target.replace(/^(\w+?)(?:_\d+)?\./, '$1 ') : undefined;
  return service ?? `${method} ${path.replace(/\?.*/, '').replaceAll(/\d+/g, 'n')}`;
}
subscribe('http.client.request.created', (message) => point('before', nameOf(message)));
subscribe('http.client.response.finish', (message) => point('after', nameOf(message)));
const marked = z.object({
  request: z.object({ addHeader: z.custom<(name: string, value: string) => void>((it) => typeof it === 'function') }),
});
subscribe('undici:request:create', (message) => {
  const { request } = marked.parse(message);
  Reflect.apply(request.addHeader, Reflect.get(Object(message), 'request'), [SANDBOX, options.id]);
  point('before', nameOf(message));
});
subscribe('undici:request:trailers', (message) => point('after', nameOf(message)));
