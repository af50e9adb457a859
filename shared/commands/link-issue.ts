import {
  anyOf,
  author,
  code,
  defineCommand,
  describe,
  issueKey,
  issueNamed,
  member,
  printedIssue,
  refuse,
  reply,
  role,
  withLinks,
  words,
  type Answers,
  type Given,
} from '../language/index.ts';

/** Each is looked up on the forge. */
const MAX_LINKED = 20;

type Written = { readonly args: { readonly issues: readonly string[] } };

/** Commas may stand between them as well. */
export function namesIn({ args }: Written): readonly string[] {
  return args.issues.flatMap((word) => word.split(',')).filter((word) => word !== '');
}

export const linkIssue = defineCommand({
  name: 'link-issue',
  summary: 'Have issues closed when this is merged: they are named in the description.',
  family: 'issues',
  aliases: {},
  args: { issues: words('issues: `12`, `#12`, `widgets#12`, `acme/widgets#12` or an address', { max: MAX_LINKED }) },
  examples: ['/link-issue #12', '/link-issue 12 acme/other#3'],
  answered: 'Which of them could not be linked, and why.',
  allow: anyOf(author, member, role('triage')),
  plugin: 'issue-management',
  needs: ['pull', 'description'],
  asks: (line) => ({
    issues: namesIn(line)
      .slice(0, MAX_LINKED)
      .flatMap((each) => issueNamed(each, line.subject) ?? []),
  }),
  decide({ args, subject, answers, description }) {
    const names = namesIn({ args });
    if (names.length > MAX_LINKED) return [refuse(`At most ${MAX_LINKED} issues are linked at once.`)];
    const problems = names.flatMap((each) => problemOf(each, { subject, answers }) ?? []);
    const linked = names
      .filter((each) => problemOf(each, { subject, answers }) === undefined)
      .flatMap((each) => issueNamed(each, subject) ?? [])
      .map((each) => printedIssue(each, subject));
    if (linked.length === 0) return [refuse(problems.join(' '))];
    const text = withLinks(description.text, { linked }, subject);
    return [
      ...(text === description.text ? [] : [describe(text, description)]),
      ...(problems.length === 0 ? [] : [reply(problems.join(' '))]),
    ];
  },
});

type Around = { readonly subject: Given['subject']; readonly answers: Pick<Answers, 'issues'> };

function problemOf(written: string, { subject, answers }: Around): string | undefined {
  const named = issueNamed(written, subject);
  if (named === undefined) {
    return `${code(written)} names no issue: write ${code('#12')}, ${code('acme/widgets#12')} or its address.`;
  }
  const found = answers.issues.get(issueKey(named));
  if (found === undefined) return `${code(written)} cannot be seen here, or is not there.`;
  return found.kind === 'pull' ? `${code(written)} is a pull request; only issues are linked.` : undefined;
}
