import { describe, expect, test } from 'vitest';
import {
  dropOverride,
  override,
  refuse,
  reply,
  report,
  setStatus,
  type Action,
  type Check,
  type Override,
} from '../../shared/language/index.ts';
import { checksGate } from '../../shared/merge/leaves/checks.ts';
import { MAX_STATUS_CHARS } from '../../shared/language/actions.ts';
import { overriddenBy as shownFor, withOverrides } from '../../shared/language/overrides.ts';
import { actionsFor, given, HEAD, pullOf, settingsOf, subjectOf } from '../support/given.ts';

const BASE = 'c'.repeat(40);
const URL = 'https://ci.example/1';

const check = (name: string, more: Partial<Check> = {}): Check => ({
  name,
  state: 'failure',
  required: false,
  from: 'status',
  ...more,
});
const CHECKS: readonly Check[] = [
  check('unit', { url: URL }),
  check('ci / lint', { from: 'run', description: '2 mistakes' }),
  check('slow', { state: 'pending' }),
  check('building', { state: 'pending', from: 'run' }),
  check('fine', { state: 'success' }),
  { name: 'missing', state: 'pending', required: true },
  check('bowsprit/merge', { from: 'run', state: 'failure' }),
];
const pull = pullOf({ checks: CHECKS, baseSha: BASE });
const said = (name: string, more: Partial<Override> = {}): Omit<Override, 'at'> => ({
  check: name,
  by: 'Grace',
  headSha: HEAD,
  baseRef: 'main',
  baseSha: BASE,
  sticky: false,
  reason: '',
  from: ['status'],
  ...more,
});
const green = (context: string, more: { readonly description?: string; readonly url?: string } = {}): Action =>
  setStatus({ context, headSha: HEAD, state: 'success', description: `Overridden by Grace BaseSHA:${BASE}`, ...more });
const ANY_REPLY: unknown = { is: 'reply', text: expect.any(String) };
const OFFER = 'To be overridden: `unit`, `ci / lint`, `slow` and `missing`.';

const red = (context: string, url?: string): Action =>
  setStatus({
    context,
    headSha: HEAD,
    state: 'failure',
    description: 'Override cancelled by Grace',
    ...(url === undefined ? {} : { url }),
  });

const overriddenBy = (comment: string): readonly string[] =>
  actionsFor(comment, given({ pull })).flatMap((each) => (each.is === 'override' ? [each.check] : []));

describe('/override', () => {
  test.each<[comment: string, actions: readonly unknown[]]>([
    [
      '/override unit',
      [
        override(said('unit')),
        green('unit', { url: URL }),
        reply(
          '`unit` counts as green at `aaaaaaa`, until the head or `main` moves; `/override-sticky unit` lasts also when `main` moves. `/override-cancel unit` takes it back.',
        ),
      ],
    ],
    ['/OVERRIDE\tUnit  ', [override(said('unit')), green('unit', { url: URL }), ANY_REPLY]],
    [
      '/override "ci / lint" unit because the runner is  out of disk',
      [
        override(said('ci / lint', { from: ['run'], reason: 'the runner is out of disk' })),
        override(said('unit', { reason: 'the runner is out of disk' })),
        report({
          check: 'ci / lint',
          headSha: HEAD,
          conclusion: 'success',
          title: `Overridden by Grace BaseSHA:${BASE}`,
          text: `Overridden by Grace BaseSHA:${BASE}.`,
          annotations: [],
        }),
        green('unit', { url: URL }),
      ],
    ],
    [
      '/override-sticky unit',
      [
        override(said('unit', { sticky: true })),
        green('unit', { url: URL, description: 'Overridden by Grace [prow:skip-retest] Base:main' }),
        reply(
          '`unit` counts as green at `aaaaaaa`, until the head moves or it goes elsewhere than `main`. `/override-cancel unit` takes it back.',
        ),
      ],
    ],
    ['/override slow', [override(said('slow')), green('slow')]],
    ['/override missing', [override(said('missing')), green('missing')]],
    ['/override fine', [reply('`fine` is green already.')]],
    ['/override unit fine', [override(said('unit')), green('unit', { url: URL })]],
    ['/override building', [refuse('`building` is still running, so there is nothing to override yet.')]],
    ['/override unit building', [refuse('`building` is still running, so there is nothing to override yet.')]],
    ['/override', [refuse(`Say which check: \`/override <name>\`. ${OFFER}`)]],
    ['/override because it is late', [refuse(`Say which check: \`/override <name>\`. ${OFFER}`)]],
    ['/override-sticky', [refuse(`Say which check: \`/override-sticky <name>\`. ${OFFER}`)]],
    ['/override nothing', [refuse(`\`nothing\` is no check of this head; nothing was done. ${OFFER}`)]],
    [
      '/override unit "no such" either',
      [refuse(`\`no such\` and \`either\` are no checks of this head; nothing was done. ${OFFER}`)],
    ],
    ['/override bowsprit/merge', [refuse('`bowsprit/merge` follows from all else: `/why` says what is missing.')]],
    ['/override Bowsprit/Merge', [refuse('`bowsprit/merge` follows from all else: `/why` says what is missing.')]],
    [
      `/override ${Array.from({ length: 21 }, (_, index) => `c${index}`).join(' ')}`,
      [refuse('At most 20 checks are overridden at once.')],
    ],
    [
      '/override "unit',
      [
        refuse(
          '`/override` has a quotation mark without its other half, and nothing was done. Write `/override [cancel] [sticky] [checks …]`.',
        ),
      ],
    ],
    ['/overrides unit', [refuse('`/overrides` is not a command. Did you mean `/override`?')]],
    ['/override unit # as agreed', [override(said('unit')), green('unit', { url: URL })]],
    ['> /override unit', []],
  ])('%s', (comment, actions) => {
    const found = actionsFor(comment, given({ pull }));
    expect(actions.length === 0 ? found : found.slice(0, actions.length)).toEqual(actions);
    expect(found.filter(({ is }) => is === 'refuse').length).toBe(
      found.length === 1 && found[0]?.is === 'refuse' ? 1 : 0,
    );
  });

  test('two lines are two overrides; one taken back on a later line is not', () => {
    expect(overriddenBy('/override unit\n/override "ci / lint"')).toEqual(['unit', 'ci / lint']);
    expect(overriddenBy('/override unit\n/override-cancel unit')).toEqual([]);
    expect(overriddenBy('/override unit\n/override-cancel')).toEqual([]);
  });

  test('a reason is asked for where the repository does', () => {
    const facts = given({ pull, settings: settingsOf('override', { reasonRequired: true }) });
    expect(actionsFor('/override "ci / lint"', facts)).toEqual([
      refuse('A reason is asked for here: `/override "ci / lint" because …`.'),
    ]);
    expect(actionsFor('/override "ci / lint" because it is flaky', facts).some(({ is }) => is === 'override')).toBe(
      true,
    );
    expect(actionsFor('/override-sticky unit because', facts)).toEqual([
      refuse('A reason is asked for here: `/override-sticky unit because …`.'),
    ]);
  });

  test('what is closed or merged is overridden no more', () => {
    for (const merged of [true, false]) {
      const facts = given({ pull, subject: subjectOf({ state: 'closed', merged }) });
      expect(actionsFor('/override unit', facts)).toEqual([
        refuse(merged ? 'It is merged; nothing more can be decided here.' : 'It is closed; reopen it first.'),
      ]);
    }
  });

  test('a list that is not whole is told', () => {
    const facts = given({ pull: { ...pull, checksComplete: false } });
    expect(actionsFor('/override x', facts)).toEqual([
      refuse(`\`x\` is no check of this head; nothing was done. ${OFFER} The forge did not list all checks.`),
    ]);
  });

  test('a plain override is made one that lasts', () => {
    const standing = { ...said('unit', { by: 'grace' }), at: '2026-03-01T12:00:00Z' };
    const checks = withOverrides(CHECKS, [standing], { headSha: HEAD, baseRef: 'main', baseSha: BASE });
    const facts = given({ pull: { ...pull, checks }, overrides: [standing] });
    expect(actionsFor('/override unit', facts)).toEqual([reply('`unit` is green already.')]);
    expect(actionsFor('/override-sticky unit', facts)[0]).toEqual(override(said('unit', { sticky: true })));
  });
});

describe('/override-cancel', () => {
  const standing = [
    { ...said('unit', { by: 'ada' }), at: '2026-03-01T12:00:00Z' },
    { ...said('ci / lint', { by: 'ada', from: ['run'] }), at: '2026-03-01T12:00:00Z' },
  ];
  const prows = check('e2e', { state: 'success', description: 'Overridden by linus BaseSHA:1', url: URL });
  const redRun = report({
    check: 'ci / lint',
    headSha: HEAD,
    conclusion: 'failure',
    title: 'Override cancelled by Grace',
    text: 'Override cancelled by Grace.',
    annotations: [],
  });

  test.each<[comment: string, actions: readonly Action[]]>([
    [
      '/override-cancel unit',
      [dropOverride('unit', 'Grace'), red('unit', URL), reply('`unit` counts as red again, until it is run anew.')],
    ],
    [
      '/override-cancel',
      [
        dropOverride('unit', 'Grace'),
        dropOverride('ci / lint', 'Grace'),
        dropOverride('e2e', 'Grace'),
        red('unit', URL),
        redRun,
        red('e2e', URL),
        reply('`unit`, `ci / lint` and `e2e` count as red again, until it is run anew.'),
      ],
    ],
    [
      '/remove-override "CI / lint"',
      [dropOverride('ci / lint', 'Grace'), redRun, reply('`ci / lint` counts as red again, until it is run anew.')],
    ],
    [
      '/override cancel e2e',
      [dropOverride('e2e', 'Grace'), red('e2e', URL), reply('`e2e` counts as red again, until it is run anew.')],
    ],
    ['/unoverride fine', [refuse('`fine` is not overridden. Overridden: `unit`, `ci / lint` and `e2e`.')]],
  ])('%s', (comment, actions) => {
    const facts = given({ pull: { ...pull, checks: [...CHECKS, prows] }, overrides: standing });
    expect(actionsFor(comment, facts)).toEqual(actions);
  });

  test('where nothing is overridden', () => {
    expect(actionsFor('/override-cancel', given({ pull }))).toEqual([refuse('Nothing is overridden at this head.')]);
  });
});

test('what the forge shows of one that lasts fits into a status, however long the name of its branch', () => {
  const [by, baseRef, headSha] = ['g'.repeat(39), `x/${'long-'.repeat(40)}`, HEAD];
  const description = shownFor({ ...said('unit'), by, baseRef, sticky: true });
  expect(description.length).toBeLessThanOrEqual(MAX_STATUS_CHARS);
  const checks = [check('unit', { state: 'success', description })];
  expect(withOverrides(checks, [], { headSha, baseRef })).toEqual(checks);
  expect(withOverrides(checks, [], { headSha, baseRef: 'main' })).toMatchObject([{ state: 'failure' }]);
});

describe('what the gate makes of it', () => {
  const at = '2026-03-01T12:00:00Z';
  const ours = `Overridden by grace BaseSHA:${BASE}`;
  const leafFor = (
    checks: readonly Check[],
    standing: readonly Override[],
    now: { readonly baseSha?: string; readonly headSha?: string } = {},
  ) => {
    const { headSha = HEAD, baseSha = BASE } = now;
    const seen = pullOf({
      headSha,
      baseSha,
      checks: withOverrides(checks, standing, { headSha, baseSha, baseRef: 'main' }),
    });
    const gate = checksGate(given({ pull: seen }));
    return gate.is === 'leaf' ? gate : gate.of.flatMap((each) => (each.is === 'leaf' ? [each] : []))[0];
  };

  const ourRun = (more: Partial<Check>): Check => check('unit', { from: 'run', ...more });
  const ranAgain = (state: Check['state']): Check => check('unit', { from: 'run', state });

  test.each<
    [
      what: string,
      checks: readonly Check[],
      standing: Partial<Override>,
      now: { readonly baseSha?: string; readonly headSha?: string },
      passed: boolean,
      fact: string,
    ]
  >([
    [
      'a red check',
      [check('unit')],
      {},
      {},
      true,
      '`unit` counts as green until the head or `main` moves: `grace` overrode it.',
    ],
    [
      'with a reason',
      [check('unit')],
      { reason: 'flaky' },
      {},
      true,
      '`unit` counts as green until the head or `main` moves: `grace` overrode it (`flaky`).',
    ],
    [
      'one that has not reported',
      [],
      {},
      {},
      true,
      '`unit` counts as green until the head or `main` moves: `grace` overrode it.',
    ],
    [
      'one that turned red again',
      [check('unit', { description: '3 failed' })],
      {},
      {},
      true,
      '`unit` counts as green until the head or `main` moves: `grace` overrode it.',
    ],
    ['at another head', [check('unit')], {}, { headSha: 'd'.repeat(40) }, false, '`unit` is red.'],
    [
      'when the base moved',
      [check('unit', { state: 'success', description: ours })],
      {},
      { baseSha: 'd'.repeat(40) },
      false,
      '`unit` was overridden by `grace`, which ended: main moved.',
    ],
    [
      'when the base moved and it has been run since',
      [check('unit', { state: 'success', description: 'ok' })],
      {},
      { baseSha: 'd'.repeat(40) },
      true,
      '`unit` is green.',
    ],
    [
      'one that lasts, when the base moved',
      [check('unit')],
      { sticky: true },
      { baseSha: 'd'.repeat(40) },
      true,
      '`unit` counts as green until the head moves or it goes elsewhere than `main`: `grace` overrode it.',
    ],
    [
      'of another base branch',
      [check('unit', { state: 'success', description: ours })],
      { baseRef: 'dev' },
      {},
      false,
      '`unit` was overridden by `grace`, which ended: the base is main now.',
    ],
    [
      'one that lasts, of another base branch',
      [check('unit', { state: 'success', description: ours })],
      { sticky: true, baseRef: 'dev' },
      {},
      false,
      '`unit` was overridden by `grace`, which ended: the base is main now.',
    ],
    [
      'at a head that was left and is the head again',
      [check('unit', { state: 'success', description: ours })],
      { sticky: true, left: true },
      {},
      false,
      '`unit` was overridden by `grace`, which ended: the head moved.',
    ],
    [
      'of another pull request with this head, into another base',
      [check('unit', { state: 'success', description: 'Overridden by grace BaseSHA:1234567' })],
      { check: 'other' },
      {},
      false,
      '`unit` was overridden by `grace`, which ended: it was said for another base.',
    ],
    [
      'one that lasts, of another pull request with this head, into another branch',
      [check('unit', { state: 'success', description: 'Overridden by grace [prow:skip-retest] Base:dev' })],
      { check: 'other' },
      {},
      false,
      '`unit` was overridden by `grace`, which ended: it was said for another base.',
    ],
    [
      'one that lasts, of another pull request with this head, into the same branch',
      [check('unit', { state: 'success', description: 'Overridden by grace [prow:skip-retest] Base:main' })],
      { check: 'other' },
      {},
      true,
      '`unit` is green.',
    ],
    [
      'one of Prow that lasts, of which nobody knows into which branch',
      [check('unit', { state: 'success', description: 'Overridden by grace [prow:skip-retest]' })],
      { check: 'other' },
      {},
      true,
      '`unit` is green.',
    ],
    [
      'of before, with the base as it is',
      [check('unit', { state: 'success', description: ours })],
      { check: 'other' },
      {},
      true,
      '`unit` is green.',
    ],
    [
      'taken back',
      [check('unit', { description: 'Override cancelled by ada' })],
      { check: 'other' },
      {},
      false,
      '`unit` is red (`Override cancelled by ada`).',
    ],
    [
      'a run of ours whose time is over, beside one that is green since',
      [ourRun({ state: 'success', description: ours }), ranAgain('success')],
      {},
      { baseSha: 'd'.repeat(40) },
      true,
      '`unit` is green.',
    ],
    [
      'a run of ours that says so, beside one that is green since',
      [ourRun({ description: 'Override by grace ended: main moved' }), ranAgain('success')],
      { check: 'other' },
      {},
      true,
      '`unit` is green.',
    ],
    [
      'a run of ours that was taken back, beside one that goes on',
      [ourRun({ description: 'Override cancelled by ada' }), ranAgain('pending')],
      { check: 'other' },
      {},
      false,
      '`unit` is red (`Override cancelled by ada`).',
    ],
    [
      'a run that only says so, beside none',
      [ourRun({ description: 'Override by grace ended: main moved' })],
      { check: 'other' },
      {},
      false,
      '`unit` is red (`Override by grace ended: main moved`).',
    ],
  ])('%s', (_, checks, standing, now, passed, fact) => {
    const leaf = leafFor(checks, [{ ...said('unit', { by: 'grace', ...standing }), at }], now);
    expect(leaf).toMatchObject({ passed, fact });
  });
});
