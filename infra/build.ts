/**
 * One folder per function in dist/: `index.cjs`, and beside it one file for each module that is loaded by `import()` or that few
 * deliveries need, and for what several of these share. Nothing is in two of them: what `index.cjs` holds, the others take
 * from there. CommonJS starts faster than ESM, but esbuild splits nothing else; so it is split as ESM, and what is loaded at once
 * is put together again as CommonJS. Source maps rest in dist/maps.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type BuildOptions, type Metafile, type OnResolveArgs, type OutputFile, type Plugin } from 'esbuild';

const ROOT = dirname(import.meta.dirname);

/** Imported as anything else, and loaded when something of it is first used: most deliveries never do. */
const SELDOM_USED: ReadonlyMap<string, string> = new Map([
  // Patterns that are more than text, and YAML that is more than lists of words.
  ['re2js', 're2js'],
  ['yaml', 'yaml'],
  // Where the deployment has files of Prow.
  ['prow', join(ROOT, 'shared/settings/prow/index.ts')],
]);

export type BuiltFile = { readonly name: string; readonly bytes: number };
export type BuiltFunction = {
  readonly name: string;
  readonly folder: string;
  /** What is loaded before anything is asked for. */
  readonly entry: BuiltFile;
  /** What is loaded when it is first needed. */
  readonly lazy: readonly BuiltFile[];
};

/** All of functions/, or the functions named. */
export async function buildFunctions(
  names: readonly string[] = functionNames(),
  outdir = join(ROOT, 'dist'),
): Promise<readonly BuiltFunction[]> {
  return Promise.all(names.map((name) => buildFunction(name, join(ROOT, 'functions', `${name}.ts`), outdir)));
}

export function functionNames(): readonly string[] {
  return readdirSync(join(ROOT, 'functions'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .toSorted();
}

/** @param start the file that is loaded first */
export async function buildFunction(name: string, start: string, outdir: string): Promise<BuiltFunction> {
  const folder = join(outdir, name);
  const maps = join(outdir, 'maps', name);
  for (const each of [folder, maps]) {
    rmSync(each, { recursive: true, force: true });
    mkdirSync(each, { recursive: true });
  }
  const files: BuiltFile[] = [];
  for (const { path, contents } of await joined(await split(start, folder), folder)) {
    const file = basename(path);
    writeFileSync(join(file.endsWith('.map') ? maps : folder, file), contents);
    if (!file.endsWith('.map')) files.push({ name: file, bytes: contents.byteLength });
  }
  const [entry, ...lazy] = files.toSorted((one, other) => Number(other.name === INDEX) - Number(one.name === INDEX));
  if (entry === undefined) throw new Error(`nothing was built of ${name}`);
  return { name, folder, entry, lazy };
}

const INDEX = 'index.cjs';

const COMMON = {
  bundle: true,
  write: false,
  outExtension: { '.js': '.cjs' },
  platform: 'node',
  target: 'node24',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions;

type Part = {
  readonly text: string;
  readonly exports: readonly string[];
  /** Other parts that are loaded before it. */
  readonly needs: readonly string[];
};
/** By the name of the file that it would be. */
type Parts = ReadonlyMap<string, Part>;

/** In parts as ESM: what is loaded at once or later, and what these have in common. */
async function split(entry: string, folder: string): Promise<Parts> {
  const { outputFiles, metafile } = await build({
    ...COMMON,
    entryPoints: { index: entry, ...Object.fromEntries((await seldomUsedBy(entry)).map((name) => [name, name])) },
    outdir: folder,
    chunkNames: '[name]-[hash]',
    format: 'esm',
    splitting: true,
    metafile: true,
    // The default prefers CommonJS, which cannot be shaken: 148 KB more of the SDK in every bundle.
    mainFields: ['module', 'main'],
    // A thread loads the same file once more.
    define: { 'import.meta.filename': '__filename' },
    sourcemap: 'inline',
    plugins: [SELDOM, CREDENTIALS_IN_ENVIRONMENT, NOBODY_SIGNS_IN, SCHEMAS_ARE_PURE, ASKED_WHERE_IT_STANDS],
  });
  return partsOf(metafile, new Map(outputFiles.map(({ path, text }) => [basename(path), text])));
}

function partsOf({ outputs }: Metafile, texts: ReadonlyMap<string, string>): Parts {
  return new Map(
    Object.entries(outputs).map(([path, { exports, imports }]) => {
      const name = basename(path);
      const needs = imports.flatMap((each) => {
        const needed = basename(each.path);
        return each.kind === 'import-statement' && texts.has(needed) ? [needed] : [];
      });
      return [name, { text: texts.get(name) ?? '', exports, needs }];
    }),
  );
}

/** As CommonJS: whatever the index loads at once is in one file with it, as a file more costs more than it is worth. */
async function joined(parts: Parts, folder: string): Promise<readonly OutputFile[]> {
  const first = new Set([INDEX]);
  // What is added while the set is walked is walked as well.
  for (const name of first) for (const needed of parts.get(name)?.needs ?? []) first.add(needed);
  const others = [...parts.keys()].filter((name) => !first.has(name));
  const built = await Promise.all(
    [[INDEX], others].map((names) =>
      build({
        ...COMMON,
        entryPoints: Object.fromEntries(names.map((name) => [basename(name, '.cjs'), name])),
        outdir: folder,
        format: 'cjs',
        supported: { 'dynamic-import': false },
        sourcemap: 'external',
        plugins: [joining(parts, first)],
      }),
    ),
  );
  return built.flatMap(({ outputFiles }) => outputFiles);
}

/** What the index took in is not beside it any more: the others find it among what the index exports. */
function joining(parts: Parts, first: ReadonlySet<string>): Plugin {
  const [whole, moved] = ['part', 'moved-part'];
  const within = [...first].filter((name) => name !== INDEX);
  /** Each name that the part exports, and what the index calls it, where two parts may use the same name. */
  const renamed = (name: string): readonly (readonly [string, string])[] =>
    (parts.get(name)?.exports ?? []).map((each) => [each, `part${within.indexOf(name)}_${each}`]);
  const listed = (name: string): string =>
    renamed(name)
      .map(([own, given]) => `${own} as ${given}`)
      .join(', ');
  const found = (name: string): string =>
    renamed(name)
      .map(([own, given]) => `${given} as ${own}`)
      .join(', ');
  return {
    name: 'joining',
    setup(building) {
      building.onResolve({ filter: /.*/ }, ({ kind, path, importer, namespace }) => {
        const name = basename(path);
        if (kind === 'entry-point') return { path: name, namespace: whole };
        if (kind !== 'import-statement' || namespace === moved || !parts.has(name)) return { path, external: true };
        if (!first.has(name)) return { path, external: true };
        return { path: name, namespace: first.has(importer) ? whole : moved };
      });
      building.onLoad({ filter: /.*/, namespace: whole }, ({ path: name }) => {
        const exported = name === INDEX ? within.map((each) => `export { ${listed(each)} } from './${each}';`) : [];
        return { contents: [parts.get(name)?.text, ...exported].join('\n') };
      });
      building.onLoad({ filter: /.*/, namespace: moved }, ({ path: name }) => ({
        contents: `export { ${found(name)} } from './${INDEX}';`,
      }));
    },
  };
}

/** What is imported by name stands for itself until the name is first used: nothing of it may be used while modules load. */
const SELDOM: Plugin = {
  name: 'seldom',
  setup(building) {
    const [instead, whole] = ['seldom', 'seldom-whole'];
    building.onResolve({ filter: /.*/ }, ({ kind, path, importer, resolveDir, namespace }) => {
      if (namespace === instead) return { path, external: true };
      if (kind === 'entry-point') return SELDOM_USED.has(path) ? { path, namespace: whole } : undefined;
      if (namespace === whole) return undefined;
      const name = seldomNamed({ kind, path, importer, resolveDir });
      return name === undefined ? undefined : { path: name, namespace: instead };
    });
    building.onLoad({ filter: /.*/, namespace: instead }, async ({ path: name }) => {
      const getters = (await namesIn(name)).map((each) => `get ${each}() { return load().${each}; }`);
      const load = `const load = () => (loaded ??= require('./${name}.cjs'))`;
      return { contents: `let loaded; ${load}; module.exports = { ${getters.join(', ')} };` };
    });
    // By name, as a part that is CommonJS would export nothing but a default.
    building.onLoad({ filter: /.*/, namespace: whole }, async ({ path: name }) => ({
      contents: `export { ${(await namesIn(name)).join(', ')} } from ${JSON.stringify(SELDOM_USED.get(name))};`,
      resolveDir: ROOT,
    }));
  },
};

async function namesIn(name: string): Promise<readonly string[]> {
  const exported: object = await import(SELDOM_USED.get(name) ?? name);
  return Object.keys(exported).filter((each) => /^\w+$/.test(each) && each !== 'default');
}

type Asked = Pick<OnResolveArgs, 'kind' | 'path' | 'importer' | 'resolveDir'>;

function seldomNamed({ kind, path, importer, resolveDir }: Asked): string | undefined {
  if (kind !== 'import-statement' || importer.includes('node_modules')) return undefined;
  const whole = path.startsWith('.') ? join(resolveDir, path) : path;
  return [...SELDOM_USED].find(([, each]) => each === whole)?.[0];
}

/** Which of them the function uses at all. */
async function seldomUsedBy(entry: string): Promise<readonly string[]> {
  const found = new Set<string>();
  const noting: Plugin = {
    name: 'noting',
    setup(building) {
      building.onResolve({ filter: /.*/ }, (asked) => {
        const name = seldomNamed(asked);
        if (name !== undefined) found.add(name);
        return undefined;
      });
    },
  };
  await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
    plugins: [noting],
  });
  return [...found];
}

/**
 * A function's credentials are in its environment, so the SDK's search for others is left out: files, single sign-on, other roles,
 * instance metadata. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
const CREDENTIALS_IN_ENVIRONMENT: Plugin = {
  name: 'credentials-in-environment',
  setup(building) {
    const namespace = 'credentials';
    building.onResolve(
      { filter: /^@aws-sdk\/credential-provider-node$/ },
      async ({ path, resolveDir, kind, pluginData }) => {
        if (pluginData === namespace) return undefined;
        const search = await building.resolve(path, { resolveDir, kind, pluginData: namespace });
        return { path, namespace, pluginData: dirname(search.path) };
      },
    );
    building.onLoad({ filter: /.*/, namespace }, ({ pluginData }) => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
      resolveDir: String(pluginData),
    }));
  },
};

/** An App authenticates as itself or as one of its installations: of a person who signs in, Octokit's `auth-app` is never asked. */
const NOBODY_SIGNS_IN: Plugin = {
  name: 'nobody-signs-in',
  setup(building) {
    const namespace = 'nobody-signs-in';
    building.onResolve({ filter: /^@octokit\/auth-oauth-(?:app|user)$/ }, ({ path }) => ({ path, namespace }));
    building.onLoad({ filter: /.*/, namespace }, () => ({
      contents: `
        const nobody = () => () => { throw new Error('nobody signs in to this App'); };
        export { nobody as createOAuthAppAuth, nobody as createOAuthUserAuth };
        export const requiresBasicAuth = () => false;`,
    }));
  },
};

/**
 * Modules of the SDK ask for each other by lists of all that a folder exports. What one file of a function takes from a list
 * esbuild would give to all files that take something from it: so each name is asked for where it stands, and S3's XML is S3's alone.
 */
const ASKED_WHERE_IT_STANDS: Plugin = {
  name: 'asked-where-it-stands',
  setup(building) {
    const lists = new Map<string, Promise<ReadonlyMap<string, string>>>();

    async function readList(list: string): Promise<ReadonlyMap<string, string>> {
      const places = await Promise.all(
        namedFrom('export', readFileSync(list, 'utf8')).map(async ({ names, from }) => {
          const found = await placesOf(from, dirname(list));
          return names.map((name) => [name, found.get(name) ?? found.get('')] as const);
        }),
      );
      return new Map(places.flat().flatMap(([name, place]) => (place === undefined ? [] : [[name, place] as const])));
    }

    /** Of each name in it; of any other the module itself is the place. */
    async function placesOf(from: string, resolveDir: string): Promise<ReadonlyMap<string, string>> {
      const { path, namespace } = await building.resolve(from, { resolveDir, kind: 'import-statement' });
      if (namespace !== 'file') return new Map();
      if (from.startsWith('.')) return new Map([['', path]]);
      const list = lists.get(path) ?? readList(path);
      lists.set(path, list);
      return new Map([['', path], ...(await list)]);
    }

    building.onLoad({ filter: /[/\\]node_modules[/\\]@(?:aws-sdk|smithy)[/\\].*\.js$/ }, async ({ path }) => {
      let contents = readFileSync(path, 'utf8');
      for (const { statement, names, from } of namedFrom('import', contents)) {
        if (from.startsWith('.')) continue;
        // oxlint-disable-next-line no-await-in-loop
        const places = await placesOf(from, dirname(path));
        const each = names.map((name) => {
          const place = places.get(name.replace(/ as .*/, '')) ?? from;
          return `import { ${name} } from ${JSON.stringify(place)};`;
        });
        contents = contents.replace(statement, () => each.join(''));
      }
      return { contents, loader: 'js' };
    });
  },
};

type Named = { readonly statement: string; readonly names: readonly string[]; readonly from: string };

/** `import { one, other as another } from "@smithy/core/serde";` */
function namedFrom(kind: 'import' | 'export', source: string): readonly Named[] {
  const statements = source.matchAll(
    new RegExp(`^${kind} \\{([^}]*)\\} from "(\\.[^"]*|@(?:aws-sdk|smithy)/[^"]*)";$`, 'gm'),
  );
  return [...statements].map(([statement, list = '', from = '']) => ({
    statement,
    names: list
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    from,
  }));
}

/** Building a schema has no effect, which esbuild cannot see: without the marks a bundle holds those it never uses. */
const SCHEMAS_ARE_PURE: Plugin = {
  name: 'schemas-are-pure',
  setup(building) {
    building.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      if (!source.includes("'zod/mini'")) return undefined;
      return { contents: source.replaceAll(/\bz\.\w+\(/g, '/* @__PURE__ */ $&'), loader: 'ts' };
    });
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { name, entry, lazy } of await buildFunctions()) {
    const sizes = [entry, ...lazy].map(({ name: file, bytes }) => `${file} ${(bytes / 1_024).toFixed(1)} KiB`);
    process.stdout.write(`dist/${name}: ${sizes.join(', ')}\n`);
  }
}
