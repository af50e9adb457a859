/**
 * One folder per function in dist/: `index.cjs`, and beside it one file for each module of ours or of a package that
 * our own code loads by `import()`. CommonJS starts faster than ESM, but esbuild does not split it; so the lazy parts
 * are entries of their own, and `import()` becomes a `require` of the file beside. Source maps rest in dist/maps.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type OutputFile, type Plugin } from 'esbuild';

const ROOT = dirname(import.meta.dirname);

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
  return Promise.all(names.map((name) => buildFunction(name, outdir)));
}

export function functionNames(): readonly string[] {
  return readdirSync(join(ROOT, 'functions'))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .toSorted();
}

async function buildFunction(name: string, outdir: string): Promise<BuiltFunction> {
  const folder = join(outdir, name);
  const maps = join(outdir, 'maps', name);
  for (const each of [folder, maps]) {
    rmSync(each, { recursive: true, force: true });
    mkdirSync(each, { recursive: true });
  }
  const files: BuiltFile[] = [];
  const built = new Set<string>();
  let next = new Map([['index', join(ROOT, 'functions', `${name}.ts`)]]);
  while (next.size > 0) {
    const found = new Map<string, string>();
    // What is lazy is known when the files before it are bundled.
    // oxlint-disable-next-line no-await-in-loop
    for (const { path, contents } of await bundle(next, folder, found)) {
      const file = basename(path);
      writeFileSync(join(file.endsWith('.map') ? maps : folder, file), contents);
      if (!file.endsWith('.map')) files.push({ name: file, bytes: contents.byteLength });
    }
    for (const entry of next.keys()) built.add(entry);
    next = new Map([...found].filter(([entry]) => !built.has(entry)));
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
    plugins: [lazily(found), SCHEMAS_ARE_PURE],
  });
  return outputFiles;
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
        found.set(entry, path.startsWith('.') ? join(resolveDir, path) : path);
        return { path: `./${entry}.cjs`, external: true };
      });
    },
  };
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
