/** Whether somebody opens their first pull request here, and is nobody who works here anyway. */
import { reaches, type Role } from '../language/index.ts';

type Sources = {
  /** What the forge said of the author when it was opened; undefined where it did not. */
  readonly association: 'insider' | 'contributor' | 'newcomer' | undefined;
  readonly role: () => Promise<Role>;
  readonly member: () => Promise<boolean>;
  /** Whether there is another pull request of theirs; undefined where the forge does not say. */
  readonly otherPulls: () => Promise<boolean | undefined>;
};

/** Asks for no more than decides it: nothing where the forge has said it already. */
export async function isNewcomer({ association, role, member, otherPulls }: Sources): Promise<boolean> {
  if (association === 'insider' || association === 'contributor') return false;
  const others = await otherPulls();
  // Where that cannot be found out, what the forge said when it was opened counts.
  if (others ?? association !== 'newcomer') return false;
  return !reaches(await role(), 'triage') && !(await member());
}
