/** How much Bowsprit says on one pull request or issue (law 11): what is above is left out, and the audit trail says so. */
import { section, setting, wholeNumber, type SettingsIn } from './language/index.ts';
import type { Cache } from './store/stores.ts';

export const budgetSettings = {
  budget: section({
    commentsPerHour: setting(
      wholeNumber(1, 1_000),
      60,
      'Replies and notices on one pull request within an hour; what is above is left out.',
    ),
  }),
};
const BUDGET_SECONDS = 3_600;

/** Counts one more. */
export async function withinBudget(
  pull: string,
  cache: Cache,
  { budget }: SettingsIn<typeof budgetSettings>,
): Promise<boolean> {
  return (await cache.count(`budget#${pull}`, BUDGET_SECONDS)) <= budget.commentsPerHour;
}
