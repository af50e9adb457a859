/** The house style's import table, executed over the source. */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const ROOMS = ['functions', 'infra', 'shared', 'local', 'cli', 'bench', 'test'];

const sources = ROOMS.flatMap((room) => filesBelow(join(ROOT, room))).map((path) => {
  const file = relative(ROOT, path);
  const text = readFileSync(path, 'utf8');
  return { file, text, imports: importsOf(text).map((each) => resolved(file, each)) };
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Specifiers of every `import … from`, `export … from` and `import()`; `import type` is told apart. */
function importsOf(text: string): readonly { readonly from: string; readonly type: boolean }[] {
  const statements = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)';?$/gm);
  const dynamic = text.matchAll(/\bimport\('([^']+)'\)/g);
  return [
    ...[...statements].map(([, type, from = '']) => ({ from, type: type !== undefined })),
    ...[...dynamic].map(([, from = '']) => ({ from, type: false })),
  ];
}

type Import = { readonly from: string; readonly type: boolean };

function resolved(file: string, { from, type }: Import): Import {
  return { from: from.startsWith('.') ? join(dirname(file), from) : from, type };
}

const inside = (file: string, ...places: readonly string[]): boolean =>
  places.some((place) => (place.endsWith('/') ? file.startsWith(place) : file === place));

const isOurs = (from: string): boolean => ROOMS.some((room) => from.startsWith(`${room}/`));

/** [what, where it stands, what may be imported at run time, what may be imported as a type besides] */
const TABLE: readonly (readonly [room: string, may: readonly string[], types: readonly string[]])[] = [
  ['shared/language/', ['shared/language/'], []],
  ['shared/commands/', ['shared/language/index.ts', 'shared/commands/'], []],
  [
    'shared/automations/',
    ['shared/language/index.ts', 'shared/automations/', 'shared/merge/', 'shared/pipelines/job-settings.ts'],
    [],
  ],
  [
    'shared/sweeps/',
    ['shared/language/index.ts', 'shared/sweeps/', 'shared/merge/', 'shared/pipelines/job-settings.ts'],
    [],
  ],
  [
    'shared/merge/',
    ['shared/language/index.ts', 'shared/merge/', 'shared/owners/index.ts', 'shared/pipelines/job-settings.ts'],
    [],
  ],
  ['shared/parse.ts', ['shared/language/', 'shared/commands/index.ts'], ['shared/']],
  ['shared/verdict.ts', ['shared/language/', 'shared/commands/index.ts'], ['shared/']],
  // How a fact is worked out; what it needs of the world it is given.
  [
    'shared/facts/',
    [
      'shared/facts/',
      'shared/language/index.ts',
      'shared/owners/',
      'shared/merge/',
      'shared/pipelines/job-settings.ts',
      'shared/verdict.ts',
      'shared/errors.ts',
      'zod/mini',
    ],
    ['shared/'],
  ],
  // What strangers say: asked through the one guarded way, shown through the language.
  [
    'shared/fun/',
    [
      'shared/fun/',
      'shared/language/index.ts',
      'shared/errors.ts',
      'shared/log.ts',
      'shared/pipelines/guarded-client.ts',
      'shared/pipelines/named-secrets.ts',
      'zod/mini',
    ],
    [],
  ],
  ['shared/pipelines/job-settings.ts', ['shared/language/index.ts', 'shared/owners/index.ts'], []],
  ['shared/comment-lines.ts', [], ['shared/delivery.ts']],
  [
    'shared/owners/',
    ['shared/owners/', 'shared/language/globs.ts', 'node:crypto', 'node:zlib', 'yaml', 're2js', 'zod/mini'],
    [],
  ],
  // Reads files; what it knows of ours it knows from the declarations of the rules.
  [
    'shared/settings/prow/',
    [
      'shared/settings/prow/',
      'shared/settings/declared.ts',
      'shared/language/index.ts',
      'shared/owners/',
      'shared/commands/index.ts',
      'shared/automations/index.ts',
      'shared/sweeps/index.ts',
      'yaml',
      're2js',
      'node:fs',
      'node:path',
    ],
    [],
  ],
  [
    'shared/pages/',
    [
      'shared/pages/',
      'shared/language/',
      'shared/parse.ts',
      'shared/commands/index.ts',
      'shared/errors.ts',
      'hono/html',
      'hono',
    ],
    ['shared/', 'hono/'],
  ],
];

describe('what may import what', () => {
  test.each(TABLE)('%s imports only what it may', (room, may, types) => {
    const wrong = sources
      .filter(({ file }) => inside(file, room))
      .flatMap(({ file, imports }) =>
        imports
          .filter(({ from, type }) => !inside(from, ...may) && !(type && inside(from, ...types)))
          .map(({ from }) => `${file} imports ${from}`),
      );
    expect(wrong).toEqual([]);
  });

  test('a provider imports no other provider, no AWS and no command', () => {
    const wrong = sources.flatMap(({ file, imports }) => {
      const [, own] = /^shared\/providers\/([a-z-]+)\//.exec(file) ?? [];
      if (own === undefined) return [];
      return imports
        .filter(({ from }) => {
          const other = /^shared\/providers\/([a-z-]+)\//.exec(from)?.[1];
          return (
            (other !== undefined && other !== own) ||
            from.startsWith('@aws-sdk/') ||
            from.startsWith('shared/commands/')
          );
        })
        .map(({ from }) => `${file} imports ${from}`);
    });
    expect(wrong).toEqual([]);
  });

  test('AWS is called from clients/, store/, queue.ts, secrets.ts and publish.ts alone', () => {
    const allowed = [
      'shared/clients/',
      'shared/store/',
      'shared/queue.ts',
      'shared/secrets.ts',
      'shared/publish.ts',
      'shared/services.ts',
    ];
    const wrong = sources.filter(
      ({ file, imports }) =>
        file.startsWith('shared/') &&
        !inside(file, ...allowed) &&
        imports.some(({ from }) => from.startsWith('@aws-sdk/')),
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  test('the engine names no SDK', () => {
    const engine = ['shared/carry-out.ts', 'shared/reading.ts', 'shared/ownership.ts'];
    const wrong = sources
      .filter(({ file }) => engine.includes(file))
      .flatMap(({ file, imports }) =>
        imports
          .filter(({ from }) => from.startsWith('@') || /^shared\/providers\/[a-z-]+\//.test(from))
          .map(({ from }) => `${file} imports ${from}`),
      );
    expect(wrong).toEqual([]);
  });

  test('nothing deployed imports cli/, local/, bench/ or test/', () => {
    const wrong = sources
      .filter(({ file }) => /^(?:functions|shared|infra)\//.test(file))
      .flatMap(({ file, imports }) =>
        imports
          .filter(({ from }) => /^(?:cli|local|bench|test)\//.test(from))
          .map(({ from }) => `${file} imports ${from}`),
      );
    expect(wrong).toEqual([]);
  });

  test('functions import shared/ alone, and infra takes only types from config.ts', () => {
    const wrong = sources.flatMap(({ file, imports }) =>
      imports
        .filter(({ from, type }) => {
          if (file.startsWith('functions/')) return isOurs(from) && !from.startsWith('shared/');
          return file.startsWith('infra/') && from === 'shared/config.ts' && !type;
        })
        .map(({ from }) => `${file} imports ${from}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('how the house is kept', () => {
  test('only functions/ read the environment', () => {
    const wrong = sources.filter(
      ({ file, text }) => /^(?:shared|infra)\//.test(file) && /^(?!\s*(?:\*|\/\/|\/\*)).*process\.env\b/m.test(text),
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  test('a function is under 60 lines', () => {
    const long = sources.filter(({ file, text }) => file.startsWith('functions/') && text.split('\n').length > 60);
    expect(long.map(({ file }) => file)).toEqual([]);
  });

  test('files are named in kebab-case, and never for being helpers', () => {
    const wrong = sources.filter(({ file }) => {
      const name = file.slice(file.lastIndexOf('/') + 1).replace(/(?:\.property)?(?:\.test)?\.tsx?$/, '');
      return !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) || /^(?:utils?|helpers?|manager|common|misc)$/.test(name);
    });
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  test('tests mock nothing of ours and wait for no clock', () => {
    const forbidden = /\bvi\.(?:mock|fn|spyOn)\b|\bsetTimeout\b|\.(?:only|skip|todo)\(/;
    const wrong = sources.filter(
      ({ file, text }) => file.startsWith('test/') && file !== 'test/architecture.test.ts' && forbidden.test(text),
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  test('every command and automation has its test', () => {
    const files = new Set(sources.map(({ file }) => file));
    const missing = [...files].filter((file) => {
      const [, room, name] = /^shared\/(commands|automations)\/([a-z-]+)(?:\.ts$|\/)/.exec(file) ?? [];
      return room !== undefined && name !== 'index' && !files.has(`test/${room}/${name}.test.ts`);
    });
    expect(missing).toEqual([]);
  });
});
