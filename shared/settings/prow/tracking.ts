/** What Prow's plugins.yaml says of milestones: who sets them, and which branch belongs to which. */
import { code, milestoneApplierSettings, type Setting, type Shape } from '../../language/index.ts';
import type { Building } from './built.ts';
import { isOrganization, type Enablement, type Scope } from './enabled.ts';
import type { Source } from './finding.ts';
import type { PluginsFile } from './plugins-file.ts';

/** Ours, and what is read of Prow's where we have it. */
export const TRACKING: Readonly<Record<string, string>> = {
  'allow.milestone': 'repo_milestone.*.maintainers_team',
  'milestone_applier.branches': 'milestone_applier',
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
