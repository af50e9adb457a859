/** What Lambda does for a function: as many sandboxes as needed, one event each at a time, and an end to those that take too long. */
import { spawn, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import * as z from 'zod/mini';
import type { Program } from './built.ts';
import { SANDBOX_OPTIONS, type SandboxOptions } from './protocol.ts';

export type Sandboxes = {
  /** @throws Error where the sandbox was killed, fell asleep or took too long: what came of the event is not known. */
  invoke(event: unknown): Promise<unknown>;
  readonly tally: () => Tally;
  /** Which of them have an event now; empty names wait for a sandbox. */
  readonly working: () => readonly string[];
  close(): Promise<void>;
};

export type Tally = {
  readonly invocations: number;
  readonly killed: number;
  readonly slept: number;
  readonly timedOut: number;
  /** How often at which step. */
  readonly steps: ReadonlyMap<string, number>;
  /** Bytes of all, as each told after its last event. */
  readonly rss: number;
  /** Of those too that have ended, as each told after its last event. */
  readonly cpuSeconds: number;
};

export type SandboxesOptions = {
  readonly program: Program;
  readonly size: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** For the n-th sandbox. */
  readonly options: (index: number) => SandboxOptions;
  readonly timeoutMs: number;
  /** By the clock of the run; gives what calls it off. */
  readonly after: (ms: number, act: () => void) => () => void;
  /** How long one that fell asleep sleeps. */
  readonly sleepMs: () => number;
  /** File that takes what the functions log. */
  readonly log: string | undefined;
  /** Told when one ends before it was ready, as the next would. */
  readonly broken: (error: Error) => void;
};

const told = z.object({
  invocation: z.optional(z.number()),
  result: z.optional(z.unknown()),
  error: z.optional(z.string()),
  rss: z.optional(z.number()),
  cpu: z.optional(z.number()),
});

type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void };
type Sandbox = {
  readonly id: string;
  readonly child: ChildProcess;
  ready: boolean;
  asleep: boolean;
  rss: number;
  cpu: number;
};

export function sandboxesOf(options: SandboxesOptions): Sandboxes {
  const all = new Set<Sandbox>();
  const idle: Sandbox[] = [];
  const queue: ((sandbox: Sandbox) => void)[] = [];
  const running = new Map<Sandbox, Waiting>();
  const steps = new Map<string, number>();
  const log = options.log === undefined ? 'ignore' : openSync(options.log, 'a');
  const counts = { invocations: 0, killed: 0, slept: 0, timedOut: 0 };
  let made = 0;
  let spent = 0;
  const state = { closing: false };

  const free = (sandbox: Sandbox): void => {
    const next = queue.shift();
    if (next === undefined) idle.push(sandbox);
    else next(sandbox);
  };
  const end = (sandbox: Sandbox, finish: (waiting: Waiting) => void): void => {
    const waiting = running.get(sandbox);
    running.delete(sandbox);
    if (waiting !== undefined) finish(waiting);
  };
  const fill = (): void => {
    while (!state.closing && [...all].filter(({ asleep }) => !asleep).length < options.size) start();
  };

  function start(): void {
    made += 1;
    const given = options.options(made);
    const child = spawn(process.execPath, ['--require', options.program.within, options.program.sandbox], {
      env: { PATH: process.env['PATH'], ...options.environment, [SANDBOX_OPTIONS]: JSON.stringify(given) },
      stdio: ['ignore', log, 'inherit', 'ipc', 'pipe'],
    });
    const sandbox: Sandbox = { id: given.id, child, ready: false, asleep: false, rss: 0, cpu: 0 };
    all.add(sandbox);
    const lastWords = child.stdio[4];
    if (lastWords instanceof Readable) {
      createInterface({ input: lastWords }).on('line', (line) => heard(line, sandbox));
    }
    child.on('message', (message) => {
      const { invocation, result, error, rss = 0, cpu = 0 } = told.parse(message);
      sandbox.rss = rss;
      spent += cpu - sandbox.cpu;
      sandbox.cpu = cpu;
      if (sandbox.asleep) {
        // Whatever it did, its time was over: Lambda would not have waited for it.
        if (invocation !== undefined) child.kill('SIGKILL');
        return;
      }
      if (invocation !== undefined) {
        end(sandbox, ({ resolve, reject }) => (error === undefined ? resolve(result) : reject(new Error(error))));
      }
      sandbox.ready = true;
      free(sandbox);
    });
    child.on('exit', () => {
      all.delete(sandbox);
      const place = idle.indexOf(sandbox);
      if (place >= 0) idle.splice(place, 1);
      end(sandbox, ({ reject }) => reject(new Error('the sandbox was killed')));
      if (sandbox.ready || state.closing) fill();
      else options.broken(new Error('a sandbox ended before it was ready'));
    });
  }

  function heard(line: string, sandbox: Sandbox): void {
    steps.set(line, (steps.get(line) ?? 0) + 1);
    if (line.startsWith('SIGKILL')) counts.killed += 1;
    if (!line.startsWith('SIGSTOP')) return;
    counts.slept += 1;
    sandbox.asleep = true;
    end(sandbox, ({ reject }) => reject(new Error('the sandbox fell asleep')));
    fill();
    options.after(options.sleepMs(), () => sandbox.child.kill('SIGCONT'));
  }

  fill();
  return {
    async invoke(event) {
      const sandbox = idle.shift() ?? (await new Promise<Sandbox>((resolve) => queue.push(resolve)));
      counts.invocations += 1;
      const invocation = counts.invocations;
      return new Promise((resolve, reject) => {
        const inTime = options.after(options.timeoutMs, () => {
          counts.timedOut += 1;
          sandbox.child.kill('SIGKILL');
        });
        const ended = <T>(finish: (with_: T) => void) => {
          return (with_: T): void => {
            inTime();
            finish(with_);
          };
        };
        running.set(sandbox, { resolve: ended(resolve), reject: ended(reject) });
        // One that has just been killed takes nothing any more; that it ended is told by its exit.
        sandbox.child.send({ invocation, event }, () => undefined);
      });
    },
    tally: () => ({ ...counts, steps, rss: [...all].reduce((sum, { rss }) => sum + rss, 0), cpuSeconds: spent }),
    working: () => [...queue.map(() => ''), ...[...running.keys()].map(({ id }) => id)],
    async close() {
      state.closing = true;
      await Promise.all(
        [...all].map(
          ({ child }) =>
            new Promise<void>((resolve) => {
              child.once('exit', () => resolve());
              child.kill('SIGKILL');
            }),
        ),
      );
    },
  };
}
