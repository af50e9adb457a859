import { expect, test } from 'vitest';
import { parentsWithoutNote } from '../../shared/facts/release-notes.ts';

const here = { owner: 'acme', name: 'widgets' };
const LABELS: Readonly<Record<number, readonly string[]>> = {
  2: ['release-note'],
  3: ['Release-Note-Action-Required'],
  4: ['release-note-none'],
};

test.each<[description: string, base: string, without: readonly number[] | undefined, asked: readonly number[]]>([
  ['Cherry pick of #2 on v1.\nCherry pick of #3 on v1.', 'v1', [], [2, 3]],
  ['Cherry pick of #2 on v1.\nCherry pick of #4 on v1.', 'v1', [4], [2, 4]],
  ['Cherry pick of #9 on v1.', 'v1', [9], [9]],
  ['Cherry pick of #2 on main.', 'main', undefined, []],
  ['Cherry pick of #2 on v1.\n```release-note\nx\n```', 'v1', undefined, []],
  ['A change.', 'v1', undefined, []],
])('%j into %s: %j', async (description, base, without, asked) => {
  const looked: number[] = [];
  const read = {
    defaultBranch: async () => 'main',
    issueAt: async ({ number }: { readonly number: number }) => {
      looked.push(number);
      const labels = LABELS[number];
      return labels === undefined ? undefined : ({ kind: 'pull', labels } as const);
    },
  };
  expect([await parentsWithoutNote(description, base, here, read), looked]).toEqual([without, asked]);
});
