/** The program of a sandbox, bundled: many are started in a run, and each would read TypeScript and all of zod first. */
import { join } from 'node:path';
import { build } from 'esbuild';

export type Program = { readonly within: string; readonly sandbox: string };

export async function builtProgram(folder: string): Promise<Program> {
  await build({
    entryPoints: ['within', 'sandbox'].map((name) => join(import.meta.dirname, `${name}.ts`)),
    outdir: folder,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'warning',
    plugins: [
      {
        name: 'one-within',
        setup(building) {
          // Loaded before, and the same one.
          building.onResolve({ filter: /\/within\.ts$/ }, ({ kind }) =>
            kind === 'entry-point' ? undefined : { path: './within.cjs', external: true },
          );
        },
      },
    ],
  });
  return { within: join(folder, 'within.cjs'), sandbox: join(folder, 'sandbox.cjs') };
}
