/**
 * The clock of a run, which all its processes read in one file. It goes as the machine's does while anybody works and leaps
 * while all only wait: every limit of the product stays as it is deployed, nothing is hurried, and hours of waiting pass in
 * seconds, on a fast machine as on a busy one.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

export type Clock = {
  /** Holds how far it has leapt; undefined for the machine's own clock. */
  readonly path?: string | undefined;
  /** How far it is ahead. */
  readonly skewMs: number;
};

export type RunClock = {
  readonly path: string;
  readonly now: () => Date;
  /** Milliseconds so far that nobody had to wait for. */
  leapt(): number;
  /** Calls back when the clock has gone so far; gives what calls that off. */
  readonly after: (ms: number, act: () => void) => () => void;
  /** From now on it leaps so many milliseconds at a time, as asked for each time: zero where somebody works. */
  leapBy(most: () => number): void;
  close(): void;
};

const BYTES = 8;
const LOOK_MS = 2;
const WAKE_MS = 10;

export function runClock(path: string): RunClock {
  const file = openSync(path, 'w+');
  const shown = new Float64Array(1);
  const bytes = new Uint8Array(shown.buffer);
  const leap = (ms: number): void => {
    shown[0] = (shown[0] ?? 0) + ms;
    writeSync(file, bytes, 0, BYTES, 0);
  };
  leap(0);
  const millis = (): number => Date.now() + (shown[0] ?? 0);
  const due = new Set<{ readonly at: number; readonly act: () => void }>();
  let looking: NodeJS.Timeout | undefined;

  return {
    path,
    now: () => new Date(millis()),
    leapt: () => shown[0] ?? 0,
    after(ms, act) {
      const one = { at: millis() + ms, act };
      due.add(one);
      return () => due.delete(one);
    },
    leapBy(most) {
      clearInterval(looking);
      looking = setInterval(() => {
        const ms = Math.min(most(), ...[...due].map(({ at }) => at - millis()));
        if (ms > 0) leap(ms);
        const now = millis();
        for (const one of due) {
          if (one.at > now) continue;
          due.delete(one);
          one.act();
        }
      }, LOOK_MS);
    },
    close() {
      clearInterval(looking);
      closeSync(file);
    },
  };
}

/** Milliseconds since the epoch, as the clock shows them. */
function readingOf({ path, skewMs }: Clock, real: () => number): () => number {
  if (path === undefined) return () => real() + skewMs;
  const file = openSync(path, 'r');
  const leapt = new Float64Array(1);
  const bytes = new Uint8Array(leapt.buffer);
  return () => {
    readSync(file, bytes, 0, BYTES, 0);
    return Math.floor(real() + skewMs + (leapt[0] ?? 0));
  };
}

/**
 * From now on, whoever asks this process for the time is told what the clock shows, and its requests time out by it.
 * @returns what forgets all time-outs: what they were for has ended.
 */
export function setTheProcessBy(clock: Clock): () => void {
  const Real = Date;
  const now = readingOf(clock, () => Real.now());
  globalThis.Date = new Proxy(Real, {
    construct: (of, given, made) => Reflect.construct(of, given.length === 0 ? [now()] : given, made),
    apply: () => new Real(now()).toString(),
    get: (of, key) => (key === 'now' ? now : Reflect.get(of, key)),
  });
  const due = new Set<{ readonly at: number; readonly controller: AbortController }>();
  let waking: NodeJS.Timeout | undefined;
  const forget = (): void => {
    due.clear();
    clearInterval(waking);
    waking = undefined;
  };
  AbortSignal.timeout = (ms) => {
    const controller = new AbortController();
    due.add({ at: now() + ms, controller });
    waking ??= setInterval(() => {
      const at = now();
      for (const one of due) {
        if (one.at > at) continue;
        due.delete(one);
        one.controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
      }
      if (due.size === 0) forget();
    }, WAKE_MS);
    return controller.signal;
  };
  return forget;
}
