import {
  addLabel,
  allOf,
  anyOf,
  author,
  defineCommand,
  flag,
  not,
  removeLabel,
  reviewer,
  vote,
  withdraw,
  withFlag,
  withdrawAll,
  approver,
} from '../language/index.ts';

export const lgtm = defineCommand({
  name: 'lgtm',
  summary: 'Say that this change looks good to you.',
  aliases: {},
  args: { cancel: flag('take it back'), 'no-issue': flag('accepted for compatibility') },
  examples: ['/lgtm', '/lgtm cancel'],
  allow: withFlag('cancel', anyOf(author, reviewer, approver), allOf(reviewer, not(author))),
  needs: ['head', 'votes', 'labels'],
  decide({ args, actor, author: by, head, votes }) {
    if (!args.cancel) return [vote('lgtm', actor.login, head.sha), addLabel('lgtm')];
    const others = votes.some((each) => each.vote === 'lgtm' && each.by !== actor.login.toLowerCase());
    if (actor.id === by.id) return [withdrawAll('lgtm'), removeLabel('lgtm')];
    return others ? [withdraw('lgtm', actor.login)] : [withdraw('lgtm', actor.login), removeLabel('lgtm')];
  },
});
