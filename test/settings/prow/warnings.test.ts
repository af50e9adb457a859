import { expect, test } from 'vitest';
import { importedFrom } from '../../../shared/settings/prow/index.ts';
import { told } from './ours.ts';

const imported = (text: string): ReturnType<typeof importedFrom> =>
  importedFrom('/', (path) => (path.endsWith('plugins.yaml') ? text : undefined));

/** What stands under `merge_warnings` at each place. */
function warningsIn(text: string): Readonly<Record<string, unknown>> {
  const { document, findings } = imported(text);
  expect(told(findings, 'error')).toEqual([]);
  const { organizations, repositories } = Object(document?.value);
  const places = [...Object.entries(Object(organizations)), ...Object.entries(Object(repositories))];
  return Object.fromEntries(
    places.flatMap(([place, here]) => {
      const found: unknown = Object(here).merge_warnings;
      return found === undefined ? [] : [[place, found]];
    }),
  );
}

const ON = 'plugins:\n  acme: {plugins: [slackevents]}\n  acme/one: {plugins: [hold]}\n';
const NOTHING = { enabled: true, channels: [], exempt_users: [], exempt_branches: [] };
const of = (entries: string): string => `slack:\n  mergewarnings:\n${entries}`;

test.each<[what: string, text: string, settings: Readonly<Record<string, unknown>>]>([
  ['nothing is said', ON, {}],
  [
    'an organization',
    `${ON}${of('  - {repos: [acme], channels: [a, b], exempt_users: ["robot[bot]"], exempt_branches: {main: [ada-example]}}\n')}`,
    {
      acme: {
        enabled: true,
        channels: ['a', 'b'],
        exempt_users: ['robot[bot]'],
        exempt_branches: [{ branch: 'main', users: ['ada-example'] }],
      },
    },
  ],
  [
    'a repository has its own entry, whose lists do not add up with those of its organization',
    `${ON}${of('  - {repos: [acme], exempt_users: [ada-example]}\n  - {repos: [acme/one], channels: [c]}\n')}`,
    {
      acme: { ...NOTHING, exempt_users: ['ada-example'] },
      'acme/one': { ...NOTHING, channels: ['c'] },
    },
  ],
  [
    'of two entries the first counts',
    `${ON}${of('  - {repos: [acme], channels: [a]}\n  - {repos: [acme], channels: [b]}\n')}`,
    { acme: { ...NOTHING, channels: ['a'] } },
  ],
  [
    'the plugin is off in one repository of the organization',
    `plugins:\n  acme: {plugins: [slackevents], excluded_repos: [out]}\n${of('  - {repos: [acme]}\n')}`,
    { acme: NOTHING, 'acme/out': { enabled: false } },
  ],
  [
    'the plugin is on in one repository of the organization',
    `plugins:\n  acme/one: {plugins: [slackevents]}\n  acme/two: {plugins: [hold]}\n${of('  - {repos: [acme]}\n')}`,
    { 'acme/one': NOTHING },
  ],
  ['the plugin is off', `plugins:\n  acme: {plugins: [hold]}\n${of('  - {repos: [acme]}\n')}`, {}],
])('%s', (_, text, settings) => {
  expect(warningsIn(text)).toEqual(settings);
});

test('the plugin is known, and mentions in channels have nothing that does the same', () => {
  expect(told(imported(`${ON}slack: {mentionchannels: [sig-a]}\n`).findings, 'unsupported')).toEqual([
    expect.stringContaining('slack.mentionchannels: No comment is copied to a channel'),
  ]);
});

test('what is no login, branch or channel is told and left out', () => {
  const text = `${ON}${of('  - {repos: [acme], channels: ["a b"], exempt_users: ["no one"], exempt_branches: {"a b": [ada-example]}}\n')}`;
  expect(warningsIn(text)).toEqual({ acme: NOTHING });
  expect(told(imported(text).findings, 'unsupported').map((each) => each.replace(/^\d+ /, ''))).toEqual([
    'slack.mergewarnings: `a b` is not the name of a channel.',
    'slack.mergewarnings: `no one` is not a login.',
    'slack.mergewarnings: `a b` is not the name of a branch.',
  ]);
});
