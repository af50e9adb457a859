import { describe, expect, test } from 'vitest';
import { APPROVER, AUTHOR, OWNED, REVIEWER, type Pull, type Workplace } from '../support/acting.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();
const SETTINGS = '.github/bowsprit.yaml';
const ON = 'rules: { enabled: [branchcleaner] }\nbranch_cleaner: { preserved_branches: ["^keep/"] }\n';

const placeWith = (settings: string): Promise<Workplace> =>
  running().workplace({ files: { ...OWNED, ...(settings === '' ? {} : { [SETTINGS]: settings }) } });

async function mergedBy(pull: Pull): Promise<void> {
  await pull.comment(REVIEWER, '/lgtm');
  await pull.comment(APPROVER, '/approve');
  await running().settled();
  expect(await pull.merged()).toBe(true);
}

describe('the branch of what Bowsprit merged', () => {
  test('stays where nobody asked for the rule', async () => {
    const place = await placeWith('');
    const pull = await place.open();
    await mergedBy(pull);
    expect(place.tip(pull.branch)).not.toBe('');
    expect((await running().story(pull)).join()).not.toContain('branchcleaner');
  });

  test('goes where somebody did, by GraphQL alone', async () => {
    const { github, story } = running();
    const place = await placeWith(ON);
    const pull = await place.open();
    await mergedBy(pull);
    expect(place.tip(pull.branch)).toBe('');
    expect((await story(pull)).at(-1)).toBe('automation:branchcleaner done');
    const since = github.requests().findLastIndex(({ route }) => route.endsWith('/merge'));
    const asked = github
      .requests()
      .slice(since + 1)
      .filter(({ callerIs, charged }) => charged && callerIs === 'installation');
    const ofBranch = asked.filter(({ route }) => !route.endsWith('/reactions'));
    // With looks at what else goes into the base among them, which come when they come.
    expect(new Set(ofBranch.map(({ route }) => route))).toEqual(new Set(['POST /graphql']));
  });

  test('stays where another pull request goes into it or comes from it', async () => {
    const place = await placeWith(ON);
    const pull = await place.open();
    place.commit('on-top', { 'docs/guide.md': '# Guide\n\nTurn it twice.\n' });
    await place.ask(AUTHOR, 'POST /pulls', { title: 'On top', head: 'on-top', base: pull.branch });
    await mergedBy(pull);
    expect(place.tip(pull.branch)).toBe(pull.head());
    const other = await place.open();
    place.commit('release', { 'x.txt': 'x\n' });
    await place.ask(AUTHOR, 'POST /pulls', { title: 'Elsewhere', head: other.branch, base: 'release' });
    await mergedBy(other);
    expect(place.tip(other.branch)).toBe(other.head());
  });

  test('stays where it is protected', async () => {
    const place = await placeWith(ON);
    const pull = await place.open();
    await place.ask(APPROVER, `PUT /branches/${pull.branch}/protection`, {
      required_status_checks: null,
      enforce_admins: false,
      required_pull_request_reviews: null,
      restrictions: null,
    });
    await mergedBy(pull);
    expect(place.tip(pull.branch)).toBe(pull.head());
  });

  test('goes as well where a person merges', async () => {
    const { settled } = running();
    const place = await placeWith(ON);
    const pull = await place.open();
    await place.ask(APPROVER, `PUT /pulls/${pull.number}/merge`, {});
    await settled();
    expect(place.tip(pull.branch)).toBe('');
  });

  test('stays where it is only closed', async () => {
    const { settled } = running();
    const place = await placeWith(ON);
    const pull = await place.open();
    await pull.change(AUTHOR, { state: 'closed' });
    await settled();
    expect(place.tip(pull.branch)).toBe(pull.head());
  });
});
