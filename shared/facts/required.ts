/** Whose word is needed by name, and whether it was given: an lgtm or an approval for the head, by somebody who may. */
import { isPersonOf, type RequiredWord, type Vote } from '../language/index.ts';

/** @param votes for the head and base, of those whose word still counts */
export async function saidOf(
  required: readonly RequiredWord[],
  votes: readonly Vote[],
  isInTeam: (vote: Vote, team: string) => Promise<boolean>,
): Promise<readonly RequiredWord[]> {
  const said = await Promise.all(
    required.map(async (each) => {
      const { who, id } = each;
      if (!who.includes('/'))
        return votes.some(({ by, id: voter }) => isPersonOf({ login: who, id: id ?? '' }, { login: by, id: voter }));
      const members = await Promise.all(votes.map((vote) => isInTeam(vote, who)));
      return members.includes(true);
    }),
  );
  return required.map((each, index) => ({ ...each, said: said[index] === true }));
}
