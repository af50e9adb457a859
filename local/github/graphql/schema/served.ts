/** What the box serves of GitHub's GraphQL schema: the fields of its types. All else comes along as it is needed (cut.ts). */

const PAGE = 'edges nodes pageInfo totalCount';
const GIT_OBJECT = 'abbreviatedOid commitResourcePath commitUrl id oid repository';
const PLACE = 'resourcePath url';
const ACTOR = `avatarUrl login ${PLACE}`;
const REACTABLE = 'databaseId id reactionGroups reactions viewerCanReact';
const WRITTEN = 'author authorAssociation body createdAt createdViaEmail id publishedAt updatedAt viewerDidAuthor';
const CONVERSATION = `${REACTABLE} ${WRITTEN} ${PLACE}
  activeLockReason assignees closed closedAt comments fullDatabaseId labels locked milestone number participants
  repository state title viewerCanClose viewerCanLabel viewerCanReopen viewerCanUpdate`;

const FIELDS = {
  Query: 'node nodes organization rateLimit repository repositoryOwner resource search user viewer',
  Mutation: `
    addAssigneesToAssignable addComment addLabelsToLabelable addPullRequestReview addReaction
    clearLabelsFromLabelable closeIssue closePullRequest convertPullRequestToDraft createIssue createPullRequest deleteIssueComment
    dequeuePullRequest disablePullRequestAutoMerge dismissPullRequestReview enablePullRequestAutoMerge enqueuePullRequest lockLockable
    markPullRequestReadyForReview mergePullRequest minimizeComment pinIssue removeAssigneesFromAssignable
    removeLabelsFromLabelable removeReaction reopenIssue reopenPullRequest requestReviews resolveReviewThread transferIssue
    unlockLockable unminimizeComment unpinIssue unresolveReviewThread updateIssue updateIssueComment updatePullRequest
    updatePullRequestBranch updateRefs`,

  // Interfaces
  Actor: ACTOR,
  Assignable: 'assignees',
  Closable: 'closed closedAt viewerCanClose viewerCanReopen',
  Comment: WRITTEN,
  Deletable: 'viewerCanDelete',
  GitObject: GIT_OBJECT,
  Labelable: 'labels viewerCanLabel',
  Lockable: 'activeLockReason locked',
  Minimizable: 'isMinimized minimizedReason viewerCanMinimize',
  Node: 'id',
  Reactable: REACTABLE,
  RepositoryNode: 'repository',
  RepositoryOwner: `${ACTOR} id repository`,
  RequirableByPullRequest: 'isRequired',
  UniformResourceLocatable: PLACE,
  Updatable: 'viewerCanUpdate',

  // Accounts
  App: 'clientId createdAt databaseId description id name slug updatedAt url',
  Bot: `${ACTOR} createdAt databaseId id updatedAt`,
  Organization: `${ACTOR}
    createdAt databaseId description id membersWithRole name repository team teams updatedAt viewerCanAdminister
    viewerIsAMember`,
  OrganizationMemberConnection: PAGE,
  OrganizationMemberEdge: 'cursor node role',
  Team: `ancestors childTeams combinedSlug createdAt databaseId description id members name notificationSetting
    organization parentTeam privacy ${PLACE} slug updatedAt`,
  TeamMemberConnection: PAGE,
  TeamMemberEdge: 'cursor node role',
  User: `${ACTOR} createdAt databaseId email id isSiteAdmin isViewer name organization repository status updatedAt`,
  UserStatus: 'id indicatesLimitedAvailability message',

  // Repositories and git
  BranchProtectionRule: `
    allowsDeletions allowsForcePushes blocksCreations databaseId dismissesStaleReviews id isAdminEnforced
    lockAllowsFetchAndMerge lockBranch matchingRefs pattern repository requireLastPushApproval
    requiredApprovingReviewCount requiredStatusCheckContexts requiredStatusChecks requiresApprovingReviews
    requiresCodeOwnerReviews requiresCommitSignatures requiresConversationResolution requiresLinearHistory
    requiresStatusChecks requiresStrictStatusChecks restrictsPushes restrictsReviewDismissals`,
  Blob: `${GIT_OBJECT} byteSize isBinary isTruncated text`,
  Commit: `${GIT_OBJECT} ${PLACE}
    additions associatedPullRequests author authoredDate changedFilesIfAvailable checkSuites committedDate committer
    deletions file history message messageBody messageHeadline parents status statusCheckRollup tree`,
  GitActor: 'date email name user',
  MergeQueueParameters: `
    checkResponseTimeoutMinutes groupingStrategy maxEntriesToBuild maxEntriesToMerge mergeMethod minEntriesToMerge
    minEntriesToMergeWaitMinutes`,
  PullRequestParameters: `
    allowedMergeMethods dismissStaleReviewsOnPush requireCodeOwnerReview requireLastPushApproval
    requiredApprovingReviewCount requiredReviewThreadResolution`,
  Ref: `associatedPullRequests branchProtectionRule id name prefix refUpdateRule repository rules target`,
  RefUpdateRule: `
    allowsDeletions allowsForcePushes blocksCreations pattern requiredApprovingReviewCount requiredStatusCheckContexts
    requiresCodeOwnerReviews requiresConversationResolution requiresLinearHistory requiresSignatures viewerCanPush`,
  Repository: `${PLACE}
    allowUpdateBranch assignableUsers autoMergeAllowed branchProtectionRules collaborators createdAt databaseId
    defaultBranchRef deleteBranchOnMerge description forkCount forkingAllowed hasDiscussionsEnabled hasIssuesEnabled
    hasProjectsEnabled hasWikiEnabled homepageUrl id isArchived isDisabled isEmpty isFork isInOrganization isLocked
    isMirror isPrivate isTemplate issue issueOrPullRequest issues label labels mergeCommitAllowed mergeCommitMessage
    mergeCommitTitle mergeQueue milestone milestones name nameWithOwner object owner parent pullRequest pullRequests pushedAt
    rebaseMergeAllowed ref refs squashMergeAllowed squashMergeCommitMessage squashMergeCommitTitle sshUrl
    stargazerCount updatedAt viewerCanAdminister viewerPermission visibility webCommitSignoffRequired`,
  RepositoryCollaboratorConnection: PAGE,
  RepositoryCollaboratorEdge: 'cursor node permission',
  RepositoryRule: 'id parameters type',
  RequiredStatusCheckDescription: 'app context',
  RequiredStatusChecksParameters: 'doNotEnforceOnCreate requiredStatusChecks strictRequiredStatusChecksPolicy',
  StatusCheckConfiguration: 'context integrationId',
  Tag: `${GIT_OBJECT} message name tagger target`,
  Tree: `${GIT_OBJECT} entries`,
  TreeEntry: 'extension mode name object oid path repository size type',
  UpdateParameters: 'updateAllowsFetchAndMerge',

  // Issues and pull requests
  AutoMergeRequest: 'authorEmail commitBody commitHeadline enabledBy mergeMethod pullRequest',
  AutomaticBaseChangeSucceededEvent: 'actor createdAt id newBase oldBase pullRequest',
  BaseRefChangedEvent: 'actor createdAt currentRefName databaseId id previousRefName pullRequest',
  HeadRefForcePushedEvent: 'actor afterCommit beforeCommit createdAt id pullRequest',
  Issue: `${CONVERSATION} isPinned stateReason viewerCanDelete`,
  IssueComment: `${REACTABLE} ${WRITTEN} ${PLACE}
    fullDatabaseId isMinimized issue minimizedReason pullRequest repository viewerCanDelete viewerCanMinimize
    viewerCanUpdate`,
  Label: `color description id isDefault issues name pullRequests repository ${PLACE}`,
  MergeQueue: `entries id repository ${PLACE}`,
  MergeQueueEntry: 'baseCommit enqueuedAt enqueuer headCommit id jump mergeQueue position pullRequest state',
  Milestone: `closed closedAt createdAt creator description dueOn id issues number progressPercentage pullRequests
    repository ${PLACE} state title updatedAt viewerCanClose viewerCanReopen`,
  PullRequest: `${CONVERSATION}
    additions autoMergeRequest baseRef baseRefName baseRefOid baseRepository canBeRebased changedFiles commits deletions files headRef headRefName headRefOid headRepository headRepositoryOwner
    isCrossRepository isDraft isInMergeQueue isMergeQueueEnabled latestOpinionatedReviews latestReviews
    maintainerCanModify mergeCommit mergeQueue mergeQueueEntry mergeStateStatus mergeable merged mergedAt mergedBy permalink reviewDecision reviewRequests reviewThreads reviews statusCheckRollup timelineItems totalCommentsCount
    viewerCanDisableAutoMerge viewerCanEnableAutoMerge viewerCanUpdateBranch`,
  PullRequestChangedFile: 'additions changeType deletions path viewerViewedState',
  PullRequestCommit: `commit id pullRequest ${PLACE}`,
  PullRequestReview: `${REACTABLE} ${WRITTEN} ${PLACE}
    comments commit fullDatabaseId isMinimized minimizedReason pullRequest repository state submittedAt viewerCanDelete
    viewerCanMinimize viewerCanUpdate`,
  PullRequestReviewComment: `${REACTABLE} ${WRITTEN} ${PLACE}
    commit diffHunk fullDatabaseId isMinimized line minimizedReason originalCommit originalLine originalStartLine
    outdated path pullRequest pullRequestReview replyTo repository startLine state subjectType viewerCanDelete
    viewerCanMinimize viewerCanUpdate`,
  PullRequestReviewThread: `
    comments diffSide id isCollapsed isOutdated isResolved line originalLine originalStartLine path pullRequest
    repository resolvedBy startDiffSide startLine subjectType viewerCanReply viewerCanResolve viewerCanUnresolve`,
  Reaction: 'content createdAt databaseId id reactable user',
  ReactingUserEdge: 'cursor node reactedAt',
  ReactionGroup: 'content createdAt reactors subject users viewerHasReacted',
  ReactorEdge: 'cursor node reactedAt',
  ReviewRequest: 'asCodeOwner databaseId id pullRequest requestedReviewer',

  // Checks
  CheckRun: `${PLACE}
    checkSuite completedAt conclusion databaseId detailsUrl externalId id isRequired name permalink repository startedAt
    status summary text title`,
  CheckSuite: `app branch checkRuns commit conclusion createdAt databaseId id repository ${PLACE} status updatedAt
    workflowRun`,
  Status: 'combinedContexts commit context contexts id state',
  StatusCheckRollup: 'commit contexts id state',
  StatusCheckRollupContextConnection: `${PAGE} checkRunCount statusContextCount`,
  StatusContext: 'avatarUrl commit context createdAt creator description id isRequired state targetUrl',
  Workflow: `createdAt databaseId id name ${PLACE} state updatedAt`,
  WorkflowRun: `checkSuite createdAt databaseId event id ${PLACE} runNumber updatedAt workflow`,

  PageInfo: 'endCursor hasNextPage hasPreviousPage startCursor',
  RateLimit: 'cost limit nodeCount remaining resetAt used',
  SearchResultItemConnection: `edges nodes pageInfo
    codeCount discussionCount issueCount repositoryCount userCount wikiCount`,
} as const satisfies Readonly<Record<string, string>>;

export const SERVED: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(FIELDS).map(([type, fields]) => [type, new Set(fields.split(/\s+/).filter((each) => each !== ''))]),
);
