/** The cases every provider must pass, in neutral words, against a real server of its forge. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Delivery, Person } from '../../shared/delivery.ts';
import { Refusal, Retryable } from '../../shared/errors.ts';
import type { ActionResult, ForgeAction } from '../../shared/language/index.ts';
import type { ApplyContext, Apply, Connection, Provider } from '../../shared/providers/provider.ts';
import { alteredBetween } from '../../shared/reading.ts';

/** What people see of a pull request or issue. */
export type Shown = {
  readonly state: 'open' | 'closed' | 'merged';
  readonly title: string;
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  readonly reviewers: readonly string[];
  /** What Bowsprit wrote, as a reader sees it. */
  readonly comments: readonly string[];
  /** Bowsprit's reactions to the comment that the delivery is about. */
  readonly reactions: readonly ('done' | 'refused' | 'looking')[];
};

export const PEOPLE = ['author', 'reviewer', 'triager', 'stranger'] as const;
export type Who = (typeof PEOPLE)[number];

/**
 * A repository of its own. On its base branch: OWNERS, src/lines.txt (ten lines), src/old.txt, logo.bin (zeros), link
 * (a symbolic link to OWNERS), docs/guide.md. The pull request, by the author, changes the second of the lines and moves
 * src/old.txt to docs/new.txt. The reviewer may write, the triager triage; author and reviewer belong to the organization,
 * the reviewer to a team of it as well.
 */
export type Scene = {
  readonly people: Readonly<Record<Who, Person>>;
  /** The name of that team, as `request-review` takes it. */
  readonly team: string;
  /** The reviewer comments on the pull request. */
  readonly onPull: Delivery;
  /** The reviewer comments on an issue by the author. */
  readonly onIssue: Delivery;
  readonly baseRef: string;
  readonly head: () => string;
  readonly base: () => string;
  readonly shown: (delivery: Delivery) => Shown;
  /** Another account takes the login that the person had, with the same rights. */
  readonly reuseLogin: (who: Who) => void;
  /**
   * Commits to the pull request's branch, or as one commit on top of the base as it is now; an empty text takes a file
   * away. Gives the new head.
   */
  readonly push: (files: Readonly<Record<string, string>>, onto?: 'base') => string;
  /** Commits to the base branch. */
  readonly pushToBase: (files: Readonly<Record<string, string>>) => string;
};

export type Bench = {
  readonly provider: Provider;
  readonly scene: () => Scene;
  readonly close: () => Promise<void>;
};

export const LINES = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
export const textOf = (lines: readonly string[]): string => lines.map((each) => `${each}\n`).join('');

const block = (name: string, line: string): readonly string[] => {
  const steps = [1, 2, 3, 4].map((each) => `  step(${each});`);
  return [`function ${name}() {`, ...steps, line, ...steps, '}'];
};
/** Two functions that differ by name and one line each. */
const blocks = (first: string, second: string, end: string): string =>
  textOf([...block('user', first), ...block('admin', second), end]);

const FIRST: ApplyContext = { notices: () => ({}), resumed: false };
const AGAIN: ApplyContext = { notices: () => ({}), resumed: true };

// A method, because each entry takes one kind of action and is only ever given that kind.
type Perform = { perform(action: ForgeAction): Promise<ActionResult> }['perform'];

/** Carries out any action; refused where the forge cannot. */
export async function performed(apply: Apply, action: ForgeAction): Promise<ActionResult> {
  const perform: Perform | undefined = apply[action.is];
  return perform === undefined ? { result: 'refused', note: 'not on this forge' } : perform(action);
}

/** The same delivery about another pull request. */
function numbered(delivery: Delivery, number: number): Delivery {
  return delivery.target === undefined ? delivery : { ...delivery, target: { ...delivery.target, number } };
}

type Doing = readonly [title: string, actions: (scene: Scene) => readonly ForgeAction[], is: (scene: Scene) => object];

const NOTICE = { is: 'notice', subject: 'approval', text: 'Two files wait for **docs/**.', quiet: false } as const;

/** Each is done, and then done again as after a crash: what is seen is the same. */
const ENDS: readonly Doing[] = [
  ['a label is on', () => [{ is: 'add-label', label: 'lgtm' }], () => ({ labels: ['lgtm'] })],
  [
    'labels are on',
    () => [{ is: 'add-labels', labels: ['lgtm', 'kind/bug'] }],
    () => ({ labels: ['lgtm', 'kind/bug'] }),
  ],
  [
    'a label is off',
    () => [
      { is: 'add-label', label: 'kind/bug' },
      { is: 'remove-label', label: 'kind/bug' },
    ],
    () => ({ labels: [] }),
  ],
  [
    'somebody is assigned',
    ({ people }) => [{ is: 'assign', logins: [people.reviewer.login] }],
    ({ people }) => ({ assignees: [people.reviewer.login] }),
  ],
  [
    'nobody is assigned',
    ({ people }) => [
      { is: 'assign', logins: [people.reviewer.login] },
      { is: 'unassign', logins: [people.reviewer.login] },
    ],
    () => ({ assignees: [] }),
  ],
  [
    'people and teams are asked to review',
    ({ people, team }) => [{ is: 'request-review', reviewers: [people.reviewer.login, team] }],
    ({ people, team }) => ({ reviewers: [people.reviewer.login, team] }),
  ],
  [
    'nobody is asked to review',
    ({ people, team }) => [
      { is: 'request-review', reviewers: [people.reviewer.login, team] },
      { is: 'unrequest-review', reviewers: [people.reviewer.login, team] },
    ],
    () => ({ reviewers: [] }),
  ],
  ['it is closed', () => [{ is: 'close', reason: 'completed' }], () => ({ state: 'closed' })],
  ['it is open again', () => [{ is: 'close', reason: 'not-planned' }, { is: 'reopen' }], () => ({ state: 'open' })],
  ['it has another title', () => [{ is: 'retitle', title: 'Better' }], () => ({ title: 'Better' })],
  ['one living comment stands', () => [NOTICE], () => ({ comments: [NOTICE.text] })],
  [
    'the living comment says something else',
    () => [NOTICE, { ...NOTICE, text: 'All is approved.', quiet: true }],
    () => ({ comments: ['All is approved.'] }),
  ],
  ['nobody is told what concerns nobody', () => [{ ...NOTICE, quiet: true }], () => ({ comments: [] })],
  [
    'living comments about two subjects',
    () => [NOTICE, { ...NOTICE, subject: 'merge', text: 'Not merged.' }],
    () => ({ comments: [NOTICE.text, 'Not merged.'] }),
  ],
  ['a living comment is gone', () => [NOTICE, { is: 'no-notice', subject: NOTICE.subject }], () => ({ comments: [] })],
  [
    'one that is gone is written anew',
    () => [NOTICE, { is: 'no-notice', subject: NOTICE.subject }, { ...NOTICE, text: 'Again.' }],
    () => ({ comments: ['Again.'] }),
  ],
  ['what nobody wrote is gone', () => [{ is: 'no-notice', subject: 'nothing' }], () => ({ comments: [] })],
  ['it is merged', ({ head }) => [{ is: 'merge', headSha: head(), method: 'squash' }], () => ({ state: 'merged' })],
];

const ON_ISSUES = new Set(['people and teams are asked to review', 'nobody is asked to review', 'it is merged']);

export function providerContract(name: string, open: () => Promise<Bench>): void {
  describe(`${name}: the contract`, () => {
    let bench: Bench;
    beforeAll(async () => {
      bench = await open();
    });
    afterAll(() => bench.close());

    const connected = (delivery: Delivery, context = FIRST): Promise<Connection> =>
      bench.provider.connect(delivery, context);

    /** One attempt, which remembers its living comments as the audit trail does. */
    const all = async (delivery: Delivery, actions: readonly ForgeAction[], resumed: boolean): Promise<void> => {
      const notices: Record<string, string> = {};
      const { apply } = await connected(delivery, { notices: () => notices, resumed });
      for (const action of actions) {
        // oxlint-disable-next-line no-await-in-loop
        const { result, ref } = await performed(apply, action);
        expect(['done', 'unchanged']).toContain(result);
        if (action.is === 'notice' && ref !== undefined) notices[action.subject] = ref;
        if (action.is === 'no-notice') delete notices[action.subject];
      }
    };

    test('can do what it says it can, and nothing else', async () => {
      const { apply } = await connected(bench.scene().onPull);
      expect(new Set(Object.keys(apply))).toEqual(new Set(bench.provider.can));
    });

    describe('an end is reached once, however often it is asked for', () => {
      test.each(ENDS)('%s', async (_, actions, is) => {
        const scene = bench.scene();
        const doing = actions(scene);
        await all(scene.onPull, doing, false);
        const once = scene.shown(scene.onPull);
        expect(once).toMatchObject(is(scene));
        await all(scene.onPull, doing, true);
        expect(scene.shown(scene.onPull)).toEqual(once);
      });

      test.each(ENDS.filter(([title]) => !ON_ISSUES.has(title)))('on an issue: %s', async (_, actions, is) => {
        const scene = bench.scene();
        const doing = actions(scene);
        await all(scene.onIssue, doing, false);
        await all(scene.onIssue, doing, true);
        expect(scene.shown(scene.onIssue)).toMatchObject(is(scene));
      });

      test('a living comment that is remembered is edited', async () => {
        const { onPull, shown } = bench.scene();
        const first = await connected(onPull);
        const { ref = '' } = await performed(first.apply, NOTICE);
        const later = await connected(onPull, { notices: () => ({ approval: ref }), resumed: false });
        const before = later.calls();
        expect(await performed(later.apply, { ...NOTICE, text: 'Else.' })).toMatchObject({ result: 'done', ref });
        expect(later.calls() - before).toBe(1);
        expect(shown(onPull).comments).toEqual(['Else.']);
      });
    });

    describe('what the forge will not do is refused with a reason, and nothing is changed', () => {
      test('a head that moved is not merged', async () => {
        const { onPull, head, push, shown } = bench.scene();
        const seen = head();
        push({ 'src/more.txt': 'more\n' });
        const { apply } = await connected(onPull);
        const result = await performed(apply, { is: 'merge', headSha: seen, method: 'merge' });
        expect(result).toMatchObject({ result: 'refused', note: expect.stringMatching(/moved/) });
        expect(shown(onPull).state).toBe('open');
      });

      test('who cannot be assigned is named', async () => {
        const { onPull, people, shown } = bench.scene();
        const { apply } = await connected(onPull);
        const logins = [people.reviewer.login, people.stranger.login];
        const result = await performed(apply, { is: 'assign', logins });
        expect(result).toMatchObject({ result: 'done', note: expect.stringContaining(people.stranger.login) });
        expect(result.note).not.toContain(people.reviewer.login);
        expect(shown(onPull).assignees).toEqual([people.reviewer.login]);
      });

      test('who cannot review is named, and the others are asked', async () => {
        const { onPull, people, shown } = bench.scene();
        const { apply } = await connected(onPull);
        const reviewers = [people.author.login, people.reviewer.login];
        const result = await performed(apply, { is: 'request-review', reviewers });
        expect(result).toMatchObject({ result: 'done', note: expect.stringContaining(people.author.login) });
        expect(shown(onPull).reviewers).toEqual([people.reviewer.login]);
      });
    });

    describe('the author of a comment is answered', () => {
      test('by one reaction', async () => {
        const { onPull, shown } = bench.scene();
        await (await connected(onPull)).answering.react('done');
        await (await connected(onPull, AGAIN)).answering.react('done');
        expect(shown(onPull).reactions).toEqual(['done']);
      });

      test('by one reaction, also where it took longer', async () => {
        const { onPull, shown } = bench.scene();
        const { answering } = await connected(onPull);
        await answering.react('looking');
        expect(shown(onPull).reactions).toEqual(['looking']);
        await answering.react('refused');
        expect(shown(onPull).reactions).toEqual(['refused']);
      });

      test('by one reply, also where an earlier attempt may have written it', async () => {
        const { onPull, shown } = bench.scene();
        await (await connected(onPull)).answering.reply('It is held.', { sought: false });
        const { comments } = shown(onPull);
        expect(comments).toEqual([expect.stringContaining('It is held.')]);
        await (await connected(onPull, AGAIN)).answering.reply('It is held.', { sought: true });
        expect(shown(onPull).comments).toEqual(comments);
        await (await connected(onPull, AGAIN)).answering.reply('It is not held.', { sought: true });
        expect(shown(onPull).comments).toEqual([expect.stringContaining('It is not held.')]);
      });
    });

    describe('facts', () => {
      test('the pull request', async () => {
        const { onPull, people, head, base, baseRef } = bench.scene();
        const { apply, read } = await connected(onPull);
        await performed(apply, { is: 'add-label', label: 'lgtm' });
        await performed(apply, { is: 'assign', logins: [people.reviewer.login] });
        expect(await read.pull()).toMatchObject({
          assignees: [people.reviewer.login],
          description: expect.any(String),
          baseFilesUrl: expect.stringMatching(new RegExp(`^https?://.*\\b${baseRef}/$`)),
          headSha: head(),
          baseRef,
          baseSha: base(),
          title: 'Change a line',
          draft: false,
          state: 'open',
          author: people.author,
          mergeable: 'yes',
          methods: ['merge', 'squash', 'rebase'],
          checks: [],
          checksComplete: true,
          changedFiles: 2,
          labels: ['lgtm'],
          public: true,
        });
        expect(await read.labels()).toEqual(['lgtm']);
      });

      test('labels of an issue, and of the repository', async () => {
        const { onIssue } = bench.scene();
        const { apply, read } = await connected(onIssue);
        await performed(apply, { is: 'add-label', label: 'kind/bug' });
        expect(await read.labels()).toEqual(['kind/bug']);
        expect(await read.repositoryLabels()).toContain('kind/bug');
      });

      test('both sides of a rename', async () => {
        const { onPull } = bench.scene();
        const { files, complete } = await (await connected(onPull)).read.changedFiles();
        expect(complete).toBe(true);
        expect(files).toHaveLength(2);
        expect(files).toEqual(
          expect.arrayContaining([
            { path: 'src/lines.txt', additions: 1, deletions: 1 },
            { path: 'docs/new.txt', previousPath: 'src/old.txt', additions: 0, deletions: 0 },
          ]),
        );
      });

      test.each<[who: Who, role: string]>([
        ['reviewer', 'write'],
        ['triager', 'triage'],
        ['stranger', 'read'],
      ])('the role of the %s: %s', async (who, role) => {
        const { onPull, people } = bench.scene();
        const { read } = await connected(onPull);
        expect(await read.role(people[who])).toEqual({ role, public: true });
      });

      test('a login that now is somebody else has no power', async () => {
        const { onPull, people, team, reuseLogin } = bench.scene();
        reuseLogin('reviewer');
        const { read } = await connected(onPull);
        expect((await read.role(people.reviewer)).role).toBe('none');
        expect(await read.member(people.reviewer)).toBe(false);
        expect(await read.inTeam(people.reviewer, team)).toBe(false);
      });

      test('members and teams', async () => {
        const { onPull, people, team } = bench.scene();
        const { read } = await connected(onPull);
        expect(await read.member(people.author)).toBe(true);
        expect(await read.member(people.stranger)).toBe(false);
        expect(await read.inTeam(people.reviewer, team)).toBe(true);
        expect(await read.inTeam(people.author, team)).toBe(false);
        await expect(read.inTeam(people.author, 'no-such-team')).rejects.toThrow(Refusal);
        expect(await read.teamMembers(team)).toEqual([people.reviewer.login.toLowerCase()]);
        expect(await read.teamMembers('no-such-team')).toEqual([]);
      });

      test('files at a commit, and why one cannot be read', async () => {
        const { onPull, base, pushToBase } = bench.scene();
        const before = base();
        pushToBase({ OWNERS: 'approvers: [somebody-else]\n' });
        const { read } = await connected(onPull);
        const files = await read.filesAt(before, [
          'OWNERS',
          'link',
          'logo.bin',
          'docs',
          'docs/OWNERS',
          'nowhere/OWNERS',
        ]);
        const kinds = Object.fromEntries([...files].map(([path, { is }]) => [path, is]));
        expect(kinds).toEqual({
          OWNERS: 'text',
          link: 'unreadable',
          'logo.bin': 'unreadable',
          docs: 'unreadable',
          'docs/OWNERS': 'absent',
          'nowhere/OWNERS': 'absent',
        });
        expect(files.get('OWNERS')).toMatchObject({ text: 'approvers: [reviewer]\n' });
        const now = await read.filesAt(base(), ['OWNERS']);
        expect(now.get('OWNERS')).toMatchObject({ text: 'approvers: [somebody-else]\n' });
      });

      test('of a commit that is not there nothing is known', async () => {
        const { onPull } = bench.scene();
        const { read } = await connected(onPull);
        await expect(read.filesAt('1'.repeat(40), ['OWNERS'])).rejects.toBeInstanceOf(Retryable);
      });

      test('files at the end of the default branch', async () => {
        const { onIssue } = bench.scene();
        const files = await (await connected(onIssue)).read.filesAt('HEAD', ['OWNERS']);
        expect(files.get('OWNERS')).toMatchObject({ is: 'text', text: 'approvers: [reviewer]\n' });
      });

      test('where a branch ends', async () => {
        const { onPull, base, baseRef } = bench.scene();
        expect(await (await connected(onPull)).read.branch(baseRef)).toBe(base());
      });

      test('a change that only moved with its base is the same change', async () => {
        const { onPull, head, baseRef, push, pushToBase } = bench.scene();
        const before = head();
        pushToBase({ 'docs/guide.md': 'Another guide.\n' });
        const changed = textOf(LINES.map((each) => (each === 'two' ? 'zwei' : each)));
        const after = push({ 'src/lines.txt': changed, 'docs/new.txt': 'old\n', 'src/old.txt': '' }, 'base');
        const { read } = await connected(onPull);
        const [then, now] = [await read.changeAt(baseRef, before), await read.changeAt(baseRef, after)];
        expect(alteredBetween(then, now)).toEqual([]);
      });

      test.each<[title: string, altered: readonly string[], user: string, admin: string]>([
        ['in the same place is the same change', [], '  allow();', '  deny();'],
        ['in another place that looks the same is another change', ['src/lines.txt'], '  deny();', '  allow();'],
      ])('on a base that changed the same file, a change %s', async (_, altered, user, admin) => {
        const { onPull, head, baseRef, push, pushToBase } = bench.scene();
        pushToBase({ 'src/lines.txt': blocks('  deny();', '  deny();', '') });
        push({ 'src/lines.txt': blocks('  allow();', '  deny();', '') }, 'base');
        const before = head();
        const { read } = await connected(onPull);
        const then = await read.changeAt(baseRef, before);
        pushToBase({ 'src/lines.txt': blocks('  deny();', '  deny();', '// The end.') });
        const after = push({ 'src/lines.txt': blocks(user, admin, '// The end.') }, 'base');
        expect(alteredBetween(then, await read.changeAt(baseRef, after))).toEqual(altered);
      });

      test.each<[title: string, lines: readonly string[]]>([
        ['another line', LINES.map((each) => (each === 'two' ? 'deux' : each))],
        ['the same words elsewhere', LINES.map((each) => (each === 'nine' ? 'zwei' : each === 'two' ? 'two' : each))],
        ['one more line', LINES.map((each) => (each === 'two' ? 'zwei\ndrei' : each))],
      ])('a change with %s is another change, and only there', async (_, lines) => {
        const { onPull, head, baseRef, push } = bench.scene();
        const before = head();
        const after = push({ 'src/lines.txt': textOf(lines) });
        const { read } = await connected(onPull);
        const [then, now] = [await read.changeAt(baseRef, before), await read.changeAt(baseRef, after)];
        expect(alteredBetween(then, now)).toEqual(['src/lines.txt']);
      });

      test('the same lines in another place that looks the same are another change', async () => {
        const { onPull, head, baseRef, push, pushToBase } = bench.scene();
        const twice = [...LINES, ...LINES];
        const changedAt = (index: number): string => textOf(twice.with(index, 'zwei'));
        pushToBase({ 'src/lines.txt': textOf(twice) });
        push({ 'src/lines.txt': changedAt(5) }, 'base');
        const before = head();
        const after = push({ 'src/lines.txt': changedAt(15) });
        const { read } = await connected(onPull);
        const [then, now] = [await read.changeAt(baseRef, before), await read.changeAt(baseRef, after)];
        expect(alteredBetween(then, now)).toEqual(['src/lines.txt']);
      });

      test('when the head was moved to a commit that does not build on it', async () => {
        const { onPull, push } = bench.scene();
        push({ 'src/lines.txt': textOf(LINES.toReversed()) });
        const { read } = await connected(onPull);
        expect(await read.forcedPushes()).toEqual({ pushes: [], more: false });
        expect((await read.pull()).forced?.pushes ?? []).toEqual([]);
        const { headSha: before } = await read.pull();
        push({ 'src/lines.txt': textOf(LINES.toSpliced(2, 1)) }, 'base');
        const again = await connected(onPull);
        const { pushes } = await again.read.forcedPushes();
        expect(pushes.map(({ at }) => new Date(at).toISOString().slice(0, 19))).toEqual(
          pushes.map(({ at }) => at.slice(0, 19)),
        );
        expect(pushes).toHaveLength(1);
        const { forced, headSha: after } = await again.read.pull();
        expect(forced ?? { pushes, more: false }).toMatchObject({ pushes: [{ at: pushes[0]?.at }], more: false });
        for (const each of forced?.pushes ?? []) expect(each).toMatchObject({ before, after });
      });

      test('since when the head is where it is, where the forge keeps a record of pushes', async () => {
        const { onPull, push } = bench.scene();
        push({ 'src/lines.txt': textOf(LINES.toReversed()) });
        const { read } = await connected(onPull);
        const { headSha } = await read.pull();
        const since = await read.headSince();
        expect(since?.headSha ?? headSha).toBe(headSha);
        expect(Number.isNaN(Date.parse(since?.at ?? '2026-03-01T13:00:00Z'))).toBe(false);
      });

      test('what another pull request of the repository is', async () => {
        const { onPull, onIssue } = bench.scene();
        const { apply, read } = await connected(onPull);
        const number = onPull.target?.number ?? 0;
        expect(await read.stateOf(number)).toBe('open');
        expect(await read.stateOf(onIssue.target?.number ?? 0)).toBe(undefined);
        await performed(apply, { is: 'close', reason: 'completed' });
        expect(await read.stateOf(number)).toBe('closed');
      });

      test('who put labels on and took them off, in order', async () => {
        const { onPull } = bench.scene();
        const { apply, read } = await connected(onPull);
        expect(await read.labelChanges()).toEqual([]);
        await performed(apply, { is: 'add-label', label: 'told/of' });
        await performed(apply, { is: 'remove-label', label: 'told/of' });
        const changes = await read.labelChanges();
        expect(changes).toMatchObject([
          { label: 'told/of', on: true, by: { bot: true } },
          { label: 'told/of', on: false, by: { bot: true } },
        ]);
        for (const { at, by } of changes) expect([new Date(at).getTime(), by.id]).not.toContain(Number.NaN);
      });

      test('who is assigned, whose review is asked for, and that they wait with other pull requests alone', async () => {
        const { onPull, people, team } = bench.scene();
        const { apply, read } = await connected(onPull);
        expect(await read.pull()).toMatchObject({ assignees: [], requested: [] });
        await performed(apply, { is: 'assign', logins: [people.reviewer.login] });
        await performed(apply, {
          is: 'request-review',
          reviewers: [people.reviewer.login, people.triager.login, team],
        });
        const after = (await connected(onPull)).read;
        const { assignees, requested } = await after.pull();
        expect(assignees).toEqual([people.reviewer.login]);
        expect(requested.toSorted()).toEqual([people.reviewer.login, people.triager.login, team].toSorted());
        expect([...(await after.reviewsWaiting())]).toEqual([]);
        const elsewhere = numbered(onPull, 4_711);
        const waiting = await (await connected(elsewhere)).read.reviewsWaiting();
        expect(waiting.get(people.reviewer.login.toLowerCase())).toBe(1);
        // A team is nobody in particular.
        expect(waiting.size).toBe(2);
      });

      test('with a commit that is gone nothing can be compared', async () => {
        const { onPull, baseRef } = bench.scene();
        const { read } = await connected(onPull);
        expect((await read.changeAt(baseRef, '1'.repeat(40))).complete).toBe(false);
      });

      test('which pull requests a commit heads', async () => {
        const { onPull, head, base, people, baseRef } = bench.scene();
        const { read } = await connected(onPull);
        const [found, ...others] = await read.pullsAt(head());
        expect(found).toMatchObject({
          kind: 'pull',
          number: onPull.target?.number,
          author: people.author,
          state: 'open',
          headSha: head(),
          baseRef,
        });
        expect(others).toEqual([]);
        expect(await read.pullsAt(base())).toEqual([]);
      });

      test('which files there are at a commit', async () => {
        const { onPull, base } = bench.scene();
        const { paths, complete } = await (await connected(onPull)).read.treeAt(base());
        expect(complete).toBe(true);
        expect(paths).toEqual(expect.arrayContaining(['OWNERS', 'src/lines.txt', 'docs/guide.md']));
        expect(paths).not.toContain('src');
      });

      test('whose login it is: of a collaborator, a member, somebody else, nobody', async () => {
        const { onPull, people } = bench.scene();
        const { read } = await connected(onPull);
        const logins = [
          people.reviewer.login,
          people.author.login,
          people.stranger.login,
          'nobody-is-called-so-example',
        ];
        const found: string[] = [];
        for (const login of logins) {
          // oxlint-disable-next-line no-await-in-loop
          found.push(await read.trust(login));
        }
        expect(found).toEqual(['trusted', 'trusted', 'stranger', 'nobody']);
      });

      test('which commits it brings along, oldest first, and which of them merge', async () => {
        const { onPull, head, people, push } = bench.scene();
        const before = await (await connected(onPull)).read.commits();
        expect(before).toEqual({
          headSha: head(),
          count: 1,
          list: [
            {
              sha: head(),
              parents: 1,
              message: expect.stringContaining('Change a line'),
              author: { email: expect.stringContaining('@'), person: people.author },
            },
          ],
        });
        push({ 'docs/more.txt': 'more\n' });
        const { list, count, headSha } = await (await connected(onPull)).read.commits();
        expect({ count, headSha, shas: list.map(({ sha }) => sha) }).toEqual({
          count: 2,
          headSha: head(),
          shas: [before.headSha, head()],
        });
      });

      test('which pull requests go into a branch, and whether they conflict with it', async () => {
        const { onPull, head, people, baseRef, pushToBase } = bench.scene();
        const { read, apply } = await connected(onPull);
        await performed(apply, { is: 'add-label', label: 'ready/one' });
        const found = await read.pullsOnto(baseRef, undefined);
        expect(found).toMatchObject({
          pulls: [
            {
              target: {
                kind: 'pull',
                number: onPull.target?.number,
                author: people.author,
                state: 'open',
                labels: ['ready/one'],
                headSha: head(),
                baseRef,
                draft: false,
                locked: false,
              },
              mergeable: 'yes',
            },
          ],
        });
        expect(found.after).toBeUndefined();
        expect(await read.pullsOnto('elsewhere', undefined)).toEqual({ pulls: [], after: undefined });
        pushToBase({ 'src/lines.txt': 'something else\n' });
        const again = await (await connected(onPull)).read.pullsOnto(baseRef, undefined);
        expect(again.pulls.map(({ mergeable }) => mergeable)).toEqual(['conflicting']);
      });
    });

    describe('sweeps', () => {
      test('find open pull requests with all of the labels and none of the others', async () => {
        const { onPull, people } = bench.scene();
        const held = bench.scene().onPull;
        for (const [delivery, labels] of [
          [onPull, ['ready/one', 'ready/two']],
          [held, ['ready/one', 'ready/two', 'do-not-merge/hold']],
        ] as const) {
          // oxlint-disable-next-line no-await-in-loop
          const { apply } = await connected(delivery);
          for (const label of labels) {
            // oxlint-disable-next-line no-await-in-loop
            await performed(apply, { is: 'add-label', label });
          }
        }
        const sought = [['ready/one', 'ready/two'], ['do-not-merge/hold']] as const;
        const found = await bench.provider.find(...sought);
        expect(found).toMatchObject([
          {
            installation: onPull.installation,
            repository: onPull.repository,
            target: { kind: 'pull', number: onPull.target?.number, author: people.author, state: 'open' },
          },
        ]);
        expect(await bench.provider.find(...sought, '2020-01-01T00:00:00Z')).toEqual(found);
        expect(await bench.provider.find(...sought, '9999-01-01T00:00:00Z')).toEqual([]);
      });
    });
  });
}
