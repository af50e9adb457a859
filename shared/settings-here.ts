/**
 * The settings in force where a delivery happened: from the base branch, from the cache where it is exact, and the last
 * good version of a file that is broken. A cache that is empty costs calls: earlier versions are found in the history.
 */
import * as z from 'zod/mini';
import { pullOf, repositoryOf, type Delivery, type RepositoryName } from './delivery.ts';
import type { BrokenSettings } from './language/index.ts';
import { log } from './log.ts';
import type { Read, SettingsAt } from './providers/provider.ts';
import {
  mistakesIn,
  ORGANIZATION_FILE,
  REPOSITORY_FILE,
  type FileInForce,
  type FilesInForce,
  type InForce,
  type Mistake,
  type SettingsBook,
  type Where,
} from './settings/index.ts';
import type { Cache } from './store/stores.ts';
import { awakeKey } from './waking.ts';

/** A file that does not take effect as it is, and the version that does. */
export type BrokenFile = {
  readonly layer: 'organization' | 'repository';
  readonly commit: string;
  readonly mistakes: readonly Mistake[];
  /** Undefined where none was ever good. */
  readonly instead: FileInForce | undefined;
};
export type SettingsHere = {
  readonly inForce: InForce;
  /** The files it is made of. */
  readonly files: FilesInForce;
  readonly broken: readonly BrokenFile[];
};

/** Of each file that does not count, what a comment has room for. */
export function brokenInFew(broken: readonly BrokenFile[]): readonly BrokenSettings[] {
  return broken.map(({ layer, commit, mistakes: [first], instead }) => ({
    whose: layer,
    file: FILES[layer],
    commit,
    line: first?.line ?? 1,
    problem: first?.problem ?? '',
    instead: instead?.commit,
  }));
}

const FILES = { organization: ORGANIZATION_FILE, repository: REPOSITORY_FILE } as const;

/** Which version of a repository's file was taken: its content, or that there is none; broken, another one counts. */
type Version = { readonly oid: string; readonly here: SettingsHere };

/** A push moves it at once; this is for the push that was never told. */
const REPOSITORY_SECONDS = 3_600;
/** An organization's repository may be one whose pushes are not told. */
const ORGANIZATION_SECONDS = 300;
const BASE_SECONDS = 30 * 24 * 3_600;
const GOOD_SECONDS = 90 * 24 * 3_600;

const file = z.object({ text: z.string(), oid: z.string(), commit: z.string() });
const mistake = z.object({ path: z.string(), line: z.number(), column: z.number(), problem: z.string() });
/** A file as the cache keeps it: what is in force, and what is wrong where that is not the newest. */
const kept = z.object({
  /** Of the file as it is; empty where there is none. */
  oid: z.string(),
  good: z.nullable(file),
  broken: z.nullable(z.object({ commit: z.string(), mistakes: z.array(mistake) })),
});
type Kept = z.infer<typeof kept>;
const base = z.object({ ref: z.string() });

export type SettingsSources = {
  readonly delivery: Delivery;
  /** Asked for at most once, and only where the cache does not know. */
  readonly read: () => Promise<Read>;
  readonly cache: Cache;
  readonly book: SettingsBook;
};

export type SettingsReader = {
  /** Begins with what the cache will be asked for in any case, so that it is asked at once with whatever else is. */
  ahead(): Promise<void>;
  /** As the cache knows them, or as the forge does. */
  now(): Promise<SettingsHere>;
  /** As the forge shows them; undefined where that is what `now` gave. For verdicts that rest on them. */
  changed(): Promise<SettingsHere | undefined>;
};

/**
 * Of each repository, the base branch that this process met last: a guess at what will be asked for, which decides nothing and costs
 * a read unit where it is wrong.
 */
const lately = new Map<string, string>();
const MAX_LATELY = 1_000;

function noteLately(repository: string, ref: string): void {
  lately.delete(repository);
  lately.set(repository, ref);
  const [oldest] = lately.keys();
  if (lately.size > MAX_LATELY && oldest !== undefined) lately.delete(oldest);
}

/** For one look at the settings: what was read or written in it is not read again. */
function rememberedOver(cache: Cache): Pick<Cache, 'get' | 'put' | 'remove'> {
  const known = new Map<string, Promise<unknown>>();
  return {
    get(key) {
      const before = known.get(key) ?? cache.get(key);
      known.set(key, before);
      return before;
    },
    async put(key, value, seconds) {
      known.delete(key);
      await cache.put(key, value, seconds);
    },
    async remove(key) {
      known.delete(key);
      await cache.remove(key);
    },
  };
}

export function settingsReader(sources: SettingsSources): SettingsReader {
  const { delivery, read, book } = sources;
  const cache = rememberedOver(sources.cache);
  const repository = repositoryOf(delivery);
  let last: Version | undefined;
  let asked = false;
  let knownRef: string | undefined;
  let fresh = false;

  const versionOf = (organizationFile: Kept, own: Kept): Version => ({
    oid: own.oid,
    here: hereFrom(delivery.repository, book, organizationFile, own),
  });

  const organization = async (): Promise<Kept> => {
    const key = organizationKey(delivery);
    const known = keptIn(await cache.get(key));
    if (known !== undefined) return known;
    const from = await read();
    const found = await from.organizationSettings();
    const newest = await judged(found, 'organization', key, from);
    await cache.put(key, newest, ORGANIZATION_SECONDS);
    fresh = true;
    return newest;
  };

  const judged = async (
    found: SettingsAt | undefined,
    layer: BrokenFile['layer'],
    key: string,
    from: Read,
  ): Promise<Kept> => {
    if (found === undefined) return { oid: '', good: null, broken: null };
    if (found.file.is === 'absent') {
      await cache.remove(goodKey(key));
      return { oid: '', good: null, broken: null };
    }
    const { commit, file: at } = found;
    const mistakes = at.is === 'text' ? mistakesIn(at.text, layer) : [unreadable(layer, at.problem)];
    if (at.is === 'text' && mistakes.length === 0) {
      const good = { text: at.text, oid: at.oid, commit };
      await cache.put(goodKey(key), good, GOOD_SECONDS);
      return { oid: at.oid, good, broken: null };
    }
    log.info('settings are broken', { repository, layer, commit });
    const good = await lastGood(layer, commit, key, from);
    return { oid: at.oid, good, broken: { commit, mistakes: [...mistakes] } };
  };

  /** By the history, which also tells that there was no file; where it goes not far enough, what was seen to be good. */
  const lastGood = async (
    layer: BrokenFile['layer'],
    commit: string,
    key: string,
    from: Read,
  ): Promise<FileInForce | null> => {
    const version = await from.earlierSettings(
      layer,
      commit,
      ({ file: at }) => at.is === 'absent' || (at.is === 'text' && mistakesIn(at.text, layer).length === 0),
    );
    if (version?.file.is === 'absent') return null;
    if (version?.file.is === 'text') {
      const good = { text: version.file.text, oid: version.file.oid, commit: version.commit };
      await cache.put(goodKey(key), good, GOOD_SECONDS);
      return good;
    }
    const parsed = file.safeParse(await cache.get(goodKey(key)));
    return parsed.success ? parsed.data : null;
  };

  const { target } = delivery;
  const ofPull = target?.kind === 'pull' ? baseKey(pullOf(delivery, target.number)) : undefined;

  /** The branch whose settings count, as far as it is known without asking. */
  const refKnown = async (): Promise<string | undefined> => {
    if (target === undefined || ofPull === undefined) return DEFAULT_BRANCH;
    const parsed = base.safeParse(await cache.get(ofPull));
    knownRef = parsed.success ? parsed.data.ref : undefined;
    // A write costs several times what a read does.
    if (target.baseRef !== undefined && target.baseRef !== knownRef) {
      await cache.put(ofPull, { ref: target.baseRef }, BASE_SECONDS);
      knownRef = target.baseRef;
    }
    return knownRef;
  };

  const fromForge = async (): Promise<Kept> => {
    asked = true;
    const from = await read();
    const found = await from.settings();
    const onPull = ofPull !== undefined;
    const key = settingsKey(repository, onPull ? found.ref : DEFAULT_BRANCH);
    const known = keptIn(await cache.get(key));
    const same = known !== undefined && known.oid === ('oid' in found.file ? found.file.oid : '');
    const newest = same ? known : await judged(found, 'repository', key, from);
    fresh ||= !same;
    await Promise.all([
      ...(same ? [] : [cache.put(key, newest, REPOSITORY_SECONDS)]),
      ...(same || !onPull ? [] : [cache.put(settingsKey(repository, LAST_BRANCH), { ref: found.ref }, GOOD_SECONDS)]),
      ...(ofPull === undefined || knownRef === found.ref ? [] : [cache.put(ofPull, { ref: found.ref }, BASE_SECONDS)]),
    ]);
    return newest;
  };

  /** A push, which reads no settings by itself, finds it. */
  const noteWarnings = async ({ inForce }: SettingsHere): Promise<void> => {
    if (!fresh || !inForce.settings.mergeWarnings.enabled) return;
    fresh = false;
    await cache.put(warnsKey(delivery), true, GOOD_SECONDS);
  };

  return {
    async ahead() {
      const ref = target?.kind === 'pull' ? (target.baseRef ?? lately.get(repository)) : DEFAULT_BRANCH;
      const keys = [
        organizationKey(delivery),
        ...(ofPull === undefined ? [] : [ofPull]),
        ...(ref === undefined ? [] : [settingsKey(repository, ref)]),
      ];
      await Promise.all(keys.map((key) => cache.get(key)));
    },
    async now() {
      const ref = await refKnown();
      if (ref !== undefined && target?.kind === 'pull') noteLately(repository, ref);
      const [shared, known] = await Promise.all([
        organization(),
        ref === undefined ? undefined : cache.get(settingsKey(repository, ref)).then(keptIn),
      ]);
      last = versionOf(shared, known ?? (await fromForge()));
      await noteWarnings(last.here);
      return last.here;
    },
    async changed() {
      if (asked) return undefined;
      const before = last;
      const newest = await fromForge();
      const same = before?.oid === newest.oid && before.here.files.repository?.oid === newest.good?.oid;
      if (same) return undefined;
      last = versionOf(await organization(), newest);
      await noteWarnings(last.here);
      return last.here;
    },
  };
}

/** A push to this branch may have changed settings: they are read anew when they are next needed. */
export async function forgetSettings(delivery: Delivery, ref: string, cache: Cache): Promise<void> {
  const repository = repositoryOf(delivery);
  await Promise.all([
    cache.remove(settingsKey(repository, ref)),
    cache.remove(settingsKey(repository, DEFAULT_BRANCH)),
    cache.remove(organizationKey(delivery)),
    cache.remove(awakeKey(repository)),
  ]);
}

/**
 * `now`: as it counts; `before`: as it counted when it was last looked at, because that is too long ago; `never`: nobody
 * has looked yet.
 */
export type Known = 'now' | 'before' | 'never';
/** What is known of the settings of a repository without asking a forge. */
export type SettingsKnown = SettingsHere & {
  readonly known: Readonly<Record<BrokenFile['layer'], Known>>;
  /** The branch they are of; empty for the default branch. */
  readonly branch: string;
};

type Found = { readonly known: Known; readonly file: Kept };
const NOTHING: Found = { known: 'never', file: { oid: '', good: null, broken: null } };

/** For those who only look, and may read keys that begin with {@link SETTINGS_KEYS}. Asks no forge. */
export async function settingsKnown(
  where: RepositoryName & { readonly branch?: string | undefined },
  cache: Pick<Cache, 'get'>,
  book: SettingsBook,
): Promise<SettingsKnown> {
  const { provider, owner, name } = where;
  const repository = repositoryOf({ provider, repository: { id: '', owner, name } });
  const at = async (key: string): Promise<Found> => {
    const known = keptIn(await cache.get(key));
    if (known !== undefined) return { known: 'now', file: known };
    const good = file.safeParse(await cache.get(goodKey(key)));
    if (!good.success) return NOTHING;
    return { known: 'before', file: { oid: good.data.oid, good: good.data, broken: null } };
  };
  const refs = where.branch === undefined ? await refsLookedAt(repository, cache) : [where.branch];
  const [organization, ...own] = await Promise.all([
    at(organizationKey({ provider, repository: { owner } })),
    ...refs.map((ref) => at(settingsKey(repository, ref))),
  ]);
  const best = own.find(({ known }) => known === 'now') ?? own.find(({ known }) => known === 'before') ?? NOTHING;
  const ref = refs[own.indexOf(best)] ?? where.branch ?? DEFAULT_BRANCH;
  return {
    ...hereFrom({ owner, name }, book, organization.file, best.file),
    known: { organization: organization.known, repository: best.known },
    branch: ref === DEFAULT_BRANCH ? '' : ref,
  };
}

/** The default branch, and the one that was looked at last. */
async function refsLookedAt(repository: string, cache: Pick<Cache, 'get'>): Promise<readonly string[]> {
  const last = base.safeParse(await cache.get(settingsKey(repository, LAST_BRANCH)));
  return last.success ? [DEFAULT_BRANCH, last.data.ref] : [DEFAULT_BRANCH];
}

/** Stands for the default branch, whose name issues do not tell; no branch can be called so. */
const DEFAULT_BRANCH = '..';
/** Beside it, the name of the branch that was looked at last; no branch can be called so either. */
const LAST_BRANCH = '.';

/** What the keys begin with under which settings are kept. */
export const SETTINGS_KEYS = ['settings#', 'good-settings#'] as const;

type OfOrganization = Pick<Delivery, 'provider'> & { readonly repository: { readonly owner: string } };

function settingsKey(repository: string, ref: string): string {
  return `settings#${repository}#${ref}`;
}

function organizationKey({ provider, repository: { owner } }: OfOrganization): string {
  return `settings#${provider}:${owner}`.toLowerCase();
}

function goodKey(key: string): string {
  return `good-${key}`;
}

/** There where settings that somebody read switch warnings of pushes on. */
export function warnsKey(of: Pick<Delivery, 'provider' | 'repository'>): string {
  return `warns#${repositoryOf(of)}`;
}

function baseKey(pull: string): string {
  return `base#${pull}`;
}

function keptIn(value: unknown): Kept | undefined {
  const parsed = kept.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

function filesIn(organization: Kept, own: Kept): FilesInForce {
  return { organization: organization.good ?? undefined, repository: own.good ?? undefined };
}

function hereFrom(where: Where, book: SettingsBook, organization: Kept, own: Kept): SettingsHere {
  const broken = [brokenIn('organization', organization), brokenIn('repository', own)];
  const files = filesIn(organization, own);
  return {
    inForce: book.inForce(where, files),
    files,
    broken: broken.filter((each) => each !== undefined),
  };
}

function brokenIn(layer: BrokenFile['layer'], { broken, good }: Kept): BrokenFile | undefined {
  return broken === null ? undefined : { layer, ...broken, instead: good ?? undefined };
}

function unreadable(layer: BrokenFile['layer'], problem: string): Mistake {
  return { path: FILES[layer], line: 1, column: 1, problem };
}
