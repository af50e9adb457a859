import { expect, test } from 'vitest';
import { importedFrom } from '../../../shared/settings/prow/index.ts';
import { secondsIn } from '../../../shared/settings/prow/scalars.ts';
import { told } from './ours.ts';

/** By the names of our settings files: what stands under these groups, everywhere and at each place. */
function putUnder(text: string, ...groups: readonly string[]): Readonly<Record<string, unknown>> {
  const { document, findings } = importedFrom('/', (path) => (path.endsWith('plugins.yaml') ? text : undefined));
  expect(told(findings, 'error', 'unsupported')).toEqual([]);
  const { organizations, repositories, ...everywhere } = Object(document?.value);
  const places: readonly (readonly [string, unknown])[] = [
    ['', everywhere],
    ...Object.entries(Object(organizations)),
    ...Object.entries(Object(repositories)),
  ];
  return Object.fromEntries(
    places.flatMap(([place, here]) => {
      const found = groups.flatMap((group) =>
        Object(here)[group] === undefined ? [] : [[group, Object(here)[group]]],
      );
      return found.length === 0 ? [] : [[place, Object.fromEntries(found)]];
    }),
  );
}

const ON = 'plugins:\n  acme: {plugins: [label]}\n';

test.each<[what: string, text: string, settings: Readonly<Record<string, unknown>>]>([
  ['no further labels: none, as in Prow', ON, { '': { labels: { additional: [] } } }],
  ['not on: nothing', 'plugins:\n  acme: {plugins: [hold]}\n', {}],
  [
    'further labels',
    `${ON}label: {additional_labels: [tide/merge-method-squash, 1.5]}\n`,
    { '': { labels: { additional: ['tide/merge-method-squash', '1.5'] } } },
  ],
  [
    'restricted labels of all scopes that concern a repository add up',
    `${ON}label:
  restricted_labels:
    '*': [{label: a, allowed_teams: [t]}]
    acme: [{label: b, allowed_users: [u], assign_on: [{label: x}]}]
    acme/one: [{label: a, allowed_users: [v]}]
`,
    {
      '': { labels: { additional: [], restricted: [{ label: 'a', allowed_teams: ['t'] }] } },
      acme: {
        labels: {
          restricted: [
            { label: 'a', allowed_teams: ['t'] },
            { label: 'b', allowed_users: ['u'], assign_on: [{ label: 'x' }] },
          ],
        },
      },
      'acme/one': {
        labels: {
          restricted: [
            { label: 'a', allowed_teams: ['t'] },
            { label: 'b', allowed_users: ['u'], assign_on: [{ label: 'x' }] },
            { label: 'a', allowed_users: ['v'] },
          ],
        },
      },
    },
  ],
])('%s', (_, text, settings) => {
  expect(putUnder(text, 'labels')).toEqual(settings);
});

test.each<[what: string, text: string, settings: Readonly<Record<string, unknown>>]>([
  [
    'a team for everybody, and another for one repository',
    `plugins:
  acme: {plugins: [milestone]}
repo_milestone:
  '': {maintainers_team: keepers, maintainers_friendly_name: Keepers}
  acme/x: {maintainers_team: x-keepers}
  acme: {maintainers_team: nobody-reads-this}
`,
    {
      '': { allow: { milestone: { team: 'keepers' }, status: { team: 'keepers' } } },
      'acme/x': { allow: { milestone: { team: 'x-keepers' }, status: { team: 'x-keepers' } } },
    },
  ],
  [
    'milestones of branches, with numbers for titles',
    'plugins:\n  acme: {plugins: [milestoneapplier]}\nmilestone_applier:\n  acme/x: {dev-1.37: 1.37, main: v2}\n',
    {
      'acme/x': {
        milestone_applier: {
          branches: [
            { branch: 'dev-1.37', milestone: '1.37' },
            { branch: 'main', milestone: 'v2' },
          ],
        },
      },
    },
  ],
  ['not on: nothing', 'plugins:\n  acme: {plugins: [hold]}\nrepo_milestone: {"": {maintainers_team: keepers}}\n', {}],
])('%s', (_, text, settings) => {
  expect(putUnder(text, 'allow', 'milestone_applier')).toEqual(settings);
});

test('labels that have to be there: entries of the organization and the repository add up', () => {
  const text = `plugins:
  acme: {plugins: [require-matching-label]}
require_matching_label:
- {org: acme, issues: true, regexp: '^kind/', missing_label: needs-kind, grace_period: 1m30s}
- {org: acme, repo: x, prs: true, branch: main, regexp: '^sig/', missing_label: needs-sig, missing_comment: "Which?\\nSay it.", grace_period: 0s}
`;
  const kind = { matching: '^kind/', missing: 'needs-kind', pulls: false, issues: true, grace_seconds: 90 };
  const sig = {
    matching: '^sig/',
    missing: 'needs-sig',
    comment: 'Which?\nSay it.',
    branch: 'main',
    pulls: true,
    issues: false,
    grace_seconds: 0,
  };
  expect(putUnder(text, 'required_labels')).toEqual({
    acme: { required_labels: { rules: [kind] } },
    'acme/x': { required_labels: { rules: [kind, sig] } },
  });
});

test.each([
  ['5s', 5],
  ['1m30s', 90],
  ['1h', 3_600],
  ['1.5m', 90],
  ['200ms', 1],
  ['0s', 0],
] as const)('%s is %i seconds', (duration, seconds) => {
  expect(secondsIn(duration)).toBe(seconds);
});

test('a team that is known by its number lets nobody in but those who maintain, and that is told', () => {
  const text = 'plugins:\n  acme: {plugins: [milestone]}\nrepo_milestone: {"": {maintainers_id: 7}}\n';
  const { document, findings } = importedFrom('/', (path) => (path.endsWith('plugins.yaml') ? text : undefined));
  expect(Object(document?.value)['allow']).toEqual({ milestone: { role: 'maintain' }, status: { role: 'maintain' } });
  expect(told(findings, 'unsupported')).toEqual([
    '3 repo_milestone.*.maintainers_id: Teams are known by the name in their address; until one is named, those who maintain the repository set milestones.',
  ]);
});
