/**
 * What may be started, and where: named by whoever deploys, and by nobody else. A repository only chooses among it. Secrets
 * are named here and kept in Secrets Manager.
 */
import { groupOf, listOf, section, setting, textLike, type SettingsIn } from '../language/index.ts';

const MAX_REPOSITORIES = 200;

const repositories = listOf(
  textLike(
    /^[A-Za-z0-9][A-Za-z0-9-]{0,99}\/(?:\*|[A-Za-z0-9._-]{1,100}\*?)$/,
    'a repository with its organization, as `acme/widgets` or `acme/*`',
  ),
  MAX_REPOSITORIES,
);
// https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
const secretName = textLike(/^[A-Za-z0-9/_+=.@-]{1,500}$/, 'the name of a secret in AWS Secrets Manager');
const host = textLike(
  /^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?::\d{1,5})?$/,
  'a host, as `ci.example.com` or `ci.example.com:8443`',
);
const address = textLike(/^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/, 'an https address without a query');
const path = textLike(/^\/[^\s?#]{0,499}$/, 'a path, as `/hooks/*`');
/** No part is empty or begins with a dot. */
const jobs = listOf(
  textLike(
    /^(?:[^\s/.*][^/*\p{C}]{0,199}\/)*(?:\*|[^\s/.*][^/*\p{C}]{0,199}\*?)$/u,
    'a job with its folders, as `team/build`, or `team/*` for all below',
  ),
);
export const word = textLike(/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, 'a word of letters, digits, `-` and `_`');
const user = textLike(/^[^\s:]{1,200}$/, 'the name of a user');
// https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html
const project = textLike(/^[A-Za-z0-9][A-Za-z0-9_-]{1,149}$/, 'the name of a project in AWS CodeBuild');

const deployment = { scope: 'deployment' } as const;

export const engineSettings = {
  engines: section(
    {
      https: setting(
        listOf(groupOf({ host, secret: secretName, paths: listOf(path), repositories }, 'host', 'secret')),
        [],
        'Hosts that are sent signed requests: `{ host, secret, paths?, repositories? }`.',
        deployment,
      ),
      jenkins: setting(
        listOf(
          groupOf(
            { name: word, url: address, user, secret: secretName, jobs, repositories },
            'name',
            'url',
            'user',
            'secret',
            'jobs',
          ),
        ),
        [],
        'Jenkins servers and the jobs that may be started there: `{ name, url, user, secret, jobs, repositories? }`.',
        deployment,
      ),
      codebuild: setting(
        listOf(groupOf({ project, repositories }, 'project')),
        [],
        'Projects of AWS CodeBuild that may be started: `{ project, repositories? }`.',
        deployment,
      ),
      eventbridge: setting(
        listOf(groupOf({ target: word, repositories }, 'target')),
        [],
        'Targets of jobs that are put on the event bus: `{ target, repositories? }`.',
        deployment,
      ),
    },
    ({ https, jenkins, codebuild, eventbridge }) =>
      twice(
        https.map((each) => each.host.toLowerCase()),
        'host',
      ) ??
      twice(
        jenkins.map(({ name }) => name),
        'server',
      ) ??
      twice(
        codebuild.map((each) => each.project),
        'project',
      ) ??
      twice(
        eventbridge.map(({ target }) => target),
        'target',
      ),
  ),
};

export type EnginesSet = SettingsIn<typeof engineSettings>['engines'];

function twice(names: readonly string[], what: string): string | undefined {
  const again = names.find((name, index) => names.indexOf(name) !== index);
  return again === undefined ? undefined : `The ${what} \`${again}\` is named twice.`;
}

/** Everything that is named in Secrets Manager. */
export function secretsOf({ https, jenkins }: EnginesSet): readonly string[] {
  return [...new Set([...https, ...jenkins].map(({ secret }) => secret))];
}
