/** Milestones by their titles, and which branch belongs to which. */
import { branch } from './branches.ts';
import type { Milestone } from './facts.ts';
import { groupOf, listOf, section, setting, textLike } from './settings.ts';

const milestoneTitle = textLike(/^[^\p{C}]{1,200}$/u, 'the title of a milestone');

export const milestoneApplierSettings = section({
  branches: setting(
    listOf(groupOf({ branch, milestone: milestoneTitle }, 'branch', 'milestone'), 200),
    [],
    'Milestones of what is merged into a branch, by its name; where it is not the default branch, of what is opened for it as well.',
  ),
});

/** By its title as it is written or, where that is clear, in any case. */
export function milestoneNamed(title: string, known: readonly Milestone[]): Milestone | undefined {
  const exactly = known.find((each) => each.title === title);
  if (exactly !== undefined) return exactly;
  const alike = known.filter((each) => each.title.toLowerCase() === title.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}
