import {
  anyOf,
  approver,
  author,
  defineCommand,
  flag,
  refuse,
  vote,
  whyOver,
  withdraw,
  withFlag,
} from '../language/index.ts';

export const approve = defineCommand({
  name: 'approve',
  summary: 'Consent to this change, as an owner of files it changes.',
  aliases: {},
  args: { cancel: flag('take it back'), 'no-issue': flag('accepted for compatibility') },
  examples: ['/approve', '/approve no-issue', '/approve cancel', '/remove-approve'],
  allow: withFlag('cancel', anyOf(author, approver), approver),
  plugin: 'approve',
  needs: ['head'],
  // The label and the notice follow from the votes: see automations/approval.ts.
  decide({ args, actor, subject, head }) {
    const over = whyOver(subject);
    if (over !== undefined) return [refuse(over)];
    return [args.cancel ? withdraw('approve', actor.login) : vote('approve', actor.login, head.sha)];
  },
});
