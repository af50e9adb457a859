import { readFileSync } from 'node:fs';
import {
  buildSchema,
  getNamedType,
  type GraphQLField,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { nodeId } from '../../../local/github/json/node-id.ts';
import type { Repository } from '../../../local/github/state.ts';
import { fieldOf, type Forge, openForge, ORG, violationsOfTheBox, type Who } from './forge.ts';
import { type Answer, gql, idOf, rest } from './graphql-asking.ts';

let forge: Forge;
beforeAll(async () => {
  forge = await openForge();
});
afterAll(() => forge.close());

/** Points of the hour that somebody has spent. */
const usedBy = (who: Who): number => forge.github.limits.state({ is: 'user', login: `${who}-example` }, 'graphql').used;

const named = (...names: readonly string[]) => names.map((name) => ({ name }));

/** A selection inside `repository`, with what stands under that. */
async function inRepository(who: Who, { name }: Repository, selection: string): Promise<Answer> {
  const answer = await gql(
    forge,
    who,
    `query($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { ${selection} } }`,
    { owner: ORG, name },
  );
  return { ...answer, data: fieldOf(answer.data, 'repository') };
}

/** A repository with one of everything, and the ids by which each can be asked for. */
async function full(): Promise<{ readonly repository: Repository; readonly ids: Readonly<Record<string, string>> }> {
  const repository = forge.freshRepository();
  const at = `/repos/${ORG}/${repository.name}`;
  const head = repository.issues.get(1)?.pull?.head.sha ?? '';
  const main = repository.refs.get('refs/heads/main') ?? '';
  const branch = `${at}/git/refs/heads/${repository.issues.get(1)?.pull?.head.ref ?? ''}`;
  for (const sha of [main, head]) await rest(forge, 'ada', `PATCH ${branch}`, { sha, force: true });
  await rest(forge, 'ada', `POST ${at}/git/refs`, { ref: 'refs/heads/other', sha: main });
  for (const base of ['other', 'main']) await rest(forge, 'ada', `PATCH ${at}/pulls/1`, { base });
  const retargeted = [...repository.events.values()].find(({ event }) => event === 'base_ref_changed');
  const forced = [...repository.events.values()].find(({ event }) => event === 'head_ref_force_pushed');
  repository.settings.allowAutoMerge = true;
  const protection = {
    required_status_checks: { strict: true, contexts: ['test', 'ci'] },
    enforce_admins: true,
    required_pull_request_reviews: { required_approving_review_count: 1 },
    restrictions: null,
  };
  await rest(forge, 'ada', `PUT ${at}/branches/main/protection`, protection);
  await rest(forge, 'ada', `POST ${at}/rulesets`, {
    name: 'all',
    target: 'branch',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~ALL'], exclude: [] } },
    rules: [
      {
        type: 'required_status_checks',
        parameters: {
          required_status_checks: [{ context: 'ci' }],
          strict_required_status_checks_policy: false,
        },
      },
      { type: 'non_fast_forward' },
    ],
  });
  const team = forge.seed.createTeam(ORG, `Crew of ${repository.name}`, {
    members: ['alan-example'],
    repositories: { [repository.name]: 'write' },
  });
  const milestone = await rest(forge, 'ada', `POST ${at}/milestones`, { title: 'Spring' });
  await rest(forge, 'ada', `PATCH ${at}/issues/1`, { milestone: 1, labels: ['bug'], assignees: ['grace-example'] });
  const reaction = await rest(forge, 'ada', `POST ${at}/issues/1/reactions`, { content: 'heart' });
  const reviewers = { reviewers: ['ada-example'], team_reviewers: [team.slug] };
  await rest(forge, 'ada', `POST ${at}/pulls/1/requested_reviewers`, reviewers);
  const comment = await rest(forge, 'joan', `POST ${at}/issues/1/comments`, { body: 'Please look' });
  const review = await rest(forge, 'grace', `POST ${at}/pulls/1/reviews`, {
    event: 'COMMENT',
    body: 'Look here',
    comments: [{ path: 'src/lines.txt', line: 2, side: 'RIGHT', body: 'Why?' }],
  });
  const line = [...repository.reviewComments.values()][0]?.id ?? 0;
  const reply = await rest(forge, 'joan', `POST ${at}/pulls/1/comments/${line}/replies`, { body: 'Because' });
  const status = await rest(forge, 'app', `POST ${at}/statuses/${head}`, { state: 'success', context: 'ci' });
  const run = await rest(forge, 'app', `POST ${at}/check-runs`, {
    name: 'test',
    head_sha: head,
    status: 'in_progress',
  });
  const tag = await rest(forge, 'ada', `POST ${at}/git/tags`, {
    tag: 'v1',
    message: 'One',
    object: main,
    type: 'commit',
  });
  await rest(forge, 'ada', `POST ${at}/git/refs`, { ref: 'refs/tags/v1', sha: String(fieldOf(tag, 'sha')) });
  await rest(forge, 'ada', `POST ${at}/actions/workflows/build.yml/dispatches`, { ref: 'main' });
  const workflowRun = [...repository.workflowRuns.values()][0];
  const pull = nodeId('PullRequest', repository.issues.get(1)?.pull?.id ?? 0);
  await gql(
    forge,
    'ada',
    'mutation($id: ID!) { enablePullRequestAutoMerge(input: {pullRequestId: $id}) { clientMutationId } }',
    {
      id: pull,
    },
  );
  const tree = fieldOf(await rest(forge, 'ada', `GET ${at}/git/commits/${main}`), 'tree', 'sha');
  const blob = fieldOf(await rest(forge, 'ada', `GET ${at}/contents/src/lines.txt`), 'sha');
  const account = (login: string, kind: 'Organization' | 'User' | 'Bot'): string =>
    nodeId(kind, [...forge.github.state.accounts.values()].find((each) => each.login === login)?.id ?? 0);
  const inNetwork = (sha: unknown): string => `${repository.networkId}:${String(sha)}`;
  return {
    repository,
    ids: {
      App: nodeId('App', forge.github.app.id),
      Blob: nodeId('Blob', inNetwork(blob)),
      Bot: account(`${forge.github.app.slug}[bot]`, 'Bot'),
      BaseRefChangedEvent: nodeId('BaseRefChangedEvent', retargeted?.id ?? 0),
      BranchProtectionRule: nodeId('BranchProtectionRule', repository.protections.get('main')?.id ?? 0),
      CheckRun: idOf(run),
      CheckSuite: nodeId('CheckSuite', Number(fieldOf(run, 'check_suite', 'id'))),
      Commit: nodeId('Commit', inNetwork(head)),
      HeadRefForcePushedEvent: nodeId('HeadRefForcePushedEvent', forced?.id ?? 0),
      Issue: idOf(await rest(forge, 'ada', `GET ${at}/issues/2`)),
      IssueComment: idOf(comment),
      Label: idOf(await rest(forge, 'ada', `GET ${at}/labels/bug`)),
      Milestone: idOf(milestone),
      Organization: account(ORG, 'Organization'),
      PullRequest: pull,
      PullRequestReview: idOf(review),
      PullRequestReviewComment: idOf(reply),
      PullRequestReviewThread: nodeId('PullRequestReviewThread', line),
      Reaction: idOf(reaction),
      Ref: nodeId('Ref', `${repository.id}:refs/heads/main`),
      Repository: nodeId('Repository', repository.id),
      Status: nodeId('Status', `${repository.id}:${head}`),
      StatusCheckRollup: nodeId('StatusCheckRollup', `${repository.id}:${head}`),
      StatusContext: idOf(status),
      Tag: idOf(tag),
      Team: nodeId('Team', team.id),
      Tree: nodeId('Tree', inNetwork(tree)),
      User: account('joan-example', 'User'),
      Workflow: nodeId('Workflow', workflowRun?.workflowId ?? 0),
      WorkflowRun: nodeId('WorkflowRun', workflowRun?.id ?? 0),
    },
  };
}

test('pushes by force are on the timeline, with where they led from and to', async () => {
  const { repository } = await full();
  const { data } = await inRepository(
    'joan',
    repository,
    `pullRequest(number: 1) {
      forced: timelineItems(last: 5, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT]) {
        nodes { ... on HeadRefForcePushedEvent { actor { login } beforeCommit { oid } afterCommit { oid } } }
      }
      all: timelineItems(first: 20) { nodes { __typename } }
    }`,
  );
  const [main, head] = [repository.refs.get('refs/heads/main'), repository.issues.get(1)?.pull?.head.sha];
  expect(fieldOf(data, 'pullRequest', 'forced', 'nodes')).toEqual([
    { actor: { login: 'ada-example' }, beforeCommit: { oid: head }, afterCommit: { oid: main } },
  ]);
  const kinds = z.array(z.object({ __typename: z.string() })).parse(fieldOf(data, 'pullRequest', 'all', 'nodes'));
  expect(new Set(kinds.map(({ __typename: kind }) => kind))).toEqual(
    new Set([
      'BaseRefChangedEvent',
      'HeadRefForcePushedEvent',
      'IssueComment',
      'PullRequestCommit',
      'PullRequestReview',
      'PullRequestReviewThread',
    ]),
  );
});

describe('everything in the schema', () => {
  const schema = buildSchema(
    readFileSync(new URL('../../../local/github/graphql/schema.graphql', import.meta.url), 'utf8'),
  );
  const isNode = (name: string): boolean => {
    const type = schema.getType(name);
    return isObjectType(type) && type.getInterfaces().some((each) => each.name === 'Node');
  };
  const ARGUMENTS: Readonly<Record<string, string>> = {
    expression: '"main:src"',
    login: `"${ORG}"`,
    name: '"bug"',
    number: '1',
    path: '"src/lines.txt"',
    pullRequestNumber: '1',
    qualifiedName: '"main"',
    refPrefix: '"refs/heads/"',
    first: '5',
  };
  /** By the field that wants it, where one name means several things. */
  const OF_FIELDS: Readonly<Record<string, string>> = {
    'Issue.number': '2',
    'Organization.repository.name': '"boat-1"',
    'Organization.team.slug': '"crew"',
    'Repository.issue.number': '2',
    'Status.context.name': '"ci"',
    'User.repository.name': '"none"',
  };
  // Asked for what is not there, it fails instead of being null.
  const FAILING = new Set(['User.repository']);

  const argumentsOf = (parent: string, { name, args }: GraphQLField<unknown, unknown>): string => {
    const given = args.flatMap((each) => {
      const value = OF_FIELDS[`${parent}.${name}.${each.name}`] ?? ARGUMENTS[each.name];
      const takes =
        name === 'object' ||
        each.name === 'first' ||
        each.name === 'pullRequestNumber' ||
        String(each.type).endsWith('!');
      return value === undefined || !takes ? [] : [`${each.name}: ${value}`];
    });
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  };

  /** All fields of a type; of the nodes it leads to only what they are in themselves. */
  function selection(name: string, depth: number): string {
    const type = schema.getType(name);
    if (isAbstractType(type)) {
      const parts = schema.getPossibleTypes(type).map((each) => `... on ${each.name} { ${selection(each.name, 0)} }`);
      return `__typename ${parts.join(' ')}`;
    }
    if (!isObjectType(type) && !isInterfaceType(type)) throw new Error(`${name} has no fields`);
    const fields = Object.values(type.getFields()).flatMap((field) => {
      const to = getNamedType(field.type);
      if (FAILING.has(`${name}.${field.name}`)) return [];
      const call = `${name}_${field.name}: ${field.name}${argumentsOf(name, field)}`;
      if (isLeafType(to)) return [call];
      const leaf = isNode(to.name) || isAbstractType(to) ? depth - 2 : depth - 1;
      return depth <= 0 ? [] : [`${call} { ${selection(to.name, leaf)} }`];
    });
    return ['__typename', ...fields].join(' ');
  }

  const kinds = Object.keys(schema.getTypeMap()).filter(isNode);
  // What a merge queue holds is asked for in merge-queue.test.ts, a base that is gone needs a story of its own, a status by whose it is.
  const UNASKED = new Set([
    'AutomaticBaseChangeSucceededEvent',
    'MergeQueue',
    'MergeQueueEntry',
    'PullRequestCommit',
    'RepositoryRule',
    'ReviewRequest',
    'UserStatus',
  ]);

  test('is served', async () => {
    const { repository, ids } = await full();
    expect(Object.keys(ids).toSorted()).toEqual(kinds.filter((each) => !UNASKED.has(each)).toSorted());
    for (const [kind, id] of Object.entries(ids)) {
      const { status, data, errors } = await gql(
        forge,
        'ada',
        `query($id: ID!) { node(id: $id) { id ... on ${kind} { ${selection(kind, 2)} } } }`,
        { id },
      );
      const seen = { kind, status, errors, is: fieldOf(data, 'node', '__typename'), id: fieldOf(data, 'node', 'id') };
      expect(seen).toEqual({ kind, status: 200, errors: undefined, is: kind, id });
    }
    expect(repository.issues.get(1)?.pull?.autoMerge).not.toBeNull();
    expect(violationsOfTheBox(forge)).toEqual([]);
  });
});

describe('a query', () => {
  test.each<[title: string, who: Who, selection: string, data: unknown]>([
    [
      'about the repository',
      'joan',
      'isPrivate mergeCommitAllowed squashMergeAllowed rebaseMergeAllowed viewerPermission defaultBranchRef { name prefix }',
      {
        isPrivate: false,
        mergeCommitAllowed: true,
        squashMergeAllowed: true,
        rebaseMergeAllowed: true,
        viewerPermission: 'READ',
        defaultBranchRef: { name: 'main', prefix: 'refs/heads/' },
      },
    ],
    [
      'for files at a commit, a branch and its default',
      'app',
      `file: object(expression: "feature:src/new.txt") { __typename oid ... on Blob { text isBinary isTruncated byteSize } }
       old: object(expression: "feature~1:src/new.txt") { oid }
       none: object(expression: "HEAD:OWNERS") { oid }
       folder: object(expression: "HEAD:src") { ... on Tree { entries { name type mode path } } }
       root: object(expression: "HEAD:") { __typename }
       no: object(expression: "no-branch:src") { oid }`,
      {
        file: {
          __typename: 'Blob',
          oid: '3e757656cf36eca53338e520d134963a44f793f8',
          text: 'new\n',
          isBinary: false,
          isTruncated: false,
          byteSize: 4,
        },
        old: null,
        none: null,
        folder: { entries: [{ name: 'lines.txt', type: 'blob', mode: 33_188, path: 'src/lines.txt' }] },
        root: { __typename: 'Tree' },
        no: null,
      },
    ],
    [
      'for a file of a commit',
      'app',
      `object(expression: "feature") { ... on Commit { messageHeadline parents(first: 1) { totalCount }
         file(path: "src/new.txt") { name type mode } none: file(path: "nope") { name } } }`,
      {
        object: {
          messageHeadline: 'Change a line',
          parents: { totalCount: 1 },
          file: { name: 'new.txt', type: 'blob', mode: 33_188 },
          none: null,
        },
      },
    ],
    [
      'for refs',
      'joan',
      `short: ref(qualifiedName: "feature") { name } full: ref(qualifiedName: "refs/heads/feature") { name prefix }
       none: ref(qualifiedName: "nope") { name } refs(refPrefix: "refs/heads/", first: 5) { nodes { name } }`,
      {
        short: { name: 'feature' },
        full: { name: 'feature', prefix: 'refs/heads/' },
        none: null,
        refs: { nodes: [{ name: 'feature' }, { name: 'main' }] },
      },
    ],
    [
      'for labels',
      'joan',
      `label(name: "BUG") { name color } none: label(name: "nope") { name }
       labels(first: 2, query: "do", orderBy: { field: NAME, direction: DESC }) { totalCount nodes { name } pageInfo { hasNextPage } }`,
      {
        label: { name: 'bug', color: 'd73a4a' },
        none: null,
        labels: {
          totalCount: 2,
          nodes: [{ name: 'invalid' }, { name: 'documentation' }],
          pageInfo: { hasNextPage: false },
        },
      },
    ],
    [
      'about a pull request',
      'app',
      `pullRequest(number: 1) {
         number title body state isDraft merged locked mergeable mergeStateStatus headRefName baseRefName changedFiles
         additions deletions isCrossRepository author { login __typename } authorAssociation reviewDecision
         headRepository { name } labels(first: 5) { totalCount } comments(last: 5) { nodes { body } }
         files(first: 1) { totalCount pageInfo { hasNextPage endCursor } nodes { path additions deletions changeType } }
         reviews(last: 5) { nodes { state } } commits(last: 1) { totalCount nodes { commit { messageHeadline statusCheckRollup { state } } } }
         baseRef { name branchProtectionRule { id } refUpdateRule { pattern } rules(first: 5) { totalCount } } }`,
      {
        pullRequest: {
          number: 1,
          title: 'Change a line',
          body: 'As discussed',
          state: 'OPEN',
          isDraft: false,
          merged: false,
          locked: false,
          mergeable: 'MERGEABLE',
          mergeStateStatus: 'CLEAN',
          headRefName: 'feature',
          baseRefName: 'main',
          changedFiles: 2,
          additions: 2,
          deletions: 1,
          isCrossRepository: false,
          author: { login: 'joan-example', __typename: 'User' },
          authorAssociation: 'MEMBER',
          reviewDecision: null,
          headRepository: { name: expect.stringMatching(/^boat-/) },
          labels: { totalCount: 0 },
          comments: { nodes: [] },
          files: {
            totalCount: 2,
            pageInfo: { hasNextPage: true, endCursor: 'Y3Vyc29yOjE=' },
            nodes: [{ path: 'src/lines.txt', additions: 1, deletions: 1, changeType: 'MODIFIED' }],
          },
          reviews: { nodes: [] },
          commits: {
            totalCount: 1,
            nodes: [{ commit: { messageHeadline: 'Change a line', statusCheckRollup: null } }],
          },
          baseRef: { name: 'main', branchProtectionRule: null, refUpdateRule: null, rules: { totalCount: 0 } },
        },
      },
    ],
    [
      'about an issue, by either name',
      'joan',
      `issue(number: 2) { title state stateReason } issueOrPullRequest(number: 2) { __typename ... on Issue { number } }
       pull: issueOrPullRequest(number: 1) { __typename ... on PullRequest { number } }`,
      {
        issue: { title: 'It leaks', state: 'OPEN', stateReason: null },
        issueOrPullRequest: { __typename: 'Issue', number: 2 },
        pull: { __typename: 'PullRequest', number: 1 },
      },
    ],
    [
      'for who may do what',
      'grace',
      `collaborators(first: 5, query: "alan") { edges { permission node { login } } }
       assignableUsers(first: 5, query: "grace") { nodes { login } }`,
      {
        collaborators: { edges: [{ permission: 'TRIAGE', node: { login: 'alan-example' } }] },
        assignableUsers: { nodes: [{ login: 'grace-example' }] },
      },
    ],
    [
      'for lists of issues and pull requests',
      'joan',
      `issues(first: 5, states: OPEN) { nodes { number } } closed: issues(first: 5, states: CLOSED) { totalCount }
       pullRequests(first: 5, baseRefName: "main") { nodes { number } } none: pullRequests(first: 5, labels: ["bug"]) { totalCount }`,
      {
        issues: { nodes: [{ number: 2 }] },
        closed: { totalCount: 0 },
        pullRequests: { nodes: [{ number: 1 }] },
        none: { totalCount: 0 },
      },
    ],
  ])('%s', async (_, who, selection, data) => {
    const answer = await inRepository(who, forge.freshRepository(), selection);
    expect(answer).toMatchObject({ status: 200, errors: undefined, data });
  });

  test('with a hundred files at once costs one point', async () => {
    const names = Array.from({ length: 100 }, (_, at) => at);
    const files = Object.fromEntries(names.map((at) => [`d${at}/OWNERS`, `approvers: [a${at}]\n`]));
    const repository = forge.freshRepository();
    forge.seed.commitFiles(`${ORG}/${repository.name}`, 'main', files, 'ada-example', 'Own everything');
    const aliases = names.map((at) => `f${at}: object(expression: "HEAD:d${at}/OWNERS") { ... on Blob { text } }`);
    const before = usedBy('joan');
    const { data } = await inRepository('joan', repository, aliases.join('\n'));
    expect(data).toEqual(Object.fromEntries(names.map((at) => [`f${at}`, { text: `approvers: [a${at}]\n` }])));
    expect(usedBy('joan')).toBe(before + 1);
  });

  test('shows checks and what the branch asks for', async () => {
    const { repository } = await full();
    const { data } = await inRepository(
      'app',
      repository,
      `pullRequest(number: 1) {
         mergeStateStatus reviewDecision
         commits(last: 1) { nodes { commit { statusCheckRollup { state contexts(first: 5) {
           totalCount checkRunCount pageInfo { hasNextPage }
           nodes { __typename
             ... on CheckRun { name status conclusion isRequired(pullRequestNumber: 1) }
             ... on StatusContext { context state isRequired(pullRequestNumber: 1) } } } } } } }
         baseRef { branchProtectionRule { requiresStatusChecks requiredStatusCheckContexts requiredStatusChecks { context app { slug } } }
           refUpdateRule { requiredStatusCheckContexts }
           rules(first: 5, orderBy: {field: TYPE, direction: ASC}) { nodes { type parameters { __typename ... on RequiredStatusChecksParameters { requiredStatusChecks { context } } } } } }
         reviewRequests(first: 5) { nodes { requestedReviewer { __typename ... on User { login } ... on Team { name } } } }
         reviewThreads(first: 5) { nodes { path line isResolved isOutdated comments(first: 5) { nodes { body author { login } } } } } }`,
    );
    expect(fieldOf(data, 'pullRequest')).toEqual({
      mergeStateStatus: 'BLOCKED',
      reviewDecision: 'REVIEW_REQUIRED',
      commits: {
        nodes: [
          {
            commit: {
              statusCheckRollup: {
                state: 'PENDING',
                contexts: {
                  totalCount: 2,
                  checkRunCount: 1,
                  pageInfo: { hasNextPage: false },
                  nodes: [
                    { __typename: 'CheckRun', name: 'test', status: 'IN_PROGRESS', conclusion: null, isRequired: true },
                    { __typename: 'StatusContext', context: 'ci', state: 'SUCCESS', isRequired: true },
                  ],
                },
              },
            },
          },
        ],
      },
      baseRef: {
        branchProtectionRule: {
          requiresStatusChecks: true,
          requiredStatusCheckContexts: ['test', 'ci'],
          requiredStatusChecks: [
            { context: 'test', app: null },
            { context: 'ci', app: null },
          ],
        },
        refUpdateRule: { requiredStatusCheckContexts: ['test', 'ci'] },
        rules: {
          nodes: [
            { type: 'NON_FAST_FORWARD', parameters: null },
            {
              type: 'REQUIRED_STATUS_CHECKS',
              parameters: {
                __typename: 'RequiredStatusChecksParameters',
                requiredStatusChecks: [{ context: 'ci' }],
              },
            },
          ],
        },
      },
      reviewRequests: {
        nodes: [
          { requestedReviewer: { __typename: 'User', login: 'ada-example' } },
          { requestedReviewer: { __typename: 'Team', name: `Crew of ${repository.name}` } },
        ],
      },
      reviewThreads: {
        nodes: [
          {
            path: 'src/lines.txt',
            line: 2,
            isResolved: false,
            isOutdated: false,
            comments: {
              nodes: [
                { body: 'Why?', author: { login: 'grace-example' } },
                { body: 'Because', author: { login: 'joan-example' } },
              ],
            },
          },
        ],
      },
    });
  });

  test('of rules is open to who reads, of protection to who administers', async () => {
    const { repository } = await full();
    const selection = 'ref(qualifiedName: "main") { branchProtectionRule { id } refUpdateRule { pattern } }';
    expect((await inRepository('grace', repository, selection)).data).toEqual({
      ref: { branchProtectionRule: null, refUpdateRule: { pattern: 'main' } },
    });
    expect((await inRepository('ada', repository, selection)).data).toEqual({
      ref: { branchProtectionRule: { id: expect.stringMatching(/^BPR_/) }, refUpdateRule: { pattern: 'main' } },
    });
  });

  test('of teams is for members', async () => {
    forge.seed.createTeam(ORG, 'Deck hands', { members: ['joan-example'], maintainers: ['grace-example'] });
    const query = `{ organization(login: "${ORG}") { login team(slug: "deck-hands") { members(first: 1) {
      totalCount nodes { login } edges { role } pageInfo { hasNextPage endCursor } } } } }`;
    expect((await gql(forge, 'joan', query)).data).toEqual({
      organization: {
        login: ORG,
        team: {
          members: {
            totalCount: 2,
            nodes: [{ login: 'joan-example' }],
            edges: [{ role: 'MEMBER' }],
            pageInfo: { hasNextPage: true, endCursor: 'Y3Vyc29yOjE=' },
          },
        },
      },
    });
    expect((await gql(forge, 'kay', query)).data).toEqual({ organization: { login: ORG, team: null } });
    expect((await gql(forge, 'app', query)).errors).toMatchObject([
      { type: 'FORBIDDEN', path: ['organization', 'team'] },
    ]);
  });

  test('by search finds what REST finds', async () => {
    const { name } = forge.freshRepository();
    const query = `query($query: String!) { search(query: $query, type: ISSUE, first: 1) {
      issueCount pageInfo { hasNextPage endCursor } nodes { __typename ... on PullRequest { number } ... on Issue { number } } } }`;
    const found = async (text: string): Promise<unknown> =>
      fieldOf((await gql(forge, 'joan', query, { query: text })).data, 'search');
    expect(await found(`repo:${ORG}/${name} is:pr is:open`)).toEqual({
      issueCount: 1,
      pageInfo: { hasNextPage: false, endCursor: 'Y3Vyc29yOjE=' },
      nodes: [{ __typename: 'PullRequest', number: 1 }],
    });
    expect(await found(`repo:${ORG}/${name} sort:created-asc`)).toMatchObject({
      issueCount: 2,
      nodes: [{ number: 1 }],
    });
    expect(await found(`repo:${ORG}/${name} sort:created-desc`)).toMatchObject({ nodes: [{ number: 2 }] });
    expect(await found('repo:nobody/nowhere')).toMatchObject({ issueCount: 0, nodes: [] });
  });

  test('pages forward and back', async () => {
    const repository = forge.freshRepository();
    const page = async (paging: string): Promise<unknown> =>
      fieldOf(
        (
          await inRepository(
            'joan',
            repository,
            `labels(${paging}) { nodes { name } pageInfo { hasNextPage hasPreviousPage } }`,
          )
        ).data,
        'labels',
      );
    expect(await page('first: 2')).toEqual({
      nodes: named('bug', 'documentation'),
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    const second = Buffer.from('cursor:2').toString('base64');
    expect(await page(`first: 2, after: "${second}"`)).toEqual({
      nodes: named('duplicate', 'enhancement'),
      pageInfo: { hasNextPage: true, hasPreviousPage: true },
    });
    expect(await page(`last: 5, before: "${second}"`)).toEqual({
      nodes: named('bug'),
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
    });
    expect(await page('last: 1')).toEqual({
      nodes: named('wontfix'),
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
    });
    expect(await page('first: 0')).toMatchObject({ nodes: [] });
  });

  test('by an App shows a bot without its suffix, and to itself with it', async () => {
    const repository = forge.freshRepository();
    await rest(forge, 'app', `POST /repos/${ORG}/${repository.name}/issues/1/comments`, { body: 'Hello' });
    const { slug } = forge.github.app;
    const selection =
      'pullRequest(number: 1) { comments(last: 1) { nodes { author { __typename login ... on Bot { databaseId } } } } }';
    expect((await inRepository('joan', repository, selection)).data).toMatchObject({
      pullRequest: { comments: { nodes: [{ author: { __typename: 'Bot', login: slug } }] } },
    });
    expect((await gql(forge, 'app', '{ viewer { login } }')).data).toEqual({ viewer: { login: `${slug}[bot]` } });
  });

  test('knows what it costs', async () => {
    const before = usedBy('kay');
    const { data } = await gql(
      forge,
      'kay',
      `query($first: Int!) { rateLimit { cost limit nodeCount remaining used resetAt }
         search(query: "is:pr", type: ISSUE, first: $first) { nodes { ... on PullRequest { ...checked } } } }
       fragment checked on PullRequest { files(first: 50) { totalCount } comments(first: 20) { totalCount } }`,
      { first: 100 },
    );
    const used = before + 2;
    const cost = { cost: 2, limit: 5000, nodeCount: 100 + 100 * 50 + 100 * 20, remaining: 5000 - used, used };
    expect(fieldOf(data, 'rateLimit')).toEqual({ ...cost, resetAt: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect(usedBy('kay')).toBe(used);
  });
});

describe('a query that GitHub would not take', () => {
  test.each<[title: string, query: string, variables: Readonly<Record<string, unknown>>, errors: readonly unknown[]]>([
    [
      'asks for a field that is not there',
      'query pulls { viewer { login nope } }',
      {},
      [
        {
          path: ['query pulls', 'viewer', 'nope'],
          extensions: { code: 'undefinedField', typeName: 'User', fieldName: 'nope' },
          locations: [{ line: 1, column: 30 }],
          message: "Field 'nope' doesn't exist on type 'User'",
        },
      ],
    ],
    [
      'gives an argument that is not there',
      '{ viewer { avatarUrl(width: 3) } }',
      {},
      [
        {
          path: ['query', 'viewer', 'avatarUrl', 'width'],
          extensions: {
            code: 'argumentNotAccepted',
            name: 'avatarUrl',
            typeName: 'Field',
            argumentName: 'width',
          },
          locations: [{ line: 1, column: 22 }],
          message: "Field 'avatarUrl' doesn't accept argument 'width'",
        },
      ],
    ],
    [
      'leaves out an argument that must be there',
      '{ me: repository(name: "a") { id } }',
      {},
      [
        {
          path: ['query', 'me'],
          extensions: { code: 'missingRequiredArguments', className: 'Field', name: 'repository', arguments: 'owner' },
          locations: [{ line: 1, column: 3 }],
          message: "Field 'repository' is missing required arguments: owner",
        },
      ],
    ],
    [
      'asks for an object as a whole',
      '{ viewer }',
      {},
      [
        {
          path: ['query', 'viewer'],
          extensions: { code: 'selectionMismatch', nodeName: "field 'viewer'", typeName: 'User' },
          locations: [{ line: 1, column: 3 }],
          message:
            "Field must have selections (field 'viewer' returns User but has no selections. Did you mean 'viewer { ... }'?)",
        },
      ],
    ],
    [
      'asks for a part of a word',
      '{ viewer { login { id } } }',
      {},
      [
        expect.objectContaining({
          extensions: { code: 'selectionMismatch', nodeName: "field 'login'", typeName: 'String' },
        }),
      ],
    ],
    [
      'lacks a variable',
      'query($id: ID!) { node(id: $id) { id } }',
      {},
      [
        {
          extensions: {
            value: null,
            problems: [{ path: [], explanation: expect.stringContaining('was not provided') }],
          },
          locations: [{ line: 1, column: 7 }],
          message: 'Variable $id of type ID! was provided invalid value',
        },
      ],
    ],
    [
      'has a word that no enum knows',
      '{ search(query: "a", type: PULL, first: 1) { issueCount } }',
      {},
      [expect.objectContaining({ message: expect.stringContaining('PULL') })],
    ],
    ['is no query', '{ viewer', {}, [expect.objectContaining({ message: expect.stringContaining('Syntax Error') })]],
    [
      'could give too many nodes',
      '{ search(query: "a", type: ISSUE, first: 100) { nodes { ... on PullRequest { files(first: 100) { nodes { path } } comments(first: 100) { nodes { reactions(first: 100) { totalCount } } } } } } }',
      {},
      [
        {
          type: 'MAX_NODE_LIMIT_EXCEEDED',
          locations: [{ line: 1, column: 146 }],
          message:
            'By the time this query traverses to the reactions connection, it is requesting up to 1,020,100 possible nodes which exceeds the maximum limit of 500,000.',
        },
      ],
    ],
  ])('%s', async (_, query, variables, errors) => {
    const answer = await forge.ask('joan', 'POST /graphql', { query, variables });
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: { errors } });
  });

  test.each<[title: string, body: unknown, message: string]>([
    ['is not there', {}, 'A query attribute must be specified and must be a string.'],
    [
      'has two operations and no name',
      { query: 'query a { viewer { id } } query b { viewer { id } }' },
      'An operation name is required',
    ],
    ['has none of the name', { query: 'query a { viewer { id } }', operationName: 'b' }, 'No operation named "b"'],
  ])('%s', async (_, body, message) => {
    const answer = await forge.ask('joan', 'POST /graphql', body);
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: { errors: [{ message }] } });
  });

  test('names one operation of several', async () => {
    const query = 'query a { viewer { login } } query b { viewer { id } }';
    const { body } = await forge.ask('joan', 'POST /graphql', { query, operationName: 'a' });
    expect(body).toEqual({ data: { viewer: { login: 'joan-example' } } });
  });

  test('is from nobody', async () => {
    const { status, body } = await forge.ask('nobody', 'POST /graphql', { query: '{ viewer { login } }' });
    expect([status, fieldOf(body, 'message')]).toEqual([401, 'This endpoint requires you to be authenticated.']);
  });

  test('comes when the limit is used up', async () => {
    forge.github.limits.set('graphql', 1);
    try {
      const repository = forge.freshRepository();
      const answer = await inRepository('alan', repository, 'id');
      expect(answer.headers.get('x-ratelimit-resource')).toBe('graphql');
      const again = await gql(forge, 'alan', '{ viewer { login } }');
      expect(again).toMatchObject({
        status: 200,
        errors: [
          {
            type: 'RATE_LIMIT',
            code: 'graphql_rate_limit',
            message: 'API rate limit already exceeded for alan-example.',
          },
        ],
      });
      expect(again.headers.get('x-ratelimit-remaining')).toBe('0');
    } finally {
      forge.github.limits.set('graphql', undefined);
    }
  });
});

describe('what cannot be had is null, with the reason beside it', () => {
  test.each<[title: string, who: Who, query: string, data: unknown, errors: readonly unknown[]]>([
    [
      'no such repository',
      'joan',
      '{ repository(owner: "harbor-example", name: "nope") { id } viewer { login } }',
      { repository: null, viewer: { login: 'joan-example' } },
      [
        {
          type: 'NOT_FOUND',
          path: ['repository'],
          locations: [{ line: 1, column: 3 }],
          message: "Could not resolve to a Repository with the name 'harbor-example/nope'.",
        },
      ],
    ],
    [
      'no such number',
      'joan',
      '{ repository(owner: "harbor-example", name: "boat-1") { a: pullRequest(number: 99) { id } b: issue(number: 1) { id } c: issueOrPullRequest(number: 99) { __typename } } }',
      { repository: { a: null, b: null, c: null } },
      [
        expect.objectContaining({
          type: 'NOT_FOUND',
          message: 'Could not resolve to a PullRequest with the number of 99.',
        }),
        expect.objectContaining({ type: 'NOT_FOUND', message: 'Could not resolve to an Issue with the number of 1.' }),
        expect.objectContaining({ message: 'Could not resolve to an issue or pull request with the number of 99.' }),
      ],
    ],
    [
      'no such nodes',
      'joan',
      '{ node(id: "nope") { id } nodes(ids: ["PR_OTk5OTk5", "R_"]) { id } }',
      { node: null, nodes: [null, null] },
      [
        expect.objectContaining({
          type: 'NOT_FOUND',
          path: ['node'],
          message: "Could not resolve to a node with the global id of 'nope'.",
        }),
        expect.objectContaining({ type: 'NOT_FOUND', path: ['nodes', 0] }),
        expect.objectContaining({ type: 'NOT_FOUND', path: ['nodes', 1] }),
      ],
    ],
    [
      'no such account',
      'joan',
      '{ user(login: "nobody") { id } organization(login: "joan-example") { id } repositoryOwner(login: "nobody") { id } }',
      { user: null, organization: null, repositoryOwner: null },
      [
        expect.objectContaining({ message: "Could not resolve to a User with the login of 'nobody'." }),
        expect.objectContaining({ message: "Could not resolve to an Organization with the login of 'joan-example'." }),
      ],
    ],
    [
      'a page without bounds',
      'joan',
      '{ repository(owner: "harbor-example", name: "boat-1") { labels { totalCount } } }',
      { repository: { labels: null } },
      [
        expect.objectContaining({
          type: 'MISSING_PAGINATION_BOUNDARIES',
          path: ['repository', 'labels'],
          message: 'You must provide a `first` or `last` value to properly paginate the `labels` connection.',
        }),
      ],
    ],
    [
      'a page too long',
      'joan',
      '{ repository(owner: "harbor-example", name: "boat-1") { labels(first: 101) { totalCount } } }',
      { repository: { labels: null } },
      [
        expect.objectContaining({
          type: 'EXCESSIVE_PAGINATION',
          message: 'Requesting 101 records on the `labels` connection exceeds the `first` limit of 100 records.',
        }),
      ],
    ],
    [
      'a page after nothing',
      'joan',
      '{ repository(owner: "harbor-example", name: "boat-1") { labels(first: 1, after: "x") { totalCount } } }',
      { repository: { labels: null } },
      [
        expect.objectContaining({
          type: 'INVALID_CURSOR_ARGUMENTS',
          message: '`x` does not appear to be a valid cursor.',
        }),
      ],
    ],
    [
      'what the App was not given',
      'reader-app',
      '{ repository(owner: "harbor-example", name: "boat-1") { id pullRequest(number: 1) { id } object(expression: "HEAD") { oid } defaultBranchRef { name } } }',
      { repository: { id: expect.any(String), pullRequest: null, object: null, defaultBranchRef: null } },
      ['pullRequest', 'object', 'defaultBranchRef'].map((field) =>
        expect.objectContaining({
          type: 'FORBIDDEN',
          path: ['repository', field],
          message: 'Resource not accessible by integration',
        }),
      ),
    ],
    [
      'collaborators for who cannot push',
      'joan',
      '{ repository(owner: "harbor-example", name: "boat-1") { collaborators(first: 1) { totalCount } } }',
      { repository: { collaborators: null } },
      [expect.objectContaining({ type: 'FORBIDDEN' })],
    ],
  ])('%s', async (_, who, query, data, errors) => {
    const answer = await gql(forge, who, query);
    expect(answer).toMatchObject({ status: 200, data });
    expect(answer.errors).toEqual(errors.length === 0 ? undefined : errors);
  });

  test('a private repository is not there for strangers', async () => {
    forge.seed.createRepository(`${ORG}/secret`, { private: true });
    const query = `{ repository(owner: "${ORG}", name: "secret") { id } }`;
    expect(fieldOf((await gql(forge, 'kay', query)).data, 'repository')).toBeNull();
    const id = fieldOf((await gql(forge, 'joan', query)).data, 'repository', 'id');
    const byId = `{ node(id: "${String(id)}") { id } }`;
    expect((await gql(forge, 'joan', byId)).data).toEqual({ node: { id } });
    expect((await gql(forge, 'kay', byId)).data).toEqual({ node: null });
  });
});
