import { expect, test } from 'vitest';
import { chained, EMPTY_CHAIN, type AuditRecord } from '../shared/audit-record.ts';
import type { LabelChange, PullNow } from '../shared/providers/provider.ts';
import { NO_STATE, type PullState } from '../shared/pull-state.ts';
import { disagreeing, missedIn, type Present } from '../shared/repair.ts';
import { draft } from './store/here.ts';
import { BEFORE, grace, HEAD, robot } from './support/given.ts';

const at = (minute: number): string => `2026-11-25T10:${String(minute).padStart(2, '0')}:00Z`;

const pull: PullNow = {
  headSha: HEAD,
  baseRef: 'main',
  title: 'Turn',
  draft: false,
  state: 'open',
  author: { login: 'ada', id: '1', bot: false },
  mergeable: 'yes',
  methods: ['merge'],
  checks: [],
  checksComplete: true,
  reviewApproved: true,
  assignees: [],
  description: '',
  baseFilesUrl: 'https://forge.example/acme/widgets/blob/main/',
  baseSha: BEFORE,
  labels: [],
  changedFiles: 1,
  reviews: [],
  updatedAt: at(30),
  public: true,
  requested: [],
};
const known: PullState = { ...NO_STATE, sequence: 1, heads: [{ headSha: HEAD, at: at(1) }] };
const vote = (vote_: 'lgtm' | 'approve', headSha: string, more: object = {}): PullState['votes'][number] => ({
  vote: vote_,
  by: 'grace',
  id: '2',
  headSha,
  at: at(5),
  delivery: 'd',
  stale: [],
  ...more,
});
const review = (verdict: PullNow['reviews'][number]['verdict'], more: object = {}): PullNow['reviews'][number] => ({
  id: '7',
  verdict,
  headSha: HEAD,
  by: grace,
  at: at(10),
  ...more,
});
const change = (label: string, on: boolean, more: object = {}): LabelChange => ({
  label,
  on,
  by: grace,
  at: at(20),
  ...more,
});
const said = (command: string, minute: number): readonly AuditRecord[] => [
  chained(draft({ command, actor: { login: 'Grace', id: '2' }, at: at(minute) }), EMPTY_CHAIN),
];

const PLACE = { position: 1, state: 'waiting' } as const;
const ARMED = { by: { login: 'grace', bot: false }, method: 'merge' } as const;

type Given = {
  readonly pull?: Partial<PullNow>;
  readonly state?: Partial<PullState>;
  readonly records?: readonly AuditRecord[];
  readonly approved?: boolean;
  readonly changes?: readonly LabelChange[];
};

test.each<[what: string, given: Given, missed: readonly string[]]>([
  ['nothing where all was told', {}, []],
  ['nothing of one that is closed', { pull: { state: 'closed' }, state: { heads: [] } }, []],
  ['that it was opened', { state: { heads: [] } }, [`opened ${at(30)}`]],
  [
    'a push, as late as it can have been',
    { state: { heads: [{ headSha: BEFORE, at: at(1) }] } },
    [`synchronized ${at(30)}`],
  ],
  [
    'a push, before the first word about what it brought',
    { state: { heads: [{ headSha: BEFORE, at: at(1) }], votes: [vote('approve', HEAD)] } },
    [`synchronized ${at(5)}`],
  ],
  ['votes that a push should have ended', { state: { votes: [vote('lgtm', BEFORE)] } }, [`synchronized ${at(1)}`]],
  ['but not those for another base', { state: { votes: [vote('lgtm', BEFORE, { baseRef: 'other' })] } }, []],
  ['an approving review', { pull: { reviews: [review('approved')] } }, [`review-submitted ${at(10)}`]],
  ['but not of an earlier head', { pull: { reviews: [review('approved', { headSha: BEFORE })] } }, []],
  ['nor of a bot', { pull: { reviews: [review('approved', { by: robot })] } }, []],
  ['nor before another one', { pull: { reviews: [review('approved'), review('changes-requested', { id: '8' })] } }, []],
  ['nor before a command', { pull: { reviews: [review('approved')] }, records: said('approve', 11) }, []],
  [
    'though a command was before it',
    { pull: { reviews: [review('approved')] }, records: said('approve', 9) },
    [`review-submitted ${at(10)}`],
  ],
  [
    'nor where it was counted once',
    {
      pull: { reviews: [review('approved')] },
      records: [
        chained(
          draft({
            actions: [{ is: 'vote', vote: 'approve', by: 'grace', headSha: HEAD, review: '7', result: 'recorded' }],
          }),
          EMPTY_CHAIN,
        ),
      ],
    },
    [],
  ],
  [
    'that changes were asked for',
    { pull: { reviews: [review('changes-requested')] }, state: { votes: [vote('approve', HEAD)] } },
    [`review-submitted ${at(10)}`],
  ],
  [
    'but not where a vote came later',
    { pull: { reviews: [review('changes-requested')] }, state: { votes: [vote('approve', HEAD, { at: at(12) })] } },
    [],
  ],
  [
    'that a review was dismissed',
    { pull: { reviews: [review('dismissed')] }, state: { votes: [vote('approve', HEAD, { review: '7' })] } },
    [`review-dismissed ${at(10)}`],
  ],
  [
    'a label put on',
    { pull: { labels: ['lgtm'] }, changes: [change('lgtm', true)] },
    [`labeled ${at(20)} lgtm by Grace`],
  ],
  ['but not by a bot', { pull: { labels: ['lgtm'] }, changes: [change('lgtm', true, { by: robot })] }, []],
  ['nor one that is off again', { changes: [change('lgtm', true)] }, []],
  [
    'a label taken off',
    { state: { holds: [{ by: 'ada', reason: '', at: at(2) }] }, changes: [change('do-not-merge/hold', false)] },
    [`unlabeled ${at(20)} do-not-merge/hold by Grace`],
  ],
  ['that it is a draft', { pull: { draft: true } }, [`draft-changed ${at(30)}`]],
  [
    'but not where somebody took the label off by hand',
    { pull: { draft: true }, changes: [change('do-not-merge/work-in-progress', false)] },
    [],
  ],
  ['that it was put in the queue', { pull: { queue: { place: PLACE } } }, [`enqueued ${at(30)}`]],
  [
    'or was taken out of it, and is there again',
    { pull: { queue: { place: PLACE } }, state: { queued: { is: 'removed', why: 'checks', by: '', at: at(2) } } },
    [`enqueued ${at(30)}`],
  ],
  [
    'but not where it is known to wait there',
    { pull: { queue: { place: PLACE } }, state: { queued: { is: 'waiting', by: 'us', headSha: HEAD } } },
    [],
  ],
  ['nor where there is a queue and it is not in it', { pull: { queue: { place: undefined } } }, []],
  ["that the forge's auto-merge is on", { pull: { autoMerge: ARMED } }, [`auto-merge-on ${at(30)}`]],
  [
    'though Bowsprit had turned it off',
    { pull: { autoMerge: ARMED }, state: { arming: { is: 'ended', headSha: HEAD } } },
    [`auto-merge-on ${at(30)}`],
  ],
  [
    'but not where it is known to be on',
    { pull: { autoMerge: ARMED }, state: { arming: { is: 'on', by: 'us', headSha: HEAD } } },
    [],
  ],
])('what was missed is %s', (_, given, missed) => {
  const present: Present = {
    pull: { ...pull, ...given.pull },
    state: { ...known, ...given.state },
    records: given.records ?? [],
    approved: given.approved ?? false,
  };
  const told = missedIn(present, given.changes ?? []).map(({ event, at: when, label, by }) =>
    [event, when, ...(label === undefined ? [] : [label, 'by', by?.login])].join(' '),
  );
  expect(told).toEqual(missed);
});

test.each<[label: string, given: Given]>([
  ['lgtm', { pull: { labels: ['LGTM'] } }],
  ['lgtm', { state: { votes: [vote('lgtm', HEAD)] } }],
  ['approved', { approved: true }],
  ['approved', { pull: { labels: ['approved'] } }],
  ['do-not-merge/hold', { pull: { labels: ['do-not-merge/hold'] } }],
  ['do-not-merge/work-in-progress', { pull: { title: 'WIP: turn' } }],
])('%s is not what it should be with %j', (label, given) => {
  const present: Present = {
    pull: { ...pull, ...given.pull },
    state: { ...known, ...given.state },
    records: [],
    approved: given.approved ?? false,
  };
  expect(disagreeing(present)).toEqual([label]);
});
