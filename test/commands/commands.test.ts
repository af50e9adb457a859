/** What holds for every command. */
import { describe, expect, test } from 'vitest';
import { commands } from '../../shared/commands/index.ts';
import { inForce, inWords, pullsOnly, type Check, type Override } from '../../shared/language/index.ts';
import { catalogueOf } from '../../shared/pages/catalogue.ts';
import { usageOf } from '../../shared/parse.ts';
import { commandVerdict } from '../../shared/verdict.ts';
import { ada, given, HEAD, parsedFrom, pullOf, subjectOf, wholeGrammar } from '../support/given.ts';

const everything = catalogueOf(wholeGrammar);
const SHRUG = String.raw`¯\_(ツ)_/¯`;
const failing = (name: string): Check => ({ name, state: 'failure', required: false, from: 'status' });
const overrides: readonly Override[] = [
  {
    check: 'ci/unit',
    by: 'grace',
    headSha: HEAD,
    baseRef: 'main',
    baseSha: '',
    sticky: false,
    reason: '',
    from: ['status'],
    at: '2026-03-01T12:00:00Z',
  },
];
const examples = commands.flatMap((command) => command.examples.map((example) => [example, command] as const));

/** What only issues can be. */
const OF_ISSUES = /not-planned|duplicate|frozen/;

test.each(examples)('the example %s is parsed and run', (example, command) => {
  const [line, ...more] = parsedFrom(example, wholeGrammar);
  expect(more).toEqual([]);
  if (line?.is !== 'invocation') throw new Error(`${example} is no invocation`);
  // What is taken back is on.
  const back = /^\/(?:remove-|un)|cancel/.test(example) ? ['help wanted', 'good first issue', SHRUG] : [];
  const on = ['kind/bug', 'area/api', 'area/docs', 'lifecycle/stale', 'stage/beta', 'status/in-review'];
  const labels = new Set([...on, ...back]);
  const onIssue = line.command.issuesOnly === true || OF_ISSUES.test(example);
  const kind = pullsOnly(line.command) || !onIssue ? 'pull' : 'issue';
  const holds = [{ by: 'grace', reason: '', at: '2026-03-01T12:00:00Z' }];
  const freezes = [
    {
      branch: 'main',
      except: [],
      reason: '',
      by: 'ada',
      at: '2026-03-01T12:00:00Z',
      said: 'github:acme/widgets#1',
      delivery: 'd',
    },
  ];
  const picks = [{ target: 'release-1.2', by: 'ada' }];
  const required = [{ who: 'grace', askedBy: 'grace', askedById: '2', at: '2026-03-01T12:00:00Z' }];
  const description = { text: back.length > 0 ? 'Fixes #12' : '```release-note\n```', digest: 'd' };
  const pull = pullOf({ checks: [failing('ci/unit'), failing('ci / lint')] });
  const subject = subjectOf({ kind });
  const facts = given({ labels, holds, freezes, picks, required, description, overrides, pull, subject });
  const verdict = commandVerdict(line.command, line.args, facts);
  expect(verdict.outcome).toBe('done');
  expect(verdict.actions).not.toEqual([]);
  // `/kind bug` is an example of `/label`, `/remove-kind bug` of `/remove-label`.
  expect(line.command).toBe(command);
});

describe.each(commands.map((command) => [command.name, command] as const))('/%s', (name, command) => {
  test('has its nine properties in order, and a name that is ASCII and lower-case', () => {
    // Before who may: what is answered. After it: what it is called in Prow, and the keys it reads; then what it asks besides.
    const order = ['is', 'name', 'summary', 'family', 'aliases', 'args', 'examples', 'allow', 'needs', 'decide'];
    const whole = [
      ...order.slice(0, -3),
      'answered',
      'allow',
      'plugin',
      'onRequest',
      'issuesOnly',
      'settings',
      'needs',
      'asks',
      'decide',
    ];
    const has = new Set(Object.keys(command));
    expect([...has]).toEqual(whole.filter((each) => order.includes(each) || has.has(each)));
    expect(name).toMatch(/^[a-z][a-z-]*$/);
  });

  test('says in sentences what it does, and in words who may', () => {
    expect(command.summary).toMatch(/^[A-Z].*\.$/);
    for (const flags of [new Set<string>(), new Set(Object.keys(command.args))]) {
      expect(inWords(inForce(command.allow, flags))).toMatch(/^\S.+/);
    }
    expect(inWords(command.allow)).not.toMatch(/undefined|\bor\s*$|^\s*$/);
    expect(usageOf(command)).toMatch(/^\/[a-z-]+/);
  });

  test('is found by everything it is also called', () => {
    const entry = everything.find((each) => each.name === name);
    for (const alias of entry?.aliases ?? []) {
      const [line] = parsedFrom(`/${alias} x`, wholeGrammar);
      expect(line !== undefined && line.is !== 'near-miss' && line.command.name).toBe(name);
    }
  });
});

test('names and spellings are unique', () => {
  const all = everything.flatMap(({ name, aliases }) => [name, ...aliases]);
  expect(new Set(all).size).toBe(all.length);
});

test('the same facts give the same actions', () => {
  for (const [example, command] of examples) {
    const [line] = parsedFrom(example, wholeGrammar);
    if (line?.is !== 'invocation') continue;
    const facts = given({ actor: ada, labels: new Set(['kind/bug']) });
    expect(commandVerdict(command, line.args, facts)).toEqual(commandVerdict(command, line.args, facts));
  }
});
