import {
  code,
  defineCommand,
  flag,
  freeze,
  freezeInWords,
  freezingIn,
  listed,
  lookAgain,
  lookAtQueued,
  refuse,
  reply,
  role,
  text,
  unfreeze,
  type Freeze,
} from '../language/index.ts';

/** Standing at once; whoever needs more freezes them by how their names begin. */
const MAX_FROZEN = 50;

export const freezeCommand = defineCommand({
  name: 'freeze',
  summary: 'Keep everything from being merged into a branch; alone, list what is frozen.',
  family: 'merging',
  aliases: {},
  args: {
    cancel: flag('let it be merged into again'),
    branch: text('the branch, which may end in `*`; until when, except for which label, and why'),
  },
  examples: [
    '/freeze main',
    '/freeze release-* until friday except label:critical the audit',
    '/unfreeze main',
    '/freeze',
  ],
  answered: 'What is frozen, and how it is lifted; alone, all that is.',
  allow: role('maintain'),
  needs: ['freezes'],
  decide({ args, freezes, at }) {
    const standing = freezes.map((each) => freezeInWords(each, each.by));
    const list = standing.length === 0 ? 'Nothing is frozen here.' : `Frozen: ${standing.join('; ')}.`;
    const since = (branch: string): boolean => freezes.some((each) => each.branch === branch && isSaidSince(each, at));
    if (args.cancel) {
      const branch = args.branch.trim();
      if (since(branch)) return [refuse(said(branch, `/unfreeze ${branch}`))];
      if (!freezes.some((each) => each.branch === branch)) {
        const names = freezes.map((each) => code(`/unfreeze ${each.branch}`));
        const what = branch === '' ? 'Say which branch.' : `${code(branch)} was not frozen by that name.`;
        return [refuse(names.length === 0 ? 'Nothing is frozen here.' : `${what} Comment ${listed(names, 'or')}.`)];
      }
      return [unfreeze(branch), lookAgain([branch])];
    }
    if (args.branch === '') return [reply(list)];
    const freezing = freezingIn(args.branch, at);
    if (typeof freezing === 'string') return [refuse(freezing)];
    if (since(freezing.branch)) return [refuse(said(freezing.branch, `/freeze ${args.branch}`))];
    if (freezes.length >= MAX_FROZEN && !freezes.some((each) => each.branch === freezing.branch)) {
      const how = `Lift one first, or freeze several by how their names begin: ${code('/freeze release-*')}.`;
      return [refuse(`${freezes.length} branches are frozen already, and ${MAX_FROZEN} are the most. ${how}`)];
    }
    return [
      freeze(freezing),
      lookAtQueued([freezing.branch]),
      reply(`Nothing is merged into ${freezeInWords(freezing)}. ${code(`/unfreeze ${freezing.branch}`)} lifts it.`),
    ];
  },
});

/** Deliveries come in any order, those of several pull requests above all: the last word counts. */
function isSaidSince(standing: Freeze, at: string): boolean {
  return Date.parse(standing.at) > Date.parse(at);
}

function said(branch: string, again: string): string {
  return `Something else was said of ${code(branch)} after this was written. To say this all the same, comment ${code(again)} again.`;
}
