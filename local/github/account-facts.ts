/** What the front asks about accounts and repositories, read from the state. */
import type { Accounts } from './accounts.ts';
import { repositoryAsked } from './asked.ts';
import { organizationJson, userJson } from './json/accounts.ts';
import { webhookRepositoryJson } from './json/repositories.ts';
import {
  accountNamed,
  accountOf,
  isOrganization,
  loginOf,
  organizationNamed,
  repositoriesOf,
  repositoryOf,
} from './state.ts';

export const accounts: Accounts = {
  find: ({ state }, login) => accountNamed(state, login),
  people: ({ state }) => [...state.accounts.values()].filter(({ type }) => type === 'User').map(({ login }) => login),
  isMember({ state }, organization, login) {
    const person = accountNamed(state, login);
    return (
      person !== undefined && (organizationNamed(state, organization)?.organization.members.has(person.id) ?? false)
    );
  },
  organizations: ({ state }) => [...state.accounts.values()].filter(isOrganization).map(({ login }) => login),
  owners: ({ state }) => [
    ...new Set([...state.repositories.values()].map(({ ownerId }) => accountOf(state, ownerId).login)),
  ],
  json(box, login) {
    const account = accountNamed(box.state, login);
    return account === undefined ? null : userJson(box, account);
  },
  organizationJson(box, login) {
    const organization = organizationNamed(box.state, login);
    return organization === undefined ? null : organizationJson(box, organization);
  },
  repositories({ state }, owner) {
    const account = accountNamed(state, owner);
    return account === undefined ? [] : repositoriesOf(state, account.id);
  },
  repository(box, owner, name) {
    const repository = repositoryAsked(box, owner, name);
    return repository === undefined ? undefined : { id: repository.id, owner: loginOf(box.state, repository.ownerId) };
  },
  ownerOf({ state }, repository) {
    const found = state.repositories.get(repository);
    return found === undefined ? undefined : loginOf(state, found.ownerId);
  },
  repositoryJson: (box, id) => webhookRepositoryJson(box, repositoryOf(box.state, id)),
};
