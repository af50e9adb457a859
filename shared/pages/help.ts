/** The page of commands, made from the commands themselves. */
import { html } from 'hono/html';
import type { Clock } from '../clocks.ts';
import type { AnyAutomation, CatalogueEntry } from '../language/index.ts';
import { layout, rich, type Html } from './layout.ts';

export type HelpContent = {
  readonly catalogue: readonly CatalogueEntry[];
  readonly automations: readonly AnyAutomation[];
  readonly clocks: readonly Clock[];
};

export function helpPage({ catalogue, automations, clocks }: HelpContent): Html {
  return layout(
    'Commands',
    html`<p>
        Write a command on a line of its own, in a comment, a review or the description of a pull request or issue.
        Names may be written in any case; a remark goes after <code> # </code>; the last line wins. Lines in code,
        quotes and HTML comments are not commands.
      </p>
      <div class="scroll">
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
            ${catalogue.map(commandRow)}
          </tbody>
        </table>
      </div>
      <h2>What happens by itself</h2>
      <div class="scroll">
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
      </div>`,
  );
}

function commandRow({ usage, summary, who, examples, aliases, pullsOnly }: CatalogueEntry): Html {
  return html`<tr>
    <td>
      <code>${usage}</code>${aliases.length > 0 ? html`<br /><span class="dim">also ${aliases.join(', ')}</span>` : ''}
    </td>
    <td>${summary}${pullsOnly ? html`<br /><span class="dim">pull requests only</span>` : ''}</td>
    <td>${rich(who)}</td>
    <td class="lines">${examples.map((example) => html`<code>${example}</code><br />`)}</td>
  </tr>`;
}
