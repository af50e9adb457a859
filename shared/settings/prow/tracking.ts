/** What Prow's plugins.yaml says of milestones and of labels that have to be there. */
import {
  code,
  milestoneApplierSettings,
  requiredLabelsSettings,
  type Setting,
  type Shape,
} from '../../language/index.ts';
import type { Building } from './built.ts';
import { scopeOf } from './dead.ts';
import { isOrganization, organizationOf, type Enablement, type Scope } from './enabled.ts';
import type { Source } from './finding.ts';
import type { PluginsFile } from './plugins-file.ts';
import { secondsIn } from './scalars.ts';

/** Ours, and what is read of Prow's where we have it. */
export const TRACKING: Readonly<Record<string, string>> = {
  'allow.milestone': 'repo_milestone.*.maintainers_team',
  'milestone_applier.branches': 'milestone_applier',
  'required_labels.rules': 'require_matching_label',
};

export type Put = {
  readonly built: Building;
  readonly source: Source;
  readonly enabled: Enablement;
  readonly pathTo: (scope: Scope) => readonly string[];
  /** Whether a key names a place, as it is spelled where plugins are on. */
  readonly isPlace: (key: string) => boolean;
};

const TEAM = /^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/;
const COMMANDS = ['milestone', 'status'];

/** An entry of a repository takes the place of the one for everybody, as here. */
export function putMilestones({ repo_milestone: file }: PluginsFile, put: Put): void {
  const { built, source, enabled, pathTo, isPlace } = put;
  if (!enabled.anywhere('milestone') && !enabled.anywhere('milestonestatus')) return;
  for (const { key, offset, value } of file?.value ?? []) {
    // Of an organization Prow knows no entry.
    if (key !== '' && (!isPlace(key) || isOrganization(key))) continue;
    const { maintainers_team: team } = value;
    const named = team !== undefined && TEAM.test(team.value);
    if (team !== undefined && !named) {
      source.found(
        'unsupported',
        team.offset,
        'repo_milestone.*.maintainers_team',
        `${code(team.value)} is no name of a team in an address.`,
      );
    }
    // Whom a number stands for is not known without asking; nobody is let in instead.
    const who = named ? { team: team.value } : { role: 'maintain' };
    for (const command of COMMANDS) {
      built.put([...(key === '' ? [] : pathTo(key)), 'allow', command], who, source, team?.offset ?? offset);
    }
  }
}

export function putBranchMilestones({ milestone_applier: file }: PluginsFile, put: Put): void {
  const { built, source, pathTo, isPlace } = put;
  const { branches } = milestoneApplierSettings.keys;
  for (const { key, offset, value } of file?.value ?? []) {
    if (!isPlace(key) || isOrganization(key)) continue;
    const fitting = value.filter(({ key: branch, value: milestone, offset: at }) => {
      const fits = isFit(branches, { branch, milestone });
      if (!fits)
        source.found(
          'unsupported',
          at,
          'milestone_applier',
          `${code(branch)} and ${code(milestone)} are no branch and milestone.`,
        );
      return fits;
    });
    const { shape } = branches;
    const most = shape.is === 'list' ? shape.most : 0;
    if (fitting.length > most) {
      source.found(
        'unsupported',
        offset,
        'milestone_applier',
        `It has more than the ${most} entries that are allowed here.`,
      );
    }
    const entries = fitting.slice(0, most).map(({ key: branch, value: milestone }) => ({ branch, milestone }));
    built.put([...pathTo(key), 'milestone_applier', 'branches'], entries, source, offset);
  }
}

/** Whether all texts of an entry are as its setting wants them. */
export function isFit({ shape }: Pick<Setting, 'shape'>, entry: Readonly<Record<string, string>>): boolean {
  const of = shape.is === 'list' && shape.of.is === 'group' ? shape.of.of : {};
  return Object.entries(entry).every(([key, value]) => fitsText(of[key], value));
}

function fitsText(shape: Shape | undefined, value: string): boolean {
  return shape?.is !== 'text' || shape.fits.test(value);
}

const REQUIRED = 'require_matching_label';
const MAX_GRACE_SECONDS = 3_600;

/** Every entry that is about a repository counts there in Prow; here its list takes the place of its organization's. */
export function putRequiredLabels({ require_matching_label: file }: PluginsFile, put: Put): void {
  const { built, source, enabled, pathTo, isPlace } = put;
  if (!enabled.anywhere('require-matching-label')) return;
  const entries = (file?.value ?? []).map(({ offset, value }) => ({
    offset,
    scope: scopeOf(value.org?.value ?? '', value.repo?.value ?? ''),
    rule: ruleFrom(value, offset, source),
  }));
  const { shape } = requiredLabelsSettings.keys.rules;
  const most = shape.is === 'list' ? shape.most : 0;
  for (const scope of new Set(entries.map((each) => each.scope).filter(isPlace))) {
    const here = entries.filter(
      (each) => each.scope === scope || (!isOrganization(scope) && each.scope === organizationOf(scope)),
    );
    const rules = here.flatMap(({ rule }) => rule ?? []);
    const offset = here.find((each) => each.scope === scope)?.offset ?? 0;
    if (rules.length > most) {
      source.found('unsupported', offset, REQUIRED, `It has more than the ${most} entries that are allowed here.`);
    }
    built.put([...pathTo(scope), 'required_labels', 'rules'], rules.slice(0, most), source, offset);
  }
}

type Entry = NonNullable<PluginsFile['require_matching_label']>['value'][number]['value'];

function ruleFrom(entry: Entry, offset: number, source: Source): object | undefined {
  const { regexp, missing_label: missing, missing_comment: comment, prs, issues, branch, grace_period: grace } = entry;
  const texts = {
    missing: missing?.value ?? '',
    ...(comment === undefined ? {} : { comment: comment.value }),
    ...(branch === undefined || branch.value === '' ? {} : { branch: branch.value }),
  };
  if (!isFit(requiredLabelsSettings.keys.rules, texts)) {
    source.found(
      'unsupported',
      offset,
      REQUIRED,
      `The entry for ${code(texts.missing)} has a label, a branch or a comment that is none here.`,
    );
    return undefined;
  }
  const seconds = grace === undefined ? undefined : secondsIn(grace.value);
  if (seconds !== undefined && seconds > MAX_GRACE_SECONDS) {
    source.found(
      'unsupported',
      grace?.offset ?? offset,
      `${REQUIRED}[].grace_period`,
      'Nothing waits for longer than an hour here.',
    );
  }
  return {
    matching: regexp?.value ?? '',
    ...texts,
    pulls: prs?.value ?? false,
    issues: issues?.value ?? false,
    ...(seconds === undefined ? {} : { grace_seconds: Math.min(seconds, MAX_GRACE_SECONDS) }),
  };
}
