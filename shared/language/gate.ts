/**
 * What a pull request needs: a tree whose leaves are facts and whose branches ask for all or for any of them. `/why`, the
 * merge status, refusals and pages read the same tree. Pure.
 */

/** Whose rule it is, in a few words: a key of the settings, the OWNERS file, the forge; and where that is written. */
export type GateRule = {
  readonly says: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly commit?: string | undefined;
};

/** Somebody's word that a fact rests on. */
export type Evidence = {
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
  /** The delivery that brought it, where that is known. */
  readonly delivery?: string | undefined;
};

export type GateLeaf = {
  readonly is: 'leaf';
  /** Stays the same from one version to the next; among its siblings no other has it. */
  readonly id: string;
  /** What must be so, in a few words: `not a draft`. */
  readonly name: string;
  readonly passed: boolean;
  /** What is so, as a sentence. */
  readonly fact: string;
  /** The cheapest thing to do about it and who can, as a sentence; empty where it passed. */
  readonly next: string;
  readonly rule: GateRule;
  readonly evidence: readonly Evidence[];
};

export type GateBranch = {
  readonly is: 'all' | 'any';
  readonly id: string;
  readonly name: string;
  readonly passed: boolean;
  readonly of: readonly Gate[];
  /** Sentences that are about all of it. */
  readonly notes: readonly string[];
};

export type Gate = GateLeaf | GateBranch;

type LeafOf = Omit<GateLeaf, 'is' | 'evidence'> & { readonly evidence?: readonly Evidence[] };

/** What passed needs no next step, whatever was given. */
export function leaf({ passed, next, evidence = [], ...rest }: LeafOf): GateLeaf {
  return { is: 'leaf', ...rest, passed, next: passed ? '' : next, evidence };
}

export function needsAll(id: string, name: string, of: readonly Gate[], notes: readonly string[] = []): GateBranch {
  return { is: 'all', id, name, passed: of.every(({ passed }) => passed), of, notes };
}

export function needsAny(id: string, name: string, of: readonly Gate[], notes: readonly string[] = []): GateBranch {
  return { is: 'any', id, name, passed: of.some(({ passed }) => passed), of, notes };
}

/** All of them are needed; a single one stands for itself. */
export function needsEach(id: string, name: string, of: readonly [Gate, ...Gate[]]): Gate {
  return of.length === 1 ? of[0] : needsAll(id, name, of);
}

/** The leaves that count: of a branch that asks for any of several, those of the one that lacks least. */
export function leavesOf(gate: Gate): readonly GateLeaf[] {
  if (gate.is === 'leaf') return [gate];
  if (gate.is === 'all') return gate.of.flatMap((each) => leavesOf(each));
  const ways = gate.of.map((each) => ({ passed: each.passed, leaves: leavesOf(each) }));
  const passed = ways.find((way) => way.passed);
  const [least] = ways.toSorted((one, other) => openIn(one.leaves).length - openIn(other.leaves).length);
  return (passed ?? least)?.leaves ?? [];
}

/** What is missing, by the way that lacks least. */
export function missingIn(gate: Gate): readonly GateLeaf[] {
  return openIn(leavesOf(gate));
}

function openIn(leaves: readonly GateLeaf[]): readonly GateLeaf[] {
  return leaves.filter(({ passed }) => !passed);
}

/** The part of the tree with this id; undefined where nothing asks for it. */
export function gateNamed(gate: Gate, id: string): Gate | undefined {
  if (gate.id === id || gate.is === 'leaf') return gate.id === id ? gate : undefined;
  for (const each of gate.of) {
    const found = gateNamed(each, id);
    if (found !== undefined) return found;
  }
  return undefined;
}
