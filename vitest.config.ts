import { configDefaults, defineConfig } from 'vitest/config';

/** Values in, values out: nothing is started, and no file leaves anything behind for the next. */
const PURE = [
  ...['automations', 'commands', 'facts', 'language', 'merge', 'owners', 'pages', 'settings'].map(
    (folder) => `test/${folder}/**/*.test.ts`,
  ),
  'test/pipelines/{results,runs,starting,statuses}.test.ts',
];
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
          ],
        },
      },
      {
        extends: true,
        test: { name: 'pure', include: PURE, exclude: [...configDefaults.exclude, ALONE], isolate: false },
      },
    ],
  },
});
