/** Whose word is needed by name, and whether it was given: an lgtm or an approval for the head, by somebody who may. */
import { isPersonOf, type Person, type RequiredWord, type Vote } from '../language/index.ts';

type Around = {
  /** Whoever wrote it is not asked, so what they say is no answer for a team either. */
  readonly author: Pick<Person, 'login' | 'id'>;
  readonly isInTeam: (vote: Vote, team: string) => Promise<boolean>;
};

/** @param votes for the head and base, of those whose word still counts */
export async function saidOf(
  required: readonly RequiredWord[],
  votes: readonly Vote[],
  { author, isInTeam }: Around,
): Promise<readonly RequiredWord[]> {
  const words = votes.filter((each) => isAboutAll(each) && !isPersonOf(author, { login: each.by, id: each.id }));
  const said = await Promise.all(
    required.map(async ({ who, id }) => {
      if (!who.includes('/'))
        return words.some(({ by, id: voter }) => isPersonOf({ login: who, id: id ?? '' }, { login: by, id: voter }));
      const members = await Promise.all(words.map((vote) => isInTeam(vote, who)));
      return members.includes(true);
    }),
  );
  return required.map((each, index) => ({ ...each, said: said[index] === true }));
}

/** Whoever approves some of it, or approved what changed since, leaves open what they say of the rest. */
function isAboutAll({ vote, paths, except = [], stale }: Vote): boolean {
  return vote !== 'approve' || (paths === undefined && except.length === 0 && stale.length === 0);
}
