/**
 * The contract between the parts of the GitHub in a box: the HTTP front (server.ts), the state (state.ts, git.ts),
 * the routes (routes/*.ts) and the GraphQL schema (graphql/*.ts).
 */
import type { State } from './state.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who makes a request: a made-up person by token, an App by JWT, or an App's installation by its token. */
export type Caller =
  | { readonly is: 'user'; readonly login: string }
  | { readonly is: 'app'; readonly appId: number }
  | {
      readonly is: 'installation';
      readonly appId: number;
      readonly installationId: number;
      /** Login of the account on which the App is installed. */
      readonly account: string;
      readonly login: string;
      readonly token: string;
      readonly permissions: Readonly<Record<string, 'read' | 'write' | 'admin'>>;
      readonly repositoryIds: readonly number[] | null;
    }
  | { readonly is: 'nobody' };

export interface Call {
  /** Decoded path parameters, named as in GitHub's OpenAPI description: owner, repo, issue_number … */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The parsed JSON body; an empty object where there was none. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  readonly accept: string;
  readonly box: Box;
}

/** `body: undefined` sends no body. `list` lets the front cut an array to `page` and `per_page` and add the `Link` header. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** For list endpoints: where in the body the array stands; `true` when the body is the array. */
  readonly list?: true | string;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

/** Keys are `METHOD /path/{param}` exactly as in GitHub's OpenAPI description. */
export type Routes = Readonly<Record<string, Handler>>;

/** Throw it from anywhere in a handler; the front turns it into GitHub's error shape. */
export class GitHubError extends Error {
  readonly status: number;
  readonly errors: readonly unknown[] | undefined;
  constructor(status: number, message: string, errors?: readonly unknown[]) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

/** A change that webhooks tell of; `payload` lacks what the front adds (sender, repository, organization, installation). */
export interface Happening {
  readonly event: string;
  readonly action?: string;
  readonly repository: number | null;
  /** Login of the account it is about, where neither a repository nor the payload's organization says so. */
  readonly account?: string;
  readonly sender: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface Box {
  readonly state: State;
  /** The box's own clock, so that a demo or a test can let a day pass. */
  now(): Date;
  /** REST root without a trailing slash, e.g. http://127.0.0.1:4000 (or …/api/v3), and where pages would be. */
  readonly url: string;
  readonly htmlUrl: string;
  /** Makes the repository, or does nothing; undefined where nothing is made because somebody asks for it. */
  readonly onDemand?: (owner: string, name: string) => void;
  /** Queue webhooks about a change; called by state and routes after the change is made. */
  emit(happening: Happening): void;
}
