/** What is to be known of holds: who may lift which, and what has come of that which they wait for. */
import { isOwnHold, type Awaited, type Check, type Hold, type Person, type PullFact } from '../language/index.ts';

type Lifter = {
  readonly person: Person;
  readonly isAuthor: boolean;
  /** Whether the settings let everybody lift everything. */
  readonly anyone: boolean;
  /** As approver or maintainer. */
  readonly powerful: () => Promise<boolean>;
  /** What could not be found out is no. */
  readonly inTeam: (team: string) => Promise<boolean>;
};

/** Whoever did not set a hold lifts it only where the change is somebody else's; asks for no more than decides it. */
export async function liftableBy(holds: readonly Hold[], who: Lifter): Promise<readonly Hold[]> {
  const { person, isAuthor, anyone, powerful, inTeam } = who;
  const own = holds.filter((each) => isOwnHold(each, person));
  if (own.length === holds.length || isAuthor) return anyone ? holds : own;
  if (anyone || (await powerful())) return holds;
  const may = await Promise.all(
    holds.map(async (each) => own.includes(each) || (each.team !== undefined && (await inTeam(each.team)))),
  );
  return holds.filter((_, index) => may[index]);
}

type Around = {
  /** What is asked of events that tell of it alone. */
  readonly event: string;
  readonly now: Date;
  readonly checks: () => Promise<readonly Check[]>;
  /** Undefined where there is no such pull request. */
  readonly stateOf: (pull: number) => Promise<PullFact['state'] | undefined>;
};

export async function awaitedBy(holds: readonly Hold[], around: Around): Promise<readonly Awaited[]> {
  const found = await Promise.all(holds.map((hold) => comeOf(hold, around)));
  return found.flatMap((each) => each ?? []);
}

async function comeOf(hold: Hold, { event, now, checks, stateOf }: Around): Promise<Awaited | undefined> {
  const { until } = hold;
  if (until === undefined) return undefined;
  switch (until.is) {
    case 'date':
      return Date.parse(until.at) <= now.getTime() ? { hold, is: 'here', because: 'the time has come' } : undefined;
    case 'check': {
      // Whoever may report a check may report another of the same name beside it.
      const named = (await checks()).filter(({ name }) => name === until.check);
      return named.length > 0 && named.every(({ state }) => state === 'success')
        ? { hold, is: 'here', because: `the check ${until.check} is green` }
        : undefined;
    }
    default: {
      // What checks report says nothing of other pull requests.
      if (event === 'checks-passed') return undefined;
      const state = await stateOf(until.pull);
      if (state === 'open') return undefined;
      if (state === 'merged') return { hold, is: 'here', because: `#${until.pull} is merged` };
      const gone = state === undefined ? 'is no more' : 'was closed without being merged';
      return { hold, is: 'in vain', because: `#${until.pull} ${gone}` };
    }
  }
}
