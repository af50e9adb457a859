#!/usr/bin/env node
/** `npx bowsprit <verb>` */
import { once } from 'node:events';
import { logTo } from '../shared/log.ts';
import { run } from './run.ts';

// Whoever reads only the beginning (`| head`) has read what they wanted.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// What is asked for goes to stdout, and nothing else.
logTo((line, level) => {
  if (level !== 'info') process.stderr.write(line);
});

process.exitCode = await run(process.argv.slice(2), {
  environment: process.env,
  folder: process.cwd(),
  now: () => new Date(),
  columns: process.stdout.isTTY ? process.stdout.columns : undefined,
  async print(text) {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  },
  warn(text) {
    process.stderr.write(text);
  },
});
