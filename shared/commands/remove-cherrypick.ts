import {
  anyOf,
  approver,
  author,
  code,
  defineCommand,
  listed,
  member,
  pickNever,
  refuse,
  reviewer,
  role,
  whyOver,
  words,
} from '../language/index.ts';

export const removeCherrypick = defineCommand({
  name: 'remove-cherrypick',
  summary: 'Take back what was to be picked onto other branches after the merge.',
  family: 'merging',
  aliases: {
    uncherrypick: 'remove-cherrypick',
    'remove-cherry-pick': 'remove-cherrypick',
    'uncherry-pick': 'remove-cherrypick',
  },
  args: { branches: words('names of branches; none means all', { required: false, max: 20 }) },
  examples: ['/remove-cherrypick release-1.2', '/cherrypick cancel release-1.2', '/remove-cherrypick'],
  allow: anyOf(author, role('write'), member, reviewer, approver),
  plugin: 'cherrypicker',
  needs: ['picks'],
  decide({ args, picks, subject }) {
    const over = whyOver(subject);
    if (over !== undefined) return [refuse(over)];
    if (picks.length === 0) return [refuse('It is not to be picked onto any branch.')];
    if (args.branches.length === 0) return [pickNever()];
    const strange = args.branches.filter((each) => !picks.some(({ target }) => target === each));
    const waiting = listed(picks.map(({ target }) => code(target)));
    if (strange.length > 0) {
      return [refuse(`It is not to be picked onto ${listed(strange.map(code), 'or')}; it is onto ${waiting}.`)];
    }
    return [...new Set(args.branches)].map((target) => pickNever(target));
  },
});
