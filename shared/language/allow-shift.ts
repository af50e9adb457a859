/** Who gains and who loses by another requirement, as far as that can be told without knowing people. */
import { inWords, reaches, type Requirement } from './allow.ts';

export type Shift = { readonly gains: readonly string[]; readonly loses: readonly string[] };

export const EVERYBODY_ELSE = 'everybody else';

/** Undefined where it cannot be told: it depends on both together, or on what is asked of the same people besides. */
export function shiftBetween(was: Requirement, would: Requirement): Shift | undefined {
  const [before, after] = [partsOf(was), partsOf(would)];
  if (before === undefined || after === undefined || before.limits !== after.limits) return undefined;
  const gains = after.open.filter((each) => !isCovered(each, before.open)).map(named);
  const loses = before.open.filter((each) => !isCovered(each, after.open)).map(named);
  return { gains: [...new Set(gains)], loses: [...new Set(loses)] };
}

type Parts = {
  /** Each suffices. */
  readonly open: readonly Requirement[];
  /** What is asked besides of all of them, in words. */
  readonly limits: string;
};

function partsOf(need: Requirement): Parts | undefined {
  if (need.is !== 'all') {
    const open = alternatives(need);
    return open === undefined ? undefined : { open, limits: '' };
  }
  const limits = need.of.filter(({ is }) => is === 'not');
  const [main, ...others] = need.of.filter(({ is }) => is !== 'not');
  const open = main === undefined || others.length > 0 ? undefined : alternatives(main);
  return open === undefined
    ? undefined
    : {
        open,
        limits: limits
          .map((each) => inWords(each))
          .toSorted()
          .join(),
      };
}

function alternatives(need: Requirement): readonly Requirement[] | undefined {
  switch (need.is) {
    case 'any': {
      const all = need.of.map(alternatives);
      return all.includes(undefined) ? undefined : all.flatMap((each) => each ?? []);
    }
    case 'all':
    case 'not':
    case 'with':
    case 'setting':
      return undefined;
    default:
      return [need];
  }
}

/** Whoever meets `one` meets one of the others as well. */
function isCovered(one: Requirement, others: readonly Requirement[]): boolean {
  return others.some((other) => {
    if (other.is === 'anyone') return true;
    if (one.is === 'role' && other.is === 'role') return reaches(one.atLeast, other.atLeast);
    return inWords(one) === inWords(other);
  });
}

function named(need: Requirement): string {
  return need.is === 'anyone' ? EVERYBODY_ELSE : inWords(need);
}
