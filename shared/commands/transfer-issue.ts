import { code, defineCommand, member, refuse, transferIssue, words } from '../language/index.ts';

const NAME = /^(?:([A-Za-z0-9][A-Za-z0-9-]{0,99})\/)?((?!\.{1,2}$)[\w.][\w.-]{0,99})$/;

export const transferIssueCommand = defineCommand({
  name: 'transfer-issue',
  summary: 'Move this issue to another repository of the same owner.',
  family: 'issues',
  aliases: { transfer: 'transfer-issue' },
  args: { repository: words('the name of the other repository', { max: 1 }) },
  examples: ['/transfer-issue gadgets', '/transfer gadgets'],
  allow: member,
  plugin: 'issue-management',
  issuesOnly: true,
  needs: [],
  decide({ args, commands = [], subject }) {
    const written = args.repository.join(' ');
    if (commands.filter((each) => each === 'transfer-issue').length > 1) {
      return [refuse('It can only be moved to one repository, so nothing was done. Name one, on one line.')];
    }
    const [, owner = subject.owner, name] = NAME.exec(written) ?? [];
    if (name === undefined) return [refuse(`${code(written)} is not the name of a repository.`)];
    if (owner.toLowerCase() !== subject.owner.toLowerCase()) {
      return [refuse(`Issues are moved inside ${code(subject.owner)} only.`)];
    }
    if (name.toLowerCase() === subject.repository.toLowerCase()) return [refuse('It is in that repository already.')];
    return [transferIssue(name)];
  },
});
