/** Which layer's word counts: later wins, unless an earlier one locks the key. */
import { describe, expect, test } from 'vitest';
import { inForceAt, settingsFrom, type InForce, type Layer, type LayerName } from '../../shared/settings/index.ts';

const FILES = {
  prow: 'deployment',
  deployment: 'deployment',
  organization: 'organization',
  repository: 'repository',
} as const;
const ORDER = ['prow', 'deployment', 'organization', 'repository'] as const satisfies readonly LayerName[];

type Texts = Partial<Record<LayerName, string>>;

function under(texts: Texts, where = { owner: 'Acme', name: 'Widgets' }): InForce {
  const layers = ORDER.flatMap((layer): readonly Layer[] => {
    const text = texts[layer];
    if (text === undefined) return [];
    const read = settingsFrom(text, `${layer}.yaml`, FILES[layer]);
    if (read.is === 'mistaken') throw new Error(JSON.stringify(read.mistakes));
    return [{ layer, document: read.document, commit: layer === 'repository' ? 'c'.repeat(40) : '' }];
  });
  return inForceAt(layers, where);
}

const method = (texts: Texts): string => under(texts).settings.merge.method;
const squash = 'merge: { method: squash }';
const rebase = 'merge: { method: rebase }';

describe('later wins', () => {
  test.each<[expected: string, texts: Texts]>([
    ['merge', {}],
    ['squash', { prow: squash }],
    ['rebase', { prow: squash, deployment: rebase }],
    ['rebase', { deployment: squash, organization: rebase }],
    ['rebase', { organization: squash, repository: rebase }],
    ['squash', { deployment: rebase, repository: squash }],
    // Within a file, the particular goes before the general.
    ['rebase', { deployment: `${squash}\norganizations: { acme: { ${rebase} } }` }],
    ['squash', { deployment: `organizations: { acme: { ${rebase} } }\nrepositories: { acme/widgets: { ${squash} } }` }],
    ['merge', { deployment: `organizations: { other: { ${rebase} } }\nrepositories: { acme/gadgets: { ${squash} } }` }],
    ['squash', { organization: `${rebase}\nrepositories: { widgets: { ${squash} } }` }],
    ['rebase', { organization: `${rebase}\nrepositories: { gadgets: { ${squash} } }` }],
    // A later file that is general goes before an earlier one that is particular.
    ['rebase', { prow: `repositories: { acme/widgets: { ${squash} } }`, deployment: rebase }],
  ])('%s under %j', (expected, texts) => {
    expect(method(texts)).toBe(expected);
  });

  test('key by key: what a file does not say stays', () => {
    const { settings } = under({ deployment: 'merge: { enabled: false }', repository: squash });
    expect(settings.merge).toMatchObject({ enabled: false, method: 'squash' });
  });
});

describe('locks', () => {
  test.each<[expected: string, texts: Texts]>([
    ['squash', { deployment: `${squash}\nlocked: [merge.method]`, organization: rebase, repository: rebase }],
    ['squash', { deployment: `${squash}\nlocked: [merge]`, repository: rebase }],
    ['squash', { organization: `${squash}\nlocked: [merge.method]`, repository: rebase }],
    // What is built in can be locked as well.
    ['merge', { organization: 'locked: [merge.method]', repository: rebase }],
    // Whoever locks may still tell its own repositories apart.
    [
      'rebase',
      { organization: `${squash}\nlocked: [merge]\nrepositories: { widgets: { ${rebase} } }`, repository: squash },
    ],
    ['rebase', { deployment: `organizations: { acme: { ${rebase}, locked: [merge] } }`, organization: squash }],
    ['squash', { deployment: `organizations: { other: { ${rebase}, locked: [merge] } }`, organization: squash }],
    ['rebase', { organization: 'locked: [merge.enabled]', repository: rebase }],
  ])('%s under %j', (expected, texts) => {
    expect(method(texts)).toBe(expected);
  });

  test('what is locked and written all the same is told, with who locked it', () => {
    const { ignored } = under({
      organization: `${squash}\nlocked:\n  - merge.method\n`,
      repository: `size: { s: 1 }\n${rebase}`,
    });
    expect(ignored).toEqual([
      {
        layer: 'repository',
        path: 'repository.yaml',
        line: 2,
        column: 10,
        problem: '`merge.method` is locked by the organization (`organization.yaml` line 3) and stays as it is.',
      },
    ]);
  });
});

test('what is written in vain is told in the order of the file', () => {
  const { ignored } = under({
    organization: 'locked: [merge, allow]',
    repository: 'allow:\n  hold: member\n  lgtm: member\nmerge: { method: squash, enabled: false }\n',
  });
  expect(ignored.map(({ line, problem }) => `${line} ${problem.split(' ')[0]}`)).toEqual([
    '2 `allow.hold`',
    '3 `allow.lgtm`',
    '4 `merge.method`',
    '4 `merge.enabled`',
  ]);
});

describe('values that do not fit each other', () => {
  test('keep a file from changing the group, and it alone', () => {
    const { settings, ignored } = under({
      deployment: 'size: { s: 20, m: 40 }',
      repository: 'size: { m: 15 }\nmerge: { enabled: false }',
    });
    expect(settings.size).toMatchObject({ s: 20, m: 40 });
    expect(settings.merge.enabled).toBe(false);
    expect(ignored).toMatchObject([
      { layer: 'repository', line: 1, problem: 'No size may begin below the one before it: s, m, l, xl, xxl.' },
    ]);
  });

  test('may fit once a later file has spoken', () => {
    expect(under({ deployment: 'size: { xl: 2000, xxl: 3000 }', repository: 'size: { l: 1500 }' })).toMatchObject({
      settings: { size: { l: 1_500, xl: 2_000 } },
      ignored: [],
    });
  });
});

test('every value says where it comes from', () => {
  const { origins } = under({
    deployment: 'size:\n  s: 5\n',
    repository: 'hold: { lifted_by: anyone }\nallow:\n  close: member\n',
  });
  expect(Object.fromEntries(origins)).toEqual({
    'size.s': { layer: 'deployment', file: 'deployment.yaml', line: 2, commit: '' },
    'hold.lifted_by': { layer: 'repository', file: 'repository.yaml', line: 1, commit: 'c'.repeat(40) },
    'allow.close': { layer: 'repository', file: 'repository.yaml', line: 3, commit: 'c'.repeat(40) },
  });
});
