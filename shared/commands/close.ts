import {
  anyOf,
  author,
  close,
  code,
  collaborator,
  defineCommand,
  flag,
  issueKey,
  refuse,
  whereAbandoned,
  words,
  type Given,
} from '../language/index.ts';

export const closeCommand = defineCommand({
  name: 'close',
  summary: 'Close this pull request or issue.',
  family: 'issues',
  aliases: {},
  args: {
    'not-planned': flag('nothing will be done about the issue'),
    duplicate: flag('another issue says the same'),
    issue: words('`#12`, of a duplicate', { required: false, max: 1 }),
  },
  examples: ['/close', '/close not-planned', '/close duplicate #7'],
  allow: anyOf(author, collaborator, whereAbandoned),
  plugin: 'lifecycle',
  needs: [],
  asks: ({ args: { duplicate, issue }, subject }) => {
    const number = numberIn(issue);
    return duplicate && number !== undefined ? { issues: [issueAt(number, subject)] } : {};
  },
  decide({ args, subject, answers: { issues } }) {
    // To close it again would only change what it was closed as.
    if (subject.state === 'closed') return [];
    const { duplicate, issue } = args;
    const [word] = issue;
    if (word !== undefined && !duplicate) {
      return [
        refuse(
          `${code('/close')} takes nothing but ${code('not-planned')} or ${code('duplicate #7')}, and ${code(word)} is too much.`,
        ),
      ];
    }
    if (args['not-planned'] && duplicate) return [refuse(`Say either ${code('not-planned')} or ${code('duplicate')}.`)];
    if (args['not-planned'] || duplicate) {
      const how = duplicate ? 'as duplicates' : 'as not planned';
      if (subject.kind === 'pull') {
        return [refuse(`Only issues are closed ${how}; comment ${code('/close')} to close this pull request.`)];
      }
    }
    if (args['not-planned']) return [close('not-planned')];
    if (!duplicate) return [close('completed')];
    const number = numberIn(issue);
    if (number === undefined) return [refuse(`Say of which: ${code('/close duplicate #7')}.`)];
    if (number === subject.number) return [refuse(`${code(`#${number}`)} is this issue.`)];
    if (!issues.has(issueKey(issueAt(number, subject)))) return [refuse(`There is no ${code(`#${number}`)} here.`)];
    return [close('duplicate')];
  },
});

function numberIn([word]: readonly string[]): number | undefined {
  const [, digits] = /^#?(\d{1,9})$/.exec(word ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function issueAt(number: number, { owner, repository }: Given['subject']) {
  return { owner, repository, number };
}
