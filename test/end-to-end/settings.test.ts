import { DeleteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { describe, expect, test } from 'vitest';
import { connectDocuments } from '../../shared/store/documents.ts';
import { APPROVER, AUTHOR, OWNED, OWNER, REVIEWER, STRANGER, type Pull, type Workplace } from '../support/acting.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();
const FILE = '.github/bowsprit.yaml';
const withSettings = (text: string) => ({ files: { ...OWNED, [FILE]: text } });

const checkRuns = z.object({
  check_runs: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      conclusion: z.nullable(z.string()),
      output: z.object({ title: z.nullable(z.string()), summary: z.nullable(z.string()) }),
    }),
  ),
});
const annotations = z.array(
  z.object({ path: z.string(), start_line: z.number(), annotation_level: z.string(), message: z.string() }),
);

/** Our check on the head of a pull request, and its remarks. */
async function checkOn(place: Workplace, pull: Pull) {
  const answer = await place.ask(APPROVER, `GET /commits/${pull.head()}/check-runs?check_name=bowsprit%2Fsettings`);
  const runs = checkRuns.parse(answer).check_runs;
  const [run] = runs;
  if (run === undefined) return undefined;
  expect(runs).toHaveLength(1);
  const remarks = annotations.parse(await place.ask(APPROVER, `GET /check-runs/${run.id}/annotations`));
  return {
    conclusion: run.conclusion,
    title: run.output.title,
    summary: run.output.summary ?? '',
    remarks: remarks.map((each) => `${each.path}:${each.start_line} ${each.annotation_level}: ${each.message}`),
  };
}

describe("a repository's settings", () => {
  test('are read at the base, and a push changes them from the next comment on', async () => {
    const { workplace, settled, records } = running();
    const place = await workplace(withSettings('allow:\n  hold: approver\n'));
    const pull = await place.open();
    const comment = await pull.comment(REVIEWER, '/hold');
    await settled();
    expect(await pull.labels()).toEqual(['size/XS']);
    expect(await pull.reactions(comment)).toEqual(['confused']);
    const base = place.tip('main').slice(0, 7);
    expect((await pull.words()).at(-1)).toBe(
      `@${REVIEWER}: \`/hold\` is not open to you. It is for approvers of a changed file (\`${FILE}\` line 2 at \`${base}\`). \`${APPROVER}\` can.`,
    );
    const refused = (await records(pull)).find(({ command }) => command === 'hold');
    expect(refused?.basis).toMatchObject({
      rule: expect.stringContaining('allow.hold: approvers of a changed file'),
      file: FILE,
      line: 2,
      commit: place.tip('main'),
    });

    place.commit('main', { [FILE]: 'allow:\n  hold: reviewer\n' }, APPROVER);
    await pull.comment(REVIEWER, '/hold');
    await settled();
    expect(await pull.labels()).toEqual(['do-not-merge/hold', 'size/XS']);
  });

  test('that name a team which is not there open to nobody, and say so', async () => {
    const { workplace, settled } = running();
    const place = await workplace(withSettings('allow: { hold: { not: { team: no-such-team } } }\n'));
    const pull = await place.open();
    await pull.comment(REVIEWER, '/hold');
    await settled();
    expect(await pull.labels()).toEqual(['size/XS']);
    expect((await pull.words()).at(-1)).toContain(`GitHub shows the App no team \`${OWNER}/no-such-team\``);
  });

  test('that ask for more than being an owner name no owner as somebody who could', async () => {
    const { workplace, settled } = running();
    const place = await workplace(withSettings('allow:\n  hold: { all: [approver, { role: admin }] }\n'));
    const pull = await place.open();
    await pull.comment(REVIEWER, '/hold');
    await settled();
    const words = (await pull.words()).at(-1) ?? '';
    expect(words).toContain('It is for both approvers of a changed file and people who may administer (');
    expect(words).toContain('Ask somebody who may to comment it.');
    expect(words).not.toContain(APPROVER);
  });

  test('switch a command off, which is told to whoever uses it; help says where from', async () => {
    const { workplace, settled } = running();
    const place = await workplace(withSettings('rules:\n  disabled: [close]\nallow: { retitle: member }\n'));
    const pull = await place.open();
    await pull.comment(APPROVER, '/close');
    await settled();
    expect((await pull.words()).at(-1)).toContain(
      '`/close` is switched off here (`rules.disabled`, `.github/bowsprit.yaml` line 2',
    );
    await pull.comment(APPROVER, '/help');
    await settled();
    const help = (await pull.words()).at(-1) ?? '';
    expect(help).not.toContain('/close');
    await pull.comment(APPROVER, '/help close');
    await settled();
    expect((await pull.words()).at(-1)).toContain('`/close` is switched off here (`rules.disabled`, ');
    expect(help).toMatch(/members of the organization \(`\.github\/bowsprit\.yaml` line 3 at `[0-9a-f]{7}`\)/);
  });

  test('can say which labels let a pull request be merged', async () => {
    const { workplace, settled } = running();
    const place = await workplace({
      ...withSettings("merge: { queries: [{ labels: [approved, 'cla: yes'] }], method: squash }\n"),
      labels: ['cla: yes'],
    });
    const pull = await place.open();
    await pull.comment(APPROVER, '/approve');
    await settled();
    expect(await pull.merged()).toBe(false);
    await pull.label(APPROVER, 'cla: yes');
    await settled();
    expect(await pull.merged()).toBe(true);
  });

  test('who may no longer give an lgtm gave one that does not count any more', async () => {
    const { workplace, settled } = running();
    const place = await workplace();
    const pull = await place.open();
    await pull.comment(REVIEWER, '/lgtm');
    await settled();
    place.commit('main', { [FILE]: 'allow: { lgtm: { role: maintain } }\n' }, APPROVER);
    await pull.comment(APPROVER, '/approve');
    await settled();
    expect(await pull.merged()).toBe(false);
    await pull.comment(APPROVER, '/lgtm');
    await settled();
    expect(await pull.merged()).toBe(true);
  });
});

describe('a pull request that changes settings', () => {
  test('gives its author no power: the base decides, and today’s owners', async () => {
    const { workplace, settled } = running();
    const place = await workplace();
    const pull = await place.open({
      files: {
        [FILE]: 'allow: { lgtm: anyone, approve: anyone }\nmerge: { queries: [{}] }\n',
        OWNERS: `approvers: [${AUTHOR}]\n`,
      },
    });
    await pull.comment(AUTHOR, '/approve');
    await pull.comment(AUTHOR, '/lgtm');
    await settled();
    expect(await pull.labels()).toEqual(['size/XS']);
    expect(await pull.merged()).toBe(false);
    await pull.comment(REVIEWER, '/lgtm');
    await pull.comment(APPROVER, '/approve');
    await settled();
    expect(await pull.merged()).toBe(true);
  });

  test('shows what would be otherwise', async () => {
    const { workplace, settled } = running();
    const place = await workplace(withSettings('merge: { method: squash }\n'));
    const pull = await place.open({
      files: {
        [FILE]: `merge: { method: rebase }
allow: { close: { team: release }, hold: { team: release }, lgtm: member }
rules: { disabled: [retitle] }
`,
      },
    });
    await settled();
    const check = await checkOn(place, pull);
    expect(check).toMatchObject({ conclusion: 'success', title: '5 settings would change', remarks: [] });
    expect(check?.summary).toContain('- `merge.method` would be `rebase`; now it is `squash`.');
    expect(check?.summary).toContain(
      '- `/close` would be for members of the team release; now it is for the author or',
    );
    // Who may take a word back is said where it changes with who may give it.
    expect(check?.summary).toContain('- `/hold` would be for members of the team release; now it is for anyone.');
    expect(check?.summary).toMatch(
      /- `\/lgtm` would be for members of the organization; with `cancel`, .* or members of the organization; now it is for reviewers .*; with `cancel`, /,
    );
    expect(check?.summary).toContain('- `rules.disabled` would gain `retitle`.');
    expect(check?.summary).toContain('**Who could use fewer**');
    expect((await pull.words()).join('\n')).toContain('- Members of the team release: `/close`');
    expect((await pull.words()).join('\n')).not.toContain('take effect');
  });

  test('and breaks them is told on the line and why, until it is mended', async () => {
    const { workplace, settled, story } = running();
    const place = await workplace();
    // The push that made the branch has what is open looked at as well.
    await settled();
    const pull = await place.open({
      files: { [FILE]: 'merge:\n  enabled: maybe\nhold:\n  liftd_by: anyone\n', 'docs/OWNERS': 'approvers: [ada\n' },
    });
    await settled();
    expect(await checkOn(place, pull)).toMatchObject({
      conclusion: 'failure',
      title: '3 mistakes: they would keep a file from taking effect',
      remarks: [
        `${FILE}:2 failure: \`merge.enabled\` must be true or false.`,
        `${FILE}:4 failure: There is no setting \`hold.liftd_by\`. Did you mean \`hold.lifted_by\`?`,
        expect.stringMatching(/^docs\/OWNERS:\d failure: /),
      ],
    });
    const told = (await pull.words()).find((each) => each.includes('would not take effect'));
    expect(told).toContain(`- \`${FILE}\` line 2: \`merge.enabled\` must be true or false.`);
    pull.push({ [FILE]: 'merge:\n  enabled: false\n', 'docs/OWNERS': 'approvers: [joan-example]\n' });
    await settled();
    expect(await checkOn(place, pull)).toMatchObject({ conclusion: 'success', remarks: [] });
    expect((await pull.words()).filter((each) => each.includes('would not take effect'))).toEqual([]);
    expect((await pull.words()).some((each) => each.includes('**Settings and OWNERS are in order.**'))).toBe(true);
    expect((await story(pull)).filter((each) => each.startsWith('automation:settings-check'))).toEqual([
      'automation:settings-check done',
      'automation:settings-check done',
    ]);
  });
});

test('a file of settings that nothing reads is told where it belongs', async () => {
  const { workplace, settled } = running();
  const place = await workplace();
  const pull = await place.open({ files: { '.github/bowsprit.yml': 'merge: { enabled: false }\n' } });
  await settled();
  expect(await checkOn(place, pull)).toMatchObject({
    conclusion: 'neutral',
    remarks: [expect.stringContaining('.github/bowsprit.yml:1 warning: This file is not read.')],
  });
});

describe('a file that is broken at the base', () => {
  test('does not take effect; the last good version does, also after a restart with nothing remembered', async () => {
    const { workplace, settled, stack } = running();
    const place = await workplace(withSettings('allow: { hold: approver }\n'));
    place.commit('main', { [FILE]: 'allow: { hold: reviewer }\n' }, APPROVER);
    const good = place.tip('main');
    place.commit('main', { [FILE]: 'allow: { hold: nobody' }, APPROVER);
    place.commit('main', { [FILE]: 'allow: [' }, APPROVER);
    await settled();
    const pull = await place.open();
    await pull.comment(REVIEWER, '/hold');
    await pull.comment(STRANGER, '/hold');
    await settled();
    expect(await pull.labels()).toEqual(['do-not-merge/hold', 'size/XS']);
    const words = (await pull.words()).at(-1) ?? '';
    expect(words).toContain('`/hold` is not open to you.');
    expect(words).toContain(`(\`${FILE}\` line 1 at \`${good.slice(0, 7)}\`)`);

    // A process that starts anew has what the table keeps; where that is gone too, the history of the file.
    await forgetAll(stack.emulators.cacheTable, place);
    await pull.comment(AUTHOR, '/hold');
    await settled();
    const again = (await pull.words()).at(-1) ?? '';
    expect(again).toContain(`(\`${FILE}\` line 1 at \`${good.slice(0, 7)}\`)`);
  });

  test('keeps its last good version in the table, whatever the forge says later', async () => {
    const { workplace, settled, stack } = running();
    const place = await workplace(withSettings('allow: { hold: approver }\n'));
    const pull = await place.open();
    await settled();
    place.commit('main', { [FILE]: 'allow: [' }, APPROVER);
    await pull.comment(STRANGER, '/hold');
    await settled();
    expect((await pull.words()).at(-1)).toContain('`/hold` is not open to you.');
    const { Items = [] } = await connectDocuments().send(new ScanCommand({ TableName: stack.emulators.cacheTable }));
    const kept = Items.filter(({ key }) => String(key).includes(place.fullName));
    expect(kept.map(({ key }) => String(key))).toContain(`good-settings#github:${place.fullName}#main`);
  });

  test('and never was good leaves what is built in', async () => {
    const { workplace, settled } = running();
    const place = await workplace(withSettings('allow: { hold: ['));
    const pull = await place.open();
    await pull.comment(STRANGER, '/hold');
    await settled();
    expect(await pull.labels()).toEqual(['do-not-merge/hold', 'size/XS']);
  });
});

/** Takes what the cache knows of a repository's settings out of the table. */
async function forgetAll(table: string, { fullName }: Workplace): Promise<void> {
  const documents = connectDocuments();
  const { Items = [] } = await documents.send(new ScanCommand({ TableName: table }));
  const keys = Items.map(({ key }) => String(key)).filter((key) => key.includes(`settings#github:${fullName}#`));
  expect(keys.length).toBeGreaterThan(1);
  await Promise.all(keys.map((key) => documents.send(new DeleteCommand({ TableName: table, Key: { key } }))));
}

describe("an organization's settings", () => {
  test('count for all its repositories; what they lock stays, and a change of them says whom it affects', async () => {
    const { workplace, settled } = running();
    const own = await workplace({ name: '.github', files: { OWNERS: `approvers: [${APPROVER}]\n` } });
    const tight = await workplace(withSettings('allow: { hold: approver }\n'));
    const plain = await workplace();
    own.commit(
      'main',
      { 'bowsprit.yaml': `allow: { hold: reviewer }\nlocked:\n  - allow.hold\nrepositories: {}\n` },
      APPROVER,
    );
    await settled();
    for (const place of [tight, plain]) {
      // oxlint-disable-next-line no-await-in-loop
      const pull = await place.open();
      // oxlint-disable-next-line no-await-in-loop
      await pull.comment(STRANGER, '/hold');
      // oxlint-disable-next-line no-await-in-loop
      await settled();
      // oxlint-disable-next-line no-await-in-loop
      expect((await pull.words()).at(-1)).toContain('(`bowsprit.yaml` line 1 at');
      // oxlint-disable-next-line no-await-in-loop
      await pull.comment(REVIEWER, '/hold');
      // oxlint-disable-next-line no-await-in-loop
      await settled();
      // oxlint-disable-next-line no-await-in-loop
      expect(await pull.labels()).toContain('do-not-merge/hold');
    }

    const change = await own.open({ files: { 'bowsprit.yaml': 'allow: { hold: approver }\n' } });
    await settled();
    const check = await checkOn(own, change);
    expect(check?.summary).toContain('- `/hold` would be for approvers of a changed file; now it is for reviewers');
    expect(check?.summary).toContain('`allow.hold` would no longer be locked');
    expect(check?.summary).toMatch(/\d+ repositories are affected: `/);

    // In a repository that may not change it, what it writes is told to count for nothing.
    const vain = await tight.open({ files: { [FILE]: 'allow:\n  hold: anyone\n' } });
    await settled();
    expect(await checkOn(tight, vain)).toMatchObject({
      conclusion: 'neutral',
      remarks: [
        expect.stringContaining(
          `${FILE}:2 warning: \`allow.hold\` is locked by the organization (\`bowsprit.yaml\` line 3 at`,
        ),
      ],
    });

    // Broken, the last good one goes on.
    own.commit('main', { 'bowsprit.yaml': 'allow: { hold: }}' }, APPROVER);
    await settled();
    const later = await plain.open();
    await later.comment(STRANGER, '/hold');
    await settled();
    expect((await later.words()).at(-1)).toContain('`/hold` is not open to you.');
    own.commit('main', { 'bowsprit.yaml': '# nothing\n' }, APPROVER);
    await settled();
    expect(OWNER).toBe(own.fullName.split('/')[0]);
  });
});

describe('power that is looked for beside the votes', () => {
  test('a label that a query asks for is put on by people who may triage, and not by a command of anybody', async () => {
    const { workplace, settled } = running();
    const place = await workplace({
      ...withSettings('merge: { queries: [{ labels: [approved, cla-yes], missing_labels: [needs-review] }] }\n'),
      labels: ['cla-yes', 'needs-review'],
    });
    const pull = await place.open();
    await pull.label(APPROVER, 'needs-review');
    await settled();
    await pull.comment(APPROVER, '/approve');
    await pull.comment(STRANGER, '/label cla-yes');
    await pull.comment(STRANGER, '/remove-label needs-review');
    await settled();
    expect(await pull.labels()).toEqual(['approved', 'needs-review', 'size/XS']);
    expect((await pull.words()).join('\n')).toContain('`cla-yes` lets a pull request be merged here');
    await pull.comment(APPROVER, '/label cla-yes');
    await pull.comment(APPROVER, '/remove-label needs-review');
    await settled();
    expect(await pull.merged()).toBe(true);
  });

  test.each([
    ['settings', { [FILE]: 'merge: { enabled: true, queries: [{}] }\n' }],
    ['owners', { 'docs/OWNERS': `approvers: [${AUTHOR}]\n` }],
  ])('a change of %s needs the owners, whatever the queries ask for', async (_, files) => {
    const { workplace, settled } = running();
    const place = await workplace(withSettings('merge: { queries: [{ labels: [lgtm] }] }\n'));
    const pull = await place.open({ files });
    await pull.comment(REVIEWER, '/lgtm');
    await settled();
    expect(await pull.merged()).toBe(false);
    await pull.comment(APPROVER, '/approve');
    await settled();
    expect(await pull.merged()).toBe(true);
    const plain = await place.open();
    await plain.comment(REVIEWER, '/lgtm');
    await settled();
    expect(await plain.merged()).toBe(true);
  });
});

describe('the last good version', () => {
  test('of a file that was taken away and comes back broken is none', async () => {
    const { workplace, settled, stack } = running();
    const place = await workplace(withSettings('allow: { hold: approver }\n'));
    const pull = await place.open();
    await pull.comment(STRANGER, '/hold');
    await settled();
    expect(await pull.labels()).toEqual(['size/XS']);
    place.commit('main', { [FILE]: null }, APPROVER);
    await pull.comment(STRANGER, '/hold');
    await settled();
    expect(await pull.labels()).toEqual(['do-not-merge/hold', 'size/XS']);
    place.commit('main', { [FILE]: 'allow: [' }, APPROVER);
    await settled();
    const other = await place.open();
    await other.comment(STRANGER, '/hold');
    await settled();
    expect(await other.labels()).toEqual(['do-not-merge/hold', 'size/XS']);
    await forgetAll(stack.emulators.cacheTable, place);
    const third = await place.open();
    await third.comment(STRANGER, '/hold');
    await settled();
    expect(await third.labels()).toEqual(['do-not-merge/hold', 'size/XS']);
  });

  test('was at the base: not one that a merged pull request only had on its way', async () => {
    const { workplace, settled, stack } = running();
    const place = await workplace(withSettings('allow: { hold: approver }\n'));
    const pull = await place.open({ files: { [FILE]: 'allow: { hold: anyone }\n' } });
    pull.push({ [FILE]: 'allow: [' });
    await place.ask(APPROVER, `PUT /pulls/${pull.number}/merge`, { merge_method: 'merge' });
    await settled();
    await forgetAll(stack.emulators.cacheTable, place);
    const other = await place.open();
    await other.comment(STRANGER, '/hold');
    await settled();
    expect(await other.labels()).toEqual(['size/XS']);
  });
});
