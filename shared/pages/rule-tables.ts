/** Tables of rules, for every page that lists some. */
import { html } from 'hono/html';
import type { Clock } from '../clocks.ts';
import type { AnyAutomation, CatalogueEntry } from '../language/index.ts';
import { rich, type Html } from './layout.ts';
import { inPlace, type Place } from './place.ts';

/** `from`: where the settings say who may; undefined where nobody changed it. */
export type CommandShown = CatalogueEntry & { readonly from: Place | undefined };

export function commandTable(commands: readonly CommandShown[]): Html {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Command</th>
          <th scope="col">What it does</th>
          <th scope="col">Who may</th>
          <th scope="col">Examples</th>
        </tr>
      </thead>
      <tbody>
        ${commands.map(commandRow)}
      </tbody>
    </table>
  </div>`;
}

function commandRow({ usage, summary, who, from, examples, aliases, pullsOnly, issuesOnly }: CommandShown): Html {
  return html`<tr>
    <td>
      <code>${usage}</code>${aliases.length > 0 ? html`<br /><span class="dim">also ${aliases.join(', ')}</span>` : ''}
    </td>
    <td>${summary}${onlyOn(pullsOnly ? 'pull requests' : issuesOnly ? 'issues' : undefined)}</td>
    <td>${rich(who)}${from === undefined ? '' : html`<br /><span class="dim">set by ${inPlace(from)}</span>`}</td>
    <td class="lines">${examples.map((example) => html`<code>${example}</code><br />`)}</td>
  </tr>`;
}

export function ruleTable({
  automations,
  clocks,
}: {
  readonly automations: readonly AnyAutomation[];
  readonly clocks: readonly Clock[];
}): Html {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th scope="col">Rule</th>
          <th scope="col">What it does</th>
          <th scope="col">Woken by</th>
        </tr>
      </thead>
      <tbody>
        ${automations.map(
          ({ name, summary, on }) =>
            html`<tr>
              <td><code>${name}</code></td>
              <td>${summary}</td>
              <td>${on.join(', ')}</td>
            </tr>`,
        )}
        ${clocks.map(
          ({ name, summary, every }) =>
            html`<tr>
              <td><code>${name}</code></td>
              <td>${summary}</td>
              <td>the clock, every ${every} minutes</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function onlyOn(what: string | undefined): Html | string {
  return what === undefined ? '' : html`<br /><span class="dim">${what} only</span>`;
}
