/** The tree of gates in Markdown: what is missing first, each with its next step; what is green is folded. */
import { leavesOf, missingIn, type Evidence, type Gate, type GateLeaf, type GateRule } from './gate.ts';
import { code, listed } from './text.ts';

/** A comment holds 65,536 characters, and other lines of the same text are answered in it too. */
const MAX_CHARS = 20_000;
const MAX_MISSING = 25;
const MAX_GREEN = 50;
const MAX_NOTES = 10;
const MAX_WAYS = 10;
/** People on whose word one leaf rests. */
const MAX_EVIDENCE = 3;

/** "2 of 9 gates are missing"; "all 9 gates are green". */
export function countInWords(gate: Gate): string {
  const all = leavesOf(gate).length;
  const missing = missingIn(gate).length;
  if (all === 1) return missing === 0 ? 'green' : 'missing';
  if (missing === 0) return `all ${all} gates are green`;
  return `${missing} of ${all} gates ${missing === 1 ? 'is' : 'are'} missing`;
}

/** What goes below the line that says how it stands. */
export function gateInMarkdown(gate: Gate): string {
  const leaves = leavesOf(gate);
  const missing = leaves.filter(({ passed }) => !passed);
  const green = leaves.filter(({ passed }) => passed);
  return [
    bullets(missing.map(leafInWords), MAX_MISSING),
    bullets(notesIn(gate), MAX_NOTES),
    bullets(otherWaysIn(gate), MAX_WAYS),
    folded(`${green.length} of ${leaves.length} ${green.length === 1 ? 'is' : 'are'} green`, green.map(leafInWords)),
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

/** "**not a draft**: It is a draft. The author marks it as ready for review. (built in)" */
export function leafInWords(leaf: GateLeaf): string {
  return `**${leaf.name}**: ${factInWords(leaf)}`;
}

/** Without its name. */
export function factInWords(leaf: GateLeaf): string {
  const { fact, next } = leaf;
  return `${fact}${next === '' ? '' : ` ${next}`} (${sourceInWords(leaf)})`;
}

/** Whose rule it is, and on whose word the fact rests. */
export function sourceInWords({ rule, evidence }: GateLeaf): string {
  return [ruleInWords(rule), ...evidence.slice(0, MAX_EVIDENCE).map(evidenceInWords)].join('; ');
}

/** "`merge.queries`, `.github/bowsprit.yaml` line 3 at `abc1234`" */
export function ruleInWords({ says, file, line, commit }: GateRule): string {
  const place = file === undefined ? '' : `, ${code(file)}${line === undefined ? '' : ` line ${line}`}`;
  return `${says}${place}${commit === undefined ? '' : ` at ${code(commit.slice(0, 7))}`}`;
}

function evidenceInWords({ by, at, delivery }: Evidence): string {
  const [day = '', time = ''] = at.split('T');
  const when = time === '' ? '' : ` on ${day} at ${time.slice(0, 5)}`;
  return `${code(by)}${when}${delivery === undefined ? '' : `, delivery ${code(delivery)}`}`;
}

/** Of all that is needed; what is not the way that counts has notes of its own. */
export function notesIn(gate: Gate): readonly string[] {
  if (gate.is === 'leaf') return [];
  return gate.is === 'any' ? gate.notes : [...gate.notes, ...gate.of.flatMap((each) => notesIn(each))];
}

/** Where one of several would do and none does: what the others lack, by name. */
function otherWaysIn(gate: Gate): readonly string[] {
  if (gate.is === 'leaf' || gate.passed) return [];
  if (gate.is === 'all') return gate.of.flatMap((each) => otherWaysIn(each));
  const shown = new Set(leavesOf(gate));
  return gate.of
    .filter((way) => leavesOf(way).some((each) => !shown.has(each)))
    .map((way) => `Or **${way.name}**, which lacks ${listed(missingIn(way).map(({ name }) => name))}.`);
}

function bullets(lines: readonly string[], most: number): string {
  const kept: string[] = [];
  let left = MAX_CHARS / 2;
  for (const line of lines.slice(0, most)) {
    left -= line.length;
    if (left < 0) break;
    kept.push(`- ${line}`);
  }
  return [...kept, ...(lines.length > kept.length ? [`- and ${lines.length - kept.length} more`] : [])].join('\n');
}

function folded(summary: string, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  return ['<details>', `<summary>${summary}</summary>`, '', bullets(lines, MAX_GREEN), '', '</details>'].join('\n');
}
