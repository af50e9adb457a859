import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { inForceAt, settingsFrom, settingsOf, type Settings } from '../../../shared/settings/index.ts';
import { declaredKeys } from '../../../shared/settings/declared.ts';
import { prowLayerFrom, settingsYaml } from '../../../shared/settings/prow/index.ts';
import { automations } from '../../../shared/automations/index.ts';
import { commands } from '../../../shared/commands/index.ts';
import { sweeps } from '../../../shared/sweeps/index.ts';
import { WARNINGS_PLUGIN } from '../../../shared/settings/prow/warnings.ts';
import { configYaml, DEAD, ORGANIZATIONS, pluginsYaml, REPOSITORIES, USAGE } from './kubernetes.ts';
import { told } from './ours.ts';

const FILES: Readonly<Record<string, string>> = {
  'prow/plugins.yaml': pluginsYaml(),
  'prow/config.yaml': configYaml(),
};
const layerOf = (files: Readonly<Record<string, string>>): ReturnType<typeof prowLayerFrom> =>
  prowLayerFrom('prow', (path) => files[path]);
const { document, findings } = layerOf(FILES);

const keysOf = (value: unknown): readonly string[] => Object.keys(Object(value));
const plugins: Readonly<Record<string, unknown>> = parse(pluginsYaml());
const config: Readonly<Record<string, unknown>> = parse(configYaml());

describe('the files are of the shape that kubernetes has', () => {
  test('keys, organizations, repositories, queries', () => {
    const { plugins: entries, external_plugins: external } = plugins;
    const { queries, merge_method: methods } = Object(config['tide']);
    expect({
      keys: keysOf(plugins).length,
      entries: keysOf(entries).length,
      organizations: keysOf(entries).filter((scope) => !scope.includes('/')).length,
      external: [keysOf(external).length, Object.values(Object(external)).flat().length],
      queries: Object.values(Object(queries)).length,
      methods: keysOf(methods).length,
      config: keysOf(config).toSorted(),
    }).toEqual({
      keys: 25,
      entries: 82,
      organizations: 5,
      external: [60, 64],
      queries: 9,
      methods: 34,
      config: [
        'branch-protection',
        'deck',
        'github_reporter',
        'log_level',
        'plank',
        'pod_namespace',
        'presets',
        'prowjob_namespace',
        'sinker',
        'slack_reporter_configs',
        'tide',
      ],
    });
  });

  test('plugins, as often as there', () => {
    const used: Record<string, [number, number]> = {};
    for (const [scope, entry] of Object.entries(Object(plugins['plugins']))) {
      for (const plugin of Object.values<string>(Object(entry).plugins)) {
        const counts = (used[plugin] ??= [0, 0]);
        counts[scope.includes('/') ? 1 : 0] += 1;
      }
    }
    expect(used).toEqual(USAGE);
  });
});

describe('all of it is imported', () => {
  test('without an error', () => {
    expect(told(findings, 'error')).toEqual([]);
  });

  const heard = new Set(findings.filter(({ kind }) => kind !== 'warning').map(({ key }) => key));
  const standsFor = new Set([
    ...[...commands, ...automations, ...sweeps].flatMap(({ plugin = [] }) => plugin),
    // By a switch, and no rule.
    WARNINGS_PLUGIN,
  ]);
  const taken = declaredKeys.flatMap(({ setting: { prow } }) => (prow === undefined ? [] : [prow.at]));

  test.each([
    ...Object.keys(USAGE).map((plugin) => [`plugins: ${plugin}`, plugin]),
    ['external_plugins: needs-rebase', 'needs-rebase'],
    ['external_plugins: cherrypicker', 'cherrypicker'],
  ])('%s has a rule here, or a reason why not', (key, plugin = '') => {
    expect(standsFor.has(plugin) || heard.has(key)).toBe(true);
  });

  // Read by the import itself.
  const READ = ['plugins', 'external_plugins', 'tide', 'milestone_applier', 'require_matching_label'];
  test.each([...keysOf(plugins), ...keysOf(config)])('%s is carried over, or there is a reason why not', (key) => {
    const about = (at: string): boolean => at === key || at.startsWith(`${key}.`) || at.startsWith(`${key}[]`);
    expect(READ.includes(key) || taken.some(about) || [...heard].some(about)).toBe(true);
  });

  test('what is not supported or ignored is told once, in a sentence', () => {
    const without = findings.filter(({ kind }) => kind === 'unsupported' || kind === 'ignored');
    expect(new Set(without.map(({ key }) => key)).size).toBe(without.length);
    expect(without.filter(({ reason }) => !/^\S.{10,}\.$/.test(reason))).toEqual([]);
  });
});

describe('what is dead in it is named', () => {
  const dead = findings.filter(({ kind }) => kind === 'dead');
  const about = (key: string): readonly string[] => dead.filter((each) => each.key === key).map(({ reason }) => reason);

  test('a blockade of 31 repositories, none of which has the plugin', () => {
    const named = DEAD.blockade.slice(0, 5).map((scope) => `\`${scope}\``);
    expect(about('blockades')).toEqual([
      `\`blockade\` is not on for any of these: ${named.join(', ')} and 26 more, so this does nothing there.`,
    ]);
  });

  test('labels required where the plugin is off, and the plugin where none is', () => {
    expect(new Set(about('require_matching_label'))).toEqual(
      new Set(
        DEAD.labels.map(
          (scope) => `\`require-matching-label\` is not on for \`${scope}\`, so this does nothing there.`,
        ),
      ),
    );
    expect(about('plugins: require-matching-label')).toEqual(
      DEAD.unlabeled.map(
        (scope) =>
          `\`require-matching-label\` is on for \`${scope}\`, and \`require_matching_label\` says nothing about it, so it does nothing.`,
      ),
    );
  });

  test('milestones and warnings of repositories that have neither', () => {
    expect(about('repo_milestone')).toEqual([
      `\`milestone\` or \`milestonestatus\` is not on for \`${DEAD.milestone}\`, so this does nothing there.`,
    ]);
    expect(about('slack.mergewarnings')).toEqual([
      `\`slackevents\` is not on for \`${DEAD.moved}\`, so this does nothing there.`,
    ]);
  });

  test('plugins that speak to what is no more', () => {
    expect([about('plugins: golint').length, about('plugins: project').length]).toEqual([2, 2]);
  });
});

function settingsAt(read: ReturnType<typeof settingsOf>, scope: string): Settings {
  if (read.is !== 'document') throw new Error(read.mistakes.map(({ problem }) => problem).join(' '));
  const [owner = '', name = ''] = scope.split('/');
  return inForceAt([{ layer: 'prow', document: read.document, commit: '' }], { owner, name }).settings;
}

const made = [false, true].map((blocker) => {
  const layer = layerOf({ ...FILES, 'prow/config.yaml': configYaml({ blocker }) });
  return settingsOf({ ...layer.document, path: 'prow', kind: 'deployment' });
});
const settings = (scope: string, blocker = true): Settings => {
  const read = made[Number(blocker)];
  if (read === undefined) throw new Error('no such layer');
  return settingsAt(read, scope);
};

const merging = (scope: string, blocker: boolean): readonly unknown[] => {
  const { enabled, method, queries } = settings(scope, blocker).merge;
  return [enabled, method, queries.length];
};

const keysAt = (scope: string): unknown => {
  const { size, lgtm, approve, owners, merge } = settings(scope, false);
  return {
    s: size.s,
    lgtm: lgtm.reviewActsAsLgtm,
    approve,
    owners: [owners.skipCollaborators, owners.markdownFrontMatter],
    checks: merge.requiredChecks,
    optional: merge.optionalChecks,
  };
};

describe('the document is one of ours', () => {
  test('as it is, and written into a file', () => {
    const asItIs = settingsOf({ ...document, path: 'prow', kind: 'deployment' });
    const written = settingsFrom(settingsYaml(document), 'bowsprit.yaml', 'deployment');
    expect([asItIs.is, written.is]).toEqual(['document', 'document']);
    for (const scope of [...REPOSITORIES, 'elsewhere/x']) {
      expect([scope, settingsAt(written, scope)]).toEqual([scope, settingsAt(asItIs, scope)]);
    }
  });

  test.each<[scope: string, on: readonly string[], off: readonly string[]]>([
    ['kubernetes/kubernetes', ['lgtm', 'approve', 'hold', 'size', 'wip', 'close', 'retitle', 'help', 'merge'], []],
    ['etcd-io/anything', ['lgtm', 'approve', 'label', 'merge'], []],
    ['kubernetes-security/other', ['help'], ['lgtm', 'merge', 'size', 'close']],
    ['elsewhere/x', ['help'], ['lgtm', 'merge', 'size', 'close']],
  ])('rules of %s', (scope, on, off) => {
    const { only } = settings(scope, false).rules;
    expect(only).toEqual(expect.arrayContaining([...on]));
    expect(only.filter((each) => off.includes(each))).toEqual([]);
  });

  test('who is served is who is named', () => {
    const served = [...ORGANIZATIONS.map((each) => `${each}/any`), ...REPOSITORIES].filter(
      (scope) => settings(scope).rules.only.length > 2,
    );
    expect(served).toEqual(expect.arrayContaining(ORGANIZATIONS.map((each) => `${each}/any`)));
    expect(settings('google/any').rules.only).toEqual(['help', 'commands']);
  });

  test('everything is merged by its query, and an issue may block it', () => {
    expect(merging('kubernetes/any', true)).toEqual([true, 'merge', 1]);
    expect(merging('kubernetes/any', false)).toEqual([true, 'merge', 1]);
    expect(merging('kubernetes/kubernetes', false)).toEqual([true, 'merge', 2]);
    expect(merging('kubernetes/test-infra', false)).toEqual([true, 'squash', 1]);
    expect(merging('kubernetes-sigs/kueue', false)).toEqual([true, 'rebase', 1]);
    expect(merging('elsewhere/x', false)).toEqual([false, 'merge', 0]);
  });

  test('keys of kubernetes and of one of its repositories', () => {
    expect(keysAt('kubernetes/any')).toEqual({
      s: 10,
      lgtm: true,
      approve: { selfApproval: true, lgtmActsAsApprove: false, ignoreReviewState: false, issueRequired: false },
      owners: [false, false],
      checks: [{ name: 'EasyCLA' }],
      optional: ['tide', 'Submit Queue'],
    });
    expect(keysAt('kubernetes/website')).toEqual({
      s: 10,
      lgtm: false,
      approve: { selfApproval: false, lgtmActsAsApprove: false, ignoreReviewState: false, issueRequired: false },
      owners: [false, true],
      checks: [{ name: 'EasyCLA' }, { name: 'netlify', branches: ['main'] }],
      optional: ['tide', 'Submit Queue', 'deploy/preview'],
    });
    expect(keysAt('kubernetes-sigs/kueue')).toMatchObject({
      approve: { lgtmActsAsApprove: true },
      owners: [true, false],
    });
  });
});
