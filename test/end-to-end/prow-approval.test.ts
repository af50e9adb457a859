/**
 * What Prow's own tests say of `approve`, by their numbers: who does what, and whether the label is on after it. Issues,
 * lgtms that approve, and new folders have tests of their own.
 */
import { describe, expect, test } from 'vitest';
import { APPROVER, AUTHOR, DOCS_APPROVER, OWNED, REVIEWER, type Pull } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const running = givenEngine();

type Step = (pull: Pull) => Promise<unknown>;
const says =
  (by: string, body: string): Step =>
  (pull) =>
    pull.comment(by, body);
const reviews =
  (by: string, ...[verdict, body]: [verdict: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT', body?: string]): Step =>
  (pull) =>
    pull.review(by, verdict, body);
const pushes: Step = async (pull) => pull.push({ 'NOTES.md': '# More\n' });
const labels =
  (by: string): Step =>
  (pull) =>
    pull.label(by, 'approved');
const waits: Step = async () => undefined;

type Scenario = {
  readonly is: string;
  readonly settings?: string;
  readonly by?: string;
  /** Each with whether it is approved then. */
  readonly steps: readonly (readonly [step: Step, approved: boolean])[];
};

const scenarios: readonly Scenario[] = [
  {
    is: '5: the author says so aloud, where being the author is not enough',
    settings: 'approve: { self_approval: false, issue_required: true }\n',
    by: APPROVER,
    steps: [
      [waits, false],
      [says(APPROVER, '/approve'), false],
      [says(APPROVER, '/approve no-issue'), true],
    ],
  },
  {
    is: '7 and 8: taken back, and a push later',
    steps: [
      [says(APPROVER, '/approve'), true],
      [says(APPROVER, '/approve cancel'), false],
      [pushes, false],
      [says(APPROVER, '/approve'), true],
      [says(APPROVER, '/remove-approve'), false],
      [pushes, false],
    ],
  },
  {
    is: '9: the author takes back what being the author gave, and a push later',
    by: APPROVER,
    steps: [
      [waits, true],
      [says(APPROVER, '/approve cancel'), false],
      [says(REVIEWER, '/lgtm'), false],
      [pushes, false],
      [says(APPROVER, '/approve'), true],
    ],
  },
  {
    is: '14: a review that approves counts, and one that only comments does not',
    steps: [
      [reviews(APPROVER, 'COMMENT', 'Fine, I think.'), false],
      [reviews(APPROVER, 'APPROVE'), true],
    ],
  },
  {
    is: '14: reviews do not count where they are ignored, and what they say does',
    settings: 'approve: { ignore_review_state: true }\n',
    steps: [
      [reviews(APPROVER, 'APPROVE'), false],
      [reviews(APPROVER, 'COMMENT', '/approve'), true],
    ],
  },
  {
    is: '15: changes requested take it back',
    steps: [
      [says(APPROVER, '/approve'), true],
      [reviews(APPROVER, 'REQUEST_CHANGES', 'Not so.'), false],
    ],
  },
  {
    is: '15: dismissing a review leaves what was said before',
    steps: [
      [says(APPROVER, '/approve'), true],
      [
        async (pull) => {
          const review = await pull.review(APPROVER, 'APPROVE');
          await running().workOff();
          await pull.dismiss(APPROVER, review);
        },
        true,
      ],
    ],
  },
  {
    is: '15: dismissing the only one takes it back',
    steps: [
      [
        async (pull) => {
          const review = await pull.review(APPROVER, 'APPROVE');
          await running().workOff();
          expect(await pull.labels()).toContain('approved');
          await pull.dismiss(APPROVER, review);
        },
        false,
      ],
    ],
  },
  {
    is: '16: a later command beats an earlier review',
    steps: [
      [reviews(APPROVER, 'APPROVE'), true],
      [says(APPROVER, '/approve cancel'), false],
      [reviews(APPROVER, 'REQUEST_CHANGES', 'Not so.'), false],
      [says(APPROVER, '/approve'), true],
    ],
  },
  {
    is: '16: a command in a review beats the review',
    steps: [
      [reviews(APPROVER, 'REQUEST_CHANGES', '/approve'), true],
      [reviews(APPROVER, 'APPROVE', '/approve cancel'), false],
    ],
  },
  {
    is: '12: a label put on by hand is the word of whoever did (of an approver)',
    steps: [
      [labels(APPROVER), true],
      [says(APPROVER, '/approve cancel'), false],
    ],
  },
  { is: '12: a label put on by hand is the word of whoever did (of anybody else)', steps: [[labels(AUTHOR), false]] },
];

test.each(scenarios)('$is', async ({ settings, by = AUTHOR, steps }) => {
  const files = { ...OWNED, ...(settings === undefined ? {} : { '.github/bowsprit.yaml': settings }) };
  const place = await running().workplace({ files });
  const pull = await place.open({ by, files: { 'src/turn.ts': 'export const turn = 2;\n' } });
  await running().workOff();
  for (const [step, approved] of steps) {
    // oxlint-disable-next-line no-await-in-loop
    await step(pull);
    // oxlint-disable-next-line no-await-in-loop
    await running().workOff();
    // oxlint-disable-next-line no-await-in-loop
    expect((await pull.labels()).includes('approved')).toBe(approved);
  }
});

describe('the notice', () => {
  test('10 and 11: stays as it is where nothing changed, and is edited where something did', async () => {
    const place = await running().workplace();
    const pull = await place.open();
    await running().workOff();
    const before = await pull.comments();
    expect(before).toHaveLength(1);
    pull.push({ 'src/more.ts': 'export const more = 1;\n' }, AUTHOR);
    await running().workOff();
    const [edited, ...others] = await pull.comments();
    expect(others).toEqual([]);
    expect(edited?.body).not.toBe(before[0]?.body);
    pull.push({ 'src/more.ts': 'export const more = 2;\n' }, AUTHOR);
    await running().workOff();
    expect(await pull.comments()).toEqual([edited]);
  });

  test('3: asks whoever is assigned, and names others to be assigned', async () => {
    const place = await running().workplace();
    const pull = await place.open({ files: { 'docs/guide.md': '# Guide\n' } });
    await running().workOff();
    expect((await pull.words())[0]).toContain(`To assign this approver, comment \`/assign @${DOCS_APPROVER}\`.`);
    await pull.comment(APPROVER, '/assign');
    await running().workOff();
    await pull.comment(APPROVER, '/refresh');
    await running().workOff();
    expect((await pull.words())[0]).toContain(`@${APPROVER}, assigned already: please look at it`);
  });

  test('17: links to the branch it goes into', async () => {
    const place = await running().workplace();
    place.commit('release-1', OWNED, APPROVER);
    const pull = await place.open();
    await place.ask(AUTHOR, `PATCH /pulls/${pull.number}`, { base: 'release-1' });
    await running().workOff();
    expect((await pull.words())[0]).toContain(`${place.fullName}/blob/release-1/OWNERS)`);
  });
});
