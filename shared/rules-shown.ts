/** What the pages show of the rules: who may what somewhere, where that is written, and what is written in vain. */
import { clocksWith } from './clocks.ts';
import { repositoryNamed, type RepositoryName } from './delivery.ts';
import type { Place } from './pages/place.ts';
import type { RulesShown, Rulebook } from './pages/rules.ts';
import { requirementFrom, rulesHere, type Rules } from './rules-here.ts';
import { settingsKnown, type SettingsKnown } from './settings-here.ts';
import {
  ORGANIZATION_FILE,
  REPOSITORY_FILE,
  settingsSet,
  type FilesInForce,
  type InForce,
  type LayerName,
  type Origin,
  type SettingsBook,
} from './settings/index.ts';
import type { Cache } from './store/stores.ts';

export type ShownSources = {
  readonly rules: Rules;
  readonly book: SettingsBook;
  readonly cache: Pick<Cache, 'get'>;
  readonly githubApiUrl: string;
};

export function rulebookFrom({ rules, book, cache, githubApiUrl }: ShownSources): Rulebook {
  return {
    general: rulesShown(book.general, rules, () => undefined, {}),
    named: repositoryNamed,
    async at(where) {
      const known = await settingsKnown(where, cache, book);
      const link = linksTo(where, githubApiUrl);
      const { provider, owner, name } = where;
      return {
        ...rulesShown(known.inForce, rules, link, known.files),
        about: {
          repository: `${provider}:${owner}/${name}`,
          branch: known.branch,
          known: known.known,
          broken: brokenIn(known, link),
        },
      };
    },
  };
}

type Written = Omit<Origin, 'line'> & { readonly line?: number };
type Link = (written: Written) => string | undefined;

/** Where no address can be made without guessing, none is. */
function linksTo({ provider, owner, name }: RepositoryName, githubApiUrl: string): Link {
  if (provider !== 'github' || URL.parse(githubApiUrl)?.hostname !== 'api.github.com') return () => undefined;
  const files: Partial<Record<LayerName, string>> = {
    organization: `${owner}/.github/blob/{commit}/${ORGANIZATION_FILE}`,
    repository: `${owner}/${name}/blob/{commit}/${REPOSITORY_FILE}`,
  };
  return ({ layer, commit, line }) => {
    const path = files[layer];
    if (path === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return undefined;
    return `https://github.com/${path.replace('{commit}', commit)}${line === undefined ? '' : `#L${line}`}`;
  };
}

function rulesShown(inForce: InForce, all: Rules, link: Link, files: FilesInForce): RulesShown {
  const { catalogue, automations, sweeps } = rulesHere(inForce, all);
  const place = (origin: Origin): Place => ({ ...origin, url: link(origin) });
  const placeOf = (origin: Origin | undefined): Place | undefined => (origin === undefined ? undefined : place(origin));
  return {
    commands: catalogue
      .filter(({ off }) => off === undefined)
      .map((entry) => ({ ...entry, from: placeOf(requirementFrom(entry.name, inForce)) })),
    automations,
    clocks: clocksWith(sweeps),
    set: settingsSet(inForce).map((each) => ({
      ...each,
      from: placeOf(each.from),
      lockedBy: placeOf(each.lockedBy),
    })),
    locks: [...inForce.locks].map(([name, origin]) => ({ name, from: place(origin) })),
    ignored: inForce.ignored.map(({ layer, path: file, line, problem }) => ({
      from: place({ layer, file, line, commit: commitOf(layer, files) }),
      problem,
    })),
  };
}

function commitOf(layer: LayerName, { organization, repository }: FilesInForce): string {
  const file = layer === 'organization' ? organization : layer === 'repository' ? repository : undefined;
  return file?.commit ?? '';
}

function brokenIn({ broken }: SettingsKnown, link: Link): NonNullable<RulesShown['about']>['broken'] {
  return broken.map(({ layer, commit, mistakes, instead }) => {
    const file = layer === 'organization' ? ORGANIZATION_FILE : REPOSITORY_FILE;
    const at = (line: number): Place => {
      const origin = { layer, file, line, commit };
      return { ...origin, url: link(origin) };
    };
    return {
      layer,
      file,
      mistakes: mistakes.map(({ line, problem }) => ({ from: at(line), problem })),
      instead:
        instead === undefined
          ? undefined
          : { commit: instead.commit, url: link({ layer, file, commit: instead.commit }) },
    };
  });
}
