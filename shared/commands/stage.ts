import {
  code,
  defineCommand,
  flag,
  labeler,
  listed,
  none,
  only,
  refuse,
  STAGE_LABELS,
  STAGES,
} from '../language/index.ts';

export const stage = defineCommand({
  name: 'stage',
  summary: 'Say how far what this is about has come.',
  family: 'labels',
  aliases: {},
  args: {
    cancel: flag('take that back'),
    alpha: flag('it is there to be tried', { part: true }),
    beta: flag('it is there to be used', { part: true }),
    stable: flag('it stays as it is', { part: true }),
  },
  examples: ['/stage alpha', '/remove-stage beta', '/stage cancel'],
  allow: labeler,
  plugin: 'stage',
  needs: ['labels'],
  decide({ args, labels }) {
    const [step, more] = STAGES.filter((each) => args[each]);
    if (more !== undefined || (step === undefined && !args.cancel)) {
      return [refuse(`Say one of ${listed(STAGES.map(code), 'or')}.`)];
    }
    return step === undefined || args.cancel
      ? none(step === undefined ? undefined : `stage/${step}`, STAGE_LABELS, labels)
      : only(`stage/${step}`, STAGE_LABELS, labels);
  },
});
