/** Whom to ask for a review of a pull request: by OWNERS, by who is there and away, and by for whom others wait. */
import { Refusal, Retryable } from '../errors.ts';
import type { Absences, FactTypes, ReviewersSettings } from '../language/index.ts';
import { reviewersFor, type ChangedFile } from '../owners/index.ts';
import type { Owned } from '../ownership.ts';
import type { PullNow } from '../providers/provider.ts';

export type ReviewersSources = {
  readonly owned: () => Promise<Owned>;
  readonly files: () => Promise<readonly ChangedFile[]>;
  readonly pull: Pick<PullNow, 'requested' | 'reviews'>;
  readonly number: number;
  readonly author: string;
  /** Whether somebody asks for it, rather than an event. */
  readonly asked: boolean;
  /** Whether somebody was chosen for this pull request before, or the author said whom to ask. */
  readonly before: boolean;
  readonly settings: ReviewersSettings;
  readonly absences: () => Promise<Absences>;
  readonly waiting: () => Promise<ReadonlyMap<string, number>>;
};

export async function reviewersToAsk(sources: ReviewersSources): Promise<FactTypes['reviewers']> {
  const { pull, settings, asked, before } = sources;
  const author = sources.author.toLowerCase();
  const reviewed = pull.reviews.filter(({ by }) => !by.bot && by.login.toLowerCase() !== author);
  const engaged = [
    ...new Set([...pull.requested, ...reviewed.map(({ by }) => by.login)].map((name) => name.toLowerCase())),
  ];
  const nobody = { engaged, chosen: [], required: [], away: [] };
  if (before && !asked) return { ...nobody, rung: 'owners' };
  const [{ index, rung }, files] = await Promise.all([sources.owned(), sources.files()]);
  // By CODEOWNERS the forge itself asks, and roles name nobody.
  if (rung === 'roles' || (rung === 'codeowners' && !asked)) return { ...nobody, rung };
  const away = await sources.absences();
  const question = {
    index,
    files,
    wanted: settings.requestCount,
    most: settings.maxRequestCount,
    approversToo: !settings.excludeApprovers,
    engaged: new Set(engaged),
    never: new Set([author]),
    away: new Set(away.keys()),
    seed: sources.number,
  };
  const blind = reviewersFor(question);
  const matters = blind.chosen.length > 0 && blind.chosen.length < blind.candidates;
  const waiting = matters ? await asFarAsKnown(sources.waiting) : undefined;
  const { chosen, required, away: left } = waiting === undefined ? blind : reviewersFor({ ...question, waiting });
  return { engaged, chosen, required, away: left, rung };
}

/** Who has how much to do makes the choice better; without it, it is still a choice. */
async function asFarAsKnown<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Retryable) && !(error instanceof Refusal)) throw error;
    return undefined;
  }
}
