/** The examples of the documentation, and the schemas for editors: both say what the reader of settings says. */
import { Ajv } from 'ajv';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { author, collaborator, anyOf, ENGINES, member, role, team } from '../../shared/language/index.ts';
import {
  changedKeys,
  defaultSettings,
  inForceAt,
  settingsFrom,
  type FileKind,
  type InForce,
  type Layer,
} from '../../shared/settings/index.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const textOf = (path: string): string => readFileSync(join(DOCS, path), 'utf8');

const EXAMPLES = [
  ['deployment', 'examples/deployment.yaml'],
  ['organization', 'examples/large-organization.yaml'],
  ['repository', 'examples/small-team.yaml'],
] as const;

const ajv = new Ajv({ allErrors: true, strict: false });
const validators = {
  repository: ajv.compile(JSON.parse(textOf('schema/repository.json'))),
  organization: ajv.compile(JSON.parse(textOf('schema/organization.json'))),
  deployment: ajv.compile(JSON.parse(textOf('schema/deployment.json'))),
};
const fitsSchema = (text: string, kind: FileKind): boolean =>
  validators[kind](parse(text, { uniqueKeys: false }) ?? {});
const isRead = (text: string, kind: FileKind): boolean => settingsFrom(text, 'x.yaml', kind).is === 'document';

/** To be tried alone. */
const ALONE = [['deployment', 'examples/jenkins.yaml']] as const;

describe.each([...EXAMPLES, ...ALONE])('the example of a file of the %s', (kind, path) => {
  test('is read without a mistake, and names its schema', () => {
    expect(settingsFrom(textOf(path), path, kind)).toMatchObject({ is: 'document' });
    expect(textOf(path).split('\n')[0]).toBe(`# yaml-language-server: $schema=../schema/${kind}.json`);
  });

  test('fits the schema for editors', () => {
    expect({ fits: fitsSchema(textOf(path), kind), errors: validators[kind].errors }).toEqual({
      fits: true,
      errors: null,
    });
  });
});

/** What is in force under all three examples. */
function together(owner: string, name: string): InForce {
  const layers = EXAMPLES.map(([kind, path]): Layer => {
    const read = settingsFrom(textOf(path), path, kind);
    if (read.is === 'mistaken') throw new Error(JSON.stringify(read.mistakes));
    return { layer: kind, document: read.document, commit: '' };
  });
  return inForceAt(layers, { owner, name });
}

const originsOf = ({ origins }: InForce): Readonly<Record<string, string>> =>
  Object.fromEntries([...origins].map(([name, { layer }]) => [name, layer]));

describe('the three examples together', () => {
  test('in a repository that may change what is not locked', () => {
    const here = together('acme', 'widgets');
    expect(here.settings).toMatchObject({
      commands: { prefix: 'bot', bots: ['renovate[bot]'] },
      budget: { commentsPerHour: 30 },
      // The organization locks the group, so that the lgtm of an owner approves nothing.
      approve: { selfApproval: false, ignoreReviewState: true, lgtmActsAsApprove: false },
      lgtm: { reviewActsAsLgtm: true },
      merge: {
        method: 'squash',
        allChecks: true,
        optionalChecks: ['nightly', 'coverage'],
        requiredChecks: [{ name: 'test' }, { name: 'docs', branches: ['main'] }],
        queries: [{ labels: ['lgtm', 'approved', 'kind/bug,kind/feature'] }],
      },
      owners: { skipCollaborators: true, denied: ['(^|/)(third_party|vendor)/'] },
      size: { s: 5, xxl: 500 },
      hold: { liftedBy: 'anyone' },
      allow: {
        hold: anyOf(member, collaborator),
        close: anyOf(author, role('maintain')),
        label: anyOf(author, team('triage'), role('triage')),
        retitle: anyOf(author, role('write')),
      },
    });
    expect(originsOf(here)).toMatchObject({
      'merge.method': 'repository',
      'merge.all_checks': 'organization',
      'allow.hold': 'organization',
      'allow.close': 'deployment',
      'size.xxl': 'repository',
    });
    expect(here.ignored).toMatchObject([
      {
        layer: 'repository',
        problem: expect.stringContaining('`approve.lgtm_acts_as_approve` is locked by the organization'),
      },
    ]);
  });

  test('in a repository that the organization tells apart', () => {
    const { settings } = together('Acme', 'Website');
    expect(settings.approve.selfApproval).toBe(true);
    expect(settings.approve.ignoreReviewState).toBe(true);
    expect(together('acme', 'attic').settings.rules.only).toEqual(['help', 'close', 'label', 'remove-label']);
  });

  test('where the deployment locks, nobody else changes it', () => {
    const incidents = together('acme', 'incidents');
    expect(incidents.settings.allow['close']).toEqual(anyOf(author, role('maintain')));
    expect(incidents.settings.rules.disabled).toEqual(['reopen']);
    expect(incidents.ignored.map(({ problem }) => problem)).toContainEqual(
      expect.stringContaining('`allow.close` is locked by the deployment'),
    );
    expect(together('beta-example', 'anything').settings.merge.enabled).toBe(false);
  });

  test('every example changes something', () => {
    for (const [kind, path] of EXAMPLES) {
      const read = settingsFrom(textOf(path), path, kind);
      const layers: Layer[] = read.is === 'document' ? [{ layer: kind, document: read.document, commit: '' }] : [];
      const { settings } = inForceAt(layers, { owner: 'acme', name: 'widgets' });
      expect(changedKeys(defaultSettings, settings).length).toBeGreaterThan(3);
    }
  });
});

/** By the words of Markdown alone: none of ours is indented. */
const BLOCK = /^```ya?ml\n(.*?)^```$/gms;
const pieces = [...readdirSync(DOCS, { recursive: true, encoding: 'utf8' }), '../README.md']
  .filter((path) => path.endsWith('.md'))
  .toSorted()
  .flatMap((path) => {
    const page = textOf(path);
    return [...page.matchAll(BLOCK)].map(({ 1: text = '', index }) => {
      const line = page.slice(0, index).split('\n').length;
      return [`${path} line ${line}`, text] as const;
    });
  });
const isWorkflow = (text: string): boolean => /^on:/m.test(text);

const kindOf = (text: string): FileKind => {
  if (/^(?:engines|organizations):/m.test(text)) return 'deployment';
  return /^repositories:/m.test(text) ? 'organization' : 'repository';
};

describe('a piece of settings in the documentation', () => {
  const ofSettings = pieces.filter(([, text]) => !isWorkflow(text));
  test.each(ofSettings)('is read without a mistake: %s', (where, text) => {
    expect(settingsFrom(text, where, kindOf(text))).toMatchObject({ is: 'document' });
  });

  test('shows every engine at work', () => {
    const all = ofSettings.map(([, text]) => text).join('\n');
    expect(ENGINES.filter((engine) => !new RegExp(`engine: ${engine}[\\s,]`).test(all))).toEqual([]);
  });
});

test('the workflow in the documentation takes what is sent, and is found by its name', () => {
  const [, text = ''] =
    pieces.find(([where, each]) => where.startsWith('pipelines/github-actions.md') && isWorkflow(each)) ?? [];
  expect(parse(text)).toMatchObject({
    'run-name': expect.stringContaining('${{ inputs.bowsprit_key }}'),
    on: { workflow_dispatch: { inputs: { bowsprit_key: {}, bowsprit_pull: {}, pull: {}, sha: {} } } },
  });
});

describe('what the reader takes, the schema takes', () => {
  test.each<[kind: FileKind, text: string]>([
    ['repository', ''],
    ['repository', 'merge:\nsize:\n'],
    ['repository', 'allow: { close: [[anyone]] }'],
    ['repository', 'allow: { close: { not: { all: [member, { any: [author, { role: admin }] }] } } }'],
    ['repository', 'commands: { prefix: "" }'],
    ['organization', 'locked: [merge, allow.close]\nrepositories: { .github: { merge: }, b_c: }'],
    ['deployment', 'organizations: { acme: { locked: [size], size: } }\nrepositories: { acme/.github: }'],
  ])('in a file of the %s: %j', (kind, text) => {
    expect([isRead(text, kind), fitsSchema(text, kind)]).toEqual([true, true]);
  });
});

describe('what the reader refuses, the schema refuses', () => {
  test.each<[kind: FileKind, text: string]>([
    ['repository', 'holds: {}'],
    ['repository', 'hold: { liftd_by: anyone }'],
    ['repository', 'hold: { lifted_by: nobody }'],
    ['repository', '- a'],
    ['repository', 'merge: yes'],
    ['repository', 'merge: { enabled: maybe }'],
    ['repository', 'merge: { queries: [{ label: [x] }] }'],
    ['repository', 'merge: { required_checks: [{}] }'],
    ['repository', 'size: { s: 1.5 }'],
    ['repository', 'size: { s: -1 }'],
    ['repository', 'budget: { comments_per_hour: 0 }'],
    ['repository', 'commands: { bots: [a] }'],
    ['repository', 'labels: { prefixes: [Sig] }'],
    ['repository', `labels: { prefixes: [${'x, '.repeat(101)}] }`],
    ['repository', 'rules: { only: [lgmt] }'],
    ['repository', 'rules: { disabled: [all] }'],
    ['repository', 'allow: { lgtm: everybody }'],
    ['repository', 'allow: { lgtm: [] }'],
    ['repository', 'allow: { lgtm: { team: a b } }'],
    ['repository', 'allow: { lgtm: { role: none } }'],
    ['repository', 'allow: { lgtm: { team: a, role: write } }'],
    ['repository', 'allow: { lgtn: anyone }'],
    ['repository', 'owners: { denied: [""] }'],
    ['repository', 'locked: [merge]'],
    ['repository', 'repositories: {}'],
    ['organization', 'organizations: {}'],
    ['organization', 'locked: [merge.metod]'],
    ['organization', 'commands: { bots: [a] }'],
    ['organization', 'repositories: { a/b: {} }'],
    ['organization', 'repositories: { b: { locked: [merge] } }'],
    ['deployment', 'organizations: { a/b: {} }'],
    ['deployment', 'organizations: { a: { repositories: {} } }'],
    ['deployment', 'organizations: { a: { commands: { bots: [b] } } }'],
    ['deployment', 'repositories: { widgets: {} }'],
    ['deployment', 'repositories: { a/b: { sise: {} } }'],
  ])('in a file of the %s: %s', (kind, text) => {
    expect([isRead(text, kind), fitsSchema(text, kind)]).toEqual([false, false]);
  });

  /** What no schema can say. */
  test.each<[kind: FileKind, text: string, why: string]>([
    ['repository', 'owners: { denied: ["(?=a)"] }', 'RE2 knows fewer expressions than editors do'],
    ['repository', 'commands: { prefix: remove }', 'it depends on the names of commands'],
    ['repository', 'merge: {}\nmerge: {}', 'a key twice is a mistake of YAML'],
    ['repository', 'hold: &a {}', 'anchors are a matter of YAML'],
    ['organization', 'repositories: { A: {}, a: {} }', 'case makes no difference'],
  ])('except in a file of the %s: %s (%s)', (kind, text) => {
    expect([isRead(text, kind), fitsSchema(text, kind)]).toEqual([false, true]);
  });
});
