import { configDefaults, defineConfig } from 'vitest/config';

/** Values in, values out: nothing is started, and no file leaves anything behind for the next. */
const PURE = [
  ...['automations', 'commands', 'facts', 'language', 'merge', 'owners', 'pages', 'settings'].map(
    (folder) => `test/${folder}/**/*.test.ts`,
  ),
  'test/pipelines/{results,runs,starting,statuses}.test.ts',
  'test/{ageing,comment-lines,custom-commands,errors,gate-kept,merge-pauses,ownership,parse,parse-nearest}.test.ts',
  'test/{pool,proposal,pull-state,quota,shape,verdict,waking}.test.ts',
];
/**
 * Tables, or a forge in a box, that each file opens and closes, with nothing kept in a module or in the environment.
 * Not where Octokit asks for tokens: it keeps what it asked for, for all of its process.
 */
const CLOSING = ['test/store/**/*.test.ts', 'test/local/github/!(app|octokit|settings-calls).test.ts'];
/** Reads what was loaded, and so must be the only one to load it. */
const ALONE = 'test/commands/docs.test.ts';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores are what a small hosted runner has; a third worker fills the waits of the others.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: 'started',
          include: ['test/**/*.test.ts'],
          exclude: [
            ...configDefaults.exclude,
            ...PURE.map((folder) => folder.replace('**/*.test.ts', '**/!(docs).test.ts')),
            ...CLOSING,
          ],
        },
      },
      {
        extends: true,
        test: { name: 'pure', include: PURE, exclude: [...configDefaults.exclude, ALONE], isolate: false },
      },
      { extends: true, test: { name: 'closing', include: CLOSING, isolate: false } },
    ],
  },
});
