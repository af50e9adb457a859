import { afterAll, beforeAll, expect, test } from 'vitest';
import { findingsOf } from '../../cli/doctor-engines.ts';
import { startJenkins, type JenkinsInABox } from '../../local/jenkins/index.ts';

let jenkins: JenkinsInABox;
beforeAll(async () => {
  jenkins = await startJenkins({ jobs: [] });
});
afterAll(() => jenkins.close());

const NONE = { https: [], jenkins: [], codebuild: [], eventbridge: [] };

test('where no engine is set up, nothing is looked at', async () => {
  expect(await findingsOf(NONE, undefined)).toEqual([]);
});

test.each<[title: string, user: string, states: readonly string[]]>([
  ['knows', 'bowsprit', ['ok', 'ok']],
  ['does not know', 'somebody', ['ok', 'wrong']],
])('a Jenkins that %s its user', async (_, user, states) => {
  const server = { name: 'main', url: jenkins.url, user, secret: 'bowsprit/jenkins', jobs: ['*'] };
  const findings = await findingsOf({ ...NONE, jenkins: [server] }, { secrets: { 'bowsprit/jenkins': jenkins.token } });
  expect(findings.map(({ state }) => state)).toEqual(states);
});

test('an address that may not be called', async () => {
  const server = { name: 'main', url: 'http://10.0.0.7', user: 'bowsprit', secret: 's', jobs: ['*'] };
  const findings = await findingsOf({ ...NONE, jenkins: [server] }, { secrets: { s: 'x' } });
  expect(findings.at(-1)).toMatchObject({ state: 'wrong', found: expect.stringContaining('not https') });
});
