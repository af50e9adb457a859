import { expect, test } from 'vitest';
import { label } from '../../shared/commands/label.ts';
import {
  addLabel,
  permits,
  refuse,
  removeLabel,
  reply,
  type Action,
  type Standing,
} from '../../shared/language/index.ts';
import { actionsFor, given, stranger, type All } from '../support/given.ts';

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
  ['/triage accepted', where(['triage/accepted'], [], { role: 'triage' }), [addLabel('triage/accepted')]],
  [
    '/label cla-yes kind/bug',
    where(['CLA-yes', 'kind/bug'], [], { labelsForMerging: { on: new Set(['cla-yes']), off: new Set(['kind/bug']) } }),
    [addLabel('kind/bug'), reply('`CLA-yes` lets a pull request be merged here, so it is for people who may triage.')],
  ],
])('%j', (comment, facts, actions) => {
  expect(actionsFor(comment, facts)).toEqual(actions);
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
