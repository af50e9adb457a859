/** What the front must know about accounts and repositories, read from the state. */
import type { Box } from './box.ts';

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
}

export interface Accounts {
  find(box: Box, login: string): Account | undefined;
  /** All people who may have a token. */
  people(box: Box): readonly string[];
  isMember(box: Box, organization: string, login: string): boolean;
  organizations(box: Box): readonly string[];
  /** Every account that owns a repository. */
  owners(box: Box): readonly string[];
  /** GitHub's `simple-user`; null where there is no such account. */
  json(box: Box, login: string): unknown;
  /** GitHub's `organization-simple`. */
  organizationJson(box: Box, login: string): unknown;
  repositories(box: Box, owner: string): readonly { readonly id: number; readonly name: string }[];
  repository(box: Box, owner: string, name: string): { readonly id: number; readonly owner: string } | undefined;
  ownerOf(box: Box, repository: number): string | undefined;
  /** GitHub's `repository`. */
  repositoryJson(box: Box, id: number): unknown;
}
