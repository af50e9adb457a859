import { expect, test } from 'vitest';
import { isNewcomer } from '../../shared/facts/newcomer.ts';
import type { Role } from '../../shared/language/index.ts';

type Row = readonly [
  association: 'insider' | 'contributor' | 'newcomer' | undefined,
  others: boolean | undefined,
  role: Role,
  member: boolean,
  is: boolean,
  asked: readonly string[],
];

test.each<Row>([
  ['insider', false, 'none', false, false, []],
  ['contributor', false, 'none', false, false, []],
  ['newcomer', true, 'read', false, false, ['others']],
  ['newcomer', false, 'read', false, true, ['others', 'role', 'member']],
  ['newcomer', false, 'triage', false, false, ['others', 'role']],
  // A membership that is not shown to everybody.
  ['newcomer', false, 'read', true, false, ['others', 'role', 'member']],
  [undefined, false, 'read', false, true, ['others', 'role', 'member']],
  // Where the forge does not list what somebody wrote, its own word counts.
  ['newcomer', undefined, 'read', false, true, ['others', 'role', 'member']],
  [undefined, undefined, 'read', false, false, ['others']],
])('%s, other pull requests: %s, role: %s, member: %s: %s', async (association, others, role, member, is, asked) => {
  const asking: string[] = [];
  const ask = async <T>(what: string, answer: T): Promise<T> => {
    asking.push(what);
    return answer;
  };
  const found = await isNewcomer({
    association,
    otherPulls: () => ask('others', others),
    role: () => ask('role', role),
    member: () => ask('member', member),
  });
  expect([found, asking]).toEqual([is, asked]);
});
