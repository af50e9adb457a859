/** The forge's side of the run: shuffled, some of it twice, again what the door did not take; in turn inside a pull request. */
import { Agent, request } from 'node:http';
import { shuffled } from '../../local/dice.ts';
import type { Place, Webhook } from './world.ts';

/** By a count of everything that happened, so that "before" is no matter of clocks. */
export type Journey = { firstSent: number; accepted: number | undefined };

export type Deliveries = {
  /** Adds what the forge tells while the run goes on. */
  add(place: Place, webhook: Webhook): void;
  /** Resolves when the door has taken everything that was there. */
  done(): Promise<void>;
  /** By the id of the comment. */
  readonly comments: ReadonlyMap<number, Journey>;
  readonly tally: () => { readonly posts: number; readonly accepted: number; readonly refused: number };
  /** Sends some of what has been taken once more. */
  again(share: number): void;
};

export type DeliveriesOptions = {
  readonly places: readonly Place[];
  readonly doorUrl: string;
  readonly dice: () => number;
  /** Share of the comments that is delivered twice. */
  readonly twice: number;
  /** Deliveries under way at once. */
  readonly concurrency: number;
  /** Resolves when the queue has room. */
  readonly room: () => Promise<void>;
};

/** A third of what comes twice comes by a second hook, which has ids of its own. */
const SECOND_HOOK = 1 / 3;

export function deliveriesOf(options: DeliveriesOptions): Deliveries {
  const { places, doorUrl, dice, twice, concurrency, room } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const lanes = new Map<Place, Webhook[]>();
  const ready: Place[] = [];
  const underWay = new Set<Place>();
  const comments = new Map<number, Journey>();
  const taken: { readonly place: Place; readonly webhook: Webhook }[] = [];
  const counts = { posts: 0, accepted: 0, refused: 0 };
  let happened = 0;
  let left = 0;
  let whenDone: (() => void)[] = [];
  let busy = 0;

  const add = (place: Place, webhook: Webhook): void => {
    left += 1;
    const lane = lanes.get(place);
    if (lane === undefined) lanes.set(place, [webhook]);
    else lane.push(webhook);
    if (!underWay.has(place) && !ready.includes(place)) ready.push(place);
    void next();
  };

  async function next(): Promise<void> {
    if (busy >= concurrency) return;
    busy += 1;
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop
      await room();
      const place = ready.splice(Math.floor(dice() * ready.length), 1)[0];
      if (place === undefined) break;
      underWay.add(place);
      const webhook = lanes.get(place)?.shift();
      // oxlint-disable-next-line no-await-in-loop
      if (webhook !== undefined) await sent(place, webhook);
      underWay.delete(place);
      if ((lanes.get(place)?.length ?? 0) > 0) ready.push(place);
    }
    busy -= 1;
    if (left > 0) return;
    const waiting = whenDone;
    whenDone = [];
    for (const resolve of waiting) resolve();
  }

  async function sent(place: Place, webhook: Webhook): Promise<void> {
    happened += 1;
    counts.posts += 1;
    const journey =
      webhook.comment === undefined ? undefined : (comments.get(webhook.comment) ?? begun(webhook.comment));
    const status = await posted(webhook);
    happened += 1;
    if (status >= 200 && status < 300) {
      counts.accepted += 1;
      left -= 1;
      taken.push({ place, webhook });
      if (journey !== undefined) journey.accepted ??= happened;
      return;
    }
    counts.refused += 1;
    // That it was opened is told first whatever happens: recovery is quicker than people read.
    const lane = lanes.get(place);
    if (webhook === place.webhooks[0]) lane?.unshift(webhook);
    else lane?.push(webhook);
  }

  function begun(comment: number): Journey {
    const journey: Journey = { firstSent: happened, accepted: undefined };
    comments.set(comment, journey);
    return journey;
  }

  function posted({ headers, body }: Webhook): Promise<number> {
    return new Promise((resolve) => {
      const sending = request(
        `${doorUrl}/webhooks/github`,
        { agent, method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        },
      );
      sending.on('error', () => resolve(0));
      sending.end(body);
    });
  }

  /** The same once more, by the same hook or by another one. */
  const copyOf = (webhook: Webhook): Webhook => {
    if (dice() >= SECOND_HOOK) return webhook;
    const guid = `${webhook.guid.slice(0, -4)}2222`;
    return { ...webhook, guid, headers: { ...webhook.headers, 'x-github-delivery': guid } };
  };

  for (const place of shuffled(places, dice)) {
    const [opened, ...rest] = place.webhooks;
    if (opened === undefined) continue;
    const copies = rest.filter(() => dice() < twice).map(copyOf);
    for (const webhook of [opened, ...shuffled([...rest, ...copies], dice)]) add(place, webhook);
  }

  return {
    add,
    comments,
    tally: () => ({ ...counts }),
    done: () => (left === 0 ? Promise.resolve() : new Promise((resolve) => whenDone.push(resolve))),
    again(share) {
      for (const { place, webhook } of taken.filter(() => dice() < share)) add(place, copyOf(webhook));
    },
  };
}
