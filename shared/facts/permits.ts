/** Which commands somebody may use here, and why not: by the same functions that permit and refuse. */
import {
  code,
  inForce,
  inWords,
  leaf,
  type AnyCommand,
  type CatalogueEntry,
  type FactTypes,
  type GateLeaf,
  type GateRule,
  type Rung,
  type Standing,
} from '../language/index.ts';
import type { Permission, Reading } from '../reading.ts';
import type { InForce } from '../settings/index.ts';
import { misplaced, whyNot } from '../verdict.ts';

type Here = {
  readonly kind: 'pull' | 'issue';
  readonly catalogue: readonly CatalogueEntry[];
  readonly origins: InForce['origins'];
  readonly ask: Reading['permission'];
};

export async function permitsOf(commands: readonly AnyCommand[], here: Here): Promise<readonly GateLeaf[]> {
  const permits: GateLeaf[] = [];
  for (const command of commands) {
    for (const flags of waysOf(command)) {
      // One after the other: what one asks for the next need not ask for again.
      // oxlint-disable-next-line no-await-in-loop
      permits.push(await permitOf(command, flags, here));
    }
  }
  return permits;
}

const PLAIN: ReadonlySet<string> = new Set();
const CANCEL: ReadonlySet<string> = new Set(['cancel']);

/** Taking back is told apart where it is for others than giving. */
function waysOf({ args, allow }: AnyCommand): readonly ReadonlySet<string>[] {
  const [given, taken] = [PLAIN, CANCEL].map((flags) => JSON.stringify(inForce(allow, flags)));
  return args['cancel']?.is === 'flag' && given !== taken ? [PLAIN, CANCEL] : [PLAIN];
}

async function permitOf(command: AnyCommand, flags: ReadonlySet<string>, here: Here): Promise<GateLeaf> {
  const { kind, catalogue, origins, ask } = here;
  const id = flags.has('cancel') ? `${command.name} cancel` : command.name;
  const spelled = code(`/${id}`);
  const entry = catalogue.find(({ name }) => name === command.name);
  const none = (fact: string, next: string, rule: GateRule): GateLeaf =>
    leaf({ id, name: spelled, passed: false, fact, next, rule });

  if (entry?.off !== undefined) {
    return none(entry.off, `${code('/commands')} lists what is not.`, ruleAt('rules.disabled', origins));
  }
  const out = misplaced(command, kind);
  if (out !== undefined) return none(out.reason, 'Comment it on a pull request.', { says: 'pull requests only' });

  const key = `allow.${command.name}`;
  const from = origins.get(key);
  const permission = await ask(command.allow, flags, from === undefined ? undefined : { ...from, key });
  const { permitted, standing, couldBe } = permission;
  const rule = ruleOf(permission, from === undefined ? undefined : key);
  if (!permitted) {
    const where = entry?.whoFrom;
    const { fact, next } = whyNot(command, flags, standing, { couldBe, written: `/${command.name}`, where });
    return none(fact, next, rule);
  }
  const who = inWords(inForce(command.allow, flags), standing.ownership?.rung);
  return leaf({
    id,
    name: spelled,
    passed: true,
    fact: `${spelled} is open to you: it is for ${who}.`,
    next: '',
    rule,
  });
}

function ruleAt(key: string, origins: FactTypes['origins']): GateRule {
  const place = origins.get(key);
  if (place === undefined) return { says: code(key) };
  return {
    says: code(key),
    file: place.file,
    line: place.line,
    ...(place.commit === '' ? {} : { commit: place.commit }),
  };
}

const RUNGS = {
  owners: 'OWNERS of the base branch',
  codeowners: 'CODEOWNERS of the base branch',
  roles: 'roles, without OWNERS and CODEOWNERS',
} as const satisfies Record<Rung, string>;

/** What decided: the settings, the rung of the ladder, the role on the forge. */
function ruleOf({ basis, standing }: Permission, key: string | undefined): GateRule {
  const { file, line, commit } = basis;
  const place = {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(commit === undefined ? {} : { commit }),
  };
  const by = [
    key === undefined ? undefined : code(key),
    roleOf(standing),
    standing.ownership === undefined ? undefined : RUNGS[standing.ownership.rung],
  ].filter((each) => each !== undefined);
  return { says: by.length === 0 ? 'built in' : by.join('; '), ...place };
}

function roleOf({ role }: Standing): string | undefined {
  return role === undefined ? undefined : `your role on the forge is ${code(role)}`;
}
