/**
 * What Prow does with the same text. Where Bowsprit differs on purpose, the row names the entry of
 * docs/prow-differences.md that says why.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { candidateLines } from '../../shared/comment-lines.ts';
import { invocationsIn, printInvocation, settled } from '../../shared/parse.ts';
import { commandVerdict } from '../../shared/verdict.ts';
import { given, grammar } from '../support/given.ts';

const differences = readFileSync(join(import.meta.dirname, '../../docs/prow-differences.md'), 'utf8');
const entries = ['nothing', ...[...differences.matchAll(/^\| \*\*(.+?)\*\*/gm)].map(([, entry]) => entry)];

/** What acts, in canonical words; `?` for what is only answered. */
function acting(body: string): string[] {
  return settled(invocationsIn(candidateLines(body).lines, grammar)).flatMap((each) => {
    if (each.is === 'superseded') return [];
    if (each.is !== 'invocation') return ['?'];
    // Paths that no changed file has are answered by the command itself.
    const answered =
      each.command.name === 'approve' && commandVerdict(each.command, each.args, given()).outcome !== 'done';
    return answered ? ['?'] : [printInvocation(each).slice(1)];
  });
}

type Row = readonly [text: string, acts: readonly string[], differs?: string];

const rows: Readonly<Record<string, readonly Row[]>> = {
  approve: [
    ['/approve', ['approve']],
    ['/APPROVE', ['approve']],
    ['/Approve looks great', ['?'], 'words too many'],
    ['/approve no-issue', ['approve no-issue']],
    ['/approve NO-ISSUE ', ['approve no-issue']],
    ['/approve no-issue please', ['?'], 'words too many'],
    ['/approve cancel', ['approve cancel']],
    ['/remove-approve', ['approve cancel']],
    ['/remove-approve whatever', ['?'], 'words too many'],
    ['/approve please do not CANCEL this', ['?'], 'words too many'],
    ['/approve cancelled', ['?'], 'words too many'],
    ['/approved', ['?'], 'near misses'],
    ['/approve!', ['?'], 'near misses'],
    ['/approve,', ['?'], 'near misses'],
    ['/unapprove', ['approve cancel'], 'uniform negation'],
    [' /approve', []],
    ['> /approve', []],
    ['- /approve', []],
  ],
  lgtm: [
    ['/lgtm', ['lgtm']],
    ['/LGTM', ['lgtm']],
    ['/lgtm  ', ['lgtm']],
    ['/lgtm no-issue', ['lgtm no-issue']],
    ['Looks fine.\n/lgtm\nThanks', ['lgtm']],
    ['/lgtm cancel', ['lgtm cancel']],
    ['/remove-lgtm', ['lgtm cancel']],
    ['/lgtm thanks', ['?'], 'words too many'],
    ['/lgtm.', ['?'], 'near misses'],
    ['/lgtm  no-issue', ['lgtm no-issue'], 'blanks'],
    [' /lgtm', []],
    ['> /lgtm', []],
    ['/lgtm cancel please', ['?'], 'words too many'],
    ['/lgtm  cancel', ['lgtm cancel'], 'blanks'],
    ['/remove-lgtm cancel', ['lgtm cancel'], 'uniform negation'],
    ['/unlgtm', ['lgtm cancel'], 'uniform negation'],
  ],
  'assign and cc': [
    ['/assign', ['assign']],
    ['/assign alice', ['assign @alice']],
    ['/assign @alice @bob-x', ['assign @alice @bob-x']],
    ['/unassign', ['unassign']],
    ['/unassign @alice', ['unassign @alice']],
    ['/assign  @alice', ['assign @alice'], 'blanks'],
    ['/assign @a, @b', ['assign @a @b'], 'lists of people'],
    ['/assign @a thanks!', ['?'], 'words too many'],
    ['/assign @org/team', ['?'], 'words too many'],
    ['/assign @@a', ['?'], 'words too many'],
    ['/assignee', ['?'], 'near misses'],
    ['/assign\n@bob', ['assign']],
    ['/assign cancel @alice', ['unassign @alice'], 'uniform negation'],
    ['/cc @alice cancel', ['uncc @alice'], 'uniform negation'],
    ['/unassign cancel', ['?'], 'uniform negation'],
    ['/cc @org/team', ['cc @org/team']],
    ['/CC @Alice @alice', ['cc @alice']],
    ['/assign @A\n/assign @a', ['assign @a', 'assign @a']],
    ['/Unassign @A', ['unassign @a'], 'case'],
    ['/cc @a.', ['?'], 'words too many'],
    ['/cc\t@a', ['cc @a'], 'blanks'],
    ['/cc', ['cc']],
    ['/uncc @a @org/team', ['uncc @a @org/team']],
    ['/auto-cc', ['auto-cc']],
    ['/AUTO-CC  ', ['auto-cc']],
    ['/auto-cc please', ['?'], 'words too many'],
    ['/auto-ccs', ['?'], 'near misses'],
    ['> /auto-cc', []],
    ['/cc @a,@b', ['cc @a @b'], 'lists of people'],
  ],
  hold: [
    ['/hold', ['hold']],
    ['/HOLD', ['hold']],
    ['/hold until friday', ['hold until friday']],
    ['/hold cancelled', ['hold cancelled']],
    ['/hold cancel', ['hold cancel']],
    ['/hold   cancel now', ['hold cancel now']],
    ['/unhold', ['hold cancel']],
    ['/unhold thanks', ['hold cancel thanks']],
    ['/remove-hold', ['hold cancel']],
    ['/remove-hold x', ['hold cancel x']],
    ['/hold\ncancel it', ['hold'], 'blanks'],
    ['/holding', []],
    ['/unholding', []],
    ['/removehold', ['?'], 'near misses'],
    ['/hold-cancel', []],
    [' /hold', []],
    ['> /hold', []],
  ],
  'conformance vectors': [
    ['Thanks!\r\n/lgtm\r\n/approve\r\n', ['lgtm', 'approve']],
    ['```\n/lgtm\n```', [], 'hidden text'],
    ['<!--\n/hold\n-->', [], 'hidden text'],
    ['/lgtm cancel\n/lgtm', ['lgtm']],
    ['/lgtm\n/lgtm cancel', ['lgtm cancel'], 'last line wins'],
    ['/approve\n/approve cancel', ['approve cancel']],
    ['/approve cancel\n/approve', ['approve']],
    ['/hold\n/unhold', ['hold cancel']],
    ['/unhold\n/hold', ['hold'], 'last line wins'],
    ['/hold\ncancel this later', ['hold'], 'blanks'],
    ['/hold cancelled', ['hold cancelled']],
    ['/assign @a\n/unassign @a', ['assign @a', 'unassign @a']],
    ['/unassign @a\n/assign @a', ['unassign @a', 'assign @a']],
    ['/assign\t@a', ['assign @a'], 'blanks'],
    ['/cc  @a   b', ['cc @a @b']],
    ['/UNCC @a', ['uncc @a'], 'case'],
    ['/cherrypick\nrelease-1', ['?'], 'blanks'],
    ['/override', ['override']],
    ['/override ', ['override'], 'blanks'],
    ['/override "ci / x" y', ['override "ci / x" y']],
    ['/override-sticky a', ['override sticky a']],
    ['/test\nfoo', ['test']],
    ['/retest \r\n/other', ['retest']],
    ['/retest\nfoo', ['retest']],
    ['/ok-to-test\n/remove-ok-to-test', ['ok-to-test cancel'], 'last line wins'],
    ['```\n/test foo\n```\n', []],
    ['```\r\n/test foo\r\n```\r\nmore', [], 'hidden text'],
    ['```\n/test foo\n```\n/test bar', ['test bar'], 'hidden text'],
    ['/testing', []],
    ['/retesting', []],
    // Answered by the command, which knows the jobs.
    ['/test foo,bar', ['test foo,bar']],
  ],
  // §18.3
  tests: [
    ['/test foo', ['test foo']],
    ['/test bar foo', ['test bar foo']],
    ['/test  foo', ['test foo']],
    ['/test do not run foo please', ['test do not run foo please'], 'several names'],
    ['/test foobar', ['test foobar']],
    ['/Test foo', ['test foo'], 'case'],
    ['/test\tfoo', ['test foo'], 'blanks'],
    [' /test foo', []],
    ['/test all', ['test all']],
    ['/test all please', ['test all please'], 'several names'],
    ['/test  all', ['test all'], 'blanks'],
    ['/test foo all', ['test all foo'], '`all` among names'],
    ['/test All', ['test all'], 'case'],
    ['/test ?', ['test ?']],
    ['/test?', ['test ?']],
    ['/test   ?', ['test ?']],
    ['/test', ['test']],
    ['/test foo\n/test ?', ['test foo', 'test ?'], '`/test ?`'],
    ['/retest', ['retest']],
    ['/retest foo', ['retest foo'], '`/retest foo`'],
    ['/retest.', ['?'], 'near misses'],
    ['/retest-required ', ['retest-required']],
    ['/retest-required please', ['?'], 'words too many'],
    ['/test-manual-required', ['test-manual-required']],
    ['/test-manual-required please', ['?'], 'words too many'],
    ['/ok-to-test ', ['ok-to-test']],
    ['/ok-to-test please', ['?'], 'words too many'],
    ['/Ok-To-Test', ['ok-to-test'], 'case'],
    ['/ok-to-test   cancel', ['ok-to-test cancel']],
    ['/ok-to-test\ncancel', ['ok-to-test'], '`/ok-to-test cancel`'],
    ['/ok-to-test cancelled', ['?'], 'words too many'],
  ],
  labels: [
    ['/area infra', ['label area/infra']],
    ['/KIND bug', ['label kind/bug'], 'case'],
    ['/area api infra ', ['label area/api area/infra']],
    ['/priority urgent\n/area infra', ['label priority/urgent', 'label area/infra']],
    ['/triage needs-information accepted', ['label triage/needs-information triage/accepted']],
    ['/remove-area infra', ['remove-label area/infra']],
    ['/remove-area  infra', ['remove-label area/infra'], 'blanks'],
    ['/unarea infra', ['remove-label area/infra'], 'uniform negation'],
    ['/area cancel infra', ['remove-label area/infra'], 'uniform negation'],
    ['/remove-area infra\n/area infra', ['remove-label area/infra', 'label area/infra'], 'last line wins'],
    ['/kinda bug', ['?'], 'several labels'],
    ['/sig-node x', []],
    ['/signoff me', []],
    ['/kindbug', []],
    ['/area\n/kind bug', ['?', 'label kind/bug'], 'blanks'],
    ['/label', ['?'], 'words too many'],
    ['/label orchestrator/foo\r\n', ['label orchestrator/foo']],
    ['/label a b', ['label a b'], 'several labels'],
    ['<!-- /kind bug -->\n\n/area infra', ['label area/infra']],
    [
      '<!--\n/kind bug\n-->\n\n/kind cleanup\n\n<!--\n/kind flake\n-->\n\n/kind regression',
      ['label kind/cleanup', 'label kind/regression'],
    ],
  ],
  'close, reopen, retitle, help': [
    ['/close', ['close']],
    ['/close \r\n', ['close']],
    ['/close not-planned \r\n', ['close not-planned']],
    ['/close  not-planned', ['close not-planned'], 'blanks'],
    ['/close not planned', ['?'], 'words too many'],
    ['/reopen \r\n', ['reopen']],
    ['/retitle foobar\r\n', ['retitle foobar']],
    ['/retitle     ', ['?']],
    ['/retitlefoo', []],
    ['/retitle a\n/retitle b', ['retitle a', 'retitle b'], 'several titles'],
    ['/help', ['help'], 'help'],
    ['/remove-help', ['help-wanted cancel']],
    ['/good-first-issue', ['good-first-issue']],
    ['/remove-good-first-issue', ['good-first-issue cancel']],
    ['/help me', ['help me'], 'help'],
    ['/remove-help please', ['?'], 'words too many'],
    ['/shrug', ['shrug']],
    ['/unshrug', ['shrug cancel']],
    ['/unshrug\n/shrug', ['shrug']],
    ['/shrug\n/unshrug', ['shrug cancel'], 'last line wins'],
  ],
};

describe.each(Object.entries(rows))('%s', (_, each) => {
  test.each(each.map(([text, acts, differs = 'nothing']) => ({ text, acts, differs })))(
    '$text acts as $acts, and differs by $differs',
    ({ text, acts, differs }) => {
      expect(acting(text)).toEqual(acts);
      expect(entries).toContain(differs);
    },
  );
});

test('each difference is told once', () => {
  expect(entries.filter((entry, index) => entries.indexOf(entry) !== index)).toEqual([]);
});
