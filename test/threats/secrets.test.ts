/** Threats 19 and 20 of docs/security.md: what nobody may read, and who may use it. */
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { deploymentFrom } from '../../infra/deployment.ts';
import { BowspritStack } from '../../infra/stack.ts';
import { carryOut } from '../../shared/carry-out.ts';
import { answer, type Door } from '../../shared/door.ts';
import { guarded } from '../../shared/guarded.ts';
import { RECEIVERS } from '../../shared/providers/receivers.ts';
import { webhookSecrets } from '../../shared/secrets.ts';
import { STRANGER } from '../support/acting.ts';
import { givenEngine } from '../support/by-hand.ts';
import { knowledge, recorded, requestOf, throughGateway } from '../support/github-deliveries.ts';

const engine = givenEngine();
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** The part of each secret that must be found nowhere. */
const CANARY = 'CANARY0canary1CANARY2canary3CANARY4';
const WEBHOOK_SECRET = `webhook-${CANARY}`;
const CANARIES: readonly string[] = [
  `ghs_${CANARY}`,
  `ghp_${CANARY}`,
  `github_pat_${CANARY}`,
  `eyJhbGciOiJSUzI1NiJ9.${CANARY}.${CANARY}`,
  `-----BEGIN RSA PRIVATE KEY-----\\n${CANARY}\\n-----END RSA PRIVATE KEY-----`,
  `Authorization: Bearer ${CANARY}`,
  WEBHOOK_SECRET,
];

/** A forge that repeats secrets in what it refuses. */
async function leakyForge(upstream: string): Promise<string> {
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const path = request.url ?? '/';
      if (request.method === 'POST' && path.endsWith('/labels')) {
        response.writeHead(422, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ message: `Validation Failed: ${CANARIES.join(' ')}`, errors: [...CANARIES] }));
        return;
      }
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
      const got = await fetch(`${upstream}${path}`, {
        method: request.method ?? 'GET',
        headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
          typeof value === 'string' ? [[name, value]] : [],
        ),
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
      });
      response.writeHead(got.status, { 'content-type': got.headers.get('content-type') ?? 'application/json' });
      response.end(await got.text());
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closing.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}`;
}

test('threat 19: a secret in any input or error is in no log, no record and no comment', async () => {
  const { arrived, finish, github, log, records, servicesAt, workplace, workOff } = engine();
  webhookSecrets({ is: 'value', value: WEBHOOK_SECRET });
  const pull = await (await workplace()).open({ title: `Turn ${CANARIES[0] ?? ''}` });
  await workOff();
  const names = ['hold', 'label', 'retitle', 'assign', 'close', 'help', 'lgtm', 'lgtn', 'cc'];
  for (const canary of CANARIES) {
    // oxlint-disable-next-line no-await-in-loop
    await pull.comment(STRANGER, names.map((name) => `/${name} ${canary}`).join('\n'));
  }
  await workOff();
  const before = (await records(pull)).length;
  expect(before).toBeGreaterThan(CANARIES.length * 5);

  // The forge repeats them when it refuses.
  const leaky = servicesAt({ github: await leakyForge(github.url) });
  const other = await (await workplace({ labels: ['kind/bug'] })).open();
  await workOff();
  await other.comment(STRANGER, '/hold');
  for (const delivery of await arrived()) {
    // oxlint-disable-next-line no-await-in-loop
    await carryOut(delivery, leaky).catch(() => undefined);
    // oxlint-disable-next-line no-await-in-loop
    await finish(delivery);
  }

  // A mistake of ours at the door carries them as well.
  const door: Door = {
    forges: {
      github: {
        receive: RECEIVERS.github,
        secrets: webhookSecrets({ is: 'value', value: 'a-secret-for-tests' }),
        knowledge,
      },
    },
    send: async () => {
      throw new TypeError(CANARIES.join(' '), { cause: new Error(CANARIES.join('\n')) });
    },
    now: () => new Date(),
  };
  const request = throughGateway(requestOf(recorded('issue_comment.created.pull')));
  const thrown = await guarded('webhook', () => answer(request, door))(undefined).then(String, String);

  const printed = {
    log: log().join(''),
    records: JSON.stringify([await records(pull), await records(other)]),
    comments: JSON.stringify([await pull.words(), await other.words()]),
    thrown,
  };
  expect(printed.log).toContain('function failed');
  expect(printed.records).toContain('[redacted]');
  expect(printed.comments).toContain('[redacted]');
  const leaks = Object.entries(printed).flatMap(([where, text]) =>
    text.includes(CANARY)
      ? [`${where}: …${text.slice(Math.max(text.indexOf(CANARY) - 150, 0), text.indexOf(CANARY))}`]
      : [],
  );
  expect(leaks).toEqual([]);
});

const KEY_ARN = 'arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-4333-8444-555555555555';
const FUNCTIONS = ['IntakeWebhook', 'IntakePages', 'WorkWorker', 'WorkDeadLetter', 'WorkSweep'] as const;
const MINTERS: readonly string[] = ['WorkWorker', 'WorkDeadLetter', 'WorkSweep'];

const statements = z.object({
  Properties: z.object({
    PolicyDocument: z.object({
      Statement: z.array(z.object({ Action: z.union([z.string(), z.array(z.string())]), Resource: z.unknown() })),
    }),
    Roles: z.array(z.object({ Ref: z.string() })),
  }),
});
const lambda = z.object({
  Properties: z.object({
    Role: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }),
    Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
  }),
});

let bundles: string;
beforeAll(() => {
  bundles = mkdtempSync(join(tmpdir(), 'bowsprit-bundles-'));
  // Rights do not depend on what is in a bundle.
  for (const name of ['webhook', 'worker', 'dead-letter', 'sweep', 'pages']) {
    mkdirSync(join(bundles, name));
    writeFileSync(join(bundles, name, 'index.cjs'), '');
  }
});
afterAll(() => rmSync(bundles, { recursive: true, force: true }));

const deployed = (context: Readonly<Record<string, string>>): Template => {
  const given = { githubAppId: '12', githubApiUrl: 'https://api.github.com', ...context };
  const deployment = deploymentFrom((key) => Object.entries(given).find(([name]) => name === key)?.[1]);
  return Template.fromStack(new BowspritStack(new App(), 'Test', deployment, bundles));
};

const functionIn = (template: Template, name: string) => {
  const found = Object.entries(template.findResources('AWS::Lambda::Function')).find(([id]) => id.startsWith(name));
  return lambda.parse(found?.[1]).Properties;
};

/** `action on resource` for all that a function's role may do. */
const rightsIn = (template: Template, name: string): readonly string[] => {
  const [role] = functionIn(template, name).Role['Fn::GetAtt'];
  return Object.values(template.findResources('AWS::IAM::Policy')).flatMap((each) => {
    const { PolicyDocument, Roles } = statements.parse(each).Properties;
    if (!Roles.some(({ Ref }) => Ref === role)) return [];
    return PolicyDocument.Statement.flatMap(({ Action, Resource }) =>
      [Action].flat().map((action) => `${action} on ${JSON.stringify(Resource)}`),
    );
  });
};

/** Putting a stack together takes seconds, more on a busy machine. */
const SYNTHESIS = { timeout: 300_000 };

test('threat 20: the door can send to one queue, and only those who mint tokens reach the key', SYNTHESIS, () => {
  const template = deployed({});
  const sending = rightsIn(template, 'IntakeWebhook').filter((right) => !/^(?:logs|secretsmanager):/.test(right));
  expect(sending.filter((right) => !right.includes('WorkDeliveries'))).toEqual([]);
  expect(sending.some((right) => right.startsWith('sqs:SendMessage on '))).toBe(true);
  expect(sending.some((right) => /^(?:sqs:(?:Receive|Delete|Purge)|dynamodb|s3|kms|events)/.test(right))).toBe(false);
  const reaching = FUNCTIONS.filter((name) => rightsIn(template, name).some((right) => right.includes('PrivateKey')));
  expect(reaching).toEqual(MINTERS);
});

test(
  'threat 20: with a key in KMS nobody can read one, and minting may sign with it and nothing else',
  SYNTHESIS,
  () => {
    const template = deployed({ githubAppKmsKey: KEY_ARN });
    for (const name of FUNCTIONS) {
      const rights = rightsIn(template, name);
      const mints = MINTERS.includes(name);
      expect(rights.filter((right) => right.startsWith('kms:'))).toEqual(mints ? [`kms:Sign on "${KEY_ARN}"`] : []);
      expect(rights.filter((right) => right.includes('PrivateKey'))).toEqual([]);
      const { Variables } = functionIn(template, name).Environment;
      expect(Variables['GITHUB_APP_KMS_KEY_ID']).toBe(mints ? KEY_ARN : undefined);
      expect(Object.keys(Variables)).not.toContain('GITHUB_APP_PRIVATE_KEY_SECRET_ID');
    }
    expect(
      Object.keys(template.findResources('AWS::SecretsManager::Secret')).filter((id) => /PrivateKey/.test(id)),
    ).toEqual([]);
  },
);

test('threat 20: nothing that is deployed can run what it read', () => {
  const root = join(import.meta.dirname, '../..');
  const sources = ['functions', 'shared'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file)),
  );
  expect(sources.length).toBeGreaterThan(80);
  const running =
    /child_process|worker_threads|node:vm|node:inspector|\beval\(|new Function\(|\bimport\((?!')|\brequire\(|createRequire|process\.dlopen/;
  // Its thread loads the program that starts it once more, and nothing else.
  expect(sources.filter((file) => running.test(readFileSync(join(root, file), 'utf8')))).toEqual(['shared/apart.ts']);
  const started = sources.flatMap((file) => readFileSync(join(root, file), 'utf8').match(/\bapart\([^,]*/g) ?? []);
  expect(started).toEqual(['apart(import.meta.filename', 'apart(path: string']);
});
