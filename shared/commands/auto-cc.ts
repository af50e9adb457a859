import {
  anyone,
  code,
  defineCommand,
  listed,
  refuse,
  reply,
  requestReview,
  reviewersSettings,
  whoIsAway,
  whyOver,
  type FactTypes,
} from '../language/index.ts';

export const autoCc = defineCommand({
  name: 'auto-cc',
  summary: 'Ask a few reviewers of the changed files.',
  family: 'people',
  aliases: {},
  args: {},
  examples: ['/auto-cc'],
  answered: 'Who was asked already, where that is why nobody is asked.',
  allow: anyone,
  plugin: ['blunderbuss', 'rifle'],
  settings: reviewersSettings,
  needs: ['reviewers', 'absences'],
  decide({ subject, reviewers, absences }) {
    const over = whyOver(subject);
    if (over !== undefined) return [refuse(over)];
    const asked = [...reviewers.chosen, ...reviewers.required];
    if (asked.length > 0) return [requestReview(asked)];
    const away = whoIsAway(reviewers.away, absences);
    return reviewers.engaged.length > 0 ? [reply(enough(reviewers, away))] : [refuse(nobody(reviewers, away))];
  },
});

type Reviewers = FactTypes['reviewers'];

/** People named in one sentence. */
const MAX_NAMED = 10;

function enough({ engaged }: Reviewers, away: string): string {
  const names = listed(engaged.slice(0, MAX_NAMED).map(code));
  return joined(
    `Nobody more is asked: ${names} ${engaged.length === 1 ? 'was' : 'were'} asked, or have reviewed.`,
    away,
  );
}

function nobody({ rung, away: left }: Reviewers, away: string): string {
  const byHand = `Ask somebody with ${code('/cc @login')}.`;
  if (rung === 'roles') return `Neither OWNERS nor CODEOWNERS name anybody here. ${byHand}`;
  const whose = rung === 'owners' ? 'OWNERS name' : 'CODEOWNERS names';
  if (left.length > 0) return joined(`All whom ${whose} for these files are away.`, away, byHand);
  return `${whose} nobody for these files who could be asked. ${byHand}`;
}

function joined(...sentences: readonly string[]): string {
  return sentences.filter((sentence) => sentence !== '').join(' ');
}
