/** Threats 9, 10, 11 and 21 of docs/security.md: what the door lets in. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { seedThrough } from '../../local/github/index.ts';
import { answer, type Door } from '../../shared/door.ts';
import { RECEIVERS } from '../../shared/providers/receivers.ts';
import { webhookSecrets } from '../../shared/secrets.ts';
import { OWNED, REVIEWER, STRANGER } from '../support/acting.ts';
import { recorded, requestOf, signature, signed, throughGateway, knowledge } from '../support/github-deliveries.ts';
import { givenStack } from '../support/stack.ts';

const running = givenStack();

type Headers = Readonly<Record<string, string | undefined>>;
type Answered = { readonly status: number; readonly body: string; readonly type: string | null };

/** Posts to the door as the forge would; `headers` replaces headers, undefined leaves one out. */
async function posted(body: string | Uint8Array, headers: Headers = {}): Promise<Answered> {
  const { stack, github } = running();
  const all = {
    'content-type': 'application/json',
    'x-github-event': 'issue_comment',
    'x-github-delivery': randomUUID(),
    'x-hub-signature-256': signature(body, github.app.webhookSecret),
    ...headers,
  };
  const sent = Object.entries(all).filter((each): each is [string, string] => each[1] !== undefined);
  const response = await fetch(`${stack.doorUrl}/webhooks/github`, {
    method: 'POST',
    headers: sent,
    body: Buffer.from(body),
  });
  return { status: response.status, body: await response.text(), type: response.headers.get('content-type') };
}

type Ids = {
  readonly installation: number;
  readonly repository: number;
  readonly name: string;
  readonly owner: string;
};

test(
  'threat 9: a delivery whose repository, installation or App do not belong together does nothing anywhere',
  { timeout: 120_000 },
  async () => {
    const { github, workplace, settled } = running();
    const seed = seedThrough(github.box);
    seed.createOrganization('other', { members: { [STRANGER]: 'admin' } });
    seed.createRepository('other/place', { files: OWNED, collaborators: { [STRANGER]: 'admin' } });
    github.app.install('other');
    const victim = await workplace();
    const pull = await victim.open();
    await settled();
    const repositories = [...github.state.repositories.values()];
    const idOf = (name: string): number => repositories.find((each) => each.name === name)?.id ?? 0;
    const victimName = victim.fullName.split('/')[1] ?? '';
    const own: Ids = {
      installation: github.app.installationId('acme'),
      repository: idOf(victimName),
      name: victimName,
      owner: 'acme',
    };
    const theirs: Ids = {
      installation: github.app.installationId('other'),
      repository: idOf('place'),
      name: 'place',
      owner: 'other',
    };
    await pull.comment(REVIEWER, 'Nothing to do here.');
    await settled();
    const [latest] = github.deliveries().filter(({ webhook }) => webhook.event === 'issue_comment');
    const told = JSON.parse(latest?.webhook.payload ?? '{}');
    let comments = 0;
    const payloadOf = ({ installation, repository, name, owner }: Ids): string => {
      comments += 1;
      return JSON.stringify({
        ...told,
        comment: { ...told.comment, id: 90_000 + comments, body: '/hold' },
        installation: { ...told.installation, id: installation },
        repository: {
          ...told.repository,
          id: repository,
          name,
          full_name: `${owner}/${name}`,
          owner: { ...told.repository.owner, login: owner },
        },
      });
    };
    const before = { deeds: await pull.deeds(), words: await pull.words() };
    github.clearRequests();

    const swapped: readonly (readonly [what: string, ids: Ids])[] = [
      ['the installation', { ...own, installation: theirs.installation }],
      ['the id of the repository', { ...own, repository: theirs.repository }],
      ['the installation and the id of the repository', { ...theirs, name: own.name, owner: own.owner }],
      ['the name of the repository', { ...theirs, installation: own.installation, repository: own.repository }],
      ['an installation that is not there', { ...own, installation: 424_242 }],
    ];
    const taken = [];
    for (const [what, ids] of swapped) {
      // oxlint-disable-next-line no-await-in-loop
      taken.push([what, (await posted(payloadOf(ids))).status]);
    }
    // Signed, so taken; but only what belongs together has a token.
    expect(taken).toEqual(swapped.map(([what]) => [what, 202]));
    expect(await posted(payloadOf(own), { 'x-github-hook-installation-target-id': '9' })).toMatchObject({
      status: 400,
    });
    for (const type of ['repository', 'organization', 'business']) {
      const headers = {
        'x-github-hook-installation-target-type': type,
        'x-github-hook-installation-target-id': String(github.app.id),
      };
      // oxlint-disable-next-line no-await-in-loop
      expect([type, (await posted(payloadOf(own), headers)).status]).toEqual([type, 400]);
    }
    await settled();

    const wrote = github
      .requests()
      .filter(
        ({ callerIs, method, status, route }) =>
          callerIs === 'installation' && method !== 'GET' && route !== 'POST /graphql' && status < 400,
      );
    expect(wrote).toEqual([]);
    expect({ deeds: await pull.deeds(), words: await pull.words() }).toEqual(before);
    // As the forge tells it, the same comment does hold it.
    expect((await posted(payloadOf(own))).status).toBe(202);
    await settled();
    expect(await pull.labels()).toContain('do-not-merge/hold');
  },
);

test('threat 10: whatever is wrong with a signature is answered and logged in the same words', async () => {
  const { github, log } = running();
  const body = JSON.stringify({ zen: 'Keep it logically awesome.' });
  const right = signature(body, github.app.webhookSecret);
  const wrong: readonly (readonly [what: string, headers: Headers])[] = [
    ['no signature', { 'x-hub-signature-256': undefined }],
    ['an empty one', { 'x-hub-signature-256': '' }],
    ['one that is too short', { 'x-hub-signature-256': right.slice(0, -1) }],
    ['one that is too long', { 'x-hub-signature-256': `${right}0` }],
    ['one by another secret', { 'x-hub-signature-256': signature(body, 'another') }],
    ['one of another body', { 'x-hub-signature-256': signature(`${body} `, github.app.webhookSecret) }],
    [
      'one whose last digit differs',
      { 'x-hub-signature-256': `${right.slice(0, -1)}${right.endsWith('0') ? '1' : '0'}` },
    ],
    ['SHA-1 alone', { 'x-hub-signature-256': undefined, 'x-hub-signature': `sha1=${right.slice(7, 47)}` }],
    ['SHA-1 in its place', { 'x-hub-signature-256': `sha1=${right.slice(7, 47)}` }],
    ['another algorithm', { 'x-hub-signature-256': right.replace('sha256', 'sha512') }],
    ['no algorithm', { 'x-hub-signature-256': right.slice(7) }],
    ['the right one twice', { 'x-hub-signature-256': `${right},${right}` }],
    ['letters that are no digits', { 'x-hub-signature-256': `sha256=${'z'.repeat(64)}` }],
  ];
  const from = log().length;
  const answers = [];
  for (const [what, headers] of wrong) {
    // oxlint-disable-next-line no-await-in-loop
    const { status, body: words, type } = await posted(body, { 'x-github-event': 'ping', ...headers });
    answers.push({ what, status, words, type });
  }
  const words = JSON.stringify({ error: 'the signature is missing or wrong' });
  expect(answers).toEqual(wrong.map(([what]) => ({ what, status: 401, words, type: 'application/json' })));
  const refusals = log()
    .slice(from)
    .filter((line) => line.includes('request refused'))
    .map((line) => line.replace(/"Timestamp":\d+/, ''));
  expect([new Set(refusals).size, refusals.length]).toEqual([1, wrong.length]);
  expect((await posted(body, { 'x-github-event': 'ping' })).status).toBe(202);
});

const push = recorded('push.code').payload;
const PUSHED = JSON.stringify({ ...push, repository: { ...Object(push['repository']), pushed_at: 1e21 } });

test('threat 11: nothing is parsed before its signature, and what is parsed can be anything', async () => {
  const unsigned = { 'x-hub-signature-256': undefined };
  const deep = '['.repeat(200_000);
  const rows: readonly (readonly [what: string, body: string | Uint8Array, headers: Headers, status: number])[] = [
    ['what is no JSON, unsigned', '{', unsigned, 401],
    ['six megabytes, unsigned', 'x'.repeat(6_000_000), unsigned, 401],
    ['no event, unsigned', '{}', { ...unsigned, 'x-github-event': undefined }, 401],
    ['more than a function may be given, unsigned', 'x'.repeat(7_000_000), unsigned, 401],
    ['more than a function may be given', 'x'.repeat(7_000_000), {}, 413],
    ['a time beyond all times', PUSHED, { 'x-github-event': 'push' }, 202],
    ['what is no JSON', '{', {}, 400],
    ['a hundred thousand brackets', deep, {}, 400],
    ['closed brackets', `${deep}${']'.repeat(200_000)}`, {}, 400],
    ['a deep object', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`, {}, 400],
    ['a key twice', '{"action":"created","action":"created"}', {}, 400],
    ['keys of the prototype', '{"__proto__":{"installation":{"id":1}},"constructor":1}', {}, 400],
    ['no object', 'null', {}, 400],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), {}, 401],
    ['a number beyond all numbers', '{"action":"created","installation":{"id":1e999}}', {}, 400],
  ];
  const answers = [];
  for (const [what, body, headers] of rows) {
    // oxlint-disable-next-line no-await-in-loop
    answers.push([what, (await posted(body, headers)).status]);
  }
  expect(answers).toEqual(rows.map(([what, , , status]) => [what, status]));
  expect((await posted('{}', { 'x-github-event': 'ping' })).status).toBe(202);
});

test('threat 21: rotating the secret under load refuses nothing', async () => {
  const MINUTE = 60_000;
  const vault = { text: 'old-secret', now: 0 };
  const door = (): Door => ({
    forges: {
      github: {
        receive: RECEIVERS.github,
        secrets: webhookSecrets(
          { is: 'stored', id: 'webhook' },
          async () => vault.text,
          () => vault.now,
        ),
        knowledge: { appId: knowledge.appId, bots: [], maxBodyBytes: knowledge.maxBodyBytes },
      },
    },
    send: async () => undefined,
    now: () => new Date(vault.now),
  });
  // Each function instance remembers secrets of its own.
  const doors = [door(), door(), door()];
  const ping = recorded('ping');
  const load = async (secret: string): Promise<readonly number[]> => {
    const body = JSON.stringify(ping.payload);
    const request = signed(body, { 'x-github-event': 'ping', 'x-hub-signature-256': signature(body, secret) });
    const each = doors.flatMap((one) => Array.from({ length: 50 }, () => answer(throughGateway(request), one)));
    return [...new Set((await Promise.all(each)).map(({ statusCode }) => statusCode))];
  };
  expect(await load('old-secret')).toEqual([202]);
  // Step by step as docs/deploy.md says: both, a minute, the forge changes over, the new one alone.
  vault.text = 'old-secret,new-secret';
  expect(await load('old-secret')).toEqual([202]);
  vault.now += MINUTE;
  expect(await Promise.all([load('new-secret'), load('old-secret')])).toEqual([[202], [202]]);
  vault.text = 'new-secret';
  vault.now += MINUTE;
  expect(await load('new-secret')).toEqual([202]);
  // Whoever has neither is refused throughout; that they try makes every door look, and then the old one is over.
  expect(await load('a-strangers-secret')).toEqual([401]);
  expect(await load('old-secret')).toEqual([401]);
  expect(await load('new-secret')).toEqual([202]);
  expect(await answer(throughGateway(requestOf(ping)), doors[0] ?? door())).toMatchObject({ statusCode: 401 });
});
