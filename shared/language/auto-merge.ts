/** The forge's own auto-merge: it merges by itself, as soon as what it knows of is met. */
import type { MergeMethod, Person } from './facts.ts';

/** As the forge shows it. */
export type AutoMerge = { readonly by: Pick<Person, 'login' | 'bot'>; readonly method: MergeMethod };

/** What the records say of it. */
export type Arming =
  /** On, by Bowsprit or by somebody else; `again`: at a head at which Bowsprit had turned it off. */
  | { readonly is: 'on'; readonly by: 'us' | 'other'; readonly headSha: string; readonly again?: true | undefined }
  /** Bowsprit turned it off. */
  | { readonly is: 'ended'; readonly headSha: string }
  /** Somebody turned off what Bowsprit had turned on. */
  | { readonly is: 'declined'; readonly by: string };

/** The forge would not merge it at this head, and said why. */
export type RefusedMerge = { readonly headSha: string; readonly note: string };
