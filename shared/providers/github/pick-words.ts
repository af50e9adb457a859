/** What a cherry-pick is called and says. */
import { code } from '../../language/index.ts';
import type { Commit, PickAction, Source } from './cherry-pick.ts';

export type Signature = { readonly name: string; readonly email: string; readonly date: string };

/** https://docs.github.com/en/rest/pulls/pulls: longer titles are refused. */
const MAX_TITLE_CHARS = 256;
const MAX_NOTE_CHARS = 10_000;
const MAX_FILES_SHOWN = 100;
const MAX_FILES_IN_A_SENTENCE = 20;
/** What a shell is given in one line; a whole text of the forge holds 65,536. */
const MAX_COMMAND_CHARS = 16_000;

/** *compat*: other tools find cherry-picks by it. */
export const branchOf = (number: number, target: string): string => `cherry-pick-${number}-to-${target}`;
/** Where GitHub merges; gone afterwards, and to be known by its name where a worker died for good. */
export const placeholderOf = (number: number, target: string): string => `picking-${number}-to-${target}`;

export function titleOf({ title, base }: Pick<Source, 'title' | 'base'>, target: string): string {
  return `[${target}] ${title.replace(`[${base}] `, () => '')}`.slice(0, MAX_TITLE_CHARS).toWellFormed();
}

/** As `git cherry-pick -x` says it. */
export function messageFor({ message, sha }: Pick<Commit, 'message' | 'sha'>): string {
  const text = message.trimEnd();
  const paragraph = text.split('\n\n').at(-1) ?? '';
  const trailers =
    text.includes('\n\n') && paragraph.split('\n').every((line) => /^[A-Za-z-]+: |^\(cherry picked /.test(line));
  return `${text}\n${trailers ? '' : '\n'}(cherry picked from commit ${sha})\n`;
}

type How =
  | { readonly as: 'one' | 'commits' }
  /** Files that were left as they are. */
  | { readonly as: 'part'; readonly left: readonly string[] };

/** The first line is Prow's, byte for byte: other tools look for it. Nothing in it is a command. */
export function bodyOf(source: Source, action: Pick<PickAction, 'by' | 'target'>, how: How): string {
  const { number, description } = source;
  const note = releaseNoteIn(description);
  return [
    `This is an automated cherry-pick of #${number}`,
    `${code(action.by)} asked for it, onto ${code(action.target)}.${how.as === 'commits' ? '' : asOne(source)}`,
    ...(how.as === 'part' ? [toFinish(source, action.target, how.left)] : []),
    ...(note === undefined ? [] : [`\`\`\`release-note\n${note}\n\`\`\``]),
  ].join('\n\n');
}

function asOne({ isMerge, whole }: Source): string {
  const commit = code(whole.sha.slice(0, 10));
  return isMerge ? ` It is what the merge ${commit} brought in, as one commit.` : '';
}

function toFinish({ whole, number }: Source, target: string, left: readonly string[]): string {
  const shown = left.slice(0, MAX_FILES_SHOWN).map((path) => `- ${code(path)}`);
  const more = left.length > shown.length ? [`- and ${left.length - shown.length} more`] : [];
  const branch = branchOf(number, target);
  return [
    `**It is not whole.** These files are not on ${code(target)} what the change was made to, and were left as they are:`,
    [...shown, ...more].join('\n'),
    'To finish it, in a clone:',
    fenced([
      'git fetch origin',
      `git switch --track ${quoted(`origin/${branch}`)}`,
      ...rest(whole, left),
      '# settle what conflicts, then',
      'git commit --all',
      'git push',
    ]),
    'Then mark it as ready for review, and whoever holds it takes the hold back.',
  ].join('\n\n');
}

/** Where the files are too many for one line, whoever finishes it takes the change anew, from the branch as it was. */
function rest({ parent, sha }: Source['whole'], left: readonly string[]): readonly string[] {
  const line = `git diff --no-renames --binary ${parent} ${sha} -- ${left.map(quoted).join(' ')} | git apply --3way`;
  if (line.length <= MAX_COMMAND_CHARS) return [line];
  return [
    '# too many to be named here: of all files, those that are as they should be stay so',
    `git diff --name-only --no-renames -z ${parent} ${sha} | while IFS= read -r -d '' file; do`,
    `  git diff --no-renames --binary ${parent} ${sha} -- ":(literal)$file" | git apply --3way`,
    'done',
  ];
}

/** The files of a conflict in a sentence. */
export function conflictsIn(left: readonly string[]): string {
  const more = left.length > MAX_FILES_IN_A_SENTENCE ? ` and ${left.length - MAX_FILES_IN_A_SENTENCE} more` : '';
  return `${left.slice(0, MAX_FILES_IN_A_SENTENCE).map(code).join(', ')}${more}`;
}

/** All of it, where nothing could be done. */
export function byHand({ number, whole, commits, isMerge }: Source, target: string): string {
  const branch = branchOf(number, target);
  const picked = commits.length > 1 ? `${whole.parent}..${whole.sha}` : `${isMerge ? '-m 1 ' : ''}${whole.sha}`;
  return fenced([
    'git fetch origin',
    `git switch --no-track -c ${quoted(branch)} ${quoted(`origin/${target}`)}`,
    `git cherry-pick -x ${picked}`,
    `git push origin ${quoted(branch)}`,
  ]);
}

/** No line of it can end the fence: names of files may hold anything. */
function fenced(lines: readonly string[]): string {
  const text = lines.join('\n');
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${text}\n${fence}`;
}

/** One word to a shell, whatever somebody called their branch or file. */
export function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) && !word.startsWith('-') ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

const RELEASE_NOTE = /^[ \t]*```release-note[ \t]*\r?\n([\s\S]*?)^[ \t]*```[ \t]*\r?$/m;

/** The block that says what changes for users; without what could end its fence. */
export function releaseNoteIn(description: string): string | undefined {
  const note = RELEASE_NOTE.exec(description)?.[1]
    ?.replaceAll('```', "'''")
    .trim()
    .slice(0, MAX_NOTE_CHARS)
    .toWellFormed();
  return note === undefined || note === '' ? undefined : note;
}
