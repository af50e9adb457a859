/** What the pages show of a repository's rules: what the workers kept when commands were used there. */
import { beforeAll, describe, expect, test } from 'vitest';
import { automations } from '../../shared/automations/index.ts';
import { commands } from '../../shared/commands/index.ts';
import { repositoryNamed } from '../../shared/delivery.ts';
import { pageFor } from '../../shared/pages/site.ts';
import { rulebookFrom } from '../../shared/rules-shown.ts';
import { settingsBook, settingsFrom } from '../../shared/settings/index.ts';
import { sweeps } from '../../shared/sweeps/index.ts';
import { OWNED, REVIEWER, type Workplace } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';

const engine = givenEngine();
const FILE = '.github/bowsprit.yaml';
const HOUR = 3_600;

const deployment = (text: string) => {
  const read = settingsFrom(text, 'deployment.yaml', 'deployment');
  if (read.is === 'mistaken') throw new Error(JSON.stringify(read.mistakes));
  return settingsBook([{ layer: 'deployment', document: read.document, commit: '' }]);
};

type Asked = { readonly repository: string; readonly branch?: string };

/** As a person reads it: without markup, blanks made one. */
async function shown(asked: Asked, githubApiUrl = 'https://api.github.com', book = engine().services.settings) {
  const { cache } = engine().services;
  const rulebook = rulebookFrom({ rules: { commands, automations, sweeps }, book, cache, githubApiUrl });
  const { body, statusCode } = await pageFor({ path: '/settings', query: asked }, rulebook, {
    find: () => Promise.reject(new Error('asked')),
    story: () => Promise.reject(new Error('asked')),
  });
  const main = body.slice(body.indexOf('<main>'));
  const text = main
    .replaceAll(/<br \/>/g, ' ')
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ');
  return { statusCode, text, links: [...main.matchAll(/href="([^"]+)"/g)].map(([, href]) => href) };
}

/** Somebody comments on a pull request, so that a worker reads what counts there. */
async function used(place: Workplace): Promise<void> {
  const pull = await place.open();
  await pull.comment(REVIEWER, '/hold');
  await engine().workOff();
}

const GOOD = 'hold:\n  lifted_by: anyone\nallow:\n  close: member\nrules:\n  disabled: [retitle]\n';

describe('a repository with settings of its own', () => {
  let place: Workplace;
  let good: string;
  beforeAll(async () => {
    place = await engine().workplace({ files: { ...OWNED, [FILE]: GOOD } });
    good = place.tip('main');
    await used(place);
  });

  test('shows them, who may what, and where each is written', async () => {
    const { text, links, statusCode } = await shown({ repository: `github:${place.fullName}` });
    expect(statusCode).toBe(200);
    expect(text).toContain('What is in force for pull requests into main.');
    expect(text).toContain(`hold.lifted_by anyone holder the repository, ${FILE} line 2 at ${good.slice(0, 7)}`);
    expect(text).toContain(`members of the organization set by the repository, ${FILE} line 4 at ${good.slice(0, 7)}`);
    expect(text).toContain('pull requests only anyone /hold');
    expect(text).not.toContain('/retitle');
    expect(links).toContain(`https://github.com/${place.fullName}/blob/${good}/${FILE}#L4`);
  });

  test('is found by its branch, whatever the case of its name', async () => {
    const asked = { repository: place.fullName.toUpperCase(), branch: 'main' };
    expect((await shown(asked)).text).toContain('hold.lifted_by');
    expect((await shown({ ...asked, branch: 'release-1' })).text).toContain('have not been read yet');
  });

  test('links to no other forge than github.com', async () => {
    const { links, text } = await shown({ repository: place.fullName }, 'https://github.example/api/v3');
    expect(text).toContain(`${FILE} line 2`);
    expect(links).toEqual([]);
  });

  test('whose settings the deployment locks is told what counts instead', async () => {
    const book = deployment('locked: [hold]\n');
    const { text } = await shown({ repository: place.fullName }, undefined, book);
    expect(text).not.toContain('hold.lifted_by anyone');
    expect(text).toContain('hold: the deployment, deployment.yaml line 1');
    expect(text).toContain(
      `Written, but without effect the repository, ${FILE} line 2 at ${good.slice(0, 7)}: hold.lifted_by is locked by the deployment (deployment.yaml line 1) and stays as it is.`,
    );
  });

  test('that nobody looked at for an hour is shown as it was', async () => {
    engine().pass(HOUR + 1);
    const { text } = await shown({ repository: place.fullName });
    expect(text).toContain(
      "The repository's file has not been looked at within the last hour, or was pushed to since.",
    );
    expect(text).toContain('hold.lifted_by anyone');
  });

  test('whose file was broken since shows the mistakes, and the version that counts', async () => {
    const broken = place.commit('main', { [FILE]: 'hold:\n  lifted_by: nobody\n' });
    await used(place);
    const { text, links } = await shown({ repository: place.fullName });
    expect(text).toContain(
      `The repository's file, ${FILE}, has mistakes and does not count. Its last version without mistakes counts instead, at ${good.slice(0, 7)}. line 2: hold.lifted_by must be holder or anyone.`,
    );
    expect(text).toContain('hold.lifted_by anyone');
    expect(links).toContain(`https://github.com/${place.fullName}/blob/${broken}/${FILE}#L2`);
    expect(links).toContain(`https://github.com/${place.fullName}/blob/${good}/${FILE}`);
  });
});

test('a file that was never good counts as if it were empty, and that is told', async () => {
  const place = await engine().workplace({ files: { ...OWNED, [FILE]: 'sise: {}\n' } });
  await used(place);
  const { text } = await shown({ repository: place.fullName });
  expect(text).toContain('No earlier version without mistakes was found: it counts as if it were empty.');
  expect(text).toContain('What is set Nothing: everything is as it is built in.');
});

test('/help tells of a file that is broken and of the version that counts', async () => {
  const place = await engine().workplace({ files: { ...OWNED, [FILE]: GOOD } });
  const good = place.tip('main');
  await used(place);
  place.commit('main', { [FILE]: 'sise: {}\n' });
  const pull = await place.open();
  await pull.comment(REVIEWER, '/help');
  await engine().workOff();
  expect((await pull.words()).join('\n')).toContain(`Its version at \`${good.slice(0, 7)}\` counts instead`);
});

test('an issue shows what counts on the default branch', async () => {
  const place = await engine().workplace({ files: { ...OWNED, [FILE]: GOOD } });
  const issue = await place.issue(REVIEWER, 'Widgets do not turn');
  await issue.comment(REVIEWER, '/commands');
  await engine().workOff();
  const { text } = await shown({ repository: place.fullName });
  expect(text).toContain('for pull requests into the default branch.');
  expect(text).toContain('hold.lifted_by anyone');
});

test('what nobody has read shows what the deployment says', async () => {
  const { text } = await shown({ repository: 'nobody-example/unheard-of' }, undefined, deployment('size: { s: 5 }\n'));
  expect(text).toContain("Shown are the deployment's.");
  expect(text).toContain('size.s 5 10 the deployment, deployment.yaml line 1');
});

test.each([
  ['acme/widgets', { provider: 'github', owner: 'acme', name: 'widgets' }],
  ['GitLab:group/sub/project', { provider: 'gitlab', owner: 'group/sub', name: 'project' }],
  ['acme/.github', { provider: 'github', owner: 'acme', name: '.github' }],
  ['acme/.', 'misnamed'],
  ['/widgets', 'misnamed'],
  ['https://github.com/acme/widgets', 'misnamed'],
  ['ftp:acme/widgets', 'no-such-forge'],
])('%s names %o', (text, expected) => {
  expect(repositoryNamed(text)).toEqual(expected);
});
