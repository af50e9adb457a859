/** The checks that run nothing of ours, side by side: each has idle moments, and none needs another. Their words come one after the other. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

const CHECKS = ['typecheck', 'lint', 'format:check'];

async function passes(check: string): Promise<boolean> {
  const running = spawn('npm', ['run', '--silent', check], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    running.on('error', reject);
    running.on('close', resolve);
  });
  const [said, complained, code] = await Promise.all([text(running.stdout), text(running.stderr), ended]);
  process.stdout.write(`${check}: ${code === 0 ? 'passed' : 'FAILED'}\n${said}${complained}`);
  return code === 0;
}

const passed = await Promise.all(CHECKS.map(passes));
if (passed.includes(false)) process.exitCode = 1;
