import { expect, test } from 'vitest';
import { prowLayerFrom } from '../../../shared/settings/prow/index.ts';

const layer = (files: Readonly<Record<string, string>>): ReturnType<typeof prowLayerFrom> =>
  prowLayerFrom('/etc/prow', (path) => files[path.replace('/etc/prow/', '')]);

test('either file will do', () => {
  expect(layer({ 'plugins.yaml': 'plugins: {acme: {plugins: [hold]}}\n' }).document.value).toMatchObject({
    rules: { only: ['help', 'commands'] },
  });
  expect(layer({ 'config.yaml': 'tide: {queries: [{orgs: [acme]}]}\n' }).document.value).toMatchObject({
    organizations: { acme: { merge: { enabled: true } } },
  });
});

test.each<[name: string, files: Readonly<Record<string, string>>, message: string]>([
  ['neither', {}, 'There is neither a plugins.yaml nor a config.yaml in the folder /etc/prow'],
  [
    'every mistake in both, with its line',
    {
      'plugins.yaml': 'plugins:\n  acme: {plugins: [hold]}\n  acme/x: {plugins: [hold]}\nsize: {s: 5}\n',
      'config.yaml': 'tide:\n  queries:\n  - {repos: [x]}\n',
    },
    [
      "Prow's files cannot be used.",
      '/etc/prow/plugins.yaml:3:22: `hold` is on for `acme/x` and for all of `acme`; name it once.',
      '/etc/prow/plugins.yaml:4:11: `size.s` must be at most `size.m`, which is left out and so 0 to Prow; set all five.',
      '/etc/prow/config.yaml:3:14: `x` must be organization/repository.',
    ].join('\n'),
  ],
  [
    'no YAML',
    { 'plugins.yaml': 'plugins: "a\n' },
    "Prow's files cannot be used.\n/etc/prow/plugins.yaml:2:1: Something is missing here: a closing quote, a closing bracket, a comma or a colon.",
  ],
])('%s', (_, files, message) => {
  expect(() => layer(files)).toThrow(new Error(message));
});

test('from a folder', () => {
  expect(() => prowLayerFrom('/nowhere/at/all')).toThrow(
    'There is neither a plugins.yaml nor a config.yaml in the folder /nowhere/at/all',
  );
});
