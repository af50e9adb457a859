/** A rule is one value: a command woken by a line, an automation by an event, a sweep by the clock. Facts in, actions out. */
import type { Action, ActionName } from './actions.ts';
import type { Requirement } from './allow.ts';
import type { Args, ArgValues } from './args.ts';
import type { Answers, FactName, FactTypes, Given, Questions } from './facts.ts';
import { PULL_FACTS } from './facts.ts';
import type { Family } from './families.ts';
import type { AnySettings, Sections, SettingsIn } from './settings.ts';

type Seen<Need extends FactName, S extends Sections> = Given &
  Pick<FactTypes, Need> & { readonly settings: SettingsIn<S>; readonly answers: Answers };

/** What the engine offers: the facts named in `needs` and perhaps more, and all settings. */
export type AnySeen = Given & Partial<FactTypes> & { readonly settings: AnySettings; readonly answers: Answers };

type AnyArgs = Readonly<Record<string, boolean | string | readonly string[]>>;

/** Of a rule that reads no settings. */
export type NoSections = { readonly settings?: never };

/** What only some rules say of themselves. */
type Told<S extends Sections> = {
  /** The keys it reads: `settings.hold.liftedBy` is declared here as `hold: section({ liftedBy: … })`. */
  readonly settings?: S;
  /** Prow's plugin that does the same: where Prow's own files are used, it switches the rule on. */
  readonly plugin?: string | readonly string[];
  /** It runs only where the settings name it: `all` does not mean it. */
  readonly onRequest?: true;
  /** Of a command: it makes no sense on pull requests. */
  readonly issuesOnly?: true;
};

export type Command<
  A extends Args = Args,
  Need extends FactName = FactName,
  S extends Sections = Sections,
> = Told<S> & {
  readonly is: 'command';
  /** Canonical, ASCII, lower-case; the audit trail knows no other. */
  readonly name: string;
  readonly summary: string;
  /** Where it is explained. */
  readonly family: Family;
  /**
   * Other spellings, each a rewrite: `'remove-lgtm': 'lgtm cancel'`; what follows it on the line is appended. `{}` in the
   * rewrite stands for each of the words that follow: `kind: 'label kind/{}'`. A command with the flag `cancel` is also
   * known as `/remove-x cancel`-less spellings `/remove-x` and `/unx`, without being told so here.
   */
  readonly aliases: Readonly<Record<string, string>>;
  readonly args: A;
  /** Whole lines; a test parses and runs each. */
  readonly examples: readonly string[];
  /** Sentences for its page: what is said besides the reaction. Left out where nothing is but to whoever is refused. */
  readonly answered?: string;
  readonly allow: Requirement;
  readonly needs: readonly Need[];
  /** What else this line makes it necessary to know: found out for no other, since each answer may be a request. */
  readonly asks?: (line: Given & { readonly settings: SettingsIn<S>; readonly args: ArgValues<A> }) => Questions;
  readonly decide: (seen: Seen<Need, S> & { readonly args: ArgValues<A> }) => readonly Action[];
};

/** Any command, as the engine sees it: it gives `decide` the facts named in `needs`. */
export type AnyCommand = Omit<Command, 'decide' | 'asks'> & {
  // Methods, so that a rule which sees less can stand where the engine offers all it has fetched.
  asks?(line: Given & { readonly settings: AnySettings; readonly args: AnyArgs }): Questions;
  decide(seen: AnySeen & { readonly args: AnyArgs }): readonly Action[];
};

export function defineCommand<
  const A extends Args,
  const Need extends FactName = never,
  const S extends Sections = NoSections,
>(definition: Omit<Command<A, Need, S>, 'is'>): Command<A, Need, S> {
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
  /** Somebody put it in the forge's merge queue; it was taken out unmerged. */
  | 'enqueued'
  | 'dequeued'
  /** Somebody turned the forge's own auto-merge on; it was turned off. */
  | 'auto-merge-on'
  | 'auto-merge-off'
  | 'swept'
  /** Something that it may wait for has come: a time, or a merge elsewhere. */
  | 'awaited'
  /** The clock had it looked at as it is. */
  | 'found'
  /** Something moved at the end of its base branch that matters to it. */
  | 'base-moved'
  /** A job that was started for it goes on, or has ended. */
  | 'job-result';

export type Automation<Need extends FactName = FactName, S extends Sections = Sections> = Told<S> & {
  readonly is: 'automation';
  readonly name: string;
  readonly summary: string;
  /** It cannot be switched off: what others decide rests on it. */
  readonly essential?: true;
  /** Events that wake it. */
  readonly on: readonly EventToken[];
  /** Of `labeled` and `unlabeled`, only these labels wake it, or families such as `size/`; left out, any does. */
  readonly labels?: readonly string[];
  /** An event alone wakes it only in a repository where it was of use lately: see `watchedKey`. */
  readonly rests?: true;
  /** An event alone wakes it only where, as far as is known, the settings have it run: see `awakeKey`. */
  readonly sleeps?: true;
  /** Whether it runs at all where things are set so; left out, it does. */
  when?(settings: SettingsIn<S>): boolean;
  /** Labels that wake it besides, because of how things are set here. */
  labelsBySettings?(settings: SettingsIn<S>): readonly string[];
  /** Actions that wake it when a rule before it has done one for the same delivery. */
  readonly after: readonly ActionName[];
  /** Actions that wake it besides while, by its records, the pull request waits in the forge's merge queue, or for its auto-merge. */
  readonly afterQueued?: readonly ActionName[];
  readonly needs: readonly Need[];
  /** What else this event makes it necessary to know. */
  asks?(event: Given & { readonly settings: SettingsIn<S> }): Questions;
  /** Seconds to wait before it looks: things may settle of themselves by then. An event of its own, `due`, follows. */
  later?(event: Given & { readonly settings: SettingsIn<S> }): number;
  /** Whether the forge does not know yet what it needs, and is to be asked again soon. */
  unsettled?(seen: Seen<Need, S>): boolean;
  readonly decide: (seen: Seen<Need, S>) => readonly Action[];
};

/** Whether an event on a pull request or issue wakes the automation; `label` is the one put on or taken off. */
export function wakenBy(
  rule: Pick<AnyAutomation, 'on' | 'labels' | 'labelsBySettings' | 'needs'>,
  event: { readonly name: string; readonly kind: 'pull' | 'issue'; readonly label: string | undefined },
  settings: AnySettings,
): boolean {
  const { on, labels, needs } = rule;
  if (event.kind === 'issue' && pullsOnly({ needs })) return false;
  if (!on.some((each) => each === event.name)) return false;
  if (labels === undefined || event.label === undefined) return true;
  const label = event.label.toLowerCase();
  const waking = [...labels, ...(rule.labelsBySettings?.(settings) ?? [])].map((each) => each.toLowerCase());
  return waking.some((each) => (each.endsWith('/') ? label.startsWith(each) : label === each));
}

export type AnyAutomation = Omit<
  Automation,
  'decide' | 'asks' | 'when' | 'labelsBySettings' | 'later' | 'unsettled'
> & {
  later?(event: Given & { readonly settings: AnySettings }): number;
  asks?(event: Given & { readonly settings: AnySettings }): Questions;
  when?(settings: AnySettings): boolean;
  decide(seen: AnySeen): readonly Action[];
  unsettled?(seen: AnySeen): boolean;
  labelsBySettings?(settings: AnySettings): readonly string[];
};

/** An automation that decides on nothing leaves no record. */
export function defineAutomation<const Need extends FactName = never, const S extends Sections = NoSections>(
  definition: Omit<Automation<Need, S>, 'is'>,
): Automation<Need, S> {
  return { is: 'automation', ...definition };
}

export type Sweep<Need extends FactName = FactName, S extends Sections = Sections> = Told<S> & {
  readonly is: 'sweep';
  readonly name: string;
  readonly summary: string;
  /** Minutes between two runs. */
  readonly every: number;
  /** Which open pull requests it looks at: all of these labels, none of those. Left out, they are found otherwise. */
  readonly finds?: { readonly labels: readonly string[]; readonly without: readonly string[] };
  readonly needs: readonly Need[];
  readonly decide: (seen: Seen<Need, S>) => readonly Action[];
};

export type AnySweep = Omit<Sweep, 'decide'> & { decide(seen: AnySeen): readonly Action[] };

export function defineSweep<const Need extends FactName = never, const S extends Sections = NoSections>(
  definition: Omit<Sweep<Need, S>, 'is'>,
): Sweep<Need, S> {
  return { is: 'sweep', ...definition };
}

/** Whether the rule makes sense on pull requests alone. */
export function pullsOnly({ needs }: { readonly needs: readonly FactName[] }): boolean {
  return needs.some((need) => PULL_FACTS.includes(need));
}
