/** `npm start`, from the start of its process until it is ready, with Prow's files and without. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = dirname(import.meta.dirname);
const RUNS = 7;
const GOAL_MS = 1_000;
/** As large as what kubernetes runs. */
const ORGANIZATIONS = 5;
const REPOSITORIES = 77;
/** The kernel counts in hundredths of a second: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const TICK_MS = 10;

type Start = { readonly wallMs: number; readonly cpuMs: number | undefined };
export type StartRow = {
  readonly what: string;
  readonly 'best ms': number;
  readonly 'median ms': number;
  /** Of the process that becomes the server, with its threads. */
  readonly 'best CPU ms': number | string;
  readonly goal: string;
  readonly met: boolean;
};

export async function benchStart(): Promise<readonly StartRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bowsprit-start-'));
  try {
    for (const name of ['local', 'functions', 'shared', 'infra', 'node_modules', 'package.json'])
      symlinkSync(join(ROOT, name), join(folder, name));
    const prow = join(folder, 'prow');
    mkdirSync(prow);
    writeFileSync(join(prow, 'plugins.yaml'), pluginsFile());
    writeFileSync(join(prow, 'config.yaml'), configFile());
    const server = [process.execPath, [join(ROOT, 'local/server.ts')]] as const;
    const rows: StartRow[] = [];
    const measured = async (
      what: string,
      [command, given]: readonly [string, readonly string[]],
      environment: Readonly<Record<string, string>>,
    ): Promise<void> => {
      const starts: Start[] = [];
      for (let run = 0; run < RUNS; run += 1) {
        // One after the other: they would disturb each other's figures.
        // oxlint-disable-next-line no-await-in-loop
        starts.push(await started(folder, command, given, environment));
      }
      rows.push(rowOf(what, starts));
    };
    await measured('node local/server.ts, nothing compiled', server, { NODE_DISABLE_COMPILE_CACHE: '1' });
    // Whoever starts first compiles for those who come later.
    await started(folder, ...server, {});
    await measured('node local/server.ts', server, {});
    await measured("node local/server.ts, with Prow's files", server, { BOWSPRIT_PROW_CONFIG: prow });
    await measured("npm start, with Prow's files", ['npm', ['start', '--silent']], { BOWSPRIT_PROW_CONFIG: prow });
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function started(
  folder: string,
  command: string,
  given: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Start> {
  const { PATH, HOME } = process.env;
  const from = performance.now();
  const child = spawn(command, given, { cwd: folder, env: { PATH, HOME, PORT: '0', ...environment } });
  let out = '';
  let said = '';
  let start: Start | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    if (start !== undefined || !/^ready$/m.test(out)) return;
    start = { wallMs: performance.now() - from, cpuMs: cpuOf(child.pid) };
    if (!existsSync(join(folder, '.bowsprit/local.json'))) said += 'ready, and no local.json';
    child.kill('SIGTERM');
  });
  await once(child, 'close');
  if (start === undefined || said !== '') throw new Error(`${command} ${given.join(' ')}: ${said}`);
  return start;
}

/** So far, where the system tells. */
function cpuOf(pid: number | undefined): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return undefined;
  }
}

function rowOf(what: string, starts: readonly Start[]): StartRow {
  const wall = starts.map(({ wallMs }) => wallMs).toSorted((one, other) => one - other);
  const cpu = starts.flatMap(({ cpuMs }) => cpuMs ?? []);
  const best = Math.round(wall[0] ?? 0);
  return {
    what,
    'best ms': best,
    'median ms': Math.round(wall[Math.floor(wall.length / 2)] ?? 0),
    // npm only waits for the server.
    'best CPU ms': cpu.length === 0 || what.startsWith('npm') ? '' : Math.min(...cpu),
    goal: `<= ${GOAL_MS} ms`,
    met: best <= GOAL_MS,
  };
}

const named = (index: number): string => `org-${index % ORGANIZATIONS}/repository-${index}`;

const list = (plugins: readonly string[]): string => plugins.map((each) => `    - ${each}\n`).join('');

function pluginsFile(): string {
  const common = ['assign', 'help', 'hold', 'label', 'lifecycle', 'lgtm', 'size', 'trigger', 'wip'];
  const organizations = Array.from(
    { length: ORGANIZATIONS },
    (_, index) => `  org-${index}:\n    plugins:\n${list(common)}`,
  );
  const repositories = Array.from(
    { length: REPOSITORIES },
    (_, index) => `  ${named(index)}:\n    plugins:\n${list(['approve', 'blunderbuss'])}`,
  );
  const sections = `lgtm:\n- repos:\n  - org-0\n  review_acts_as_lgtm: true\nsize:\n  s: 10\n  m: 30\n  l: 100\n  xl: 500\n  xxl: 1000\n`;
  return `plugins:\n${organizations.join('')}${repositories.join('')}${sections}`;
}

function configFile(): string {
  const jobs = Array.from(
    { length: REPOSITORIES },
    (_, index) => `  ${named(index)}:\n  - name: test-${index}\n    always_run: true\n    context: test\n`,
  );
  return `tide:\n  queries:\n  - orgs:\n    - org-0\n    labels:\n    - lgtm\n    - approved\npresubmits:\n${jobs.join('')}`;
}
