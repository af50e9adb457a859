/** Branches into which nothing is merged for a while, and how people say so. */
import { momentIn, dayInWords, untilMisspelt } from './dates.ts';
import { code, listed } from './text.ts';

/** What is said of branches: those that bear this name, or begin with it where it ends in `*`. */
export type Freezing = {
  readonly branch: string;
  /** ISO 8601; undefined: until somebody lifts it. */
  readonly until?: string | undefined;
  /** Labels with one of which a pull request is merged all the same. */
  readonly except: readonly string[];
  readonly reason: string;
};

export type Freeze = Freezing & {
  /** Login. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** Where it was said: `github:acme/widgets#12`. */
  readonly said: string;
  readonly delivery: string;
};

/** Narrower than git is: what looks like anything else is no branch that somebody means to freeze. */
const BRANCH = /^(?!.*(?:\.\.|\/\/))(?:[\w#][\w./#+@-]{0,254}\*?|\*)$/;
/** Labels that let something pass; more are a mistake. */
const MAX_LABELS = 10;
/** A label after `label:`, in quotes where it has blanks. */
const LABEL = /^(?:label:)?(?:"([^"]{1,100})"|([^\s,"]{1,100}))(?:\s*,\s*)?/i;
const HOW = code('/freeze <branch> [until <time>] [except label:<label>] [reason]');

/** From what follows `/freeze`, or a sentence that says what is wrong with it. */
export function freezingIn(text: string, now: string): Freezing | string {
  const [branch = '', ...words] = text.trim().split(/\s+/);
  if (branch.slice(0, -1).includes('*')) return `In ${code(branch)} only the end may be ${code('*')}.`;
  if (!BRANCH.test(branch) || /^(?:until|except)$/i.test(branch)) return `The branch comes first: ${HOW}.`;
  let rest = words.join(' ');
  let until: string | undefined;
  let except: readonly string[] | undefined;
  for (;;) {
    if (until === undefined && /^until\b/i.test(rest)) {
      const moment = momentIn(rest.slice('until'.length), now);
      if (moment === undefined) {
        return `Until when is not understood: write ${code('until 2026-12-24')}, ${code('until 2026-12-24T18:00')}, ${code('until friday')} or ${code('until in 2 weeks')}.`;
      }
      if (Date.parse(moment.at) <= Date.parse(now)) return `${dayInWords(moment.at)} is over.`;
      until = moment.at;
      rest = moment.rest;
    } else if (except === undefined && /^except(?:\s|$)/i.test(rest)) {
      const found = labelsIn(rest.slice('except'.length).trim());
      if (found.labels.length === 0) return `Except for which label? Write ${code('except label:critical')}.`;
      if (found.labels.length > MAX_LABELS) return `At most ${MAX_LABELS} labels let something pass.`;
      except = found.labels;
      rest = found.rest;
    } else break;
  }
  const misspelt = until === undefined ? untilMisspelt(rest, now) : undefined;
  // Without an end, where one was meant, it would stand for good.
  if (misspelt !== undefined) return `Until then? Write ${code(`/freeze ${branch} until ${misspelt}`)}.`;
  return { branch, ...(until === undefined ? {} : { until }), except: except ?? [], reason: rest };
}

/** `label:a, label:"b c"`: more follow only after a comma, so that a reason may follow as well. */
function labelsIn(text: string): { readonly labels: readonly string[]; readonly rest: string } {
  const labels: string[] = [];
  let rest = text;
  for (;;) {
    const [whole, quoted, plain] = LABEL.exec(rest) ?? [];
    const label = quoted ?? plain;
    if (whole === undefined || label === undefined) return { labels, rest };
    labels.push(label);
    rest = rest.slice(whole.length).trim();
    if (!whole.trim().endsWith(',')) return { labels, rest };
  }
}

export function isFrozen({ branch }: Pick<Freezing, 'branch'>, baseRef: string): boolean {
  return branch.endsWith('*') ? baseRef.startsWith(branch.slice(0, -1)) : branch === baseRef;
}

/** Of the freezes that hold, those that keep a pull request with these labels from this branch. */
export function freezesOn(freezes: readonly Freeze[], baseRef: string, labels: ReadonlySet<string>): readonly Freeze[] {
  const on = new Set([...labels].map((label) => label.toLowerCase()));
  return freezes.filter(
    (freeze) => isFrozen(freeze, baseRef) && !freeze.except.some((label) => on.has(label.toLowerCase())),
  );
}

/** `main` until 2026-12-24, except `critical`, by `ada` (reason) */
export function freezeInWords({ branch, until, except, reason }: Freezing, by?: string): string {
  const whose = by === undefined ? '' : ` by ${code(by)}`;
  const when = until === undefined ? ' until it is lifted' : ` until ${dayInWords(until)}`;
  const spared = except.length === 0 ? '' : `, except for ${listed(except.map(code), 'or')}`;
  return `${code(branch)}${whose}${when}${spared}${reason === '' ? '' : ` (${code(reason)})`}`;
}
