import { expect, test } from 'vitest';
import { addLabel, refuse, removeLabel, reply, type Action } from '../../shared/language/index.ts';
import { actionsFor, given, settingsOf, type All } from '../support/given.ts';

/** Facts: labels of the repository, labels that are on. */
const where = (repository: readonly string[], on: readonly string[] = [], more: Partial<All> = {}): All =>
  given({ repositoryLabels: new Set(repository), labels: new Set(on), ...more });

const sigs = ['sig/testing', 'sig/node', 'sig/auth'];

test.each<[comment: string, facts: All, actions: readonly Action[]]>([
  ['/remove-triage accepted', where([], ['triage/accepted'], { role: 'read' }), [removeLabel('triage/accepted')]],
  ['/remove-area infra', where([], ['area/infra']), [removeLabel('area/infra')]],
  ['/unlabel area/infra', where([], ['Area/Infra']), [removeLabel('Area/Infra')]],
  ['/remove-area infra', where([], []), [refuse('`area/infra` is not on. There is none to take off.')]],
  [
    '/remove-area infra api',
    where([], ['kind/bug', 'lgtm']),
    [refuse('`area/infra` and `area/api` are not on. On are `kind/bug`.')],
  ],
  [
    '/remove-area infra api',
    where([], ['area/infra']),
    [removeLabel('area/infra'), reply('`area/api` is not on. On are `area/infra`.')],
  ],
  [
    '/remove-kind api-server',
    where(['kind/api-server', 'needs-kind'], ['kind/api-server']),
    [removeLabel('kind/api-server'), addLabel('needs-kind')],
  ],
  ['/remove-sig testing', where([...sigs, 'needs-sig'], sigs), [removeLabel('sig/testing')]],
  [
    '/remove-triage needs-information accepted',
    where(['needs-triage'], ['triage/needs-information', 'triage/accepted']),
    [removeLabel('triage/needs-information'), removeLabel('triage/accepted'), addLabel('needs-triage')],
  ],
  ['/remove-area infra', where(['needs-area'], ['area/infra']), [removeLabel('area/infra')]],
  [
    '/remove-sig testing\n/sig node',
    where(['sig/testing', 'sig/node', 'needs-sig'], ['sig/testing']),
    [removeLabel('sig/testing'), addLabel('needs-sig'), addLabel('sig/node'), removeLabel('needs-sig')],
  ],
  [
    '/remove-label needs-review',
    where([], ['Needs-Review'], { labelsForMerging: { on: new Set(), off: new Set(['needs-review']) } }),
    [refuse('Without `Needs-Review` a pull request can be merged here, so it is for people who may triage.')],
  ],
])('%j', (comment, facts, actions) => {
  expect(actionsFor(comment, facts)).toEqual(actions);
});

/** Of the reference's 26 about labels; the number is the one there. */
test.each<[number: number, comment: string, facts: All, actions: readonly Action[]]>([
  [
    14,
    '/remove-priority low high\n/remove-kind api-server\n/remove-area  infra',
    where([], ['priority/low', 'priority/high', 'kind/api-server', 'area/infra']),
    [
      removeLabel('priority/low'),
      removeLabel('priority/high'),
      removeLabel('kind/api-server'),
      removeLabel('area/infra'),
    ],
  ],
  [
    15,
    '/remove-area infra\n/area infra',
    where(['area/infra'], ['area/infra']),
    [removeLabel('area/infra'), addLabel('area/infra')],
  ],
  [
    16,
    '/remove-label',
    where([]),
    [refuse('`/remove-label` needs more: labels that are on. Write `/remove-label <labels …>`.')],
  ],
  [
    19,
    '/remove-label orchestrator/jar',
    where([], ['orchestrator/jar'], { settings: settingsOf('labels', { additional: [], prefixes: ['kind'] }) }),
    [refuse('`orchestrator/jar` is not for `/remove-label` here, but `kind/…`.')],
  ],
  [
    26,
    '/remove-label secret kind/bug',
    where([], ['secret', 'kind/bug'], {
      settings: settingsOf('labels', { restricted: [{ label: 'secret', allowedUsers: ['mallory'] }] }),
    }),
    [removeLabel('kind/bug'), reply('`secret` is for `mallory` to change.')],
  ],
])('vector %i: %j', (_, comment, facts, actions) => {
  expect(actionsFor(comment, facts)).toEqual(actions);
});
