/** Pages made from audit records: the list with its filters, and the story of one pull request. */
import { html } from 'hono/html';
import type { AuditRecord } from '../audit-record.ts';
import { gateSection, type GateShown } from './gate.ts';
import { layout, rich, type Html } from './layout.ts';

/** What the form was filled with; empty strings where it was not. */
export type AuditQuestion = {
  readonly by: 'repository' | 'pull' | 'actor' | 'command';
  readonly value: string;
  readonly outcome: string;
};

export type AuditAnswer = {
  readonly records: readonly AuditRecord[];
  /** Where the next page starts; undefined at the end. */
  readonly next: string | undefined;
};

const KEYS: readonly (readonly [AuditQuestion['by'], string])[] = [
  ['repository', 'Repository'],
  ['pull', 'Pull request'],
  ['actor', 'Person'],
  ['command', 'Command'],
];
const MAX_SHOWN_CHARS = 80;
/** Shown elsewhere, or of use to machines alone. */
const HIDDEN: ReadonlySet<string> = new Set(['ref', 'digest', 'reason', 'text']);
const OUTCOMES = ['', 'done', 'refused', 'failed'];

/** `invalid`: the link names no place in the list. Undefined where nothing was asked yet. */
export function auditPage(question: AuditQuestion, answer: AuditAnswer | 'invalid' | undefined): Html {
  return layout(
    'Audit trail',
    html`<form method="get" action="/audit">
        <label
          >Search by<select name="by">
            ${KEYS.map(
              ([key, words]) => html`<option value="${key}" ${key === question.by ? 'selected' : ''}>${words}</option>`,
            )}
          </select></label
        >
        <label
          >Value<input
            name="value"
            value="${question.value}"
            placeholder="${placeholderFor(question.by)}"
            size="32"
            required
        /></label>
        <label
          >Outcome<select name="outcome">
            ${OUTCOMES.map(
              (each) =>
                html`<option value="${each}" ${each === question.outcome ? 'selected' : ''}>
                  ${each === '' ? 'any' : each}
                </option>`,
            )}
          </select></label
        >
        <button>Search</button>
      </form>
      ${answered(question, answer)}`,
  );
}

function answered(question: AuditQuestion, answer: AuditAnswer | 'invalid' | undefined): Html {
  if (answer === undefined) return html`<p class="dim">Name a repository, a pull request, a person or a command.</p>`;
  if (answer === 'invalid') return html`<p>This link is not valid. Search again to see the latest records.</p>`;
  return found(question, answer);
}

function placeholderFor(by: AuditQuestion['by']): string {
  return { repository: 'github:acme/widgets', pull: 'github:acme/widgets#12', actor: 'login', command: 'lgtm' }[by];
}

function found(question: AuditQuestion, { records, next }: AuditAnswer): Html {
  if (records.length === 0) return html`<p>No record fits.</p>`;
  const more = new URLSearchParams({ ...question, ...(next === undefined ? {} : { after: next }) });
  return html`<div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Pull request</th>
            <th scope="col">Who</th>
            <th scope="col">Command</th>
            <th scope="col">Outcome</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          ${records.map(recordRow)}
        </tbody>
      </table>
    </div>
    ${next === undefined ? '' : html`<p><a href="/audit?${more.toString()}">Older records</a></p>`}`;
}

function recordRow(record: AuditRecord): Html {
  return html`<tr>
    <td>${when(record.at)}</td>
    <td><a href="${pathOf(record.pull)}">${record.pull}</a></td>
    <td>${record.actor.login}</td>
    <td><code>${record.text === '' ? record.command : record.text}</code></td>
    <td>${outcome(record)}</td>
    <td>${rich(record.reason)}</td>
  </tr>`;
}

/** What `verify` found out about the chain. */
export type ChainCheck = { readonly sound: boolean; readonly sentence: string };

export type Story = {
  readonly records: readonly AuditRecord[];
  readonly check: ChainCheck;
  /** What it needs, as far as that is known. */
  readonly gate: GateShown | undefined;
  readonly now: Date;
};

export function pullPage(pull: string, { records, check, gate, now }: Story): Html {
  const merged = records.some(({ actions }) => actions.some(({ is, result }) => is === 'merge' && result === 'done'));
  const isPull = /#\d+$/.test(pull) && records.some(({ headSha }) => headSha !== '');
  const since = records.filter(({ at }) => gate !== undefined && at > gate.at).length;
  return layout(
    pull,
    html`<p class="note ${check.sound ? '' : 'broken'}">${check.sentence}</p>
      ${isPull && !merged ? gateSection(gate, since, now) : ''}
      ${
        records.length === 0
          ? html`<p>Nothing was decided here yet.</p>`
          : html`<ol class="chain">
              ${records.map(link)}
            </ol>`
      }`,
  );
}

function link(record: AuditRecord): Html {
  const { sequence, text, command, actor, headSha, reason, basis, actions, source, delivery, hash } = record;
  const based = [basis.rule, basis.file ?? '', basis.commit === undefined ? '' : `at ${basis.commit.slice(0, 7)}`];
  return html`<li id="${sequence}">
    <div>
      <span class="dim">${sequence}.</span> ${when(record.at)} <strong>${actor.login}</strong>
      <code>${text === '' ? command : text}</code> ${outcome(record)}
      ${safeUrl(source.url) === undefined ? '' : html`<a href="${source.url}">comment</a>`}
    </div>
    <div>${rich(reason)}</div>
    ${
      actions.length === 0
        ? ''
        : html`<ul>
            ${actions.map(
              ({ is, result, note, ...rest }) =>
                html`<li>
                  <code>${is}</code> ${shown(rest)}
                  <span class="dim">${result}${note === undefined ? '' : `: ${note}`}</span>
                </li>`,
            )}
          </ul>`
    }
    <div class="dim">
      ${based.filter((part) => part !== '').join(' · ')}${headSha === '' ? '' : html` · head <code>${headSha.slice(0, 7)}</code>`}
      · delivery
      <code>${delivery}</code> · hash <code>${hash.slice(0, 12)}</code>
    </div>
  </li>`;
}

/** Values that say something to people; a commit by its first characters. */
function shown(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => (HIDDEN.has(name) ? [] : value))
    .filter((value) => typeof value === 'string' && value.length <= MAX_SHOWN_CHARS)
    .map((value) => (/^[0-9a-f]{40,64}$/.test(String(value)) ? String(value).slice(0, 7) : value))
    .join(', ');
}

function outcome({ outcome: what }: AuditRecord): Html {
  return html`<span class="outcome ${what}">${what}</span>`;
}

function when(at: string): Html {
  return html`<time datetime="${at}">${at.slice(0, 19).replace('T', ' ')}</time>`;
}

/** `/pulls/github/acme/widgets/12` */
export function pathOf(pull: string): string {
  const [, provider = '', path = '', number = ''] = /^([\w-]+):(.+)#([a-z0-9]+)$/.exec(pull) ?? [];
  return `/pulls/${provider}/${path.split('/').map(encodeURIComponent).join('/')}/${number}`;
}

/** `github:acme/widgets#12` from the path of a page; undefined where it is none. */
export function pullAt(path: string): string | undefined {
  const [, provider, repository, number] = /^\/pulls\/([\w-]+)\/(.+)\/(\d+|[a-z]+)$/.exec(path) ?? [];
  if (provider === undefined || repository === undefined || number === undefined) return undefined;
  try {
    return `${provider}:${decodeURIComponent(repository)}#${number}`.toLowerCase();
  } catch {
    return undefined;
  }
}

function safeUrl(url: string): string | undefined {
  return /^https?:\/\//.test(url) ? url : undefined;
}
