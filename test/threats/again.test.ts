/** Threats 8, 16, 22, 23 and 24 of docs/security.md: what comes again, comes too often, or is changed afterwards. */
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, expect, test, vi } from 'vitest';
import type { AuditRecord } from '../../shared/audit-record.ts';
import { chained, EMPTY_CHAIN, hashOf } from '../../shared/audit-record.ts';
import { carryOut, giveUp } from '../../shared/carry-out.ts';
import type { Delivery } from '../../shared/delivery.ts';
import { drain, type Message } from '../../shared/queue.ts';
import { receive } from '../../shared/providers/github/receive.ts';
import { itemOf } from '../../shared/store/audit-item.ts';
import { connectDocuments } from '../../shared/store/documents.ts';
import { run } from '../../cli/run.ts';
import { APPROVER, REVIEWER, STRANGER, type Pull } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';
import { signature, SECRET, type Payload } from '../support/github-deliveries.ts';

const engine = givenEngine();
/** Dozens of deliveries one after the other, on a machine that may be busy. */
vi.setConfig({ testTimeout: 180_000 });
afterEach(() => engine().github.faults.clear());
const DAY = 24 * 3_600;

async function opened(): Promise<Pull> {
  const { workplace, workOff } = engine();
  const pull = await (await workplace()).open();
  await workOff();
  return pull;
}

test.each<[when: string, seconds: number, hook: 'the same' | 'a second']>([
  ['at once', 0, 'the same'],
  ['after six minutes, when the queue has forgotten it', 360, 'the same'],
  ['after three days', 3 * DAY, 'the same'],
  ['after twenty-nine days', 29 * DAY, 'the same'],
  ['by a second hook on the repository', 1, 'a second'],
  ['by a second hook, days later', 3 * DAY, 'a second'],
])('threat 8: a delivery that comes again %s changes nothing', async (_when, seconds, hook) => {
  const { arrived, finish, pass, records, workOff } = engine();
  const pull = await opened();
  await pull.comment(STRANGER, '/hold');
  const deliveries = await arrived();
  for (const delivery of deliveries) {
    // oxlint-disable-next-line no-await-in-loop
    await finish(delivery);
  }
  await pull.comment(STRANGER, '/unhold');
  await workOff();
  const once = { records: await records(pull), words: await pull.words(), deeds: await pull.deeds() };
  pass(seconds);
  const again: readonly Delivery[] =
    hook === 'the same' ? deliveries : deliveries.map((each) => ({ ...each, id: `${each.id}-by-another-hook` }));
  for (const delivery of again) {
    // oxlint-disable-next-line no-await-in-loop
    await finish(delivery);
  }
  expect({ records: await records(pull), words: await pull.words(), deeds: await pull.deeds() }).toEqual(once);
  expect(await pull.labels()).not.toContain('do-not-merge/hold');
});

test('threat 16: two that answer each other do so once at most, even where each listens to the other', async () => {
  const { records, workOff } = engine();
  const pull = await opened();
  await pull.comment(STRANGER, '/help');
  await pull.comment(STRANGER, '/approve');
  await pull.comment(STRANGER, '/lgtn');
  await workOff();
  const ours = await pull.comments();
  const words = ours.filter(({ by }) => by.endsWith('[bot]')).map(({ body }) => body);
  expect(words.length).toBeGreaterThan(2);
  const { github } = engine();
  const [told] = github.deliveries().filter(({ webhook }) => webhook.event === 'issue_comment');
  const payload: Payload = JSON.parse(told?.webhook.payload ?? '{}');
  /** As another instance says what we say, by an App of its own. */
  const echoed = async (body: string, bots: readonly string[]): Promise<string> => {
    const other = { login: 'other[bot]', id: 777, type: 'Bot' };
    const text = JSON.stringify({
      ...payload,
      comment: { ...Object(payload['comment']), body, user: other, performed_via_github_app: { id: 777 } },
      sender: other,
    });
    const headers = {
      'content-type': 'application/json',
      'x-github-event': 'issue_comment',
      'x-github-delivery': 'echo',
      'x-hub-signature-256': signature(text),
    };
    const request = { headers, body: text, receivedAt: new Date().toISOString() };
    const knowledge = { secrets: [SECRET], appId: '1', bots, maxBodyBytes: 6_000_000 };
    const received = await receive(request, knowledge);
    return received.is === 'ignored' ? received.reason : 'taken';
  };
  // By default no bot is listened to; and where one is, what we write begins no line with a command.
  const answers = await Promise.all([...words, '/approve'].map((body) => echoed(body, [])));
  expect(new Set(answers)).toEqual(new Set(['the bot is not on the list of those that are listened to']));
  const listening = await Promise.all(words.map((body) => echoed(body, ['other[bot]'])));
  expect(new Set(listening)).toEqual(new Set(['no line could be a command']));
  expect(await echoed('/approve', ['other[bot]'])).toBe('taken');
  expect((await records(pull)).filter(({ actor }) => actor.login.endsWith('[bot]') && actor.login !== '')).toEqual([]);
});

test('threat 22: a flood on one pull request is answered up to its budget, recorded whole, and keeps nobody waiting', async () => {
  const { arrived, finish, github, records, services, workOff } = engine();
  const [flooded, other] = [await opened(), await opened()];
  const budget = services.settings.general.settings.budget.commentsPerHour;
  // What is no command does not even reach the queue.
  await flooded.comment(STRANGER, 'Please merge this!');
  expect(await arrived()).toEqual([]);
  const before = { words: (await flooded.words()).length, records: (await records(flooded)).length };
  for (let count = 0; count < budget + 15; count += 1) {
    // oxlint-disable-next-line no-await-in-loop
    await flooded.comment(STRANGER, `/approve no ${count}`);
  }
  await other.comment(REVIEWER, '/lgtm');
  const waiting = await arrived();
  // Each pull request has a message group of its own: the one that came last does not wait for those before it.
  const [mine] = waiting
    .filter(({ target }) => target?.number === other.number && target.author.login !== '')
    .slice(-1);
  if (mine === undefined) throw new Error('nothing arrived');
  await finish(mine);
  for (const delivery of waiting) {
    // oxlint-disable-next-line no-await-in-loop
    await finish(delivery);
  }
  await workOff();
  expect(await other.labels()).toContain('lgtm');
  // The notice of the pull request itself counts as well.
  expect((await flooded.words()).length).toBeLessThanOrEqual(budget + before.words);
  expect((await records(flooded)).length - before.records).toBe(budget + 15);
  expect(github.violations()).toEqual([]);
});

test('threat 23: what fails for good at the head of a pull request ends as failed, is told, and lets the next through', async () => {
  const { arrived, finish, github, records, services } = engine();
  const pull = await opened();
  await pull.comment(STRANGER, '/hold for ever');
  const [poison] = await arrived();
  await pull.comment(STRANGER, '/close');
  await pull.comment(STRANGER, '/help hold');
  const next = await arrived();
  if (poison === undefined) throw new Error('nothing arrived');
  const body = JSON.stringify(poison);
  const message = (receives: number): Message => ({
    messageId: 'poison',
    receiptHandle: 'r',
    body,
    attributes: { MessageGroupId: pull.name, ApproximateReceiveCount: String(receives) },
  });
  const route = 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels';
  github.faults.set([{ route, kind: 'error-before', status: 500, callers: ['installation'] }]);
  const waits: number[] = [];
  for (let receives = 1; receives <= 3; receives += 1) {
    // oxlint-disable-next-line no-await-in-loop
    const { batchItemFailures } = await drain(
      [message(receives)],
      () => carryOut(poison, services),
      async (_message, seconds) => {
        waits.push(seconds);
        engine().pass(seconds + 46);
      },
    );
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'poison' }]);
  }
  expect(waits).toEqual(waits.toSorted((one, another) => one - another));
  // After its last receive the queue hands it to whoever gives up.
  await giveUp(poison, services);
  github.faults.clear();
  for (const delivery of next) {
    // oxlint-disable-next-line no-await-in-loop
    await finish(delivery);
  }
  const said = (await records(pull))
    .filter(({ text }) => text !== '')
    .map(({ text, outcome }) => `${text}: ${outcome}`);
  expect(said).toEqual(['/hold for ever: failed', '/close: refused', '/help hold: done']);
  expect((await pull.words()).join('\n')).toContain('Not done, after repeated failures: `/hold for ever`');
});

type Tampering = (records: readonly AuditRecord[]) => readonly AuditRecord[];

/** As an intruder does who knows how hashes are made. */
function rechained(records: readonly AuditRecord[]): readonly AuditRecord[] {
  let head = EMPTY_CHAIN;
  return records.map((each) => {
    const record = chained(each, head);
    head = record;
    return record;
  });
}

const swapped: Tampering = (records) => {
  const [first, second, third, ...rest] = records;
  if (first === undefined || second === undefined || third === undefined) return records;
  return [first, { ...third, sequence: second.sequence }, { ...second, sequence: third.sequence }, ...rest];
};
const pardoned: Tampering = (records) =>
  records.map((each) => (each.sequence === 2 ? { ...each, outcome: 'refused' as const } : each));

test.each<[what: string, tamper: Tampering, told: string]>([
  ['edits a record', pardoned, 'Record 2 was altered'],
  [
    'edits a record and its hash',
    (all) => pardoned(all).map((each) => ({ ...each, hash: hashOf(each) })),
    'Record 2 was replaced',
  ],
  ['deletes one in the middle', (all) => all.filter(({ sequence }) => sequence !== 2), 'Record 2 was dropped'],
  ['deletes the last', (all) => all.slice(0, -1), 'The end was cut off: record'],
  ['swaps two', swapped, 'Record 2 was reordered'],
  ['replaces the whole chain', (all) => rechained(pardoned(all)), 'Record 2 was replaced'],
])('threat 24: whoever %s is named by audit verify', async (_what, tamper, told) => {
  const { emulators, records, workOff } = engine();
  const pull = await opened();
  for (const line of ['/hold', '/unhold', '/lgtm', '/approve']) {
    // oxlint-disable-next-line no-await-in-loop
    await pull.comment(APPROVER, line);
    // oxlint-disable-next-line no-await-in-loop
    await workOff();
  }
  const written = await records(pull);
  const { dynamodbEndpoint, region, auditTable, s3Endpoint, anchorBucket } = emulators;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const documents = connectDocuments({ endpoint: dynamodbEndpoint, region, credentials });
  for (const { pull: of, sequence } of written) {
    // oxlint-disable-next-line no-await-in-loop
    await documents.send(new DeleteCommand({ TableName: auditTable, Key: { pull: of, sequence } }));
  }
  for (const record of tamper(written)) {
    // oxlint-disable-next-line no-await-in-loop
    await documents.send(new PutCommand({ TableName: auditTable, Item: itemOf(record) }));
  }
  documents.destroy();
  const said: string[] = [];
  const code = await run(['audit', 'verify', pull.name], {
    environment: {
      AUDIT_TABLE: auditTable,
      ANCHOR_BUCKET: anchorBucket,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
      AWS_ENDPOINT_URL_S3: s3Endpoint,
    },
    folder: '/',
    now: () => new Date(),
    print: async (text) => void said.push(text),
    warn: (text) => void said.push(text),
    columns: undefined,
  });
  expect(code).toBe(1);
  expect(said.join('')).toContain(told);
});
