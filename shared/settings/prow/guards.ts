/** What Prow's plugins.yaml says of files that are not to be changed, of words in commits, and of who overrides checks. */
import type { Building } from './built.ts';
import { isOrganization, isScope, organizationOf, type Scope } from './enabled.ts';
import type { Source } from './finding.ts';
import type { PluginsFile } from './plugins-file.ts';
import type { At } from './shape.ts';

/** Ours, and what is read of Prow's where we have it. */
export const GUARDS: Readonly<Record<string, string>> = {
  'blockade.paths': 'blockades',
  'commit_messages.closing_keywords': 'invalid_commit_msg[].checks',
  'commit_messages.fixups': 'invalid_commit_msg[].checks',
  'allow.override': 'override',
};
const CHECKS: Readonly<Record<string, string>> = {
  issueClosingKeywords: 'closing_keywords',
  fixupPrefix: 'fixups',
};
const MAX_EXPLANATION_CHARS = 200;

type Put = { readonly built: Building; readonly source: Source; readonly pathTo: (scope: Scope) => readonly string[] };

/** In Prow every entry that fits counts; here a repository's list takes the place of its organization's. */
export function putBlockades({ blockades }: PluginsFile, { built, source, pathTo }: Put): void {
  const entries = blockades?.value ?? [];
  for (const scope of scopesIn(entries.map(({ value }) => value))) {
    const here = entries.filter(
      ({ value: { repos } }) =>
        isFor(repos?.value ?? [], scope) ||
        (!isOrganization(scope) && isFor(repos?.value ?? [], organizationOf(scope))),
    );
    const values = here.map(({ value: { branchregexp, blockregexps, exceptionregexps, explanation } }) => ({
      patterns: (blockregexps?.value ?? []).map(({ value }) => value),
      ...(exceptionregexps === undefined ? {} : { except: exceptionregexps.value.map(({ value }) => value) }),
      ...(branchregexp === undefined ? {} : { branch: branchregexp.value }),
      ...(explanation === undefined || explanation.value.trim() === '' ? {} : { explanation: inOneLine(explanation) }),
    }));
    built.put([...pathTo(scope), 'blockade', 'paths'], values, source, here[0]?.offset ?? 0);
  }
}

function isFor(repos: readonly At<string>[], scope: Scope): boolean {
  return repos.some(({ value }) => value === scope);
}

/** The first entry that names a repository or organization counts for it, and no other. */
export function putCommitChecks({ invalid_commit_msg: file }: PluginsFile, { built, source, pathTo }: Put): void {
  const entries = file?.value ?? [];
  for (const scope of scopesIn(entries.map(({ value }) => value))) {
    const entry = entries.find(({ value: { repos } }) => repos?.value.some(({ value }) => value === scope));
    const checks = entry?.value.checks?.value ?? [];
    for (const [theirs, ours] of Object.entries(CHECKS)) {
      const check = checks.find(({ value: { name } }) => name?.value === theirs);
      const on = check?.value.disabled?.value !== true;
      // What an entry does not name is on, also where the organization has it off.
      if (!on || !isOrganization(scope)) {
        built.put([...pathTo(scope), 'commit_messages', ours], on, source, check?.offset ?? entry?.offset ?? 0);
      }
    }
  }
}

function scopesIn(entries: readonly { readonly repos?: At<readonly At<string>[]> | undefined }[]): readonly Scope[] {
  const all = entries.flatMap(({ repos }) => (repos?.value ?? []).map(({ value }) => value));
  return [...new Set(all)].filter(isScope);
}

function inOneLine({ value }: At<string>): string {
  return value
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_EXPLANATION_CHARS);
}

/** Whoever administers the repository may in any case; teams of the organization and of the repository add up. */
export function putOverriding({ override: file }: PluginsFile, { built, source, pathTo }: Put): void {
  const { allow_top_level_owners: owners, allowed_github_teams: teams } = file?.value ?? {};
  const all = [{ role: 'admin' }, ...(owners?.value === true ? ['root-approver'] : [])];
  if (owners?.value === true) built.put(['allow', 'override'], all, source, owners.offset);
  const entries = (teams?.value ?? []).filter(({ key }) => isScope(key));
  for (const { key: scope, offset } of entries) {
    const here = entries.filter(
      ({ key }) => key === scope || (!isOrganization(scope) && key === organizationOf(scope)),
    );
    const slugs = new Set(here.flatMap(({ value }) => value.map((each) => each.value)));
    const named = [...slugs].map((slug) => ({ team: `${organizationOf(scope)}/${slug}` }));
    built.put([...pathTo(scope), 'allow', 'override'], [...all, ...named], source, offset);
  }
}
