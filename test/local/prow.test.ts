import { expect, test } from 'vitest';
import type { Named } from '../../local/made-up.ts';
import { announced, namedBy } from '../../local/prow.ts';
import type { Finding } from '../../shared/settings/prow/index.ts';

const found = (kind: Finding['kind'], line: number, key: string): Finding => ({
  file: 'plugins.yaml',
  kind,
  line,
  column: 3,
  key,
  reason: 'There is a reason.',
});

test.each<[what: string, findings: readonly Finding[], lines: readonly string[]]>([
  ['nothing', [], []],
  ['what stops a start alone', [found('error', 1, 'size')], []],
  [
    'each kind once, the worst first: all that has no effect, a few warnings, of the rest how much',
    [
      found('ignored', 9, 'sinker'),
      found('dead', 2, 'cat'),
      ...[4, 5, 6, 7].map((line) => found('unsupported', line, `plugins: p${line}`)),
      found('warning', 8, 'label'),
    ],
    [
      '4 not supported',
      '  plugins.yaml:4:3 plugins: p4: There is a reason.',
      '  plugins.yaml:5:3 plugins: p5: There is a reason.',
      '  plugins.yaml:6:3 plugins: p6: There is a reason.',
      '  plugins.yaml:7:3 plugins: p7: There is a reason.',
      '1 without effect, in Prow too',
      '  plugins.yaml:2:3 cat: There is a reason.',
      '1 perhaps not what was meant',
      '  plugins.yaml:8:3 label: There is a reason.',
      '1 of no concern to pull requests',
      'all of it: npx bowsprit import prow ./prow',
    ],
  ],
])('announced: %s', (_, findings, lines) => {
  expect(announced(findings, './prow')).toEqual(lines);
});

test.each<[what: string, document: Readonly<Record<string, unknown>>, named: Named]>([
  ['nobody', { rules: { only: ['help'] } }, { organizations: [], repositories: [] }],
  [
    'everybody',
    { organizations: { acme: {}, moons: { rules: {} } }, repositories: { 'moons/io': {} } },
    { organizations: ['acme', 'moons'], repositories: ['moons/io'] },
  ],
  ['what is no map', { organizations: ['acme'], repositories: null }, { organizations: [], repositories: [] }],
])('named: %s', (_, document, named) => {
  expect(namedBy(document)).toEqual(named);
});
