/** The page of commands, made from the commands themselves. */
import { html } from 'hono/html';
import { layout, type Html } from './layout.ts';
import { commandTable, ruleTable } from './rule-tables.ts';
import { repositoryForm, type RulesShown } from './rules.ts';

export function helpPage(shown: RulesShown): Html {
  return layout(
    'Commands',
    html`<p>
        Write a command on a line of its own, in a comment, a review or the description of a pull request or issue.
        Names may be written in any case; a remark goes after <code> # </code>; the last line wins. Lines in code,
        quotes and HTML comments are not commands.
      </p>
      ${commandTable(shown.commands)}
      <h2>In one repository</h2>
      <p>Its own settings, and those of its organization, may say otherwise.</p>
      ${repositoryForm({ repository: '', branch: '' })}
      <h2>What happens by itself</h2>
      ${ruleTable(shown)}`,
  );
}
