import { approver, defineCommand, flag, pinIssue, unpinIssue } from '../language/index.ts';

export const pinIssueCommand = defineCommand({
  name: 'pin-issue',
  summary: 'Pin this issue to the top of the list of issues.',
  family: 'issues',
  aliases: {},
  args: { cancel: flag('unpin it') },
  examples: ['/pin-issue', '/unpin-issue'],
  // On an issue, only the root of the repository has owners.
  allow: approver,
  plugin: 'issue-management',
  issuesOnly: true,
  needs: [],
  decide: ({ args }) => [args.cancel ? unpinIssue() : pinIssue()],
});
