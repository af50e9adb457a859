/** The milestone that a pull request belongs into because of the branch it goes into; asks only where there may be one. */
import type { Delivery } from '../delivery.ts';
import { isNamed, type Milestone, type milestoneApplierSettings, type SettingsIn } from '../language/index.ts';
import type { Read } from '../providers/provider.ts';

type Applied = SettingsIn<{ readonly milestoneApplier: typeof milestoneApplierSettings }>['milestoneApplier'];

export async function branchMilestone(
  { event, merged, target }: Pick<Delivery, 'event' | 'merged' | 'target'>,
  { branches }: Applied,
  read: Pick<Read, 'milestones' | 'defaultBranch'>,
): Promise<Milestone | string | undefined> {
  const title = branches.find(({ branch }) => isNamed(branch, target?.baseRef ?? ''))?.milestone;
  if (title === undefined) return undefined;
  if (event === 'closed' ? merged !== true : event !== 'opened') return undefined;
  // What is opened for the branch of all days belongs into a milestone once it is merged.
  if (event === 'opened' && (await read.defaultBranch()) === target?.baseRef) return undefined;
  return (await read.milestones()).find((each) => each.title === title) ?? title;
}
