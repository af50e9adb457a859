/** What the resolvers of the schema are made of: the executor's own way of reading a field, and who may read it. */
import type { Call } from '../box.ts';
import { may, type Need, type PermissionName } from '../gate.ts';
import { permissionOf } from '../roles.ts';
import type { Repository, Role } from '../state.ts';
import { Failure } from './failing.ts';

/**
 * The fields of one thing by their names: values, or functions of the field's arguments for what takes work or leads on
 * to other things. `__typename` says what it is where the schema has an interface or a union.
 */
export type GraphNode = Readonly<Record<string, unknown>>;

/** Throws for an App that was not given any of the permissions. */
export function mustRead({ box, caller }: Call, repository: Repository, permission: Need['permission']): void {
  if (!may(box.state, caller, repository, { permission, level: 'read', role: 'read' }))
    throw new Failure('FORBIDDEN', 'Resource not accessible by integration');
}

export const canWrite = (
  { box, caller }: Call,
  repository: Repository,
  permission: PermissionName | readonly PermissionName[],
  role: Role,
): boolean => may(box.state, caller, repository, { permission, level: 'write', role });

/** What a person is in the repository; for an App, what its permission to change files comes to. */
export function viewerRole(call: Call, repository: Repository): Role {
  const { box, caller } = call;
  if (caller.is === 'user') return permissionOf(box.state, repository, caller.login).role;
  return canWrite(call, repository, 'contents', 'write') ? 'write' : 'read';
}

/** `off-topic` and `too heated` as the schema's enums have them. */
export const capitals = (text: string): string => text.replaceAll(/[- ]/g, '_').toUpperCase();
