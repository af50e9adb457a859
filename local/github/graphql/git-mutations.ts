/** Mutations of refs. */
import type { Call } from '../box.ts';
import { NO_OBJECT } from '../git.ts';
import { gitRoutes } from '../routes/git.ts';
import { Failure } from './failing.ts';
import type { GraphNode } from './graph-node.ts';
import { foundBy } from './lookup.ts';
import { mutation, REPOSITORY, rest } from './mutating.ts';

interface RefUpdate {
  readonly name: string;
  readonly beforeOid?: string | null;
  readonly afterOid: string;
  readonly force?: boolean | null;
}

interface Updating {
  readonly repositoryId: string;
  readonly refUpdates: readonly RefUpdate[];
}

export function gitMutations(call: Call): GraphNode {
  return {
    updateRefs: mutation(async ({ repositoryId, refUpdates }: Updating) => {
      const { repository } = foundBy(call, repositoryId, 'Repository');
      // All of them, or none.
      for (const { name, beforeOid } of refUpdates) {
        const now = repository.refs.get(name) ?? NO_OBJECT;
        if (beforeOid && beforeOid !== now)
          throw new Failure('UNPROCESSABLE', `Reference ${name} is at ${now} but expected ${beforeOid}`);
      }
      for (const { name, afterOid, force } of refUpdates) {
        const params = { ref: name.replace(/^refs\//, '') };
        const there = repository.refs.has(name);
        const path = `${REPOSITORY}/git/refs`;
        // One after the other, as they are listed.
        if (afterOid === NO_OBJECT) {
          // oxlint-disable-next-line no-await-in-loop
          await rest(call, gitRoutes, `DELETE ${path}/{ref}`, repository, params);
        } else if (there) {
          const body = { sha: afterOid, force: force === true };
          // oxlint-disable-next-line no-await-in-loop
          await rest(call, gitRoutes, `PATCH ${path}/{ref}`, repository, params, body);
        } else {
          // oxlint-disable-next-line no-await-in-loop
          await rest(call, gitRoutes, `POST ${path}`, repository, {}, { ref: name, sha: afterOid });
        }
      }
      return {};
    }),
  };
}
