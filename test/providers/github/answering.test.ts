import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { nextId, moment, type Review, type ReviewComment, type Reaction } from '../../../local/github/state.ts';
import type { Delivery, Text } from '../../../shared/delivery.ts';
import { Retryable } from '../../../shared/errors.ts';
import { keptLog } from '../../support/log-lines.ts';
import { asRead, type Forge, type GitHubScene, openForge } from './forge.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(() => forge.close());
const logged = keptLog({ troubles: true });

const about = (delivery: Delivery, kind: Text['kind'], id: number): Delivery => ({
  ...delivery,
  ...(delivery.text === undefined ? {} : { text: { ...delivery.text, kind, id: String(id) } }),
});

function reviewIn({ repository, pull, people, head }: GitHubScene): Review {
  const { state, box } = forge.github;
  const at = moment(box.now());
  const review: Review = {
    id: nextId(state),
    pullNumber: pull.number,
    authorId: Number(people.reviewer.id),
    body: '/lgtm',
    state: 'APPROVED',
    commitId: head(),
    submittedAt: at,
    updatedAt: at,
    minimizedReason: null,
    reactions: [],
  };
  repository.reviews.set(review.id, review);
  return review;
}

function lineCommentIn({ repository, pull, people, head }: GitHubScene): ReviewComment {
  const { state, box } = forge.github;
  const at = moment(box.now());
  const comment: ReviewComment = {
    id: nextId(state),
    pullNumber: pull.number,
    reviewId: null,
    authorId: Number(people.reviewer.id),
    body: '/hold',
    path: 'src/lines.txt',
    diffHunk: '@@ -1 +1 @@',
    side: 'RIGHT',
    startSide: null,
    line: 2,
    startLine: null,
    originalLine: 2,
    originalStartLine: null,
    position: 2,
    originalPosition: 2,
    commitId: head(),
    originalCommitId: head(),
    inReplyToId: null,
    subjectType: 'line',
    createdAt: at,
    updatedAt: at,
    resolvedById: null,
    minimizedReason: null,
    reactions: [],
  };
  repository.reviewComments.set(comment.id, comment);
  return comment;
}

const contents = (reactions: readonly Reaction[]): readonly string[] => reactions.map(({ content }) => content);

describe('a reaction', () => {
  test.each<[to: string, given: (scene: GitHubScene) => [delivery: Delivery, reactions: () => readonly Reaction[]]]>([
    [
      'the description of a pull request',
      (scene) => [about(scene.onPull, 'description', scene.pull.id), () => scene.pull.reactions],
    ],
    [
      'the description of an issue',
      (scene) => {
        const issue = scene.repository.issues.get(scene.onIssue.target?.number ?? 0);
        return [about(scene.onIssue, 'description', issue?.id ?? 0), () => issue?.reactions ?? []];
      },
    ],
    [
      'a comment on a line',
      (scene) => {
        const comment = lineCommentIn(scene);
        return [about(scene.onPull, 'review-comment', comment.id), () => comment.reactions];
      },
    ],
    [
      'a review, to which REST knows none',
      (scene) => {
        const review = reviewIn(scene);
        return [about(scene.onPull, 'review', review.id), () => review.reactions];
      },
    ],
  ])('to %s', async (_, given) => {
    const scene = forge.scene();
    const [delivery, reactions] = given(scene);
    const { answering } = await scene.connect(delivery);
    await answering.react('refused');
    await answering.react('refused');
    expect(contents(reactions())).toEqual(['confused']);
    const again = (await scene.connect({ ...delivery, redrive: { time: 1, positions: [0] } })).answering;
    await again.react('looking');
    expect(contents(reactions())).toEqual(['confused', 'eyes']);
    await again.react('done');
    expect(contents(reactions())).toEqual(['+1']);
  });

  test('of what was given up before goes, though another took away that it is looked at', async () => {
    const scene = forge.scene();
    const { onPull } = scene;
    await (await scene.connect(onPull)).answering.react('refused');
    const { answering } = await scene.connect({ ...onPull, redrive: { time: 1, positions: [0] } });
    await answering.react('looking');
    const comment = scene.repository.comments.get(Number(onPull.text?.id));
    const reactions = (comment?.reactions ?? []).filter(({ content }) => content !== 'eyes');
    if (comment !== undefined) comment.reactions = reactions;
    await answering.react('done');
    expect(contents(comment?.reactions ?? [])).toEqual(['+1']);
  });

  test('to nothing, where the delivery holds no text', async () => {
    const scene = forge.scene();
    const { text: _, ...silent } = scene.onPull;
    const { answering, calls } = await scene.connect(silent);
    await answering.react('done');
    expect(calls()).toBe(0);
  });
});

describe('a reply', () => {
  test('costs one request the first time', async () => {
    const { answering, calls } = await forge.scene().connect();
    await answering.reply('It is held.', { sought: false });
    expect(calls()).toBe(1);
  });

  test('to an edited comment is the one that stands, however old', async () => {
    const scene = forge.scene();
    const { onPull } = scene;
    await (await scene.connect(onPull)).answering.reply('There is no such label.', { sought: false });
    for (const comment of scene.comments()) Object.assign(comment, { updatedAt: '2020-01-01T00:00:00Z' });
    const edited = await scene.connect({ ...onPull, event: 'comment-edited' });
    await edited.answering.reply('The label is on.', { sought: false });
    expect(scene.comments().map(({ body }) => asRead(body))).toEqual([expect.stringContaining('The label is on.')]);
  });

  test('to another comment is another one', async () => {
    const scene = forge.scene();
    for (const text of ['One.', 'Two.']) {
      // oxlint-disable-next-line no-await-in-loop
      const { answering } = await scene.connect(scene.commentBy(scene.people.reviewer.login, '/help'));
      // oxlint-disable-next-line no-await-in-loop
      await answering.reply(text, { sought: true });
    }
    expect(scene.comments()).toHaveLength(2);
  });

  test('mentions nobody but the one who is answered', async () => {
    const scene = forge.scene();
    await (await scene.connect(scene.onPull)).answering.reply('Done.', { sought: false });
    expect(scene.shown(scene.onPull).comments).toEqual([`@${scene.people.reviewer.login}: Done.`]);
  });
});

const isStruck = (): boolean => forge.github.faults.list().some(({ struck }) => struck > 0);
const mayGoOn = (): void => {
  if (isStruck()) throw new Retryable('the lease was lost');
};

describe('where the lease is lost while an answer is on its way', () => {
  const COMMENT = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
  afterEach(() => forge.github.faults.clear());

  test.each<[what: string, kind: 'reset-before' | 'reset-after', standing: readonly string[], said: string]>([
    ['one that never arrived', 'reset-before', ['Before.', 'By another.'], 'Late.'],
    ['one that arrived', 'reset-after', ['By another.'], 'Late.'],
    ['one that never arrived and says the same', 'reset-before', ['Late.'], 'Late.'],
  ])('%s takes no word of another away', async (_, kind, standing, said) => {
    const scene = forge.scene();
    const { answering } = await scene.connect(scene.onPull);
    for (const words of standing) {
      // oxlint-disable-next-line no-await-in-loop
      await answering.reply(words, { sought: false });
    }
    const before = scene.comments();
    const late = await scene.connect(scene.onPull, { mayGoOn });
    forge.github.faults.set([{ kind, route: COMMENT, callers: ['installation'] }]);
    await expect(late.answering.reply(said, { sought: false })).rejects.toBeInstanceOf(Retryable);
    expect(isStruck()).toBe(true);
    expect(scene.comments()).toEqual(before);
  });
});

describe('whoever is gone needs no answer', () => {
  test.each<[title: string, change: (scene: GitHubScene) => unknown, kind: Text['kind']]>([
    ['a deleted comment', ({ repository, onPull }) => repository.comments.delete(Number(onPull.text?.id)), 'comment'],
    ['a deleted review', () => undefined, 'review'],
    ['an archived repository', ({ repository }) => (repository.archived = true), 'comment'],
  ])('%s', async (_, change, kind) => {
    const scene = forge.scene();
    change(scene);
    const { answering } = await scene.connect(about(scene.onPull, kind, Number(scene.onPull.text?.id)));
    const before = logged().length;
    await answering.react('done');
    expect(logged().slice(before)).toEqual([expect.stringContaining('answer not taken')]);
  });

  test('a deleted issue', async () => {
    const scene = forge.scene();
    scene.repository.issues.delete(scene.onIssue.target?.number ?? 0);
    const { answering } = await scene.connect(scene.onIssue);
    await answering.reply('Closed.', { sought: true });
    expect(scene.comments()).toEqual([]);
  });
});
