/** Files that are made to take long or much room, and why and in which line each is refused. */

export type Hostile = { readonly name: string; readonly text: string; readonly line: number; readonly problem: string };

const repeated = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('');

/** Ten levels, each ten times the one before. */
const LAUGHS = repeated(10, (level) => {
  const entries = Array.from({ length: 10 }, () => (level === 0 ? 'lol' : `*a${level - 1}`));
  return `a${level}: &a${level} [${entries.join(', ')}]\n`;
});

export const HOSTILE: readonly Hostile[] = [
  {
    name: 'a billion laughs',
    text: LAUGHS,
    line: 6,
    problem: 'With its aliases (*) written out, the file has more than 500000 values.',
  },
  {
    name: '20,000 anchors',
    text: repeated(20_000, (index) => `- &a${index} x\n`),
    line: 501,
    problem: 'The file holds more than 500 anchors (&).',
  },
  {
    name: '100,000 brackets',
    text: `a: b\nc: ${'['.repeat(100_000)}`,
    line: 2,
    problem: 'Brackets are nested more than 16 deep.',
  },
  { name: '100,000 braces', text: '{a: '.repeat(100_000), line: 1, problem: 'Brackets are nested more than 16 deep.' },
  { name: '100,000 dashes', text: '- '.repeat(100_000), line: 1, problem: 'Lists are nested too deeply.' },
  {
    name: 'steps without end',
    text: repeated(1_000, (index) => `${' '.repeat(index)}a:\n`),
    line: 202,
    problem: 'A line is indented by more than 200 columns.',
  },
  {
    name: 'a file of 5 MB',
    text: 'a: b\n'.repeat(1_000_000),
    line: 1,
    problem: 'The file is larger than 4194304 bytes.',
  },
];
