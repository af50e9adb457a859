/** Whom to ask for a review of a change, by OWNERS or CODEOWNERS: few people near to it, the same ones each time. */
import { sidesOf, viewOf, type ChangedFile, type Ownership } from './approval.ts';
import { resolverOf, type Heirs, type Kind } from './resolve.ts';
import { shuffled } from './suggest.ts';

export type ReviewersQuestion = {
  readonly index: Ownership;
  readonly files: readonly ChangedFile[];
  /** How many a change should have. Each owner's part of it has one, even where that is more. */
  readonly wanted: number;
  /** As many as it has at most, those required apart; 0 for no such bound. */
  readonly most: number;
  /** Whether approvers are asked where there are too few reviewers. */
  readonly approversToo: boolean;
  /** Who has been asked already, or has reviewed: they count, and are not asked again. Lower-case. */
  readonly engaged: ReadonlySet<string>;
  /** Who is not asked: the author. Lower-case. */
  readonly never: ReadonlySet<string>;
  readonly away: ReadonlySet<string>;
  /** How many others wait for their review, as far as that is known. */
  readonly waiting?: ReadonlyMap<string, number>;
  readonly seed: number;
};

export type Reviewers = {
  /** In the order in which they came to be chosen. */
  readonly chosen: readonly string[];
  /** Asked besides, whatever the count: OWNERS require them. */
  readonly required: readonly string[];
  /** How many could have been chosen. */
  readonly candidates: number;
  /** Who could have been, were they not away; sorted. */
  readonly away: readonly string[];
};

/** Chosen at once: more would be everybody's change and so nobody's. */
const MAX_CHOSEN = 10;

/** Throws `UnknownOwners` where the index is partial and does not reach every changed path. */
export function reviewersFor(question: ReviewersQuestion): Reviewers {
  const { index, files, wanted, most, approversToo, engaged, never, away, waiting, seed } = question;
  const { heirsOf } = viewOf(index, files);
  const sides = [...new Set(files.flatMap(sidesOf))];
  const fits = (login: string): boolean => !never.has(login) && !engaged.has(login) && !isBot(login);
  const askable = (login: string): boolean => fits(login) && !away.has(login);
  const kinds: readonly Kind[] = approversToo ? ['reviewers', 'approvers'] : ['reviewers'];
  const parts = new Map(kinds.map((kind) => [kind, partsOf(sides, (path) => heirsOf(path, kind), askable)] as const));
  const everybody = [...parts.values()].flatMap((each) => each.flatMap(({ layers }) => layers.flat()));
  const place = new Map(shuffled(everybody, seed).map((login, at) => [login, at]));
  const before = (one: string, other: string): number =>
    (waiting?.get(one) ?? 0) - (waiting?.get(other) ?? 0) || (place.get(one) ?? 0) - (place.get(other) ?? 0);

  const limit = Math.min(MAX_CHOSEN, most === 0 ? MAX_CHOSEN : Math.max(0, most - engaged.size));
  const chosen = new Set<string>();
  const isShort = (): boolean => chosen.size + engaged.size < wanted;
  const isFull = (): boolean => chosen.size >= limit;
  const there = (): ReadonlySet<string> => new Set([...engaged, ...chosen]);

  for (const each of parts.values()) {
    if (!isShort()) break;
    const open = each.filter(({ all }) => ![...there()].some((login) => all.has(login)));
    for (const login of covering(open, before)) if (!isFull()) chosen.add(login);
    const nearest = each.flatMap(({ layers }) => layers[0] ?? []);
    for (const login of [...ordered(nearest, before), ...byLayer(each, before)]) {
      if (!isFull() && isShort()) chosen.add(login);
    }
  }
  const requiredHere = requiredOf(index, sides);
  const named = kinds.flatMap((kind) => sides.flatMap((path) => [...heirsOf(path, kind).all]));
  return {
    chosen: [...chosen],
    required: requiredHere.filter((login) => askable(login) && !chosen.has(login)),
    candidates: place.size,
    away: [...new Set([...named, ...requiredHere])].filter((login) => away.has(login) && fits(login)).toSorted(),
  };
}

/** What the same people own; of each layer, who can be asked. Layers without anybody are left out. */
type Part = { readonly all: ReadonlySet<string>; readonly layers: readonly (readonly string[])[] };

function partsOf(
  sides: readonly string[],
  heirsOf: (path: string) => Heirs,
  askable: (login: string) => boolean,
): readonly Part[] {
  return [...new Set(sides.map(heirsOf))].map(({ all, layers }) => ({
    all,
    layers: layers.map((layer) => layer.filter(askable)).filter((layer) => layer.length > 0),
  }));
}

type Before = (one: string, other: string) => number;

/** Again and again whoever is nearest to most of what has nobody yet. */
function* covering(parts: readonly Part[], before: Before): Generator<string> {
  const open = new Set(parts.filter(({ layers }) => layers.length > 0));
  while (open.size > 0) {
    const counts = new Map<string, number>();
    for (const { layers } of open) {
      for (const login of layers[0] ?? []) counts.set(login, (counts.get(login) ?? 0) + 1);
    }
    const [best] = [...counts].toSorted(([one, owns], [other, owned]) => owned - owns || before(one, other));
    if (best === undefined) return;
    yield best[0];
    for (const part of open) if (part.all.has(best[0])) open.delete(part);
  }
}

function ordered(logins: readonly string[], before: Before): readonly string[] {
  return [...new Set(logins)].toSorted(before);
}

/** The nearest layers of all parts, then the next ones, to the root. */
function byLayer(parts: readonly Part[], before: Before): readonly string[] {
  const deepest = Math.max(0, ...parts.map(({ layers }) => layers.length));
  return Array.from({ length: deepest }, (_, at) =>
    ordered(
      parts.flatMap(({ layers }) => layers[at] ?? []),
      before,
    ),
  ).flat();
}

function requiredOf(index: Ownership, sides: readonly string[]): readonly string[] {
  if (index.is !== 'owners' || index.bounded === true) return [];
  const { requiredReviewersOf } = resolverOf(index);
  return [...new Set(sides.flatMap(requiredReviewersOf))].toSorted();
}

function isBot(login: string): boolean {
  return login.endsWith('[bot]');
}
