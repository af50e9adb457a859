/** Prow's files at the size of kubernetes, read when a process starts, and files that are made to take long. */
import { execFileSync } from 'node:child_process';
import { contentOf, Unreadable } from '../shared/settings/prow/yaml.ts';
import { prowLayerFrom } from '../shared/settings/prow/index.ts';
import { configYaml, pluginsYaml } from '../test/settings/prow/kubernetes.ts';
import { HOSTILE } from '../test/settings/prow/hostile.ts';

export type ProwRow = {
  readonly name: string;
  /** Median of fresh processes. */
  readonly ms: number;
  readonly atMost: { readonly ms: number };
};

const FRESH_PROCESSES = 7;
const KUBERNETES = 'kubernetes';

/** Takes about ten seconds, and needs the machine for itself. */
export function benchProw(): readonly ProwRow[] {
  return [
    { name: "kubernetes' plugins.yaml and config.yaml to settings", ms: cold(KUBERNETES), atMost: { ms: 150 } },
    ...HOSTILE.map(({ name }) => ({ name: `refuse ${name}`, ms: cold(name), atMost: { ms: 50 } })),
  ];
}

/** In a process that has read nothing before: as at start. */
function cold(name: string): number {
  const took = Array.from({ length: FRESH_PROCESSES }, () =>
    Number(execFileSync(process.execPath, [import.meta.filename, name], { encoding: 'utf8' })),
  );
  return took.toSorted((one, other) => one - other)[Math.floor(took.length / 2)] ?? Number.NaN;
}

function timed(run: () => unknown): number {
  const before = performance.now();
  run();
  return performance.now() - before;
}

function refused(text: string): void {
  try {
    contentOf(text);
  } catch (error) {
    if (error instanceof Unreadable) return;
    throw error;
  }
  throw new Error('it was read');
}

if (import.meta.main) {
  const [, , name] = process.argv;
  const files: Readonly<Record<string, string>> = {
    'prow/plugins.yaml': pluginsYaml(),
    'prow/config.yaml': configYaml(),
  };
  const hostile = HOSTILE.find((each) => each.name === name);
  const took =
    hostile === undefined
      ? timed(() => prowLayerFrom('prow', (path) => files[path]))
      : timed(() => refused(hostile.text));
  process.stdout.write(String(took));
}
