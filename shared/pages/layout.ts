/** The frame of every page. Nothing is loaded from elsewhere and no script runs. */
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** Sent with every page: what a user wrote is escaped, and even if it were not it could do nothing. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8dee4, #30363d); --soft: light-dark(#f6f8fa, #161b22); --ink: light-dark(#1f2328, #e6edf3); --dim: light-dark(#59636e, #9198a1); --good: light-dark(#1a7f37, #3fb950); --bad: light-dark(#b35900, #e3b341); --fault: light-dark(#cf222e, #f85149); --link: light-dark(#0969da, #58a6ff); }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: light-dark(#fff, #0d1117); }
header { border-bottom: 1px solid var(--line); background: var(--soft); }
header div, main { max-width: 72rem; margin: 0 auto; padding: 1rem 1.25rem; }
header div { display: flex; flex-wrap: wrap; gap: 1.25rem; align-items: baseline; }
header strong { font-size: 1.125rem; }
a { color: var(--link); }
h1 { font-size: 1.5rem; margin: .5rem 0 1rem; overflow-wrap: anywhere; } h2 { font-size: 1.125rem; margin: 2rem 0 .5rem; }
p, dd { max-width: 46rem; } li { overflow-wrap: anywhere; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem; border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 600; white-space: nowrap; }
code, pre { font: .875em ui-monospace, monospace; background: var(--soft); border-radius: .25rem; overflow-wrap: anywhere; }
code { padding: .1em .3em; } td code { white-space: pre-wrap; } td.lines code { white-space: nowrap; }
time { white-space: nowrap; color: var(--dim); }
.outcome { font-weight: 600; } .done { color: var(--good); } .refused { color: var(--bad); } .failed { color: var(--fault); }
.dim { color: var(--dim); }
form { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 0 0 1.25rem; }
label { display: grid; gap: .25rem; font-size: .875rem; color: var(--dim); }
input, select, button { font: inherit; color: var(--ink); background: light-dark(#fff, #0d1117); border: 1px solid var(--line); border-radius: .375rem; padding: .375rem .625rem; min-width: 0; }
button { background: var(--soft); font-weight: 600; cursor: pointer; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
ol.chain { list-style: none; margin: 0; padding: 0; } ol.chain > li { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: 0 0 .75rem; }
ol.chain ul { margin: .5rem 0 0; padding-left: 1.25rem; }
.note { border-left: .25rem solid var(--good); background: var(--soft); padding: .625rem .875rem; margin: 0 0 1.25rem; } .note.broken { border-color: var(--fault); }
`;

/** Text in which backticks mark what is shown as code, as in the bot's replies. */
export function rich(text: string): Html {
  const parts = text.split('`');
  // An odd number of marks is no markup.
  if (parts.length % 2 === 0) return html`${text}`;
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

export function layout(title: string, content: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Bowsprit</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <div>
            <strong>Bowsprit</strong> <a href="/">Commands</a> <a href="/settings">Settings</a>
            <a href="/audit">Audit trail</a>
          </div>
        </header>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`;
}
