import { describe, expect, test } from 'vitest';
import { issueNamed, printedIssue, withLinks } from '../../shared/language/index.ts';

const here = { owner: 'acme', repository: 'widgets' };

test.each<[written: string, means: string | undefined]>([
  ['42', '#42'],
  ['#42', '#42'],
  ['widgets#42', '#42'],
  ['gadgets#42', 'acme/gadgets#42'],
  ['foo/bar#77', 'foo/bar#77'],
  ['acme/widgets#5', '#5'],
  ['Acme/Widgets#5', '#5'],
  ['https://github.com/foo/bar/issues/3', 'foo/bar#3'],
  ['https://github.example:8443/acme/widgets/pull/3#issuecomment-1', '#3'],
  ['acme/.github#1', 'acme/.github#1'],
  ['x42', undefined],
  ['foo/bar', undefined],
  ['foo/bar/baz#1', undefined],
  ['foo/bar#x', undefined],
  ['abc', undefined],
  ['#0', undefined],
  ['#', undefined],
  ['', undefined],
  ['foo/bar42', undefined],
  ['https://github.com/foo/bar/blob/3', undefined],
])('%j is %j', (written, means) => {
  const named = issueNamed(written, here);
  expect(named === undefined ? undefined : printedIssue(named, here)).toBe(means);
});

describe('the description', () => {
  test.each<[before: string, linked: readonly string[], unlinked: readonly string[], after: string]>([
    ['line1\nFixes #1\nline3', ['2', 'foo/bar#10'], [], 'line1\nFixes #1, fixes #2, fixes foo/bar#10\nline3'],
    ['line1\nFixes #99\nline2', [], ['#99'], 'line1\nline2'],
    ['This is a PR body.', ['12'], [], 'This is a PR body.\n\nFixes #12'],
    ['One.\n', ['12'], [], 'One.\n\nFixes #12'],
    ['One.\n\n', ['12'], [], 'One.\n\nFixes #12'],
    ['', ['12'], [], 'Fixes #12'],
    // What Prow wrote, of which GitHub closes the first alone.
    ['Fixes #1 #2', ['3'], [], 'Fixes #1, fixes #2, fixes #3'],
    ['fixes #2, Fixes #1', ['10'], [], 'Fixes #1, fixes #2, fixes #10'],
    ['Fixes #1', ['1'], [], 'Fixes #1'],
    ['Fixes #1', ['acme/widgets#1'], [], 'Fixes #1'],
    ['Fixes #1\r\nmore\r\n', ['2'], [], 'Fixes #1, fixes #2\r\nmore\r\n'],
    ['Fixes foo/bar#x #2', [], ['foo/bar#x'], 'Fixes #2'],
    // Link beats unlink.
    ['Fixes #1', ['1'], ['1'], 'Fixes #1'],
    ['Fixes #1', [], ['2'], 'Fixes #1'],
    ['Nothing.', [], ['2'], 'Nothing.'],
    // As templates leave it.
    ['Fixes #\nmore', ['2'], [], 'Fixes #2\nmore'],
    ['Fixes the leak\n', ['2'], [], 'Fixes the leak\n\nFixes #2'],
    ['Closes #7', ['2'], [], 'Closes #7\n\nFixes #2'],
    ['Fixes: #7', ['2'], [], 'Fixes: #7\n\nFixes #2'],
    ['```\nFixes #1\n```', ['2'], [], '```\nFixes #1\n```\n\nFixes #2'],
    ['<!--\nFixes #1\n-->\nFixes #3', ['2'], [], '<!--\nFixes #1\n-->\nFixes #2, fixes #3'],
    ['Fixes #1\nFixes #2', [], ['1'], 'Fixes #2'],
    ['prefixes #1', ['2'], [], 'prefixes #1\n\nFixes #2'],
  ])('%j with %j and without %j is %j', (before, linked, unlinked, after) => {
    const once = withLinks(before, { linked, unlinked }, here);
    expect(once).toBe(after);
    expect(withLinks(once, { linked }, here)).toBe(once);
  });
});
