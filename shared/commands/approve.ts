import {
  anyOf,
  approver,
  author,
  code,
  consent,
  defineCommand,
  fewestGlobs,
  flag,
  globOf,
  listed,
  MAX_GLOB_CHARS,
  MAX_GLOBS,
  refuse,
  whyOver,
  withdrawConsent,
  withFlag,
  words,
  type SideFact,
  type Vote,
} from '../language/index.ts';

export const approve = defineCommand({
  name: 'approve',
  summary: 'Consent to this change, as an owner of files it changes: to all that is yours, or to some paths alone.',
  family: 'review',
  aliases: {},
  args: {
    cancel: flag('take it back'),
    'no-issue': flag('no issue is needed either'),
    files: flag('only what the nearest OWNERS make yours, not what you own from further up', { part: true }),
    paths: words('folders, files or patterns such as `docs/**`', { required: false, max: MAX_GLOBS, part: true }),
  },
  examples: [
    '/approve',
    '/approve docs/ src/a.ts',
    '/approve files',
    '/approve no-issue',
    '/approve cancel',
    '/approve cancel docs/**',
    '/remove-approve',
  ],
  allow: withFlag('cancel', anyOf(author, approver), approver),
  plugin: 'approve',
  needs: ['head', 'approvable', 'votesForAnyHead'],
  // The label and the notice follow from the votes: see automations/approval.ts.
  decide({ args, actor, subject, head, approvable, votesForAnyHead }) {
    const over = whyOver(subject);
    if (over !== undefined) return [refuse(over)];
    // `/approve -- files`: what follows is a path, whatever it is called.
    const named = args.paths.filter((each) => each !== '--');
    if (!args.files && named.length === 0) {
      const all = consent(actor.login, head.sha, { noIssue: args['no-issue'] });
      return [args.cancel ? withdrawConsent(actor.login) : all];
    }
    const paths = args.files ? nearestOf(approvable) : named;
    const problem = args.files ? filesProblem(named, paths, approvable) : pathsProblem(named, args.cancel, approvable);
    if (problem !== undefined) return [refuse(problem)];
    if (args.cancel) return [withdrawConsent(actor.login, paths)];
    if (votesForAnyHead.filter((each) => isPart(each, actor.login)).length >= MAX_PARTS)
      return [refuse(TOO_MANY_PARTS)];
    return [consent(actor.login, head.sha, { paths, noIssue: args['no-issue'] })];
  },
});

/** Approvals of some paths that one person has at a time; the state keeps a few more. */
const MAX_PARTS = 15;
const TOO_MANY_PARTS = `That are too many pieces to keep apart. Comment ${code('/approve')} for all that is yours, or ${code('/approve cancel')} first.`;
const MAX_SHOWN = 10;
/** Characters of all paths that `/approve files` stands for. */
const MAX_PATHS_CHARS = 4_000;

function isPart({ vote, by, paths }: Vote, login: string): boolean {
  return vote === 'approve' && by === login.toLowerCase() && paths !== undefined;
}

type Sides = readonly SideFact[];

function nearestOf(sides: Sides): readonly string[] {
  return placesIn(sides, ({ mine, nearest }) => mine && nearest);
}

function placesIn(sides: Sides, which: (side: SideFact) => boolean): readonly string[] {
  const some = sides.filter(which).map(({ path }) => path);
  return fewestGlobs(
    new Set(some),
    sides.map(({ path }) => path),
  );
}

function filesProblem(named: readonly string[], paths: readonly string[], sides: Sides): string | undefined {
  if (named.length > 0) {
    return `Either ${code('files')} or paths: ${code('files')} stands for what the nearest OWNERS make yours. Nothing was done.`;
  }
  if (paths.length === 0) return `No OWNERS next to a changed file name you. ${couldApprove(sides)}`;
  if (paths.length > MAX_GLOBS || paths.join('').length > MAX_PATHS_CHARS) {
    return `That would be ${paths.length} places, too many to name one by one. Name folders, or comment ${code('/approve')} for all that is yours.`;
  }
  return undefined;
}

function pathsProblem(named: readonly string[], cancel: boolean, sides: Sides): string | undefined {
  const long = named.find((each) => each.length > MAX_GLOB_CHARS);
  if (long !== undefined) return `${code(long)} is longer than ${MAX_GLOB_CHARS} characters. Nothing was done.`;
  const found = named.map((pattern) => {
    const matches = globOf(pattern);
    const matched = sides.filter(({ path }) => matches(path));
    return { pattern, none: matched.length === 0, mine: matched.some(({ mine }) => mine) };
  });
  const none = found.filter((each) => each.none).map(({ pattern }) => code(pattern));
  const others = found.filter((each) => !each.none && !each.mine && !cancel).map(({ pattern }) => code(pattern));
  if (none.length + others.length === 0) return undefined;
  const sentences = [
    ...(none.length === 0 ? [] : [`${listed(none)} ${none.length === 1 ? 'matches' : 'match'} no changed file.`]),
    ...(others.length === 0
      ? []
      : [`What ${listed(others)} ${others.length === 1 ? 'matches' : 'match'} is not yours to approve.`]),
  ];
  return `${sentences.join(' ')} Nothing was done. ${couldApprove(sides)}`;
}

function couldApprove(sides: Sides): string {
  const places = placesIn(sides, ({ mine }) => mine).map(code);
  if (places.length === 0) return 'None of the changed files is yours to approve.';
  const more = places.length > MAX_SHOWN ? [`${places.length - MAX_SHOWN} more`] : [];
  return `You can approve ${listed([...places.slice(0, MAX_SHOWN), ...more])}; ${code('/approve')} alone is for all of it.`;
}
