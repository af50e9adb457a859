/** From the words of the file to those of the rules. */
import type { Settings } from '../language/index.ts';
import { settingsFile, type SettingsFile } from './schema.ts';

export function settingsOf(file: SettingsFile): Settings {
  const { labels, hold, lgtm, approve, merge, size, owners, commands, bots, budget } = file;
  return {
    labels,
    hold: { liftedBy: hold.lifted_by },
    lgtm: { reviewActsAsLgtm: lgtm.review_acts_as_lgtm },
    approve: {
      selfApproval: approve.self_approval,
      lgtmActsAsApprove: approve.lgtm_acts_as_approve,
      ignoreReviewState: approve.ignore_review_state,
    },
    merge,
    size,
    owners: {
      skipCollaborators: owners.skip_collaborators,
      markdownFrontMatter: owners.markdown_front_matter,
      denied: owners.denied,
    },
    commands,
    bots: bots.map((login) => login.toLowerCase()),
    budget: { commentsPerHour: budget.comments_per_hour },
  };
}

export const defaultSettings: Settings = settingsOf(settingsFile.parse({}));
