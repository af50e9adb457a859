import {
  anyOf,
  approver,
  cherryPick,
  cherrypickSettings,
  code,
  defineCommand,
  isBranchName,
  labelsPicked,
  listed,
  member,
  pickLater,
  refuse,
  reply,
  reviewer,
  role,
  words,
} from '../language/index.ts';

/** Each takes a dozen requests of the forge; whoever needs more writes another line. */
const MAX_BRANCHES = 8;
/** Of one pull request that waits to be merged. */
const MAX_WAITING = 20;

export const cherrypick = defineCommand({
  name: 'cherrypick',
  summary: 'Open a pull request with the same change onto other branches, once this one is merged.',
  family: 'merging',
  aliases: { 'cherry-pick': 'cherrypick' },
  args: { branches: words('names of branches', { max: MAX_BRANCHES }) },
  examples: ['/cherrypick release-1.2', '/cherry-pick release-1.1 release-1.2'],
  answered: 'Onto which branches it will be picked; once it is merged, what came of each.',
  allow: anyOf(role('write'), member, reviewer, approver),
  plugin: 'cherrypicker',
  settings: { cherrypick: cherrypickSettings },
  needs: ['pull', 'picks'],
  decide({ args, actor, pull, picks, subject, settings }) {
    const wrong = args.branches.filter((each) => !isBranchName(each));
    if (wrong.length > 0) return [refuse(`${listed(wrong.map(code))} cannot be the name of a branch.`)];
    const asked = [...new Set(args.branches)];
    const targets = asked.filter((each) => each !== pull.baseRef);
    const own = `${code(pull.baseRef)} is the base of this pull request: what is merged is there already.`;
    if (targets.length === 0) return [refuse(own)];
    const besides = targets.length < asked.length ? [reply(own)] : [];
    switch (pull.state) {
      case 'closed':
        return [refuse('It was closed without being merged, so there is nothing to pick; reopen it first.')];
      case 'merged': {
        const labels = labelsPicked(subject.labels, settings.cherrypick);
        return [...targets.map((target) => cherryPick(target, actor.login, labels)), ...besides];
      }
      default: {
        const waiting = new Set([...picks.map(({ target }) => target), ...targets]);
        if (waiting.size > MAX_WAITING) {
          return [refuse(`It would be picked onto ${waiting.size} branches, and ${MAX_WAITING} are the most.`)];
        }
        return [
          ...targets.map((target) => pickLater(target, actor.login)),
          ...besides,
          reply(
            `Once this is merged, it will be picked onto ${listed(targets.map(code))}. ${code(`/cherrypick cancel ${targets[0] ?? ''}`)} takes that back.`,
          ),
        ];
      }
    }
  },
});
