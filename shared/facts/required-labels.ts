/** Which of the labels that have to be there are; asks only where the event is about one that is asked for here. */
import type { Delivery } from '../delivery.ts';
import {
  isAbout,
  isNamed,
  labelOn,
  type RequiredLabel,
  type requiredLabelsSettings,
  type SettingsIn,
} from '../language/index.ts';
import { compilePattern } from '../owners/index.ts';

type Rule = SettingsIn<{ readonly requiredLabels: typeof requiredLabelsSettings }>['requiredLabels']['rules'][number];

type Ask = {
  readonly baseRef: () => Promise<string>;
  readonly labels: () => Promise<ReadonlySet<string>>;
};

export async function requiredLabelsOf(
  { event, label, target }: Pick<Delivery, 'event' | 'label' | 'target'>,
  rules: readonly Rule[],
  ask: Ask,
): Promise<readonly RequiredLabel[]> {
  const kind = target?.kind ?? 'pull';
  const about = rules.filter((rule) => isAbout(rule, kind)).map((rule) => ({ rule, fits: fitting(rule) }));
  const changed = event === 'labeled' || event === 'unlabeled' ? label : undefined;
  const mayMatter = ({ fits }: (typeof about)[number]): boolean => changed === undefined || fits(changed);
  if (!about.some(mayMatter)) return [];
  const branched = kind === 'pull' && about.some(({ rule }) => rule.branch !== undefined);
  const baseRef = branched ? (target?.baseRef ?? (await ask.baseRef())) : '';
  const here = about.filter(
    ({ rule }) => kind === 'issue' || rule.branch === undefined || isNamed(rule.branch, baseRef),
  );
  if (!here.some(mayMatter)) return [];
  const labels = await ask.labels();
  const moved = changed === undefined ? difference(target?.labels ?? [], labels) : [changed];
  return here.map(({ rule, fits }) => ({
    missing: rule.missing,
    comment: rule.comment,
    found: [...labels].some((on) => !isSame(on, rule.missing) && fits(on)),
    on: labelOn(labels, rule.missing),
    looked: WHOLE.has(event) || moved.some(fits),
  }));
}

/** Events that are about all labels at once. */
const WHOLE: ReadonlySet<string> = new Set(['opened', 'reopened', 'due', 'retargeted', 'found']);

/** Labels that were put on or taken off since the event was told of: by ourselves. */
function difference(before: readonly string[], now: ReadonlySet<string>): readonly string[] {
  const was = new Set(before);
  return [...[...now].filter((label) => !was.has(label)), ...before.filter((label) => !now.has(label))];
}

/** What is no pattern was refused where it was read. */
function fitting({ matching }: Rule): (label: string) => boolean {
  const compiled = compilePattern(matching);
  return typeof compiled === 'string' ? () => false : compiled.matches;
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
