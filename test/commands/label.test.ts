import { expect, test } from 'vitest';
import { label } from '../../shared/commands/label.ts';
import {
  addLabel,
  permits,
  refuse,
  removeLabel,
  reply,
  teamsToAsk,
  type Action,
  type Standing,
} from '../../shared/language/index.ts';
import { actionsFor, given, parsedFrom, settingsOf, stranger, type All } from '../support/given.ts';

/** Facts: labels of the repository, labels that are on. */
const where = (repository: readonly string[], on: readonly string[] = [], more: Partial<All> = {}): All =>
  given({ repositoryLabels: new Set(repository), labels: new Set(on), ...more });

test.each<[comment: string, facts: All, actions: readonly Action[]]>([
  ['/area infra', where(['area/infra']), [addLabel('area/infra')]],
  ['/kind BuG', where(['kind/bug']), [addLabel('kind/bug')]],
  ['/Kind bug', where(['Kind/Bug']), [addLabel('Kind/Bug')]],
  ['/area api infra ', where(['area/api', 'area/infra']), [addLabel('area/api'), addLabel('area/infra')]],
  [
    '/area lgtm infra',
    where(['area/infra', 'area/api']),
    [
      addLabel('area/infra'),
      reply('There is no label `area/lgtm` in this repository. Did you mean `area/api` or `area/infra`?'),
    ],
  ],
  [
    '/kind nonsense',
    where(['kind/bug', 'area/api']),
    [refuse('There is no label `kind/nonsense` in this repository. Did you mean `kind/bug`?')],
  ],
  ['/label wontfix', where([]), [refuse('There is no label `wontfix` in this repository.')]],
  ['/label wontfix duplicate', where(['wontfix', 'duplicate']), [addLabel('wontfix'), addLabel('duplicate')]],
  ['/label Good First  Issue', where(['good first issue', 'issue']), [addLabel('good first issue')]],
  [
    '/priority urgent\n/area infra',
    where(['priority/urgent', 'area/infra']),
    [addLabel('priority/urgent'), addLabel('area/infra')],
  ],
  ['/kind bug', where(['kind/bug', 'needs-kind']), [addLabel('kind/bug'), removeLabel('needs-kind')]],
  ['/area api', where(['area/api', 'needs-kind']), [addLabel('area/api')]],
  [
    '/triage needs-information accepted',
    where(['triage/accepted', 'triage/needs-information'], [], { role: 'read' }),
    [addLabel('triage/needs-information'), reply('`triage/accepted` is for people who may triage.')],
  ],
  [
    '/triage accepted',
    where(['triage/accepted'], [], { role: 'read' }),
    [refuse('`triage/accepted` is for people who may triage.')],
  ],
  [
    // What is rotten anybody may close.
    '/label lifecycle/rotten Lifecycle/Stale status/in-review',
    where(['lifecycle/rotten', 'lifecycle/stale', 'status/in-review'], [], { role: 'read' }),
    [
      refuse('`lifecycle/rotten` is for people who may triage.'),
      refuse('`lifecycle/stale` is for people who may triage.'),
      refuse('`status/in-review` is for people who may triage.'),
    ],
  ],
  ['/label lifecycle/rotten', where(['lifecycle/rotten'], [], { role: 'triage' }), [addLabel('lifecycle/rotten')]],
  ['/label lifecycle/active', where(['lifecycle/active'], [], { role: 'read' }), [addLabel('lifecycle/active')]],
  ['/triage accepted', where(['triage/accepted'], [], { role: 'triage' }), [addLabel('triage/accepted')]],
  [
    '/label cla-yes kind/bug',
    where(['CLA-yes', 'kind/bug'], [], { labelsForMerging: { on: new Set(['cla-yes']), off: new Set(['kind/bug']) } }),
    [addLabel('kind/bug'), reply('`CLA-yes` lets a pull request be merged here, so it is for people who may triage.')],
  ],
])('%j', (comment, facts, actions) => {
  expect(actionsFor(comment, facts)).toEqual(actions);
});

const additional = (...names: readonly string[]): Partial<All> => ({
  settings: settingsOf('labels', { additional: names }),
});
const FAMILIES = '`area/…`, `committee/…`, `kind/…`, `language/…`, `priority/…`, `sig/…`, `triage/…` or `wg/…`';

/** Of the reference's 26 about labels, those that are about `/label`; the number is the one there. */
test.each<[number: number, comment: string, facts: All, actions: readonly Action[]]>([
  [2, '/area infra', where(['area/infra'], ['area/infra']), [addLabel('area/infra')]],
  [4, '  /area infra', where(['area/infra']), []],
  [
    16,
    '/label',
    where(['x'], [], additional('x')),
    [refuse('`/label` needs more: labels of this repository. Write `/label <labels …>`.')],
  ],
  [
    17,
    '/label orchestrator/foo',
    where(['orchestrator/foo'], [], additional('orchestrator/foo')),
    [addLabel('orchestrator/foo')],
  ],
  [
    18,
    '/label orchestrator/foo',
    where(['orchestrator/foo'], [], additional('orchestrator/bar')),
    [refuse(`\`orchestrator/foo\` is not for \`/label\` here, but \`orchestrator/bar\`, ${FAMILIES}.`)],
  ],
])('vector %i: %j', (_, comment, facts, actions) => {
  expect(actionsFor(comment, facts)).toEqual(actions);
});

const restricted = (...entries: All['settings']['labels']['restricted']): Partial<All> => ({
  settings: settingsOf('labels', { additional: [], restricted: entries }),
});
const known = (answer: boolean | string, facts: All): All => ({
  ...facts,
  answers: { ...facts.answers, memberships: new Map([['secret', answer]]) },
});
const forTeam = { label: 'Secret', allowedTeams: ['keepers'] };
const forMallory = { label: 'secret', allowedUsers: ['Mallory'] };
const forGrace = { label: 'secret', allowedUsers: ['grace'] };

test.each<[what: string, comment: string, facts: All, actions: readonly Action[]]>([
  [
    'vector 23: in none of its teams',
    '/label secret',
    known(false, where(['secret'], [], restricted(forTeam))),
    [refuse('`secret` is for members of `keepers` to change.')],
  ],
  [
    'vector 24: not among its people',
    '/label secret',
    where(['secret'], [], restricted(forMallory)),
    [refuse('`secret` is for `Mallory` to change.')],
  ],
  [
    'vector 25: in one of its teams',
    '/label secret',
    known(true, where(['secret'], [], restricted(forTeam))),
    [addLabel('secret')],
  ],
  [
    'vector 25: among its people, in any case',
    '/label SECRET',
    where(['secret'], [], restricted(forGrace)),
    [addLabel('secret')],
  ],
  [
    'entries about one label add up',
    '/label secret',
    where(['secret'], [], restricted(forMallory, forTeam, forGrace)),
    [addLabel('secret')],
  ],
  [
    'what could not be found out is told, and is no consent',
    '/label secret',
    known('Nobody sees that team.', where(['secret'], [], restricted(forTeam))),
    [refuse('`secret` is for members of `keepers` to change. Nobody sees that team.')],
  ],
  [
    'nobody is named',
    '/label secret',
    where(['secret'], [], restricted({ label: 'secret' })),
    [refuse('`secret` is for nobody to change.')],
  ],
  [
    'all problems in one reply, and the rest is done',
    '/label kind/bug secret odd gone',
    where(['kind/bug', 'secret', 'odd'], [], restricted(forMallory)),
    [
      addLabel('kind/bug'),
      reply(
        `There is no label \`gone\` in this repository. \`secret\` is for \`Mallory\` to change. \`odd\` is not for \`/label\` here, but \`secret\`, ${FAMILIES}.`,
      ),
    ],
  ],
  [
    'whom the settings name puts it on even where it lets things be merged',
    '/label secret',
    where(['secret'], [], { ...restricted(forGrace), labelsForMerging: { on: new Set(['secret']), off: new Set() } }),
    [addLabel('secret')],
  ],
])('%s: %j', (_, comment, facts, actions) => {
  expect(actionsFor(comment, facts)).toEqual(actions);
});

test.each<[comment: string, asked: ReadonlyMap<string, readonly string[]>]>([
  ['/label secret', new Map([['secret', ['keepers']]])],
  ['/remove-label Secret kind/bug', new Map([['secret', ['keepers']]])],
  ['/label kind/bug', new Map()],
])('%s asks who is in the teams of restricted labels alone', (comment, asked) => {
  const [line] = parsedFrom(comment);
  if (line?.is !== 'invocation') throw new Error('no invocation');
  const facts = where(['secret'], [], restricted(forTeam));
  expect(line.command.asks?.({ ...facts, args: line.args })).toEqual({ memberships: asked });
});

test('whom a restricted label names is not looked up', () => {
  expect(teamsToAsk(['secret'], 'GRACE', { restricted: [forTeam, forGrace] })).toEqual(new Map());
});

test.each([
  ['lgtm', '/lgtm'],
  ['LGTM', '/lgtm'],
  ['approved', '/approve'],
  ['do-not-merge/hold', '/hold'],
  ['do-not-merge/work-in-progress', 'draft'],
  ['do-not-merge/anything', 'by itself'],
  ['needs-rebase', 'by itself'],
  ['size/XL', 'by itself'],
  ['tide/merge-method-squash', 'by itself'],
  ['ok-to-test', 'vouched'],
  ['needs-ok-to-test', 'vouched'],
  ['cherry-pick-approved', 'release manager'],
])('%s is neither put on nor taken off, and what to do instead is said: %s', (name, instead) => {
  for (const command of ['label', 'remove-label']) {
    const actions = actionsFor(`/${command} ${name}`, where([name], [name]));
    expect(actions).toHaveLength(1);
    expect(actions[0]).toMatchObject({ is: 'refuse' });
    expect(JSON.stringify(actions[0])).toContain(instead);
  }
});

test.each<[who: string, standing: Standing, may: boolean]>([
  ['anyone where OWNERS rule', stranger, true],
  ['a stranger elsewhere', { ...stranger, ownership: { rung: 'roles', approver: false, named: false } }, false],
  ['the author', { ...stranger, author: true, ownership: { rung: 'roles', approver: false, named: false } }, true],
  [
    'whoever may triage',
    { ...stranger, role: 'triage', ownership: { rung: 'roles', approver: false, named: false } },
    true,
  ],
])('%s labels: %j', (_, standing, may) => {
  expect(permits(label.allow, standing)).toBe(may);
});
