import { describe, expect, test } from 'vitest';
import { testReport } from '../../shared/automations/test-report.ts';
import type { RunKept } from '../../shared/language/index.ts';
import { BEFORE, decided } from '../support/given.ts';
import { runOf } from '../support/jobs.ts';

const saying = (...runs: readonly RunKept[]): string => {
  const [said] = decided(testReport, { runs, notices: new Set(['tests']) });
  return said?.is === 'notice' ? `${said.quiet ? 'quiet: ' : ''}${said.text}` : 'nothing';
};

describe('the report', () => {
  test('lists what failed on the head, with the line that runs it again', () => {
    expect(
      saying(
        runOf({ job: 'unit', url: 'https://ci.example/7', summary: '2 of 40 failed.' }),
        runOf({ job: 'lint', state: 'error', optional: true, rerun: '/test lint' }),
        runOf({ job: 'e2e', state: 'cancelled', rerun: '/test e2e' }),
        runOf({ job: 'docs', state: 'success' }),
        runOf({ job: 'slow', state: 'running' }),
        runOf({ job: 'before', headSha: BEFORE }),
      ),
    ).toMatchInlineSnapshot(`
      "<!-- test report -->
      @ada: these jobs did not pass; \`/retest\` runs all of them again. One job has not finished yet.

      Test name | Commit | Details | Required | Rerun command
      --- | --- | --- | --- | ---
      \`unit\` | \`aaaaaaa\` | [failed](https://ci.example/7): \`2 of 40 failed.\` | true | \`/test unit\`
      \`lint\` | \`aaaaaaa\` | error | false | \`/test lint\`
      \`e2e\` | \`aaaaaaa\` | cancelled | true | \`/test e2e\`"
    `);
  });

  test('says that all is well only where something else was said before', () => {
    expect(saying(runOf({ state: 'success' }))).toMatchInlineSnapshot(`
      "quiet: <!-- test report -->
      Every job that ran for this commit has passed. (\`aaaaaaa\`)"
    `);
    expect(saying(runOf({ state: 'queued' }))).toMatchInlineSnapshot(`
      "quiet: <!-- test report -->
      No job has failed. One job has not finished yet. (\`aaaaaaa\`)"
    `);
  });

  test('shows what others wrote, and interprets nothing of it', () => {
    const text = saying(
      runOf({
        job: '@acme/all | `x`',
        url: 'javascript:alert(1)',
        summary: '[a](https://evil.example) @grace',
        rerun: '/test a|b',
      }),
    );
    expect(text).not.toContain('javascript:');
    expect(text.split('\n').at(-1)).toMatchInlineSnapshot(
      `"\`\` @acme/all \\| \`x\` \`\` | \`aaaaaaa\` | failed: \`[a](https://evil.example) @grace\` | true | \`/test a\\|b\`"`,
    );
  });

  test('is no longer than a comment may be', () => {
    const many = Array.from({ length: 300 }, (_, index) => runOf({ job: `job-${index}`, summary: 'x'.repeat(900) }));
    const text = saying(...many);
    expect(text.length).toBeLessThan(60_000);
    expect(text).toContain('and 250 more');
  });
});

test('where nothing was said and nothing failed, nothing is decided', () => {
  expect(decided(testReport, { runs: [runOf({ state: 'success' })] })).toEqual([]);
});
