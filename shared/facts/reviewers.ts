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
  /** Who of these says that they have little time; lower case. */
  readonly limited: (logins: readonly string[]) => Promise<ReadonlySet<string>>;
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
  const choose = (gone: ReadonlySet<string>): ReturnType<typeof reviewersFor> =>
    reviewersFor({ ...question, away: gone, ...(waiting === undefined ? {} : { waiting }) });
  const { chosen, required, away: left } = await choiceOfFree(choose, question.away, sources);
  return { engaged, chosen, required, away: left, rung };
}

/** How often others are chosen in place of those who have no time. */
const MAX_ROUNDS = 3;

/** Only of whom would be asked is it looked at whether they have time; who else has comes by being chosen in their place. */
async function choiceOfFree(
  choose: (gone: ReadonlySet<string>) => ReturnType<typeof reviewersFor>,
  away: ReadonlySet<string>,
  { settings, limited }: Pick<ReviewersSources, 'settings' | 'limited'>,
): Promise<ReturnType<typeof reviewersFor>> {
  const gone = new Set(away);
  const looked = new Set<string>();
  let choice = choose(gone);
  for (let round = 0; settings.useStatusAvailability && round < MAX_ROUNDS; round += 1) {
    const fresh = choice.chosen.filter((login) => !looked.has(login));
    if (fresh.length === 0) return choice;
    // Whom to look at next only this answer tells.
    // oxlint-disable-next-line no-await-in-loop
    const busy = await asFarAsKnown(() => limited(fresh));
    if (busy === undefined || busy.size === 0) return choice;
    for (const login of fresh) looked.add(login);
    for (const login of busy) gone.add(login);
    choice = choose(gone);
  }
  return choice;
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
