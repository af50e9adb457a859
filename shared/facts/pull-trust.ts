/** Who is trusted, and whether what somebody vouched for still holds after a push. */
import { Refusal } from '../errors.ts';
import {
  globsOf,
  isVouchedFor,
  reaches,
  type Person,
  type PushTrust,
  type Role,
  type Vouch,
} from '../language/index.ts';
import type { PipelineSettings } from '../pipelines/job-settings.ts';

type TrustSettings = Pick<PipelineSettings, 'trigger'>;
type Ask = {
  readonly roleOf: (person: Person) => Promise<{ readonly role: Role; readonly public: boolean }>;
  readonly member: (person: Person) => Promise<boolean>;
};

/** Prow's trusted user: an App of the settings, a collaborator unless members alone count, a member of the organization. */
export async function isTrustedHere(
  person: Person,
  { trigger: { trustedApps, onlyOrgMembers } }: TrustSettings,
  { roleOf, member }: Ask,
): Promise<boolean> {
  const app = /^(.+)\[bot\]$/i.exec(person.login)?.[1]?.toLowerCase();
  // An App is nobody's collaborator, and member of nothing.
  if (app !== undefined) return trustedApps.some((each) => each.toLowerCase() === app);
  if (!onlyOrgMembers) {
    const { role, public: isPublic } = await roleOf(person);
    if (reaches(role, 'triage') || (!isPublic && reaches(role, 'read'))) return true;
  }
  try {
    return await member(person);
  } catch (error) {
    // Who may not be asked about is not known to be one: trust is not given by mistake.
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** What a push changed of that which decides how jobs run; nothing where it does not matter. */
export async function riskySince(
  headMoved: { readonly before: string; readonly after: string } | undefined,
  {
    vouch,
    baseRef,
    trigger: { trust, riskyPaths },
    isPower,
    altered,
  }: {
    readonly vouch: Vouch | undefined;
    readonly baseRef: string;
    readonly trigger: TrustSettings['trigger'];
    /** Whether one of these files says who may what. */
    readonly isPower: (paths: readonly string[]) => boolean;
    readonly altered: (from: string, to: string) => Promise<readonly string[] | 'all'>;
  },
): Promise<PushTrust['risky']> {
  if (headMoved === undefined || trust !== 'until-risky-change') return 'all';
  if (vouch === undefined || !isVouchedFor(vouch, { headSha: headMoved.before, baseRef })) return 'all';
  // Since it was given, not since the last push: many small steps lead as far as one.
  const paths = await altered(vouch.first, headMoved.after);
  if (paths === 'all') return 'all';
  const isRisky = globsOf(riskyPaths);
  return paths.filter((path) => isRisky(path) || isPower([path]));
}
