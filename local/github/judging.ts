/** When the referee is heard: at once where its word decides, otherwise when nobody waits for an answer. */
import type { Violation } from './validate.ts';

export interface Judging {
  /** Judges when the box has been quiet for a moment, or when somebody asks for the violations. */
  later(judge: () => readonly Violation[]): void;
  /** The latest, in the order in which things happened. */
  violations(): readonly Violation[];
  stop(): void;
}

const QUIET_MS = 100;
/** More are not kept waiting: what they refer to takes memory. */
const MAX_WAITING = 200;
const MAX_VIOLATIONS = 1000;

export function judging(): Judging {
  const waiting: (() => readonly Violation[])[] = [];
  let violations: Violation[] = [];
  let timer: NodeJS.Timeout | undefined;

  const judgeOne = (): void => {
    const found = waiting.shift()?.() ?? [];
    if (found.length > 0) violations = [...violations, ...found].slice(-MAX_VIOLATIONS);
  };
  const whenQuiet = (): void => {
    // One at a time: whoever comes meanwhile does not wait for all of them.
    judgeOne();
    if (waiting.length > 0) timer?.refresh();
  };

  return {
    later(judge) {
      waiting.push(judge);
      if (waiting.length > MAX_WAITING) judgeOne();
      timer = (timer?.refresh() ?? setTimeout(whenQuiet, QUIET_MS)).unref();
    },
    violations() {
      while (waiting.length > 0) judgeOne();
      return violations;
    },
    stop: () => clearTimeout(timer),
  };
}
