/** Issues that a description closes when the change is merged: how they are named, and the line that names them. */
import type { IssueName } from './facts.ts';

type Here = { readonly owner: string; readonly repository: string };

const NAME = '[A-Za-z0-9][A-Za-z0-9_.-]{0,99}';
const SHORT = new RegExp(`^(?:(?:(?:(${NAME})/)?(\\.?${NAME}))?#)?(\\d{1,9})$`);
const ADDRESS = new RegExp(
  `^https?://[A-Za-z0-9.-]+(?::\\d+)?/(${NAME})/(\\.?${NAME})/(?:issues|pull)/(\\d{1,9})(?:[/?#].*)?$`,
);

/** `12`, `#12`, `widgets#12`, `acme/widgets#12` or an address; undefined for anything else. */
export function issueNamed(written: string, here: Here): IssueName | undefined {
  const address = ADDRESS.exec(written);
  const short = address ?? SHORT.exec(written);
  if (short === null) return undefined;
  const [, owner = here.owner, repository = here.repository, number = '0'] = short;
  return Number(number) > 0 ? { owner, repository, number: Number(number) } : undefined;
}

/** `#12` in the same repository, `acme/widgets#12` in another. */
export function printedIssue({ owner, repository, number }: IssueName, here: Here): string {
  const own = `${owner}/${repository}`.toLowerCase() === `${here.owner}/${here.repository}`.toLowerCase();
  return own ? `#${number}` : `${owner}/${repository}#${number}`;
}

const LINE = /^fixes(?=[ \t,])/i;

/**
 * The description with these issues on its line `Fixes #1, fixes #2`, and without those. A forge closes the one after each
 * keyword alone, so it is said before each. Lines of prose that begin with the word are left as they are.
 */
export function withLinks(
  description: string,
  { linked = [], unlinked = [] }: { readonly linked?: readonly string[]; readonly unlinked?: readonly string[] },
  here: Here,
): string {
  const lines = description.split('\n');
  const at = lineOfLinks(lines, here);
  const before = at < 0 ? [] : tokensOf(lines[at] ?? '');
  const said = new Map(before.map((each) => [keyOf(each, here), printed(each, here)]));
  for (const each of unlinked) said.delete(keyOf(each, here));
  for (const each of linked) said.set(keyOf(each, here), printed(each, here));
  const after = [...said.values()].toSorted((one, other) => inOrder(one, other, here));
  // Where nothing becomes another, the line stays as people wrote it.
  if (new Set(before.map((each) => keyOf(each, here))).size === after.length && isSame(before, said, here)) {
    return description;
  }
  const line = after.map((each, index) => `${index === 0 ? 'Fixes' : 'fixes'} ${each}`).join(', ');
  const end = (lines[at] ?? '').endsWith('\r') ? '\r' : '';
  if (at >= 0) return [...lines.slice(0, at), ...(line === '' ? [] : [line + end]), ...lines.slice(at + 1)].join('\n');
  if (line === '') return description;
  if (description.trim() === '') return line;
  const gap = /\n\r?\n$/.test(description) ? '' : description.endsWith('\n') ? '\n' : '\n\n';
  return `${description}${gap}${line}`;
}

function isSame(before: readonly string[], said: ReadonlyMap<string, string>, here: Here): boolean {
  return before.every((each) => said.has(keyOf(each, here)));
}

function tokensOf(line: string): readonly string[] {
  return line
    .replace(LINE, '')
    .split(/[\s,]+/)
    .filter((token) => token !== '' && token !== '#' && !/^fixes$/i.test(token));
}

/** Outside of code and of comments, and with nothing but names of issues on it, whatever they are. */
function lineOfLinks(lines: readonly string[], here: Here): number {
  let fence: string | undefined;
  let hidden = false;
  for (const [index, line] of lines.entries()) {
    const [opening] = /^ {0,3}(?:`{3,}|~{3,})/.exec(line) ?? [];
    const mark = opening?.trim().slice(0, 3);
    if (fence !== undefined) {
      if (mark === fence) fence = undefined;
      continue;
    }
    if (!hidden && mark !== undefined) {
      fence = mark;
      continue;
    }
    if (!hidden && LINE.test(line) && tokensOf(line).every((token) => isLink(token, here))) return index;
    const [opens, closes] = [line.lastIndexOf('<!--'), line.lastIndexOf('-->')];
    if (opens >= 0 || closes >= 0) hidden = opens > closes;
  }
  return -1;
}

/** What nobody can name, but was meant to be an issue, can be taken away again. */
function isLink(token: string, here: Here): boolean {
  return issueNamed(token, here) !== undefined || /[#\d]/.test(token);
}

function keyOf(written: string, here: Here): string {
  return printed(written, here).toLowerCase();
}

function printed(written: string, here: Here): string {
  const named = issueNamed(written, here);
  return named === undefined ? written : printedIssue(named, here);
}

/** Those of the same repository first, by their numbers. */
function inOrder(one: string, other: string, here: Here): number {
  const [first, second] = [issueNamed(one, here), issueNamed(other, here)];
  const [own, others] = [one.startsWith('#'), other.startsWith('#')];
  if (own !== others) return own ? -1 : 1;
  if (own && first !== undefined && second !== undefined) return first.number - second.number;
  return one < other ? -1 : 1;
}
