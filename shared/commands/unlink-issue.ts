import { anyOf, author, defineCommand, describe, member, role, withLinks, words } from '../language/index.ts';
import { namesIn } from './link-issue.ts';

export const unlinkIssue = defineCommand({
  name: 'unlink-issue',
  summary: 'Have issues closed by this no more: they are named in the description no longer.',
  family: 'issues',
  aliases: { 'remove-link-issue': 'unlink-issue' },
  args: { issues: words('issues, as they are named there or for `/link-issue`') },
  examples: ['/unlink-issue #12', '/link-issue cancel #12'],
  allow: anyOf(author, member, role('triage')),
  plugin: 'issue-management',
  needs: ['pull', 'description'],
  decide({ args, subject, description }) {
    const text = withLinks(description.text, { unlinked: namesIn({ args }) }, subject);
    return text === description.text ? [] : [describe(text, description)];
  },
});
