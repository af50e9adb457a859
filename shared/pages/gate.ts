/** What a pull request needs, as a tree: what is missing is open, what is green is folded. */
import { html } from 'hono/html';
import { countInWords, leavesOf, sourceInWords, type Gate, type GateLeaf } from '../language/index.ts';
import { rich, type Html } from './layout.ts';

export type GateShown = {
  /** When it was so; ISO 8601. */
  readonly at: string;
  readonly headSha: string;
  readonly gate: Gate;
};

/** `decided`: how many decisions have been taken since. */
export function gateSection(shown: GateShown | undefined, decided: number, now: Date): Html {
  if (shown === undefined) {
    return html`<p class="dim">
      What it still needs is shown here after the next <code>/why</code>, and always where <code>merge.status</code> is
      <code>check</code>.
    </p>`;
  }
  const { at, headSha, gate } = shown;
  return html`<section>
    <h2>What it needs to be merged</h2>
    <p>
      ${sentence(countInWords(gate))} So it was
      <time datetime="${at}">${at.slice(0, 16).replace('T', ' ')}</time>, ${ageInWords(at, now)} ago, at head
      <code>${headSha.slice(0, 7)}</code>; ${sinceInWords(decided)}. <code>/why</code> on the pull request asks anew.
    </p>
    ${branch(gate)}
  </section>`;
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function sinceInWords(decided: number): string {
  if (decided === 0) return 'nothing was decided here since';
  return decided === 1 ? 'one decision was taken since' : `${decided} decisions were taken since`;
}

const MINUTE_MS = 60_000;
const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['day', 1_440 * MINUTE_MS],
  ['hour', 60 * MINUTE_MS],
  ['minute', MINUTE_MS],
];

/** In the largest unit that it fills. */
export function ageInWords(at: string, now: Date): string {
  const age = now.getTime() - Date.parse(at);
  const [name, ms] = UNITS.find(([, each]) => age >= each) ?? ['minute', MINUTE_MS];
  const count = Math.floor(age / ms);
  if (!(count > 0)) return 'less than a minute';
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}

function branch(gate: Gate): Html {
  if (gate.is === 'leaf')
    return html`<ul class="gate">
      ${item(gate)}
    </ul>`;
  const open = gate.of.filter(({ passed }) => !passed);
  const green = gate.of.filter(({ passed }) => passed);
  // Where one of several ways is open, what the others lack is in nobody's way.
  const rest = gate.is === 'any' && gate.passed ? [] : open;
  return html`${gate.notes.map((note) => html`<p>${rich(note)}</p>`)}
  ${
    rest.length === 0
      ? ''
      : html`<ul class="gate">
          ${rest.map(item)}
        </ul>`
  }
  ${
    green.length === 0
      ? ''
      : html`<details>
          <summary>${green.length} green: ${rich(green.map(({ name }) => name).join(', '))}</summary>
          <ul class="gate">
            ${green.map(item)}
          </ul>
        </details>`
  }`;
}

function item(gate: Gate): Html {
  const mark = gate.passed
    ? html`<span class="outcome done">green</span>`
    : html`<span class="outcome refused">missing</span>`;
  if (gate.is === 'leaf') return html`<li>${mark} ${said(gate)}</li>`;
  const [only, ...others] = gate.of;
  // What holds one thing and says nothing of its own is that thing.
  if (only !== undefined && others.length === 0 && gate.notes.length === 0) return item(only);
  const ways = gate.is === 'any' ? html`<span class="dim">one of these will do</span>` : '';
  const count = leavesOf(gate).length > 1 ? html`<span class="dim">${countInWords(gate)}</span>` : '';
  return html`<li>${mark} <strong>${rich(gate.name)}</strong> ${count} ${ways} ${branch(gate)}</li>`;
}

function said(leaf: GateLeaf): Html {
  const { name, fact, next } = leaf;
  return html`<strong>${rich(name)}</strong>: ${rich(fact)} ${next === '' ? '' : html`<div>${rich(next)}</div>`}
    <div class="dim">${rich(sourceInWords(leaf))}</div>`;
}
