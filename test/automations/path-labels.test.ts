import { expect, test } from 'vitest';
import { pathLabels } from '../../shared/automations/path-labels.ts';
import { addLabel, addLabels, removeLabel, type Action } from '../../shared/language/index.ts';
import { decided, settingsOf } from '../support/given.ts';

type Rules = NonNullable<Parameters<typeof settingsOf<'pathLabels'>>[1]['rules']>;

const DOCS: Rules[number] = { label: 'area/docs', paths: ['docs/', '**/*.md'] };
const API: Rules[number] = { label: 'area/api', paths: ['api/**'], except: ['api/**/*_test.go'], removed: true };
const file = (path: string, previousPath?: string) => ({
  path,
  additions: 1,
  deletions: 0,
  ...(previousPath === undefined ? {} : { previousPath }),
});

test.each<
  [
    what: string,
    rules: Rules,
    files: readonly ReturnType<typeof file>[],
    on: readonly string[],
    actions: readonly Action[],
  ]
>([
  ['a folder', [DOCS], [file('docs/a.txt')], [], [addLabel('area/docs')]],
  ['a pattern', [DOCS], [file('src/README.md')], [], [addLabel('area/docs')]],
  ['neither', [DOCS], [file('src/a.ts')], [], []],
  ['on already, spelled otherwise', [DOCS], [file('docs/a')], ['Area/Docs'], []],
  ['two at once', [DOCS, API], [file('docs/a'), file('api/x.go')], [], [addLabels(['area/docs', 'area/api'])]],
  ['what is left out', [API], [file('api/v1/x_test.go')], [], []],
  ['where a file was before', [API], [file('old/x.go', 'api/x.go')], [], [addLabel('area/api')]],
  ['no longer touched, and to be taken off', [API], [file('src/a.ts')], ['area/api'], [removeLabel('area/api')]],
  ['no longer touched, and to stay', [DOCS], [file('src/a.ts')], ['area/docs'], []],
  [
    'one of two rules for a label still holds',
    [API, { label: 'area/api', paths: ['src/'] }],
    [file('src/a.ts')],
    ['area/api'],
    [],
  ],
  ['no rules', [], [file('docs/a')], [], []],
])('%s', (_, rules, files, on, actions) => {
  const facts = {
    changedFiles: { files, complete: true },
    labels: new Set(on),
    settings: settingsOf('pathLabels', { rules }),
  };
  expect(decided(pathLabels, facts)).toEqual(actions);
});

test('a list that is not whole takes nothing off', () => {
  const facts = {
    changedFiles: { files: [file('src/a.ts')], complete: false },
    labels: new Set(['area/api']),
    settings: settingsOf('pathLabels', { rules: [API] }),
  };
  expect(decided(pathLabels, facts)).toEqual([]);
});
