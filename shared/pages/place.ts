/** Where something is written, as the pages show it. */
import { html } from 'hono/html';
import type { LayerName, Origin } from '../settings/index.ts';
import type { Html } from './layout.ts';

/** With its address, where one can be made without guessing. */
export type Place = Origin & { readonly url: string | undefined };

const LAYERS: Readonly<Record<LayerName, string>> = {
  prow: "Prow's files",
  deployment: 'the deployment',
  organization: 'the organization',
  repository: 'the repository',
};

/** "the organization, `bowsprit.yaml` line 3 at `abc1234`" */
export function inPlace({ layer, file, line, commit, url }: Place): Html {
  const at = commit === '' ? '' : html` at <code>${commit.slice(0, 7)}</code>`;
  return html`${LAYERS[layer]}, ${linked(html`<code>${file}</code> line ${line}`, url)}${at}`;
}

export function linked(what: Html, url: string | undefined): Html {
  return url === undefined ? what : html`<a href="${url}">${what}</a>`;
}
