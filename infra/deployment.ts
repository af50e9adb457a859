/** What whoever deploys may choose, from the CDK context; every mistake is reported at once. */
import { NOTIFICATIONS, templateKey, wrongIn, type Templates } from './notification-templates.ts';

export type Deployment = {
  /** The App's id as GitHub shows it; empty until there is one. */
  readonly githubAppId: string;
  /** ARN of a key in KMS that signs as the App; empty where its private key is kept in Secrets Manager. */
  readonly githubAppKmsKey: string;
  /** `https://api.github.com`, or `https://HOST/api/v3` of a GitHub Enterprise Server. */
  readonly githubApiUrl: string;
  /** Where alarms go; empty for nowhere but the console. */
  readonly alarmEmail: string;
  /** Path of a settings file that is shipped with the functions; empty for the defaults. */
  readonly settings: string;
  /** Folder with Prow's own files, shipped as they are; empty for none. */
  readonly prow: string;
  /** Days for which nobody, the account's owner included, can delete or rewrite an anchor of the audit trail. */
  readonly anchorRetentionDays: number;
  /** What is said on a topic of its own of each event; undefined where nothing is. */
  readonly notifications: Templates | undefined;
  readonly doorConcurrency: number;
  readonly workerConcurrency: number;
};

const whole = (value: unknown): number | undefined => {
  const number = Number(value);
  return Number.isInteger(number) && number > 0 ? number : undefined;
};

/** @throws Error that names every key whose value cannot be used. */
export function deploymentFrom(context: (key: string) => unknown): Deployment {
  const problems: string[] = [];
  const text = (key: string, pattern: RegExp, expected: string): string => {
    const value = context(key) ?? '';
    if (typeof value === 'string' && pattern.test(value)) return value;
    if (typeof value === 'number' && pattern.test(String(value))) return String(value);
    problems.push(`${key}: expected ${expected}`);
    return '';
  };
  const count = (key: string, otherwise: number): number => {
    const given = context(key);
    const value = given === undefined ? otherwise : whole(given);
    if (value !== undefined) return value;
    problems.push(`${key}: expected a whole number above 0`);
    return otherwise;
  };
  const yes = (key: string): boolean => {
    const value = context(key) ?? false;
    if (value === true || value === 'true') return true;
    if (value !== false && value !== 'false') problems.push(`${key}: expected true or false`);
    return false;
  };
  const template = (name: string, otherwise: string): string => {
    const key = templateKey(name);
    const value = context(key) ?? otherwise;
    const wrong = typeof value === 'string' ? wrongIn(value) : 'expected text';
    if (wrong !== undefined) problems.push(`${key}: ${wrong}`);
    return typeof value === 'string' ? value : otherwise;
  };
  const words = new Map(NOTIFICATIONS.map(({ name, words: otherwise }) => [name, template(name, otherwise)]));
  const told = (name: keyof Templates): string => words.get(name) ?? '';
  const deployment: Deployment = {
    githubAppId: text('githubAppId', /^\d*$/, 'the number that GitHub shows as App ID'),
    githubAppKmsKey: text(
      'githubAppKmsKey',
      /^(arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+)?$/,
      'the ARN of a key (arn:aws:kms:<region>:<account>:key/<id>)',
    ),
    githubApiUrl: text('githubApiUrl', /^https:\/\/[^/]+(\/.*[^/])?$/, 'an https URL without a trailing slash'),
    alarmEmail: text('alarmEmail', /^([^@\s]+@[^@\s]+)?$/, 'an e-mail address'),
    settings: text('settings', /^[^\0]*$/, 'the path of a file'),
    prow: text('prow', /^[^\0]*$/, 'the path of a folder'),
    anchorRetentionDays: count('anchorRetentionDays', 365),
    notifications: yes('notifications')
      ? {
          asked: told('asked'),
          merged: told('merged'),
          blocked: told('blocked'),
          failed: told('failed'),
          pushed: told('pushed'),
        }
      : undefined,
    doorConcurrency: count('doorConcurrency', 50),
    workerConcurrency: count('workerConcurrency', 20),
  };
  if (problems.length > 0) throw new Error(`The deployment's context cannot be used: ${problems.join('; ')}.`);
  return deployment;
}
