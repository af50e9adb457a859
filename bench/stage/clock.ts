/** A clock that runs many times faster than the machine's, and wrong where it should: minutes of waiting pass in seconds. */

export type Clock = {
  /** Milliseconds since the epoch at which it shows the right time. */
  readonly start: number;
  readonly factor: number;
  /** How far it is ahead. */
  readonly skewMs: number;
};

export function shownBy({ start, factor, skewMs }: Clock, real: number): number {
  return start + (real - start) * factor + skewMs;
}

/** From now on, whoever asks this process for the time is told what the clock shows. */
export function setTheProcessBy(clock: Clock): void {
  const Real = Date;
  const now = (): number => Math.floor(shownBy(clock, Real.now()));
  globalThis.Date = new Proxy(Real, {
    construct: (of, given, made) => Reflect.construct(of, given.length === 0 ? [now()] : given, made),
    apply: () => new Real(now()).toString(),
    get: (of, key) => (key === 'now' ? now : Reflect.get(of, key)),
  });
}
