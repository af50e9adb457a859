/** What nobody answers grows old: what is set about it, and how long it has been somebody's turn. */
import { code, mention } from './text.ts';
import type { Activity, Given } from './facts.ts';
import { FROZEN, ROTTEN, STALE } from './labels.ts';
import { choice, labelName, listOf, onOff, section, setting, wholeNumber, type SettingsIn } from './settings.ts';

const MAX_DAYS = 3_650;
const DAY_MS = 24 * 3_600_000;
/** As kubernetes leaves them alone. */
const EXEMPT = [
  FROZEN,
  'help wanted',
  'good first issue',
  'triage/accepted',
  'priority/critical-urgent',
  'priority/important-soon',
  'priority/important-longterm',
];

export const ageingSettings = section({
  counts: setting(
    choice('author', 'silence'),
    'author',
    'What makes it old: the time in which its author owes people of the project an answer (`author`), or in which nobody says anything (`silence`).',
  ),
  issues: setting(onOff, true, 'Issues grow old.'),
  pulls: setting(onOff, true, 'Pull requests grow old.'),
  staleDays: setting(wholeNumber(1, MAX_DAYS), 90, 'Days after which `lifecycle/stale` goes on, with a warning.'),
  rottenDays: setting(wholeNumber(1, MAX_DAYS), 30, 'Days from stale to `lifecycle/rotten`, which is told as well.'),
  closes: setting(onOff, false, 'What is rotten for `ageing.close_days` is closed; else it stays open.'),
  closeDays: setting(wholeNumber(1, MAX_DAYS), 30, 'Days from rotten until it is closed, where that is on.'),
  revives: setting(
    onOff,
    false,
    'Whatever a person says or pushes takes `lifecycle/stale` and `lifecycle/rotten` off again.',
  ),
  exempt: setting(listOf(labelName), EXEMPT, 'Labels of what does not grow old.'),
  perDay: setting(wholeNumber(1, 100), 20, 'How many of each kind and age are looked at in one repository in a day.'),
  dryRun: setting(onOff, false, 'Nothing is changed or said: the audit trail alone says what would have been.'),
});
export type AgeingSettings = SettingsIn<{ readonly ageing: typeof ageingSettings }>['ageing'];

export type Age = 'fresh' | 'stale' | 'rotten';

export function daysIn(age: Age, { staleDays, rottenDays, closeDays }: AgeingSettings): number {
  return age === 'fresh' ? staleDays : age === 'stale' ? rottenDays : closeDays;
}

/** Since when it has been old enough to count, from what happened; undefined where it is nobody's turn, or not known. */
export function oldSince(age: Age, activity: Activity, { counts }: Pick<AgeingSettings, 'counts'>): string | undefined {
  const turn = counts === 'author' ? activity.owedSince : (activity.lastHuman ?? '');
  if (turn === undefined) return undefined;
  const labeled = age === 'fresh' ? '' : activity.labeledAt.get(age === 'stale' ? STALE : ROTTEN);
  if (labeled === undefined) return undefined;
  return labeled > turn ? labeled : turn;
}

export function daysBetween(since: string, now: string): number {
  return since === '' ? MAX_DAYS : (Date.parse(now) - Date.parse(since)) / DAY_MS;
}

/** Whether a person has said or pushed anything since it was marked so. */
export function isRevived(age: Age, { lastHuman = '', labeledAt }: Activity): boolean {
  const marked = labeledAt.get(age === 'stale' ? STALE : ROTTEN);
  return age !== 'fresh' && marked !== undefined && lastHuman > marked;
}

function dayAfter(at: string, days: number): string {
  return new Date(Date.parse(at) + days * DAY_MS).toISOString().slice(0, 'YYYY-MM-DD'.length);
}

type Warned = Pick<Given, 'author' | 'subject' | 'at'>;

/** Why, what comes next and when, and how to stop it. */
export function warning(
  to: 'stale' | 'rotten' | 'closed',
  since: string,
  given: Warned,
  settings: AgeingSettings,
): string {
  const { author, subject, at } = given;
  const who = author.bot ? '' : `${mention(author.login)}: `;
  const day = since === '' ? '' : ` since ${since.slice(0, 'YYYY-MM-DD'.length)}`;
  const why =
    settings.counts === 'author'
      ? `It waits for an answer of its author${day}.`
      : `Nobody has said anything here${day}.`;
  if (to === 'closed') {
    return `${who}**Closed.** ${why} Comment ${code('/reopen')} to go on with it; what was said stays.`;
  }
  const [rotten, closed] = [settings.rottenDays, settings.closeDays + (to === 'stale' ? settings.rottenDays : 0)];
  const next = [
    ...(to === 'stale' ? [`called rotten on ${dayAfter(at, rotten)}`] : []),
    ...(settings.closes ? [`closed on ${dayAfter(at, closed)}`] : []),
  ];
  const stays = settings.closes ? '' : ' It stays open.';
  const comes = next.length === 0 ? '' : ` Unless somebody stops it, it is ${next.join(' and ')}.`;
  const answer = subject.kind === 'pull' ? 'Answer or push' : 'Answer';
  const how = settings.revives
    ? `${answer}, and within a day it is not called so any more.`
    : `${answer}, and comment ${code(`/remove-lifecycle ${to}`)}.`;
  const frozen = subject.kind === 'issue' ? ` ${code('/lifecycle frozen')} keeps it out of this for good.` : '';
  return `${who}**${to === 'stale' ? 'Stale' : 'Rotten'}.** ${why}${comes}${stays}\n\n${how}${frozen}`;
}
