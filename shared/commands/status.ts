import {
  code,
  defineCommand,
  flag,
  listed,
  MILESTONE_STATUSES,
  none,
  only,
  refuse,
  role,
  STATUS_LABELS,
} from '../language/index.ts';

export const status = defineCommand({
  name: 'status',
  summary: 'Say how far this has come for its milestone.',
  family: 'labels',
  aliases: {},
  args: {
    cancel: flag('take that back'),
    'approved-for-milestone': flag('it belongs into the milestone', { part: true }),
    'in-progress': flag('somebody works on it', { part: true }),
    'in-review': flag('somebody looks at it', { part: true }),
  },
  examples: ['/status in-progress', '/status cancel'],
  allow: role('triage'),
  plugin: 'milestonestatus',
  needs: ['labels'],
  decide({ args, labels }) {
    const [value, more] = MILESTONE_STATUSES.filter((each) => args[each]);
    if (more !== undefined || (value === undefined && !args.cancel)) {
      return [refuse(`Say one of ${listed(MILESTONE_STATUSES.map(code), 'or')}.`)];
    }
    return value === undefined || args.cancel
      ? none(value === undefined ? undefined : `status/${value}`, STATUS_LABELS, labels)
      : only(`status/${value}`, STATUS_LABELS, labels);
  },
});
