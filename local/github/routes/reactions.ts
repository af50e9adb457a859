/** Reactions, which issues and all kinds of comments have alike. GitHub sends no webhooks about them. */
import { type Answer, type Call, GitHubError, type Routes } from '../box.ts';
import { actorOf, invalid, may, type Need, notFound, repositoryFor } from '../gate.ts';
import { reactionJson } from '../json/issues.ts';
import { nextId, type Reaction, type ReactionContent, REACTIONS, type Repository } from '../state.ts';
import { type Acting, acting, oneOf } from './acting.ts';

export interface Reactable {
  reactions: readonly Reaction[];
}

/** The reaction of this content that the actor has given already. */
export const reactionOf = (
  { actor }: Acting,
  { reactions }: Reactable,
  content: ReactionContent,
): Reaction | undefined => reactions.find((each) => each.userId === actor.id && each.content === content);

/** The actor's reaction, which is made where it is not there. */
export function reacted(who: Acting, subject: Reactable, content: ReactionContent): Reaction {
  const old = reactionOf(who, subject, content);
  if (old !== undefined) return old;
  const made = { id: nextId(who.state), userId: who.actor.id, content, createdAt: who.at };
  subject.reactions = [...subject.reactions, made];
  return made;
}

/** The three routes below `path`; `find` throws where there is nothing to react to. */
export function reactionRoutes(
  path: string,
  permission: Need['permission'],
  find: (call: Call, repository: Repository) => Reactable,
): Routes {
  const write: Need = { permission, level: 'write', role: 'read' };
  return {
    [`GET ${path}/reactions`]: (call): Answer => {
      const repository = repositoryFor(call, { permission, level: 'read', role: 'read' });
      const content = call.query.get('content');
      const shown = find(call, repository).reactions.filter((each) => content === null || each.content === content);
      return { status: 200, body: shown.map((each) => reactionJson(call.box, each)), list: true };
    },
    [`POST ${path}/reactions`]: (call): Answer => {
      const who = acting(call, write);
      const subject = find(call, who.repository);
      const content = oneOf(REACTIONS, call.body, 'content', 'Reaction');
      if (content === undefined) throw invalid('Reaction', 'content', 'missing_field');
      const old = reactionOf(who, subject, content);
      const reaction = old ?? reacted(who, subject, content);
      return { status: old === undefined ? 201 : 200, body: reactionJson(who.box, reaction) };
    },
    [`DELETE ${path}/reactions/{reaction_id}`]: (call): Answer => {
      const { repository } = acting(call, write);
      const subject = find(call, repository);
      const reaction = subject.reactions.find(({ id }) => id === Number(call.params['reaction_id']));
      if (reaction === undefined) throw notFound();
      const own = reaction.userId === actorOf(call).id;
      if (
        !own &&
        !may(call.box.state, call.caller, repository, { permission: 'administration', level: 'write', role: 'admin' })
      )
        throw new GitHubError(403, 'Must have admin rights to Repository.');
      subject.reactions = subject.reactions.filter((each) => each !== reaction);
      return { status: 204 };
    },
  };
}
