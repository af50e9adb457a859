/** What happens to a pull request starts and stops jobs, and asks for somebody to look first: §18.7. */
import { describe, expect, test } from 'vitest';
import { trigger } from '../../shared/automations/trigger.ts';
import {
  NO_ANSWERS,
  startActions,
  wakenBy,
  type JobsHere,
  type PushTrust,
  type Sight,
} from '../../shared/language/index.ts';
import { defaultSettings, type Settings } from '../../shared/settings/index.ts';
import { brief } from '../support/brief.ts';
import { BEFORE, decided, given, HEAD, pullOf, settingsOf, subjectOf, voteOf, type All } from '../support/given.ts';
import { runOf } from '../support/jobs.ts';
import { jobOf, jobsOf, TRUSTED, UNTRUSTED } from '../support/jobs-here.ts';

const UNIT = [jobOf('unit'), jobOf('manual', { when: 'manual' }), jobOf('docs', { when: 'if-changed', wanted: false })];
const PUSHED: PushTrust = { pusherTrusted: true, risky: 'all' };

type Happening = Partial<All> & { readonly here?: Partial<JobsHere>; readonly push?: PushTrust };

function does(event: string, { here = {}, push, ...facts }: Happening = {}): readonly string[] {
  const jobs = jobsOf(here.jobs ?? UNIT, here);
  const answers = { ...NO_ANSWERS, jobs, push: push ?? (event === 'synchronized' ? PUSHED : undefined) };
  return decided(trigger, { event, answers, ...facts }).map(brief);
}

const untrusted = { here: { trust: UNTRUSTED } };
const needs = { labels: new Set(['needs-ok-to-test']) };
const vouchedFor = (headSha: string) => ({
  vouching: {
    vouch: { by: 'grace', headSha, first: headSha, baseRef: 'main', at: '2026-03-01T12:00:00Z' },
    doubted: [],
  },
});
const saidAt = (when: string) => ({
  vouching: { vouch: { by: 'grace', headSha: HEAD, first: HEAD, baseRef: 'main', at: when }, doubted: [] },
});
const sight = (how: Sight, told = true): Partial<All> => ({
  labelSight: { sight: how, told, now: '2026-03-01T13:00:09Z' },
});
/** The head is another one since. */
const was = (how: Sight): Partial<All> => ({
  labelSight: { sight: 'moved', told: true, now: '2026-03-01T13:00:09Z', before: how },
});
const going = runOf({ state: 'running' });
const draft = { pull: pullOf({ draft: true }) };
const settings = (more: Partial<Settings['trigger']>): Partial<All> => ({ settings: settingsOf('trigger', more) });

test('what is stopped has a status that waits for it, and what gives way to another start has none', () => {
  expect(decided(trigger, { event: 'closed', runs: [going] })).toEqual([
    expect.objectContaining({ is: 'cancel-job', context: 'ci/unit', rerun: '/test unit' }),
  ]);
  const jobs = [jobOf('unit', { state: 'running', open: { ...going, run: '7' } })];
  const [stopped] = startActions(jobs, jobsOf(jobs));
  expect(stopped).toMatchObject({ is: 'cancel-job', run: '7' });
  expect(stopped).not.toHaveProperty('context');
});

describe('of somebody who is trusted', () => {
  test.each<[event: string, happening: Happening, does: readonly string[]]>([
    ['opened', {}, ['start unit']],
    ['synchronized', {}, ['start unit']],
    ['reopened', {}, ['start unit']],
    ['draft-changed', {}, ['start unit']],
    ['retargeted', {}, ['start unit']],
    // What was said of them before is over.
    ['opened', needs, ['-needs-ok-to-test', 'start unit']],
    ['opened', draft, ['notice tests']],
    ['synchronized', draft, []],
    ['opened', { here: { jobs: [] } }, []],
    ['opened', { pull: pullOf({ mergeable: 'conflicting' }) }, ['notice tests']],
    // For commits that are not the head any more, nothing runs on.
    ['synchronized', { runs: [runOf({ state: 'running', headSha: BEFORE })] }, ['cancel unit 7', 'start unit']],
    ['synchronized', { runs: [runOf({ state: 'success', headSha: BEFORE })] }, ['start unit']],
    // What runs for this commit goes on.
    ['reopened', { here: { jobs: [jobOf('unit', { state: 'running', open: { ...going, run: '7' } })] } }, []],
    // But not what would go elsewhere.
    [
      'retargeted',
      { here: { jobs: [jobOf('unit', { state: undefined, open: { ...going, run: '7' } })] } },
      ['cancel unit 7', 'start unit'],
    ],
    // Nobody starts the same over and over by opening it again, marking it as ready, or moving its base.
    ['reopened', { here: { jobs: [jobOf('unit', { state: 'cancelled', times: 9 })] } }, ['start unit']],
    ['reopened', { here: { jobs: [jobOf('unit', { state: 'cancelled', times: 10 })] } }, []],
    ['draft-changed', { here: { jobs: [jobOf('unit', { state: 'cancelled', times: 10 })] } }, []],
    ['retargeted', { here: { jobs: [jobOf('unit', { state: 'success', times: 10 })] } }, []],
    ['reopened', { here: { jobs: [jobOf('unit', { state: 'cancelled', times: 10 })], cap: 0 } }, ['start unit']],
    ['closed', { runs: [going] }, ['cancel unit 7']],
    ['closed', { runs: [runOf()] }, []],
    ['draft-changed', { ...draft, runs: [going] }, ['cancel unit 7']],
    // Comes late: of the newer head its own event tells.
    ['synchronized', { subject: subjectOf({ headSha: BEFORE }) }, []],
    ['opened', { subject: subjectOf({ headSha: BEFORE }) }, []],
  ])('%s', (event, happening, actions) => {
    expect(does(event, happening)).toEqual(actions);
  });
});

describe('of somebody who is not', () => {
  test.each<[event: string, happening: Happening, does: readonly string[]]>([
    ['opened', {}, ['+needs-ok-to-test', 'notice ok-to-test']],
    ['opened', draft, ['+needs-ok-to-test', 'notice ok-to-test']],
    // Also where there is no job of the settings: in Prow nobody would be told.
    ['opened', { here: { trust: UNTRUSTED, jobs: [] } }, ['+needs-ok-to-test', 'notice ok-to-test']],
    ['opened', settings({ ignoreOkToTest: true }), ['notice ok-to-test']],
    ['synchronized', needs, ['notice ok-to-test']],
    // What was vouched for was another commit.
    [
      'synchronized',
      { labels: new Set(['ok-to-test']), ...vouchedFor(BEFORE) },
      ['-ok-to-test', '+needs-ok-to-test', 'notice ok-to-test'],
    ],
    // Nothing risky changed since.
    [
      'synchronized',
      { labels: new Set(['ok-to-test']), ...vouchedFor(BEFORE), push: { pusherTrusted: false, risky: [] } },
      ['grace vouches for aaa', 'approve aaa', 'start unit'],
    ],
    [
      'synchronized',
      { labels: new Set(['ok-to-test']), ...vouchedFor(BEFORE), push: { pusherTrusted: true, risky: ['Makefile'] } },
      ['-ok-to-test', '+needs-ok-to-test', 'notice ok-to-test'],
    ],
  ])('%s', (event, happening, actions) => {
    expect(does(event, { ...untrusted, ...happening })).toEqual(actions);
  });

  describe('that goes into another branch', () => {
    const at = '2026-03-01T13:00:00Z';
    const labels = new Set(['ok-to-test']);
    const gated = ['unvouch', '-ok-to-test', '+needs-ok-to-test', 'notice ok-to-test'];
    const trusting = { trust: { trusted: true, because: '', author: false } };
    test.each<[what: string, happening: Happening, does: readonly string[]]>([
      ['is asked about again', { ...saidAt('2026-03-01T12:59:00Z'), ...untrusted }, gated],
      [
        'and what runs stops',
        { ...saidAt('2026-03-01T12:59:00Z'), ...untrusted, runs: [going, runOf()] },
        ['unvouch', 'cancel unit 7', ...gated.slice(1)],
      ],
      // The word was said of the branch before, and is heard only when it goes elsewhere.
      ['also where the word came late', { ...saidAt('2026-03-01T12:59:00Z'), here: trusting }, gated],
      ['also where nobody knows when it was said', { ...vouchedFor(HEAD), ...saidAt(''), here: trusting }, gated],
      ['also in the same second', { ...saidAt(at), here: trusting }, gated],
      [
        'not where it was said since',
        { ...saidAt('2026-03-01T13:00:01Z'), here: trusting },
        ['approve aaa', 'start unit'],
      ],
      [
        'and not where it holds for good',
        { ...saidAt('2026-03-01T12:59:00Z'), here: trusting, ...settings({ trust: 'sticky' }) },
        ['approve aaa', 'start unit'],
      ],
      [
        'nor of somebody who is trusted',
        { ...saidAt('2026-03-01T12:59:00Z'), here: { trust: TRUSTED } },
        ['unvouch', 'start unit'],
      ],
    ])('%s', (_, happening, actions) => {
      expect(does('retargeted', { at, labels, ...happening })).toEqual(actions);
    });
  });

  test('where it is trusted by word, what waits on the forge is let run as well', () => {
    const here = { trust: { trusted: true, because: '', author: false } };
    expect(does('synchronized', { here })).toEqual(['approve aaa', 'start unit']);
    expect(does('synchronized', { here, ...settings({ workflows: false }) })).toEqual(['start unit']);
  });

  test.each([
    ['somebody who is not trusted pushed', false, ['doubt aaa', '+needs-ok-to-test', 'notice ok-to-test']],
    ['somebody who is trusted pushed', true, ['start unit']],
  ])('to the branch of somebody who is: %s', (_, pusherTrusted, actions) => {
    expect(does('synchronized', { here: { trust: TRUSTED }, push: { pusherTrusted, risky: 'all' } })).toEqual(actions);
  });

  test('sticky is what somebody vouched for, not whom somebody else pushes for', () => {
    const pushed = { ...settings({ trust: 'sticky' }), push: { pusherTrusted: false, risky: 'all' } } as const;
    expect(does('synchronized', pushed)).toEqual(['doubt aaa', '+needs-ok-to-test', 'notice ok-to-test']);
    expect(does('synchronized', { ...pushed, ...vouchedFor(BEFORE) })).toEqual(['doubt aaa', 'start unit']);
    expect(does('synchronized', { ...pushed, labels: new Set(['ok-to-test']) })).toEqual(['doubt aaa', 'start unit']);
  });

  test('jobs run once where somebody whose word counts gave an lgtm', () => {
    const lgtm = { commands: ['lgtm'], votes: [voteOf('grace')] };
    expect(does('comment-created', { ...untrusted, ...lgtm })).toEqual(['start unit']);
    expect(does('comment-created', { ...untrusted, ...lgtm, runs: [runOf()] })).toEqual([]);
    expect(does('comment-created', { ...untrusted, ...lgtm, runs: [runOf({ baseRef: 'dev' })] })).toEqual([
      'start unit',
    ]);
    expect(does('comment-created', { ...untrusted, commands: ['approve'], votes: lgtm.votes })).toEqual([]);
    expect(does('comment-created', { ...untrusted, ...lgtm, votes: [voteOf('grace', { headSha: BEFORE })] })).toEqual(
      [],
    );
    expect(does('labeled', { ...untrusted, label: 'lgtm' })).toEqual(['start unit']);
    expect(does('labeled', { ...untrusted, label: 'lgtm', ...sight('retargeted') })).toEqual([]);
    // Nobody can have looked at it.
    expect(does('labeled', { ...untrusted, label: 'lgtm', ...sight('same-moment') })).toEqual([]);
    // Theirs run anyway.
    expect(does('labeled', { label: 'lgtm' })).toEqual([]);
  });
});

const waking = (label: string) => wakenBy(trigger, { name: 'labeled', kind: 'pull', label }, defaultSettings);

describe('labels by hand', () => {
  test('`ok-to-test` vouches for the head that its giver saw', () => {
    const event = { ...untrusted, ...needs, label: 'ok-to-test' };
    const granted = [
      'Grace vouches for aaa',
      '-needs-ok-to-test',
      'quiet notice ok-to-test',
      'start unit',
      'approve aaa',
    ];
    expect(does('labeled', event)).toEqual(granted);
    expect(does('labeled', { ...event, label: 'OK-to-test' })).toEqual(granted);
    const before = { ...event, subject: subjectOf({ headSha: BEFORE }) };
    expect(does('labeled', { ...before, ...was('seen') })).toEqual(['Grace vouches for bbb']);
    // Nor is that known to have been seen; the event of the newer head asks again.
    expect(does('labeled', { ...before, ...was('same-moment') })).toEqual([]);
    // It was put on for what it would have gone into then.
    expect(does('labeled', { ...event, ...sight('retargeted') })).toEqual([]);
    // The command does nothing there; a label by hand does, as in Prow.
    expect(does('labeled', { ...event, ...settings({ ignoreOkToTest: true }) })).toEqual(granted);
  });

  test.each<[what: string, sight: Sight, told: boolean, known: readonly string[]]>([
    ['in the second of a push', 'same-moment', true, []],
    ['where no delivery told of the head', 'unknown', false, ['observe-head']],
  ])('`ok-to-test` %s vouches for nothing, and can be put on again', (_, how, told, known) => {
    const labels = new Set(['ok-to-test', 'needs-ok-to-test']);
    const event = { ...untrusted, labels, label: 'ok-to-test', ...sight(how, told) };
    expect(does('labeled', event)).toEqual(['-ok-to-test', 'notice ok-to-test', ...known]);
    // Whoever took it off again themselves has nothing to be told.
    expect(does('labeled', { ...event, labels: new Set(['needs-ok-to-test']) })).toEqual(known);
  });

  test('taken off, nobody vouches any more, and what runs stops', () => {
    const event = { label: 'ok-to-test', ...vouchedFor(HEAD), runs: [going] };
    expect(does('unlabeled', { ...untrusted, ...event })).toEqual(['unvouch', '+needs-ok-to-test', 'cancel unit 7']);
    expect(does('unlabeled', event)).toEqual(['unvouch']);
    expect(does('unlabeled', { ...untrusted, label: 'ok-to-test' })).toEqual([]);
    // Back on by the time it is looked at.
    expect(does('unlabeled', { ...untrusted, ...event, labels: new Set(['ok-to-test']) })).toEqual([]);
    expect(does('unlabeled', { ...event, label: 'lgtm' })).toEqual([]);
  });

  test('no other label wakes it', () => {
    expect(['lgtm', 'ok-to-test', 'size/S', 'lgtm-2'].map(waking)).toEqual([true, true, false, false]);
  });
});

test('it runs only where there are jobs, or where the gate is asked for', () => {
  expect(trigger.when?.(defaultSettings)).toBe(false);
  expect(trigger.when?.(settingsOf('trigger', { enabled: true }))).toBe(true);
  expect(trigger.when?.(settingsOf('pipelines', { jobs: [{ name: 'unit' }] }))).toBe(true);
});

const saying = (more: Happening): string => {
  const { here = {}, push, ...facts } = more;
  const answers = { ...NO_ANSWERS, jobs: jobsOf(UNIT, { trust: UNTRUSTED, ...here }), push };
  const said = trigger.decide(given({ event: push === undefined ? 'opened' : 'synchronized', answers, ...facts }));
  return said.map((each) => (each.is === 'notice' ? each.text : '')).join('');
};

describe('what is said at the gate', () => {
  test.each([
    ['once', {}, 'It holds for this commit, into this branch: after a push it is asked for again.'],
    [
      'until-risky-change',
      {},
      'It holds until a push changes what decides how jobs run, or it goes into another branch.',
    ],
    ['sticky', {}, 'It holds for later pushes as well.'],
  ] as const)('%s', (trust, _, held) => {
    expect(saying(settings({ trust }))).toBe(
      `@ada: thank you. Jobs wait: somebody who is trusted here has to look at \`aaaaaaa\` first, and comment \`/ok-to-test\`. ${held}`,
    );
  });

  test('names what changed, and where to join', () => {
    const join = settings({ trust: 'until-risky-change', joinOrgUrl: 'https://example.com/join' });
    const push = { pusherTrusted: true, risky: ['Makefile', '.github/workflows/a.yaml'] };
    expect(saying({ ...join, push })).toContain(
      'Since the last one, `Makefile`, `.github/workflows/a.yaml` changed. [How to become a member](https://example.com/join).',
    );
    expect(saying(settings({ ignoreOkToTest: true }))).toBe(
      '@ada: thank you. Jobs run here when somebody who is trusted starts them with `/test all`, or by their names.',
    );
  });
});
