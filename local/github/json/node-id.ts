/** Node ids in the manner of GitHub's: a prefix that names the kind, then the id. */

export const NODE_PREFIXES = {
  User: 'U',
  Bot: 'BOT',
  Organization: 'O',
  Team: 'T',
  App: 'A',
  Repository: 'R',
  Label: 'LA',
  Milestone: 'MI',
  Issue: 'I',
  PullRequest: 'PR',
  IssueComment: 'IC',
  PullRequestReview: 'PRR',
  PullRequestReviewComment: 'PRRC',
  PullRequestReviewThread: 'PRRT',
  CommitComment: 'CC',
  Reaction: 'REA',
  Event: 'EV',
  StatusContext: 'SC',
  CheckSuite: 'CS',
  CheckRun: 'CR',
  Workflow: 'W',
  WorkflowRun: 'WFR',
  Deployment: 'DE',
  DeploymentStatus: 'DES',
  BranchProtectionRule: 'BPR',
  RepositoryRuleset: 'RRS',
  Ref: 'REF',
  Commit: 'C',
  Tree: 'TR',
  Blob: 'B',
  Tag: 'TA',
} as const;

export type NodeKind = keyof typeof NODE_PREFIXES;

export const nodeId = (kind: NodeKind, id: number | string): string =>
  `${NODE_PREFIXES[kind]}_${Buffer.from(String(id)).toString('base64url')}`;

/** What a node id stands for; undefined for what is none. */
export function nodeFrom(text: string): { readonly kind: NodeKind; readonly id: string } | undefined {
  const [, prefix, encoded] = /^([A-Z]+)_([\w-]+)$/.exec(text) ?? [];
  if (encoded === undefined) return undefined;
  for (const [kind, each] of Object.entries(NODE_PREFIXES)) {
    // Object.entries forgets that the keys are the kinds.
    if (each === prefix) return { kind: kind as NodeKind, id: Buffer.from(encoded, 'base64url').toString() };
  }
  return undefined;
}
