import {
  code,
  defineCommand,
  dropOverride,
  flag,
  listed,
  onOff,
  override,
  OVERRIDDEN,
  overriddenBy,
  refuse,
  reply,
  report,
  role,
  section,
  setStatus,
  setting,
  shortened,
  untilInWords,
  whyOver,
  words,
  type Action,
  type Check,
  type Override,
  type PullFact,
} from '../language/index.ts';

/** Between the names and why. */
const BECAUSE = 'because';
/** What follows from all else is judged by all else. */
const OWN: ReadonlySet<string> = new Set(['bowsprit/merge', 'tide']);
const MAX_AT_ONCE = 20;
const MAX_SHOWN = 20;
const MAX_REASON_CHARS = 200;

type Seen = {
  readonly actor: { readonly login: string };
  readonly pull: PullFact;
  readonly overrides: readonly Override[];
};

export const overrideCommand = defineCommand({
  name: 'override',
  summary: 'Have a check that is not green count as green, for this head alone; or take that back.',
  family: 'checks',
  aliases: { 'override-sticky': 'override sticky', 'override-cancel': 'override cancel' },
  args: {
    cancel: flag('it counts as it is again; without names, all that were overridden'),
    sticky: flag('also when the base branch moves'),
    checks: words('names of checks, those with blanks in double quotes; after `because`, why', {
      required: false,
      max: 200,
      part: true,
      quoted: true,
    }),
  },
  examples: [
    '/override ci/unit',
    '/override "ci / lint" ci/unit because the runner is out of disk',
    '/override-sticky ci/unit because it fails on main as well',
    '/override-cancel ci/unit',
    '/override-cancel',
  ],
  answered:
    'Which checks count as green, at which commit, and what ends that; of unknown names, which could be overridden.',
  allow: role('admin'),
  plugin: 'override',
  settings: {
    override: section({
      reasonRequired: setting(onOff, false, 'Whoever overrides a check says why: `/override lint because …`.'),
    }),
  },
  needs: ['head', 'pull', 'overrides'],
  decide({ args, actor, subject, head, pull, overrides, settings }) {
    const over = whyOver(subject);
    if (over !== undefined) return [refuse(over)];
    const { names, reason } = saidIn(args.checks);
    const seen = { actor, pull, overrides };
    if (args.cancel) return cancelled(names, seen);
    const spelled = args.sticky ? '/override-sticky' : '/override';
    if (names.length === 0) return [refuse(`Say which check: ${code(`${spelled} <name>`)}. ${offered(pull)}`)];
    if (names.length > MAX_AT_ONCE) return [refuse(`At most ${MAX_AT_ONCE} checks are overridden at once.`)];
    if (settings.override.reasonRequired && reason === '') {
      return [refuse(`A reason is asked for here: ${code(`${spelled} ${quoted(names[0] ?? '')} because …`)}.`)];
    }
    const found = names.map((name) => ({ name, checks: namedAs(name, pull.checks) }));
    const unknown = found.filter(({ checks }) => checks.length === 0).map(({ name }) => code(name));
    if (unknown.length > 0) {
      const are = unknown.length === 1 ? 'is no check' : 'are no checks';
      return [refuse(`${listed(unknown)} ${are} of this head; nothing was done. ${offered(pull)}`)];
    }
    const own = found.flatMap(({ checks: [first] }) =>
      first !== undefined && OWN.has(first.name) ? [first.name] : [],
    );
    if (own.length > 0) {
      return [refuse(`${listed(own.map(code))} follows from all else: ${code('/why')} says what is missing.`)];
    }
    const running = found.filter(({ checks }) =>
      checks.some(({ state, from }) => state === 'pending' && from === 'run'),
    );
    if (running.length > 0) {
      const are = running.length === 1 ? 'is' : 'are';
      return [
        refuse(
          `${listed(running.map(({ name }) => code(name)))} ${are} still running, so there is nothing to override yet.`,
        ),
      ];
    }
    const going = found.flatMap(({ checks }) => {
      const open = checks.filter((each) => isOpen(each) || (args.sticky && wasPlain(each, overrides)));
      return open.length === 0 ? [] : [open];
    });
    if (going.length === 0)
      return [reply(`${listed(names.map(code))} ${names.length === 1 ? 'is' : 'are'} green already.`)];
    const said = { headSha: head.sha, baseRef: pull.baseRef, baseSha: pull.baseSha ?? '', sticky: args.sticky };
    const by = actor.login;
    const all = going.map((checks): Omit<Override, 'at'> => ({
      ...said,
      check: checks[0]?.name ?? '',
      by,
      reason: shortened(reason, MAX_REASON_CHARS),
      from: [...new Set(checks.map(({ from = 'status' }) => from))],
    }));
    return [
      ...all.map(override),
      ...all.flatMap((each, index) => shownAs('success', overriddenBy(each), each, going[index] ?? [])),
      reply(doneInWords(all, { reason, headSha: head.sha })),
    ];
  },
});

/** Names come before the reason. */
function saidIn(all: readonly string[]): { readonly names: readonly string[]; readonly reason: string } {
  const at = all.findIndex((word) => word.toLowerCase() === BECAUSE);
  const names = at < 0 ? all : all.slice(0, at);
  return { names: [...new Set(names)], reason: at < 0 ? '' : all.slice(at + 1).join(' ') };
}

/** As written; where nothing is spelled so, in any case. */
function namedAs(name: string, checks: readonly Check[]): readonly Check[] {
  const exact = checks.filter((each) => each.name === name);
  if (exact.length > 0) return exact;
  const alike = checks.filter((each) => each.name.toLowerCase() === name.toLowerCase());
  return alike.filter((each) => each.name === alike[0]?.name);
}

/** A check run that has not ended says nothing yet that could be wrong; a status may wait for ever. */
function isOpen({ state, from }: Check): boolean {
  return state === 'failure' || (state === 'pending' && from !== 'run');
}

function wasPlain({ name, override: standing }: Check, overrides: readonly Override[]): boolean {
  return standing !== undefined && overrides.some(({ check, sticky }) => check === name && !sticky);
}

function offered({ checks, checksComplete }: PullFact): string {
  const names = [...new Set(checks.filter((each) => isOpen(each) && !OWN.has(each.name)).map(({ name }) => name))];
  const more = names.length > MAX_SHOWN ? [`${names.length - MAX_SHOWN} more`] : [];
  const rest = checksComplete ? '' : ' The forge did not list all checks.';
  if (names.length === 0) return `Nothing is to be overridden: no check of this head has failed or is missing.${rest}`;
  return `To be overridden: ${listed([...names.slice(0, MAX_SHOWN).map(code), ...more])}.${rest}`;
}

const quoted = (name: string): string => (/\s/.test(name) ? `"${name}"` : name);

/** What people see on the forge: where it was a status, that status; where it was a check run, one of ours. */
function shownAs(
  state: 'success' | 'failure',
  description: string,
  { check, headSha, from }: Pick<Override, 'check' | 'headSha' | 'from'>,
  checks: readonly Check[],
): readonly Action[] {
  const url = checks.find((each) => each.from === 'status' && /^https?:/.test(each.url ?? ''))?.url;
  return from.map((kind) =>
    kind === 'status'
      ? setStatus({ context: check, headSha, state, description, ...(url === undefined ? {} : { url }) })
      : report({ check, headSha, conclusion: state, title: description, text: `${description}.`, annotations: [] }),
  );
}

function doneInWords(
  all: readonly Omit<Override, 'at'>[],
  { reason, headSha }: { readonly reason: string; readonly headSha: string },
): string {
  const [first] = all;
  if (first === undefined) return '';
  const names = all.map(({ check }) => code(check));
  const count = all.length === 1 ? 'counts' : 'count';
  const why = reason === '' ? '' : `, because ${code(first.reason)}`;
  const written = all.map(({ check }) => quoted(check)).join(' ');
  const longer = first.sticky
    ? ''
    : `; ${code(`/override-sticky ${written}`)} lasts also when ${code(first.baseRef)} moves`;
  return (
    `${listed(names)} ${count} as green at ${code(headSha.slice(0, 7))}${why}, until ${untilInWords(first)}${longer}. ` +
    `${code(`/override-cancel ${written}`)} takes it back.`
  );
}

function cancelled(names: readonly string[], { actor, pull, overrides }: Seen): readonly Action[] {
  const standing = [
    ...overrides.map(({ check, from }) => ({ check, from })),
    // What Prow, or a record that was lost, overrode: the forge still says so.
    ...pull.checks
      .filter(
        ({ name, description = '' }) =>
          description.startsWith(OVERRIDDEN) && overrides.every(({ check }) => check !== name),
      )
      .map(({ name, from = 'status' }) => ({ check: name, from: [from] })),
  ];
  if (standing.length === 0) return [refuse('Nothing is overridden at this head.')];
  const unknown = names.filter((name) => !standing.some(({ check }) => isCalled(check, name)));
  if (unknown.length > 0) {
    const are = unknown.length === 1 ? 'is' : 'are';
    return [
      refuse(
        `${listed(unknown.map(code))} ${are} not overridden. Overridden: ${listed(standing.map(({ check }) => code(check)))}.`,
      ),
    ];
  }
  const going = standing.filter(({ check }) => names.length === 0 || names.some((name) => isCalled(check, name)));
  const description = `Override cancelled by ${actor.login}`;
  const back = going.map(({ check }) => code(check));
  return [
    ...going.map(({ check }) => dropOverride(check, actor.login)),
    ...going.flatMap((each) =>
      shownAs(
        'failure',
        description,
        { ...each, headSha: pull.headSha },
        pull.checks.filter(({ name }) => name === each.check),
      ),
    ),
    reply(`${listed(back)} ${back.length === 1 ? 'counts' : 'count'} as red again, until it is run anew.`),
  ];
}

function isCalled(check: string, name: string): boolean {
  return check.toLowerCase() === name.toLowerCase();
}
