import { describe, expect, test } from 'vitest';
import { settingsCheck } from '../../shared/automations/settings-check.ts';
import type { Action, Proposal } from '../../shared/language/index.ts';
import { decided, given, HEAD, pullOf, type All } from '../support/given.ts';

const FILE = '.github/bowsprit.yaml';
const proposal = (more: Partial<Proposal>): Proposal => ({ files: [FILE], mistakes: [], changes: [], ...more });
const mistake = (breaks: boolean, line = 3): Proposal['mistakes'][number] => ({
  path: FILE,
  line,
  column: 5,
  problem: '`merge.enabled` must be true or false.',
  breaks,
});
const actions = (more: Partial<Proposal>, facts: Partial<All> = {}): readonly Action[] =>
  decided(settingsCheck, given({ proposal: proposal(more), ...facts }));
const stands = { notices: new Set(['settings']) };

test('says nothing of a pull request that touches neither settings nor OWNERS', () => {
  expect(actions({ files: [] })).toEqual([]);
});

test('says nothing of one that is closed', () => {
  expect(actions({ mistakes: [mistake(true)] }, { pull: pullOf({ state: 'closed' }) })).toEqual([]);
});

describe('the check', () => {
  test.each<[what: string, more: Partial<Proposal>, conclusion: string, title: string]>([
    ['nothing changes', {}, 'success', 'Well written; no setting would change'],
    ['something changes', { changes: ['`a` would be `b`.'] }, 'success', '1 setting would change'],
    ['several change', { changes: ['a', 'b'] }, 'success', '2 settings would change'],
    ['something is ignored', { mistakes: [mistake(false)] }, 'neutral', '1 setting would not count'],
    [
      'something changes and something is ignored',
      { mistakes: [mistake(false)], changes: ['a', 'b'] },
      'neutral',
      '2 settings would change, 1 would not count',
    ],
    [
      'a file is broken',
      { mistakes: [mistake(true), mistake(false)] },
      'failure',
      '1 mistake: it would keep a file from taking effect',
    ],
    [
      'files are broken',
      { mistakes: [mistake(true), mistake(true, 4)] },
      'failure',
      '2 mistakes: they would keep a file from taking effect',
    ],
  ])('where %s', (_, more, conclusion, title) => {
    expect(actions(more)[0]).toMatchObject({
      is: 'report',
      check: 'bowsprit/settings',
      headSha: HEAD,
      conclusion,
      title,
    });
  });

  test('marks each line', () => {
    expect(actions({ mistakes: [mistake(true), mistake(false, 9)] })[0]).toMatchObject({
      annotations: [
        { path: FILE, line: 3, column: 5, level: 'failure', message: '`merge.enabled` must be true or false.' },
        { path: FILE, line: 9, column: 5, level: 'warning', message: '`merge.enabled` must be true or false.' },
      ],
    });
  });

  test.each<[affected: Proposal['affected'], sentence: string]>([
    [{ names: ['a', 'b', 'c'], count: 3, complete: true }, '3 repositories are affected: `a`, `b` and `c`.'],
    [{ names: ['a'], count: 1, complete: true }, '1 repository is affected: `a`.'],
    [{ names: ['a'], count: 12, complete: false }, 'At least 12 repositories are affected: `a` and 11 more.'],
    [{ names: [], count: 0, complete: true }, 'No repository is affected.'],
    [{ names: [], count: 0, complete: false }, 'Of the repositories looked at none is affected.'],
  ])('%j: %s', (affected, sentence) => {
    const [report] = actions({ changes: ['`/hold` would be for anyone; now it is for reviewers.'], affected });
    expect(report).toMatchObject({ text: expect.stringContaining(sentence) });
    expect(report).toMatchObject({ text: expect.stringContaining('- `/hold` would be for anyone') });
  });
});

describe('the comment', () => {
  test('is made where somebody must act, and names line and reason', () => {
    expect(actions({ mistakes: [mistake(true)] })[1]).toMatchObject({
      is: 'notice',
      subject: 'settings',
      quiet: false,
      text: expect.stringContaining(`- \`${FILE}\` line 3: \`merge.enabled\` must be true or false.`),
    });
  });

  // Whoever reads it has no checkout of Bowsprit, and npx would fetch whatever is called so.
  test('has nobody fetch what is called like us', () => {
    expect(JSON.stringify(actions({ mistakes: [mistake(true)] }))).not.toContain('npx');
  });

  test.each<[what: string, more: Partial<Proposal>]>([
    ['what is in order', {}],
    ['what only does not count', { mistakes: [mistake(false)] }],
  ])('is not made for %s', (_, more) => {
    expect(actions(more).map(({ is }) => is)).toEqual(['report']);
  });

  test.each<[what: string, more: Partial<Proposal>, words: string]>([
    ['mended', {}, 'in order'],
    ['taken out of the pull request', { files: [] }, 'no longer changes'],
  ])('is brought up to date once the file is %s', (_, more, words) => {
    expect(actions(more, stands).at(-1)).toMatchObject({
      is: 'notice',
      quiet: true,
      text: expect.stringContaining(words),
    });
  });
});

describe('who could use which commands', () => {
  const commands: Proposal['commands'] = [
    { line: '/hold', gains: ['members of the team acme/release'], loses: ['everybody else'] },
    { line: '/close', gains: ['members of the team acme/release'], loses: [] },
  ];

  test('is told by who it is, in the check and to those who decide', () => {
    const [report, notice] = actions({ changes: ['a', 'b'], commands });
    expect(report).toMatchObject({
      text: expect.stringContaining(
        '**Who could use more commands**\n\n- Members of the team acme/release: `/hold` and `/close`\n\n**Who could use fewer**\n\n- Everybody else: `/hold`',
      ),
    });
    expect(notice).toMatchObject({ is: 'notice', subject: 'power' });
    expect(JSON.stringify(notice)).toContain('This pull request changes who may use which commands.');
    expect(JSON.stringify(notice)).not.toContain('Counted over the files');
  });

  test('stands beside who could approve', () => {
    const power = { gains: [{ who: 'grace', files: 2, folder: 'docs' }], losses: [], complete: true };
    const [, notice] = actions({ changes: ['a'], commands, power });
    const said = JSON.stringify(notice);
    for (const words of ['changes who approves what', '`grace`: 2 files below `docs`', 'Everybody else: `/hold`']) {
      expect(said).toContain(words);
    }
  });

  test('nobody is told where nobody gains or loses', () => {
    expect(actions({ changes: ['a'], commands: [] }).map(({ is }) => is)).toEqual(['report']);
  });
});

test('the clock looks as well, where an event was lost', () => {
  expect(settingsCheck.on).toContain('found');
});
