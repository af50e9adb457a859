/** Labels that everything has to have one of; where it has none, another one says so. */
import { addLabel, noNotice, notice, removeLabel, type Action } from './actions.ts';
import { branch } from './branches.ts';
import type { FactTypes, Given, RequiredLabel } from './facts.ts';
import {
  groupOf,
  labelName,
  listOf,
  onOff,
  pattern,
  section,
  setting,
  textLike,
  wholeNumber,
  type SettingsIn,
} from './settings.ts';

/** As Prow has it where nothing is said: a form or another rule labels within seconds of the opening. */
const GRACE_SECONDS = 5;

export const requiredLabelsSettings = section({
  rules: setting(
    listOf(
      groupOf(
        {
          matching: pattern,
          missing: labelName,
          comment: textLike(/^[^\0]{0,4000}$/, 'text of at most 4,000 characters'),
          pulls: onOff,
          issues: onOff,
          branch,
          graceSeconds: wholeNumber(0, 3_600),
        },
        'matching',
        'missing',
      ),
    ),
    [],
    'Where no label fits `matching` (RE2), the label `missing` goes on, with `comment`, until one does; of what is opened, after `grace_seconds` (5). Both `issues` and `pulls`, unless one of them is false; of pull requests into `branch` alone where it is named.',
  ),
});
type Rules = SettingsIn<{ readonly requiredLabels: typeof requiredLabelsSettings }>['requiredLabels']['rules'];

/** Whether the rule is about issues, or about pull requests. */
export function isAbout({ issues = true, pulls = true }: Rules[number], kind: 'pull' | 'issue'): boolean {
  return kind === 'pull' ? pulls : issues;
}

/** How long what was just opened is let be. */
export function graceFor(rules: Rules, kind: 'pull' | 'issue'): number {
  const all = rules.filter((each) => isAbout(each, kind)).map(({ graceSeconds = GRACE_SECONDS }) => graceSeconds);
  return Math.max(0, ...all);
}

const SUBJECT = 'required-labels';

type Seen = Pick<Given, 'subject'> & Pick<FactTypes, 'requiredLabels' | 'notices'>;

/** The labels that say what is missing, and one living comment, are as what is on says. */
export function labelsRequired({ subject, requiredLabels, notices }: Seen): readonly Action[] {
  if (subject.state !== 'open') return [];
  const going = requiredLabels.flatMap(({ looked, found, on }) => (looked && found && on !== undefined ? [on] : []));
  const coming = requiredLabels.flatMap(({ looked, found, on, missing }) =>
    looked && !found && on === undefined ? [missing] : [],
  );
  // What the event is not about stays as it is.
  const missing = requiredLabels.filter(({ looked, found, on }) => (looked ? !found : on !== undefined));
  const text = asked(missing);
  const standing = requiredLabels.length > 0 && notices.has(SUBJECT);
  return [
    ...distinct(going).map(removeLabel),
    ...distinct(coming).map(addLabel),
    ...(text === '' ? (standing ? [noNotice(SUBJECT)] : []) : [notice(SUBJECT, text)]),
  ];
}

function asked(missing: readonly RequiredLabel[]): string {
  const comments = missing.flatMap(({ comment = '' }) => (comment.trim() === '' ? [] : [comment]));
  return distinct(comments).join('\n\n');
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
