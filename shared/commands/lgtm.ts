import {
  addLabel,
  allOf,
  anyOf,
  approver,
  author,
  code,
  defineCommand,
  flag,
  LGTM,
  lgtmSettings,
  listed,
  needsOne,
  not,
  refuse,
  removeLabel,
  reply,
  reviewer,
  stillNeeded,
  vote,
  whyOver,
  withdraw,
  withdrawAll,
  withFlag,
} from '../language/index.ts';

export const lgtm = defineCommand({
  name: 'lgtm',
  summary: 'Say that this change looks good to you.',
  family: 'review',
  aliases: {},
  args: { cancel: flag('take it back'), 'no-issue': flag('accepted for compatibility') },
  examples: ['/lgtm', '/lgtm cancel', '/remove-lgtm'],
  answered: 'Where more than one lgtm is needed, how many are missing.',
  allow: withFlag('cancel', anyOf(author, reviewer, approver), allOf(reviewer, not(author))),
  plugin: 'lgtm',
  settings: { lgtm: lgtmSettings },
  needs: ['head', 'votes'],
  asks: ({ args, settings }) => (args.cancel || needsOne(settings.lgtm) ? {} : { quorum: 'with mine' }),
  decide({ args, actor, author: by, subject, head, votes, answers: { quorum } }) {
    const over = whyOver(subject);
    if (over !== undefined) return [refuse(over)];
    if (!args.cancel) {
      const given = vote('lgtm', actor.login, head.sha);
      if (quorum === undefined || quorum.met) return [given, addLabel(LGTM)];
      return [given, reply(`It counts. The label ${code(LGTM)} goes on with ${stillNeeded(quorum)}.`)];
    }
    if (actor.id === by.id) return [withdrawAll('lgtm'), removeLabel(LGTM)];
    const standing = votes.filter((each) => each.vote === 'lgtm' && each.headSha === head.sha);
    const others = standing.filter((each) => each.by !== actor.login.toLowerCase()).map((each) => code(each.by));
    if (others.length === 0) return [withdraw('lgtm', actor.login), removeLabel(LGTM)];
    if (others.length < standing.length) return [withdraw('lgtm', actor.login)];
    const next = `To keep the pull request from being merged, comment ${code('/hold')}.`;
    return [refuse(`The lgtm is of ${listed(others)}, for them or the author to take back. ${next}`)];
  },
});
