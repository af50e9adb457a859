/** Law: whatever is commented or done by hand, the author alone releases nobody's hold but their own. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { labelByHand } from '../../shared/automations/label-by-hand.ts';
import { chained, EMPTY_CHAIN, type AuditRecord } from '../../shared/audit-record.ts';
import { liftableBy } from '../../shared/facts/holds.ts';
import {
  HOLD,
  isOwnHold,
  isRecorded,
  kindOfHold,
  NO_ANSWERS,
  permits,
  UNKNOWN_HOLD,
  type Action,
  type Hold,
  type Person,
  type Standing,
} from '../../shared/language/index.ts';
import { NO_STATE, withRecord, type PullState } from '../../shared/pull-state.ts';
import { commandVerdict, flagsOf } from '../../shared/verdict.ts';
import { ada, given, grace, linus, ownerStanding, parsedFrom, subjectOf, type All } from '../support/given.ts';
import { draft } from '../store/here.ts';

/** Somebody who has the author's name, and is another account. */
const namesake: Person = { login: 'ada', id: '77', bot: false };
const people: readonly Person[] = [ada, grace, linus, namesake];

const LINES = [
  '/hold',
  '/hold my reason',
  '/hold until 2099-01-01',
  '/hold until 2099-02-02 another day',
  '/hold until #7 merged',
  '/hold until check perf',
  '/hold for @acme/security',
  '/unhold',
  '/hold cancel',
  '/remove-hold',
  '/hold\n/unhold',
  '/unhold\n/hold',
];
type Step = { readonly by: number; readonly act: string };
const step = fc.record({
  by: fc.nat(people.length - 1),
  act: fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...LINES) }, fc.constantFrom('label', 'unlabel')),
});

type World = { readonly state: PullState; readonly labeled: boolean; readonly last: AuditRecord | undefined };

/** Who has all the power that there is, and would release everything, were they not the author. */
const mighty = (person: Person, { state, labeled }: World): Standing => ({
  ...ownerStanding,
  author: person.id === ada.id,
  role: 'admin',
  holder: state.holds.length === 0 && !labeled ? true : state.holds.some((each) => isOwnHold(each, person)),
  heldFor: true,
});

async function factsFor(person: Person, { state, labeled }: World, more: Partial<All>): Promise<All> {
  const liftable = await liftableBy(state.holds.length > 0 || !labeled ? state.holds : [UNKNOWN_HOLD], {
    person,
    isAuthor: person.id === ada.id,
    anyone: false,
    powerful: async () => true,
    inTeam: async () => true,
  });
  const answers = {
    ...NO_ANSWERS,
    liftable,
    pulls: new Map([[7, 'open' as const]]),
    teams: new Set(['acme/security']),
  };
  const labels = labeled ? [HOLD] : [];
  const subject = subjectOf({ labels });
  return given({
    actor: person,
    holds: state.holds,
    labels: new Set(labels),
    subject,
    answers,
    role: 'admin',
    ...more,
  });
}

async function actionsOf({ by, act }: Step, world: World): Promise<readonly Action[]> {
  const person = people[by] ?? ada;
  if (act === 'label' || act === 'unlabel') {
    const event = `${act}ed`;
    return labelByHand.decide(
      await factsFor(
        person,
        { ...world, labeled: act === 'label' },
        { event, label: HOLD, eventLabel: { label: HOLD } },
      ),
    );
  }
  const facts = await factsFor(person, world, {});
  return parsedFrom(act).flatMap((line) => {
    if (line.is !== 'invocation') return [];
    const { command, args } = line;
    if (permits(command.allow, mighty(person, world), flagsOf(args)) !== true) return [];
    return commandVerdict(command, args, facts).actions;
  });
}

function after(world: World, { by, act }: Step, actions: readonly Action[]): World {
  const { login, id } = people[by] ?? ada;
  const done = actions.map((action) => ({
    ...action,
    result: isRecorded(action) ? ('recorded' as const) : ('done' as const),
  }));
  const kept = draft({ actor: { login, id }, actions: done });
  const last = chained(kept, world.last ?? EMPTY_CHAIN);
  let labeled = act === 'label' || (act !== 'unlabel' && world.labeled);
  for (const action of actions) {
    if (action.is === 'add-label') labeled = true;
    if (action.is === 'remove-label') labeled = false;
  }
  return { state: withRecord(world.state, last), labeled, last };
}

const named = (hold: Hold): string => `${hold.by}/${hold.id ?? ''}/${kindOfHold(hold)}`;

test('no sequence of them lets the author alone release somebody’s hold', { timeout: 600_000 }, async () => {
  let byAuthor = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 14 }), async (steps) => {
      let world: World = { state: NO_STATE, labeled: false, last: undefined };
      for (const each of steps) {
        // oxlint-disable-next-line no-await-in-loop
        const next = after(world, each, await actionsOf(each, world));
        const own = people[each.by]?.id === ada.id;
        const others = own ? world.state.holds.filter((hold) => !isOwnHold(hold, ada)) : [];
        byAuthor += others.length > 0 ? 1 : 0;
        expect(next.state.holds.map(named)).toEqual(expect.arrayContaining(others.map(named)));
        // What holds it is seen: the label goes on again where the author took it off.
        expect(others.length === 0 || next.labeled).toBe(true);
        world = next;
      }
    }),
    { numRuns: Number(process.env['BOWSPRIT_RUNS'] ?? 500) },
  );
  // Otherwise it would be about nothing.
  expect(byAuthor).toBeGreaterThan(100);
});
