/** Whether somebody is in one of several teams; one that nobody can see says neither yes nor no. */
import { Refusal } from '../errors.ts';

type InTeam = (team: string) => Promise<boolean>;

/** Asks for no more than decides it. */
export async function membershipsIn(
  asked: ReadonlyMap<string, readonly string[]>,
  inTeam: InTeam,
): Promise<ReadonlyMap<string, boolean | string>> {
  const answers = new Map<string, boolean | string>();
  for (const [name, teams] of asked) {
    // One after the other: what one list has asked, the next need not ask again.
    // oxlint-disable-next-line no-await-in-loop
    answers.set(name, await inOneOf(teams, inTeam));
  }
  return answers;
}

async function inOneOf(teams: readonly string[], inTeam: InTeam): Promise<boolean | string> {
  let unknown: string | undefined;
  for (const team of teams) {
    try {
      // The first that says yes decides.
      // oxlint-disable-next-line no-await-in-loop
      if (await inTeam(team)) return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      unknown ??= error.message;
    }
  }
  return unknown ?? false;
}
