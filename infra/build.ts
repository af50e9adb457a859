/**
 * One folder per function in dist/: `index.cjs`, and beside it one file for each module of ours or of a package that
 * our own code loads by `import()`, or that few deliveries need. CommonJS starts faster than ESM, but esbuild does not split
 * it; so the lazy parts are entries of their own, and loading one becomes a `require` of the file beside. Source maps rest
 * in dist/maps.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type OutputFile, type Plugin } from 'esbuild';

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
  const all = new Map([['index', start]]);
  let next = new Map(all);
  while (next.size > 0) {
    const found = new Map(all);
    // What is lazy is known when the files before it are bundled.
    // oxlint-disable-next-line no-await-in-loop
    for (const { path, contents } of await bundle(next, folder, found)) {
      const file = basename(path);
      writeFileSync(join(file.endsWith('.map') ? maps : folder, file), contents);
      if (!file.endsWith('.map')) files.push({ name: file, bytes: contents.byteLength });
    }
    next = new Map([...found].filter(([entry]) => !all.has(entry)));
    for (const [entry, path] of next) all.set(entry, path);
  }
  const [entry, ...lazy] = files.toSorted(
    (one, other) => Number(other.name === 'index.cjs') - Number(one.name === 'index.cjs'),
  );
  if (entry === undefined) throw new Error(`nothing was built of ${name}`);
  return { name, folder, entry, lazy };
}

/** Notes in `found` what is to be bundled as well, by the name of the file that it becomes. */
async function bundle(
  entries: ReadonlyMap<string, string>,
  folder: string,
  found: Map<string, string>,
): Promise<readonly OutputFile[]> {
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(entries),
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // The default prefers CommonJS, which cannot be shaken: 148 KB more of the SDK in every bundle.
    mainFields: ['module', 'main'],
    supported: { 'dynamic-import': false },
    // A thread loads the same file once more.
    define: { 'import.meta.filename': '__filename' },
    minify: true,
    legalComments: 'none',
    sourcemap: 'external',
    logLevel: 'warning',
    plugins: [lazily(found), seldom(found), CREDENTIALS_IN_ENVIRONMENT, SCHEMAS_ARE_PURE],
  });
  return outputFiles;
}

/** Each is a file of its own name beside `index.cjs`: of two with one name the second would take the place of the first. */
function noted(found: Map<string, string>, entry: string, path: string): void {
  const other = found.get(entry) ?? path;
  if (other !== path) {
    throw new Error(`two modules would both become ${entry}.cjs: ${other} and ${path}; give one of them another name`);
  }
  found.set(entry, path);
}

function lazily(found: Map<string, string>): Plugin {
  return {
    name: 'lazily',
    setup(building) {
      building.onResolve({ filter: /.*/ }, ({ kind, path, importer, resolveDir }) => {
        // A package's own lazy parts stay with it.
        if (kind !== 'dynamic-import' || importer.includes('node_modules') || path.startsWith('node:'))
          return undefined;
        const entry = basename(path, '.ts');
        noted(found, entry, path.startsWith('.') ? join(resolveDir, path) : path);
        return { path: `./${entry}.cjs`, external: true };
      });
    },
  };
}

/** What is imported by name stands for itself until the name is first used: nothing of it may be used while modules load. */
function seldom(found: Map<string, string>): Plugin {
  const namespace = 'seldom';
  return {
    name: namespace,
    setup(building) {
      building.onResolve({ filter: /.*/ }, ({ kind, path, importer, resolveDir, namespace: from }) => {
        if (from === namespace) return { path, external: true };
        const name =
          kind === 'import-statement' && !importer.includes('node_modules') ? seldomNamed(path, resolveDir) : undefined;
        if (name === undefined) return undefined;
        noted(found, name, SELDOM_USED.get(name) ?? path);
        return { path: name, namespace };
      });
      building.onLoad({ filter: /.*/, namespace }, async ({ path: name }) => {
        const exported: object = await import(SELDOM_USED.get(name) ?? name);
        const getters = Object.keys(exported)
          .filter((each) => /^\w+$/.test(each))
          .map((each) => `get ${each}() { return load().${each}; }`);
        return {
          contents: `let loaded; const load = () => (loaded ??= require('./${name}.cjs')); module.exports = { ${getters.join(', ')} };`,
          loader: 'js',
        };
      });
    },
  };
}

function seldomNamed(path: string, resolveDir: string): string | undefined {
  const whole = path.startsWith('.') ? join(resolveDir, path) : path;
  return [...SELDOM_USED].find(([, each]) => each === whole)?.[0];
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
