/** A rule is one value: a command woken by a line, an automation by an event, a sweep by the clock. Facts in, actions out. */
import type { Action, ActionName } from './actions.ts';
import type { Requirement } from './allow.ts';
import type { Args, ArgValues } from './args.ts';
import type { FactName, FactTypes, Given } from './facts.ts';
import { PULL_FACTS } from './facts.ts';

type Seen<Need extends FactName> = Given & Pick<FactTypes, Need>;

/** What the engine offers: the facts named in `needs` and perhaps more. */
export type AnySeen = Given & Partial<FactTypes>;

export type Command<A extends Args = Args, Need extends FactName = FactName> = {
  readonly is: 'command';
  /** Canonical, ASCII, lower-case; the audit trail knows no other. */
  readonly name: string;
  readonly summary: string;
  /**
   * Other spellings, each a rewrite: `'remove-lgtm': 'lgtm cancel'`; what follows it on the line is appended. `{}` in the
   * rewrite stands for each of the words that follow: `kind: 'label kind/{}'`. A command with the flag `cancel` is also
   * known as `/remove-x cancel`-less spellings `/remove-x` and `/unx`, without being told so here.
   */
  readonly aliases: Readonly<Record<string, string>>;
  readonly args: A;
  /** Whole lines; a test parses and runs each. */
  readonly examples: readonly string[];
  readonly allow: Requirement;
  readonly needs: readonly Need[];
  readonly decide: (seen: Seen<Need> & { readonly args: ArgValues<A> }) => readonly Action[];
};

/** Any command, as the engine sees it: it gives `decide` the facts named in `needs`. */
export type AnyCommand = Omit<Command, 'decide'> & {
  // A method, so that a rule which sees less can stand where the engine offers all it has fetched.
  decide(
    seen: AnySeen & { readonly args: Readonly<Record<string, boolean | string | readonly string[]>> },
  ): readonly Action[];
};

export function defineCommand<const A extends Args, const Need extends FactName = never>(
  definition: Omit<Command<A, Need>, 'is'>,
): Command<A, Need> {
  return { is: 'command', ...definition };
}

export type EventToken =
  | 'comment-created'
  | 'comment-edited'
  | 'opened'
  | 'edited'
  | 'closed'
  | 'reopened'
  | 'synchronized'
  | 'labeled'
  | 'unlabeled'
  | 'draft-changed'
  | 'retargeted'
  | 'review-submitted'
  | 'review-dismissed'
  | 'checks-passed'
  | 'swept';

export type Automation<Need extends FactName = FactName> = {
  readonly is: 'automation';
  readonly name: string;
  readonly summary: string;
  /** Events that wake it. */
  readonly on: readonly EventToken[];
  /** Of `labeled` and `unlabeled`, only these labels wake it, or families such as `size/`; left out, any does. */
  readonly labels?: readonly string[];
  /** Actions that wake it when a rule before it has done one for the same delivery. */
  readonly after: readonly ActionName[];
  readonly needs: readonly Need[];
  readonly decide: (seen: Seen<Need>) => readonly Action[];
};

/** Whether an event on a pull request or issue wakes the automation; `label` is the one put on or taken off. */
export function wakenBy(
  { on, labels, needs }: Pick<AnyAutomation, 'on' | 'labels' | 'needs'>,
  event: { readonly name: string; readonly kind: 'pull' | 'issue'; readonly label: string | undefined },
): boolean {
  if (event.kind === 'issue' && pullsOnly({ needs })) return false;
  if (!on.some((each) => each === event.name)) return false;
  if (labels === undefined || event.label === undefined) return true;
  const label = event.label.toLowerCase();
  return labels.some((each) => (each.endsWith('/') ? label.startsWith(each) : label === each));
}

export type AnyAutomation = Omit<Automation, 'decide'> & { decide(seen: AnySeen): readonly Action[] };

/** An automation that decides on nothing leaves no record. */
export function defineAutomation<const Need extends FactName = never>(
  definition: Omit<Automation<Need>, 'is'>,
): Automation<Need> {
  return { is: 'automation', ...definition };
}

export type Sweep<Need extends FactName = FactName> = {
  readonly is: 'sweep';
  readonly name: string;
  readonly summary: string;
  /** Minutes between two runs. */
  readonly every: number;
  /** Which open pull requests it looks at: all of these labels, none of those. */
  readonly finds: { readonly labels: readonly string[]; readonly without: readonly string[] };
  readonly needs: readonly Need[];
  readonly decide: (seen: Seen<Need>) => readonly Action[];
};

export type AnySweep = Omit<Sweep, 'decide'> & { decide(seen: AnySeen): readonly Action[] };

export function defineSweep<const Need extends FactName = never>(definition: Omit<Sweep<Need>, 'is'>): Sweep<Need> {
  return { is: 'sweep', ...definition };
}

/** Whether the rule makes sense on pull requests alone. */
export function pullsOnly({ needs }: { readonly needs: readonly FactName[] }): boolean {
  return needs.some((need) => PULL_FACTS.includes(need));
}
