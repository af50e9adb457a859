/** A comment starts a job somewhere else, and what becomes of it comes back: over real HTTP, through all of it. */
import { createHmac } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { startJenkins } from '../../local/jenkins/index.ts';
import { APPROVER, OWNED, REVIEWER, type Pull, type Workplace } from '../support/acting.ts';
import { startPeer, type PeerRequest } from '../support/http-peer.ts';
import { givenStack } from '../support/stack.ts';

const SECRET = 'shared by both sides';
const jenkins = await startJenkins({ jobs: [{ name: 'team/unit', parameters: ['BOWSPRIT_KEY', 'PULL_PULL_SHA'] }] });
/** Takes what is signed rightly, and nothing else. */
const endpoint = await startPeer(({ headers, body }, response) => {
  const stamp = String(headers['x-bowsprit-timestamp']);
  const right = `sha256=${createHmac('sha256', SECRET).update(`${stamp}.${body}`).digest('hex')}`;
  const ours = headers['x-bowsprit-signature'] === right && Math.abs(Date.now() / 1_000 - Number(stamp)) < 300;
  response.writeHead(ours ? 202 : 401).end(ours ? '{"url":"https://ci.example/lint"}' : '{}');
});
afterAll(() => Promise.all([jenkins.close(), endpoint.close()]));

const deployment = join(mkdtempSync(join(tmpdir(), 'pipelines-')), 'bowsprit.yaml');
writeFileSync(
  deployment,
  `engines:
  jenkins: [{ name: main, url: '${jenkins.url}', user: ${jenkins.user}, secret: bowsprit/jenkins, jobs: [team/*] }]
  https: [{ host: '127.0.0.1:${endpoint.port}', secret: bowsprit/ci, paths: [/hooks/*] }]
`,
);
const running = givenStack({
  environment: {
    BOWSPRIT_SETTINGS: deployment,
    LOCAL_ENGINES: JSON.stringify({ 'bowsprit/jenkins': jenkins.token, 'bowsprit/ci': SECRET }),
  },
});

const statuses = z.array(
  z.object({ context: z.string(), state: z.string(), description: z.string(), target_url: z.nullable(z.string()) }),
);
const sent = z.object({
  key: z.string(),
  job: z.string(),
  headSha: z.string(),
  pull: z.string(),
  callback: z.object({ url: z.string(), token: z.string() }),
});

/** All that was ever said of a commit, oldest first: `unit pending: Started.` */
async function said(place: Workplace, sha: string, context: string): Promise<readonly string[]> {
  const all = statuses.parse(await place.ask(REVIEWER, `GET /commits/${sha}/statuses?per_page=100`));
  return all
    .toReversed()
    .filter((each) => each.context === context)
    .map(({ state, description, target_url: url }) => `${state}: ${description} ${url ?? ''}`.trimEnd());
}

/** The status of the answer. */
async function tell({ callback: { url, token } }: z.infer<typeof sent>, result: object): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return (await fetch(url, { method: 'POST', headers, body: JSON.stringify(result) })).status;
}

async function report(pull: Pull): Promise<string> {
  const all = (await pull.words()).filter((each) => each.includes('<!-- test report -->'));
  expect(all).toHaveLength(1);
  return all[0] ?? '';
}

/** Everything that could have changed. */
async function seen(place: Workplace, pull: Pull, sha = pull.head()): Promise<unknown> {
  return [
    await Promise.all(['unit', 'lint'].map((context) => said(place, sha, context))),
    await pull.words(),
    (await running().records(pull)).length,
  ];
}

describe('a job of a pull request', () => {
  test('is built by Jenkins, which is asked how it went', async () => {
    const { workplace, settled, records, stack } = running();
    const settings = 'pipelines:\n  jobs: [{ name: unit, engine: jenkins, target: team/unit }]\n';
    const place = await workplace({ files: { ...OWNED, '.github/bowsprit.yaml': settings } });
    const pull = await place.open();
    const head = pull.head();
    const asking = async (): Promise<void> => {
      await stack.sweep('runs');
      await settled();
    };
    const comment = await pull.comment(REVIEWER, '/test unit');
    await settled();
    expect(await pull.reactions(comment)).toEqual(['+1']);
    const job = `${jenkins.url}/job/team/job/unit/`;
    expect(await said(place, head, 'unit')).toEqual([`pending: Started. ${job}`]);

    const first = jenkins.begin();
    expect(first).toMatchObject({ job: 'team/unit', parameters: { PULL_PULL_SHA: head } });
    jenkins.finish(first.number, 'FAILURE');
    await asking();
    expect((await said(place, head, 'unit')).at(-1)).toBe(`failure: Failed. ${job}1/`);
    expect(await report(pull)).toContain(
      `unit\` | \`${head.slice(0, 7)}\` | [failed](${job}1/) | true | \`/test unit\``,
    );
    const started = (await records(pull)).find(({ command }) => command === 'test');
    expect(started).toMatchObject({ outcome: 'done', headSha: head, actor: { login: REVIEWER } });
    expect(started?.actions).toMatchObject([
      { is: 'start-job', job: 'unit', headSha: head, target: 'team/unit', result: 'done' },
      { is: 'set-status', context: 'unit', state: 'pending', headSha: head, result: 'done' },
    ]);

    // Nobody is asked about what has ended.
    const [before, asked] = [await seen(place, pull), jenkins.asked().length];
    await asking();
    expect(await seen(place, pull)).toEqual(before);
    expect(jenkins.asked()).toHaveLength(asked);

    await pull.comment(REVIEWER, '/retest');
    await settled();
    jenkins.finish(jenkins.begin().number, 'SUCCESS');
    await asking();
    expect((await said(place, head, 'unit')).slice(2)).toEqual([
      `pending: Started. ${job}`,
      `success: Passed. ${job}2/`,
    ]);
    expect(await report(pull)).toContain('Every job that ran for this commit has passed.');

    // What runs for a head that was left is stopped, and says nothing of the new one.
    await pull.comment(REVIEWER, '/test unit');
    await settled();
    const third = jenkins.begin();
    pull.push({ 'src/turn.ts': 'export const turn = 3;\n' });
    await settled();
    expect(jenkins.builds().at(-1)).toMatchObject({ number: third.number, result: 'ABORTED' });
    expect((await said(place, head, 'unit')).at(-1)).toBe('failure: Cancelled: /test unit runs it again.');
    const moved = await seen(place, pull);
    await asking();
    expect(await seen(place, pull)).toEqual(moved);
    expect(await said(place, pull.head(), 'unit')).toEqual([]);
  });

  test('that has to run before merging is started once nothing else is missing', async () => {
    const { workplace, settled, records, stack, github } = running();
    const settings = `pipelines:
  jobs: [{ name: unit, engine: jenkins, target: team/unit, run_before_merge: true }]
merge: { required_checks: [{ name: lint }] }
`;
    const place = await workplace({ files: { ...OWNED, '.github/bowsprit.yaml': settings } });
    const pull = await place.open();
    const before = jenkins.builds().length;
    await pull.comment(REVIEWER, '/lgtm');
    await settled();
    expect(jenkins.queued()).toEqual([]);
    await pull.comment(APPROVER, '/approve');
    await settled();
    expect(jenkins.queued()).toEqual([]);
    // What is told of that is lost: the clock finds it.
    github.setWebhookUrl(undefined);
    await place.status(pull.head(), 'lint', 'success');
    github.setWebhookUrl(`${stack.doorUrl}/webhooks/github`);
    await settled();
    expect(jenkins.queued()).toEqual([]);
    await stack.sweep('merge');
    await settled();
    const build = jenkins.begin();
    expect(build.parameters).toMatchObject({ PULL_PULL_SHA: pull.head() });
    expect(await pull.merged()).toBe(false);
    jenkins.finish(build.number, 'SUCCESS');
    await stack.sweep('runs');
    await settled();
    expect(await pull.merged()).toBe(true);
    expect(jenkins.builds()).toHaveLength(before + 1);
    const [started] = (await records(pull)).filter(({ command }) => command === 'automation:before-merge');
    expect(started).toMatchObject({ outcome: 'done', headSha: pull.head() });
  });

  test('is sent to an endpoint, which tells how it went', async () => {
    const { workplace, settled, records, stack } = running();
    const settings = `pipelines:
  jobs: [{ name: lint, engine: https, target: '${endpoint.url}/hooks/lint' }]
`;
    const place = await workplace({ files: { ...OWNED, '.github/bowsprit.yaml': settings } });
    const pull = await place.open();
    const head = pull.head();
    const start = async (line: string): Promise<z.infer<typeof sent>> => {
      await pull.comment(REVIEWER, line);
      await settled();
      return sent.parse(JSON.parse(last(endpoint.asked()).body));
    };
    const first = await start('/test lint');
    expect(first).toMatchObject({ job: 'lint', headSha: head, pull: pull.name });
    expect(first.callback.url).toBe(`${stack.doorUrl}/results`);
    const at = 'https://ci.example/lint';
    expect(await said(place, head, 'lint')).toEqual([`pending: Started. ${at}`]);

    const [claim = '', proof = ''] = first.callback.token.split('.');
    const forged = { ...first, callback: { ...first.callback, token: `${claim}.${proof.toLowerCase()}` } };
    expect(await tell(forged, { state: 'success' })).toBe(401);

    // Started once more before the first one ended: that comes too late.
    const second = await start('/test lint');
    expect(second.key).not.toBe(first.key);
    expect((await pull.words()).at(-1)).toBe(`@${REVIEWER}: the endpoint cannot stop \`lint\`, so it goes on.`);
    const replaced = await seen(place, pull);
    expect(await tell(first, { state: 'failure', url: `${at}/1` })).toBe(202);
    await settled();
    expect(await seen(place, pull)).toEqual(replaced);

    const failure = { state: 'failure', url: `${at}/2`, summary: '2 of 40 @everyone' };
    expect(await tell(second, failure)).toBe(202);
    await settled();
    expect((await said(place, head, 'lint')).at(-1)).toBe(`failure: 2 of 40 @everyone ${at}/2`);
    expect(await report(pull)).toContain(`[failed](${at}/2): \`2 of 40 @everyone\` | true | \`/test lint\``);
    const told = (await records(pull)).findLast(({ command }) => command === 'automation:job-results');
    expect(told).toMatchObject({ outcome: 'done', headSha: head, actor: { login: 'bowsprit' } });

    // Told again, and told otherwise after its end.
    const failed = await seen(place, pull);
    expect([await tell(second, failure), await tell(second, { state: 'success' })]).toEqual([202, 202]);
    await settled();
    expect(await seen(place, pull)).toEqual(failed);

    const third = await start('/retest');
    pull.push({ 'src/turn.ts': 'export const turn = 4;\n' });
    await settled();
    const [old, now] = [await seen(place, pull, head), await seen(place, pull)];
    expect(await tell(third, { state: 'failure', url: `${at}/3` })).toBe(202);
    await settled();
    expect([await seen(place, pull, head), await seen(place, pull)]).toEqual([old, now]);
    expect(await said(place, pull.head(), 'lint')).toEqual([]);
  });
});

function last(requests: readonly PeerRequest[]): PeerRequest {
  const found = requests.at(-1);
  if (found === undefined) throw new Error('nothing was sent');
  return found;
}
