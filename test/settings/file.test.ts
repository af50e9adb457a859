/** The files of a deployment: read whole, or every mistake in them told. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bookFrom } from '../../shared/settings/index.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bowsprit-file-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const withFile = (text: string): string => {
  const path = join(folder, 'bowsprit.yaml');
  writeFileSync(path, text);
  return path;
};

test.each<[what: string, text: string, mistake: string]>([
  ['not written like settings', 'merge: [\n', '2:'],
  ['of values that do not fit each other', 'size: { s: 100, m: 5 }\n', '1:'],
  ['the same of one organization', 'organizations:\n  acme:\n    size: { s: 100, m: 5 }\n', '3:'],
  ['the same of one repository', 'repositories:\n  acme/widgets:\n    size:\n      m: 5\n', '4:'],
  [
    'the same of a repository under its organization',
    'organizations: { acme: { size: { s: 25 } } }\nrepositories:\n  acme/widgets: { size: { m: 20 } }\n',
    '3:',
  ],
])('a file %s stops the start', (_, text, mistake) => {
  const settingsFile = withFile(text);
  expect(() => bookFrom({ settingsFile })).toThrow(`The settings cannot be used.\n${settingsFile}:${mistake}`);
});

test('a file that is not there stops the start as well', () => {
  expect(() => bookFrom({ settingsFile: join(folder, 'nowhere.yaml') })).toThrow('The settings file cannot be read:');
});

test('Prow’s files count below the deployment’s own', () => {
  writeFileSync(
    join(folder, 'plugins.yaml'),
    'plugins: {acme: {plugins: [size]}}\nsize: {s: 5, m: 6, l: 7, xl: 8, xxl: 9}\n',
  );
  const settingsFile = withFile('size: { xxl: 50 }\n');
  const { settings, origins } = bookFrom({ settingsFile, prowFolder: folder }).inForce(
    { owner: 'acme', name: 'x' },
    {},
  );
  expect(settings.size).toEqual({ s: 5, m: 6, l: 7, xl: 8, xxl: 50 });
  expect(settings.rules.only).toContain('size');
  expect(origins.get('size.s')).toMatchObject({ layer: 'prow', file: join(folder, 'plugins.yaml'), line: 2 });
  expect(origins.get('size.xxl')).toMatchObject({ layer: 'deployment', file: settingsFile, line: 1 });
});
