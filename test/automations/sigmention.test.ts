import { expect, test } from 'vitest';
import { sigmention } from '../../shared/automations/sigmention.ts';
import { groupsIn } from '../../shared/facts/groups.ts';
import { addLabel, NO_ANSWERS, notice, type Action } from '../../shared/language/index.ts';
import { decided, given, settingsOf } from '../support/given.ts';

const DEFINED = ['sig/node', 'sig/API-machinery', 'kind/bug', 'kind/design', 'wg/lts'];

type More = { readonly on?: readonly string[]; readonly member?: boolean; readonly notices?: readonly string[] };

async function done(
  teams: readonly string[],
  more: More = {},
  settings = given().settings,
): Promise<readonly Action[]> {
  const asked = sigmention.asks?.({ ...given(), teams, settings }) ?? {};
  const groups =
    asked.groups === undefined
      ? undefined
      : await groupsIn(teams, asked.groups, {
          labels: async () => new Set(more.on),
          repositoryLabels: async () => new Set(DEFINED),
          member: async () => more.member ?? true,
        });
  const notices = new Set(more.notices);
  return decided(sigmention, { answers: { ...NO_ANSWERS, groups }, notices, settings });
}

const told = (subject: string, text: string): Action => notice(`teams:${subject}`, text);

test.each<[teams: readonly string[], more: More, actions: readonly Action[]]>([
  [['kubernetes/sig-node-bugs'], {}, [addLabel('sig/node'), addLabel('kind/bug')]],
  [['kubernetes/sig-node-misc'], {}, [addLabel('sig/node')]],
  [['kubernetes/sig-node-bugs'], { on: ['SIG/node', 'kind/bug'] }, []],
  [['kubernetes/sig-api-machinery-proposals'], {}, [addLabel('sig/API-machinery'), addLabel('kind/design')]],
  // Neither a label of that name, nor one for the kind.
  [['kubernetes/sig-nowhere-bugs'], { member: false }, []],
  [['kubernetes/sig-node-feature-requests'], {}, [addLabel('sig/node')]],
  [['kubernetes/sig-node'], {}, []],
  [[], {}, []],
  [
    ['kubernetes/sig-node-proposals', 'kubernetes/sig-api-machinery-bugs'],
    { member: false },
    [
      addLabel('sig/node'),
      addLabel('sig/API-machinery'),
      addLabel('kind/design'),
      addLabel('kind/bug'),
      told(
        'kubernetes/sig-api-machinery-bugs,kubernetes/sig-node-proposals',
        '@kubernetes/sig-node-proposals @kubernetes/sig-api-machinery-bugs: `Grace` speaks to you here.',
      ),
    ],
  ],
  // Who was spoken to once is not spoken to again.
  [
    ['kubernetes/sig-node-misc'],
    { member: false, on: ['sig/node'], notices: ['teams:kubernetes/sig-node-misc,kubernetes/sig-node-bugs'] },
    [],
  ],
])('%j, %j', async (teams, more, actions) => {
  expect(await done(teams, more)).toEqual(actions);
});

test('which teams, and what they stand for, is for the settings', async () => {
  const settings = settingsOf('sigmention', {
    regexp: '@acme/wg-([a-z]+)(?:-(x))?$',
    family: 'wg',
    kinds: [{ suffix: 'x', label: 'kind/bug' }],
  });
  expect(await done(['acme/wg-lts'], {}, settings)).toEqual([addLabel('wg/lts')]);
  expect(await done(['acme/wg-lts-x'], {}, settings)).toEqual([addLabel('wg/lts'), addLabel('kind/bug')]);
  expect(await done(['acme/sig-node-bugs'], {}, settings)).toEqual([]);
  expect(await done(['acme/wg-lts'], {}, settingsOf('sigmention', { regexp: '(' }))).toEqual([]);
});

test('a label that is for some people only does not come by speaking to somebody', async () => {
  const settings = settingsOf('labels', { restricted: [{ label: 'SIG/node', allowedTeams: ['leads'] }] });
  expect(await done(['kubernetes/sig-node-bugs'], {}, settings)).toEqual([addLabel('kind/bug')]);
});

test('where no team is named, nothing is asked', () => {
  expect(sigmention.asks?.(given())).toEqual({});
});
