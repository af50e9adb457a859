/** Node ids in the manner of GitHub's: a prefix that names the kind, then the id. */

const PREFIXES = [
  ['User', 'U'],
  ['Bot', 'BOT'],
  ['Organization', 'O'],
  ['Team', 'T'],
  ['App', 'A'],
  ['Repository', 'R'],
  ['Label', 'LA'],
  ['Milestone', 'MI'],
  ['Issue', 'I'],
  ['PullRequest', 'PR'],
  ['IssueComment', 'IC'],
  ['PullRequestReview', 'PRR'],
  ['PullRequestReviewComment', 'PRRC'],
  ['PullRequestReviewThread', 'PRRT'],
  ['PullRequestCommit', 'PURC'],
  ['ReviewRequest', 'RR'],
  ['MergeQueue', 'MQ'],
  ['MergeQueueEntry', 'MQE'],
  ['CommitComment', 'CC'],
  ['Reaction', 'REA'],
  ['Event', 'EV'],
  ['HeadRefForcePushedEvent', 'HRFPE'],
  ['BaseRefChangedEvent', 'BRCE'],
  ['AutomaticBaseChangeSucceededEvent', 'ABCSE'],
  ['Activity', 'PSH'],
  ['StatusContext', 'SC'],
  ['Status', 'S'],
  ['StatusCheckRollup', 'SCR'],
  ['CheckSuite', 'CS'],
  ['CheckRun', 'CR'],
  ['Workflow', 'W'],
  ['WorkflowRun', 'WFR'],
  ['Deployment', 'DE'],
  ['DeploymentStatus', 'DES'],
  ['BranchProtectionRule', 'BPR'],
  ['RepositoryRuleset', 'RRS'],
  ['RepositoryRule', 'RRU'],
  ['Ref', 'REF'],
  ['Commit', 'C'],
  ['Tree', 'TR'],
  ['Blob', 'B'],
  ['Tag', 'TA'],
] as const;

export type NodeKind = (typeof PREFIXES)[number][0];

export const nodeId = (kind: NodeKind, id: number | string): string =>
  `${PREFIXES.find(([each]) => each === kind)?.[1]}_${Buffer.from(String(id)).toString('base64url')}`;

/** What a node id stands for; undefined for what is none. */
export function nodeFrom(text: string): { readonly kind: NodeKind; readonly id: string } | undefined {
  const [, prefix, encoded] = /^([A-Z]+)_([\w-]+)$/.exec(text) ?? [];
  if (encoded === undefined) return undefined;
  const found = PREFIXES.find(([, each]) => each === prefix);
  return found === undefined ? undefined : { kind: found[0], id: Buffer.from(encoded, 'base64url').toString() };
}
