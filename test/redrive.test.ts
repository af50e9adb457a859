import { describe, expect, test } from 'vitest';
import { chained, EMPTY_CHAIN, type AuditRecord, type RecordDraft } from '../shared/audit-record.ts';
import type { Delivery } from '../shared/delivery.ts';
import { roundOf, sentRoundAgain } from '../shared/given-up.ts';
import { givenUpIn } from '../shared/redrive.ts';
import { draft } from './store/here.ts';

const GIVEN: Delivery = {
  version: 1,
  id: 'a',
  provider: 'github',
  installation: '1',
  repository: { id: '1', owner: 'acme', name: 'widgets' },
  event: 'labeled',
  sender: { login: 'ada-example', id: '1', bot: false },
  at: '2026-11-25T10:00:00Z',
  receivedAt: '2026-11-25T10:00:00Z',
};

type Short = readonly [
  delivery: string,
  position: number,
  command: string,
  outcome: AuditRecord['outcome'],
  by?: string,
];

function chainOf(all: readonly Short[]): readonly AuditRecord[] {
  const records: AuditRecord[] = [];
  for (const [delivery, position, command, outcome, by = '1'] of all) {
    const text = command.includes(':') ? '' : `/${command}`;
    const given: Partial<RecordDraft> = {
      delivery,
      position,
      command,
      outcome,
      text,
      actor: { login: `u${by}`, id: by },
    };
    records.push(chained(draft(given), records.at(-1) ?? EMPTY_CHAIN));
  }
  return records;
}

test.each<[what: string, records: readonly Short[], found: readonly string[]]>([
  ['nothing', [['a', 0, 'hold', 'done']], []],
  ['a command', [['a', 0, 'hold', 'failed']], ['a: 0']],
  [
    'of two lines the one that failed',
    [
      ['a', 0, 'hold', 'done'],
      ['a', 1, 'label', 'failed'],
    ],
    ['a: 1'],
  ],
  [
    'an event and what it wakes',
    [
      ['a', 2, 'automation:size', 'failed'],
      ['a', 0, 'automation:head', 'failed'],
    ],
    ['a: 0,2'],
  ],
  [
    'in the order in which they failed',
    [
      ['b', 0, 'hold', 'failed'],
      ['a', 0, 'label', 'failed'],
    ],
    ['b: 0', 'a: 0'],
  ],
  [
    'nothing where it came well the second time',
    [
      ['a', 0, 'hold', 'failed'],
      ['a~redrive-1', 0, 'hold', 'done'],
    ],
    [],
  ],
  [
    'the last round where that failed too',
    [
      ['a', 0, 'hold', 'failed'],
      ['a~redrive-1', 0, 'hold', 'failed'],
    ],
    ['a~redrive-1: 0'],
  ],
  [
    'of the last round what failed again',
    [
      ['a', 0, 'hold', 'failed'],
      ['a', 1, 'label', 'failed'],
      ['a~redrive-1', 0, 'hold', 'done'],
      ['a~redrive-1', 1, 'label', 'failed'],
    ],
    ['a~redrive-1: 1'],
  ],
  ['a sweep, which comes again', [['a', 0, 'sweep:merge', 'failed']], ['a: 0 (the next sweep does it anyway)']],
  [
    'what somebody has repeated since',
    [
      ['a', 0, 'hold', 'failed'],
      ['b', 0, 'hold', 'done'],
    ],
    ['a: 0 (u1 repeated it since (record 2))'],
  ],
  [
    'but not what another one has said',
    [
      ['a', 0, 'hold', 'failed'],
      ['b', 0, 'hold', 'done', '2'],
    ],
    ['a: 0'],
  ],
  [
    'nor what failed again',
    [
      ['a', 0, 'hold', 'failed'],
      ['b', 0, 'hold', 'failed'],
    ],
    ['a: 0', 'b: 0'],
  ],
])('of what was given up there is %s', (_, records, found) => {
  const words = givenUpIn(chainOf(records)).map(
    ({ delivery, positions, hindered }) =>
      `${delivery}: ${positions.join(',')}${hindered === undefined ? '' : ` (${hindered})`}`,
  );
  expect(words).toEqual(found);
});

describe('an id', () => {
  test.each<[id: string, first: string, time: number]>([
    ['0a1b-c', '0a1b-c', 0],
    ['0a1b-c~redrive-1', '0a1b-c', 1],
    ['0a1b-c/12~redrive-12', '0a1b-c/12', 12],
    ['~redrive-x', '~redrive-x', 0],
  ])('%s', (id, first, time) => {
    expect(roundOf(id)).toEqual({ first, time });
  });

  test('of what is sent round again counts on from the last one', () => {
    const delivery = { ...GIVEN, id: 'a~redrive-2', redrive: { time: 2, positions: [0, 1] } };
    expect(sentRoundAgain(delivery, [1])).toEqual({
      ...GIVEN,
      id: 'a~redrive-3',
      redrive: { time: 3, positions: [1] },
    });
  });
});
