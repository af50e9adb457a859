/** Search by qualifiers: https://docs.github.com/en/search-github/searching-on-github/searching-issues-and-pull-requests */
import { type Answer, type Box, type Call, GitHubError, type Routes } from '../box.ts';
import { canSee } from '../gate.ts';
import { userJson } from '../json/accounts.ts';
import { issueJson } from '../json/issues.ts';
import { webhookRepositoryJson } from '../json/repositories.ts';
import { verdicts } from '../pulls.ts';
import {
  type Account,
  accountNamed,
  commentsOn,
  fullNameOf,
  isPull,
  type Issue,
  labelsOn,
  loginOf,
  type Repository,
  type State,
} from '../state.ts';

/** https://docs.github.com/en/rest/search/search: longer ones are refused, and so many results can be paged through. */
const MAX_QUERY_CHARS = 256;
const MAX_RESULTS = 1000;

interface Term {
  readonly not: boolean;
  /** Empty for a word. */
  readonly qualifier: string;
  readonly value: string;
}

/** Words, quoted phrases, lists of these and `qualifier:value` pairs, each perhaps negated by a minus or by NOT. */
export function termsIn(query: string): readonly Term[] {
  const found = query.matchAll(/(-|NOT\s+)?(?:([a-z][a-z-]*):)?(?:("[^"]*"(?:,"[^"]*")+)|"([^"]*)"|(\S+))/gi);
  return [...found]
    .map(([, minus, qualifier = '', list, quoted, bare = '']) => ({
      not: minus !== undefined,
      qualifier: qualifier.toLowerCase(),
      value: (list ?? quoted ?? bare).toLowerCase(),
    }))
    .filter(({ qualifier, value }) => qualifier !== '' || !['and', 'or'].includes(value));
}

/** `>=2026-01-01`, `2026-01-01..2026-02-01`, `*..5`, or a value; `key` gives what is compared. */
function inRange<T extends number | string>(value: string, actual: T, key: (text: string) => T): boolean {
  const [, operator, rest] = /^(>=|<=|>|<)(.+)$/.exec(value) ?? [];
  if (operator !== undefined && rest !== undefined) {
    const bound = key(rest);
    if (operator === '>=') return actual >= bound;
    if (operator === '<=') return actual <= bound;
    return operator === '>' ? actual > bound : actual < bound;
  }
  const [from, to] = value.split('..');
  if (from !== undefined && to !== undefined)
    return (from === '*' || actual >= key(from)) && (to === '*' || actual <= key(to));
  return key(value) === actual;
}

/** A day is every moment in it, so that bounds with a day alone compare days. */
function onDay(value: string, at: string | null): boolean {
  if (at === null) return false;
  const precise = value.includes('t');
  const actual = precise ? Date.parse(at) : Date.parse(at.slice(0, 'YYYY-MM-DD'.length));
  return inRange(value, actual, (text) => Date.parse(text.toUpperCase()));
}

const refused = (message: string): GitHubError =>
  new GitHubError(422, 'Validation Failed', [{ message, resource: 'Search', field: 'q', code: 'invalid' }]);

interface Found {
  readonly repository: Repository;
  readonly issue: Issue;
}

const loginIs = (state: State, id: number | null, login: string): boolean =>
  id !== null && loginOf(state, id).toLowerCase() === login;

function fitsIs(value: string, { repository, issue }: Found): boolean {
  switch (value) {
    case 'pr':
    case 'pull-request':
      return isPull(issue);
    case 'issue':
      return !isPull(issue);
    case 'open':
    case 'closed':
      return issue.state === value;
    case 'merged':
      return issue.pull?.merged === true;
    case 'unmerged':
      return issue.pull?.merged === false;
    case 'draft':
      return issue.pull?.draft === true;
    case 'locked':
      return issue.locked;
    case 'unlocked':
      return !issue.locked;
    case 'public':
      return !repository.private;
    case 'private':
      return repository.private;
    default:
      throw refused(`"${value}" is not a value of is.`);
  }
}

/** Label lists are alternatives: `label:"bug","urgent"`. */
const hasLabel = (value: string, { repository, issue }: Found): boolean => {
  const names = labelsOn(repository, issue).map(({ name }) => name.toLowerCase());
  return value.split(',').some((each) => names.includes(each.replaceAll('"', '')));
};

function fitsReview(value: string, { repository, issue }: Found): boolean {
  if (!isPull(issue)) return false;
  const states = verdicts(repository, issue.number).map(({ state }) => state);
  if (value === 'changes_requested') return states.includes('CHANGES_REQUESTED');
  if (value === 'approved') return states.includes('APPROVED') && !states.includes('CHANGES_REQUESTED');
  return value === 'none' || value === 'required' ? states.length === 0 : false;
}

function fitsNo(value: string, { issue }: Found): boolean {
  if (value === 'label') return issue.labels.length === 0;
  if (value === 'assignee') return issue.assignees.length === 0;
  if (value === 'milestone') return issue.milestone === null;
  throw refused(`"${value}" is not a value of no.`);
}

/** Words are looked for in the title and body; one that looks like a commit id also as the head of the pull request. */
function fitsWord(value: string, { repository, issue }: Found): boolean {
  if (/^[0-9a-f]{7,40}$/.test(value) && isPull(issue)) {
    const { head, mergeCommitSha } = issue.pull;
    if (head.sha.startsWith(value) || (mergeCommitSha?.startsWith(value) ?? false)) return true;
  }
  const comments = commentsOn(repository, issue.number).map(({ body }) => body);
  return [issue.title, issue.body ?? '', ...comments].some((text) => text.toLowerCase().includes(value));
}

function fitsTerm(call: Call, { qualifier, value }: Term, found: Found): boolean {
  const { state } = call.box;
  const { repository, issue } = found;
  const me = call.caller.is === 'user' || call.caller.is === 'installation' ? call.caller.login.toLowerCase() : '';
  const login = value === '@me' ? me : value.replace(/^@/, '').replace(/^app\/(.+)$/, '$1[bot]');
  switch (qualifier) {
    case '':
      return fitsWord(value, found);
    case 'repo':
      return fullNameOf(state, repository).toLowerCase() === value;
    case 'org':
    case 'user':
      return loginIs(state, repository.ownerId, login);
    case 'is':
    case 'type':
      return fitsIs(value, found);
    case 'state':
      return issue.state === value;
    case 'label':
      return hasLabel(value, found);
    case 'author':
      return loginIs(state, issue.authorId, login);
    case 'assignee':
      return value === '*' ? issue.assignees.length > 0 : issue.assignees.some((id) => loginIs(state, id, login));
    case 'commenter':
      return commentsOn(repository, issue.number).some(({ authorId }) => loginIs(state, authorId, login));
    case 'involves':
      return (
        loginIs(state, issue.authorId, login) ||
        issue.assignees.some((id) => loginIs(state, id, login)) ||
        commentsOn(repository, issue.number).some(({ authorId }) => loginIs(state, authorId, login))
      );
    case 'mentions':
      return (issue.body ?? '').toLowerCase().includes(`@${login}`);
    case 'review-requested':
      return issue.pull?.requestedReviewers.some((id) => loginIs(state, id, login)) ?? false;
    case 'reviewed-by':
      return [...repository.reviews.values()].some(
        (each) => each.pullNumber === issue.number && each.submittedAt !== null && loginIs(state, each.authorId, login),
      );
    case 'review':
      return fitsReview(value, found);
    case 'milestone':
      return issue.milestone !== null && repository.milestones.get(issue.milestone)?.title.toLowerCase() === value;
    case 'no':
      return fitsNo(value, found);
    case 'draft':
      return isPull(issue) && String(issue.pull.draft) === value;
    case 'head':
      return issue.pull?.head.ref.toLowerCase().startsWith(value) ?? false;
    case 'base':
      return issue.pull?.base.ref.toLowerCase().startsWith(value) ?? false;
    case 'sha':
    case 'hash':
      return issue.pull?.head.sha.startsWith(value) ?? false;
    case 'archived':
      return String(repository.archived) === value;
    case 'comments':
      return inRange(value, commentsOn(repository, issue.number).length, Number);
    case 'created':
      return onDay(value, issue.createdAt);
    case 'updated':
      return onDay(value, issue.updatedAt);
    case 'closed':
      return onDay(value, issue.closedAt);
    case 'merged':
      return onDay(value, issue.pull?.mergedAt ?? null);
    case 'in':
    case 'sort':
      return true;
    default:
      // An unknown qualifier is a word with a colon in it.
      return fitsWord(`${qualifier}:${value}`, found);
  }
}

/** Terms of these qualifiers are alternatives, all others must hold together. */
const ALTERNATIVES = new Set(['repo', 'org', 'user']);

/** Whether something fits all terms; those of the alternative qualifiers count as one. */
export function fitsAll(terms: readonly Term[], fits: (term: Term) => boolean): boolean {
  const places = terms.filter(({ qualifier, not }) => ALTERNATIVES.has(qualifier) && !not);
  const rest = terms.filter((term) => !places.includes(term));
  return (places.length === 0 || places.some(fits)) && rest.every((term) => fits(term) !== term.not);
}

function queryOf(call: Call): readonly Term[] {
  const query = call.query.get('q') ?? '';
  if (query.trim() === '') {
    throw new GitHubError(422, 'Validation Failed', [{ resource: 'Search', field: 'q', code: 'missing' }]);
  }
  if (query.length > MAX_QUERY_CHARS) throw refused('The search is longer than 256 characters.');
  return termsIn(query);
}

/** A place that is named must be there and be visible. */
function mustSeePlaces(call: Call, terms: readonly Term[]): void {
  const { state } = call.box;
  for (const { qualifier, value, not } of terms) {
    if (not || !ALTERNATIVES.has(qualifier)) continue;
    const visible =
      qualifier === 'repo'
        ? [...state.repositories.values()].some(
            (each) => fullNameOf(state, each).toLowerCase() === value && canSee(state, call.caller, each),
          )
        : value === '@me' || accountNamed(state, value) !== undefined;
    if (!visible)
      throw refused(
        'The listed users and repositories cannot be searched either because the resources do not exist or you do not have permission to view them.',
      );
  }
}

const visibleRepositories = ({ box, caller }: Call): readonly Repository[] =>
  [...box.state.repositories.values()].filter((each) => canSee(box.state, caller, each));

function sorted<T>(
  call: Call,
  items: readonly T[],
  keys: Readonly<Record<string, (each: T) => number | string>>,
): readonly T[] {
  const key = keys[call.query.get('sort') ?? ''];
  if (key === undefined) return items;
  const ordered = items.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)];
    return a < b ? -1 : a > b ? 1 : 0;
  });
  return call.query.get('order') === 'asc' ? ordered : ordered.toReversed();
}

const results = (items: readonly unknown[], extra: Readonly<Record<string, unknown>> = {}): Answer => ({
  status: 200,
  body: { total_count: items.length, incomplete_results: false, ...extra, items: items.slice(0, MAX_RESULTS) },
  list: 'items',
});

const SCORE = { score: 1 };

function issuesFound(call: Call): Answer {
  const terms = queryOf(call);
  mustSeePlaces(call, terms);
  const { box } = call;
  const found = visibleRepositories(call)
    .flatMap((repository) => [...repository.issues.values()].map((issue) => ({ repository, issue })))
    .filter((each) => fitsAll(terms, (term) => fitsTerm(call, term, each)))
    .toReversed();
  const ordered = sorted(call, found, {
    created: ({ issue }) => `${issue.createdAt} ${String(issue.id).padStart(12, '0')}`,
    updated: ({ issue }) => `${issue.updatedAt} ${String(issue.id).padStart(12, '0')}`,
    comments: ({ repository, issue }) => commentsOn(repository, issue.number).length,
  });
  const items = ordered.map(({ repository, issue }) => {
    const { body, ...rest } = issueJson(box, repository, issue);
    return { ...rest, ...(body === null ? {} : { body }), ...SCORE };
  });
  return results(items, { search_type: 'lexical' });
}

function fitsRepository(box: Box, { qualifier, value }: Term, repository: Repository): boolean {
  const { state } = box;
  const fullName = fullNameOf(state, repository).toLowerCase();
  switch (qualifier) {
    case 'repo':
      return fullName === value;
    case 'org':
    case 'user':
      return loginIs(state, repository.ownerId, value);
    case 'is':
      return value === (repository.private ? 'private' : 'public');
    case 'archived':
      return String(repository.archived) === value;
    case 'topic':
      return repository.topics.includes(value);
    case 'fork':
      return value === 'true' || (value === 'only') === (repository.parentId !== null);
    case 'created':
      return onDay(value, repository.createdAt);
    case 'pushed':
      return onDay(value, repository.pushedAt);
    case 'in':
      return true;
    default:
      return fullName.includes(value) || (repository.description ?? '').toLowerCase().includes(value);
  }
}

function repositoriesFound(call: Call): Answer {
  const terms = queryOf(call);
  mustSeePlaces(call, terms);
  const found = visibleRepositories(call).filter((each) =>
    fitsAll(terms, (term) => fitsRepository(call.box, term, each)),
  );
  const ordered = sorted(call, found, { updated: ({ updatedAt }) => updatedAt });
  return results(ordered.map((each) => ({ ...webhookRepositoryJson(call.box, each), ...SCORE })));
}

function fitsAccount({ qualifier, value }: Term, { login, name, email, type, createdAt }: Account): boolean {
  switch (qualifier) {
    case 'type':
      return value === (type === 'Organization' ? 'org' : 'user');
    case 'user':
    case 'org':
      return login.toLowerCase() === value;
    case 'created':
      return onDay(value, createdAt);
    case 'in':
      return true;
    default:
      return [login, name, email].some((text) => text?.toLowerCase().includes(value) ?? false);
  }
}

function usersFound(call: Call): Answer {
  const terms = queryOf(call);
  const found = [...call.box.state.accounts.values()]
    .filter(({ type }) => type !== 'Bot')
    .filter((each) => fitsAll(terms, (term) => fitsAccount(term, each)));
  const ordered = sorted(call, found, { joined: ({ createdAt }) => createdAt });
  return results(ordered.map((each) => ({ ...userJson(call.box, each), ...SCORE })));
}

export const searchRoutes: Routes = {
  'GET /search/issues': issuesFound,
  'GET /search/repositories': repositoriesFound,
  'GET /search/users': usersFound,
};
