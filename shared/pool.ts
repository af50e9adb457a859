/**
 * The pool of a branch, where results must belong to its end: one merge at a time, and one pull request at a time that is
 * brought up to date and waits for its checks. Both expire; lost, they cost an update more and never a wrong merge, since
 * whether the head has the base is asked again right before.
 */
import { randomUUID } from 'node:crypto';
import { Retryable } from './errors.ts';
import type { Cache } from './store/stores.ts';

/** Longer than a merge takes. */
const MERGING_SECONDS = 60;
/** Longer than most checks run: then somebody else may go. */
const TURN_SECONDS = 3_600;
const AGAIN_SECONDS = 3;

const turnKey = (branch: string): string => `turn#${branch}`;

/** Which pull request has its turn; undefined where none has. */
export async function turnOn(branch: string, cache: Pick<Cache, 'get'>): Promise<number | undefined> {
  const kept = await cache.get(turnKey(branch));
  const number = typeof kept === 'object' && kept !== null && 'number' in kept ? kept.number : undefined;
  return typeof number === 'number' ? number : undefined;
}

/** False where another has it. Taken again, it is had. */
export async function takeTurn(branch: string, number: number, cache: Cache): Promise<boolean> {
  const value = { version: String(number), number };
  if (await cache.swap(turnKey(branch), undefined, value, TURN_SECONDS)) return true;
  return (await turnOn(branch, cache)) === number;
}

/** Only one's own. */
export async function endTurn(branch: string, number: number, cache: Cache): Promise<void> {
  if ((await turnOn(branch, cache)) === number) await cache.remove(turnKey(branch));
}

/** @throws Retryable while another pull request is being merged into the branch. */
export async function alone<T>(branch: string, cache: Cache, act: () => Promise<T>): Promise<T> {
  const key = `merging#${branch}`;
  const version = randomUUID();
  if (!(await cache.swap(key, undefined, { version }, MERGING_SECONDS))) {
    throw new Retryable('another pull request is being merged into the branch', { retryAfter: AGAIN_SECONDS });
  }
  try {
    return await act();
  } finally {
    // A second is as soon as it may end without taking it from somebody who has it since.
    await cache.swap(key, version, { version }, 1);
  }
}
