import { describe, expect, test } from 'vitest';
import { chained, EMPTY_CHAIN, type AuditRecord, type RecordedAction } from '../../shared/audit-record.ts';
import { undoableIn } from '../../shared/facts/undoable.ts';
import type { Hold, Undoable } from '../../shared/language/index.ts';
import { draft } from '../store/here.ts';

const ADA = { login: 'ada', id: '1' };
const GRACE = { login: 'grace', id: '2' };

type Deed = {
  readonly by?: typeof ADA;
  readonly command: string;
  readonly text?: string;
  readonly outcome?: AuditRecord['outcome'];
  readonly actions: readonly RecordedAction[];
};

function chainOf(deeds: readonly Deed[]): readonly AuditRecord[] {
  const records: AuditRecord[] = [];
  for (const [position, { by = ADA, command, text = `/${command}`, outcome = 'done', actions }] of deeds.entries()) {
    const next = draft({ id: `r${position}`, position, actor: by, command, text, outcome, actions: [...actions] });
    records.push(chained(next, records.at(-1) ?? EMPTY_CHAIN));
  }
  return records;
}

type Now = {
  readonly title?: string;
  readonly state?: 'open' | 'closed';
  readonly merged?: boolean;
  readonly on?: readonly string[];
  readonly holds?: readonly Hold[];
};

const AT = '2026-11-25T10:00:00Z';
const held = (by: string, more: Partial<Hold> = {}): Hold => ({ by, reason: '', at: AT, ...more });

const found = (deeds: readonly Deed[], now: Now = {}): Promise<Undoable> =>
  undoableIn(chainOf(deeds), ADA, {
    title: now.title ?? 'New',
    state: now.state ?? 'open',
    merged: now.merged ?? false,
    labels: async () => new Set(now.on ?? ['kind/bug']),
    holds: now.holds ?? [],
  });

const done = (is: string, more: Readonly<Record<string, unknown>> = {}): RecordedAction => ({
  is,
  result: 'done',
  ...more,
});
const recorded = (is: string, more: Readonly<Record<string, unknown>> = {}): RecordedAction => ({
  is,
  result: 'recorded',
  ...more,
});
const bug: Deed = { command: 'label', text: '/kind bug', actions: [done('add-label', { label: 'kind/bug' })] };
const holding = (more: Readonly<Record<string, unknown>> = {}): Deed => ({
  command: 'hold',
  text: '/hold',
  actions: [recorded('hold', { by: 'ada', ...more })],
});
const undid = (record: string): Deed => ({ command: 'undo', actions: [recorded('undone', { record })] });

describe('what is taken back, and how', () => {
  test.each<[title: string, deeds: readonly Deed[], now: Now, lines: readonly string[]]>([
    ['a label', [bug], {}, ['/remove-label kind/bug']],
    [
      'a label off',
      [{ command: 'remove-label', actions: [done('remove-label', { label: 'a b' })] }],
      {},
      ['/label a b'],
    ],
    [
      'only what was changed',
      [
        {
          command: 'label',
          actions: [{ is: 'add-label', label: 'x', result: 'unchanged' }, done('add-label', { label: 'kind/bug' })],
        },
      ],
      {},
      ['/remove-label kind/bug'],
    ],
    ['people', [{ command: 'assign', actions: [done('assign', { logins: ['a', 'b'] })] }], {}, ['/unassign @a @b']],
    ['people off', [{ command: 'unassign', actions: [done('unassign', { logins: ['a'] })] }], {}, ['/assign @a']],
    [
      'a review',
      [{ command: 'cc', actions: [done('request-review', { reviewers: ['a', 'o/t'] })] }],
      {},
      ['/uncc @a @o/t'],
    ],
    ['closing', [{ command: 'close', actions: [done('close')] }], { state: 'closed' }, ['/reopen']],
    ['reopening', [{ command: 'reopen', actions: [done('reopen')] }], {}, ['/close']],
    [
      'a title',
      [{ command: 'retitle', actions: [done('retitle', { title: 'New', was: 'Old' })] }],
      {},
      ['/retitle Old'],
    ],
    [
      'an lgtm, with the label that follows it',
      [
        {
          command: 'lgtm',
          actions: [recorded('vote', { vote: 'lgtm', by: 'ada' }), done('add-label', { label: 'kind/bug' })],
        },
      ],
      {},
      ['/lgtm cancel'],
    ],
    [
      'an lgtm taken back',
      [{ command: 'lgtm', actions: [recorded('withdraw', { vote: 'lgtm', by: 'ada' })] }],
      {},
      ['/lgtm'],
    ],
    ['a hold', [holding()], { holds: [held('ada')] }, ['/hold cancel']],
    ['one of several people', [holding()], { holds: [held('grace'), held('ada')] }, ['/hold cancel']],
    [
      'the one before, where the last is taken back',
      [bug, { command: 'close', actions: [done('close')] }, undid('r1')],
      {},
      ['/remove-label kind/bug'],
    ],
    [
      'not what others did',
      [bug, { by: GRACE, command: 'assign', actions: [done('assign', { logins: ['x'] })] }],
      {},
      ['/remove-label kind/bug'],
    ],
    [
      'not what rules did',
      [bug, { command: 'automation:size', text: '', actions: [done('add-label', { label: 'size/S' })] }],
      {},
      ['/remove-label kind/bug'],
    ],
    [
      'not what was refused',
      [bug, { command: 'close', outcome: 'refused', actions: [] }],
      {},
      ['/remove-label kind/bug'],
    ],
    [
      'not what was only answered',
      [bug, { command: 'why', actions: [done('reply', { text: 'x' })] }],
      {},
      ['/remove-label kind/bug'],
    ],
  ])('%s', async (_, deeds, now, lines) => {
    expect(await found(deeds, now)).toMatchObject({ is: 'so', lines });
  });
});

test('nothing is left once all is taken back, and an account of the same name did nothing', async () => {
  expect(await found([bug, undid('r0')])).toEqual({ is: 'nothing' });
  expect(await found([{ ...bug, by: { login: 'ada', id: '7' } }])).toEqual({ is: 'nothing' });
  expect(await found([])).toEqual({ is: 'nothing' });
});

describe('what is not taken back', () => {
  test.each<[why: string, deeds: readonly Deed[], now: Now]>([
    ['It is merged', [bug], { merged: true }],
    ['Somebody changed it by hand since.', [bug], { on: [] }],
    [
      'Somebody changed it by hand since.',
      [{ command: 'retitle', actions: [done('retitle', { title: 'x', was: 'Old' })] }],
      {},
    ],
    ['Somebody changed it by hand since.', [{ command: 'close', actions: [done('close')] }], {}],
    [
      'It was changed since, by `/remove-label` of `grace`.',
      [bug, { by: GRACE, command: 'remove-label', actions: [done('remove-label', { label: 'Kind/Bug' })] }],
      {},
    ],
    [
      'It was changed since, by the rule `label-by-hand`.',
      [
        { command: 'lgtm', actions: [recorded('vote', { vote: 'lgtm', by: 'ada' })] },
        {
          by: GRACE,
          command: 'automation:label-by-hand',
          text: '',
          actions: [recorded('withdraw', { vote: 'lgtm', by: 'Ada' })],
        },
      ],
      {},
    ],
    [
      'move it back from there',
      [{ command: 'transfer-issue', actions: [done('transfer-issue', { repository: 'x' })] }],
      {},
    ],
    ['the forge shows its edits', [{ command: 'link-issue', actions: [done('describe', { text: 'x' })] }], {}],
    [
      'A pull request of its own came of it',
      [{ command: 'cherrypick', actions: [done('cherry-pick', { target: 'x' })] }],
      {},
    ],
    [
      'lists what changes it',
      [{ command: 'retitle', actions: [done('retitle', { title: 'New', was: 'Fix # it' })] }],
      {},
    ],
    [
      'The hold is not there any more.',
      [holding(), { by: GRACE, command: 'hold', actions: [recorded('lift-holds')] }],
      { holds: [held('linus')] },
    ],
    ['The hold is not there any more.', [holding()], { holds: [held('ada', { id: '7' })] }],
    [
      'You hold it for other reasons as well',
      [holding({ until: { is: 'merged', pull: 5 } }), holding()],
      { holds: [held('ada', { until: { is: 'merged', pull: 5 } }), held('ada')] },
    ],
    ['You had held it before', [holding({ reason: 'docs' }), holding({ reason: 'tests' })], { holds: [held('ada')] }],
    ['lists what changes it', [{ command: 'freeze', actions: [recorded('freeze', { branch: 'main' })] }], {}],
  ])('%s', async (why, deeds, now) => {
    expect(await found(deeds, now)).toMatchObject({ is: 'not', because: expect.stringContaining(why) });
  });
});
