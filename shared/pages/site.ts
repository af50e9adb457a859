/** Which page answers which address. */
import type { Outcome } from '../audit-record.ts';
import { Rejected } from '../errors.ts';
import { auditPage, pullAt, pullPage, type AuditAnswer, type AuditQuestion, type Story } from './audit.ts';
import { helpPage } from './help.ts';
import { html } from 'hono/html';
import { layout, PAGE_HEADERS, type Html } from './layout.ts';
import { noRulesPage, rulesPage, type Rulebook } from './rules.ts';

type Search = {
  readonly repository?: string;
  readonly pull?: string;
  readonly actor?: string;
  readonly command?: string;
  readonly outcome?: Outcome;
  readonly cursor?: string;
};

/** What the pages ask of the audit trail. */
export type Trail = {
  /** @throws Rejected where the cursor is none. */
  find(search: Search): Promise<AuditAnswer>;
  story(pull: string): Promise<Story>;
};

export type PageRequest = { readonly path: string; readonly query: Readonly<Record<string, string | undefined>> };
export type Page = {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const KEYS: readonly AuditQuestion['by'][] = ['repository', 'pull', 'actor', 'command'];
const OUTCOMES: readonly Outcome[] = ['done', 'refused', 'failed'];
/** Longer than any name on any forge. */
const MAX_VALUE_CHARS = 512;

export async function pageFor({ path, query }: PageRequest, rulebook: Rulebook, trail: Trail): Promise<Page> {
  if (path === '/' || path === '/settings') return rulesFor(path, query, rulebook);
  if (path === '/audit') {
    const question = questionIn(query);
    if (question.value === '') return shown(200, auditPage(question, undefined));
    try {
      return await shown(200, auditPage(question, await trail.find(searchFor(question, query['after']))));
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      return shown(error.status, auditPage(question, 'invalid'));
    }
  }
  const pull = pullAt(path);
  if (pull === undefined || pull.length > MAX_VALUE_CHARS)
    return shown(404, layout('Not found', html`<p>There is no page at this address.</p>`));
  const story = await trail.story(pull);
  return shown(story.records.length === 0 ? 404 : 200, pullPage(pull, story));
}

/** What git lets a branch be called, as far as it matters here. */
const BRANCH = /^(?!\/|.*\.\.|.*\/\/)[^\p{C}\p{Z}~^:?*[\\]{1,255}$/u;

/**
 * `/` is for everybody and shows the rules of the deployment; what a repository sets may be as private as the
 * repository, and has an address of its own that not everybody may open.
 */
async function rulesFor(path: string, query: PageRequest['query'], rulebook: Rulebook): Promise<Page> {
  const [repository, branch] = [query['repository'], query['branch']].map((each = '') => each.trim());
  if (repository === undefined || repository === '') {
    return shown(200, path === '/' ? helpPage(rulebook.general) : rulesPage(NO_QUESTION, rulebook.general));
  }
  const where = repository.length > MAX_VALUE_CHARS ? 'misnamed' : rulebook.named(repository);
  if (where === 'misnamed') return shown(400, noRulesPage(where));
  if (where === 'no-such-forge') return shown(404, noRulesPage(where));
  const asked = branch === undefined || branch === '' ? {} : { branch };
  if (asked.branch !== undefined && !BRANCH.test(asked.branch)) return shown(400, noRulesPage('no-branch'));
  if (path === '/') {
    const location = `/settings?${new URLSearchParams({ repository, ...asked }).toString()}`;
    return { statusCode: 303, headers: { ...PAGE_HEADERS, location }, body: '' };
  }
  return shown(200, rulesPage({ repository, branch: asked.branch ?? '' }, await rulebook.at({ ...where, ...asked })));
}

const NO_QUESTION = { repository: '', branch: '' } as const;

function questionIn(query: PageRequest['query']): AuditQuestion {
  const by = KEYS.find((key) => key === query['by']) ?? 'repository';
  const outcome = OUTCOMES.find((each) => each === query['outcome']) ?? '';
  return { by, value: (query['value'] ?? '').trim().slice(0, MAX_VALUE_CHARS), outcome };
}

function searchFor({ by, value, outcome: asked }: AuditQuestion, cursor: string | undefined): Search {
  const outcome = OUTCOMES.find((each) => each === asked);
  return {
    [by]: by === 'repository' || by === 'pull' ? withProvider(value) : value,
    ...(outcome === undefined ? {} : { outcome }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}

/** `acme/widgets` is on GitHub unless said otherwise. */
function withProvider(name: string): string {
  return (/^[a-z-]+:/.test(name) ? name : `github:${name}`).toLowerCase();
}

async function shown(statusCode: number, page: Html): Promise<Page> {
  return {
    statusCode,
    headers: { ...PAGE_HEADERS, 'content-type': 'text/html; charset=utf-8' },
    body: String(await page),
  };
}
