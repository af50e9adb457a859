/** Where the box may differ from GitHub's published description, each with its reason. */

export type Side = 'request' | 'answer' | 'webhook';

export interface Exception {
  readonly side: Side;
  /** Fits the operation (`GET /meta`) or the webhook (`WEBHOOK push`). */
  readonly subject: RegExp;
  /** Fits the JSON pointer or the `?parameter`; everywhere when absent. */
  readonly where?: RegExp;
  readonly reason: string;
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    side: 'webhook',
    subject: /^WEBHOOK (?:push|check_suite|workflow_run)/,
    where: /\/email$/,
    reason:
      'The address GitHub gives to bots, 1+name[bot]@users.noreply.github.com, is not what JSON Schema calls one.',
  },
  {
    side: 'answer',
    subject: /./,
    where: /\/(?:author|committer)\/email$/,
    reason: 'The same: commits of bots.',
  },
  {
    side: 'answer',
    subject: /\/(?:pulls|requested_reviewers)$/,
    where: /\/labels\/\d+\/description$/,
    reason: 'Described as never null in lists of pull requests, though a label need not have one anywhere else.',
  },
  {
    side: 'answer',
    subject: /\/pulls/,
    where: /\/head\/repo$/,
    reason: 'Described as never null, but GitHub has nothing to show once a fork is deleted.',
  },
  {
    side: 'answer',
    subject: /^GET \/app\/installations$/,
    where: /^\/\d+\/account$/,
    reason: 'The list describes an account as a user and an enterprise at once, where one installation says either.',
  },
  {
    side: 'answer',
    subject: /./,
    where: /^\/status$/,
    reason: 'GitHub repeats the status in the body of every error; the schema `validation-error` leaves it out.',
  },
  {
    side: 'request',
    subject: /^POST \/graphql$/,
    reason: 'GraphQL is described by its own schema (graphql/schema.graphql), against which every query is validated.',
  },
  {
    side: 'answer',
    subject: /^POST \/graphql$/,
    reason: 'GraphQL is described by its own schema, and its executor builds answers from it.',
  },
  {
    side: 'answer',
    subject: /^GET \/repos\/\{owner\}\/\{repo\}\/issues\/(?:\{issue_number\}\/)?events$/,
    where: /^\/\d+\/state_reason$/,
    reason: 'The description of these lists leaves out `closed` and `reopened`, which GitHub lists with their reason.',
  },
  {
    side: 'webhook',
    subject: /^WEBHOOK issues\./,
    where: /\/performed_via_github_app\/client_id$/,
    reason: 'Described before Apps were shown with their client id, as they are everywhere else.',
  },
  {
    side: 'webhook',
    subject: /^WEBHOOK pull_request\.(?:de)?milestoned$/,
    where: /^\/installation$/,
    reason: 'Every payload for an App names its installation; the description of these two forgot it.',
  },
  {
    side: 'webhook',
    subject: /^WEBHOOK pull_request_review(?:\.edited$|_thread\.)/,
    where: /^\/pull_request\/(?:head|base)\/repo\//,
    reason: 'Described with an older shape of repositories than the other payloads about reviews.',
  },
  {
    side: 'answer',
    subject: /\/deployments\/\{deployment_id\}\/statuses$/,
    where: /\/(?:target_url|log_url|environment_url)$/,
    reason: 'GitHub has an empty string where no URL was given.',
  },
  {
    side: 'webhook',
    subject: /^WEBHOOK workflow_run\.in_progress$/,
    where: /^\/workflow_run\/display_title$/,
    reason: 'Only the description of this action lacks the title that runs have everywhere else.',
  },
];
