/** Commands that settings declare: their grammar, what they start, and what they refuse. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { automations } from '../shared/automations/index.ts';
import { commands } from '../shared/commands/index.ts';
import {
  allOf,
  anyOf,
  approver,
  author,
  member,
  not,
  role,
  starters,
  team,
  type Action,
  type Requirement,
} from '../shared/language/index.ts';
import { customCommandsIn } from '../shared/custom-commands.ts';
import { usageOf } from '../shared/parse.ts';
import { rulesHere } from '../shared/rules-here.ts';
import { inForceAt, settingsFrom, type InForce } from '../shared/settings/index.ts';
import { sweeps } from '../shared/sweeps/index.ts';
import { commandVerdict } from '../shared/verdict.ts';
import { given, HEAD, parsedFrom, pullOf, type All } from './support/given.ts';
import { runOf } from './support/jobs.ts';

const DEPLOY = `
custom:
  commands:
    - name: deploy
      summary: Deploys this commit
      args:
        - { name: environment, is: choice, of: [staging, production] }
        - { name: replicas, is: number, least: 1, most: 9, optional: true }
        - { name: note, is: text, most: 40, optional: true }
        - { name: force, is: flag }
      allow: [approver, { team: acme/release }]
      engine: jenkins
      target: team/deploy
      parameters:
        - { name: ENVIRONMENT, value: '{environment}' }
        - { name: SAYING, value: '{note} by {by} at {head}, {force}' }
      context: 'deploy/{environment}'
      lock: pull
      reply: 'Deploys {head} of #{number} to {environment}. {note}'
    - { name: fuzz, summary: Fuzzes it., args: [{ name: seed, is: word }], engine: https, target: 'https://ci.example.com/fuzz' }
`;

/** Of a file that is well written, what of it does not count. */
function mistakes(text: string): string {
  const read = settingsFrom(text, 'bowsprit.yaml', 'repository');
  const found = read.is === 'mistaken' ? read.mistakes : under(text).ignored;
  return found.map(({ problem }) => problem).join(' ');
}

function under(text: string): InForce {
  const read = settingsFrom(text, 'bowsprit.yaml', 'repository');
  if (read.is === 'mistaken') throw new Error(JSON.stringify(read.mistakes));
  return inForceAt([{ layer: 'repository', document: read.document, commit: '' }], undefined);
}
const rules = { commands, automations, sweeps };
const here = rulesHere(under(DEPLOY), rules);

function actionsFor(line: string, more: Partial<All> = {}): readonly Action[] | string {
  const [parsed] = parsedFrom(line, here.grammar);
  if (parsed?.is !== 'invocation') return parsed?.is === 'misused' ? parsed.problem : String(parsed?.is);
  return commandVerdict(parsed.command, parsed.args, given(more)).actions;
}

test('is written like any other, and starts what it names for the commit at the head', () => {
  expect(actionsFor('/Deploy production 3 force for the demo # now')).toEqual([
    {
      is: 'start-job',
      job: '/deploy',
      context: 'deploy/production',
      engine: 'jenkins',
      target: 'team/deploy',
      parameters: { ENVIRONMENT: 'production', SAYING: `for the demo by Grace at ${HEAD}, true` },
      headSha: HEAD,
      baseRef: 'main',
      rerun: '/deploy force production 3 for the demo',
      optional: true,
    },
    { is: 'reply', text: `Deploys \`${HEAD}\` of #\`12\` to \`production\`. \`for the demo\`` },
  ]);
});

describe('a wrong argument is told and starts nothing', () => {
  test.each<[line: string, says: RegExp]>([
    [
      '/deploy',
      /needs `environment`: `staging` or `production`\. Write `\/deploy .*<environment> \[replicas\] \[note\]/,
    ],
    ['/deploy prod', /takes no `prod` as `environment`/],
    ['/deploy Production', /takes no `Production` as `environment`/],
    ['/deploy production ten', /takes no `ten` as `replicas`: it must be a whole number from 1 to 9/],
    ['/deploy production 0', /whole number from 1 to 9/],
    ['/deploy production 1e1', /whole number/],
    [`/deploy production 3 ${'x'.repeat(41)}`, /at most 40 characters/],
    ['/deploy production 3 --force-with-lease', /not beginning with `-`/],
    ['/deploy production 3 token [redacted]', /without secrets/],
    ['/deploy production 3 \u202Ereversed', /`note`/],
    ['/fuzz', /needs `seed`/],
    ['/fuzz --help', /takes no `--help` as `seed`/],
    ['/fuzz -rf', /takes no/],
    ['/fuzz $(id)', /takes no/],
    ['/fuzz `id`', /takes no/],
    ['/fuzz a;b', /takes no/],
    ['/fuzz ../../etc/passwd', /takes no/],
    ['/fuzz a/../b', /takes no/],
    ['/fuzz {head}', /takes no/],
    ['/fuzz one two', /`two` is too much/],
  ])('%s', (line, says) => {
    expect(actionsFor(line)).toMatch(says);
  });
});

test('what somebody wrote is looked at for no braces, and shown as code', () => {
  const [start, said] = actionsFor('/deploy staging 1 {head} @acme/all `x`');
  expect(start).toMatchObject({ parameters: { SAYING: `{head} @acme/all \`x\` by Grace at ${HEAD}, false` } });
  expect(said).toMatchObject({ text: expect.stringContaining('`` {head} @acme/all `x` ``') });
});

test('whatever is written as a word comes out as it was written, or not at all', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (word) => {
      const [parsed] = parsedFrom(`/fuzz ${word}`, here.grammar);
      if (parsed?.is !== 'invocation') return true;
      const { Arguments: values } = parsed.args;
      return (
        Array.isArray(values) && /^[A-Za-z0-9][\w./:@+-]*$/.test(String(values[0])) && word.includes(String(values[0]))
      );
    }),
    { numRuns: 500 },
  );
});

describe('locks and caps', () => {
  const run = runOf({ job: '/deploy', state: 'running', run: '1' });
  test('one at a time for a pull request', () => {
    expect(actionsFor('/deploy staging', { runs: [run] })).toMatchObject([
      { is: 'refuse', reason: expect.stringContaining('running here already') },
    ]);
    expect(actionsFor('/deploy staging', { runs: [{ ...run, state: 'failure' }] })).toMatchObject([
      { is: 'start-job' },
      {},
    ]);
    // Of which nothing was heard for a day.
    expect(actionsFor('/deploy staging', { runs: [run], at: '2026-03-03T13:00:00Z' })).toMatchObject([
      { is: 'start-job' },
      {},
    ]);
  });
  test('no more often for one commit than is set', () => {
    const many = { ...run, state: 'success', times: 10 } as const;
    expect(actionsFor('/deploy staging', { runs: [many] })).toMatchObject([
      { is: 'refuse', reason: expect.stringContaining('10 times') },
    ]);
    expect(actionsFor('/deploy staging', { runs: [{ ...many, headSha: 'b'.repeat(40) }] })).toMatchObject([
      { is: 'start-job' },
      {},
    ]);
  });
  test('as often as the repository says, though the command is the one of all', () => {
    const { custom } = under(DEPLOY).settings;
    const [often, once] = [3, 1].map((retests) => customCommandsIn({ custom, pipelines: { retests } }));
    const done = { runs: [{ ...run, state: 'success', times: 2 } as const] };
    const verdict = (of: typeof often): Action | undefined => {
      const command = of?.[0];
      return (
        command && commandVerdict(command, { Arguments: ['staging', '', ''], force: false }, given(done)).actions[0]
      );
    };
    expect(verdict(often)).toMatchObject({ is: 'start-job' });
    expect(verdict(once)).toMatchObject({ is: 'refuse' });
  });
  test('nothing for what is closed', () => {
    expect(actionsFor('/deploy staging', { pull: pullOf({ state: 'merged' }) })).toMatchObject([{ is: 'refuse' }]);
  });
});

test('is in the help and near misses like built-in ones', () => {
  expect(here.catalogue.find(({ name }) => name === 'deploy')).toMatchObject({
    usage: expect.stringContaining('/deploy'),
    summary: 'Deploys this commit.',
    who: 'approvers of a changed file or members of the team acme/release',
    pullsOnly: true,
  });
  expect(here.catalogue.find(({ name }) => name === 'fuzz')).toMatchObject({
    who: 'people who may write',
    examples: ['/fuzz seed'],
  });
  expect(parsedFrom('/deplyo staging', here.grammar)).toMatchObject([{ is: 'near-miss', nearest: 'deploy' }]);
  expect(usageOf(here.grammar.commands.find(({ name }) => name === 'fuzz') ?? commands[0] ?? fail())).toBe(
    '/fuzz <seed>',
  );
});

const fail = (): never => {
  throw new Error('no command');
};

test('each example of one is understood', () => {
  for (const { examples, name } of here.catalogue.filter((each) => ['deploy', 'fuzz'].includes(each.name))) {
    expect(parsedFrom(examples.join('\n'), here.grammar)).toMatchObject([{ is: 'invocation', command: { name } }]);
  }
});

const one = (more: string): string =>
  `custom: { commands: [{ name: deploy, summary: x, engine: https, target: 'https://ci.example.com/', ${more} }] }`;

const needed = (allow: string): Requirement | undefined =>
  rulesHere(under(one(`allow: ${allow}`)), rules).grammar.commands.find(({ name }) => name === 'deploy')?.allow;

describe('who is a stranger starts nothing of their own', () => {
  test.each<[allow: string, need: Requirement]>([
    ['anyone', starters],
    ['author', allOf(author, starters)],
    ['[author, approver]', allOf(anyOf(author, approver), starters)],
    ['{ not: { role: admin } }', allOf(not(role('admin')), starters)],
    ['{ not: { team: acme/banned } }', allOf(not(team('acme/banned')), starters)],
    // Whom somebody chose is chosen.
    ['approver', approver],
    ['{ team: acme/release }', team('acme/release')],
    ['{ role: triage }', role('triage')],
    ['{ all: [author, member] }', allOf(author, member)],
  ])('%s', (allow, need) => {
    expect(needed(allow)).toEqual(need);
  });
});

describe('what cannot be declared', () => {
  test.each<[title: string, text: string, says: RegExp]>([
    ['a built-in command', one('').replace('name: deploy', 'name: lgtm'), /`\/lgtm` is a command already/],
    [
      'another spelling of one',
      one('').replace('name: deploy', 'name: unhold'),
      /command already, or another spelling/,
    ],
    ['a family of labels', one('').replace('name: deploy', 'name: kind'), /command already/],
    ['a prefix of every command', one('').replace('name: deploy', 'name: lh-hold'), /command already/],
    [
      'a name twice',
      `custom: { commands: [${'{ name: a1, summary: x, engine: https, target: t },'.repeat(2)}] }`,
      /declared twice/,
    ],
    ['a name in other letters', one('').replace('name: deploy', 'name: Deploy'), /small letters/],
    [
      'text before other arguments',
      one('args: [{ name: a, is: text }, { name: b, is: word }]'),
      /only the last argument may be text/,
    ],
    [
      'something needed after what may be left out',
      one('args: [{ name: a, is: word, optional: true }, { name: b, is: word }]'),
      /must be so too/,
    ],
    ['a choice of nothing', one('args: [{ name: a, is: choice }]'), /goes with a choice/],
    ['a number without limits', one('args: [{ name: a, is: number }]'), /needs `least` and `most`/],
    ['an argument twice', one('args: [{ name: a, is: word }, { name: a, is: flag }]'), /there already/],
    ['an argument that is a word of templates', one('args: [{ name: head, is: word }]'), /there already/],
    ['a reply with a word that is none', one("reply: 'to {environment}'"), /there is no `\{environment\}`/],
    ['a parameter with a word that is none', one("parameters: [{ name: A, value: '{x}' }]"), /there is no `\{x\}`/],
    [
      'a status of any name',
      one("args: [{ name: suite, is: word }], context: 'ci/{suite}'"),
      /the name of a status takes no `\{suite\}`/,
    ],
    ['an engine that is none', one('').replace('engine: https', 'engine: shell'), /must be/],
    ['a secret', one('secret: hunter2'), /no setting/],
  ])('%s', (_, text, says) => {
    expect(mistakes(text)).toMatch(says);
  });

  test('a family that a repository names goes before', () => {
    const { grammar } = rulesHere(under(`${DEPLOY}\nlabels: { prefixes: [deploy] }\n`), rules);
    expect(parsedFrom('/deploy staging', grammar)).toMatchObject([{ command: { name: 'label' } }]);
  });
});
