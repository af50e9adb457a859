import { describe, expect, test } from 'vitest';
import { automations } from '../../shared/automations/index.ts';
import { commands } from '../../shared/commands/index.ts';
import { chained, EMPTY_CHAIN, type AuditRecord, type RecordDraft } from '../../shared/audit-record.ts';
import { Rejected } from '../../shared/errors.ts';
import { leaf, needsAll, needsAny } from '../../shared/language/index.ts';
import { pathOf, pullAt } from '../../shared/pages/audit.ts';
import { ageInWords, type GateShown } from '../../shared/pages/gate.ts';
import { pageFor, type Trail } from '../../shared/pages/site.ts';
import { rulebookFrom } from '../../shared/rules-shown.ts';
import { settingsBook } from '../../shared/settings/index.ts';
import { sweeps } from '../../shared/sweeps/index.ts';
import { catalogue } from '../support/given.ts';

const HOSTILE = '<img src=x onerror=alert(1)>"\'&`';
const draft: RecordDraft = {
  id: '01J00000000000000000000000',
  at: '2026-11-25T10:00:00.000Z',
  pull: 'github:acme/widgets#12',
  delivery: 'd-1',
  position: 0,
  actor: { login: HOSTILE, id: '7' },
  source: { kind: 'comment', id: '1', url: 'javascript:alert(1)' },
  command: 'retitle',
  text: `/retitle ${HOSTILE}`,
  headSha: 'a'.repeat(40),
  outcome: 'done',
  reason: `Title set to \`${HOSTILE.replaceAll('`', '')}\`.`,
  basis: { rule: HOSTILE, file: 'OWNERS', commit: 'b'.repeat(40) },
  actions: [{ is: 'retitle', title: HOSTILE, result: 'done', note: HOSTILE }],
};
const record: AuditRecord = chained(draft, EMPTY_CHAIN);

const rulebook = rulebookFrom({
  rules: { commands, automations, sweeps },
  book: settingsBook([]),
  cache: { get: async () => undefined },
  githubApiUrl: 'https://api.github.com',
});
const NOW = new Date('2026-11-25T13:10:00.000Z');
const trailOf = (records: readonly AuditRecord[], next?: string, gate?: GateShown): Trail => ({
  find: async () => ({ records, next }),
  story: async () => ({ records, check: { sound: true, sentence: '1 record, unbroken.' }, gate, now: NOW }),
});
const page = (path: string, query: Readonly<Record<string, string>> = {}, trail = trailOf([record])) =>
  pageFor({ path, query }, rulebook, trail);

test('the help page lists every command with who may', async () => {
  const { statusCode, body } = await page('/');
  expect(statusCode).toBe(200);
  for (const { name } of catalogue) expect(body).toContain(`/${name}`);
});

test.each([
  ['the story of a pull request', '/pulls/github/acme/widgets/12', {}],
  ['the audit list', '/audit', { by: 'repository', value: 'acme/widgets' }],
  ['the search form', '/audit', { by: 'actor', value: HOSTILE, outcome: HOSTILE }],
])('%s shows what people wrote and runs none of it', async (_, path, query) => {
  const { body, headers } = await page(path, query);
  expect(body).not.toContain('<img');
  expect(body).not.toContain('javascript:');
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(body).not.toMatch(/<script/i);
});

test.each([
  ['/pulls/github/acme/widgets/12', 'github:acme/widgets#12'],
  ['/pulls/gitlab/group/sub/project/3', 'gitlab:group/sub/project#3'],
  ['/pulls/github/Acme/Widgets/12', 'github:acme/widgets#12'],
  ['/pulls/github/app/recovery', 'github:app#recovery'],
  ['/pulls/github/acme', undefined],
  ['/pulls/github/%E0%A4%A/widgets/1', undefined],
  ['/elsewhere', undefined],
])('%s is about %s', (path, pull) => {
  expect(pullAt(path)).toBe(pull);
});

test('the address of a pull request leads back to it', () => {
  for (const pull of ['github:acme/widgets#12', 'gitlab:group/sub/project#3', 'github:app#recovery'])
    expect(pullAt(pathOf(pull))).toBe(pull);
});

test('an unknown address and a pull request without records are answered 404', async () => {
  expect((await page('/nowhere')).statusCode).toBe(404);
  expect((await page('/pulls/github/acme/widgets/13', {}, trailOf([]))).statusCode).toBe(404);
});

const ruleOfGate = { says: '`merge.queries`', file: '.github/bowsprit.yaml', line: 3, commit: 'c'.repeat(40) };
const part = (id: string, passed: boolean, fact = `${id} is so.`) =>
  leaf({ id, name: id, passed, fact, next: `Somebody sees to \`${id}\`.`, rule: ruleOfGate });
const shownAt = (at: string, ...parts: Parameters<typeof needsAll>[2]): GateShown => ({
  at,
  headSha: 'f'.repeat(40),
  gate: needsAll('merge', 'ready to be merged', parts),
});
const pathOfPull = '/pulls/github/acme/widgets/12';
const pageOf = async (gate: GateShown | undefined, records = [record]): Promise<string> =>
  (await page(pathOfPull, {}, trailOf(records, undefined, gate))).body
    .replaceAll(/<[^>]*>|\s+/g, ' ')
    .replaceAll(/ +/g, ' ');

describe('what a pull request needs', () => {
  test('is a tree: what is missing first, each with its next step and its rule, and what is green folded', async () => {
    const way = (id: string, passed: boolean) => needsAll(id, id, [part(`${id}-1`, passed), part(`${id}-2`, true)]);
    const shown = shownAt(
      '2026-11-25T10:07:00.000Z',
      part('open', true),
      part('lgtm', false),
      needsAny('queries', 'queries', [way('one', false), way('other', true)]),
      needsAny('checks', 'checks', [way('slow', false), way('fast', false)]),
    );
    const text = await pageOf(shown);
    expect(text).toContain('2 of 6 gates are missing. So it was 2026-11-25 10:07 , 3 hours ago, at head fffffff ;');
    expect(text).toContain('nothing was decided here since');
    expect(text).toContain(
      'missing lgtm : lgtm is so. Somebody sees to lgtm . merge.queries , .github/bowsprit.yaml line 3 at ccccccc ',
    );
    expect(text).toMatch(/missing checks .*one of these will do .*missing slow .*missing slow-1 .*missing fast /);
    expect(text).toContain('2 green: open, queries');
    // The way that is not needed is not shown as missing.
    expect(text).not.toContain('one-1');
    expect(text.indexOf('missing lgtm')).toBeLessThan(text.indexOf('2 green'));
  });

  test('says how much was decided since', async () => {
    const text = await pageOf(shownAt('2026-11-24T09:00:00.000Z', part('lgtm', false)));
    expect(text).toContain('1 day ago');
    expect(text).toContain('one decision was taken since');
  });

  test('is where it was not asked for yet said to be shown later', async () => {
    expect(await pageOf(undefined)).toContain('is shown here after the next /why ');
  });

  test('is nothing once it is merged', async () => {
    const merged = chained({ ...draft, actions: [{ is: 'merge', result: 'done' }] }, record);
    const text = await pageOf(shownAt('2026-11-25T10:00:00.000Z', part('lgtm', false)), [record, merged]);
    expect(text).not.toContain('missing');
    expect(await pageOf(undefined, [merged])).not.toContain('/why');
  });

  test('shows what people wrote and runs none of it', async () => {
    const shown = shownAt('2026-11-25T10:00:00.000Z', part('holds', false, `Held by ${HOSTILE}.`));
    const { body } = await page(pathOfPull, {}, trailOf([record], undefined, shown));
    expect(body).toContain('Held by &lt;img');
    expect(body).not.toContain('<img');
  });

  test.each([
    ['2026-11-25T13:10:00.000Z', 'less than a minute'],
    ['2026-11-25T13:11:00.000Z', 'less than a minute'],
    ['2026-11-25T13:09:00.000Z', '1 minute'],
    ['2026-11-25T12:11:00.000Z', '59 minutes'],
    ['2026-11-23T13:00:00.000Z', '2 days'],
    ['nonsense', 'less than a minute'],
  ])('of %s is %s old', (at, age) => {
    expect(ageInWords(at, NOW)).toBe(age);
  });
});

test('a long list leads to older records with the same question', async () => {
  const { body } = await page('/audit', { by: 'command', value: 'lgtm' }, trailOf([record], 'cursor/1'));
  expect(body).toContain('by=command');
  expect(body).toContain('after=cursor%2F1');
});

test('a link to no place in the list is answered 400, with a page that says so', async () => {
  const trail: Trail = {
    ...trailOf([]),
    find: async () => {
      throw new Rejected(400, 'this is no place in an audit query');
    },
  };
  const { statusCode, body } = await page('/audit', { by: 'command', value: 'lgtm', after: HOSTILE }, trail);
  expect(statusCode).toBe(400);
  expect(body).toContain('This link is not valid.');
  expect(body).toContain('value="lgtm"');
  expect(body).not.toContain('<img');
});

test('an address longer than any name is answered 404 without being looked for', async () => {
  const trail: Trail = { ...trailOf([]), story: () => Promise.reject(new Error('looked for')) };
  expect((await page(`/pulls/github/acme/${'w'.repeat(2_000)}/1`, {}, trail)).statusCode).toBe(404);
});

test('a name without its forge is looked for on GitHub', async () => {
  const asked: unknown[] = [];
  const trail: Trail = {
    ...trailOf([]),
    find: async (question) => {
      asked.push(question);
      return { records: [], next: undefined };
    },
  };
  await page('/audit', { by: 'repository', value: 'Acme/Widgets' }, trail);
  await page('/audit', { by: 'pull', value: 'gitlab:a/b#1', outcome: 'refused' }, trail);
  expect(asked).toEqual([{ repository: 'github:acme/widgets' }, { pull: 'gitlab:a/b#1', outcome: 'refused' }]);
});

describe('a repository that is asked for', () => {
  test.each<[repository: string, branch: string, status: number, says: string]>([
    ['github:acme/widgets', '', 200, 'have not been read yet'],
    ['Acme/.github', 'release-1.2', 200, 'have not been read yet'],
    ['gitlab:group/sub/project', '', 200, 'have not been read yet'],
    ['widgets', '', 400, 'not the name of a repository'],
    ['acme/..', '', 400, 'not the name of a repository'],
    ['../../etc/passwd', '', 400, 'not the name of a repository'],
    ['acme/wid gets', '', 400, 'not the name of a repository'],
    ['acme/widgets#..', '', 400, 'not the name of a repository'],
    ['acme/\u0000', '', 400, 'not the name of a repository'],
    [`acme/${HOSTILE}`, '', 400, 'not the name of a repository'],
    [`acme/${'w'.repeat(10_000)}`, '', 400, 'not the name of a repository'],
    ['sourceforge:acme/widgets', '', 404, 'no forge of that name'],
    ['acme/widgets', HOSTILE, 400, 'name of a branch'],
    ['acme/widgets', '..', 400, 'name of a branch'],
    ['acme/widgets', 'b'.repeat(300), 400, 'name of a branch'],
  ])('%s at %j is answered %d', async (repository, branch, status, says) => {
    const { statusCode, body } = await page('/settings', { repository, branch });
    expect(statusCode).toBe(status);
    expect(body).toContain(says);
    expect(body).not.toContain('<img');
    expect(body).not.toContain('www');
  });

  test('on the page for everybody leads to the page that is not', async () => {
    const { statusCode, headers, body } = await page('/', { repository: 'github:acme/widgets', branch: 'a&b' });
    expect({ statusCode, location: headers['location'], body }).toEqual({
      statusCode: 303,
      location: '/settings?repository=github%3Aacme%2Fwidgets&branch=a%26b',
      body: '',
    });
    expect((await page('/', { repository: `acme/${HOSTILE}` })).statusCode).toBe(400);
  });

  test('may be chosen in a form, on both pages', async () => {
    for (const path of ['/', '/settings']) {
      expect((await page(path)).body).toContain('<form method="get" action="/settings">');
    }
  });
});
