/** Which votes stand after somebody gave one, took one back, or pushed. Pure; what `pull-state.ts` adds up. */
import { MAX_GLOBS, type Vote, type VoteKind } from './language/index.ts';

/** Approvals of one person that stand side by side: for some paths each, and by reviews. The earliest goes first. */
const MAX_OF_ONE = 20;
/** Patterns taken back from one approval; whoever takes back more has taken back all of it. */
const MAX_EXCEPT = 2 * MAX_GLOBS;

/** What an approval is taken back for; left out: all of it. */
export type Withdrawal = {
  readonly vote: VoteKind;
  readonly by: string;
  readonly review?: string | undefined;
  readonly paths?: readonly string[] | undefined;
};

/**
 * An lgtm or a consent to a cherry-pick is about the whole change, so the last of a person is theirs. So is an approval of all; one of some paths stands
 * beside others, and one that a review gives beside what was commented: dismissing the review takes back no more than it gave.
 */
export function withVote(votes: readonly Vote[], given: Vote): readonly Vote[] {
  const isOwn = (each: Vote): boolean => each.vote === given.vote && each.by === given.by;
  const waived = given.vote === 'approve' && votes.some((each) => isOwn(each) && each.noIssue === true);
  const now: Vote = waived ? { ...given, noIssue: true } : given;
  const after = [...votes.filter((each) => !isOwn(each) || !replaces(given, each)), now];
  const surplus = after.filter(isOwn).slice(0, -MAX_OF_ONE);
  return surplus.length === 0 ? after : after.filter((each) => !surplus.includes(each));
}

function replaces(given: Vote, standing: Vote): boolean {
  if (given.vote !== 'approve') return true;
  if (given.review !== undefined) return standing.review === given.review;
  if (given.paths === undefined) return true;
  return standing.review === undefined && standing.paths !== undefined && isSubset(standing.paths, given.paths);
}

export function withoutVote(votes: readonly Vote[], { vote, by, review, paths }: Withdrawal): readonly Vote[] {
  return votes.flatMap((each): readonly Vote[] => {
    if (each.vote !== vote || each.by !== by) return [each];
    if (review !== undefined && each.review !== review) return [each];
    if (paths === undefined || (each.paths !== undefined && isSubset(each.paths, paths))) return [];
    const except = [...new Set([...(each.except ?? []), ...paths])];
    return except.length > MAX_EXCEPT ? [] : [{ ...each, except }];
  });
}

function isSubset(some: readonly string[], of: readonly string[]): boolean {
  return some.every((each) => of.includes(each));
}

export type Push = {
  readonly from: string;
  readonly to: string;
  readonly altered: readonly string[] | 'all';
  readonly at?: string | undefined;
  readonly sticky?: boolean | undefined;
};

/** Of a change that could not be compared, an lgtm that stays approves nothing. */
const EVERYTHING = '**';

/** What is no approval is about the whole change and falls with any part of it; an approval goes on for what stayed the same. */
export function carried(vote: Vote, { from, to, altered, at, sticky }: Push): readonly Vote[] {
  if (vote.headSha !== from) {
    const early = at !== undefined && Date.parse(vote.at) < Date.parse(at);
    return vote.headSha === to && !early ? [vote] : [];
  }
  const first = vote.first ?? from;
  const stays = vote.vote === 'lgtm' && sticky === true;
  if (altered === 'all') return stays ? [{ ...vote, headSha: to, first, except: [EVERYTHING] }] : [];
  if (vote.vote !== 'approve' && !stays) return altered.length === 0 ? [{ ...vote, headSha: to, first }] : [];
  return [{ ...vote, headSha: to, first, stale: [...new Set([...vote.stale, ...altered])] }];
}
