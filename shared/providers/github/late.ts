/**
 * A worker that is held up while its request is on its way cannot be stopped any more: the request arrives when another has
 * long finished. Only who sent it knows of it, and so takes it back.
 */
import { reasonOf } from '../../errors.ts';
import { log } from '../../log.ts';

/** On requests that take something back: they pass though the lease is lost. */
export const TAKING_BACK = { takingBack: true } as const;

export function takesBack(options: { readonly request?: object }): boolean {
  return options.request !== undefined && 'takingBack' in options.request;
}

type Sent<T> = {
  /** Throws where another worker has taken over. */
  readonly mayGoOn: (() => void) | undefined;
  readonly send: () => Promise<T>;
  /** @param made undefined where nobody knows whether it arrived. */
  readonly takeBack: (made: T | undefined) => Promise<unknown>;
};

/** @throws Retryable where the lease was lost meanwhile; what was made is gone again then. */
export async function takenBackIfLate<T>({ mayGoOn, send, takeBack }: Sent<T>): Promise<T> {
  mayGoOn?.();
  let made: T | undefined;
  try {
    made = await send();
    mayGoOn?.();
    return made;
  } catch (error) {
    if (isLate(mayGoOn)) {
      await takeBack(made).catch((cause: unknown) => log.warn('not taken back', { reason: reasonOf(cause) }));
    }
    throw error;
  }
}

function isLate(mayGoOn: (() => void) | undefined): boolean {
  try {
    mayGoOn?.();
    return false;
  } catch {
    return true;
  }
}
