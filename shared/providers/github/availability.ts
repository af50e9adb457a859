/** Who says by their status on GitHub that they have little time: https://docs.github.com/en/account-and-profile/setting-up-and-managing-your-github-profile/customizing-your-profile/personalizing-your-profile#setting-a-status */
import * as z from 'zod/mini';
import type { Client } from './client.ts';
import { queried } from './graphql.ts';
import { hasNoGraphql } from './without-graphql.ts';

/** Asked for by one request. */
const MAX_PEOPLE = 50;

const answer = z.record(
  z.string(),
  z.nullable(z.object({ status: z.nullish(z.object({ indicatesLimitedAvailability: z.boolean() })) })),
);

/** Of these logins, in lower case; whoever is beyond the first fifty, or cannot be seen, says nothing. */
export async function limitedAmong(
  octokit: Client['octokit'],
  logins: readonly string[],
): Promise<ReadonlySet<string>> {
  const asked = logins.slice(0, MAX_PEOPLE);
  if (asked.length === 0) return new Set();
  const variables = Object.fromEntries(asked.map((login, index) => [`l${index}`, login]));
  const declared = asked.map((_, index) => `$l${index}: String!`).join(', ');
  const fields = asked.map(
    (_, index) => `u${index}: user(login: $l${index}) { status { indicatesLimitedAvailability } }`,
  );
  let data: unknown;
  try {
    data = await queried(octokit, `query(${declared}) {\n${fields.join('\n')}\n}`, variables, () => true);
  } catch (error) {
    if (hasNoGraphql(error)) return new Set();
    throw error;
  }
  const found = answer.parse(data);
  return new Set(
    asked
      .filter((_, index) => found[`u${index}`]?.status?.indicatesLimitedAvailability === true)
      .map((login) => login.toLowerCase()),
  );
}
