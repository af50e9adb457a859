/**
 * CODEOWNERS as GitHub reads it: the last line that matches decides
 * (https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners).
 *
 * Its patterns are translated to RE2 rather than given to a gitignore library, because those build backtracking
 * expressions: one such pattern of ours, six times `**` between letters, on a path of 2,000 characters keeps one busy for minutes.
 */
import { normalizeLogin, type Problem } from './parse.ts';
import { compilePattern } from './patterns.ts';
import type { Heirs, Kind } from './resolve.ts';

/** Where GitHub looks, in this order; the first that exists counts. */
export const CODEOWNERS_PATHS: readonly string[] = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];
/** "CODEOWNERS files must be under 3 MB in size"; a larger one GitHub does not load. */
export const MAX_CODEOWNERS_BYTES = 3_000_000;
/** Lines with a pattern; resolving 3,000 files walks all of them. */
const MAX_RULES = 20_000;

export type CodeownersRule = {
  readonly pattern: string;
  /** Counted from 1. */
  readonly line: number;
  /** `login`, `org/team` or an e-mail address, lower-case. None: what matches is owned by nobody. */
  readonly owners: readonly string[];
};

export type CodeownersIndex = {
  readonly is: 'codeowners';
  readonly path: string;
  readonly rules: readonly CodeownersRule[];
  /** Lines that GitHub skips, and we as well. */
  readonly skipped: readonly Problem[];
  /** Set when the file cannot be read as a whole: then nobody it names is known. */
  readonly broken: Problem | undefined;
  /** `org/team` or e-mail address to logins. A name that is missing here stands for nobody. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  /** Who may approve what nobody owns, and everything while the file is broken. */
  readonly otherwise: ReadonlySet<string>;
  /** A change touches more folders than are asked for OWNERS: an approver of the root is needed as well. */
  readonly bounded?: boolean;
};

/** The teams (`org/team`) and e-mail addresses in a file, whose logins `compileCodeowners` wants to be given. */
export function groupsIn(text: string): readonly string[] {
  const { rules } = rulesIn(text);
  return [...new Set(rules.flatMap(({ owners }) => owners.filter((owner) => /[/@]/.test(owner))))].toSorted();
}

export function compileCodeowners(input: {
  readonly path: string;
  readonly text: string;
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly otherwise: ReadonlySet<string>;
}): CodeownersIndex {
  const { path, text, members, otherwise } = input;
  return { is: 'codeowners', path, ...rulesIn(text), members, otherwise };
}

type Content = Pick<CodeownersIndex, 'rules' | 'skipped' | 'broken'>;

function brokenBy(problem: string): Content {
  return { rules: [], skipped: [], broken: { line: 1, column: 1, problem } };
}

function rulesIn(text: string): Content {
  if (text.length >= MAX_CODEOWNERS_BYTES || Buffer.byteLength(text) >= MAX_CODEOWNERS_BYTES) {
    return brokenBy(`The file is not under ${MAX_CODEOWNERS_BYTES} bytes.`);
  }
  const rules: CodeownersRule[] = [];
  const skipped: Problem[] = [];
  for (const [index, content] of text.split('\n').entries()) {
    const words = wordsIn(content);
    const pattern = words[0];
    if (pattern === undefined) continue;
    const line = index + 1;
    const problem = problemWith(pattern, words.slice(1));
    if (problem !== undefined) skipped.push({ line, column: content.indexOf(pattern) + 1, problem });
    else rules.push({ pattern, line, owners: words.slice(1).map(normalizeLogin) });
    if (rules.length > MAX_RULES) return brokenBy(`The file holds more than ${MAX_RULES} patterns.`);
  }
  return { rules, skipped, broken: undefined };
}

/** Blanks separate, a backslash keeps the character after it, a word that begins with # ends the line. */
function wordsIn(line: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === '#' && word === '') return words;
    if (character === ' ' || character === '\t' || character === '\r') {
      if (word !== '') words.push(word);
      word = '';
    } else if (character === '\\' && at + 1 < line.length) {
      word += line.slice(at, at + 2);
      at += 1;
    } else {
      word += character;
    }
  }
  return word === '' ? words : [...words, word];
}

function problemWith(pattern: string, owners: readonly string[]): string | undefined {
  if (pattern.startsWith('!')) return 'CODEOWNERS cannot negate a pattern with "!".';
  if (pattern.startsWith(String.raw`\#`)) return String.raw`CODEOWNERS cannot begin a pattern with "\#".`;
  if (/[[\]]/.test(pattern)) return 'CODEOWNERS has no character ranges in "[ ]" and no sections.';
  const compiled = compilePattern(expressionFor(pattern));
  if (typeof compiled === 'string') return compiled;
  if (!owners.every((owner) => /^@[\w.-]+(\/[\w.-]+)?$/.test(owner) || /^[\w.+-]+@[\w.-]+$/.test(owner))) {
    return 'An owner is "@login", "@org/team" or an e-mail address.';
  }
  return undefined;
}

/** RE2 for a whole path. A pattern that names a folder takes in all below it, except that `x/*` ends with the files in x. */
function expressionFor(pattern: string): string {
  const body = pattern.replace(/^\//, '').replace(/\/$/, '');
  const anywhere = !pattern.startsWith('/') && !body.includes('/');
  const below = pattern.endsWith('/') ? '/.*' : body.endsWith('/*') ? '' : '(?:/.*)?';
  return `(?s)^${anywhere ? '(?:.*/)?' : ''}${translated(body)}${below}$`;
}

function translated(body: string): string {
  const segments = body.split('/');
  return segments
    .map((segment, index) => {
      const last = index === segments.length - 1;
      if (segment === '**') return last ? '.+' : '(?:.*/)?';
      return translatedSegment(segment) + (last ? '' : '/');
    })
    .join('');
}

function translatedSegment(segment: string): string {
  let expression = '';
  for (let at = 0; at < segment.length; at += 1) {
    const character = segment.charAt(at);
    if (character === '*') {
      if (!expression.endsWith('[^/]*')) expression += '[^/]*';
    } else if (character === '?') {
      expression += '[^/]';
    } else if (character === '\\' && at + 1 < segment.length) {
      at += 1;
      expression += quoted(segment.charAt(at));
    } else {
      expression += quoted(character);
    }
  }
  return expression;
}

function quoted(character: string): string {
  return /[\\^$.|?*+()[\]{}]/.test(character) ? `\\${character}` : character;
}

/** The rule that decides about `path`: the last one that matches. */
export type CodeownersResolver = {
  readonly ruleOf: (path: string) => CodeownersRule | undefined;
  readonly heirsOf: (path: string, kind: Kind) => Heirs;
  readonly ofRoot: () => ReadonlySet<string>;
};

type Matcher = { readonly rule: CodeownersRule; readonly matches: (path: string) => boolean };

// Derived from the index alone and dropped with it: a cache, not state.
const resolvers = new WeakMap<CodeownersIndex, CodeownersResolver>();

export function codeownersResolverOf(index: CodeownersIndex): CodeownersResolver {
  const known = resolvers.get(index);
  if (known !== undefined) return known;
  const resolver = newResolver(index);
  resolvers.set(index, resolver);
  return resolver;
}

/** Owners of `path` as written: `login`, `org/team`, address. None where no line matches or the last one names nobody. */
export function codeownersOf(index: CodeownersIndex, path: string): readonly string[] {
  return codeownersResolverOf(index).ruleOf(path)?.owners ?? [];
}

function newResolver(index: CodeownersIndex): CodeownersResolver {
  const matchers = index.rules.map(matcherFor).toReversed();
  const heirs = new Map<CodeownersRule, Heirs>();
  const unowned: Heirs = {
    layers: index.otherwise.size === 0 ? [] : [[...index.otherwise]],
    all: index.otherwise,
    owner: '',
    needed: 1,
    broken: index.broken === undefined ? undefined : { path: index.path, ...index.broken },
  };
  const ruleOf = (path: string): CodeownersRule | undefined => matchers.find(({ matches }) => matches(path))?.rule;
  const loginsOf = (rule: CodeownersRule): readonly string[] => [
    ...new Set(rule.owners.flatMap((owner) => (/[/@]/.test(owner) ? (index.members.get(owner) ?? []) : [owner]))),
  ];
  return {
    ruleOf,
    heirsOf(path) {
      const rule = ruleOf(path);
      if (rule === undefined || rule.owners.length === 0) return unowned;
      const known = heirs.get(rule);
      if (known !== undefined) return known;
      const logins = loginsOf(rule);
      const found: Heirs = {
        layers: [logins],
        all: new Set(logins),
        owner: rule.pattern,
        needed: 1,
        broken: undefined,
      };
      heirs.set(rule, found);
      return found;
    },
    ofRoot() {
      const everything = index.rules.findLast(({ pattern }) => pattern === '*' || pattern === '**');
      return new Set([...index.otherwise, ...(everything === undefined ? [] : loginsOf(everything))]);
    },
  };
}

/** Compiles a pattern when a path first passes its literal beginning; in a file of thousands most never do. */
function matcherFor(rule: CodeownersRule): Matcher {
  const anchored = rule.pattern.replace(/\/$/, '').includes('/');
  const prefix = anchored ? (/^[^*?\\]*/.exec(rule.pattern.replace(/^\//, ''))?.[0].replace(/\/$/, '') ?? '') : '';
  let matches: ((path: string) => boolean) | undefined;
  return {
    rule,
    matches(path) {
      if (!path.startsWith(prefix)) return false;
      if (matches === undefined) {
        const compiled = compilePattern(expressionFor(rule.pattern));
        matches = typeof compiled === 'string' ? () => false : compiled.matches;
      }
      return matches(path);
    },
  };
}
