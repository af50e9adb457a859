/** What Prow's file says of overriding checks, of agreements and of pushes past the gate. */
import { expect, test } from 'vitest';
import { importedFrom } from '../../../shared/settings/prow/index.ts';
import { settingsFrom } from '../../../shared/settings/index.ts';
import { told } from './ours.ts';

type Shown = Readonly<Record<string, unknown>>;

/** What stands under a group, everywhere ('') and at each place. */
function under(text: string, group: string): Shown {
  const { document, findings } = importedFrom('/', (path) => (path.endsWith('plugins.yaml') ? text : undefined));
  expect(told(findings, 'error', 'unsupported')).toEqual([]);
  expect(settingsFrom(JSON.stringify(document?.value), 'x', 'deployment')).toMatchObject({ is: 'document' });
  const { organizations, repositories, ...everywhere } = Object(document?.value);
  const places = [['', everywhere], ...Object.entries(Object(organizations)), ...Object.entries(Object(repositories))];
  return Object.fromEntries(
    places.flatMap(([place, here]) => (Object(here)[group] === undefined ? [] : [[place, Object(here)[group]]])),
  );
}

/** Rules that run in acme/x. */
function running(plugin: string): readonly string[] {
  const text = `plugins:\n  acme/x: {plugins: [${plugin}]}\n`;
  const { document } = importedFrom('/', (path) => (path.endsWith('plugins.yaml') ? text : undefined));
  return Object(document?.value).repositories['acme/x'].rules.only;
}

const ON = 'plugins:\n  acme: {plugins: [override]}\n  other: {plugins: [override]}\n';
const ADMIN = { role: 'admin' };

test.each<[what: string, text: string, allow: Shown]>([
  ['nothing said', ON, {}],
  ['not the root’s owners', `${ON}override: {allow_top_level_owners: false}\n`, {}],
  [
    'the root’s owners',
    `${ON}override: {allow_top_level_owners: true}\n`,
    { '': { override: [ADMIN, 'root-approver'] } },
  ],
  [
    'teams, of the organization and of the repository',
    `${ON}override: {allowed_github_teams: {acme: [leads], acme/x: [crew, leads], other: [all]}}\n`,
    {
      acme: { override: [ADMIN, { team: 'acme/leads' }] },
      'acme/x': { override: [ADMIN, { team: 'acme/leads' }, { team: 'acme/crew' }] },
      other: { override: [ADMIN, { team: 'other/all' }] },
    },
  ],
  [
    'both',
    `${ON}override: {allow_top_level_owners: true, allowed_github_teams: {acme/x: [crew]}}\n`,
    {
      '': { override: [ADMIN, 'root-approver'] },
      'acme/x': { override: [ADMIN, 'root-approver', { team: 'acme/crew' }] },
    },
  ],
])('overriding: %s', (_, text, allow) => {
  expect(under(text, 'allow')).toEqual(allow);
});

test.each<[plugin: string, rules: readonly string[]]>([
  ['override', ['override', 'override-ends']],
  ['skip', ['skip']],
  ['cla', ['cla', 'check-cla']],
  ['dco', ['dco', 'check-dco']],
])('%s switches its rules on', (plugin, rules) => {
  expect(running(plugin)).toEqual(expect.arrayContaining([...rules]));
});

test('signing off, by organization and repository', () => {
  const text =
    'plugins:\n  acme: {plugins: [dco]}\ndco:\n  "*": {skip_dco_check_for_members: true, contributing_path: docs/C.md}\n' +
    '  acme/x: {skip_dco_check_for_collaborators: true, trusted_apps: [renovate], contributing_repo: acme/about, contributing_branch: v2}\n';
  expect(under(text, 'dco')).toMatchObject({
    '': { skip_members: true, contributing_path: 'docs/C.md' },
    'acme/x': {
      skip_collaborators: true,
      trusted_apps: ['renovate'],
      contributing_repo: 'acme/about',
      contributing_branch: 'v2',
    },
  });
});
