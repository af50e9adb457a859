/** What the functions log while a test file runs: kept to be looked at instead of printed. */
import { afterAll, beforeAll } from 'vitest';

/** `troubles`: without what is only told. */
export function keptLog({ troubles = false } = {}): () => readonly string[] {
  const lines: string[] = [];
  const print = process.stdout.write.bind(process.stdout);
  const keep: typeof process.stdout.write = (chunk: string | Uint8Array): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    if (!text.startsWith('{"level":')) return print(chunk);
    lines.push(text);
    return true;
  };
  beforeAll(() => {
    process.stdout.write = keep;
  });
  afterAll(() => {
    process.stdout.write = print;
  });
  return () => (troubles ? lines.filter((line) => !line.startsWith('{"level":"info"')) : lines);
}
