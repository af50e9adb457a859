import { describe, expect, test } from 'vitest';
import { DOCS_APPROVER, APPROVER, AUTHOR, OWNED, REVIEWER, STRANGER, type Pull } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();

const ON = { '.github/bowsprit.yaml': 'blunderbuss: { enabled: true, request_count: 1 }\n' };
/** Two who review all of it, so that there is somebody to choose. */
const OWNERS = { OWNERS: `approvers:\n- ${APPROVER}\nreviewers:\n- ${REVIEWER}\n- ${DOCS_APPROVER}\n` };
const PEOPLE = { [APPROVER]: 'maintain', [REVIEWER]: 'write', [DOCS_APPROVER]: 'write', [AUTHOR]: 'write' } as const;

const asked = async (pull: Pull): Promise<readonly string[]> =>
  (await pull.pull()).requested_reviewers.map(({ login }) => login).toSorted();

describe('reviewers', () => {
  test('are asked when a pull request is opened, by who has less to do, and only once', async () => {
    const { workplace, workOff } = engine();
    const place = await workplace({ files: { ...OWNED, ...OWNERS, ...ON }, collaborators: PEOPLE });
    const first = await place.open({ draft: true });
    await workOff();
    const [one = ''] = await asked(first);
    expect([REVIEWER, DOCS_APPROVER]).toContain(one);
    const second = await place.open();
    await workOff();
    // The other one, since nobody waits for them.
    expect(await asked(second)).toEqual([REVIEWER, DOCS_APPROVER].filter((login) => login !== one));

    // Somebody took the request back by hand: a draft that is ready again brings nobody back.
    await place.ask(APPROVER, `DELETE /pulls/${first.number}/requested_reviewers`, { reviewers: [one] });
    await first.ready(AUTHOR);
    await workOff();
    expect(await asked(first)).toEqual([]);
    await first.comment(STRANGER, '/auto-cc');
    await workOff();
    expect(await asked(first)).toHaveLength(1);
  });

  test('are not asked by the rule where the description says whom to ask', async () => {
    const { workplace, workOff } = engine();
    const place = await workplace({ files: { ...OWNED, ...OWNERS, ...ON }, collaborators: PEOPLE });
    const pull = await place.open({ body: `Turns.\n\n/cc @${APPROVER}`, draft: true });
    await workOff();
    expect(await asked(pull)).toEqual([APPROVER]);
    await place.ask(APPROVER, `DELETE /pulls/${pull.number}/requested_reviewers`, { reviewers: [APPROVER] });
    await pull.ready(AUTHOR);
    await workOff();
    expect(await asked(pull)).toEqual([]);
  });

  test('are not asked where nobody switched it on, but by /auto-cc', async () => {
    const { workplace, workOff } = engine();
    const place = await workplace({ files: { ...OWNED, ...OWNERS }, collaborators: PEOPLE });
    const pull = await place.open();
    await workOff();
    expect(await asked(pull)).toEqual([]);
    const comment = await pull.comment(AUTHOR, '/auto-cc');
    await workOff();
    expect(await asked(pull)).toEqual([REVIEWER, DOCS_APPROVER].toSorted());
    expect(await pull.reactions(comment)).toEqual(['+1']);
    await pull.comment(AUTHOR, '/auto-cc');
    await workOff();
    expect((await pull.words()).at(-1)).toContain('were asked, or have reviewed.');
  });
});

test('asking reviewers costs an opened pull request two requests at most', async () => {
  const { workplace, workOff, github } = engine();
  const costs: number[] = [];
  for (const more of [{}, ON]) {
    /* oxlint-disable no-await-in-loop */
    const place = await workplace({ files: { ...OWNED, ...OWNERS, ...more }, collaborators: PEOPLE });
    await place.open();
    await workOff();
    github.clearRequests();
    await place.open();
    await workOff();
    /* oxlint-enable no-await-in-loop */
    costs.push(
      github.requests().filter(({ callerIs, route }) => callerIs === 'installation' && !route.includes('access_tokens'))
        .length,
    );
  }
  const [without = 0, withReviewers = 0] = costs;
  expect(withReviewers - without).toBe(2);
});

describe('absence', () => {
  test('holds in all repositories of the owner until its day, and ends by /back', async () => {
    const { workplace, workOff, pass } = engine();
    const place = await workplace({ files: { ...OWNED, ...OWNERS, ...ON }, collaborators: PEOPLE });
    const elsewhere = await workplace({ files: { ...OWNED, ...OWNERS, ...ON }, collaborators: PEOPLE });
    const issue = await elsewhere.issue(AUTHOR, 'Holidays');
    const comment = await issue.comment(REVIEWER, '/away until in 2 days skiing');
    await workOff();
    expect((await issue.words()).at(-1)?.replace(/\d{4}-\d\d-\d\d/, 'DAY')).toContain(
      'You are away until DAY in all repositories of `acme`: Bowsprit asks and suggests others. `/back` ends it sooner.',
    );
    expect(await issue.reactions(comment)).toEqual(['+1']);

    for (const each of [1, 2, 3]) {
      const pull = await place.open({ title: `Turn ${each}` });
      await workOff();
      expect(await asked(pull)).toEqual([DOCS_APPROVER]);
    }

    await issue.comment(REVIEWER, '/back');
    const pull = await place.open();
    await workOff();
    // Three wait for the other one.
    expect(await asked(pull)).toEqual([REVIEWER]);

    await issue.comment(DOCS_APPROVER, '/away until in 2 days');
    await issue.comment(REVIEWER, '/away');
    await workOff();
    pass(3 * 24 * 3_600);
    const later = await place.open();
    await workOff();
    expect(await asked(later)).toEqual([DOCS_APPROVER]);
  });

  test('is told whoever names them, and others are suggested first', async () => {
    const { workplace, workOff } = engine();
    const owners = `approvers:\n- ${APPROVER}\n- ${DOCS_APPROVER}\nreviewers:\n- ${REVIEWER}\n`;
    const place = await workplace({ files: { ...OWNED, OWNERS: owners }, collaborators: PEOPLE });
    const issue = await place.issue(AUTHOR, 'Holidays');
    await issue.comment(APPROVER, '/away until 2999-01-01');
    await issue.comment(APPROVER, '/away until in 3 days');
    await workOff();
    const pull = await place.open();
    const comment = await pull.comment(AUTHOR, `/cc @${APPROVER}`);
    await pull.comment(AUTHOR, `/assign @${APPROVER}`);
    await workOff();
    expect(await asked(pull)).toEqual([APPROVER]);
    expect((await pull.now()).assignees.map(({ login }) => login)).toEqual([APPROVER]);
    expect(await pull.reactions(comment)).toEqual(['+1']);
    const [notice = '', ...replies] = (await pull.words()).map((each) => each.replaceAll(/\d{4}-\d\d-\d\d/g, 'DAY'));
    expect(notice).toContain(`@${DOCS_APPROVER}: please look at it`);
    expect(notice).toContain(`\`${APPROVER}\` (away until DAY)`);
    expect(replies).toEqual([
      `@${AUTHOR}: \`${APPROVER}\` is away until DAY.`,
      `@${AUTHOR}: \`${APPROVER}\` is away until DAY.`,
    ]);
    await issue.comment(APPROVER, '/back');
    await workOff();
  });

  test('is not for strangers to say', async () => {
    const { workplace, workOff } = engine();
    const place = await workplace();
    const issue = await place.issue(AUTHOR, 'Holidays');
    await issue.comment(STRANGER, '/away');
    await workOff();
    expect((await issue.words()).at(-1)).toContain('`/away` is not open to you.');
  });
});
