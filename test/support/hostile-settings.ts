/** Settings files that would cost a reader its time, memory or stack, or mean something to whoever trusts them. */
import type { FileKind } from '../../shared/settings/index.ts';

export type HostileFile = { readonly what: string; readonly text: string; readonly problem: RegExp };

/** Bytes that a file of the kind may have. */
export const MAX_BYTES: Readonly<Record<FileKind, number>> = {
  repository: 65_536,
  organization: 65_536,
  deployment: 1024 * 1024,
};

/** Each as long as a file of the kind may be, where it repeats itself. */
export function hostileSettings(kind: FileKind): readonly HostileFile[] {
  const most = MAX_BYTES[kind];
  const filled = (piece: string, before = '', after = ''): string =>
    before + piece.repeat(Math.floor((most - before.length - after.length) / piece.length)) + after;
  const counted = (piece: (place: number) => string, before = '', times = Number.MAX_SAFE_INTEGER): string => {
    const pieces = [before];
    for (let [length, place] = [before.length, 0]; place < times; place += 1) {
      const next = piece(place);
      if ((length += next.length) > most) break;
      pieces.push(next);
    }
    return pieces.join('');
  };
  const deeper = (step: string, before = ''): string => counted((place) => `${' '.repeat(place + 2)}${step}\n`, before);

  const files: readonly (readonly [what: string, text: string, problem: RegExp])[] = [
    ['shared references, nine levels of nine', 'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n', /anchors/],
    ['20,000 anchors', '&a '.repeat(20_000), /anchors/],
    ['aliases', filled('- *a\n'), /aliases/],
    ['tags', filled('- !!binary a\n'), /tags/],
    ['a tag that makes a function', 'merge: !!js/function "() => 1"\n', /tags/],
    ['merging keys', 'merge:\n  <<: { enabled: false }\n', /no setting/],
    ['100,000 opening brackets', '['.repeat(Math.min(100_000, most)), /nested too deeply/],
    ['pairs of brackets', filled('[]'), /brackets and commas|too many|larger/],
    ['commas', filled(',', '[', ']'), /brackets and commas|too many/],
    ['braces in braces', filled('{a: '), /nested too deeply/],
    ['lists in lists in one line', filled('- '), /nested too deeply/],
    ['groups in groups, line by line', deeper('a:'), /more than 100 blanks/],
    ['lists in lists, line by line', deeper('-'), /more than 100 blanks/],
    ['who may, in itself', deeper('not:', 'allow:\n lgtm:\n'), /more than 100 blanks/],
    ['quotes', filled('"'), /closing quote/],
    ['line ends', filled('\n'), /too many entries/],
    ['a long list', filled('  - a\n', 'labels:\n  prefixes:\n'), /at most 100|too many entries/],
    ['a long list in brackets', filled('a,', 'labels: { prefixes: [', ']}'), /at most 100|brackets and commas/],
    [
      'a long list of who may',
      filled('    - anyone\n', 'allow:\n  lgtm:\n'),
      /must be who may|too many entries|at most/,
    ],
    ['keys that nobody knows', counted((place) => `k${place}: 1\n`), /no setting|too many entries/],
    [
      'groups of keys that nobody knows',
      counted((place) => `  k${place}: 1\n`, 'merge:\n'),
      /no setting|too many entries/,
    ],
    ['one key again and again', filled('merge: {}\n'), /twice|too many entries|brackets and commas/],
    ['a key of one letter, very long', `${'k'.repeat(most - 10)}: 1\n`, /no setting|single word|YAML|Before the colon/],
    ['a value, very long', filled('v', 'commands: { prefix: ', ' }'), /small letters/],
    ['a number, very long', filled('9', 'size: { s: ', ' }'), /whole number|at most/],
    ['what JavaScript gives every object', '__proto__: { enabled: true }\n', /no setting/],
    ['the same, one level deeper', 'merge: { constructor: { prototype: { x: 1 } } }\n', /no setting/],
    ['a pattern that multiplies', `owners: { denied: ["${'(a{1000}|b{1000})'.repeat(8)}"] }`, /repetitions|too large/],
    ['a pattern that looks around', 'owners: { denied: ["^(?=.*a)(?=.*b).*$"] }', /RE2/],
    ['a long pattern', `owners: { denied: ["${'a'.repeat(10_000)}"] }`, /longer than/],
    [
      'many large patterns',
      counted((place) => `    - "x{900}${place}"\n`, 'owners:\n  denied:\n', 100),
      /too large together/,
    ],
    [
      'many patterns of which each is refused',
      counted((place) => `    - "(a{1,100}){1,9}${place}"\n`, 'owners:\n  denied:\n', 100),
      /is too large/,
    ],
    ['one byte more than a file may have', `#${'x'.repeat(most)}`, /larger than/],
    ['fewer characters than bytes', `#${'ä'.repeat(most / 2)}`, /larger than/],
    ['two documents', 'merge: {}\n---\nmerge: { enabled: false }\n', /Only one/],
    ['a directive', '%YAML 1.1\n---\nmerge: { enabled: no }\n', /directives/],
    ['a path for a family of labels', 'labels: { prefixes: ["../../etc"] }', /must be/],
    ['an option for a prefix', 'commands: { prefix: "--exec=" }', /must be/],
    ['a NUL in the name of a check', String.raw`merge: { required_checks: [{ name: "a\0b" }] }`, /must be/],
    ['10 kB for the name of a label', `merge: { queries: [{ labels: ["${'a'.repeat(10_000)}"] }] }`, /must be/],
    ['a line break in a login', String.raw`merge: { queries: [{ author: "a\nb" }] }`, /must be/],
    ['a path for a team', 'allow: { lgtm: { team: "../secret" } }', /must be a team/],
    ['an address of metadata for a prefix', 'commands: { prefix: "http://169.254.169.254/" }', /must be/],
    ['an address to call', 'webhook: { url: "http://[::1]/" }', /no setting/],
  ];
  const ofPlaces: readonly (readonly [what: string, text: string, problem: RegExp])[] =
    kind === 'repository'
      ? []
      : [
          ['a path for a repository', 'repositories: { "../../etc": {} }', /is not/],
          ['JavaScript for a repository', 'repositories: { __proto__: {} }', /no setting/],
          [
            'more repositories than there may be',
            counted((place) => `  ${kind === 'deployment' ? 'a/' : ''}r${place}: {}\n`, 'repositories:\n', 5_001),
            /at most 5000|too many entries|brackets and commas/,
          ],
          [
            'patterns in every repository',
            counted(
              (place) =>
                `  ${kind === 'deployment' ? 'a/' : ''}r${place}:\n    owners:\n      denied:\n        - "(a+)+${place}$"\n        - "b"\n`,
              'repositories:\n',
              1_500,
            ),
            /too many entries|too large together/,
          ],
          [
            'a mistake in every repository',
            counted(
              (place) => `  ${kind === 'deployment' ? 'a/' : ''}r${place}:\n    merge:\n      metod: squash\n`,
              'repositories:\n',
              1_500,
            ),
            /no setting|too many entries/,
          ],
          [
            'rules that nobody knows in every repository',
            counted(
              (place) =>
                `  ${kind === 'deployment' ? 'a/' : ''}r${place}:\n    rules:\n      only:\n        - lgtm${place}\n        - holdd\n`,
              'repositories:\n',
              190,
            ),
            /no command or other rule/,
          ],
          [
            'a prefix in every repository',
            counted(
              (place) => `  ${kind === 'deployment' ? 'a/' : ''}r${place}:\n    commands:\n      prefix: re\n`,
              'repositories:\n',
              330,
            ),
            /names of commands begin/,
          ],
          ['locks that nobody knows', filled('  - x\n', 'locked:\n'), /at most 200|too many entries/],
        ];
  return [...files, ...ofPlaces].map(([what, text, problem]) => ({ what, text, problem }));
}

/** These stop an engine that backtracks for seconds, and ours not at all. */
export const HARMLESS_PATTERNS: readonly string[] = ['(a+)+$', '.*.*.*=.*', String.raw`^(([a-z])+.)+[A-Z]([a-z])+$`];
