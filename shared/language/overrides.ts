/** Somebody's word that a check need not be green, for one commit, and how it changes what the checks say. */
import type { Check } from './facts.ts';
import { code } from './text.ts';

export type Override = {
  /** The check or commit status, as it is spelled. */
  readonly check: string;
  /** Lower-case login. */
  readonly by: string;
  readonly headSha: string;
  /** Where the base branch ended when it was said. */
  readonly baseRef: string;
  readonly baseSha: string;
  /** Whether it goes on while the base moves; into another branch it does not. */
  readonly sticky: boolean;
  /** Plain text; empty where none was given. */
  readonly reason: string;
  /** What was set on the forge because of it. */
  readonly from: readonly NonNullable<Check['from']>[];
  /** The head was another one since: the forge shows it still, should that head come back. */
  readonly left?: true | undefined;
  readonly at: string;
};

export type Overriding = {
  readonly by: string;
  readonly reason: string;
  /** Why it counts no more; undefined while it does. */
  readonly ended?: string | undefined;
  /** Goes on after "until". */
  readonly until: string;
};

/** What the forge shows of an override: other software looks for these words. */
export const OVERRIDDEN = 'Overridden by';
/** Tide looks for it, and takes it for any base. */
const STICKY_MARK = '[prow:skip-retest]';
/** Of the name of a branch, what a status has room for after the longest login. */
const MAX_SHOWN_BASE_CHARS = 60;

type Ends = { readonly headSha: string; readonly baseRef: string; readonly baseSha?: string | undefined };

type Shown = Pick<Override, 'by' | 'sticky' | 'baseRef' | 'baseSha'>;

export function overriddenBy({ by, sticky, baseRef, baseSha }: Shown): string {
  const mark = sticky ? ` ${STICKY_MARK} Base:${shownBase(baseRef)}` : baseSha === '' ? '' : ` BaseSHA:${baseSha}`;
  return `${OVERRIDDEN} ${by}${mark}`;
}

function shownBase(baseRef: string): string {
  return baseRef.slice(0, MAX_SHOWN_BASE_CHARS).toWellFormed();
}

/** Why an override for this head counts no more, as the rest of a sentence; undefined where it does. */
export function endedBecause({ left, sticky, baseRef, baseSha }: Override, now: Ends): string | undefined {
  if (left === true) return 'the head moved';
  // Said of what it would go into: who may say so of one branch may not of every other.
  if (baseRef !== now.baseRef) return `the base is ${now.baseRef} now`;
  if (sticky) return undefined;
  return baseSha === (now.baseSha ?? '') ? undefined : `${baseRef} moved`;
}

/**
 * Where the forge shows it, as far as is known: a status that somebody else has set since is what it says, and no word of ours.
 * A run of ours stays beside whatever is reported since.
 */
export function shownBy({ check, from }: Pick<Override, 'check' | 'from'>, checks: readonly Check[]): Override['from'] {
  const status = checks.find((each) => each.name === check && each.from === 'status');
  const isOthers = status !== undefined && status.description?.startsWith(OVERRIDDEN) !== true;
  return isOthers ? from.filter((kind) => kind !== 'status') : from;
}

/** Of all overrides, those for this head. */
export function overridesAt(overrides: readonly Override[], { headSha }: Pick<Ends, 'headSha'>): readonly Override[] {
  return overrides.filter((each) => each.headSha === headSha);
}

/** The checks with what somebody said of them; one that has not reported may be overridden as well. */
export function withOverrides(checks: readonly Check[], overrides: readonly Override[], now: Ends): readonly Check[] {
  const here = new Map(overridesAt(overrides, now).map((each) => [each.check, each]));
  const reported = new Set(checks.map(({ name }) => name));
  const missing = [...here.keys()].filter((name) => !reported.has(name));
  const all = [...checks, ...missing.map((name): Check => ({ name, state: 'pending', required: false }))];
  const judged = all.map((check) => {
    const found = here.get(check.name);
    if (found !== undefined) return overridden(check, found, now);
    const by = forOtherBase(check, now);
    if (by === undefined) return check;
    const ended = 'it was said for another base';
    return { ...check, state: 'failure' as const, override: { by, reason: '', ended, until: '' } };
  });
  return judged.filter((check) => !(isWordOver(check) && isGreenBeside(check.name, judged)));
}

/** What is left of a word that counts no more. */
const OVER = /^Override (?:by \S+ ended: |cancelled by \S+$)/;

/** A run of ours stands for ever, and running the check again makes another one. */
function isWordOver({ from, state, description = '', override }: Check): boolean {
  return from === 'run' && state === 'failure' && (override?.ended !== undefined || OVER.test(description));
}

function isWord(check: Check): boolean {
  return isWordOver(check) || check.description?.startsWith(OVERRIDDEN) === true;
}

/** Whether the check itself is green, whatever our own runs of that name say. */
export function isGreenBeside(name: string, checks: readonly Check[]): boolean {
  const runs = checks.filter((each) => each.name === name && each.from === 'run' && !isWord(each));
  return runs.length > 0 && runs.every(({ state }) => state === 'success');
}

const FOR_BASE = /^Overridden by (?<by>\S+) (?:\[prow:skip-retest\] Base:(?<ref>\S+)|BaseSHA:(?<sha>\S+))$/;

/**
 * Who said so on another pull request with this head, or before anybody kept records, for a base that it names and that is
 * not this one; undefined where nobody did.
 */
function forOtherBase({ state, description = '' }: Check, { baseRef, baseSha = '' }: Ends): string | undefined {
  const { by, ref, sha } = FOR_BASE.exec(description)?.groups ?? {};
  const isSame = ref === undefined ? sha === baseSha : ref === shownBase(baseRef);
  return state === 'success' && !isSame ? by : undefined;
}

function overridden(check: Check, found: Override, now: Ends): Check {
  const { by, reason } = found;
  const ended = endedBecause(found, now);
  if (ended === undefined) return { ...check, state: 'success', override: { by, reason, until: untilInWords(found) } };
  // What was reported since counts as it is; only our own word for it does not.
  const isOurs = check.description?.startsWith(OVERRIDDEN) === true;
  return isOurs ? { ...check, state: 'failure', override: { by, reason, ended, until: untilInWords(found) } } : check;
}

/** Goes on after "until": what ends it. */
export function untilInWords({ sticky, baseRef }: Pick<Override, 'sticky' | 'baseRef'>): string {
  const base = code(baseRef);
  return sticky ? `the head moves or it goes elsewhere than ${base}` : `the head or ${base} moves`;
}
