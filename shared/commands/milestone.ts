import {
  code,
  defineCommand,
  flag,
  listed,
  milestoneNamed,
  refuse,
  role,
  setMilestone,
  text,
  type Milestone,
} from '../language/index.ts';

/** Milestones named in an answer. */
const MAX_NAMED = 20;

export const milestone = defineCommand({
  name: 'milestone',
  summary: 'Put this pull request or issue into a milestone.',
  family: 'issues',
  aliases: {},
  args: {
    cancel: flag('take it out of its milestone'),
    title: text('the title of an open milestone, or `clear`'),
  },
  examples: ['/milestone v1.0', '/milestone clear'],
  allow: role('triage'),
  plugin: 'milestone',
  needs: ['milestones'],
  decide({ args: { cancel, title }, milestones }) {
    if (cancel && title === '') return [setMilestone()];
    // Only where nothing is called so.
    const found = milestoneNamed(cancel ? `cancel ${title}` : title, milestones);
    if (found !== undefined) return [setMilestone(found)];
    if (title.toLowerCase() === 'clear' && !cancel) return [setMilestone()];
    if (title === '') return [refuse(`Which milestone? ${offered(milestones)}`)];
    return [refuse(`There is no open milestone ${code(title)}. ${offered(milestones)}`)];
  },
});

function offered(milestones: readonly Milestone[]): string {
  const clear = `${code('/milestone clear')} takes it out of any.`;
  if (milestones.length === 0) return `This repository has no open milestone; ${clear}`;
  const names = milestones
    .map(({ title }) => title)
    .toSorted()
    .slice(0, MAX_NAMED)
    .map(code);
  const more = milestones.length > names.length ? [`${milestones.length - names.length} more`] : [];
  return `Open are ${listed([...names, ...more])}; ${clear}`;
}
