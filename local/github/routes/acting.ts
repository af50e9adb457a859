/** Who changes what: a request that was let through, as the functions that change issues and pull requests take it. */
import { repositoryAsked } from '../asked.ts';
import { type Box, type Call, GitHubError } from '../box.ts';
import { tellOfIssue } from '../changes.ts';
import { actorOf, appIdOf, canSee, invalid, may, type Need, notFound, repositoryFor } from '../gate.ts';
import {
  type Account,
  type Issue,
  type IssueEvent,
  addEvent,
  moment,
  type Moment,
  type Repository,
  type State,
} from '../state.ts';

export interface Acting {
  readonly box: Box;
  readonly state: State;
  readonly now: Date;
  readonly at: Moment;
  readonly repository: Repository;
  /** The person, or the bot of the App. */
  readonly actor: Account;
  /** Id of the App that acts; null for a person. */
  readonly appId: number | null;
  /** Whether this caller may do something else as well. */
  can(need: Need): boolean;
}

/** The repository as the path names it, where the caller can see it. */
export function visibleRepository({ params, box, caller }: Call): Repository {
  const repository = repositoryAsked(box, params['owner'] ?? '', params['repo'] ?? '');
  if (repository === undefined || !canSee(box.state, caller, repository)) throw notFound();
  return repository;
}

/** Throws for who may not, and for an archived repository, in which nothing changes. */
export function acting(call: Call, need: Need): Acting {
  const { box, caller } = call;
  const visible = visibleRepository(call);
  if (caller.is === 'nobody') throw new GitHubError(401, 'Requires authentication');
  const repository = repositoryFor(call, need);
  if (visible.archived) throw new GitHubError(403, 'Repository was archived so is read-only.');
  const now = box.now();
  return {
    box,
    state: box.state,
    now,
    at: moment(now),
    repository,
    actor: actorOf(call),
    appId: appIdOf(call),
    can: (other) => may(box.state, caller, repository, other),
  };
}

/** What a webhook needs to know of who acts. */
export type Telling = Pick<Acting, 'box' | 'repository'> & { readonly actor: { readonly login: string } };

/** Queues a webhook about this repository, sent by who acts. */
export function tell(
  { box, repository, actor }: Telling,
  event: string,
  action: string | undefined,
  payload: Readonly<Record<string, unknown>>,
): void {
  box.emit({
    event,
    ...(action === undefined ? {} : { action }),
    repository: repository.id,
    sender: actor.login,
    payload,
  });
}

/** A webhook about an issue: of the event `pull_request` where it is one. */
export const tellOf = (
  { box, repository, actor }: Telling,
  issue: Issue,
  action: string,
  extra: Readonly<Record<string, unknown>> = {},
): void => tellOfIssue(box, repository, issue, action, actor.login, extra);

export type EventFacts = Omit<IssueEvent, 'id' | 'issueNumber' | 'event' | 'actorId' | 'createdAt' | 'appId'>;

/** Writes an entry of the timeline and moves `updated_at`. */
export function note(
  { state, now, at, repository, actor, appId }: Acting,
  issue: Issue,
  event: string,
  facts: EventFacts = {},
): void {
  addEvent(state, now, repository, { issueNumber: issue.number, event, actorId: actor.id, appId, ...facts });
  issue.updatedAt = at;
}

/** https://docs.github.com/en/rest/issues/comments: the longest text of an issue, pull request or comment. */
export const MAX_BODY_CHARS = 65_536;

export function fitting(text: string, resource: string): string {
  if (text.length <= MAX_BODY_CHARS) return text;
  throw invalid(resource, 'body', 'custom', `body is too long (maximum is ${MAX_BODY_CHARS} characters)`);
}

/** A text that must be there and say something. */
export function required(text: string | undefined, resource: string, field: string): string {
  if (text === undefined || text.trim() === '') throw invalid(resource, field, 'missing_field');
  return text;
}

/** Strings, or what objects in the list have under `key`: GitHub takes `bug` and `{"name": "bug"}`. */
export function namesIn(body: Call['body'], field: string, key: string): readonly string[] | undefined {
  const value = body[field];
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((each: unknown) => {
    const name: unknown =
      typeof each === 'object' && each !== null ? Object.entries(each).find(([is]) => is === key)?.[1] : each;
    return typeof name === 'string' ? [name] : [];
  });
}

/** One of the words; undefined where absent or null, refused where it is another. */
export function oneOf<T extends string>(
  words: readonly T[],
  body: Call['body'],
  field: string,
  resource: string,
): T | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  const found = words.find((each) => each === value);
  if (found === undefined) throw invalid(resource, field, 'invalid');
  return found;
}
