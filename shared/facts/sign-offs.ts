/** Commits that are not signed off and have to be: whose author is trusted is asked only of those, and each once. */
import {
  isSignedOff,
  subjectOf,
  type Commits,
  type DcoSettings,
  type Person,
  type SignOffs,
} from '../language/index.ts';

type Ask = {
  readonly member: (person: Person) => Promise<boolean>;
  readonly collaborator: (person: Person) => Promise<boolean>;
};

/** People looked up at once; commits of more have to be signed off. */
const MAX_ASKED = 20;

export async function signOffsOf({ list, count }: Commits, settings: DcoSettings, ask: Ask): Promise<SignOffs> {
  const open = list.filter((each) => !isSignedOff(each, settings.strict));
  const authors = new Map(
    open.flatMap(({ author }) => (author?.person === undefined ? [] : [[author.person.id, author.person]])),
  );
  const trusted = new Set<string>();
  for (const person of [...authors.values()].slice(0, MAX_ASKED)) {
    // Few, and each answer may come from the cache.
    // oxlint-disable-next-line no-await-in-loop
    if (await isTrusted(person, settings, ask)) trusted.add(person.id);
  }
  const unsigned = open.filter(({ author }) => author?.person === undefined || !trusted.has(author.person.id));
  return {
    unsigned: unsigned.map(({ sha, message }) => ({ sha, subject: subjectOf(message) })),
    unseen: count - list.length,
  };
}

async function isTrusted(
  person: Person,
  { trustedApps, skipMembers, skipCollaborators }: DcoSettings,
  ask: Ask,
): Promise<boolean> {
  const name = person.login.toLowerCase().replace(/\[bot\]$/, '');
  if (person.bot) return trustedApps.some((app) => app.toLowerCase() === name);
  if (skipMembers && (await ask.member(person))) return true;
  return skipCollaborators && ask.collaborator(person);
}
