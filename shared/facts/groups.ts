/** Which groups a text speaks to, by an expression of the settings over the teams that it names. */
import type { GroupsMentioned } from '../language/index.ts';
import { capturesOf } from '../owners/index.ts';

type Around = {
  readonly labels: () => Promise<ReadonlySet<string>>;
  readonly repositoryLabels: () => Promise<ReadonlySet<string>>;
  readonly member: () => Promise<boolean>;
};

/** Asks for nothing where the expression fits none of them. */
export async function groupsIn(
  teams: readonly string[],
  expression: string,
  { labels, repositoryLabels, member }: Around,
): Promise<GroupsMentioned | undefined> {
  const mentions = teams.flatMap((team) => {
    const [, group, kind] = capturesOf(expression, `@${team}`) ?? [];
    return group === undefined || group === '' ? [] : [{ team, group, kind }];
  });
  if (mentions.length === 0) return undefined;
  const [defined, on, isMember] = await Promise.all([repositoryLabels(), labels(), member()]);
  return { mentions, repositoryLabels: defined, labels: on, member: isMember };
}
