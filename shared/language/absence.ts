/** Somebody who is away: they are not asked for reviews, and others are suggested first. */
import { dayInWords } from './dates.ts';
import { code } from './text.ts';

export type Absence = {
  /** ISO 8601; undefined: until they say that they are back. */
  readonly until?: string | undefined;
};

/** By lower-case login. */
export type Absences = ReadonlyMap<string, Absence>;

/** `away until 2026-12-24`. Why they are is for where they said so: it may have been a private place. */
export function awayInWords({ until }: Absence): string {
  return until === undefined ? 'away' : `away until ${dayInWords(until)}`;
}

/** Sentences about those of `logins` who are away; empty where none is. */
export function whoIsAway(logins: readonly string[], absences: Absences): string {
  return logins
    .flatMap((login) => {
      const absence = absences.get(login.toLowerCase());
      return absence === undefined ? [] : [`${code(login)} is ${awayInWords(absence)}.`];
    })
    .join(' ');
}
