/**
 * How long it takes to refuse files that were written to do harm, beside the limits for it. What anybody may propose is
 * judged while others wait; the deployment's file is read once, at a start, and by people who may stop everything anyway.
 */
import { compilePattern, parseOwners } from '../shared/owners/index.ts';
import { settingsFrom, type FileKind } from '../shared/settings/index.ts';
import { HARMLESS_PATTERNS, hostileSettings } from '../test/support/hostile-settings.ts';

export type SettingsRow = {
  readonly name: string;
  readonly bytes: number;
  /** Median of the runs, by the processor's clock: what else runs on the machine does not count. */
  readonly cpuMs: number;
  readonly atMost: number;
  readonly met: boolean;
};

const AT_MOST_MS: Readonly<Record<FileKind, number>> = { repository: 50, organization: 50, deployment: 500 };
const PATTERN_MS = 10;
const RUNS = 5;
const PATH_BYTES = 4_096;

export function benchSettings(): readonly SettingsRow[] {
  const files = (['repository', 'organization', 'deployment'] as const).flatMap((kind) =>
    hostileSettings(kind).map(({ what, text }) =>
      row(`${kind}: ${what}`, text, AT_MOST_MS[kind], () => settingsFrom(text, 'bowsprit.yaml', kind)),
    ),
  );
  const owners = hostileSettings('repository').map(({ what, text }) =>
    row(`OWNERS: ${what}`, text, AT_MOST_MS.repository, () => parseOwners(text)),
  );
  const path = `${'a'.repeat(PATH_BYTES - 1)}!`;
  const patterns = HARMLESS_PATTERNS.map((source) =>
    row(`pattern: ${source} on a path of ${PATH_BYTES} bytes`, path, PATTERN_MS, () => {
      const pattern = compilePattern(source);
      return typeof pattern !== 'string' && pattern.matches(path);
    }),
  );
  return [...files, ...owners, ...patterns];
}

function row(name: string, text: string, atMost: number, run: () => unknown): SettingsRow {
  const took = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  const cpuMs = took.toSorted((one, other) => one - other)[Math.floor(RUNS / 2)] ?? Number.NaN;
  return { name, bytes: Buffer.byteLength(text), cpuMs, atMost, met: cpuMs <= atMost };
}
